import assert from "node:assert/strict";
import test from "node:test";

import { asking, document, frame, modelOf, words } from "./page.js";
import { question } from "../src/page/question.js";

/** @import { QuestionTraits, WriteAsk } from "../src/page/protocol.ts" */

/** @type {WriteAsk} */
const ask = {
  kind: "write",
  text: "What do you say?",
  levels: [],
  setting: "",
  note: "",
  turns_label: "The talk",
  turns: [{ number: 1, speaker: "client", who: "Selam", text: "<b>It is okay.</b>" }],
  box: "Your next sentence",
  help: "",
  most: 10_000,
  counted: "{n} of 600",
  checks: "Check it",
  rows: [["stays", "It stays with it."]],
  levels_of: [
    ["yes", "yes"],
    ["no", "not yet"],
  ],
};

/** @param {Partial<QuestionTraits>} [more] @returns {any} */
function shown(more = {}) {
  const model = modelOf({
    ...asking,
    _ask: ask,
    _entered: { text: "", checks: {} },
    _buttons: [{ kind: "commit", label: "Keep", primary: true }],
    ...more,
  });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = question({ model, el }, words);
  /** @type {any} */
  const box = el.querySelector("textarea");
  const type = (text) => {
    box.value = text;
    box.dispatchEvent(new /** @type {any} */ (document.defaultView).Event("input"));
  };
  return { model, el, box, type, leave };
}

test("a text is told once, when the hand rests", async ({ mock }) => {
  mock.timers.enable({ apis: ["setTimeout"] });
  const { model, type } = shown();
  for (const text of ["I", "I w", "I was"]) {
    type(text);
    mock.timers.tick(900);
  }
  assert.equal(model.saved, 0);
  mock.timers.tick(100);
  await frame();
  assert.deepEqual([model.saved, model.get("_entered")], [1, { text: "I was", checks: {} }]);
});

test("what the kernel says meanwhile does not take away what is being typed", () => {
  const { model, type, box, leave } = shown();
  type("I was talking");
  model.tell({ _entered: { text: "I", checks: {} } });
  assert.equal(box.value, "I was talking");
  leave();
});

test("a press holds the whole text, rested or not, with what was checked", () => {
  const { model, el, type } = shown();
  type("I was talking about you.");
  el.querySelector("input[value=no]").click();
  el.querySelector("form").dispatchEvent(
    new /** @type {any} */ (document.defaultView).Event("submit", { cancelable: true }),
  );
  const [{ press }] = model.sent;
  assert.deepEqual(press.entered, { text: "I was talking about you.", checks: { stays: "no" } });
});

test("a talk is text and never HTML, and so is what is written", () => {
  const { el, box } = shown({ _entered: { text: "<img src=x onerror=alert(1)>", checks: {} } });
  assert.equal(el.querySelector("b"), null);
  assert.equal(el.querySelector("img"), null);
  assert.match(el.querySelector("li").textContent, /<b>It is okay\.<\/b>/);
  assert.equal(box.value, "<img src=x onerror=alert(1)>");
});

test("a committed text can be read and copied, and changed no more", () => {
  const { el, box } = shown({ _locked: true, _entered: { text: "Selam, …", checks: { stays: "yes" } } });
  assert.deepEqual([box.readOnly, box.disabled], [true, false]);
  const radios = [...el.querySelectorAll("input[type=radio]")];
  assert.ok(radios.length === 2 && radios.every((/** @type {any} */ radio) => radio.disabled));
});

test("the length is said as a person counts it", () => {
  const { el, type, leave } = shown();
  type("So👍");
  assert.match(el.textContent, /3 of 600/);
  leave();
});

test("a box without statements and without a talk shows neither", () => {
  const { el } = shown({ _ask: { ...ask, turns: [], rows: [] } });
  assert.equal(el.querySelector("ol.aw-turns"), null);
  assert.equal(el.querySelector("[role=group] .aw-rows"), null);
  assert.deepEqual([...el.querySelectorAll("textarea")].length, 1);
});
