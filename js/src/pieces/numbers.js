// What counts as a number on a scale, and what to say of one that does not.

import { fill } from "./dom.js";

const tolerance = 1e-9;

/** Whether there is a number at all. */
export const known = (value) => value !== null && value !== undefined;

/** A number with two decimals at most. */
export const inWords = (value) => String(Math.round(value * 100) / 100);

/** Whether `number` is one of the steps from low to high. */
export function fits(number, { low, high, step }) {
  const steps = (number - low) / step;
  return number >= low && number <= high && Math.abs(steps - Math.round(steps)) < tolerance;
}

/** The whole numbers to write under a scale. */
export function marksOf({ low, high }) {
  const marks = [];
  for (let mark = low; mark <= high + tolerance; mark += Math.max(1, (high - low) / 10)) marks.push(mark);
  return marks;
}

/** Why `entered` is refused, and what stands there instead. */
export function refusal(entered, kept, { label, low, high, step }, words) {
  return fill(words.form_bad_number, {
    entered: entered === "" ? words.form_not_a_number : entered,
    kept: kept ?? words.form_unset,
    label,
    low,
    high,
    step,
  });
}

/** A text in whose lines “r = .28”, “p < .05” and “100 %” do not break. */
export const together = (text) =>
  text
    .replace(/(?<![\p{L}\d])(\p{L}) ([=<>]) (?=[−.\d])/gu, "$1\u00a0$2\u00a0")
    .replace(/(?<=\d) (?=%)/g, "\u00a0");
