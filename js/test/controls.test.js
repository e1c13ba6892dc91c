import assert from "node:assert/strict";
import test from "node:test";

import { document, kit, modelOf, words } from "./page.js";
import { controls } from "../src/page/controls.js";

const button = (name) => ({ kind: "button", name, label: name, primary: false, done: null });

/** @param {Record<string, any>} [more] @returns {any} */
function shown(more = {}) {
  const model = modelOf({
    ...kit,
    ...{ title: "", description: "What?", note: "", note_title: "", warning: "", warning_title: "" },
    ...{ message: "", _values: {}, _items: [button("reveal"), button("again")] },
    ...more,
  });
  const el = document.createElement("div");
  document.body.append(el);
  const leave = controls({ model, el }, words);
  return { model, el, leave, buttons: () => [...el.querySelectorAll("button")] };
}

test("what is pressed and goes away leaves the focus where it is said what came of it", () => {
  const { model, el, leave, buttons } = shown();
  buttons()[1].focus();
  model.tell({ _items: [button("again")] });
  assert.equal(document.activeElement.textContent, "again");
  model.tell({ _items: [], message: "Both are shown." });
  assert.equal(document.activeElement, el.querySelector(".aw-said"));
  assert.equal(document.activeElement.textContent, "Both are shown.");
  leave();
});

test("a note stands under the controls, or under its own title", () => {
  const open = shown({ note: "It falls." });
  assert.equal(open.el.querySelector("details .aw-note:not(:empty)"), null);
  open.leave();
  const { model, el, leave } = shown({ note: "It falls.", note_title: "What it does" });
  const fold = el.querySelector("details:not([hidden])");
  assert.equal(fold.textContent, "What it doesIt falls.");
  model.tell({ note: "" });
  assert.equal(el.querySelector("details:not([hidden])"), null);
  leave();
});
