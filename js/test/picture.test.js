import assert from "node:assert/strict";
import test from "node:test";

import "./page.js";
import { figured } from "../src/pieces/picture.js";

const sessions = (/** @type {number} */ n) => Array.from({ length: n }, (_, i) => i + 1);

test("the first session and the last have their figures, and between them stand even steps", () => {
  const shown = (/** @type {number} */ n, /** @type {number} */ width) => figured(sessions(n), width);
  assert.deepEqual(shown(12, 600), sessions(12));
  assert.deepEqual(shown(1, 190), [1]);
  assert.deepEqual(shown(10, 190), [1, 4, 7, 10]);
  assert.deepEqual(shown(12, 190), [1, 4, 6, 8, 10, 12]);
  assert.deepEqual(shown(12, 100), [1, 6, 9, 12]);
  assert.deepEqual(shown(13, 190), [1, 3, 5, 7, 9, 11, 13]);
});
