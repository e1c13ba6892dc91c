// A box to write in: what was said before it, how long the text is, and what the writer checks.

import { turn } from "./dialogue.js";
import { element, fill, uniqueId } from "./dom.js";
import { TextBox } from "./textbox.js";

/** @import { WriteAsk } from "../page/protocol.ts" */

const rest = 1_000;

/**
 * Its value is `{ text, checks }`. A text is told when the hand rests or leaves the box, not at every
 * key: what is told is kept, for good. `rows` are the statements (`Rows`), `untold` says that there is
 * more in the box than was told.
 */
export class Write {
  /** @param {WriteAsk} ask @param {any} rows @param {() => void} changed */
  constructor(ask, rows, changed) {
    const id = uniqueId("text");
    this.counted = ask.counted;
    this.rows = rows;
    this.untold = false;
    this.changed = changed;
    this.length = element("p", { class: "aw-note", id: `${id}-length` });
    const described = `${id}-help ${id}-length`;
    this.box = new TextBox(
      { id, rows: 3, maxlength: ask.most, "aria-describedby": described, onchange: () => this.tell() },
      () => this.type(),
    );
    const turns = ask.turns.map((each) => turn(each));
    const checks = uniqueId("checks");
    this.root = element(
      "div",
      { class: "aw-write" },
      ask.setting ? element("p", { class: "aw-setting" }, ask.setting) : undefined,
      ask.note ? element("p", { class: "aw-content-note" }, ask.note) : undefined,
      turns.length
        ? element("ol", { class: "aw-turns", "aria-label": ask.turns_label }, ...turns)
        : undefined,
      element("label", { for: id, class: "aw-strip-name" }, ask.box),
      element("p", { id: `${id}-help`, class: "aw-setting" }, ask.help),
      this.box.root,
      this.length,
      ask.rows.length ? element("p", { id: checks, class: "aw-strip-name" }, ask.checks) : undefined,
      ask.rows.length ? element("div", { role: "group", "aria-labelledby": checks }, rows.root) : undefined,
    );
    this.count();
  }

  type() {
    this.untold = true;
    this.count();
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.tell(), rest);
  }

  tell() {
    if (this.untold) this.changed();
  }

  /** What stands here was told. */
  sent() {
    clearTimeout(this.timer);
    this.untold = false;
  }

  unmount() {
    clearTimeout(this.timer);
  }

  count() {
    this.length.textContent = fill(this.counted, { n: [...this.box.value].length });
  }

  get value() {
    return { text: this.box.value, checks: this.rows.value };
  }

  /** The box while it is empty, then the first row without an answer. */
  get gap() {
    return this.box.value.trim() ? this.rows.gap : this.box.input;
  }

  /** What stands there, in lines for a person. */
  get lines() {
    return [...this.box.lines, ...this.rows.lines];
  }

  set value(value) {
    this.box.value = value?.text;
    this.rows.value = value?.checks;
    this.count();
  }

  /** A text that is committed is still read, and copied. */
  showTruth(_truth, locked) {
    this.box.lock(locked);
    for (const input of this.root.querySelectorAll("input")) input.disabled = locked;
  }
}
