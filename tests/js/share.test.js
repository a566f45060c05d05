// Passing a page on: the system's own sheet, else a copied address.
import assert from "node:assert/strict";
import test from "node:test";
import { passOn } from "../../src/sawtna/web/static/web/share.js";

const page = { url: "https://sawtna.example/ar/morocco-2016/", title: "المغرب" };

/** Hands that note what they were given. */
function hands(share) {
  const copied = [];
  return { copied, share, copy: async (text) => void copied.push(text) };
}

test("a browser with a sheet of its own shares through it", async () => {
  const shared = [];
  const given = hands(async (what) => void shared.push(what));
  assert.equal(await passOn(page, given), "shared");
  assert.deepEqual(shared, [page]);
  assert.deepEqual(given.copied, []);
});

test("a browser without one copies the address", async () => {
  const given = hands();
  assert.equal(await passOn(page, given), "copied");
  assert.deepEqual(given.copied, [page.url]);
});

test("who closes the sheet gets nothing copied", async () => {
  const given = hands(async () => {
    throw Object.assign(new Error("closed"), { name: "AbortError" });
  });
  assert.equal(await passOn(page, given), "left");
  assert.deepEqual(given.copied, []);
});

test("a sheet that fails leaves the address copied", async () => {
  const given = hands(async () => {
    throw Object.assign(new Error("no"), { name: "NotAllowedError" });
  });
  assert.equal(await passOn(page, given), "copied");
  assert.deepEqual(given.copied, [page.url]);
});
