/** Tiles in the browser: paths, bundles, and proofs out of files. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeHex,
  encodeHex,
  formatBase64,
  parseBase64,
} from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { CheckError } from "../../src/sawtna/ledger/static/ledger/errors.js";
import { inclusionPath, leafHash, nodeHash } from "../../src/sawtna/ledger/static/ledger/merkle.js";
import {
  bundlePath,
  readTiles,
  tilePath,
  unpackBundle,
  unpackTile,
} from "../../src/sawtna/ledger/static/ledger/tiles.js";
import { failsWith, readVectors } from "./vectors.js";

const vectors = readVectors("tiles");
const { files, receipts, size } = readVectors("receipt");
const merkle = readVectors("merkle");

/** Reads the files of a vector, as a log would serve them. */
function readerOf(some) {
  return async (path) => {
    if (!(path in some)) {
      throw new CheckError("missing", `got no ${path}, expected one`);
    }
    return parseBase64(some[path]);
  };
}

test("paths are those of the specification", () => {
  for (const { path, level, number, width } of vectors.paths) {
    assert.equal(level === "entries" ? bundlePath(number, width) : tilePath(level, number, width), path);
  }
});

test("an impossible tile has no path", async () => {
  for (const [level, number, width] of [
    [64, 0, 1],
    [-1, 0, 1],
    [0, -1, 1],
    [0, 0, 0],
    [0, 0, 257],
    [0, 0.5, 1],
    [0, 0, 1.5],
  ]) {
    await failsWith(
      "malformed",
      Promise.resolve().then(() => tilePath(level, number, width)),
    );
  }
});

test("bundles are those of the vectors, and cut or padded ones are refused", async () => {
  for (const { hex, width, entries } of vectors.bundles) {
    const found = unpackBundle(decodeHex(hex), width).map((entry) => new TextDecoder().decode(entry));
    assert.deepEqual(found, entries);
  }
  for (const { hex, width } of vectors.bad_bundles) {
    await failsWith(
      "malformed",
      Promise.resolve().then(() => unpackBundle(decodeHex(hex), width)),
    );
  }
  await failsWith(
    "malformed",
    Promise.resolve().then(() => unpackTile(new Uint8Array(31), 1)),
  );
});

test("paths out of a tile of up to eight leaves are those of Certificate Transparency", async () => {
  for (const { index, size, path } of merkle.inclusion) {
    const tile = decodeHex(merkle.leaf_hashes.slice(0, size).join(""));
    const tiles = readTiles(async () => tile, size);
    assert.deepEqual((await inclusionPath(index, size, tiles.node)).map(encodeHex), path);
  }
});

test("paths and entries out of the files of a log are those of its receipts", async () => {
  const tiles = readTiles(readerOf(files), size);
  for (const { index, entry, leaf, receipt } of receipts) {
    assert.equal(formatBase64(await tiles.entry(index)), entry);
    assert.equal(encodeHex(await tiles.node(0, index)), leaf);
    const path = (await inclusionPath(index, size, tiles.node)).map(formatBase64);
    assert.ok(receipt.includes(`\nindex ${index}\n${path.join("\n")}\n\n`), `path of ${index}`);
  }
});

test("each tile is asked for once", async () => {
  const asked = [];
  const read = readerOf(files);
  const tiles = readTiles((path) => {
    asked.push(path);
    return read(path);
  }, size);
  for (const { index } of receipts) {
    await inclusionPath(index, size, tiles.node);
  }
  assert.deepEqual(asked.sort(), ["tile/0/000", "tile/0/001.p/3", "tile/1/000.p/1"]);
});

test("a partial file that is gone is read from the full one", async () => {
  const leaves = await Promise.all(Array.from({ length: 256 }, (_, at) => leafHash(Uint8Array.of(at))));
  const full = decodeHex(leaves.map(encodeHex).join(""));
  const tiles = readTiles(readerOf({ "tile/0/000": formatBase64(full) }), 2);
  assert.deepEqual(await inclusionPath(0, 2, tiles.node), [leaves[1]]);
  assert.deepEqual(await tiles.node(1, 0), await nodeHash(leaves[0], leaves[1]));
  await failsWith("malformed", tiles.node(1, 1));
  await failsWith("missing", tiles.entry(0));
});

test("a file that is nowhere, cut, or beyond the size is refused", async () => {
  await failsWith("missing", readTiles(readerOf({}), 1).node(0, 0));
  await failsWith("missing", readTiles(readerOf({}), 256).node(0, 0));
  await failsWith("malformed", readTiles(async () => new Uint8Array(33), 1).node(0, 0));
  await failsWith("early", readTiles(readerOf(files), size).entry(size));
  await failsWith("early", inclusionPath(size, size, readTiles(readerOf(files), size).node));
  await failsWith("malformed", readTiles(readerOf(files), size).node(9, 0));
});
