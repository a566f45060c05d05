/**
 * What several tries come to.
 */

import { NEUTRAL } from "./plan.js";

/**
 * @typedef {import("./plan.js").Order & { connected: boolean, ms: number, sent: number, answered: number, trip: number }} Tried
 */

/** @param {number[]} numbers @param {number} [share] */
export function quantile(numbers, share = 0.5) {
  const sorted = [...numbers].sort((one, other) => one - other);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0;
}

/** @param {Tried[]} tried @param {string} arm */
export function ofArm(tried, arm) {
  return tried.filter((one) => one.arm === arm);
}

/** @param {Tried[]} tried */
export function shareOf(tried) {
  return tried.length ? tried.filter((one) => one.connected).length / tried.length : 0;
}

/** @param {Tried[]} tried @returns {string[]} */
export function armsIn(tried) {
  return [...new Set(tried.map((one) => one.arm))].filter((arm) => arm !== NEUTRAL).sort();
}
