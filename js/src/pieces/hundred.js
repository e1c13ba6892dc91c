// A hundred places to fill by hand: what somebody expects of a hundred, seen before it is sent.

import { element } from "./dom.js";

const side = 10;

/**
 * Ten rows of ten, as the chart that answers draws them. It stands beside a box for the same number,
 * which is what keys and screen readers use.
 */
export class Hundred {
  /**
   * @param {() => string} standing what stands in the box
   * @param {(value: string) => void} put
   */
  constructor(standing, put) {
    this.standing = standing;
    this.put = put;
    this.places = Array.from({ length: side * side }, () => element("i"));
    this.root = element(
      "div",
      {
        class: "aw-hundred",
        "aria-hidden": "true",
        onpointerdown: (event) => this.begin(event),
        onpointermove: (event) => this.root.hasPointerCapture(event.pointerId) && this.point(event),
        onpointercancel: () => this.put(this.before),
      },
      ...this.places,
    );
  }

  /** A finger that goes on to scroll the page has set nothing: what stood in the box stands again. */
  begin(event) {
    if (event.button || this.root.closest("fieldset")?.disabled) return;
    this.before = this.standing();
    this.root.setPointerCapture(event.pointerId);
    this.point(event);
  }

  /** As many as there are up to where the hand is; above all of them there is none. */
  point({ clientX, clientY }) {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    const row = Math.floor(((clientY - top) / height) * side);
    const column = Math.floor(((clientX - left) / width) * side);
    const many = row * side + Math.min(Math.max(column, -1), side - 1) + 1;
    this.put(String(Math.min(Math.max(many, 0), this.places.length)));
  }

  /** @param {string} value what stands in the box, as it was typed */
  show(value) {
    const many = Math.round(Number(value.replace(",", ".")));
    this.places.forEach((place, i) => place.classList.toggle("aw-in", i < many));
  }
}
