// A title that is longer than what it stands under.

const longest = 26; // letters

/** The title in lines, broken between words; one that is short enough as it is. */
export function inLines(/** @type {string} */ title) {
  const lines = title.match(new RegExp(`\\S.{0,${longest - 1}}(?=\\s|$)|\\S+`, "g")) ?? [];
  return lines.length > 1 ? lines : title;
}
