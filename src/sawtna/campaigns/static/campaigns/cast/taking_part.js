/**
 * The steps between the counter, the store and the book, without a page: blind, ask, unblind, cast. Each step is stored before it is sent.
 */

import { makeCast } from "./cast.js";
import * as counter from "./counter.js";
import { proveKey } from "./keys.js";
import { loadCoin, saveCoin } from "./store.js";
import { mintCoin, takeStamp } from "./token.js";

/**
 * The roll of a page and its ballots, as the server rendered them.
 * @typedef {{ index: number, key: number }} Listed
 * @typedef {{ origin: string, vkey: string, roll: number, kind: string, ballots: Listed[] }} Roll
 */

/**
 * Does the work while no other tab of this browser does: two tabs that read and write one coin at once would lose it.
 * @param {() => Promise<void>} work
 * @returns {Promise<void>}
 */
async function alone(work) {
  await (navigator.locks ? navigator.locks.request("sawtna-casting", work) : work());
}

/**
 * @param {Roll} roll
 * @param {Listed} ballot
 * @param {import("../../ledger/tiles.js").Read} read
 */
function prove(roll, ballot, read) {
  return proveKey({ vkey: roll.vkey, ballot: ballot.index, key: ballot.key, kind: roll.kind }, read);
}

/**
 * Blinded messages for all open ballots of the roll, so that what was asked for tells no interest. What is under way is taken up again.
 * @param {Roll} roll
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function prepare(roll, read) {
  return alone(async () => {
    for (const ballot of roll.ballots) {
      const coin = await loadCoin(roll.origin, ballot.index);
      if (!coin) {
        const { leaf, key } = await prove(roll, ballot, read);
        await saveCoin(roll.origin, await mintCoin(roll.origin, leaf, key));
      }
    }
  });
}

/**
 * Takes the tokens that are not at hand yet. The same code and the same blinded messages give the same answer again.
 * @param {Roll} roll
 * @param {string} contact
 * @param {string} code
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function takeTokens(roll, contact, code, read) {
  return alone(() => takeWaiting(roll, contact, code, read));
}

/** @type {(roll: Roll, contact: string, code: string, read: import("../../ledger/tiles.js").Read) => Promise<void>} */
async function takeWaiting(roll, contact, code, read) {
  const waiting = [];
  for (const ballot of roll.ballots) {
    const coin = await loadCoin(roll.origin, ballot.index);
    if (coin?.blinded) {
      waiting.push({ ballot, coin, blinded: coin.blinded });
    }
  }
  if (waiting.length === 0) {
    return;
  }
  const reqs = waiting.map(({ coin, blinded }) => ({ i: coin.key, bm: blinded }));
  const signatures = await counter.askForTokens({ roll: roll.roll, kind: roll.kind, contact, code, reqs });
  for (const [place, { ballot, coin }] of waiting.entries()) {
    const { leaf, key } = await prove(roll, ballot, read);
    await saveCoin(roll.origin, await takeStamp(roll.origin, leaf, key, coin, signatures[place] ?? ""));
  }
}

/**
 * Hands in what was chosen, and keeps the promise. A cast whose answer was lost is handed in again as it was.
 * @param {Roll} roll
 * @param {number} ballot
 * @param {number[]} choice none withdraws
 */
export function castChoice(roll, ballot, choice) {
  return alone(() => castNext(roll, ballot, choice));
}

/** @type {(roll: Roll, ballot: number, choice: number[]) => Promise<void>} */
async function castNext(roll, ballot, choice) {
  const coin = await loadCoin(roll.origin, ballot);
  if (!coin?.stamp) {
    throw new counter.CounterError("no_token");
  }
  const pending = coin.told ?? (await makeCast(coin, choice));
  await saveCoin(roll.origin, { ...coin, told: pending });
  const { told: _, ...kept } = coin;
  const promise = await counter.handIn(pending).catch(async (error) => {
    if (error.code === "double") {
      await saveCoin(roll.origin, { ...kept, q: coin.q + 1 }); // this number is taken: the next try has the next one
    }
    throw error;
  });
  const cast = JSON.parse(pending);
  await saveCoin(roll.origin, { ...kept, choice: cast.c, q: coin.q + 1, promise });
  if (coin.told && JSON.stringify(cast.c) !== JSON.stringify(choice)) {
    await castNext(roll, ballot, choice);
  }
}
