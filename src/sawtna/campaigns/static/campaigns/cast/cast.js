/**
 * A cast: what was chosen, signed by the one-time key, padded so that its length tells nothing (memo trust 6.6).
 */

import { canonicalJson, packBase64url, unpackBase64url, utf8 } from "./bytes.js";

export const CAST_BYTES = 2048;
const DOMAIN = "sawtna/v1/cast\n";

/**
 * The padded bytes of the coin's next cast.
 * @param {import("./token.js").Coin} coin
 * @param {number[]} choice option numbers; none withdraws
 * @param {{ did?: number[], didNot?: number[], newcomer?: string }} [told] the check-in of a pledge; for whom it vouches
 * @returns {Promise<string>}
 */
export async function makeCast(coin, choice, told = {}) {
  const unsigned = {
    b: coin.ballot,
    c: choice,
    k: "cast",
    p: coin.point,
    q: coin.q,
    t: Object.entries(coin.stamps).map(([index, stamp]) => ({ i: Number(index), s: stamp })),
    v: 1,
    ...(told.did ? { d: told.did } : {}),
    ...(told.didNot ? { n: told.didNot } : {}),
    ...(told.newcomer ? { h: told.newcomer } : {}),
  };
  const bytes = utf8(DOMAIN + canonicalJson(unsigned));
  const signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, coin.pair.privateKey, bytes);
  const entry = canonicalJson({ ...unsigned, g: packBase64url(new Uint8Array(signature)) });
  return entry.padEnd(CAST_BYTES, " ");
}

/**
 * Whether a one-time key signed the cast; for tests and for reading back what was cast.
 * @param {CryptoKey} publicKey
 * @param {string} cast
 */
export async function isSigned(publicKey, cast) {
  const { g, ...unsigned } = JSON.parse(cast);
  const bytes = utf8(DOMAIN + canonicalJson(unsigned));
  return crypto.subtle.verify({ name: "ECDSA", hash: "SHA-256" }, publicKey, unpackBase64url(g), bytes);
}
