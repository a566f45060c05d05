/**
 * The book of a site as this device trusts it: signed by its log and by enough witnesses, and no other book than this device saw before.
 *
 * Pinned are the log's key and the policy that came with the page; remembered are the policy and the last checkpoint of each book.
 * A policy is replaced only under a checkpoint that meets the older one too, so a page cannot talk a device out of its witnesses.
 */

import { CheckError } from "./errors.js";
import { checkGrowth } from "./growth.js";
import { keepIn } from "./keeping.js";
import { inclusionPath, leafHash, verifyInclusion } from "./merkle.js";
import { unpackCheckpoint } from "./note.js";
import { isMetBy, openByPolicy, parsePolicy } from "./policy.js";
import { readTiles } from "./tiles.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */
/** @typedef {import("./tiles.js").TileReader} TileReader */
/**
 * What the page says of the book: its name, the key of its log, and whose signatures count.
 * @typedef {{ origin: string, vkey: string, policy: string }} Pinned
 * What this device remembers of it; `note` is the signed checkpoint, which convicts a site that later shows another history.
 * @typedef {{ vkey: string, policy: string, size: number, root: Bytes, note: string }} Remembered
 * A book that may be built on. `entry` proves what it gives.
 * @typedef {{ size: number, root: Bytes, note: string, tiles: TileReader,
 *   entry: (index: number) => Promise<{ leaf: Bytes, data: Bytes }> }} Book
 */

/** @type {import("./keeping.js").Table<Remembered>} */
const books = keepIn("sawtna-book", "books");

/**
 * Throws CheckError: "unwitnessed" when too few witnesses have signed yet, "forked" when this device saw another history, "behind" when
 * it saw a longer one, and what reading and verifying throw. Only a book that passes is remembered.
 * @param {Pinned} pinned
 * @param {import("./tiles.js").Read} read gives files of the log
 * @returns {Promise<Book>}
 */
export async function openBook(pinned, read) {
  const seen = await books.get(pinned.origin);
  const note = new TextDecoder().decode(await read("checkpoint"));
  const { head, isMet } = await openHead(pinned, note);
  const tiles = readTiles(read, head.size);
  if (seen) {
    if (seen.vkey !== pinned.vkey) {
      throw new CheckError("forked", "got another key of the book, expected the one seen before");
    }
    await checkGrowth(seen, head, tiles.node);
  }
  const isMetAsBefore =
    !seen ||
    seen.policy === pinned.policy ||
    (await openHead({ ...pinned, policy: seen.policy }, note)).isMet;
  if (!isMet || !isMetAsBefore) {
    throw new CheckError("unwitnessed", "got too few cosignatures, expected the quorum of the policy");
  }
  await books.put(pinned.origin, { vkey: pinned.vkey, policy: pinned.policy, ...head, note });
  return { ...head, note, tiles, entry: (index) => provenEntry(index, head, tiles) };
}

/**
 * The remembered book, for whoever shows it or hands it on; undefined when this device has not seen it.
 * @param {string} origin
 */
export function recallBook(origin) {
  return books.get(origin);
}

/** @param {string} origin */
export function forgetBook(origin) {
  return books.drop(origin);
}

/**
 * @param {Pinned} pinned
 * @param {string} note
 */
async function openHead({ origin, vkey, policy: text }, note) {
  const policy = await parsePolicy(text);
  const { text: signed, signers } = await openByPolicy(note, policy);
  const { origin: named, size, root } = unpackCheckpoint(signed);
  if (named !== origin || !signers.some((one) => one.vkey === vkey)) {
    throw new CheckError(
      "unsigned",
      `got a checkpoint of ${named}, expected one that the key of ${origin} signed`,
    );
  }
  return { head: { size, root }, isMet: isMetBy(policy, signers) };
}

/**
 * @param {number} index
 * @param {{ size: number, root: Bytes }} head
 * @param {TileReader} tiles
 */
async function provenEntry(index, { size, root }, tiles) {
  const data = await tiles.entry(index);
  const leaf = await leafHash(data);
  await verifyInclusion(index, size, leaf, await inclusionPath(index, size, tiles.node), root);
  return { leaf, data };
}
