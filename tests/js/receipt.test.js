/** Receipts made in the browser: the bytes that Python makes, found by whole tiles, and short enough for a QR code. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { parseBase64 } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import {
  findLeaf,
  indexIn,
  MOST_TILES,
  makeReceipt,
  SHORT_BYTES,
  shorten,
} from "../../src/sawtna/ledger/static/ledger/receipt.js";
import { forgetBook, openBook } from "../../src/sawtna/ledger/static/ledger/trusted.js";
import { importFrom } from "./rooms.js";
import { keyOf, logOf } from "./small_log.js";
import { failsWith, readVectors } from "./vectors.js";

const { lookUp, standingOf } = await importFrom("campaigns", "cast/receipts.js");
const { forgetCoin, loadCoin, saveCoin } = await importFrom("campaigns", "cast/store.js");

const vectors = readVectors("receipt");
const origin = vectors.checkpoint.split("\n")[0];
const page = {
  origin,
  vkey: vectors.vkey,
  policy: `log ${vectors.vkey}\nwitness w ${vectors.witness.vkey}\nquorum w\n`,
};

/** The log of the vectors, with the paths that were asked for. */
async function bookOfVectors() {
  await forgetBook(origin);
  const asked = [];
  const book = await openBook(page, async (path) => {
    asked.push(path);
    return path === "checkpoint"
      ? new TextEncoder().encode(vectors.checkpoint)
      : parseBase64(vectors.files[path]);
  });
  asked.length = 0;
  return { book, asked };
}

test("a receipt is that of Python, byte for byte, and so is its short form", async () => {
  const { book } = await bookOfVectors();
  for (const { index, entry, leaf, receipt, short } of vectors.receipts) {
    const made = await makeReceipt(book, index, parseBase64(entry));
    assert.equal(made, receipt);
    assert.equal(indexIn(made), index);
    assert.equal(shorten(made, new Uint8Array(Buffer.from(leaf, "hex"))), short);
  }
  await failsWith("outside", makeReceipt(book, 3, new Uint8Array(5)));
});

test("a cast is looked for by whole tiles of leaves, and nothing that is asked for names it", async () => {
  const { book, asked } = await bookOfVectors();
  for (const { index, leaf } of vectors.receipts) {
    asked.length = 0;
    const found = await findLeaf(book, new Uint8Array(Buffer.from(leaf, "hex")), 0);
    assert.deepEqual(found, { index, since: 0 });
    assert.deepEqual(asked.sort(), ["tile/0/000", "tile/0/001.p/3"]);
  }
  assert.deepEqual(await findLeaf(book, new Uint8Array(32), 0), { index: null, since: 259 });
});

test("a search that finds nothing goes on later where it ended", async () => {
  const asked = [];
  const tiles = {
    leaves: async (number) => {
      asked.push(number);
      return [new Uint8Array(32).fill(number % 251)];
    },
  };
  const book = { size: 300 * 256, tiles };
  const { since } = await findLeaf(book, new Uint8Array(32).fill(252), 20 * 256 + 7);
  assert.deepEqual([since, asked.length], [(20 + MOST_TILES) * 256, MOST_TILES]);
  assert.equal(asked[0], 20);
});

test("a short form has the log's signature and as many witnesses as fit", () => {
  const line = (name) => `— ${name} ${"A".repeat(100)}\n`;
  const many = Array.from({ length: 20 }, (_, at) => line(`witness.example/w${at}`));
  const note = `sawtna.example/log\n9\nroot\n\n${line("sawtna.example/log")}${many.join("")}`;
  const short = shorten(`c2sp.org/tlog-proof@v1\nindex 7\n\n${note}`, new Uint8Array(32));
  assert.ok(new TextEncoder().encode(short).length <= SHORT_BYTES);
  assert.match(
    short,
    /^sawtna\/v1\/short-receipt\nindex 7\nA+=\n\nsawtna\.example\/log\n9\nroot\n\n— sawtna/,
  );
  assert.match(short, /w6 A+\n$/);
});

test("what a device knows of its cast goes from promised to found, and offline it stays known", async () => {
  const key = await keyOf("here.example/log", 1);
  const pinned = { origin: "here.example/log", vkey: key.vkey, policy: `log ${key.vkey}\n` };
  const entry = JSON.stringify({ k: "cast", b: 7 });
  const before = Array.from({ length: 40 }, (_, at) => new TextEncoder().encode(`entry ${at}`));
  const promise = `sawtna/v1/promise\nhere.example/log\nleaf\n2000\n\n— signature\n`;
  assert.equal(await standingOf(pinned.origin, 7, 0), null);
  await saveCoin(pinned.origin, { ballot: 7, promise, entry, since: 30 });
  assert.equal((await standingOf(pinned.origin, 7, 1999)).state, "waiting");
  assert.equal((await standingOf(pinned.origin, 7, 2001)).state, "overdue");

  const log = await logOf(pinned.origin, [...before, new TextEncoder().encode(entry)], key);
  await lookUp(pinned, [7, 8], log.reading(40, await log.note(40)));
  assert.deepEqual(
    [(await loadCoin(pinned.origin, 7)).since, (await standingOf(pinned.origin, 7, 0)).state],
    [40, "waiting"],
  );
  await lookUp(pinned, [7], log.reading(41, await log.note(41)));
  const found = await standingOf(pinned.origin, 7, 9999);
  assert.deepEqual([found.state, found.index], ["found", 40]);
  assert.match(found.text, /^c2sp\.org\/tlog-proof@v1\nextra /);
  await forgetCoin(pinned.origin, 7);
});

const made = new URL("../../src/sawtna/campaigns/static/campaigns/cast/made/qr.js", import.meta.url);
test("the short form of a receipt is a QR code that a phone reads", { skip: !existsSync(made) }, async () => {
  const { default: encodeQR } = await import(made);
  const rows = encodeQR("x".repeat(SHORT_BYTES), "raw", { ecc: "low", border: 4 });
  assert.ok(rows.length <= 125 && rows.every((row) => row.length === rows.length));
});
