// The sessions of a case as a table that can be corrected in place, as in a spreadsheet.

import { element, fill, polite } from "../pieces/dom.js";
import { fits, inWords, known, refusal } from "../pieces/numbers.js";
import { Part, shown } from "../pieces/part.js";

/** @import { GridPress, GridSets, GridTraits } from "./protocol.ts" */

/** @extends {Part<GridTraits, GridSets, GridPress>} */
class Grid extends Part {
  constructor(model, words) {
    super(model, words);
    this.caption = element("caption", {});
    this.head = element("tr", {});
    this.body = element("tbody", {});
    this.summary = element("summary", {});
    this.message = polite("p", { class: "aw-said" });
    this.region = element(
      "div",
      { class: "aw-table", tabindex: "0", role: "group" },
      element("table", {}, this.caption, element("thead", {}, this.head), this.body),
    );
    this.root = element("details", { class: "aw-grid" }, this.summary, this.region, this.message);
  }

  mount(host) {
    const { model } = this;
    this.follow(host, {
      "change:_rows": () => this.waits || this.build(), // what waits stands in its boxes until then
      "change:title": () => this.label(),
      "change:message": () => this.waits || this.tell(model.get("message")),
    });
    this.root.open = model.get("opened");
    this.root.addEventListener("toggle", () => {
      if (model.get("opened") === this.root.open) return;
      model.set("opened", this.root.open);
      model.save_changes();
    });
    this.label();
    this.build();
    this.tell(model.get("message"));
  }

  label() {
    const title = this.model.get("title");
    this.summary.textContent = title;
    this.region.setAttribute("aria-label", title);
  }

  build() {
    const columns = this.model.get("_columns");
    const at = /** @type {HTMLElement} */ (document.activeElement);
    const focused = this.body.contains(at) ? at.dataset.place : undefined;
    const place = [...this.body.children].indexOf(at?.closest("tr"));
    this.caption.textContent = this.model.get("_rows").some(({ own }) => own) ? this.words.grid_help : "";
    this.head.replaceChildren(
      element("th", { scope: "col" }, this.words.grid_session),
      ...columns.map(({ label }) => element("th", { scope: "col" }, label)),
      element("th", { scope: "col" }, this.words.grid_note),
      element("th", { scope: "col" }, element("span", { class: "aw-voice" }, this.words.grid_change)),
    );
    this.body.replaceChildren(...this.model.get("_rows").map((row) => this.row(row, columns)));
    if (!focused) return;
    const rows = [...this.body.children];
    const beside = rows[Math.min(place, rows.length - 1)]?.querySelector("button");
    const same = /** @type {HTMLElement} */ (this.body.querySelector(`[data-place="${focused}"]`));
    (same ?? beside ?? this.summary).focus();
  }

  row(row, columns) {
    const cells = columns.map((column) =>
      element("td", {}, row.own && column.editable ? this.box(row, column) : text(row, column)),
    );
    const remove = row.own
      ? element(
          "button",
          {
            type: "button",
            class: "aw-button aw-small",
            "data-place": `${row.session}-remove`,
            "aria-label": fill(this.words.grid_remove, row),
            onclick: () => this.request({ kind: "remove", session: row.session }),
          },
          "×",
        )
      : undefined;
    return element(
      "tr",
      {},
      element("th", { scope: "row" }, String(row.session)),
      ...cells,
      element("td", {}, row.note),
      element("td", {}, remove),
    );
  }

  box(row, column) {
    const kept = row.values[column.name] ?? null;
    const input = element("input", {
      type: "number",
      class: "aw-number aw-small",
      inputmode: "decimal",
      min: column.low,
      max: column.high,
      step: column.step,
      value: kept ?? undefined,
      "data-place": `${row.session}-${column.name}`,
      "aria-label": fill(this.words.grid_cell, { label: column.label, session: row.session }),
      onkeydown: (event) => this.walk(event, row, column),
      onchange: () => {
        if (!this.take(input, row, column)) input.value = row.values[column.name] ?? "";
      },
    });
    return input;
  }

  /** Send what stands in a box, or say why not; whether it was a number on the scale, or none. */
  take(input, row, column) {
    const kept = row.values[column.name] ?? null;
    const empty = input.value === "" && !input.validity.badInput;
    const value = empty ? null : input.valueAsNumber;
    if (!empty && !fits(value, column)) {
      const label = fill(this.words.grid_cell, { label: column.label, session: row.session });
      this.tell(refusal(input.value, kept, { ...column, label }, this.words));
      return false;
    }
    if (value !== kept) this.request({ kind: "correct", session: row.session, name: column.name, value });
    return true;
  }

  /** Enter goes down a column once the number is taken, Escape puts back what stood there. */
  walk(event, row, column) {
    if (event.key === "Escape") {
      event.target.value = row.values[column.name] ?? "";
      return;
    }
    if (event.key !== "Enter") return;
    event.preventDefault();
    if (!this.take(event.target, row, column)) {
      event.target.value = row.values[column.name] ?? "";
      event.target.select();
      return;
    }
    const boxes = /** @type {HTMLElement[]} */ ([
      ...this.body.querySelectorAll(`[data-place$="-${column.name}"]`),
    ]);
    const next = boxes[boxes.indexOf(event.target) + (event.shiftKey ? -1 : 1)];
    if (next) next.focus();
    else event.target.blur();
  }

  /** What is said stands over the lower edge of the table: not over the box it is about. */
  tell(sentence) {
    super.tell(sentence);
    const at = document.activeElement;
    if (sentence && this.body.contains(at)) at.scrollIntoView({ block: "nearest" });
  }

  request(what) {
    if (!this.waits) this.refusals = [];
    this.press(what);
  }

  heard(_press, taken) {
    if (!taken && this.model.get("message")) this.refusals.push(this.model.get("message"));
  }

  /** Refused: what stood there stands there again, and why is not talked over by what went well. */
  answered() {
    this.build();
    this.tell(this.refusals.length ? this.refusals.join(" ") : this.model.get("message"));
  }
}

const text = (row, { name }) => {
  const value = row.values[name];
  return known(value) ? inWords(value) : "";
};

export const grid = shown(Grid);
