// A hundred places to fill by hand: what somebody expects of a hundred, seen before it is sent.

import { element } from "./dom.js";

const across = 20;
const down = 5;

/**
 * Columns of five that fill from the left. It stands over a box for the same number, which is what
 * keys and screen readers use.
 */
export class Hundred {
  /**
   * @param {() => string} standing what stands in the box
   * @param {(value: string) => void} put
   */
  constructor(standing, put) {
    this.standing = standing;
    this.put = put;
    this.places = Array.from({ length: across * down }, () => element("i"));
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

  /** As many as there are up to where the hand is; left of all of them there is none. */
  point({ clientX, clientY }) {
    const { left, top, width, height } = this.root.getBoundingClientRect();
    const column = Math.floor(((clientX - left) / width) * across);
    const row = Math.floor(((clientY - top) / height) * down);
    const many = column * down + Math.min(Math.max(row, 0), down - 1) + 1;
    this.put(String(column < 0 ? 0 : Math.min(many, this.places.length)));
  }

  /** @param {string} value what stands in the box, as it was typed */
  show(value) {
    const many = Math.round(Number(value.replace(",", ".")));
    this.places.forEach((place, i) => place.classList.toggle("aw-in", i < many));
  }
}
