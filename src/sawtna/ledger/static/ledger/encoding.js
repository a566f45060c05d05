/**
 * Bytes as hex and as standard Base 64 (RFC 4648 section 4), one spelling each. Mirrors ledger/core/encoding.py.
 */

import { CheckError } from "./errors.js";

/** @typedef {Uint8Array<ArrayBuffer>} Bytes */

/**
 * @param {Uint8Array} bytes
 * @returns {string} small letters, two a byte
 */
export function encodeHex(bytes) {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/**
 * @param {string} text small letters, two a byte
 * @returns {Bytes}
 */
export function decodeHex(text) {
  if (!/^(?:[0-9a-f]{2})*$/.test(text)) {
    throw new CheckError("malformed", `got ${text.slice(0, 80)}, expected hex in small letters`);
  }
  return Uint8Array.from({ length: text.length / 2 }, (_, at) =>
    Number.parseInt(text.slice(at * 2, at * 2 + 2), 16),
  );
}

/**
 * @param {Uint8Array} bytes
 * @returns {string} with padding
 */
export function formatBase64(bytes) {
  return btoa(Array.from(bytes, (byte) => String.fromCharCode(byte)).join(""));
}

/**
 * Spaces, missing padding and spare bits are refused.
 * @param {string} text with padding
 * @returns {Bytes}
 */
export function parseBase64(text) {
  let bytes;
  try {
    bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  } catch {
    bytes = undefined;
  }
  if (bytes === undefined || formatBase64(bytes) !== text) {
    throw new CheckError("malformed", `got ${text.slice(0, 80)}, expected standard Base 64 with padding`);
  }
  return bytes;
}

/**
 * @param {...Uint8Array} parts
 * @returns {Bytes}
 */
export function joinBytes(...parts) {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/**
 * @param {Uint8Array} one
 * @param {Uint8Array} other
 * @returns {boolean}
 */
export function sameBytes(one, other) {
  return one.length === other.length && one.every((byte, at) => byte === other[at]);
}
