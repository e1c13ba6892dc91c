// A term's twelve words: on hover, by key and by touch, at its first place in a lesson.

import { element, uniqueId } from "../pieces/dom.js";
import { together } from "../pieces/numbers.js";

const nowhere = "a, code, pre, button, summary, h1, h2, h3, h4, .aw-term, .aw-who";
const signs = /[.*+?^${}()|[\]\\]/g;
const equals = / =$/; // after a letter that is a term where it stands before a number

/** The text nodes of `root` in which a term may be explained, or a name marked. */
export function textsOf(root) {
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const texts = [];
  while (walker.nextNode())
    if (!walker.currentNode.parentElement.closest(nowhere)) texts.push(walker.currentNode);
  return texts;
}

/** Keep a letter and its number on one line, wherever in `root` they stand. */
export function keepTogether(root) {
  for (const text of textsOf(root)) {
    const whole = together(text.data);
    if (whole !== text.data) text.data = whole;
  }
}

/** Under the term, or over it where the page ends: over everything, as a cell would cut it off. */
function place(name, tip) {
  const { left, top, bottom } = name.getBoundingClientRect();
  const room = { right: innerWidth - tip.offsetWidth, below: innerHeight - tip.offsetHeight };
  tip.style.left = `${Math.max(0, Math.min(left, room.right))}px`;
  tip.style.top = `${bottom <= room.below ? bottom : top - tip.offsetHeight}px`;
}

/** A term that says its words when it is pointed at, focused or touched; Escape takes them away. */
function explained(term, words) {
  const id = uniqueId("term");
  const tip = element(
    "span",
    { class: "aw-tip", role: "tooltip", popover: "manual", id, hidden: true },
    words,
  );
  const show = (shown) => {
    tip.hidden = !shown;
    if (tip.showPopover && tip.matches(":popover-open") !== shown) tip.togglePopover(shown);
    if (shown) place(name, tip);
  };
  const name = element(
    "span",
    {
      ...{ class: "aw-term-name", role: "button", tabindex: "0", "aria-describedby": id },
      ...{ onfocus: () => show(true), onblur: () => show(false), onclick: () => show(true) },
      onkeydown: (event) => {
        if (event.key === "Escape") show(false);
        else if (event.key === "Enter" || event.key === " ") show(true);
        else return;
        event.preventDefault();
      },
    },
    term,
  );
  const over = { onmouseenter: () => show(true), onmouseleave: () => show(false) };
  return element("span", { class: "aw-term", ...over }, name, tip);
}

/**
 * Explain each term of `terms` that stands in `root` and is not among those `seen`.
 * @param {Element} root
 * @param {Record<string, string>} terms
 * @param {Set<string>} seen
 */
export function explainTerms(root, terms, seen) {
  for (const [term, words] of Object.entries(terms)) {
    if (seen.has(term)) continue;
    const sought = term.replace(signs, "\\$&").replaceAll(" ", "\\s");
    const found = new RegExp(`(?<![\\p{L}\\d-])${sought}(?![\\p{L}\\d-])`, "iu");
    const text = textsOf(root).find(({ data }) => found.test(data));
    if (!text) continue;
    seen.add(term);
    const rest = /** @type {Text} */ (text).splitText(text.data.search(found));
    rest.splitText(term.replace(equals, "").length);
    rest.replaceWith(explained(rest.data, words));
  }
}
