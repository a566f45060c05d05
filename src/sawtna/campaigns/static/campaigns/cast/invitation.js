/**
 * Codes on paper and in links: invitations, and those of newcomers. 80 bits in Crockford's Base 32, read as people type them.
 */

import { sha256 } from "../../ledger/merkle.js";
import { packBase64url, utf8 } from "./bytes.js";

const SIGNS = "0123456789abcdefghjkmnpqrstvwxyz"; // no i, l, o, u
const CODE = new RegExp(`^[${SIGNS}]{16}$`);

/** @returns {string} a fresh code in its one spelling */
export function writeCode() {
  const dice = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(dice, (one) => SIGNS[one & 31]).join("");
}

/** @param {string} code @returns {string} in groups of four, as it is printed */
export function spaced(code) {
  return code.replace(/(.{4})(?=.)/g, "$1-");
}

/**
 * @param {string} typed
 * @returns {string} the one spelling of a code, or nothing when it is none
 */
export function readCode(typed) {
  const plain = typed
    .slice(0, 80)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15))
    .replace(/[^\p{L}\p{N}]/gu, "")
    .replaceAll("o", "0")
    .replace(/[il]/g, "1");
  return CODE.test(plain) ? plain : "";
}

/** @param {string} code in its one spelling @returns {Promise<string>} how the book names it */
export async function nameOf(code) {
  return packBase64url(await sha256(utf8(code)));
}

/**
 * Takes a code out of the address of the page, and out of the browser's history: nobody who looks at either sees it again.
 * @param {Location} place
 * @param {History} past
 * @returns {{ does: "invite" | "vouch", code: string } | undefined}
 */
export function takeBrought(place, past) {
  const [, does, code] = /^#(invite|vouch)=([\w%-]{1,80})$/.exec(place.hash) ?? [];
  if (!code) {
    return undefined;
  }
  past.replaceState(null, "", place.pathname + place.search);
  return { does: does === "vouch" ? "vouch" : "invite", code: readCode(decodeURIComponent(code)) };
}
