// The same data as a table: to read, to walk through by key, to keep as CSV.

import { element } from "./dom.js";
import { inWords, known } from "./numbers.js";

const isNumber = (value) => typeof value === "number";

const shown = (value) => {
  if (!known(value) || Number.isNaN(value)) return "";
  return isNumber(value) ? inWords(value) : String(value);
};

/** Rows (one object each) from columns (one array each), as Vega wants them. */
export function rowsOf(columns) {
  const names = Object.keys(columns);
  const length = names.length ? columns[names[0]].length : 0;
  // Object.fromEntries, for a column may be called __proto__, and assigning to that makes none.
  return Array.from({ length }, (_, i) => Object.fromEntries(names.map((name) => [name, columns[name][i]])));
}

/**
 * The cells that differ between two tables, given as columns, in the rows that both have: each as its
 * row, its column and what stands there in the second. Undefined where their columns are others.
 */
export function changedCells(one, other) {
  const names = Object.keys(other);
  if (names.join() !== Object.keys(one).join()) return undefined;
  const changed = (name) =>
    [...one[name].slice(0, other[name].length).entries()]
      .filter(([i, value]) => value !== other[name][i])
      .map(([i]) => [i, name, other[name][i]]);
  return names.flatMap(changed);
}

export function htmlTable({ rows, columns }, caption) {
  const head = columns.map(({ title, field }, i) =>
    element("th", { scope: "col", class: i > 0 && isNumber(rows[0]?.[field]) && "aw-figure" }, title),
  );
  const body = rows.map((row) =>
    element(
      "tr",
      {},
      ...columns.map(({ field, title }, i) =>
        element(
          i === 0 ? "th" : "td",
          i === 0 ? { scope: "row" } : { "data-column": title, class: isNumber(row[field]) && "aw-figure" },
          shown(row[field]),
        ),
      ),
    ),
  );
  return element(
    "table",
    {},
    element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...head)),
    element("tbody", {}, ...body),
  );
}

/**
 * Where a table of words is wider than its box each of its rows stands as a list under its name, every cell
 * after the title of its column; gives what ends watching for that.
 */
export function stackWhereNarrow(root) {
  const fit = () => {
    for (const box of root.querySelectorAll(".aw-table:not(:has(.aw-signs))")) {
      box.classList.remove("aw-stacked");
      box.classList.toggle("aw-stacked", box.scrollWidth > box.clientWidth + 1);
    }
  };
  let width = 0;
  const sizes = new ResizeObserver(() => {
    if (root.clientWidth !== width) fit();
    width = root.clientWidth;
  });
  sizes.observe(root);
  return { fit, stop: () => sizes.disconnect() };
}

/** One row in words: "Session: 5, Rating: 2.8, Mark: possible rupture". */
export const spokenRow = (row, columns) =>
  columns
    .map(({ field, title }) => [title, shown(row[field])])
    .filter(([, value]) => value !== "")
    .map(([title, value]) => `${title.replace(/:$/, "")}${/[?!]$/.test(title) ? "" : ":"} ${value}`)
    .join(", ")
    .replaceAll(/([.!?]), /g, "$1 ");

// A spreadsheet runs a text cell that begins so; an apostrophe in front makes it text again.
const formula = /^[=+\-@\t\r]/;

function csvCell(value) {
  if (isNumber(value)) return Number.isNaN(value) ? "" : String(value);
  const text = shown(value);
  const safe = formula.test(text) ? `'${text}` : text;
  return /[",\n\r]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** What a spreadsheet takes in when it is pasted: a line a row, its cells behind tabs. */
export const tabbedText = ({ rows, columns }) =>
  [columns.map(({ title }) => title), ...rows.map((row) => columns.map(({ field }) => row[field]))]
    .map((cells) => cells.map((cell) => plainCell(cell)).join("\t"))
    .join("\n");

const plainCell = (value) => {
  const text = (isNumber(value) ? String(value) : shown(value)).replace(/[\t\r\n]+/g, " ");
  return !isNumber(value) && formula.test(text) ? `'${text}` : text;
};

export const csvText = ({ rows, columns }) =>
  [columns.map(({ title }) => csvCell(title)), ...rows.map((r) => columns.map((c) => csvCell(r[c.field])))]
    .map((cells) => cells.join(","))
    .join("\r\n") + "\r\n";
