import assert from "node:assert/strict";
import test from "node:test";

import { document } from "./page.js";
import { movesOf, placesOf } from "../src/pieces/motion.js";

/** @param {string} inside */
function drawing(inside) {
  const plot = document.createElement("div");
  plot.innerHTML = `<svg>${inside}</svg>`;
  return plot;
}

const dots = (...places) =>
  `<g class="mark-symbol role-mark">${places.map((at) => `<path transform="translate(${at})" d="M0,0"/>`).join("")}</g>`;
const line = (d) => `<g class="mark-line role-mark"><path d="${d}"/></g>`;
const frames = (one, other) =>
  movesOf(placesOf(drawing(one)), placesOf(drawing(other))).map(([, each]) => each);

test("a point goes from where it was to where it is, and one that stays does not", () => {
  assert.deepEqual(frames(dots("1,2", "5,5"), dots("1,2", "50.5,-5")), [
    { transform: ["translate(5px, 5px)", "translate(50.5px, -5px)"] },
  ]);
  assert.deepEqual(frames(dots("1,2"), dots("1.4,2")), []);
});

test("a line bends where it has as many bends as before, and is not bent into another kind", () => {
  assert.deepEqual(frames(line("M0,0L1,1"), line("M0,0L1,9")), [
    { d: ['path("M0,0L1,1")', 'path("M0,0L1,9")'] },
  ]);
  assert.deepEqual(frames(line("M0,0L1,1"), line("M0,0L1,1L2,2")), []);
});

test("what is new has no place to come from, and other groups are other things", () => {
  assert.deepEqual(frames(dots("1,2"), dots("1,2", "9,9")), []);
  assert.deepEqual(frames(dots("1,2"), line("M0,0L1,1")), []);
});

test("a crowd too large to follow stands where it belongs at once", () => {
  const crowd = Array.from({ length: 801 }, (_, i) => `${i},1`);
  assert.deepEqual(placesOf(drawing(dots(...crowd))), []);
});

test("a label that is turned is turned in CSS too", () => {
  const label = (x) =>
    `<g class="mark-text role-mark"><text transform="translate(${x},3) rotate(-90)">a</text></g>`;
  assert.deepEqual(frames(label(1), label(20)), [
    { transform: ["translate(1px, 3px) rotate(-90deg)", "translate(20px, 3px) rotate(-90deg)"] },
  ]);
});
