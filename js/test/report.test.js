import assert from "node:assert/strict";
import { test } from "node:test";

import { document, modelOf } from "./page.js";
import { report } from "../src/page/report.js";

const bar = (name, share) => ({ name, share, lower: share / 2, upper: share, said: `${share}` });

/** A report of one table of bars. */
function shown(rows, large = false) {
  const el = document.createElement("div");
  const block = { kind: "bars", caption: "Of thirty", rows };
  report({ model: modelOf({ _blocks: [block], _label: "The class", _large: large }), el });
  return el;
}

test("a share is as long as its bar, with its interval over it, and in words beside it", () => {
  const el = shown([{ label: "<b>yes</b>", mark: "", bars: [bar("", 0.4)] }]);
  assert.equal(el.querySelector("th").textContent, "<b>yes</b>");
  assert.match(el.querySelector(".aw-filled").getAttribute("style"), /width: 40%/);
  assert.match(el.querySelector(".aw-reach").getAttribute("style"), /margin-left: 20%; width: 20%/);
  assert.equal(el.querySelector("td:last-child").textContent, "0.4");
  assert.equal(el.querySelector("td.aw-bar").getAttribute("aria-hidden"), "true");
});

test("a row of two bars has one heading, and only a marked row its mark", () => {
  const two = { label: "true", mark: "right", bars: [bar("before", 0.2), bar("after", 0.6)] };
  const el = shown([two, { label: "false", mark: "", bars: [bar("before", 0.1), bar("after", 0)] }], true);
  assert.equal(el.querySelectorAll("th").length, 2);
  assert.equal(el.querySelector("th").getAttribute("rowspan"), "2");
  assert.equal(el.querySelectorAll(".aw-mark").length, 1);
  assert.match(el.querySelectorAll("td:last-child")[1].textContent, /^after: 0.6$/);
  assert.ok(el.querySelector("section").classList.contains("aw-large"));
});
