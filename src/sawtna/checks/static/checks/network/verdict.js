/**
 * From what was tried to what is said of the network; pure. Weaker than what the probe says, because a browser can send by UDP only what
 * calls begin with: it cannot tell content from port, nor the router (docs/formats/check.md).
 */

import { wealthOf } from "./betting.js";
import { NEUTRAL } from "./plan.js";
import { armsIn, ofArm, quantile, shareOf } from "./tally.js";

export const ALPHA = 0.005;
export const ENOUGH = 5; // informative blocks
const LEAST_BLOCKS = 8;
const LEAST_DEAD = 6; // of which each takes longest
const MOST_BLOCKS = 12;
const DEAD_TRIES = 12;
const ALIVE = 0.7;
const WORSE = 0.8; // an arm that fares at least so well beside its controls is no finding
const SHUT = 0.45;
const LATE = 200; // ms
const LOSSY = 0.25;
const LOSSY_PACKETS = 60;
const HELLO_TRIES = 10;
const HELLO_LOST = 0.3; // so often at most would a try lose all of its hellos by chance
const CALM = 120; // ms
const SOUND_ROUND = 3; // calls of a round
const SOUND_PACKETS = 30; // so many a call must have sent
const SOUND_CUT = 0.1; // of which fewer than this share arrived

/**
 * @typedef {import("./tally.js").Tried} Tried
 * @typedef {{ isOpen: boolean, sent: number, got: number, trips: number[] }} Echo
 * @typedef {{ number: number, isKeyed: boolean, sent: number }} Sounded a call with sound
 * @typedef {Map<number, [number, number, number]>} Seen checks, hellos and packets of sound of each try, as the far end saw them
 * @typedef {{ tried: Tried[], sounded: Sounded[], afterwards: Tried[], echo: Echo, seen: Seen | null, reached: string[], isWell: boolean, isWebAlive: boolean }} Run
 * @typedef {"not_blocked" | "blocked" | "degraded" | "inconclusive" | "unable"} Word
 * @typedef {{ verdict: Word, causes: string[], reason: string, doubted: string[], odds: number }} Verdict
 */

/** @param {Tried} one @returns {number} the share of its packets that was answered: what is bet on */
function scoreOf(one) {
  return one.connected && one.sent ? one.answered / one.sent : 0;
}

/**
 * What each block says of an arm; blocks whose controls did not come through say nothing.
 * @param {Tried[]} tried
 * @param {string} arm
 */
export function blocksOf(tried, arm) {
  const found = [];
  for (const block of new Set(tried.map((one) => one.block))) {
    const here = tried.filter((one) => one.block === block);
    const controls = ofArm(here, NEUTRAL);
    const [own] = ofArm(here, arm);
    if (own && shareOf(controls) * 3 >= 2) {
      found.push({ arm: scoreOf(own), controls: controls.map(scoreOf) });
    }
  }
  return found;
}

/**
 * The arms that stand out: wealth over m / alpha (Ville, Bonferroni over m arms), and a clear part less than their controls.
 * @param {Tried[]} tried
 * @returns {{ arm: string, highest: number, ratio: number }[]}
 */
export function foundIn(tried) {
  const arms = armsIn(tried);
  return arms
    .map((arm) => {
      const blocks = blocksOf(tried, arm);
      const fared = blocks.reduce((sum, one) => sum + one.arm, 0);
      const others = blocks.reduce((sum, one) => sum + quantile(one.controls), 0);
      return { arm, highest: wealthOf(blocks).highest, ratio: others ? fared / others : 1 };
    })
    .filter(({ highest, ratio }) => highest >= arms.length / ALPHA && ratio < WORSE);
}

/** @param {Run} run @returns {boolean} whether no connection to a neutral port came about, in many tries */
export function isDead({ tried }) {
  const controls = ofArm(tried, NEUTRAL);
  return controls.length >= DEAD_TRIES && controls.every((one) => !one.connected);
}

/** @param {Run} run @returns {boolean} whether the browser sent nothing at all, whatever was asked of it */
function isMute({ tried }) {
  return tried.every((one) => one.sent === 0);
}

/**
 * Whether another block would tell something.
 * @param {Run} run
 * @param {number} blocks so far
 */
export function wantsBlock(run, blocks) {
  if (blocks >= 2 && isMute(run)) {
    return false;
  }
  if (blocks < LEAST_DEAD) {
    return true;
  }
  if (blocks >= MOST_BLOCKS || isDead(run)) {
    return false;
  }
  if (blocks < LEAST_BLOCKS) {
    return true;
  }
  if (informativeIn(run.tried) < ENOUGH) {
    return true;
  }
  const found = new Set(foundIn(run.tried).map(({ arm }) => arm));
  return armsIn(run.tried).some((arm) => !found.has(arm) && wealthOf(blocksOf(run.tried, arm)).now > 20);
}

/** @param {Tried[]} tried @returns {number} blocks in which most controls came through */
function informativeIn(tried) {
  const blocks = [...new Set(tried.map((one) => one.block))];
  return blocks.filter((block) => {
    const controls = ofArm(tried, NEUTRAL).filter((one) => one.block === block);
    return controls.length > 0 && shareOf(controls) * 3 >= 2;
  }).length;
}

/**
 * @param {Word} verdict
 * @param {Partial<Verdict>} [more]
 * @returns {Verdict}
 */
function say(verdict, more = {}) {
  return { verdict, causes: [], reason: "", doubted: [], odds: 0, ...more };
}

/**
 * @param {Run} run
 * @returns {Verdict}
 */
export function conclude(run) {
  const { tried } = run;
  if (isMute(run)) {
    return tried.length ? say("unable", { reason: "unable" }) : say("inconclusive", { reason: "unsteady" });
  }
  if (!run.isWebAlive) {
    return say("inconclusive", { reason: "gone" });
  }
  if (isDead(run)) {
    return concludeDead(run);
  }
  const { causes, doubted, odds, isShut } = foundPorts(run);
  if (losesHellos(run)) {
    return say("blocked", { causes: ["dtls", ...causes], doubted, odds });
  }
  if (isSoundCut(run) && shareOf(ofArm(run.afterwards, NEUTRAL)) * 3 >= 2) {
    return say("blocked", { causes: ["sound", ...causes], doubted, odds });
  }
  if (causes.length > 0) {
    return say(isShut ? "blocked" : "degraded", { causes, doubted, odds });
  }
  const reason = troubleOf(run);
  return reason ? say("inconclusive", { reason, doubted }) : say("not_blocked", { doubted });
}

/** @param {Run} run @returns {Verdict} */
function concludeDead({ tried, seen, reached, isWell }) {
  const alive = armsIn(tried).filter((arm) => shareOf(ofArm(tried, arm)) >= 0.5);
  if (alive.length > 0) {
    return say("blocked", { causes: alive.map((arm) => arm.replace("port", "udp_except")) });
  }
  if (!isWell || !reached.includes(NEUTRAL)) {
    return say("inconclusive", { reason: "unreached" });
  }
  const arrived = seen && tried.some((one) => (seen.get(one.number)?.[0] ?? 0) > 0);
  return say("blocked", { causes: ["udp_or_stun"], reason: seen ? (arrived ? "down" : "up") : "" });
}

/** @param {Run} run a port that nobody outside ever reached may be shut by the host's own firewall */
function foundPorts({ tried, reached }) {
  const found = foundIn(tried);
  const sure = found.filter(({ arm }) => reached.includes(arm.replace("port:", "")));
  return {
    causes: sure.map(({ arm }) => arm),
    isShut: sure.some(({ ratio }) => ratio < SHUT),
    doubted: found.filter((one) => !sure.includes(one)).map(({ arm }) => arm),
    odds: sure.length ? Math.min(...sure.map(({ highest }) => highest)) : 0,
  };
}

/** @param {Run} run @param {number} round @returns {boolean} whether calls with sound would tell something */
export function wantsSound(run, round) {
  const steady = shareOf(ofArm(run.tried, NEUTRAL)) >= ALIVE && run.seen !== null && !losesHellos(run);
  return round === 0 ? steady && troubleOf(run) === "" : round === 1 && cutSounds(run).length === SOUND_ROUND;
}

/** @param {Run} run the calls of which (nearly) no packet of sound arrived, though keys were agreed */
function cutSounds({ sounded, seen }) {
  return sounded.filter(
    ({ number, isKeyed, sent }) =>
      isKeyed && sent >= SOUND_PACKETS && (seen?.get(number)?.[2] ?? 0) < SOUND_CUT * sent,
  );
}

/** @param {Run} run @returns {boolean} whether sound was cut in each call of both rounds */
export function isSoundCut(run) {
  return cutSounds(run).length >= 2 * SOUND_ROUND;
}

/** @param {Run} run whether the far end heard a browser begin to agree keys in (nearly) none of the connections that stood */
function losesHellos({ tried, seen }) {
  const stood = seen ? tried.filter((one) => one.connected) : [];
  const heard = stood.filter((one) => (seen?.get(one.number)?.[1] ?? 0) > 0).length;
  return (
    stood.length >= HELLO_TRIES && heard / stood.length < 0.1 && HELLO_LOST ** (stood.length - heard) < ALPHA
  );
}

/**
 * What is wrong with packets of calls to whatever port, of which a browser cannot tell whether it is aimed at calls: `unsteady`,
 * `lossy` or `late` where the page's own way is calm meanwhile, or nothing.
 * @param {Run} run
 */
function troubleOf({ tried, echo }) {
  const controls = ofArm(tried, NEUTRAL);
  const sent = controls.reduce((sum, one) => sum + one.sent, 0);
  const lost = sent ? 1 - controls.reduce((sum, one) => sum + one.answered, 0) / sent : 0;
  const trips = controls.filter((one) => one.connected).map((one) => one.trip);
  const own = quantile(echo.trips);
  const isCalm = echo.got >= 20 && echo.got > 0.9 * echo.sent && quantile(echo.trips, 0.9) < 1.5 * own + CALM;
  if (isCalm && sent >= LOSSY_PACKETS && (lost > LOSSY || shareOf(controls) < ALIVE)) {
    return "lossy";
  }
  if (informativeIn(tried) < ENOUGH || shareOf(controls) < ALIVE) {
    return "unsteady";
  }
  return isCalm && quantile(trips) > 2 * own + LATE ? "late" : "";
}
