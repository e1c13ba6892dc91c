import assert from "node:assert/strict";
import test from "node:test";

import { words } from "./page.js";
import { leaveAt, leftAt, Leftover } from "../src/pieces/leftover.js";

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
