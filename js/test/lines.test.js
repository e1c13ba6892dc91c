import assert from "node:assert/strict";
import test from "node:test";

import { inLines } from "../src/pieces/lines.js";

test("a long title is broken between words, and a short one is not", () => {
  assert.equal(inLines("Session"), "Session");
  assert.equal(inLines("Not dropped out, if nobody"), "Not dropped out, if nobody");
  const lines = inLines("points of symptoms, per point above usual");
  assert.deepEqual(lines, ["points of symptoms, per", "point above usual"]);
  assert.deepEqual(inLines("a Handlungsunfaehigkeitsbescheinigung b"), [
    ...["a", "Handlungsunfaehigkeitsbescheinigung", "b"],
  ]);
  assert.equal(inLines(""), "");
});
