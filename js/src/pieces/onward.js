// The way on from a part that is done, past whatever else stands below it.

import { element } from "./dom.js";

/**
 * The next heading of the lesson's text after a part; undefined on a page without one.
 * @param {HTMLElement} part
 */
export function nextHeading(part) {
  /** @type {NodeListOf<HTMLElement>} */
  const headings = document.querySelectorAll(".jp-RenderedMarkdown :is(h1, h2, h3)");
  return [...headings].find(
    (each) =>
      part.compareDocumentPosition(each) & Node.DOCUMENT_POSITION_FOLLOWING &&
      !each.closest(".jp-mod-hidden, [hidden]"),
  );
}

/**
 * A button that goes on to there, for the eye and for the key.
 * @param {string} label
 * @param {() => HTMLElement} part
 */
export const onward = (label, part) =>
  element(
    "button",
    {
      type: "button",
      class: "aw-button aw-primary aw-onward",
      hidden: true,
      onclick: () => {
        const heading = nextHeading(part());
        if (!heading) return;
        heading.tabIndex = -1;
        heading.focus({ preventScroll: true });
        heading.scrollIntoView({ block: "start" });
      },
    },
    label,
  );
