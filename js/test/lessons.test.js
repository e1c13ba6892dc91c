import assert from "node:assert/strict";
import test from "node:test";

import { document } from "./page.js";
import { markRaters } from "../src/lessons/raters.js";
import { boxTables } from "../src/lessons/tables.js";
import { explainTerms, keepTogether } from "../src/lessons/terms.js";

const terms = { "reliable drop": "A fall larger than errors usually make.", sigmas: "Steps." };

function prose(html) {
  const root = document.createElement("div");
  root.innerHTML = html;
  document.body.append(root);
  return root;
}

test("a term is explained once, at its first place that is no heading, link or code", () => {
  const seen = new Set();
  const root = prose("<h2>Reliable drop</h2><p>By the <em>Reliable drop</em> or a reliable drop.</p>");
  explainTerms(root, terms, seen);
  const names = [...root.querySelectorAll(".aw-term-name")];
  assert.deepEqual(
    names.map((name) => [name.textContent, name.parentElement.parentElement.tagName]),
    [["Reliable drop", "EM"]],
  );
  const again = prose("<p>A reliable drop, unreliable drops, 3sigmas.</p>");
  explainTerms(again, terms, seen);
  assert.equal(again.querySelectorAll(".aw-term").length, 0);
});

test("the words come by key, by touch and on hover, and go with Escape", () => {
  const root = prose("<p>With three sigmas.</p>");
  explainTerms(root, terms, new Set());
  const name = /** @type {HTMLElement} */ (root.querySelector(".aw-term-name"));
  const tip = document.getElementById(name.getAttribute("aria-describedby"));
  assert.deepEqual([tip.textContent, tip.hidden, name.getAttribute("tabindex")], ["Steps.", true, "0"]);
  const ways = [
    () => name.dispatchEvent(new Event("focus")),
    () => name.click(),
    () => root.querySelector(".aw-term").dispatchEvent(new Event("mouseenter")),
  ];
  for (const way of ways) {
    way();
    assert.equal(tip.hidden, false);
    name.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
    assert.equal(tip.hidden, true);
  }
});

test("a table has a box, which is a stop of the keys only while the table is wider", () => {
  let fit;
  const before = globalThis.ResizeObserver;
  globalThis.ResizeObserver = /** @type {any} */ (
    class {
      constructor(act) {
        fit = act;
      }
      observe() {}
    }
  );
  const root = prose("<table><tr><td>1</td></tr></table>");
  boxTables(root, "Table");
  globalThis.ResizeObserver = before;
  const box = root.querySelector(".aw-table-box");
  for (const wide of [400, 200]) {
    Object.defineProperty(box.querySelector("table"), "offsetWidth", { value: wide, configurable: true });
    Object.defineProperty(box, "clientWidth", { value: 300, configurable: true });
    fit();
    assert.equal(box.getAttribute("tabindex"), wide > 300 ? "0" : null);
    assert.equal(box.classList.contains("aw-wide"), wide > 300);
  }
});

test("client and therapist have the mark of their line where a paragraph speaks of the ratings of both", () => {
  const root = document.createElement("div");
  root.innerHTML = `<p>Clients rate above their therapists, and a client rates <b>twice</b>.</p>
    <p>The therapist asks the client.</p><ul><li><p>What the client's rating and the therapist's say.</p></li></ul>`;
  const words = { client: "client's|clients|client", therapist: "therapist's|therapists|therapist" };
  markRaters(root, { ...words, rates: "rating|rates|rate" });
  const marked = [...root.querySelectorAll(".aw-who")].map(({ className, textContent }) => [
    className.split("-").at(-1),
    textContent,
  ]);
  assert.deepEqual(marked, [
    ["client", "Clients"],
    ["therapist", "therapists"],
    ["client", "client's"],
    ["therapist", "therapist's"],
  ]);
});

test("on paper stands what is read and drawn, in grey on light, with nothing to press or to ask for", async () => {
  const { partsOf } = await import("../src/lessons/print.js");
  const notebook = prose(`
    <div class="jp-RenderedMarkdown"><p>Read.</p><img src="https://elsewhere/x.png"></div>
    <div class="jp-OutputArea-output"><div class="aw-chart" data-theme="dark">
      <svg><path fill="#56b4e9" stroke="#DDDDDD"></path></svg><button>Save</button>
      <details><summary>In words</summary><p>It falls.</p></details></div>
      <form class="aw-form"><input type="number"><input type="checkbox">
      <select><option>low</option><option selected>high</option></select></form></div>
    <div class="aw-lesson-check"><div class="jp-OutputArea-output">True</div></div>`);
  const inputs = /** @type {HTMLInputElement[]} */ ([...notebook.querySelectorAll("input")]);
  inputs[0].value = "4";
  inputs[1].checked = true;
  const parts = partsOf(notebook);
  assert.equal(parts.length, 2);
  const page = prose("");
  page.append(...parts);
  assert.equal(page.querySelectorAll("button, img").length, 0);
  const path = page.querySelector("path");
  assert.deepEqual([path.getAttribute("fill"), path.getAttribute("stroke")], ["#5e5e5e", "#262626"]);
  assert.ok(page.querySelector("details").hasAttribute("open"));
  assert.equal(page.querySelector("[data-theme]").getAttribute("data-theme"), "light");
  assert.equal(page.querySelector("input[type=number]").getAttribute("value"), "4");
  assert.ok(page.querySelector("input[type=checkbox]").hasAttribute("checked"));
  assert.equal(page.querySelector("select"), null);
  assert.equal(page.querySelector(".aw-chosen").textContent, "high");
  assert.ok(notebook.querySelector("button"), "what is on the screen stays as it is");
});

test("a letter stays with its number, and alone has the words", () => {
  const root = prose("<p>It was r = .28, p &lt; .05, or x = y.</p>");
  keepTogether(root);
  explainTerms(root, { "r =": "How closely." }, new Set());
  assert.equal(root.querySelector(".aw-term-name").textContent, "r");
  assert.match(root.textContent, /\u00a0=\u00a0\.28, p\u00a0<\u00a0\.05, or x = y\./);
});
