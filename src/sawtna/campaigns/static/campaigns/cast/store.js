/**
 * The coins of this device, by book and ballot. Written before anything is sent, so that a reload or a lost answer loses nothing.
 * Keys are kept as keys that cannot be exported.
 */

import { keepIn } from "../../ledger/keeping.js";
import { forgetBook } from "../../ledger/trusted.js";

/** @type {import("../../ledger/keeping.js").Table<import("./token.js").Coin>} */
const coins = keepIn("sawtna", "coins");

/**
 * @param {string} origin of the book
 * @param {number} ballot
 * @returns {Promise<import("./token.js").Coin | undefined>}
 */
export function loadCoin(origin, ballot) {
  return coins.get(`${origin} ${ballot}`);
}

/**
 * @param {string} origin
 * @param {import("./token.js").Coin} coin
 */
export function saveCoin(origin, coin) {
  return coins.put(`${origin} ${coin.ballot}`, coin);
}

/**
 * Forgets the coin, and with it that this device has ever seen the book.
 * @param {string} origin
 * @param {number} ballot
 */
export async function forgetCoin(origin, ballot) {
  await coins.drop(`${origin} ${ballot}`);
  await forgetBook(origin);
}
