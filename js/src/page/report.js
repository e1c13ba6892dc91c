// What came of something, as text and tables, some of it folded away.

import { element } from "../pieces/dom.js";
import { stackWhereNarrow } from "../pieces/table.js";
import { followTheme } from "../pieces/theme.js";

/** @import { Block, Cell, ReportTraits } from "./protocol.ts" */
/** @import { Model } from "../pieces/model.ts" */

/** A cell: a text or a number, or a sign with the words that are read out in its place. */
function cell(value, tag, attributes = {}) {
  if (value === null || typeof value !== "object") return element(tag, attributes, String(value ?? ""));
  const { sign, said, kind } = value;
  return element(
    tag,
    { ...attributes, class: kind && `aw-cell-${kind}` },
    sign && element("span", { "aria-hidden": "true", class: "aw-sign" }, sign),
    element("span", { class: "aw-voice" }, said),
  );
}

const named = (column) => column?.said ?? String(column ?? "");

const FIGURE = /^[+−-]?\d[\d,.]*( %)?$/;

/** The class of each column: figures stand under one another; the first column names its rows. */
const classesOf = (columns, rows) =>
  columns.map(
    (_, i) => i > 0 && rows.length > 0 && rows.every((row) => FIGURE.test(String(row[i]))) && "aw-figure",
  );

/** The rows of the table that one thing that was counted takes: one for each of its bars. */
function barsOf({ label, mark, bars }) {
  const named = element("th", { scope: "rowgroup", rowspan: bars.length }, label);
  if (mark) named.append(element("strong", { class: "aw-mark" }, mark));
  return bars.map((bar, place) =>
    element(
      "tr",
      { class: [mark && "aw-marked", !place && "aw-begins-row"].filter(Boolean).join(" ") },
      place ? null : named,
      element("td", { class: "aw-bar", "aria-hidden": "true" }, track(bar, place)),
      element("td", {}, bar.name ? `${bar.name}: ` : "", bar.said),
    ),
  );
}

/** A bar as long as its share, and over it how far the interval reaches. */
function track({ share, lower, upper }, place) {
  const span = (from, to) => `margin-left: ${100 * from}%; width: ${100 * (to - from)}%`;
  return element(
    "div",
    { class: "aw-track" },
    element("div", { class: `aw-filled aw-bar-${place}`, style: span(0, share) }),
    element("div", { class: "aw-reach", style: span(lower, upper) }),
  );
}

/** @type {Record<string, (block: any) => HTMLElement>} */
const makers = {
  heading: ({ text }) => element("h3", {}, text),
  text: ({ text }) => element("p", {}, text),
  note: ({ text }) => element("p", { class: "aw-note" }, text),
  table: ({ caption, columns, rows, signs }) => {
    const classes = classesOf(columns, rows);
    const head = columns.map((name, i) => cell(name, "th", { scope: "col", class: classes[i] }));
    const body = rows.map(([name, ...cells]) =>
      element(
        "tr",
        {},
        cell(name, "th", { scope: "row" }),
        ...cells.map((value, i) =>
          cell(value, "td", { "data-column": named(columns[i + 1]), class: classes[i + 1] }),
        ),
      ),
    );
    return element(
      "div",
      { class: "aw-table", tabindex: "0", role: "group", "aria-label": caption },
      element(
        "table",
        { class: signs && "aw-signs" },
        element("caption", {}, caption),
        element("thead", {}, element("tr", {}, ...head)),
        element("tbody", {}, ...body),
      ),
    );
  },
  bars: ({ caption, rows }) =>
    element(
      "table",
      { class: rows.some(({ bars }) => bars.length > 1) ? "aw-bars aw-two" : "aw-bars" },
      element("caption", {}, caption),
      element("tbody", {}, ...rows.flatMap(barsOf)),
    ),
  fold: ({ summary, blocks }) => element("details", {}, element("summary", {}, summary), ...blocks.map(made)),
};

/** @param {Block} block @returns {HTMLElement} */
const made = (block) => makers[block.kind](block);

/**
 * Show the model's report in `el`; returns what takes it away again.
 * @param {{ model: Model<ReportTraits>, el: HTMLElement }} context
 */
export function report({ model, el }) {
  const root = element("section", { class: "aw-report" });
  const tables = stackWhereNarrow(root);
  const show = () => {
    const blocks = model.get("_blocks");
    const open = [...root.querySelectorAll("details")].map((fold) => fold.open);
    root.setAttribute("aria-label", model.get("_label"));
    root.classList.toggle("aw-large", model.get("_large"));
    root.replaceChildren(...blocks.map(made));
    [...root.querySelectorAll("details")].forEach((fold, i) => (fold.open = open[i] ?? false));
    root.hidden = !blocks.length;
    tables.fit();
  };
  const changes = ["change:_blocks", "change:_label", "change:_large"];
  for (const change of changes) model.on(change, show);
  el.append(root);
  const unfollow = followTheme(root);
  show();
  return () => {
    for (const change of changes) model.off(change, show);
    unfollow();
    tables.stop();
  };
}
