import assert from "node:assert/strict";
import test from "node:test";

import { document, kit, modelOf, words } from "./page.js";
import { taps } from "../src/page/taps.js";

/** @import { TapsTraits } from "../src/page/protocol.ts" */

const spoken = { spoken: "from 4 to 4", values: "4, 2, 4", said: "" };
const line = { scores: [4, 2, 4], marks: [], planted: [], ...spoken, verdict: "" };

/** @param {Partial<TapsTraits>} [more] @returns {any} */
function shown(more = {}, model = modelOf({})) {
  Object.assign(model.traits, {
    ...kit,
    message: "",
    place: "",
    _saved: { value: [] },
    _legend: "Tap",
    _told: false,
    _settled: false,
    _lines: [line, line],
    _scale: { low: 1, high: 5 },
    _score: [],
    _tapped: [],
    _buttons: [{ kind: "show", label: "Show", primary: true }],
    ...more,
  });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = taps({ model, el }, words);
  return { model, el, leave, boxes: [...el.querySelectorAll("input")] };
}

test("a tap is told to the kernel by the line's number", () => {
  const { model, boxes } = shown();
  boxes[1].click();
  assert.deepEqual([model.get("_tapped"), model.saved], [[2], 1]);
});

test("a press is one message with all that it means, and waits for its answer", () => {
  const { model, el } = shown({ _tapped: [1] });
  el.querySelector("[data-kind=show]").click();
  const [{ press }] = model.sent;
  assert.deepEqual({ ...press, count: 0 }, { kind: "show", tapped: [1], count: 0 });
  assert.ok(Number.isSafeInteger(press.count));
  model.tell({ message: "too early" });
  assert.equal(el.querySelector(".aw-message").textContent, "");
  model.tell({ _answered: press.count });
  assert.equal(el.querySelector(".aw-message").textContent, "too early");
});

test("every press has a number of its own, higher than all before", () => {
  const { model, el } = shown();
  for (let i = 0; i < 50; i += 1) el.querySelector("[data-kind=show]").click();
  const counts = model.sent.map(({ press }) => press.count);
  assert.deepEqual(
    counts,
    [...new Set(counts)].sort((a, b) => a - b),
  );
});

test("a line is heard session by session, after what became of it", () => {
  const { boxes } = shown();
  const heard = (names) => names.split(" ").map((id) => document.getElementById(id).textContent);
  assert.deepEqual(heard(boxes[0].getAttribute("aria-labelledby")), ["from 4 to 4"]);
  assert.deepEqual(heard(boxes[0].getAttribute("aria-describedby")), ["taps_not", "4, 2, 4"]);
});

test("of the truth the tally is seen as figures and heard in words", () => {
  const { model, el } = shown();
  const score = [{ who: "you", hits: "1 of 3", alarms: "0 of 9" }];
  model.tell({ _score: score, message: "Planted in 3.\nHits: 1 of 3." });
  const cells = (row) => [...row.children].map(({ textContent }) => textContent);
  const rows = [...el.querySelectorAll(".aw-score tr")].map(cells);
  assert.deepEqual(rows, [
    ["", "taps_hits", "taps_alarms"],
    ["you", "1 of 3", "0 of 9"],
  ]);
  const message = el.querySelector(".aw-message");
  assert.equal(message.textContent, "Planted in 3.\nHits: 1 of 3.");
  assert.equal(message.querySelector(".aw-heard").textContent, "\nHits: 1 of 3.");
  model.tell({ _score: [], message: "These are new lines." });
  assert.ok(el.querySelector(".aw-score").hidden);
});

test("once the truth is told nothing can be tapped", () => {
  const { model, boxes } = shown();
  assert.ok(boxes.every((box) => !box.disabled));
  model.tell({ _settled: true });
  assert.ok(boxes.every((box) => box.disabled));
});

test("a part that leaves the page hears nothing more", () => {
  const { model, el, leave } = shown();
  assert.ok(model.listening() > 0);
  leave();
  assert.deepEqual([model.listening(), el.children.length], [0, 0]);
});

test("my work is spoken of where an answer is kept", () => {
  const desk = modelOf({ status: "Nothing is recorded yet.", unsaved: false, refused: false, asks: {} });
  Object.assign(desk.traits, { student: "", class_code: "", message: "", public: false });
  const widget_manager = { get_model: async () => desk };
  const model = Object.assign(modelOf({}), { widget_manager });
  const { el, leave } = shown({ _desk: "desk" }, model);
  const work = el.querySelector(".aw-work");
  assert.ok(work.classList.contains("aw-idle"));
  model.tell({ _saved: { value: [3] } });
  assert.ok(!work.classList.contains("aw-idle"));
  model.tell({ _saved: { value: null } });
  assert.ok(work.classList.contains("aw-idle"));
  leave();
});
