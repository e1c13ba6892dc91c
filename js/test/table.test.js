import assert from "node:assert/strict";
import test from "node:test";

import "./page.js";
import { changedCells, csvText, htmlTable, rowsOf, spokenRow } from "../src/pieces/table.js";

const columns = [
  { field: "session", title: "Session" },
  { field: "note", title: 'Note, "own"' },
];

test("columns become rows", () => {
  assert.deepEqual(rowsOf({ a: [1, 2], b: ["x", null] }), [
    { a: 1, b: "x" },
    { a: 2, b: null },
  ]);
  assert.deepEqual(rowsOf({}), []);
});

test("a column of any name is a column", () => {
  const [row] = rowsOf(JSON.parse('{"__proto__": [7], "constructor": [8], "toString": [9]}'));
  assert.deepEqual(Object.keys(row), ["__proto__", "constructor", "toString"]);
  const named = Object.keys(row).map((field) => ({ field, title: field }));
  assert.equal(csvText({ rows: [row], columns: named }).split("\r\n")[1], "7,8,9");
});

test("CSV quotes what would break a line, and ends each line as spreadsheets do", () => {
  const rows = [{ session: 1, note: 'said "no", twice\nthen left' }];
  assert.equal(
    csvText({ rows, columns }),
    'Session,"Note, ""own"""\r\n1,"said ""no"", twice\nthen left"\r\n',
  );
});

test("text that a spreadsheet would run is text, and a negative number stays a number", () => {
  const written = (note) => csvText({ rows: [{ session: -2.123456, note }], columns }).split("\r\n")[1];
  for (const sign of ["=", "+", "-", "@"]) assert.equal(written(`${sign}1+1`), `-2.123456,'${sign}1+1`);
  assert.equal(written("\r=1"), `-2.123456,"'\r=1"`);
  assert.equal(written("a=1"), "-2.123456,a=1");
});

test("a missing value is an empty cell, in every form", () => {
  for (const nothing of [null, undefined, Number.NaN]) {
    const row = { session: nothing, note: "" };
    assert.equal(csvText({ rows: [row], columns }).split("\r\n")[1], ",");
    assert.equal(spokenRow(row, columns), "");
  }
});

test("a row is spoken with its titles and two decimals", () => {
  assert.equal(spokenRow({ session: 5, note: 2.345 }, columns), 'Session: 5, Note, "own": 2.35');
});

test("a row that holds sentences is spoken as sentences are", () => {
  const asked = [
    { field: "told", title: "What it flags" },
    { field: "kept", title: "Kept?" },
    { field: "n", title: "Of" },
  ];
  const row = { told: "One of ten.", kept: "yes", n: 10 };
  assert.equal(spokenRow(row, asked), "What it flags: One of ten. Kept? yes, Of: 10");
});

test("figures stand under one another, and so do the heads over them", () => {
  const table = htmlTable({ rows: [{ session: 1, note: 2.5 }], columns }, "All of it");
  const figures = [...table.querySelectorAll(".aw-figure")].map(({ textContent }) => textContent);
  assert.deepEqual(figures, ['Note, "own"', "2.5"]);
});

test("a table names its rows and never reads text as HTML", () => {
  const table = htmlTable({ rows: [{ session: 1, note: "<b>x</b>" }], columns }, "All of it");
  assert.equal(table.querySelector("caption").textContent, "All of it");
  assert.equal(table.querySelector("tbody th").getAttribute("scope"), "row");
  assert.equal(table.querySelector("td").textContent, "<b>x</b>");
  assert.equal(table.querySelector("b"), null);
});

test("of two tables the cells are told that changed in the rows of both", () => {
  const one = { session: [1, 2, 3], rating: [4, null, 3.5] };
  assert.deepEqual(changedCells(one, one), []);
  assert.deepEqual(changedCells(one, { session: [1, 2, 3], rating: [4, 2, 3] }), [
    [1, "rating", 2],
    [2, "rating", 3],
  ]);
  assert.deepEqual(changedCells(one, { session: [1, 2, 3, 4], rating: [4, null, 3.5, 5] }), []);
  assert.deepEqual(changedCells(one, { session: [2], rating: [4] }), [[0, "session", 2]]);
  assert.equal(changedCells(one, { session: [1, 2, 3] }), undefined, "other columns");
  assert.deepEqual(changedCells({}, {}), []);
});
