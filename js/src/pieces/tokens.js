// The colours, sizes and distances that charts, styles and runtime share: tokens.json of the package.

import tokens from "../../../alliance_widgets/tokens.json" with { type: "json" };

/** @typedef {"light" | "dark"} Theme */

const parts =
  ".aw-chart, .aw-controls, .aw-form, .aw-grid, .aw-question, .aw-report, .aw-intake, .aw-banner, .aw-print";

/** Every element of the kit that stands by itself on a page. */
export const ours = `:is(${parts})`;

/** The colours of a theme by their names. @param {Theme} theme @returns {Record<string, string>} */
export const coloursOf = (theme) =>
  Object.fromEntries(Object.entries(tokens.colours).map(([name, colour]) => [name, colour[theme]]));

const { on_accent: _, ...drawn } = tokens.colours;

/** What a colour of a chart is on dark, by what it is on light. @type {Record<string, string>} */
export const onDark = Object.fromEntries(Object.values(drawn).map(({ light, dark }) => [light, dark]));

export const { type, fonts } = tokens;

/** What the extension adds to JupyterLab: the bar over a lesson, its notices, its terms, the start page. */
export const lessonParts = ":is(.aw-lesson-bar, .aw-lesson-notice, .aw-lesson-view, .aw-cover)";

/**
 * The tokens as properties of CSS: `--aw-ink`, `--aw-space-2`, `--aw-note`, for what `chosen` selects,
 * and for what `onDarkGround` does.
 */
export function properties(chosen = ours, onDarkGround = `${ours}[data-theme="dark"]`) {
  const pixels = (given, stem = "") =>
    Object.entries(given).map(([name, size]) => `--aw-${stem}${name}: ${size}px;`);
  const colours = (theme) =>
    Object.entries(coloursOf(theme)).map(([name, colour]) => `--aw-${name.replaceAll("_", "-")}: ${colour};`);
  const sizes = [...pixels(tokens.type), ...pixels(tokens.space, "space-"), ...pixels(tokens.shape)];
  return `${chosen} { ${colours("light").join(" ")} ${sizes.join(" ")} --aw-fonts: ${fonts}; }
${onDarkGround} { ${colours("dark").join(" ")} }
`;
}
