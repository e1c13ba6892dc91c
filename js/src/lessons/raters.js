// Client and therapist, where a paragraph speaks of the ratings of both: each with the mark of its line.

import { element } from "../pieces/dom.js";
import { textsOf } from "./terms.js";

/** One of these words, which a `|` parts, the longest first. @param {string} words */
const oneOf = (words) => new RegExp(`(?<![\\p{L}\\d-])(?:${words})(?![\\p{L}\\d-])`, "iu");

/** The first place of `word` in these texts. */
function placeOf(word, texts) {
  for (const text of texts) {
    const found = word.exec(text.data);
    if (found) return { text, at: found.index, long: found[0].length };
  }
  return undefined;
}

/**
 * Mark, in each paragraph of `root` that names both and says that somebody rates, the first of each.
 * @param {Element} root
 * @param {{ client: string, therapist: string, rates: string }} words
 */
export function markRaters(root, { client, therapist, rates }) {
  const raters = Object.entries({ client: oneOf(client), therapist: oneOf(therapist) });
  const rated = oneOf(rates);
  for (const block of root.querySelectorAll("p, li")) {
    if (block.querySelector("p, li") || !rated.test(block.textContent)) continue;
    const texts = textsOf(block);
    if (!raters.every(([, word]) => placeOf(word, texts))) continue;
    for (const [rater, word] of raters) {
      const { text, at, long } = placeOf(word, textsOf(block));
      const rest = text.splitText(at);
      rest.splitText(long);
      rest.replaceWith(element("span", { class: `aw-who aw-who-${rater}` }, rest.data));
    }
  }
}
