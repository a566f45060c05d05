/**
 * Tokens: a one-time P-256 key, the message that an issuer signs blindly for it, and what unblinds the answer.
 * RFC 9474 (RSABSSA-SHA384-PSS-Deterministic) in the layout of RFC 9578, token type 0x0002.
 */

import { joinBytes } from "../../ledger/encoding.js";
import { sha256 } from "../../ledger/merkle.js";
import { packBase64url, unpackBase64url, utf8 } from "./bytes.js";
import { BlindRSA } from "./made/blindrsa.js";

const TOKEN_TYPE = new Uint8Array([0, 2]);
const SUITE = new BlindRSA({
  hash: "SHA-384",
  saltLength: 48,
  prepareType: 0,
  supportsRSARAW: false,
});
export const ECDSA = { name: "ECDSA", namedCurve: "P-256" };

/**
 * What the book says of an issuer's key.
 * @typedef {{ index: number, ballot: number, kind: string, n: string, kid: string }} IssuerKey
 * One ballot's one-time key with its stamps, by the entry of the issuer's key: `asked` holds what waits for an answer and goes when the
 * `stamps` come. Stamps of two kinds on one key are one person, so whoever tries another way to show to be one loses nothing.
 * `need` says how many stamps it takes to cast, one where it is left out. `told` is a cast on its way; `did` and `didNot` are what was told
 * of a pledge; `relayed` where casts are sealed to a relay. `entry` is the newest cast that was promised a place, to be looked for in the
 * book from entry `since` on; `receipt` proves that it was found.
 * @typedef {{ blinded: string, inverse: string }} Asked
 * @typedef {{ ballot: number, pair: CryptoKeyPair, point: string, asked: Record<number, Asked>, stamps: Record<number, string>,
 *   q: number, choice: number[], did: number[], didNot: number[], promise: string, told?: string, relayed?: boolean,
 *   entry?: string, since?: number, receipt?: string, need?: number }} Coin
 */

/**
 * The compressed point of a P-256 key, 33 bytes (SEC 1 2.3.3).
 * @param {CryptoKey} publicKey
 * @returns {Promise<Uint8Array<ArrayBuffer>>}
 */
export async function compressedPoint(publicKey) {
  const raw = new Uint8Array(await crypto.subtle.exportKey("raw", publicKey));
  const last = raw[64] ?? 0;
  return joinBytes(new Uint8Array([2 + (last & 1)]), raw.subarray(1, 33));
}

/**
 * TokenChallenge (RFC 9577 2.1) with the ballot's leaf hash as redemption context.
 * @param {string} origin
 * @param {Uint8Array} leaf
 */
export function packChallenge(origin, leaf) {
  const name = utf8(origin);
  const sized = joinBytes(new Uint8Array([name.length >> 8, name.length & 255]), name);
  return joinBytes(TOKEN_TYPE, sized, new Uint8Array([32]), leaf, sized);
}

/**
 * The message that is signed blindly (RFC 9578 6.1).
 * @param {string} origin
 * @param {Uint8Array} leaf
 * @param {Uint8Array} kid
 * @param {Uint8Array} point
 */
export async function tokenInput(origin, leaf, kid, point) {
  const nonce = await sha256(joinBytes(utf8("sawtna/v1/nonce\n"), point));
  return joinBytes(TOKEN_TYPE, nonce, await sha256(packChallenge(origin, leaf)), kid);
}

/**
 * WebCrypto cannot import the SPKI of RFC 9578, so the key goes in as JWK.
 * @param {IssuerKey} key
 */
function importKey(key) {
  const jwk = { kty: "RSA", alg: "PS384", n: key.n, e: "AQAB", ext: true };
  return crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
}

/**
 * A fresh one-time key for a ballot. The private key never leaves the browser's store.
 * @param {number} ballot
 * @param {number} [need] how many issuers must stamp it
 * @returns {Promise<Coin>}
 */
export async function mintCoin(ballot, need = 1) {
  const pair = /** @type {CryptoKeyPair} */ (
    await crypto.subtle.generateKey(ECDSA, false, ["sign", "verify"])
  );
  const point = packBase64url(await compressedPoint(pair.publicKey));
  const kept = { q: 0, choice: [], did: [], didNot: [], promise: "" };
  return { ballot, need, pair, point, asked: {}, stamps: {}, ...kept };
}

/**
 * The coin with a blinded message for one issuer's key.
 * @param {string} origin
 * @param {Uint8Array} leaf leaf hash of the ballot
 * @param {IssuerKey} key
 * @param {Coin} coin
 * @returns {Promise<Coin>}
 */
export async function askWith(origin, leaf, key, coin) {
  const message = await tokenInput(origin, leaf, unpackBase64url(key.kid), unpackBase64url(coin.point));
  const { blindedMsg, inv } = await SUITE.blind(await importKey(key), message);
  const asked = { blinded: packBase64url(blindedMsg), inverse: packBase64url(inv) };
  return { ...coin, asked: { ...coin.asked, [key.index]: asked } };
}

/**
 * Unblinds and verifies the issuer's answer, and forgets what unblinded it.
 * @param {string} origin
 * @param {Uint8Array} leaf
 * @param {IssuerKey} key
 * @param {Coin} coin
 * @param {string} signature the answer, Base 64
 * @returns {Promise<Coin>}
 */
export async function takeStamp(origin, leaf, key, coin, signature) {
  const message = await tokenInput(origin, leaf, unpackBase64url(key.kid), unpackBase64url(coin.point));
  const { [key.index]: own, ...others } = coin.asked;
  const inverse = unpackBase64url(own?.inverse ?? "");
  const stamp = await SUITE.finalize(await importKey(key), message, unpackBase64url(signature), inverse);
  return { ...coin, asked: others, stamps: { ...coin.stamps, [key.index]: packBase64url(stamp) } };
}

/** @param {Coin | undefined} coin @returns {boolean} whether it can cast */
export function isStamped(coin) {
  return Object.keys(coin?.stamps ?? {}).length >= (coin?.need ?? 1);
}
