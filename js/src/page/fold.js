// A table folded under its title: figures for who wants them.

import { element } from "../pieces/dom.js";
import { htmlTable, rowsOf, stackWhereNarrow } from "../pieces/table.js";
import { followTheme } from "../pieces/theme.js";

/** @import { FoldTraits } from "./protocol.ts" */
/** @import { Model } from "../pieces/model.ts" */

/**
 * Show the model's table in `el`; returns what takes it away again.
 * @param {{ model: Model<FoldTraits>, el: HTMLElement }} context
 */
export function fold({ model, el }) {
  const title = element("summary", {});
  const note = element("p", { class: "aw-note" });
  const box = element("div", { class: "aw-table", tabindex: "0", role: "group" });
  const root = element("details", { class: "aw-grid aw-fold" }, title, note, box);
  const tables = stackWhereNarrow(root);
  root.addEventListener("toggle", tables.fit);
  const show = () => {
    title.textContent = model.get("title");
    note.textContent = model.get("note");
    note.hidden = !model.get("note");
    root.hidden = note.hidden && !rowsOf(model.get("_columns")).length;
    box.setAttribute("aria-label", model.get("title"));
    const named = Object.entries(model.get("_titles")).map(([field, name]) => ({ field, title: name }));
    const rows = rowsOf(model.get("_columns"));
    box.hidden = !rows.length;
    box.replaceChildren(htmlTable({ rows, columns: named }, model.get("title")));
    tables.fit();
  };
  el.append(root);
  const unfollow = followTheme(root);
  const changes = ["change:title", "change:note", "change:_columns"];
  for (const event of changes) model.on(event, show);
  show();
  return () => {
    for (const event of changes) model.off(event, show);
    unfollow();
    tables.stop();
  };
}
