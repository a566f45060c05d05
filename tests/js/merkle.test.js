/** The tree in the browser: the vectors of Certificate Transparency, and every altered bit. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { decodeHex, encodeHex } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import {
  leafHash,
  nodeHash,
  rootFromInclusion,
  verifyInclusion,
} from "../../src/sawtna/ledger/static/ledger/merkle.js";
import { failsWith, flipBit, readVectors } from "./vectors.js";

const vectors = readVectors("merkle");

test("leaves are hashed as Certificate Transparency does", async () => {
  for (const [at, leaf] of vectors.leaves.entries()) {
    assert.equal(encodeHex(await leafHash(decodeHex(leaf))), vectors.leaf_hashes[at]);
  }
  const [first, second] = vectors.leaf_hashes.map(decodeHex);
  assert.equal(encodeHex(await nodeHash(first, second)), vectors.roots[2]);
});

test("each path up to eight leaves leads to the published root", async () => {
  for (const { index, size, path } of vectors.inclusion) {
    const leaf = decodeHex(vectors.leaf_hashes[index]);
    const steps = path.map(decodeHex);
    assert.equal(encodeHex(await rootFromInclusion(index, size, leaf, steps)), vectors.roots[size]);
    await verifyInclusion(index, size, leaf, steps, decodeHex(vectors.roots[size]));
  }
});

test("an altered leaf, step, root or index is refused", async () => {
  for (const { index, size, path } of vectors.inclusion) {
    const leaf = decodeHex(vectors.leaf_hashes[index]);
    const root = decodeHex(vectors.roots[size]);
    const steps = path.map(decodeHex);
    const bit = (index * 37 + size * 11) % 256;
    await failsWith("outside", verifyInclusion(index, size, flipBit(leaf, bit), steps, root));
    await failsWith("outside", verifyInclusion(index, size, leaf, steps, flipBit(root, bit)));
    for (const at of steps.keys()) {
      const altered = replaced(steps, at, flipBit(steps[at], bit));
      await failsWith("outside", verifyInclusion(index, size, leaf, altered, root));
    }
    for (let other = 0; other < size; other++) {
      if (other !== index) {
        await failsWith("outside", verifyInclusion(other, size, leaf, steps, root));
      }
    }
  }
});

test("a path that is longer, shorter or of other hashes is refused", async () => {
  const { index, size, path } = vectors.inclusion.find((one) => one.size === 8 && one.index === 5);
  const [leaf, root] = [decodeHex(vectors.leaf_hashes[index]), decodeHex(vectors.roots[size])];
  const steps = path.map(decodeHex);
  await failsWith("outside", verifyInclusion(index, size, leaf, steps.slice(1), root));
  await failsWith("outside", verifyInclusion(index, size, leaf, [...steps, root], root));
  await failsWith("outside", verifyInclusion(index, size, leaf.slice(1), steps, root));
  await failsWith(
    "outside",
    verifyInclusion(index, size, leaf, [...steps.slice(1), new Uint8Array(64)], root),
  );
});

test("an index that the tree does not have is refused", async () => {
  const hash = new Uint8Array(32);
  await failsWith("early", rootFromInclusion(0, 0, hash, []));
  await failsWith("early", rootFromInclusion(8, 8, hash, []));
  await failsWith("malformed", rootFromInclusion(-1, 8, hash, []));
  await failsWith("malformed", rootFromInclusion(0.5, 8, hash, []));
  await failsWith("malformed", rootFromInclusion(0, 2 ** 53, hash, []));
});

test("indexes beyond 32 bits keep their sides", async () => {
  const leaf = new Uint8Array(32);
  const size = 2 ** 40 + 2 ** 33 + 3;
  for (const index of [
    0,
    2 ** 32,
    2 ** 40 - 1,
    2 ** 40,
    2 ** 40 + 2 ** 33 - 1,
    size - 3,
    size - 2,
    size - 1,
  ]) {
    const path = Array.from({ length: stepsOf(index, size) }, (_, at) => new Uint8Array(32).fill(at + 1));
    assert.deepEqual(
      await rootFromInclusion(index, size, leaf, path),
      await rootByRfc9162(index, size, leaf, path),
    );
    await failsWith("outside", rootFromInclusion(index, size, leaf, [...path, leaf]));
  }
});

/** How long a path is: bits below the right edge, and left turns along it. */
function stepsOf(index, size) {
  const inner = (BigInt(index) ^ BigInt(size - 1)).toString(2).replace(/^0$/, "").length;
  return inner + (BigInt(index) >> BigInt(inner)).toString(2).replaceAll("0", "").length;
}

/** RFC 9162 section 2.1.3.2, word for word, with whole numbers of any length. */
async function rootByRfc9162(index, size, leaf, path) {
  let [fn, sn, r] = [BigInt(index), BigInt(size) - 1n, leaf];
  for (const p of path) {
    assert.notEqual(sn, 0n);
    if (fn & 1n || fn === sn) {
      r = await nodeHash(p, r);
      while (!(fn & 1n) && fn !== 0n) {
        [fn, sn] = [fn >> 1n, sn >> 1n];
      }
    } else {
      r = await nodeHash(r, p);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  assert.equal(sn, 0n);
  return r;
}

/** `list` with one place replaced. */
function replaced(list, at, value) {
  return [...list.slice(0, at), value, ...list.slice(at + 1)];
}
