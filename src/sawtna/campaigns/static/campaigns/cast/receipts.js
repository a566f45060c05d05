/**
 * Receipts of this device, without a page: whether a cast stands in the book yet, and what can be kept of it.
 *
 * Nothing that is asked for names the cast: tiles of the book are read from where it stood when the cast was handed in.
 */

import { leafHash } from "../../ledger/merkle.js";
import { findLeaf, indexIn, makeReceipt, shorten } from "../../ledger/receipt.js";
import { openBook } from "../../ledger/trusted.js";
import { utf8 } from "./bytes.js";
import { loadCoin, saveCoin } from "./store.js";

/**
 * What is known of the newest cast on one ballot. `state`: waiting for its batch, overdue (the promised time is over), or in the book.
 * `text` is what to keep, `short` what fits into a QR code; `deadline` are Unix seconds, 0 where none was promised.
 * @typedef {{ ballot: number, state: "waiting" | "overdue" | "found", text: string, short: string, deadline: number,
 *   index: number | null }} Standing
 */

/**
 * What this device knows without asking anybody; null when nothing was cast.
 * @param {string} origin
 * @param {number} ballot
 * @param {number} now Unix seconds
 * @returns {Promise<Standing | null>}
 */
export async function standingOf(origin, ballot, now) {
  const coin = await loadCoin(origin, ballot);
  if (!coin?.promise || !coin.entry) {
    return null;
  }
  if (coin.receipt) {
    const short = shorten(coin.receipt, await leafHash(utf8(coin.entry)));
    return { ballot, state: "found", text: coin.receipt, short, deadline: 0, index: indexIn(coin.receipt) };
  }
  const deadline = Number(coin.promise.split("\n")[3]) || 0;
  const state = deadline > 0 && deadline < now ? "overdue" : "waiting";
  return { ballot, state, text: coin.promise, short: coin.promise, deadline, index: null };
}

/**
 * Looks for the casts of these ballots in the book, and keeps the receipts of those that are there.
 * @param {import("../../ledger/trusted.js").Pinned} pinned
 * @param {number[]} ballots
 * @param {import("../../ledger/tiles.js").Read} read
 */
export async function lookUp(pinned, ballots, read) {
  const book = await openBook(pinned, read);
  for (const ballot of ballots) {
    const coin = await loadCoin(pinned.origin, ballot);
    if (coin?.entry && !coin.receipt) {
      const entry = utf8(coin.entry);
      const { index, since } = await findLeaf(book, await leafHash(entry), coin.since ?? ballot);
      const receipt = index === null ? {} : { receipt: await makeReceipt(book, index, entry) };
      await saveCoin(pinned.origin, { ...coin, since, ...receipt });
    }
  }
}
