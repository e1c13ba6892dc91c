// What a cell of a lesson is: shipped or not, a check or not, and what an earlier visit left in it.

import { sha256 } from "./sha256.js";

export const isCode = (cell) => cell.model.type === "code";
export const sourceOf = (cell) => cell.model.sharedModel.getSource();
export const isEmpty = (cell) => !sourceOf(cell).trim();

/** Whether this very code came with the kit. `shipped` holds the SHA-256 of every shipped cell. */
export const isShipped = (cell, shipped) => isCode(cell) && shipped.has(sha256(sourceOf(cell)));

export const isCheck = (cell) => (cell.model.getMetadata("tags") ?? []).includes("check");

export const hasFailed = (cell) =>
  cell.model.outputs.toJSON().some(({ output_type }) => output_type === "error");

const VIEW = "application/vnd.jupyter.widget-view+json";
const PLAIN = "text/plain";

/** The outputs with each widget left as its plain text: a widget that no kernel knows shows nothing. */
export const withoutWidgets = (outputs) =>
  outputs.map((output) =>
    output.data && VIEW in output.data
      ? { ...output, data: PLAIN in output.data ? { [PLAIN]: output.data[PLAIN] } : {} }
      : output,
  );

/** Show what an earlier visit left as text, not as “Error displaying widget”. */
export function quietSaved(cell) {
  const saved = cell.model.outputs.toJSON();
  if (saved.some(({ data }) => data && VIEW in data)) cell.model.outputs.fromJSON(withoutWidgets(saved));
}
