// What is said while Python loads, by its beginning and by the lesson's bar.

import { fill } from "../pieces/dom.js";

const STAGES = ["python", "packages", "tables", "kit"];
const STAGE_OF = {
  IPython: "packages",
  numpy: "tables",
  pandas: "tables",
  ipywidgets: "kit",
  alliance_widgets: "kit",
};

/** The sentence for what Python told of itself; undefined where it told nothing of its loading. */
export function told(words, { stage, cut }) {
  if (cut) return fill(words.cut, { what: cut });
  if (!stage) return undefined;
  const name = STAGE_OF[stage];
  const n = STAGES.indexOf(name) + 1;
  if (!name) return fill(words.stage_late, { what: stage });
  return fill(words.stage, { what: words[`stage_${name}`], n, all: STAGES.length });
}
