/** One entry checked against a log: what passes, and how each kind of trouble is named. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeHex,
  encodeHex,
  formatBase64,
  parseBase64,
} from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { CheckError } from "../../src/sawtna/ledger/static/ledger/errors.js";
import { checkInclusion } from "../../src/sawtna/ledger/static/ledger/inclusion.js";
import { leafHash } from "../../src/sawtna/ledger/static/ledger/merkle.js";
import { unpackBundle } from "../../src/sawtna/ledger/static/ledger/tiles.js";
import { failsWith, flipBit, readVectors } from "./vectors.js";

const log = readVectors("receipt");
const otherKey = readVectors("signed_note").vkeys[0].vkey;
const served = { ...log.files, checkpoint: Buffer.from(log.checkpoint).toString("base64") };

/** Reads the log of the vectors, with some files changed or (undefined) missing. */
function reading(changes = {}) {
  const files = { ...served, ...changes };
  return async (path) => {
    if (files[path] === undefined) {
      throw new CheckError("missing", `got no ${path}, expected one`);
    }
    return parseBase64(files[path]);
  };
}

/** What a page claims about a receipt of the vectors. */
function claimOf({ index, leaf, entry }, changes = {}) {
  return { vkey: log.vkey, index, leaf: decodeHex(leaf), shown: parseBase64(entry), ...changes };
}

const [first, , middle] = log.receipts;

test("each entry of the log passes", async () => {
  for (const receipt of log.receipts) {
    const { index, size, root } = await checkInclusion(claimOf(receipt), reading());
    assert.deepEqual([index, size, encodeHex(root)], [receipt.index, log.size, log.root]);
  }
  const { shown, ...bare } = claimOf(first);
  await checkInclusion(bare, reading());
});

test("an entry that the page shows otherwise is named", async () => {
  const shown = new TextEncoder().encode("another");
  await failsWith("altered", checkInclusion(claimOf(middle, { shown }), reading()));
  await failsWith("altered", checkInclusion(claimOf(middle, { leaf: decodeHex(first.leaf) }), reading()));
  await failsWith("altered", checkInclusion(claimOf(middle, { index: 201 }), reading()));
});

test("an entry that is newer than the checkpoint is named", async () => {
  await failsWith("early", checkInclusion(claimOf(first, { index: log.size }), reading()));
});

test("a checkpoint of another key, swapped, cut or in another encoding is named", async () => {
  await failsWith("unsigned", checkInclusion(claimOf(first, { vkey: otherKey }), reading()));
  for (const text of ["", "x", log.checkpoint.replace("259", "258"), log.checkpoint.slice(0, 100)]) {
    const checkpoint = Buffer.from(text).toString("base64");
    await failsWith("unsigned", checkInclusion(claimOf(first), reading({ checkpoint })));
  }
  await failsWith("unsigned", checkInclusion(claimOf(first), reading({ checkpoint: "/w==" })));
});

test("a page with a malformed key is named", async () => {
  await failsWith("malformed", checkInclusion(claimOf(first, { vkey: "key" }), reading()));
});

test("a missing file is named, whichever it is", async () => {
  for (const path of Object.keys(served)) {
    const results = await Promise.allSettled(
      log.receipts.map((one) => checkInclusion(claimOf(one), reading({ [path]: undefined }))),
    );
    const codes = results.filter(({ status }) => status === "rejected").map(({ reason }) => reason.code);
    assert.ok(codes.length >= 2 && codes.every((code) => code === "missing"), `${path}: ${codes}`);
  }
});

test("a bit changed in any file that is needed is noticed", async () => {
  const needed = ["tile/0/000", "tile/0/001.p/3", "tile/entries/000"];
  for (const path of needed) {
    const data = parseBase64(served[path]);
    for (let bit = 5; bit < data.length * 8; bit += 4_111) {
      const changed = reading({ [path]: formatBase64(flipBit(data, bit)) });
      const results = await Promise.allSettled(
        log.receipts.slice(0, 4).map((one) => checkInclusion(claimOf(one), changed)),
      );
      const codes = results.filter(({ status }) => status === "rejected").map(({ reason }) => reason.code);
      const entryFile = path.includes("entries");
      assert.ok(entryFile || codes.length >= 3, `${path} bit ${bit}: ${codes}`);
      assert.ok(
        codes.every((code) => (entryFile ? ["altered", "malformed"] : ["outside"]).includes(code)),
        String(codes),
      );
    }
  }
});

test("a forged entry is noticed even when the page shows it too", async () => {
  const forged = new TextEncoder().encode('{"k":"note","text":"forged","v":1}');
  const bundle = parseBase64(served["tile/entries/001.p/3"]);
  const entries = [...unpackBundle(bundle, 3).slice(0, 2), forged];
  const packed = Buffer.concat(entries.map((one) => Buffer.concat([Buffer.from([0, one.length]), one])));
  const claim = { vkey: log.vkey, index: 258, leaf: await leafHash(forged), shown: forged };
  await failsWith(
    "outside",
    checkInclusion(claim, reading({ "tile/entries/001.p/3": packed.toString("base64") })),
  );
});
