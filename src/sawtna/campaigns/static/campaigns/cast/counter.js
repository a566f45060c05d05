/**
 * Speaks with the counter of the site, and with other issuers: no cookie, no referrer, requests of one length.
 */

import { packBase64url } from "./bytes.js";

const REQUEST_BYTES = 4096;

/** Codes that were asked for by this page open for it alone: nobody else can use up its tries. It ends with the page. */
const SLIP = packBase64url(crypto.getRandomValues(new Uint8Array(16)));

/** What the counter refused, by its code; `network` when no answer came. */
export class CounterError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @param {string} address
 * @param {string | Uint8Array<ArrayBuffer>} body
 * @returns {Promise<any>}
 */
async function post(address, body) {
  /** @type {Response} */
  let answer;
  try {
    answer = await fetch(address, {
      method: "POST",
      body,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      headers: { "content-type": "text/plain" },
    });
  } catch {
    throw new CounterError("network");
  }
  const found = await answer.json().catch(() => ({ error: "network" }));
  if (!answer.ok) {
    throw new CounterError(String(found.error ?? "fault"));
  }
  return found;
}

/** @param {object} asked */
function padded(asked) {
  return JSON.stringify(asked).padEnd(REQUEST_BYTES, " ");
}

/**
 * @param {string} [base] the address of another issuer; empty for the site
 * @returns {Promise<object>} work to do before asking for a code
 */
export function askForWork(base = "") {
  return post(`${base}/t/v1/challenge`, "");
}

/**
 * @param {{ roll: number, kind: string, contact: string, language: string, work: string }} asked
 * @param {string} [base]
 */
export function askForCode(asked, base = "") {
  return post(`${base}/t/v1/code`, padded({ ...asked, slip: SLIP }));
}

/**
 * @param {{ roll: number, kind: string, contact: string, code: string, reqs: { i: number, bm: string }[] }} asked
 * @param {string} [base]
 * @returns {Promise<string[]>} blind signatures in the order asked for
 */
export async function askForTokens(asked, base = "") {
  return (await post(`${base}/t/v1/issue`, padded({ ...asked, slip: SLIP }))).sigs;
}

/**
 * @param {Uint8Array<ArrayBuffer>} sealed a cast that only the relay can open
 * @returns {Promise<string>} the promise
 */
export async function leaveSealed(sealed) {
  return (await post("/t/v1/sealed", sealed)).promise;
}

/**
 * @param {string} cast
 * @returns {Promise<string>} the promise
 */
export async function handIn(cast) {
  return (await post("/t/v1/cast", cast)).promise;
}
