import assert from "node:assert/strict";
import test from "node:test";

import { document, frame, kit, modelOf, words } from "./page.js";
import { form } from "../src/page/form.js";
import { onUnsaid } from "../src/pieces/dom.js";
import { leaveAt } from "../src/pieces/leftover.js";

/** @import { FormTraits, RatedRow } from "../src/page/protocol.ts" */

/** @type {(name: string) => RatedRow} */
const row = (name) => ({
  ...{ name, label: name, sentence: "", low: 1, high: 5, step: 0.25, low_word: "", high_word: "" },
});
const said = new Proxy(words, {
  get: (_words, name) => (name === "form_bad_number" ? "{entered} is not on it" : String(name)),
});

/** @param {Partial<FormTraits>} [more] @returns {any} */
function shown(more = {}) {
  const model = modelOf({
    ...kit,
    session: 1,
    place: "",
    story: "He is late.",
    note: "",
    message: "",
    finished: false,
    fast_entry: false,
    _note_warning: "",
    _value: {},
    _items: {},
    _rows: ["goals", "tasks", "bond"].map(row),
    _detail: {},
    _legend: "Session 1",
    _labels: { legend: "Session {session}", save: "Save {session}", undo: "Undo" },
    _buttons: [
      { kind: "save", label: "Save 1", primary: true },
      { kind: "undo", label: "Undo", primary: false },
    ],
    _typed: {},
    _rested: 0,
    _heard: 0,
    _goes_on: true,
    offer: "",
    ...more,
  });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = form({ model, el }, said);
  const sliders = /** @type {HTMLInputElement[]} */ ([...el.querySelectorAll("input[type=range]")]);
  const boxes = /** @type {HTMLInputElement[]} */ ([...el.querySelectorAll("input[type=number]")]);
  const voice = el.querySelector(".aw-voice");
  const type = (slider, keys) => {
    for (const key of keys)
      slider.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  };
  return { model, el, leave, sliders, boxes, voice, type, kept: () => boxes.map(({ value }) => value) };
}

test("Tab stops once at each row, at its slider, and a digit there stands in its box", () => {
  const { el, sliders, boxes, type, kept, leave } = shown();
  const stops = [...el.querySelectorAll("fieldset input:not([tabindex='-1'])")].map(({ name }) => name);
  assert.deepEqual(stops, ["goals", "tasks", "bond", "fast_entry"]);
  assert.ok(boxes.every(({ tabIndex }) => tabIndex === -1));
  ["4", "3", "2"].forEach((digit, i) => type(sliders[i], digit));
  assert.deepEqual(kept(), ["4", "3", "2"]);
  leave();
});

test("a number with quarters is typed on the slider too, and what is half typed is said", () => {
  const { el, sliders, type, kept, leave } = shown();
  type(sliders[0], "3.25");
  type(sliders[1], "2,5");
  type(sliders[2], "4.2");
  assert.deepEqual(kept(), ["3.25", "2.5", "4"]);
  const said = () => [...el.querySelectorAll(".aw-field-message")].map((each) => each.textContent);
  assert.deepEqual(said().slice(0, 3), ["", "", ""]);
  sliders[2].dispatchEvent(new Event("blur"));
  assert.equal(said()[2], "4.2 is not on it");
  type(sliders[0], "9");
  assert.deepEqual([said()[0], kept()[0]], ["3.259 is not on it", "3.25"]);
  leave();
});

test("two digits are one number only where the scale has it", () => {
  const wide = shown({ _rows: [{ ...row("goals"), low: 0, high: 10, step: 1 }] });
  wide.type(wide.sliders[0], "10");
  assert.deepEqual(wide.kept(), ["10"]);
  wide.leave();
  const own = shown();
  own.type(own.sliders[0], "43");
  assert.equal(own.kept()[0], "3");
  own.leave();
});

test("what is read out when the kernel opens an hour is that hour's number with its story", async () => {
  const { model, el, voice, sliders, type, leave } = shown();
  const heard = [];
  const step = async (session, story, message) => {
    sliders.forEach((slider) => type(slider, "4"));
    await frame();
    el.querySelector("form").dispatchEvent(new Event("submit", { cancelable: true }));
    const { press } = model.sent.at(-1);
    // as the kernel sends it: one message with the hour, and the answer in another
    model.tell({ session, story, message, _value: {}, _heard: Infinity });
    model.tell({ _answered: press.count });
    await Promise.resolve(); // the hour is read out after what is said of the press
    heard.push(voice.textContent, el.querySelector(".aw-message").textContent);
  };
  await step(2, "He is early.", "Session 1 is on the line.");
  await step(3, "He is silent.", "Session 2 is on the line.");
  await step(2, "He is early.", "Session 2 is back.");
  assert.deepEqual(heard, [
    ...["Session 2. He is early.", "Session 1 is on the line."],
    ...["Session 3. He is silent.", "Session 2 is on the line."],
    ...["Session 2. He is early.", "Session 2 is back."],
  ]);
  leave();
});

/** A form whose three rows are rated and saved, and what answers that save. */
async function saving() {
  const part = shown();
  const { model, el, sliders, type } = part;
  sliders.forEach((slider) => type(slider, "4"));
  await frame();
  sliders[2].focus();
  type(sliders[2], ["Enter"]);
  const answer = (session, message) => {
    const { press } = model.sent.at(-1);
    model.tell({ session, story: `Hour ${session}.`, message, _taken: true, _value: {}, _heard: Infinity });
    model.tell({ _answered: press.count });
  };
  return { ...part, answer, message: () => el.querySelector(".aw-message").textContent };
}

test("what is typed before a save is answered rates the next hour, and what cannot be taken is said", async () => {
  const { sliders, type, kept, leave, answer, message } = await saving();
  type(sliders[2], ["2", "Tab", "3"]);
  assert.deepEqual(kept(), ["4", "4", "4"], "it is not of the hour that is being saved");
  type(sliders[2], ["ArrowUp"]);
  assert.match(message(), /form_first/);
  answer(2, "Saved.");
  assert.deepEqual(kept(), ["2", "3", ""]);
  assert.equal(document.activeElement, sliders[1]);
  leave();
});

test("a hand that is hours ahead saves each of them with its own digits", async () => {
  const { model, el, sliders, type, kept, leave, answer } = await saving();
  type(sliders[2], ["5", "Tab", "5", "Tab", "5", "Enter", "1", "Tab", "1", "Tab", "2"]);
  answer(2, "Saved.");
  assert.deepEqual(model.sent.at(-1).press.value, { goals: 5, tasks: 5, bond: 5 });
  assert.equal(model.sent.at(-1).press.session, 2);
  type(el.querySelector(".aw-primary"), ["Enter"]);
  answer(3, "Saved.");
  assert.deepEqual(model.sent.at(-1).press.value, { goals: 1, tasks: 1, bond: 2 });
  answer(4, "Saved.");
  assert.deepEqual(kept(), ["", "", ""]);
  leave();
});

test("of what is typed while the answer is late nothing is taken, not even its end, and that is said", async () => {
  const { model, sliders, type, kept, leave, answer, message } = await saving();
  type(sliders[2], ["5", "Tab"]);
  await new Promise((done) => setTimeout(done, 1600)); // longer than a part is patient
  assert.match(message(), /form_missed/);
  type(sliders[2], ["5", "Enter"]);
  answer(2, "Saved.");
  type(sliders[0], ["1", "Enter"]);
  assert.deepEqual(kept(), ["", "", ""]);
  assert.equal(model.sent.length, 1);
  assert.match(message(), /^Saved\. form_missed_since/);
  await new Promise((done) => setTimeout(done, 1100)); // the hand rested, and begins anew
  type(sliders[0], ["1"]);
  assert.equal(kept()[0], "1");
  leave();
});

test("what the line has not said yet is heard before the next hour, and after Skip no more", async () => {
  const { model, el, voice, sliders, type, leave } = shown();
  const book = document.body.appendChild(document.createElement("div"));
  book.className = "aw-book";
  const line = document.createElement("div");
  book.append(line, el);
  let unsaid = "Session 1: 4.0.";
  const end = onUnsaid(line, () => [unsaid, (unsaid = "")][0]);
  const open = async (session, story) => {
    const { press } = model.sent.at(-1);
    model.tell({ session, story, _value: {}, _heard: Infinity, _answered: press.count });
    await Promise.resolve();
    return voice.textContent;
  };
  sliders.forEach((slider) => type(slider, "4"));
  await frame();
  el.querySelector("form").dispatchEvent(new Event("submit", { cancelable: true }));
  assert.equal(await open(2, "He is early."), "Session 1: 4.0. Session 2. He is early.");
  unsaid = "Session 1: 4.0.";
  model.tell({ _buttons: [{ kind: "skip", label: "Skip", primary: false }] });
  el.querySelector(".aw-buttons button").click();
  assert.equal(await open(3, "He is silent."), "Session 3. He is silent.");
  assert.equal(unsaid, "");
  end();
  leave();
  book.remove();
});

test("after the last hour nothing can be rated, and the hand is not lost", () => {
  const { model, el, sliders, leave } = shown();
  sliders[0].focus();
  model.tell({
    ...{ finished: true, story: "All are rated.", _labels: { legend: "The story is told", undo: "Undo" } },
    _buttons: [{ kind: "undo", label: "Undo", primary: false }],
  });
  assert.equal(el.querySelector("legend").textContent, "The story is told");
  assert.ok(sliders[0].closest("[hidden]"));
  assert.deepEqual(
    [...el.querySelectorAll("form > .aw-buttons:not(.aw-blank) > button")].map((b) => b.textContent),
    ["Undo"],
  );
  assert.equal(document.activeElement.className, "aw-message");
  leave();
});

test("who saves with a row left out is led to that row, where the question is answered", async () => {
  const { model, el, sliders, type, leave } = shown();
  type(sliders[0], "4");
  type(sliders[2], "4");
  const save = /** @type {HTMLButtonElement} */ (el.querySelector(".aw-primary"));
  save.focus();
  el.querySelector("form").dispatchEvent(new Event("submit", { cancelable: true }));
  const { press } = model.sent.at(-1);
  const standing = { _value: { goals: 4, tasks: null, bond: 4 }, _heard: Infinity };
  const blank = el.querySelector(".aw-blank");
  model.tell({ offer: "Save with Tasks left blank" });
  assert.equal(blank.hidden, true, "before the press is answered it could not be pressed");
  model.tell({ ...standing, _taken: false, message: "Leave Tasks blank?", _answered: press.count });
  assert.equal(el.querySelector(".aw-message").textContent, "Leave Tasks blank?");
  assert.equal(document.activeElement.getAttribute("name"), "tasks");
  const button = blank.querySelector("button");
  assert.deepEqual([blank.hidden, button.textContent], [false, "Save with Tasks left blank"]);
  button.click();
  const { kind, value } = model.sent.at(-1).press;
  assert.deepEqual([kind, value.tasks], ["blank", null]);
  model.tell({ offer: "", _taken: true, _answered: model.sent.at(-1).press.count });
  assert.equal(blank.hidden, true);
  leave();
});

test("after the last hour one button goes on to the next heading of the lesson, where there is one", () => {
  const alone = shown({ finished: true, _buttons: [] });
  assert.equal(alone.el.querySelector(".aw-onward").hidden, true);
  alone.leave();
  const text = document.createElement("div");
  text.className = "jp-RenderedMarkdown";
  text.innerHTML = "<h2>What comes next</h2>";
  const { model, el, leave } = shown();
  document.body.append(text);
  const button = el.querySelector(".aw-onward");
  assert.equal(button.hidden, true);
  el.querySelector(".aw-primary").focus();
  const message = el.querySelector(".aw-message");
  message.setAttribute("aria-live", "polite");
  model.tell({ finished: true, _buttons: [], message: "Session 3 is on the line." });
  assert.equal(button.hidden, false);
  assert.equal(document.activeElement, button);
  assert.deepEqual(
    [message.getAttribute("aria-live"), message.textContent],
    ["polite", "Session 3 is on the line."],
  );
  button.click();
  assert.equal(document.activeElement.textContent, "What comes next");
  leave();
  text.remove();
});

test("a finger that scrolls the page from a slider on leaves it as it was, and a tap sets it", () => {
  const { el, leave } = shown();
  const [slider] = el.querySelectorAll("input[type=range]");
  const [box] = el.querySelectorAll("input[type=number]");
  const touch = (kind) => {
    const event = new Event(kind, { bubbles: true });
    Object.assign(event, { pointerType: "touch", button: 0 });
    slider.dispatchEvent(event);
  };
  const slid = (number) => {
    slider.value = String(number);
    slider.dispatchEvent(new Event("input", { bubbles: true }));
  };
  touch("pointerdown");
  slid(1.75);
  assert.equal(box.value, "1.75");
  touch("pointercancel");
  assert.equal(box.value, ""); // nobody has rated it
  touch("pointerdown");
  slid(4);
  touch("pointerup");
  touch("pointerdown");
  slid(2);
  touch("pointercancel");
  assert.equal(box.value, "4");
  leave();
});

test("a half entered hour behind two that are saved is told once they are", async () => {
  const all = (number) => ({ goals: number, tasks: number, bond: number });
  const half = { goals: 1, tasks: 2, bond: null };
  const values = [all(2), all(5), half];
  leaveAt(
    "own",
    values.map((value, i) => ({ session: i + 1, place: "own", value, items: {}, note: "" })),
  );
  const { model, el, kept, leave } = shown({ place: "own", story: "" });
  el.querySelector(".aw-left button").click();
  await frame();
  const [first, second] = model.sent.map(({ press }) => press);
  assert.deepEqual([first.session, second.session, second.after], [1, 2, first.count]);
  assert.deepEqual(kept(), ["1", "2", ""]);
  model.set("_typed", {}); // it came before the second save, when another session was in the form
  model.tell({ session: 2, _taken: true, _answered: first.count });
  assert.deepEqual(model.get("_typed"), {});
  model.tell({ session: 3, _taken: true, _answered: second.count });
  const { session, value, handed_back } = model.get("_typed");
  assert.deepEqual({ session, value, handed_back }, { session: 3, value: half, handed_back: true });
  assert.equal(el.querySelector(".aw-message").textContent, "left_saved left_back");
  assert.deepEqual(kept(), ["1", "2", ""]);
  leave();
});
