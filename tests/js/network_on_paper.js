/** Networks on paper for the tests of "Check this network": what becomes of each try, and what is said of the run. */

import { blockOf, sizeFor } from "../../src/sawtna/checks/static/checks/network/plan.js";
import { reasonsOf, rowsOf } from "../../src/sawtna/checks/static/checks/network/report.js";
import { conclude } from "../../src/sawtna/checks/static/checks/network/verdict.js";

export const OPENED = {
  neutral: Array.from({ length: 60 }, (_, place) => 20_000 + place),
  voice: [1400, 3478, 5060, 7985],
};

/** Dice that always fall the same way. */
export function steadyDice(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** What becomes of one order: the share of its packets that comes back, and what the far end sees of it. */
export function fly(order, { share = 1, arrives = true, hello = true, sent = 10, trip = 60 }) {
  const answered = Math.round(sent * share);
  const connected = answered > 0;
  const times = connected ? { ms: 2 * trip, trip } : { ms: 0, trip: 0 };
  const seen = arrives ? [[order.number, [sent, connected && hello ? 4 : 0, 0]]] : [];
  return { tried: { ...order, connected, sent, answered, ...times }, seen };
}

/** A run over a network that does with each order what `fate` says. */
export function runOver(fate, { blocks = 8, ...more } = {}) {
  const dice = steadyDice(blocks + 5);
  const orders = Array.from({ length: blocks }, (_, block) =>
    blockOf(block, OPENED, sizeFor(50), dice),
  ).flat();
  const flown = orders.map((order) => fly(order, fate(order)));
  const [tried, seen] = [flown.map((one) => one.tried), new Map(flown.flatMap((one) => one.seen))];
  const echo = { isOpen: true, sent: 80, got: 80, trips: Array(80).fill(60) };
  const reached = ["neutral", "3478", "7985", "1400"];
  return { tried, sounded: [], afterwards: [], echo, seen, reached, isWell: true, isWebAlive: true, ...more };
}

/** What is said of a run. */
export function told(run, relays = []) {
  const result = { call: {}, run, relays, verdict: conclude(run), seconds: 5 };
  return { ...result, reasons: reasonsOf(result), rows: rowsOf(result) };
}

/** A run in which six calls sent sound, of which a share arrived. */
export function withSound(share, { rounds = 2, afterwards = true } = {}) {
  const run = runOver(() => ({}));
  for (let number = 192; number < 192 + 3 * rounds; number++) {
    run.sounded.push({ number, isKeyed: true, sent: 80 });
    run.seen.set(number, [3, 1, Math.round(80 * share)]);
  }
  run.afterwards = run.tried.slice(0, 6).map((one) => ({ ...one, connected: afterwards }));
  return run;
}
