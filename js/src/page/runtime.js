// All of the kit's browser side: evaluated once per page, whatever the number of charts and kernels.

import style from "../style.css";
import { chart } from "./chart.js";
import { controls } from "./controls.js";
import { fold } from "./fold.js";
import { form } from "./form.js";
import { grid } from "./grid.js";
import { intake } from "./intake.js";
import { question } from "./question.js";
import { taps } from "./taps.js";
import { report } from "./report.js";
import { ours, properties } from "../pieces/tokens.js";

const sheet = new CSSStyleSheet();
sheet.replaceSync(properties() + style);
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];

// JupyterLab would take Enter, arrows and digits for commands of its own even while a slider has the
// focus, unless the focused element says so itself. Ctrl+S and its kind stay JupyterLab's.
addEventListener(
  "keydown",
  ({ target, key, ctrlKey, metaKey, altKey }) => {
    const kept = key !== "Enter" && (ctrlKey || metaKey || altKey);
    if (target instanceof Element && target.closest(ours))
      target.toggleAttribute("data-lm-suppress-shortcuts", !kept);
  },
  { capture: true },
);

// JupyterLab also cancels the line break that Enter would be in a text box, and with it the form's
// being sent, which is what Enter does in a box of one line; in a larger one it is the line break.
addEventListener(
  "beforeinput",
  (event) => {
    const { target } = event;
    const text = target instanceof HTMLInputElement || target instanceof HTMLTextAreaElement;
    const box = text && target.closest(ours);
    if (box && event.inputType === "insertLineBreak") event.stopPropagation();
  },
  { capture: true },
);

export const parts = { chart, controls, fold, form, grid, intake, question, report, taps };
