import assert from "node:assert/strict";
import test from "node:test";

import "./page.js";
import { stepOf } from "../src/pieces/picture.js";

const sessions = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => i + 1);

test("figures stand in even steps, and to the last session where a step near at hand divides the way", () => {
  const steps = (/** @type {number} */ width) => [1, 10, 12, 13].map((n) => stepOf(sessions(n), width));
  assert.deepEqual(steps(600), [1, 1, 1, 1]);
  assert.deepEqual(steps(190), [1, 3, 2, 2]);
});
