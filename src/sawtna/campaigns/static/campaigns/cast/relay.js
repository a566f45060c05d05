/**
 * Rolls that are cast through a relay: what the book says of it, and how a cast is left for it. Nothing that the page says is taken for it.
 */

import { formatBase64 } from "../../ledger/encoding.js";
import { CheckError } from "../../ledger/errors.js";
import { leafHash } from "../../ledger/merkle.js";
import { openBook } from "../../ledger/trusted.js";
import { unpackBase64url, utf8 } from "./bytes.js";
import { leaveSealed } from "./counter.js";

/**
 * @typedef {import("../../ledger/trusted.js").Book} Book
 * What the page says: the book as it is pinned, the entry of the roll and that of its relay. `read` gives files of the log.
 * @typedef {import("../../ledger/trusted.js").Pinned & { roll: number, relay?: number,
 *   read: import("../../ledger/tiles.js").Read }} Named
 */

/**
 * Whether casts of a roll must be sealed, as the roll's own entry has it. Throws CheckError when a ballot is one of another roll: a page
 * that names another roll, or no relay, must not get a cast that the site can read.
 * @param {number} roll its entry
 * @param {any[]} ballots the bodies of the proven ballots
 * @param {Book} book
 * @returns {Promise<boolean>}
 */
export async function isRelayed(roll, ballots, book) {
  return (await rollOf(roll, ballots, book)).relay !== undefined;
}

/** @type {(roll: number, ballots: any[], book: Book) => Promise<any>} */
async function rollOf(roll, ballots, book) {
  const body = await bodyAt(roll, book);
  if (body.k !== "roll" || ballots.some((ballot) => ballot.c !== body.c || ballot.roll !== body.id)) {
    throw new CheckError("altered", "got another entry than the roll of these ballots, expected that one");
  }
  return body;
}

/**
 * Seals a cast to the relay that the book names for the roll, and leaves it at the site.
 * @param {Named} roll
 * @param {string} cast padded
 * @returns {Promise<string>} what is kept: the site's promise, and the leaf hash of the cast, which only this device knows
 */
export async function leaveForRelay(roll, cast) {
  const point = await relayPoint(roll, JSON.parse(cast).b, await openBook(roll, roll.read));
  const { sealCast } = await import("./sealing.js");
  const promise = await leaveSealed(await sealCast(cast, { roll: roll.roll, point, origin: roll.origin }));
  return `${promise}\ncast ${formatBase64(await leafHash(utf8(cast.trimEnd())))}\n`;
}

/** @type {(roll: Named, ballot: number, book: Book) => Promise<Uint8Array<ArrayBuffer>>} */
async function relayPoint(roll, ballot, book) {
  const named = await rollOf(roll.roll, [await bodyAt(ballot, book)], book);
  const relay = roll.relay === undefined ? {} : await bodyAt(roll.relay, book);
  if (relay.k !== "relay" || relay.c !== named.c || relay.id !== named.relay) {
    throw new CheckError("altered", "got another entry than the relay of this roll, expected that one");
  }
  return unpackBase64url(relay.pk);
}

/** @type {(index: number, book: Book) => Promise<any>} */
async function bodyAt(index, book) {
  return JSON.parse(new TextDecoder().decode((await book.entry(index)).data));
}
