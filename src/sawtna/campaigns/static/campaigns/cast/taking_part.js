/**
 * Casting, between the store and the counter and without a page. Each cast is stored before it is sent.
 */

import { recallBook } from "../../ledger/trusted.js";
import { alone } from "./alone.js";
import { makeCast } from "./cast.js";
import * as counter from "./counter.js";
import { nameOf } from "./invitation.js";
import { leaveForRelay } from "./relay.js";
import { loadCoin, saveCoin } from "./store.js";
import { isStamped } from "./token.js";

/**
 * The roll of a page and its ballots, as the server rendered them (docs/formats/cast.md). `kinds` are the ways to show to be one person;
 * `keys` of a ballot the entries of the issuers' keys for each of these. A ballot with `vouches` is a vouching in which so many people admit a
 * newcomer. `issuers` are the organisations beside the site that must let people in too, each with its entry and the entries of its keys.
 * `checkins` are the pledges of which people may tell whether they did them, with the options that may be told of. `relay` is
 * the entry of the relay, where the roll is cast through one, and `read` gives files of the log.
 * @typedef {{ index: number, keys: Record<string, number[]>, vouches?: number }} Listed
 * @typedef {{ id: string, index: number, keys: number[] }} Issuer
 * @typedef {{ origin: string, vkey: string, policy: string, roll: number, kinds: string[], ballots: Listed[],
 *   checkins?: { index: number, options: number[] }[], issuers?: Issuer[], relay?: number,
 *   read: import("../../ledger/tiles.js").Read }} Roll
 */

const HIGHEST_Q = 15;

/** After these the same bytes will never be accepted, so they are not handed in again. */
const REFUSED = ["double", "closed", "early", "cast", "malformed"];

/**
 * @param {Roll} roll
 * @param {Listed[]} ballots
 * @returns {Promise<boolean>} whether this device can cast in all of these
 */
export async function hasTokens(roll, ballots) {
  const coins = await Promise.all(ballots.map(({ index }) => loadCoin(roll.origin, index)));
  return coins.every(isStamped);
}

/**
 * What a cast says beside its choice: what was done of a pledge and what was not, or the name of the newcomer for whom it vouches.
 * @typedef {{ did?: number[], didNot?: number[], newcomer?: string }} Told
 */

/**
 * Hands in what was chosen, sealed where the roll has a relay, and keeps the promise. A cast whose answer was lost is handed in again as
 * it was. What was told of a pledge goes along with each later cast, as far as it is still pledged (decision 50).
 * @param {Roll} roll
 * @param {number} ballot
 * @param {number[]} choice none withdraws
 * @param {Told} [told]
 */
export function castChoice(roll, ballot, choice, told) {
  return alone(() => castNext(roll, ballot, choice, told));
}

/**
 * Vouches for a newcomer: once, and never taken back.
 * @param {Roll} roll
 * @param {number} vouching
 * @param {string} code of the newcomer, in its one spelling
 */
export function castVouch(roll, vouching, code) {
  return alone(async () => {
    const coin = await loadCoin(roll.origin, vouching);
    const newcomer = await nameOf(code);
    if (coin?.promise) {
      throw new counter.CounterError("vouched");
    }
    await castNext(roll, vouching, [0], { newcomer });
  });
}

/** @type {(roll: Roll, ballot: number, choice: number[], told?: Told) => Promise<void>} */
async function castNext(roll, ballot, choice, told) {
  const coin = await loadCoin(roll.origin, ballot);
  if (!coin || !isStamped(coin)) {
    throw new counter.CounterError("no_token");
  }
  if (coin.q > HIGHEST_Q) {
    throw new counter.CounterError("often");
  }
  const wanted = told ?? stillTold(coin, choice);
  const pending = coin.told ?? (await makeCast(coin, choice, wanted));
  await saveCoin(roll.origin, { ...coin, told: pending });
  const { told: _, ...kept } = coin;
  const sending = coin.relayed ? leaveForRelay(roll, pending) : counter.handIn(pending);
  const promise = await sending.catch(async (error) => {
    if (REFUSED.includes(error.code)) {
      await saveCoin(roll.origin, { ...kept, q: coin.q + Number(error.code === "double") }); // a taken number: the next one
    }
    throw error;
  });
  const { c, d = [], n = [], h = "" } = JSON.parse(pending);
  const since = (await recallBook(roll.origin))?.size ?? ballot; // it will stand behind what this device has seen
  const sought = { promise, entry: pending.trimEnd(), since, receipt: "" };
  await saveCoin(roll.origin, { ...kept, choice: c, did: d, didNot: n, q: coin.q + 1, ...sought });
  const { did = [], didNot = [], newcomer = "" } = wanted;
  if (h && h !== newcomer) {
    throw new counter.CounterError("vouched"); // the vouch on its way was for somebody else
  }
  if (coin.told && JSON.stringify([c, d, n, h]) !== JSON.stringify([choice, did, didNot, newcomer])) {
    await castNext(roll, ballot, choice, wanted);
  }
}

/** @type {(coin: import("./token.js").Coin, choice: number[]) => Told} */
function stillTold({ did, didNot }, choice) {
  /** @param {number[]} options */
  const still = (options) => options.filter((option) => choice.includes(option));
  const told = { did: still(did), didNot: still(didNot) };
  return told.did.length + told.didNot.length > 0 ? told : {};
}
