import assert from "node:assert/strict";
import test from "node:test";

import { fits, inWords, known, marksOf, refusal, together } from "../src/pieces/numbers.js";

const scale = { label: "Bond", low: 1, high: 5, step: 0.25 };

test("a number fits if it is one of the steps from low to high", () => {
  for (const number of [1, 1.25, 3.75, 5]) assert.ok(fits(number, scale), String(number));
  for (const number of [0.75, 5.25, 3.3, NaN, Infinity]) assert.ok(!fits(number, scale), String(number));
});

test("steps that binary numbers cannot hold are steps all the same", () => {
  const tenths = { low: 0, high: 1, step: 0.1 };
  for (let i = 0; i <= 10; i += 1) assert.ok(fits(i * 0.1, tenths), String(i));
});

test("nothing is no number, and 0 is one", () => {
  assert.deepEqual([null, undefined, 0, Number.NaN].map(known), [false, false, true, true]);
});

test("a number is said with two decimals at most", () => {
  assert.deepEqual([3, 2.5, 2.345678, -0.125].map(inWords), ["3", "2.5", "2.35", "-0.12"]);
});

test("a scale has whole marks, and never many", () => {
  assert.deepEqual(marksOf({ low: 1, high: 5 }), [1, 2, 3, 4, 5]);
  assert.equal(marksOf({ low: 0, high: 100 }).length, 11);
});

test("what is refused is said with what stands there instead", () => {
  const words = {
    form_bad_number: "{label}: {entered} no, {kept} stays; {low} to {high} by {step}",
    form_unset: "unset",
    form_not_a_number: "a word",
  };
  assert.equal(refusal("7", 3, scale, words), "Bond: 7 no, 3 stays; 1 to 5 by 0.25");
  assert.equal(refusal("", null, scale, words), "Bond: a word no, unset stays; 1 to 5 by 0.25");
  assert.match(refusal("7", 0, scale, words), /0 stays/);
});

test("a letter and its number stay on one line, and so do a number and its per cent", () => {
  assert.equal(together("with r = .28 it is nearly 100 %"), "with r\u00a0=\u00a0.28 it is nearly 100\u00a0%");
  assert.equal(together("of 100 clients"), "of 100 clients");
});
