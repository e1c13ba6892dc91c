import assert from "node:assert/strict";
import { test } from "node:test";

import { document, kit, modelOf } from "./page.js";
import { intake } from "../src/page/intake.js";

const labels = { drop: "Drop", choose: "Choose", paste: "Paste", take: "Take" };

/** An intake that takes so many bytes at once, with a hand for files. */
function made(most) {
  const el = document.createElement("div");
  const model = modelOf({ ...kit, _labels: labels, message: "", most_bytes: most });
  /** @type {any} */
  const said = { intake_too_large: "Too large: {names} ({limit})" };
  const away = intake({ model, el }, said);
  const drop = async (files) => {
    const event = new (Object.getPrototypeOf(document.createEvent("Event")).constructor)("drop");
    Object.defineProperty(event, "dataTransfer", { value: { files } });
    el.querySelector(".aw-drop").dispatchEvent(event);
    await new Promise((done) => setTimeout(done, 20));
    const told = el.querySelector(".aw-said").textContent;
    away();
    return { pressed: model.sent.map(({ press }) => press).filter(Boolean), told };
  };
  return drop;
}

const file = (name, size) => ({ name, size, arrayBuffer: async () => new ArrayBuffer(size) });

test("files are sent in parcels that a message can carry, the last of which says so", async () => {
  const { pressed } = await made(10)([file("a", 6), file("b", 6), file("c", 3)]);
  assert.deepEqual(
    pressed.map(({ names, more }) => [names, more]),
    [
      [["a"], true],
      [["b", "c"], false],
    ],
  );
});

test("a file that no message can carry is named, and the others are sent", async () => {
  const { pressed, told } = await made(10)([file("huge", 11), file("b", 1)]);
  assert.deepEqual(pressed[0].names, ["b"]);
  assert.match(told, /Too large: huge/);
});
