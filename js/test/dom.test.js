import assert from "node:assert/strict";
import test from "node:test";

import { document } from "./page.js";
import { element, enterTicks, fill, quietVoice, uniqueId } from "../src/pieces/dom.js";

test("names in a sentence are filled in, and unknown ones stay", () => {
  assert.equal(fill("{a} of {b}, {c}", { a: 0, b: "{a}" }), "0 of {a}, {c}");
});

test("no two ids are the same", () => {
  assert.notEqual(uniqueId("x"), uniqueId("x"));
});

test("an element has what it is given, and text is never HTML", () => {
  let clicks = 0;
  const box = element(
    "div",
    { class: "a", hidden: true, title: false, lang: null, onclick: () => (clicks += 1) },
    "<i>",
  );
  assert.deepEqual([...box.getAttributeNames()].sort(), ["class", "hidden"]);
  assert.equal(box.textContent, "<i>");
  assert.equal(box.children.length, 0);
  box.click();
  assert.equal(clicks, 1);
  assert.equal(element("p", {}, undefined, null, "").childNodes.length, 1);
});

test("Enter ticks a box and does nothing to a line of text", () => {
  const event = (target) => ({
    key: "Enter",
    target,
    stopped: 0,
    preventDefault() {
      this.stopped += 1;
    },
  });
  const box = element("input", { type: "checkbox" });
  const line = element("input", { type: "text" });
  document.body.append(box, line);
  const [onBox, onLine] = [event(box), event(line)];
  enterTicks(onBox);
  enterTicks(onLine);
  assert.equal(box.checked, true);
  assert.deepEqual([onBox.stopped, onLine.stopped], [1, 0]);
});

test("the voice speaks the last sentence once the hand rests", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  t.mock.method(performance, "now", () => 1e9); // long after any hand
  const { region, say, silence } = quietVoice();
  say(() => "one");
  t.mock.timers.tick(400);
  say(() => "two");
  t.mock.timers.tick(499);
  assert.equal(region.textContent, "");
  t.mock.timers.tick(1);
  assert.equal(region.textContent, "two");
  say(() => "three");
  silence();
  t.mock.timers.tick(1000);
  assert.equal(region.textContent, "two");
});

test("nothing is spoken while a hand moves a slider, and then once", async (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  let now = 0;
  t.mock.method(performance, "now", () => now);
  const pass = (milliseconds) => {
    for (let i = 0; i < milliseconds; i += 10) {
      now += 10;
      t.mock.timers.tick(10);
    }
  };
  const { region, say } = quietVoice();
  const heard = new Set();
  for (let step = 0; step < 20; step += 1) {
    document.dispatchEvent(new Event("input"));
    say(() => `step ${step}`);
    pass(700); // a kernel that answers slowly: longer than half a second from step to step
    heard.add(region.textContent);
  }
  assert.deepEqual([...heard], [""]);
  pass(1_000);
  assert.equal(region.textContent, "step 19");
});
