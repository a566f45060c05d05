/**
 * The steps between the counter, the store and the book, without a page: blind, ask, unblind, cast. Each step is stored before it is sent.
 */

import { openBook, recallBook } from "../../ledger/trusted.js";
import { makeCast } from "./cast.js";
import * as counter from "./counter.js";
import { nameOf } from "./invitation.js";
import { proveKey } from "./keys.js";
import { isRelayed, leaveForRelay } from "./relay.js";
import { loadCoin, saveCoin } from "./store.js";
import { askWith, isStamped, mintCoin, takeStamp } from "./token.js";

/**
 * The roll of a page and its ballots, as the server rendered them (docs/formats/cast.md). `kinds` are the ways to show to be one person;
 * `keys` of a ballot the entries of the issuers' keys for each of these. A ballot with `vouches` is a vouching in which so many people admit a
 * newcomer. `checkins` are the pledges of which people may tell whether they did them, with the options that may be told of. `relay` is
 * the entry of the relay, where the roll is cast through one, and `read` gives files of the log.
 * @typedef {{ index: number, keys: Record<string, number[]>, vouches?: number }} Listed
 * @typedef {{ origin: string, vkey: string, policy: string, roll: number, kinds: string[], ballots: Listed[],
 *   checkins?: { index: number, options: number[] }[], relay?: number, read: import("../../ledger/tiles.js").Read }} Roll
 */

const HIGHEST_Q = 15;

/** After these the same bytes will never be accepted, so they are not handed in again. */
const REFUSED = ["double", "closed", "early", "cast", "malformed"];

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
 * @param {string} kind
 * @returns {import("./keys.js").Named[]} what is asked for in that way: every key of every ballot
 */
function namedBy(roll, kind) {
  return roll.ballots.flatMap(({ index, keys }) =>
    (keys[kind] ?? []).map((key) => ({ ballot: index, key, kind })),
  );
}

/**
 * What the book says of these keys, once the book itself is trusted; nothing is read when there are none.
 * @param {Roll} roll
 * @param {import("./keys.js").Named[]} named
 * @param {import("../../ledger/tiles.js").Read} read
 * @returns {Promise<(import("./keys.js").Proven & { relayed: boolean })[]>} `relayed` where casts are sealed to a relay
 */
async function prove(roll, named, read) {
  if (named.length === 0) {
    return [];
  }
  const book = await openBook(roll, read);
  const proofs = await Promise.all(named.map((one) => proveKey(one, book)));
  const ballots = proofs.map(({ ballot }) => ballot);
  const relayed = await isRelayed(roll.roll, ballots, book);
  return proofs.map((proof) => ({ ...proof, relayed }));
}

/**
 * Blinded messages for all open ballots of the roll, so that what was asked for tells no interest. What is under way is taken up again,
 * and a ballot whose token is at hand needs no other.
 * @param {Roll} roll
 * @param {string} kind
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function prepare(roll, kind, read) {
  return alone(async () => {
    const missing = [];
    for (const named of namedBy(roll, kind)) {
      const coin = await loadCoin(roll.origin, named.ballot);
      if (!isStamped(coin) && !coin?.asked[named.key]) {
        missing.push(named);
      }
    }
    for (const { leaf, key, relayed } of await prove(roll, missing, read)) {
      const fresh = (await loadCoin(roll.origin, key.ballot)) ?? { ...(await mintCoin(key.ballot)), relayed };
      await saveCoin(roll.origin, await askWith(roll.origin, leaf, key, fresh));
    }
  });
}

/**
 * Takes the tokens that are not at hand yet. The same code and the same blinded messages give the same answer again.
 * @param {Roll} roll
 * @param {string} kind
 * @param {{ contact: string, code: string }} person an invitation or a newcomer's code is the contact, and needs no other code
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function takeTokens(roll, kind, person, read) {
  return alone(() => takeWaiting(roll, kind, person, read));
}

/** @type {(roll: Roll, kind: string, person: { contact: string, code: string }, read: import("../../ledger/tiles.js").Read) => Promise<void>} */
async function takeWaiting(roll, kind, person, read) {
  const waiting = [];
  for (const named of namedBy(roll, kind)) {
    const blinded = (await loadCoin(roll.origin, named.ballot))?.asked[named.key]?.blinded;
    if (blinded) {
      waiting.push({ named, req: { i: named.key, bm: blinded } });
    }
  }
  if (waiting.length === 0) {
    return;
  }
  const named = waiting.map((one) => one.named);
  const proofs = await prove(roll, named, read); // before anything is sent
  const reqs = waiting.map(({ req }) => req);
  const signatures = await counter.askForTokens({ roll: roll.roll, kind, ...person, reqs });
  for (const [place, { leaf, key }] of proofs.entries()) {
    const coin = await loadCoin(roll.origin, key.ballot);
    if (coin) {
      await saveCoin(roll.origin, await takeStamp(roll.origin, leaf, key, coin, signatures[place] ?? ""));
    }
  }
}

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
