/**
 * What a person does with the tokens of a form: casts what is chosen in it, tells what was done, withdraws everything.
 */

import { chosen } from "./choice.js";
import { loadCoin } from "./store.js";
import { castChoice } from "./taking_part.js";
import { isStamped } from "./token.js";

/** @typedef {import("./taking_part.js").Roll} Roll */
/** @typedef {import("./taking_part.js").Listed[]} Ballots */

/**
 * Casts what differs from what was cast; a ballot that was left alone stays uncast.
 * @param {HTMLFormElement} form
 * @param {Roll} roll
 * @param {Ballots} ballots
 */
export async function castAll(form, roll, ballots) {
  for (const { index } of ballots) {
    const coin = await loadCoin(roll.origin, index);
    const choice = chosen(form, index);
    const standing = coin?.promise ? coin.choice : [];
    if (isStamped(coin) && String(choice) !== String(standing)) {
      await castChoice(roll, index, choice);
    }
  }
}

/**
 * Casts what is told of the pledges of this device where it is new.
 * @param {HTMLFormElement} form
 * @param {Roll} roll
 * @returns {Promise<boolean>} whether anything is told
 */
export async function tellAll(form, roll) {
  let told = 0;
  for (const { index } of roll.checkins ?? []) {
    const coin = await loadCoin(roll.origin, index);
    if (coin?.promise && coin.choice.length > 0) {
      const { toldIn } = await import("./told.js");
      const { did, didNot } = toldIn(form, coin);
      told += did.length + didNot.length;
      if (JSON.stringify([did, didNot]) !== JSON.stringify([coin.did, coin.didNot])) {
        await castChoice(roll, index, coin.choice, { did, didNot });
      }
    }
  }
  return told > 0;
}

/**
 * Withdraws what stands in these ballots.
 * @param {Roll} roll
 * @param {Ballots} ballots
 */
export async function withdrawAll(roll, ballots) {
  for (const { index } of ballots) {
    const coin = await loadCoin(roll.origin, index);
    if (coin && isStamped(coin) && coin.choice.length > 0) {
      await castChoice(roll, index, []);
    }
  }
}
