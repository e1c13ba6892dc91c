import assert from "node:assert/strict";
import test from "node:test";

import { words } from "./page.js";
import { leaveAt, leftAt, leftBeside, Leftover } from "../src/pieces/leftover.js";

const entry = { session: 3, value: { bond: 2.5, tasks: null }, items: {}, note: "=late" };

test("what is left in a tab is there again, and nothing else is", () => {
  leaveAt("noor", [entry]);
  assert.deepEqual(leftAt("noor"), [entry]);
  assert.deepEqual(leftAt("other"), []);
  leaveAt("noor", []);
  assert.deepEqual(leftAt("noor"), []);
  sessionStorage.setItem("alliance-widgets unsaved: noor", '[{"session":"3"}, null, 4]');
  assert.deepEqual(leftAt("noor"), []);
  sessionStorage.setItem("alliance-widgets unsaved: noor", "{");
  assert.deepEqual(leftAt("noor"), []);
});

test("an entry can be taken along as CSV that a spreadsheet does not run", () => {
  const left = new Leftover(words, { save() {}, drop() {}, labels: () => ({}) });
  left.show([entry], "not saved");
  assert.equal(left.root.hidden, false);
  assert.equal(left.plain, "session,bond,tasks,note\r\n3,2.5,,'=late\r\n");
});

test("what is left for another rater of the same book is named, and of another book it is not", () => {
  const place = (client, rater, book = "work / 02") => `${book} / ${client} / ${rater}`;
  leaveAt(place("A", "therapist"), [entry]);
  leaveAt(place("A", "client"), [entry]);
  leaveAt(place("A", "client", "work / 03"), [entry]);
  leaveAt(place("B", "client"), []);
  assert.deepEqual(leftBeside(place("A", "client")), ["A / therapist"]);
  assert.deepEqual(leftBeside(place("B", "client")).sort(), ["A / client", "A / therapist"]);
  assert.deepEqual(leftBeside("alone"), []);
  const left = new Leftover(words, { save() {}, drop() {}, labels: () => ({}) });
  const buttons = /** @type {HTMLElement} */ (left.root.querySelector(".aw-buttons"));
  left.point("elsewhere");
  assert.equal(left.root.hidden, false);
  assert.equal(buttons.hidden, true);
  left.show([entry], "here");
  assert.equal(buttons.hidden, false);
  sessionStorage.clear();
});
