/**
 * One entry checked against the log, with nothing believed but the log's key: checkpoint, entry, path, root.
 * Pure: it is given `read`, and touches neither page nor network itself.
 */

import { sameBytes } from "./encoding.js";
import { CheckError } from "./errors.js";
import { inclusionPath, leafHash, verifyInclusion } from "./merkle.js";
import { openCheckpoint, parseVkey } from "./note.js";
import { readTiles } from "./tiles.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */

/**
 * What the page claims: the log's key, the index, the leaf hash, and, if it shows one, the entry's bytes.
 * @typedef {{ vkey: string, index: number, leaf: Bytes, shown?: Bytes }} Claim
 */

/** @typedef {{ index: number, size: number, root: Bytes }} Finding */

/**
 * Check that the entry which the page shows is in the log at that index, under its signed root.
 * Throws CheckError with the reason when it is not, or when it cannot be known.
 * @param {Claim} claim
 * @param {import("./tiles.js").Read} read
 * @returns {Promise<Finding>}
 */
export async function checkInclusion(claim, read) {
  const verifier = await parseVkey(claim.vkey);
  const note = decodeText(await read("checkpoint"));
  const { size, root } = await openCheckpoint(note, verifier);
  const tiles = readTiles(read, size);
  const entry = await tiles.entry(claim.index);
  const leaf = await leafHash(entry);
  if (!sameBytes(leaf, claim.leaf) || (claim.shown !== undefined && !sameBytes(entry, claim.shown))) {
    throw new CheckError("altered", "got another entry than the page shows, expected the same bytes");
  }
  const path = await inclusionPath(claim.index, size, tiles.node);
  await verifyInclusion(claim.index, size, leaf, path, root);
  return { index: claim.index, size, root };
}

/**
 * @param {Bytes} data
 * @returns {string}
 */
function decodeText(data) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(data);
  } catch {
    throw new CheckError("unsigned", "got a checkpoint that is not UTF-8, expected UTF-8");
  }
}
