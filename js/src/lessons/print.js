// A lesson on paper: what is read and drawn, in grey on white, with nothing asked of any address.

import { element } from "../pieces/dom.js";
import { coloursOf, onDark, ours } from "../pieces/tokens.js";

const left = "button, .aw-voice, .aw-tools, .aw-work, .aw-desk, .aw-lesson-strip, .aw-foot > :empty";
const onLight = Object.fromEntries(Object.entries(onDark).map(([light, dark]) => [dark, light]));

/** A colour as a printer without colours has it. @param {string} colour */
export function inGrey(colour) {
  const [red, green, blue] = [1, 3, 5].map((at) => Number.parseInt(colour.slice(at, at + 2), 16));
  const grey = Math.round(0.2126 * red + 0.7152 * green + 0.0722 * blue);
  return `#${grey.toString(16).padStart(2, "0").repeat(3)}`;
}

/** The kit's colours, in grey: without a filter, which would make a picture of every page. */
const greys = () =>
  Object.entries(coloursOf("light"))
    .map(([name, colour]) => `--aw-${name.replaceAll("_", "-")}: ${inGrey(colour)};`)
    .join(" ");

/** What stands in an input that is no part of what a copy takes along. */
function written(original, copy) {
  const chosen = [...original.querySelectorAll("select")].map(
    (select) => select.selectedOptions[0]?.textContent,
  );
  [...copy.querySelectorAll("select")].forEach((select, i) => {
    select.replaceWith(element("span", { class: "aw-chosen" }, chosen[i] ?? ""));
  });
  const inputs = [...copy.querySelectorAll("input, textarea")];
  [...original.querySelectorAll("input, textarea")].forEach((input, i) => {
    if (input.type === "checkbox" || input.type === "radio")
      inputs[i].toggleAttribute("checked", input.checked);
    else if (input.tagName === "TEXTAREA") inputs[i].textContent = input.value;
    else inputs[i].setAttribute("value", input.value);
  });
}

/** One part of a lesson as it goes on paper. */
function onPaper(part) {
  const copy = part.cloneNode(true);
  written(part, copy);
  for (const each of copy.querySelectorAll(left)) each.remove();
  for (const each of copy.querySelectorAll("details")) each.setAttribute("open", "");
  for (const each of copy.querySelectorAll("[data-theme]")) each.setAttribute("data-theme", "light");
  for (const each of copy.querySelectorAll("svg *"))
    for (const name of ["fill", "stroke"]) {
      const colour = each.getAttribute(name)?.toUpperCase();
      if (/^#[0-9A-F]{6}$/.test(colour)) each.setAttribute(name, inGrey(onLight[colour] ?? colour));
    }
  // A picture from elsewhere would be asked for again.
  for (const each of copy.querySelectorAll("img:not([src^='data:']), script, link, iframe")) each.remove();
  return copy;
}

/** The parts of a notebook that are read: prose, and what the cells show. */
export const partsOf = (notebook) =>
  [...notebook.querySelectorAll(".jp-RenderedMarkdown, .jp-OutputArea-output")]
    .filter((part) => !part.parentElement.closest(".jp-OutputArea-output, .aw-lesson-check"))
    .map(onPaper);

/** Print the notebook: its parts in a document of their own, which is gone once that is done. */
export function printLesson(notebook, title, style) {
  const frame = element("iframe", { class: "aw-print", "aria-hidden": "true", tabindex: "-1" });
  document.body.append(frame);
  const page = frame.contentDocument;
  const sheets = [...document.adoptedStyleSheets].flatMap((sheet) => [...sheet.cssRules]);
  const kit = sheets.map(({ cssText }) => cssText).filter((text) => text.includes(".aw-"));
  page.title = title;
  const grey = `body ${ours} { ${greys()} }`;
  page.head.append(page.importNode(element("style", {}, kit.join("\n"), grey, style), true));
  page.body.append(...partsOf(notebook).map((part) => page.importNode(part, true)));
  frame.contentWindow.addEventListener("afterprint", () => setTimeout(() => frame.remove()));
  page.body.inert = true; // it is for paper: no key goes in
  const at = /** @type {HTMLElement | null} */ (document.activeElement);
  frame.contentWindow.focus();
  frame.contentWindow.print();
  at?.focus({ preventScroll: true });
  return frame;
}
