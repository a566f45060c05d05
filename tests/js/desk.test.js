// Rows of a list at the desk: a new one continues the numbers, whatever stands in the old one.
import assert from "node:assert/strict";
import test from "node:test";
import { renumber } from "../../src/sawtna/web/static/web/desk.js";

test("names and ids of a row get the next number", () => {
  assert.equal(renumber("words.links.0.url", "words.links", 3), "words.links.3.url");
  assert.equal(renumber("q-words-links-0-url", "words.links", 3), "q-words-links-3-url");
  assert.equal(renumber("options.12.ar", "options", 13), "options.13.ar");
  assert.equal(renumber("q-options-12-ar", "options", 13), "q-options-13-ar");
});

test("what belongs to another list stays as it is", () => {
  assert.equal(renumber("words.text.ar", "words.links", 3), "words.text.ar");
  assert.equal(renumber("q-options-0-id", "words.links", 3), "q-options-0-id");
  assert.equal(renumber("", "options", 1), "");
});
