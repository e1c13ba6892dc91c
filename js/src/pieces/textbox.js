// A box for a text of one's own.

import { element } from "./dom.js";

/** Its value is the text, told at every key. */
export class TextBox {
  /** @param {Record<string, any>} attributes @param {() => void} changed */
  constructor(attributes, changed) {
    this.input = element("textarea", { oninput: changed, ...attributes });
    this.root = element("div", { class: "aw-text" }, this.input);
  }

  get value() {
    return this.input.value;
  }

  set value(value) {
    // Setting what stands there already would take the cursor to the end.
    if (this.input.value !== (value ?? "")) this.input.value = value ?? "";
  }

  /** What stands there, in lines for a person. */
  get lines() {
    return this.value.split("\n").filter((line) => line.trim());
  }

  lock(locked) {
    this.input.readOnly = locked;
  }
}
