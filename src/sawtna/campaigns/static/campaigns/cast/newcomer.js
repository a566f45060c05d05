/**
 * A newcomer's own code: made and kept on this device, given to people who take part, who vouch for it.
 */

import { spaced, writeCode } from "./invitation.js";

/** @param {import("./taking_part.js").Roll} roll */
function placeOf(roll) {
  return `sawtna newcomer ${roll.origin} ${roll.roll}`;
}

/**
 * @param {import("./taking_part.js").Roll} roll
 * @returns {string} the code of this device, or nothing
 */
export function loadNewcomer(roll) {
  return localStorage.getItem(placeOf(roll)) ?? "";
}

/** @param {import("./taking_part.js").Roll} roll */
export function makeNewcomer(roll) {
  const code = loadNewcomer(roll) || writeCode();
  localStorage.setItem(placeOf(roll), code);
}

/** @param {import("./taking_part.js").Roll} roll */
export function forgetNewcomer(roll) {
  localStorage.removeItem(placeOf(roll));
}

/**
 * Shows the code of this device with the link to pass on, or the button that makes one.
 * @param {HTMLFormElement} form
 * @param {string} code
 */
export function showNewcomer(form, code) {
  const part = form.querySelector("[data-newcomer]");
  part?.toggleAttribute("hidden", !code);
  form.querySelector("[data-do=newcomer]")?.toggleAttribute("hidden", Boolean(code));
  form.querySelector("[data-kind=peer] [data-do=present]")?.toggleAttribute("hidden", !code);
  const link = part?.querySelector("a");
  if (link) {
    link.href = `${location.origin}${location.pathname}#vouch=${spaced(code)}`;
    link.textContent = link.href;
  }
  part?.querySelector("[data-code]")?.replaceChildren(spaced(code));
  const picture = part?.querySelector("[data-picture]");
  if (picture && code) {
    void draw(/** @type {HTMLElement} */ (picture), link?.href ?? "");
  }
}

/** @type {(place: HTMLElement, text: string) => Promise<void>} */
async function draw(place, text) {
  const { drawCode } = await import("./code_picture.js");
  place.replaceChildren(drawCode(document, text, place.dataset.picture ?? ""));
}

/** @param {HTMLFormElement} form */
export async function copyLink(form) {
  await navigator.clipboard?.writeText(form.querySelector("[data-newcomer] a")?.getAttribute("href") ?? "");
  form.querySelector("[data-copied]")?.removeAttribute("hidden");
}
