/**
 * Ed25519 for browsers whose WebCrypto lacks it, such as Chromium before 137. Loaded only there, with the library that does it.
 */

import { verifyAsync } from "./made/ed25519.js";

/** As RFC 8032 has it, not as ZIP 215 does: the same signatures as WebCrypto takes. */
const STRICT = { zip215: false };

/**
 * @param {import("./encoding.js").Bytes} publicKey
 * @param {import("./encoding.js").Bytes} signature
 * @param {import("./encoding.js").Bytes} message
 * @returns {Promise<boolean>}
 */
export async function verify(publicKey, signature, message) {
  return verifyAsync(signature, message, publicKey, STRICT).catch(() => false);
}
