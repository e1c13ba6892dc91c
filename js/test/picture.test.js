import assert from "node:assert/strict";
import test from "node:test";

import "./page.js";
import { figured } from "../src/pieces/picture.js";

const sessions = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => i + 1);

test("the sessions that have their figures stand in even steps, the last among them", () => {
  const shown = (/** @type {number} */ n, /** @type {number} */ width) => figured(sessions(n), width);
  assert.deepEqual(shown(12, 600), sessions(12));
  assert.deepEqual(shown(1, 190), [1]);
  assert.deepEqual(shown(10, 190), [1, 4, 7, 10]);
  assert.deepEqual(shown(12, 190), [2, 4, 6, 8, 10, 12]);
  assert.deepEqual(shown(12, 100), [3, 6, 9, 12]);
  assert.deepEqual(shown(20, 200), [1, 4, 8, 12, 16, 20]);
  assert.deepEqual(shown(23, 190), [1, 4, 7, 10, 13, 16, 19, 23]);
  assert.deepEqual(shown(13, 190), [1, 3, 5, 7, 9, 11, 13]);
});
