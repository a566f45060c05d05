/** A book that grew, in the browser: both roots out of the nodes of the newer tree, for each pair of sizes. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeHex, encodeHex } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { bothRoots, checkGrowth } from "../../src/sawtna/ledger/static/ledger/growth.js";
import { nodeHash } from "../../src/sawtna/ledger/static/ledger/merkle.js";
import { failsWith, flipBit, readVectors } from "./vectors.js";

const vectors = readVectors("merkle");
const leaves = vectors.leaf_hashes.map(decodeHex);
const roots = vectors.roots.map(decodeHex);

/** A node of Certificate Transparency's small tree. */
async function node(level, index) {
  return level === 0
    ? leaves[index]
    : nodeHash(await node(level - 1, index * 2), await node(level - 1, index * 2 + 1));
}

/** Each pair of sizes up to eight, the first not above the second. */
const pairs = roots.flatMap((_, size) => roots.slice(0, size + 1).map((__, old) => [old, size])).slice(1);

test("both roots of each pair of sizes are those that were published", async () => {
  for (const [old, size] of pairs.filter(([old]) => old > 0)) {
    const [before, now] = await bothRoots(0, old, size, node);
    assert.deepEqual([encodeHex(before), encodeHex(now)], [vectors.roots[old], vectors.roots[size]]);
  }
});

test("a book that grew passes; another history, a shorter book and a broken file are told apart", async () => {
  for (const [old, size] of pairs) {
    const [older, newer] = [
      { size: old, root: roots[old] },
      { size, root: roots[size] },
    ];
    await checkGrowth(older, newer, node);
    if (old > 0) {
      await failsWith("forked", checkGrowth({ ...older, root: flipBit(older.root, 77) }, newer, node));
    }
    if (old > 0 && old < size) {
      await failsWith("outside", checkGrowth(older, { ...newer, root: flipBit(newer.root, 3) }, node));
      await failsWith("behind", checkGrowth(newer, older, node));
    }
  }
});
