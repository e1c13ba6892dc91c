// Marks on the sessions of a case: a strip of check boxes for each kind of mark, and "none".

import { element, enterTicks, uniqueId } from "./dom.js";

/** @import { MarksAsk } from "../page/protocol.ts" */

export class Marks {
  /** @param {MarksAsk} ask @param {() => void} changed */
  constructor({ sessions, kinds, none, hint }, changed) {
    this.changed = changed;
    this.strips = kinds.map((kind) => this.strip(kind, sessions));
    this.none = this.box({ checked: () => this.chose() });
    this.root = element(
      "div",
      { class: "aw-marking", onkeydown: enterTicks },
      element("p", { class: "aw-note" }, hint),
      ...this.strips.map(({ root }) => root),
      element("label", { class: "aw-option aw-none" }, this.none, element("span", {}, none)),
    );
  }

  /** @param {{ label?: string, value?: number, checked: (event: any) => void }} box */
  box({ label, value, checked }) {
    return element("input", { type: "checkbox", value, "aria-label": label, onchange: checked });
  }

  strip({ name, label, sign }, sessions) {
    const id = uniqueId(name);
    const boxes = sessions.map(([session, spoken]) =>
      this.box({
        label: `${label}: ${spoken}`,
        value: session,
        checked: ({ target }) => this.marked(name, target),
      }),
    );
    const options = boxes.map((box, i) =>
      element("label", { class: "aw-option" }, box, element("span", {}, sessions[i][0])),
    );
    const heading = element("p", { id, class: "aw-strip-name" });
    heading.append(element("span", { "aria-hidden": "true" }, `${sign} `), label);
    const row = element("div", { class: "aw-sessions" }, ...options);
    return {
      name,
      boxes,
      root: element("div", { role: "group", "aria-labelledby": id }, heading, row),
    };
  }

  /** A session has one mark at most, and a mark takes “none” back. */
  marked(name, target) {
    if (target.checked) {
      this.none.checked = false;
      for (const other of this.strips)
        for (const box of other.boxes)
          if (other.name !== name && box.value === target.value) box.checked = false;
    }
    this.changed();
  }

  chose() {
    if (this.none.checked) for (const { boxes } of this.strips) for (const box of boxes) box.checked = false;
    this.changed();
  }

  get value() {
    const chosen = ({ boxes }) => boxes.filter((box) => box.checked).map((box) => Number(box.value));
    const marks = Object.fromEntries(this.strips.map((strip) => [strip.name, chosen(strip)]));
    return { ...marks, none: this.none.checked };
  }

  get lines() {
    const all = this.strips.flatMap(({ boxes }) => [...boxes]).filter((box) => box.checked);
    const lines = all.map((box) => box.getAttribute("aria-label"));
    return this.none.checked ? [...lines, this.none.closest("label").textContent] : lines;
  }

  set value(value) {
    for (const { name, boxes } of this.strips)
      for (const box of boxes) box.checked = value?.[name]?.includes(Number(box.value)) ?? false;
    this.none.checked = value?.none === true;
  }
}
