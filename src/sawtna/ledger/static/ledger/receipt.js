/**
 * Receipts made here, out of tiles: that an entry stands in the book (c2sp.org/tlog-proof@v1), and a short form that fits into a QR code.
 * Mirrors ledger/core/proof.py and short_proof.py.
 */

import { formatBase64, sameBytes } from "./encoding.js";
import { inclusionPath, leafHash, verifyInclusion } from "./merkle.js";
import { TILE_WIDTH } from "./tiles.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */
/** @typedef {import("./trusted.js").Book} Book */

const FIRST_LINE = "c2sp.org/tlog-proof@v1";
const SHORT_LINE = "sawtna/v1/short-receipt";
export const SHORT_BYTES = 1_200;
/** Tiles that are read in one search: 65,536 entries, 2 MB. The next search goes on where this one ended. */
export const MOST_TILES = 256;
const AT_ONCE = 8;

/**
 * Looks for a leaf from an index on, by whole tiles of leaf hashes, eight at a time: the log learns at most that it is among 2,048.
 * @param {Book} book
 * @param {Bytes} leaf
 * @param {number} since
 * @returns {Promise<{ index: number | null, since: number }>} where it is, and where a next search begins
 */
export async function findLeaf(book, leaf, since) {
  const first = Math.floor(since / TILE_WIDTH);
  const end = Math.min(Math.ceil(book.size / TILE_WIDTH), first + MOST_TILES);
  for (let number = first; number < end; number += AT_ONCE) {
    const many = Math.min(AT_ONCE, end - number);
    const tiles = await Promise.all(Array.from({ length: many }, (_, at) => book.tiles.leaves(number + at)));
    const place = tiles.flat().findIndex((one) => sameBytes(one, leaf));
    if (place >= 0) {
      return { index: number * TILE_WIDTH + place, since };
    }
  }
  return { index: null, since: Math.min(book.size, Math.max(since, end * TILE_WIDTH)) };
}

/**
 * The text of a receipt; throws CheckError when the entry is not there.
 * @param {Book} book
 * @param {number} index
 * @param {Bytes} entry
 * @returns {Promise<string>}
 */
export async function makeReceipt(book, index, entry) {
  const path = await inclusionPath(index, book.size, book.tiles.node);
  await verifyInclusion(index, book.size, await leafHash(entry), path, book.root);
  const lines = [FIRST_LINE, `extra ${formatBase64(entry)}`, `index ${index}`, ...path.map(formatBase64)];
  return `${lines.join("\n")}\n\n${book.note}`;
}

/**
 * Index, leaf and checkpoint: whoever has the tiles finds the path. Signatures of witnesses as far as they fit.
 * @param {string} receipt
 * @param {Bytes} leaf
 * @returns {string} at most SHORT_BYTES
 */
export function shorten(receipt, leaf) {
  const gap = receipt.indexOf("\n\n");
  const note = receipt.slice(gap + 2);
  const index = /^index (\d+)$/m.exec(receipt)?.[1];
  const signatures = note.slice(note.indexOf("\n\n") + 2).match(/[^\n]+\n/g) ?? [];
  const text = `${SHORT_LINE}\nindex ${index}\n${formatBase64(leaf)}\n\n${note.slice(0, note.indexOf("\n\n") + 2)}`;
  return signatures.reduce((short, line) => {
    const longer = short + line;
    return new TextEncoder().encode(longer).length > SHORT_BYTES ? short : longer;
  }, text);
}

/** @param {string} receipt @returns {number} the index that it names */
export function indexIn(receipt) {
  return Number(/^index (\d+)$/m.exec(receipt)?.[1]);
}
