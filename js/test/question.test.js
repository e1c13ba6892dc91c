import assert from "node:assert/strict";
import test from "node:test";

import { asking, document, frame, modelOf, words } from "./page.js";
import { question } from "../src/page/question.js";

/** @returns {any} */
function shown(ask, more = {}) {
  const model = modelOf({
    ...asking,
    _ask: { text: "Which?", levels: [], ...ask },
    _buttons: [{ kind: "check", label: "Check", primary: true }],
    ...more,
  });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = question({ model, el }, words);
  const verdicts = () => [...el.querySelectorAll(".aw-verdict")].map((each) => each.textContent);
  return { model, el, leave, verdicts };
}

test("each marked answer says its mark in words, and outside of what is read out by itself", () => {
  const { model, el, leave, verdicts } = shown({ kind: "choice", options: ["a", "b", "c"] });
  assert.deepEqual(verdicts(), []);
  const _marks = [
    { at: "a", right: false, says: "not so" },
    { at: "c", right: true, says: "right" },
  ];
  model.tell({ _entered: "a", _saved: { value: "a" }, _locked: true, _marks });
  const options = [...el.querySelectorAll(".aw-option")].map((each) => each.textContent);
  assert.deepEqual(options, ["a ✗ not so", "b", "c ✓ right"]);
  assert.equal(el.querySelector("[aria-live] .aw-verdict"), null);
  assert.equal(el.querySelector(".aw-verdict [aria-hidden]").textContent, "✗ ");
  model.tell({ _entered: "c", _saved: { value: "c" }, _marks: [_marks[1]] });
  assert.deepEqual(verdicts(), [" ✓ right"]);
  leave();
});

test("what a mark says is heard with the message and read once", () => {
  const { model, el, leave } = shown({ kind: "choice", options: ["a", "b"] });
  const message = el.querySelector(".aw-message");
  const _marks = [{ at: "a", right: false, says: "not so" }];
  model.tell({
    message: "Not so.\nBecause.",
    _outcome: "wrong",
    _entered: "a",
    _saved: { value: "a" },
    _marks,
  });
  assert.equal(message.textContent, "Not so.\nBecause."); // all of it is heard
  assert.equal(message.querySelector(".aw-heard").textContent, "Not so.\n");
  const said = message.firstChild;
  model.tell({ _marks }); // and not again
  assert.ok(message.firstChild === said);
  model.tell({ message: "Read once.\nBecause.", _marks: [] });
  assert.ok(message.querySelector(".aw-heard") === null); // nothing beside the answers says it
  model.tell({ message: "Right, near enough: 97.\n", _marks }); // and nothing follows
  assert.equal(message.querySelector(".aw-heard").textContent, "Right, near enough: 97.\n");
  assert.equal(message.textContent, "Right, near enough: 97.\n");
  assert.ok(message.classList.contains("aw-only-heard"));
  model.tell({ message: "Not so.\nBecause.", _marks });
  assert.ok(!message.classList.contains("aw-only-heard"));
  leave();
});

test("a session says its mark with its number", () => {
  const _marks = [{ at: "2", right: true, says: "right" }];
  const { el, leave, model } = shown({ kind: "session", sessions: [1, 2] }, { _marks });
  const said = () => [...el.querySelectorAll("input")].map((each) => each.getAttribute("aria-label"));
  assert.deepEqual(said(), ["sketch_session", "sketch_session, right"]);
  model.tell({ _marks: [] });
  assert.deepEqual(said(), ["sketch_session", "sketch_session"]);
  leave();
});

test("a number's mark is about the number that was checked", async () => {
  const { model, el, leave, verdicts } = shown({ kind: "number", unit: "%" });
  const _marks = [{ at: "", right: false, says: "not so" }];
  model.tell({ _entered: "25", _saved: { value: "25" }, _marks });
  assert.deepEqual(verdicts(), [" ✗ not so"]);
  const box = el.querySelector("input");
  const type = (value) => {
    box.value = value;
    box.dispatchEvent(new Event("input"));
  };
  type("30");
  assert.deepEqual(verdicts(), []);
  await frame();
  type("25");
  assert.deepEqual(verdicts(), [" ✗ not so"]);
  await frame();
  leave();
});

test("a row has its mark until it is matched anew", async () => {
  const rows = [
    ["x", "The first"],
    ["y", "The second"],
  ];
  const levels_of = [
    ["A", "A"],
    ["B", "B"],
  ];
  const { model, el, leave, verdicts } = shown({ kind: "rows", rows, levels_of });
  const entered = { x: "A", y: "A" };
  const _marks = [
    { at: "x", right: true, says: "fits", answer: "A" },
    { at: "y", right: false, says: "not so: right is B", answer: "B" },
  ];
  model.tell({ _entered: entered, _saved: { value: entered }, _marks });
  const heads = [...el.querySelectorAll('[role="radiogroup"] p')].map((each) => each.textContent);
  assert.deepEqual(heads, ["The first ✓ fits", "The second ✗ not so: right is B"]);
  const told = () => [...el.querySelectorAll(".aw-right input")].map(({ value }) => value);
  assert.deepEqual(told(), ["A", "B"]);
  const other = el.querySelectorAll('[value="B"]')[1];
  other.checked = true;
  other.dispatchEvent(new Event("change"));
  assert.deepEqual(verdicts(), [" ✓ fits"]);
  assert.deepEqual(told(), ["A"]);
  await frame();
  leave();
});

test("only the last line of a question is asked in bold, and all of it is its name", () => {
  const { el, leave } = shown({ kind: "choice", options: ["a", "b"], text: "Two differ: r = .3.\nWhy?" });
  const legend = el.querySelector("legend");
  assert.equal(legend.querySelector(".aw-premise").textContent, "Two differ: r\u00a0=\u00a0.3. ");
  assert.equal(legend.lastChild.textContent, "Why?");
  leave();
});

test("the focus is not lost while a drawn line and its truth change places with what was pressed", () => {
  const sketch = { kind: "sketch", sessions: [1, 2], low: 1, high: 5, step: 1, name: "Rated", done: "Done" };
  const axes = { x_title: "Session", y_title: "Alliance", ends: ["", ""] };
  const { model, el, leave } = shown({ ...sketch, ...axes }, { _truth: [] });
  el.querySelector(".aw-primary").focus();
  model.tell({ _truth: [2, 3] });
  assert.ok(document.activeElement?.matches(".aw-primary"), document.activeElement?.outerHTML);
  model.tell({ _locked: true, message: "You drew it so." });
  model.tell({ _buttons: [{ kind: "again", label: "Draw again" }] });
  assert.ok(document.activeElement?.matches(".aw-message"), document.activeElement?.outerHTML);
  leave();
});

/** What the kernel does with the last press: refuse it, with these words. */
function refuse(model, message) {
  model.tell({ message, _answered: model.sent.at(-1).press.count });
}

test("what is refused has the focus, the box says so, and the number is typed over", () => {
  const { model, el, leave } = shown({ kind: "number", unit: "%" });
  const box = el.querySelector(".aw-number");
  box.value = "many";
  el.querySelector("button").focus();
  el.querySelector("button").click();
  refuse(model, "Type a number.");
  assert.ok(document.activeElement === box);
  assert.equal(box.getAttribute("aria-invalid"), "true");
  assert.deepEqual([box.selectionStart, box.selectionEnd], [0, 4]);
  box.value = "12";
  box.dispatchEvent(new Event("input"));
  assert.ok(!box.hasAttribute("aria-invalid"));
  leave();
});

test("what is not answered yet has the focus after a commit, also where one commits", () => {
  const rows = [
    ["one", "First"],
    ["two", "Second"],
  ];
  const levels_of = [
    ["a", "yes"],
    ["b", "no"],
  ];
  const _buttons = [{ kind: "commit", label: "Commit", primary: true }];
  const { model, el, leave } = shown({ kind: "rows", rows, levels_of }, { _buttons });
  const inputs = [...el.querySelectorAll("input")];
  inputs[1].click();
  el.querySelector("button").focus();
  el.querySelector("button").click();
  refuse(model, "Still to choose.");
  assert.ok(document.activeElement === inputs[2]);
  el.querySelector("button").focus();
  el.querySelector("button").click();
  model.tell({ _locked: true });
  refuse(model, "Committed.");
  assert.ok(document.activeElement !== inputs[2]);
  leave();
});

test("a number that was read, and no word on how sure one is, leads to that", () => {
  const levels = [["50", "50 %"]];
  const { model, el, leave } = shown({ kind: "number", unit: "of 100", levels, sure: true });
  const box = el.querySelector(".aw-number");
  const commit = () => {
    box.focus(); // by Enter in the box
    el.querySelector("button").click();
    model.tell({ message: "" });
    refuse(model, "Say how sure you are.");
  };
  box.value = "40";
  commit();
  assert.ok(document.activeElement === el.querySelector("select"));
  assert.ok(!box.hasAttribute("aria-invalid"));
  box.value = "400";
  commit();
  assert.ok(document.activeElement === box);
  assert.equal(box.getAttribute("aria-describedby"), el.querySelector(".aw-message").id);
  leave();
});
