/**
 * What is said of a result: codes of sentences (`<template data-say>`) with what goes into their slots, and the rows of the table. Pure.
 */

import { NEUTRAL } from "./plan.js";
import { armsIn, ofArm, quantile, shareOf } from "./tally.js";

/**
 * @typedef {{ code: string, slots: Record<string, string | number> }} Sentence
 * @typedef {"open" | "blocked" | "degraded" | "unknown" | "refused" | "silent"} State
 * @typedef {{ label: Sentence, state: State, tries: number | null, stood: number | null, arrived: number | null, ms: number | null }} Row
 */

/** @param {string} code @param {Record<string, string | number>} [slots] @returns {Sentence} */
export function sentence(code, slots = {}) {
  return { code, slots };
}

/** @param {string} arm `neutral`, `port:3478` @returns {Sentence} */
export function labelOf(arm) {
  const [kind, port] = arm.split(":");
  return port ? sentence("arm-port", { port }) : sentence(`arm-${kind}`);
}

const OWN_HEADLINE = ["lossy", "late"];
const PORT = "port:";

/** @param {import("./verdict.js").Verdict} verdict @returns {string} of the headline, where the word of the verdict says too little */
export function headlineOf({ verdict, causes, reason }) {
  if (verdict === "blocked" && causes.every((cause) => cause.startsWith(PORT))) {
    return "some";
  }
  return OWN_HEADLINE.includes(reason) ? reason : "";
}

/** @param {import("./measure.js").Result} result @returns {Sentence[]} why, a sentence each */
export function reasonsOf({ verdict, run, relays }) {
  const said = verdict.causes.map((cause) => {
    const [kind, port] = cause.split(":");
    if (kind === "port" && verdict.verdict === "degraded") {
      return sentence("cause-port-worse", port ? { port } : {});
    }
    return kind === "udp_or_stun"
      ? sentence(["cause-udp", verdict.reason].filter(Boolean).join("-"))
      : sentence(`cause-${kind}`, port ? { port } : {});
  });
  if (verdict.verdict === "inconclusive" || verdict.verdict === "unable") {
    said.push(sentence(`reason-${verdict.reason}`));
  }
  said.push(...verdict.doubted.map((arm) => sentence("doubted", { port: arm.replace("port:", "") })));
  if (!run.echo.isOpen && run.isWebAlive) {
    said.push(sentence("no-socket"));
  }
  said.push(...relaySaid(relays, verdict.verdict === "blocked"));
  if (["blocked", "degraded"].includes(verdict.verdict) || OWN_HEADLINE.includes(verdict.reason)) {
    said.push(sentence("anyone"));
  }
  return said;
}

/** @param {import("./relay.js").Relayed[]} relays @param {boolean} isBlocked @returns {Sentence[]} which never accuse the network */
function relaySaid(relays, isBlocked) {
  const answers = new Set(relays.map((one) => one.answer));
  const said = answers.has("refused") ? [sentence("relay-refused")] : [];
  if (isBlocked && answers.has("open")) {
    said.push(sentence("relay-helps"));
  } else if (answers.has("silent")) {
    said.push(sentence(answers.size > 1 ? "relay-partly" : "relay-silent"));
  }
  return said;
}

/** @param {import("./measure.js").Result} result @returns {Row[]} */
export function rowsOf({ run, relays, verdict }) {
  const arms = [NEUTRAL, ...armsIn(run.tried)];
  return [
    ...arms.map((arm) => armRow(arm, run, verdict)),
    helloRow(run, verdict),
    soundRow(run, verdict),
    ...relays.map(({ way, answer }) => plainRow(sentence(`arm-relay-${way}`), answer)),
    echoRow(run),
  ].filter((row) => row !== null);
}

/** @param {Sentence} label @param {State} state @returns {Row} */
function plainRow(label, state) {
  return { label, state, tries: null, stood: null, arrived: null, ms: null };
}

/** @param {string} arm @param {import("./verdict.js").Run} run @param {import("./verdict.js").Verdict} verdict @returns {Row} */
function armRow(arm, run, { verdict, causes, doubted }) {
  const tried = ofArm(run.tried, arm);
  const stood = tried.filter((one) => one.connected);
  const seen = run.seen;
  const isWorse = verdict === "degraded" && causes.includes(arm);
  const isUnknown = verdict === "unable" || doubted.includes(arm);
  return {
    label: labelOf(arm),
    state: isWorse ? "degraded" : stateOf(shareOf(tried), causes.includes(arm), isUnknown),
    tries: tried.length,
    stood: stood.length,
    arrived: seen && tried.filter((one) => (seen.get(one.number)?.[0] ?? 0) > 0).length,
    ms: stood.length ? Math.round(quantile(stood.map((one) => one.ms))) : null,
  };
}

/** @param {number} share @param {boolean} isCause @param {boolean} isDoubted @returns {State} */
function stateOf(share, isCause, isDoubted) {
  if (isDoubted) {
    return "unknown";
  }
  return isCause || share < 0.1 ? "blocked" : share < 0.7 ? "degraded" : "open";
}

/** @param {import("./verdict.js").Run} run @param {import("./verdict.js").Verdict} verdict @returns {Row | null} */
function helloRow({ tried, seen }, { causes }) {
  const stood = tried.filter((one) => one.connected);
  if (!seen || stood.length === 0) {
    return null;
  }
  const heard = stood.filter((one) => (seen.get(one.number)?.[1] ?? 0) > 0).length;
  const state = stateOf(heard / stood.length, causes.includes("dtls"), false);
  return { ...plainRow(sentence("arm-dtls"), state), tries: stood.length, arrived: heard };
}

/** @param {import("./verdict.js").Run} run @param {import("./verdict.js").Verdict} verdict @returns {Row | null} */
function soundRow({ sounded, seen }, { causes }) {
  const keyed = sounded.filter((one) => one.isKeyed && one.sent > 0);
  if (!seen || keyed.length === 0) {
    return null;
  }
  const sent = keyed.reduce((sum, one) => sum + one.sent, 0);
  const arrived = keyed.reduce((sum, one) => sum + (seen.get(one.number)?.[2] ?? 0), 0);
  const state = causes.includes("sound") ? "blocked" : arrived > 0.8 * sent ? "open" : "unknown";
  return { ...plainRow(sentence("arm-sound"), state), tries: sent, arrived: Math.min(arrived, sent) };
}

/** @param {import("./verdict.js").Run} run @returns {Row} */
function echoRow({ echo, isWebAlive }) {
  if (!echo.isOpen) {
    return plainRow(sentence("arm-web"), isWebAlive ? "unknown" : "blocked");
  }
  const ms = echo.trips.length ? Math.round(quantile(echo.trips)) : null;
  return { ...plainRow(sentence("arm-web"), "open"), tries: echo.sent, arrived: echo.got, ms };
}
