/**
 * One check of a network, from the question to the far end to the verdict: blocks of tries one after the other, the echo beside them.
 */

import { attempt, makeCertificate } from "./attempt.js";
import { Echo, echoAddress } from "./echo.js";
import { askWhatCame, openCall } from "./far_end.js";
import { blockOf, fairDice, sizeFor } from "./plan.js";
import { tryRelays } from "./relay.js";
import { soundRound } from "./sound.js";
import { conclude, isSoundCut, wantsBlock, wantsSound } from "./verdict.js";

const SECONDS = 14; // at most, of trying
const LEAST_PATIENCE = 500; // ms
const FIRST_PATIENCE = [1000, 3000]; // ms, between these by what the page's own way takes
const BLOCKS = 8; // foreseen, for the bar

/**
 * @typedef {{ call: import("./far_end.js").Call, run: import("./verdict.js").Run, relays: import("./relay.js").Relayed[],
 *   verdict: import("./verdict.js").Verdict, seconds: number }} Result
 * @typedef {{ opened: (call: import("./far_end.js").Call, trip: number) => void, tried: (one: import("./verdict.js").Tried) => void,
 *   share: (share: number) => void }} Watcher
 */

/**
 * How long the next block waits: first by the page's own round trip, then by that of the connections that stood.
 * @param {import("./verdict.js").Tried[]} tried
 * @param {number} trip ms of the first answer of the site
 */
export function patienceFor(tried, trip) {
  const [least, most] = /** @type {[number, number]} */ (FIRST_PATIENCE);
  const first = Math.min(most, Math.max(least, 4 * trip + 600));
  const stood = tried.filter((one) => one.connected).map((one) => one.ms);
  return stood.length < 3 ? first : Math.min(first, Math.max(LEAST_PATIENCE, 3 * Math.max(...stood)));
}

/**
 * @param {import("./verdict.js").Run} run which grows
 * @param {import("./far_end.js").Call} call
 * @param {number} trip
 * @param {Watcher} watcher
 */
async function tryBlocks(run, call, trip, watcher) {
  const certificate = await makeCertificate();
  const until = performance.now() + SECONDS * 1000;
  const size = sizeFor(trip);
  for (let block = 0; wantsBlock(run, block) && performance.now() < until; block++) {
    const patience = patienceFor(run.tried, trip);
    const tries = blockOf(block, call, size, fairDice).map(async (order) => {
      const one = await attempt(order, call, certificate, patience);
      watcher.tried(one);
      return one;
    });
    run.tried.push(...(await Promise.all(tries)));
    watcher.share(Math.min(0.95, (block + 1) / BLOCKS));
  }
}

/**
 * Calls with sound, where calls can be set up; a second round where the first was cut, and then once more calls without.
 * @param {import("./verdict.js").Run} run
 * @param {import("./far_end.js").Call} call
 * @param {number} trip
 */
async function trySound(run, call, trip) {
  for (let round = 0; wantsSound(run, round); round++) {
    run.sounded.push(...(await soundRound(call, round)));
    run.seen = await askWhatCame(call);
  }
  if (isSoundCut(run)) {
    await tryAfterwards(run, call, trip);
  }
}

/** @param {import("./verdict.js").Run} run @param {import("./far_end.js").Call} call @param {number} trip */
async function tryAfterwards(run, call, trip) {
  const certificate = await makeCertificate();
  const last = blockOf(20, call, sizeFor(trip), fairDice); // beyond the last block, so that numbers are new
  const patience = patienceFor(run.tried, trip);
  run.afterwards = await Promise.all(last.map((order) => attempt(order, call, certificate, patience)));
}

/**
 * @param {Watcher} watcher is told what happens
 * @returns {Promise<Result>}
 */
export async function measure(watcher) {
  const began = performance.now();
  const { call, ms } = await openCall();
  watcher.opened(call, ms);
  const echo = new Echo();
  echo.open(echoAddress(location));
  const relayed = tryRelays(call.relay);
  /** @type {import("./verdict.js").Run} */
  const run = {
    tried: [],
    sounded: [],
    afterwards: [],
    echo,
    seen: null,
    reached: call.reached,
    isWell: call.well,
    isWebAlive: true,
  };
  await tryBlocks(run, call, ms, watcher);
  const relays = await relayed;
  run.seen = await askWhatCame(call);
  if (sizeFor(ms).controls > 1) {
    await trySound(run, call, ms);
  }
  run.isWebAlive = run.seen !== null || performance.now() - echo.lastHeard < 1000;
  echo.close();
  watcher.share(1);
  return { call, run, relays, verdict: conclude(run), seconds: (performance.now() - began) / 1000 };
}
