/**
 * Asks the far end through the site: a call to try, and afterwards what of it arrived there. No cookie, no referrer.
 */

const SECONDS = 8;

/**
 * @typedef {{ urls: string[], username: string, credential: string }} RelayPass
 * @typedef {{ name: string, password: string, fingerprint: string, addresses: string[], port: number, neutral: number[], voice: number[],
 *   reached: string[], well: boolean, relay?: RelayPass }} Call
 */

/** What the far end refused: `no_far_end`, `busy_or_over`. */
export class FarEndError extends Error {
  /** @param {string} code */
  constructor(code) {
    super(code);
    this.code = code;
  }
}

/**
 * @param {string} name
 * @param {string} [body]
 * @returns {Promise<any>}
 */
async function ask(name, body = "") {
  try {
    const answer = await fetch(`/c/v1/${name}`, {
      method: "POST",
      body,
      credentials: "omit",
      referrerPolicy: "no-referrer",
      cache: "no-store",
      signal: AbortSignal.timeout(SECONDS * 1000),
    });
    return await answer.json();
  } catch {
    throw new FarEndError("no_far_end"); // a mirror has none, and a site may be down
  }
}

/** @returns {Promise<{ call: Call, ms: number }>} and how long the answer took */
export async function openCall() {
  const began = performance.now();
  const call = await ask("open");
  if (call.error || !Array.isArray(call.neutral) || call.neutral.length === 0) {
    throw new FarEndError(call.error === "busy_or_over" ? "busy" : "no_far_end");
  }
  return { call, ms: performance.now() - began };
}

/** @param {Call} call @returns {Promise<import("./verdict.js").Seen | null>} null when the far end does not say */
export async function askWhatCame(call) {
  try {
    const { tries } = await ask("seen", call.name);
    return new Map(Object.entries(tries).map(([number, counts]) => [Number(number), counts]));
  } catch {
    return null;
  }
}
