import assert from "node:assert/strict";
import test from "node:test";

import { boxOf } from "../src/pieces/here.js";

const bounds = (x1, y1) => ({ x1, y1, x2: x1 + 10, y2: y1 + 10 });
const mark = (marktype, ...items) => ({ marktype, items });
const drawing = (...marks) =>
  mark("group", { x: 0.5, y: 0.5, items: [mark("group", { x: 40, y: 5, items: marks })] });
const point = (session, alliance, more = {}) => ({
  datum: { session, alliance, ...more },
  bounds: bounds(session, alliance),
});

test("the mark of a row is the point with all its numbers, wherever its group stands", () => {
  const root = drawing(
    mark("line", point(2, 3)),
    mark("text", point(2, 3)),
    mark("symbol", point(1, 3), point(2, 3)),
  );
  const row = { line: "Client", session: 2, alliance: 3 };
  assert.deepEqual(boxOf(root, row, ["line", "session", "alliance"]), {
    left: 42.5,
    top: 8.5,
    width: 10,
    height: 10,
  });
  assert.equal(boxOf(root, { ...row, alliance: 4 }, ["line", "session", "alliance"]), undefined);
});

test("a mark of another line, one that is not seen and one that lacks a number are none", () => {
  const root = drawing(
    mark(
      "symbol",
      point(1, 2, { line: "Therapist" }),
      { ...point(1, 2), opacity: 0 },
      { datum: { session: 1 }, bounds: bounds(0, 0) },
    ),
  );
  assert.equal(
    boxOf(root, { line: "Client", session: 1, alliance: 2 }, ["line", "session", "alliance"]),
    undefined,
  );
});

test("a row of words alone is found by all of them", () => {
  const datum = { label: "Reliable drop", verdict: "nothing." };
  const root = drawing(mark("rect", { datum, bounds: bounds(0, 20) }));
  assert.equal(boxOf(root, datum, ["label", "verdict"])?.top, 25.5);
  assert.equal(boxOf(root, { ...datum, verdict: "session 3" }, ["label", "verdict"]), undefined);
});
