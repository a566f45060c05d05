/**
 * The tree over the book: RFC 6962 section 2 with SHA-256, by WebCrypto. Mirrors ledger/core/merkle.py.
 *
 * Indexes and sizes are below 2**53 and are halved with Math.floor: bit operators of JavaScript stop at 2**32.
 */

import { joinBytes, sameBytes } from "./encoding.js";
import { CheckError } from "./errors.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */

/**
 * Gives the root of the complete subtree of 2**level leaves at `index`.
 * @typedef {(level: number, index: number) => Promise<Bytes>} NodeSource
 */

export const HASH_BYTES = 32;

/**
 * WebCrypto, which browsers give to https and to this machine only.
 * @returns {SubtleCrypto}
 */
export function webCrypto() {
  const subtle = globalThis.crypto?.subtle;
  if (!subtle) {
    throw new CheckError("unsupported", "got no WebCrypto, expected a page over https");
  }
  return subtle;
}

/**
 * @param {Bytes} data
 * @returns {Promise<Bytes>}
 */
export async function sha256(data) {
  return new Uint8Array(await webCrypto().digest("SHA-256", data));
}

/**
 * SHA-256(0x00 || entry): the prefix keeps an entry from posing as a node.
 * @param {Bytes} entry
 * @returns {Promise<Bytes>}
 */
export function leafHash(entry) {
  return sha256(joinBytes(Uint8Array.of(0), entry));
}

/**
 * SHA-256(0x01 || left || right).
 * @param {Bytes} left
 * @param {Bytes} right
 * @returns {Promise<Bytes>}
 */
export function nodeHash(left, right) {
  return sha256(joinBytes(Uint8Array.of(1), left, right));
}

/**
 * PATH(index, D[size]) of RFC 6962 section 2.1.1, from the leaf's sibling up to the root's child.
 * @param {number} index
 * @param {number} size
 * @param {NodeSource} node
 * @returns {Promise<Bytes[]>}
 */
export async function inclusionPath(index, size, node) {
  checkIndex(index, size);
  const path = [];
  let [start, width] = [0, size];
  while (width > 1) {
    const half = splitOf(width);
    const right = index - start >= half;
    path.push(right ? rangeRoot(start, half, node) : rangeRoot(start + half, width - half, node));
    [start, width] = right ? [start + half, width - half] : [start, half];
  }
  return (await Promise.all(path)).reverse();
}

/**
 * The root that `path` leads to from `leaf` (RFC 9162 section 2.1.3.2); compare it with a signed one.
 * @param {number} index
 * @param {number} size
 * @param {Bytes} leaf
 * @param {readonly Bytes[]} path from the leaf's sibling up to the root's child
 * @returns {Promise<Bytes>}
 */
export async function rootFromInclusion(index, size, leaf, path) {
  checkIndex(index, size);
  if ([leaf, ...path].some((hash) => hash.length !== HASH_BYTES)) {
    throw new CheckError("outside", `got a hash of another length, expected ${HASH_BYTES} bytes`);
  }
  const sides = sidesOf(index, size);
  if (path.length !== sides.length) {
    throw new CheckError(
      "outside",
      `got ${path.length} hashes, expected ${sides.length} for ${index} of ${size}`,
    );
  }
  let root = leaf;
  for (const [at, sibling] of path.entries()) {
    root = await (sides[at] === "left" ? nodeHash(sibling, root) : nodeHash(root, sibling));
  }
  return root;
}

/**
 * Check that `leaf` is at `index` in the tree of `size` leaves with `root`; throws CheckError "outside" if not.
 * @param {number} index
 * @param {number} size
 * @param {Bytes} leaf
 * @param {readonly Bytes[]} path
 * @param {Bytes} root
 * @returns {Promise<void>}
 */
export async function verifyInclusion(index, size, leaf, path, root) {
  if (!sameBytes(await rootFromInclusion(index, size, leaf, path), root)) {
    throw new CheckError("outside", "got a path to another root, expected the signed one");
  }
}

/**
 * Whether there is such a leaf; throws CheckError "early" if not.
 * @param {number} index
 * @param {number} size
 */
export function checkIndex(index, size) {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0) {
    throw new CheckError("malformed", `got index ${index} of ${size}, expected whole numbers below 2**53`);
  }
  if (index >= size) {
    throw new CheckError(
      "early",
      `got index ${index} in a tree of ${size}, expected an index below the size`,
    );
  }
}

/**
 * On which side each sibling of a path stands, from the leaf up.
 * @param {number} index
 * @param {number} size
 * @returns {("left" | "right")[]}
 */
function sidesOf(index, size) {
  /** @type {("left" | "right")[]} */
  const sides = [];
  let [node, last] = [index, size - 1];
  while (last > 0) {
    if (node % 2 === 1) {
      sides.push("left");
    } else if (node < last) {
      sides.push("right");
    } // the last node of an odd row has no sibling: it goes up as it is
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return sides;
}

/**
 * Root over `width` leaves from `start`, which is a multiple of a power of two not below `width`.
 * @param {number} start
 * @param {number} width
 * @param {NodeSource} node
 * @returns {Promise<Bytes>}
 */
export async function rangeRoot(start, width, node) {
  const peak = splitOf(width + 1);
  const left = node(Math.log2(peak), start / peak);
  return width === peak ? left : nodeHash(await left, await rangeRoot(start + peak, width - peak, node));
}

/**
 * The largest power of two below `width`, for width > 1.
 * @param {number} width
 * @returns {number}
 */
export function splitOf(width) {
  let power = 1;
  while (power * 2 < width) {
    power *= 2;
  }
  return power;
}
