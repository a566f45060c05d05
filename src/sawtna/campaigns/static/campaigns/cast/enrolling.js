/**
 * The steps to tokens, between the issuers, the store and the book, and without a page: blind, ask, unblind. Each is stored before it is sent.
 */

import { openBook } from "../../ledger/trusted.js";
import { alone } from "./alone.js";
import * as counter from "./counter.js";
import { OWN_ISSUER, proveAddress, proveKey } from "./keys.js";
import { isRelayed } from "./relay.js";
import { loadCoin, saveCoin } from "./store.js";
import { askWith, isStamped, mintCoin, takeStamp } from "./token.js";
import { doWork } from "./work.js";

/**
 * @param {import("./taking_part.js").Roll} roll
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
 * @param {import("./taking_part.js").Roll} roll
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
 * @param {import("./taking_part.js").Roll} roll
 * @param {string} kind
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function prepare(roll, kind, read) {
  return alone(async () => {
    const missing = [];
    for (const named of namedBy(roll, kind)) {
      const coin = await loadCoin(roll.origin, named.ballot);
      if (!isStamped(coin) && !coin?.asked[named.key] && !coin?.stamps[named.key]) {
        missing.push(named);
      }
    }
    for (const { leaf, key, relayed } of await prove(roll, missing, read)) {
      const need = namedBy(roll, kind).filter(({ ballot }) => ballot === key.ballot).length;
      const known = await loadCoin(roll.origin, key.ballot);
      const fresh = known ?? { ...(await mintCoin(key.ballot, need)), relayed };
      await saveCoin(roll.origin, await askWith(roll.origin, leaf, key, fresh));
    }
  });
}

/**
 * @param {import("./taking_part.js").Roll} roll
 * @param {string} kind
 * @returns {Promise<string[]>} the issuers whose stamps are lacking; the site comes last, so that who is away is found before mails are sent
 */
export async function lackingIssuers(roll, kind) {
  const lacking = new Set();
  for (const { ballot, key } of namedBy(roll, kind)) {
    const coin = await loadCoin(roll.origin, ballot);
    if (!isStamped(coin) && !coin?.stamps[key]) {
      lacking.add(issuerOf(roll, key));
    }
  }
  return [...lacking].sort((one, other) => Number(one === OWN_ISSUER) - Number(other === OWN_ISSUER));
}

/** @param {import("./taking_part.js").Roll} roll @param {number} key @returns {string} whose key it is */
function issuerOf(roll, key) {
  return roll.issuers?.find(({ keys }) => keys.includes(key))?.id ?? OWN_ISSUER;
}

/**
 * @param {import("./taking_part.js").Roll} roll
 * @param {string} id
 * @param {import("../../ledger/tiles.js").Read} read
 * @returns {Promise<string>} where an issuer answers; empty for the site itself
 */
async function addressOf(roll, id, read) {
  const issuer = roll.issuers?.find((one) => one.id === id);
  return issuer ? proveAddress(issuer, await openBook(roll, read)) : "";
}

/**
 * What goes wrong at another issuer has a name of its own, so that people read which of the two it was.
 * @param {string} id
 * @param {() => Promise<void>} work
 */
async function at(id, work) {
  try {
    await work();
  } catch (error) {
    const isOther = id !== OWN_ISSUER && error instanceof counter.CounterError;
    throw isOther ? new counter.CounterError(`other_${error.code}`) : error;
  }
}

/**
 * Has each issuer whose stamp is lacking send a code.
 * @param {import("./taking_part.js").Roll} roll
 * @param {{ kind: string, contact: string, language: string }} person
 * @param {string} worker address of the worker that does the work
 * @param {import("../../ledger/tiles.js").Read} read
 */
export async function askForCodes(roll, person, worker, read) {
  for (const id of await lackingIssuers(roll, person.kind)) {
    const base = await addressOf(roll, id, read);
    await at(id, async () => {
      const work = await doWork(await counter.askForWork(base), worker);
      await counter.askForCode({ roll: roll.roll, ...person, work }, base);
    });
  }
}

/**
 * Takes the tokens that are not at hand yet. The same code and the same blinded messages give the same answer again. What one issuer
 * gave is kept when another one refuses.
 * @param {import("./taking_part.js").Roll} roll
 * @param {string} kind
 * @param {{ contact: string, codes: Record<string, string> }} person an invitation or a newcomer's code is the contact, and needs no code
 * @param {import("../../ledger/tiles.js").Read} read
 */
export function takeTokens(roll, kind, person, read) {
  return alone(async () => {
    /** @type {unknown[]} */
    const faults = [];
    for (const id of await lackingIssuers(roll, kind)) {
      await at(id, () => takeWaiting(roll, kind, id, person, read)).catch((error) => faults.push(error));
    }
    if (faults.length > 0) {
      throw faults[0];
    }
  });
}

/**
 * @type {(roll: import("./taking_part.js").Roll, kind: string, id: string, person: { contact: string, codes: Record<string, string> },
 *   read: import("../../ledger/tiles.js").Read) => Promise<void>}
 */
async function takeWaiting(roll, kind, id, { contact, codes }, read) {
  const waiting = [];
  for (const named of namedBy(roll, kind).filter(({ key }) => issuerOf(roll, key) === id)) {
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
  const asked = { roll: roll.roll, kind, contact, code: codes[id] ?? "", reqs };
  const signatures = await counter.askForTokens(asked, await addressOf(roll, id, read));
  for (const [place, { leaf, key }] of proofs.entries()) {
    const coin = await loadCoin(roll.origin, key.ballot);
    if (coin) {
      await saveCoin(roll.origin, await takeStamp(roll.origin, leaf, key, coin, signatures[place] ?? ""));
    }
  }
}
