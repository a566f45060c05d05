/**
 * Whether a book only grew since it was seen: both roots are computed out of the same nodes of the newer tree (RFC 9162 section 2.1.4).
 * The nodes are proven by the newer root, which is signed; so an older root that differs is another history, not a broken file.
 */

import { sameBytes } from "./encoding.js";
import { CheckError } from "./errors.js";
import { nodeHash, rangeRoot, splitOf } from "./merkle.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */
/** @typedef {import("./merkle.js").NodeSource} NodeSource */
/** @typedef {{ size: number, root: Bytes }} Seen */

/**
 * Throws CheckError: "forked" when the newer book does not begin with the older one, "behind" when it is shorter, "outside" when its
 * files do not fit its own root.
 * @param {Seen} older
 * @param {Seen} newer
 * @param {NodeSource} node of the newer tree
 */
export async function checkGrowth(older, newer, node) {
  if (older.size > newer.size) {
    throw new CheckError("behind", `got a book of ${newer.size} entries, expected at least ${older.size}`);
  }
  if (older.size === 0) {
    return;
  }
  const isSame = older.size === newer.size;
  const [before, now] = isSame ? [newer.root, newer.root] : await bothRoots(0, older.size, newer.size, node);
  if (!sameBytes(now, newer.root)) {
    throw new CheckError("outside", "got files that lead to another root, expected the signed one");
  }
  if (!sameBytes(before, older.root)) {
    throw new CheckError(
      "forked",
      `got another history of ${older.size} entries, expected the one seen before`,
    );
  }
}

/**
 * The roots over the first `old` leaves and over all `width` leaves from `start`, which is a multiple of a power of two not below `width`.
 * @param {number} start
 * @param {number} old at least 1, at most `width`
 * @param {number} width
 * @param {NodeSource} node
 * @returns {Promise<[Bytes, Bytes]>}
 */
export async function bothRoots(start, old, width, node) {
  if (old === width) {
    const root = await rangeRoot(start, width, node);
    return [root, root];
  }
  const half = splitOf(width);
  if (old <= half) {
    const [before, left] = await bothRoots(start, old, half, node);
    return [before, await nodeHash(left, await rangeRoot(start + half, width - half, node))];
  }
  const left = await rangeRoot(start, half, node);
  const [before, now] = await bothRoots(start + half, old - half, width - half, node);
  return [await nodeHash(left, before), await nodeHash(left, now)];
}
