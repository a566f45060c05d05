/**
 * The form as it stands on the page: its fields, which step of it shows, what this device cast before.
 */

import { putBack } from "./choice.js";
import { loadCoin } from "./store.js";
import { isStamped } from "./token.js";

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 * @returns {HTMLInputElement | null}
 */
export function field(form, name) {
  return form.querySelector(`input[name="${name}"]`);
}

/** @param {HTMLFormElement} form @param {string} name */
export function typed(form, name) {
  return field(form, name)?.value.trim() ?? "";
}

/** @param {HTMLFormElement} form @returns {NodeListOf<HTMLElement>} for each issuer the place of its code */
function issuersOf(form) {
  return form.querySelectorAll("[data-issuer]");
}

/** @param {HTMLFormElement} form @returns {Record<string, string>} the code of each issuer */
export function typedCodes(form) {
  const codes = [...issuersOf(form)].map((part) => [
    part.dataset.issuer,
    part.querySelector("input")?.value.trim(),
  ]);
  return Object.fromEntries(codes);
}

/** @param {HTMLFormElement} form @param {string[]} lacking shows the fields of these issuers alone */
export function showIssuers(form, lacking) {
  for (const part of issuersOf(form)) {
    part.hidden = !lacking.includes(part.dataset.issuer ?? "");
  }
}

/** @param {HTMLFormElement} form what a person typed to show to be one is gone from the page */
export function clearPerson(form) {
  const inputs = [...issuersOf(form)].map((part) => part.querySelector("input"));
  for (const input of [field(form, "contact"), field(form, "invitation"), ...inputs]) {
    if (input) {
      input.value = "";
    }
  }
  form.querySelector("[data-invited]")?.setAttribute("hidden", "");
}

/**
 * Shows the step, the way to show to be one person, what was done, and what went wrong.
 * @param {HTMLFormElement} form
 * @param {import("./machine.js").State} state
 */
export function show(form, state) {
  reveal(form, "step", state.at);
  reveal(form, "kind", state.kind);
  reveal(form, "deed", state.deed);
  const said = state.trouble || state.doing;
  const words =
    form.querySelector(`template[data-say="${said}-${state.kind}"]`) ??
    form.querySelector(`template[data-say="${said}"]`) ??
    form.querySelector(`template[data-say="${said.replace(/^other_/, "")}"]`);
  form
    .querySelector("[data-trouble]")
    ?.replaceChildren(words instanceof HTMLTemplateElement ? words.content.cloneNode(true) : "");
  form.setAttribute("aria-busy", String(state.at === "busy"));
  const first = [...form.querySelectorAll(`[data-step="${state.at}"] [data-first]`)].find(
    (one) => !one.closest("[hidden]") && !one.matches("[type=radio]:not(:checked)"),
  );
  /** @type {HTMLElement | undefined} */ (first)?.focus();
}

/** @param {HTMLFormElement} form @param {string} name @param {string} wanted */
function reveal(form, name, wanted) {
  for (const part of form.querySelectorAll(`[data-${name}]`)) {
    part.toggleAttribute("hidden", part.getAttribute(`data-${name}`) !== wanted);
  }
}

/**
 * Offers these ways to show to be one person, and picks one.
 * @param {HTMLFormElement} form
 * @param {string[]} kinds
 * @param {string} picked
 */
export function offer(form, kinds, picked) {
  for (const input of form.querySelectorAll("input[name=kind]")) {
    if (input instanceof HTMLInputElement) {
      input.disabled = !kinds.includes(input.value);
      input.checked = input.value === picked;
      input.closest("label")?.toggleAttribute("hidden", input.disabled);
    }
  }
}

/**
 * Puts what this device cast and told before back into the form, and tells whether there is anything to change or forget.
 * @param {HTMLFormElement} form
 * @param {import("./taking_part.js").Roll} roll
 */
export async function recall(form, roll) {
  let kept = false;
  for (const { index } of roll.ballots) {
    const coin = await loadCoin(roll.origin, index);
    kept ||= isStamped(coin);
    if (coin?.promise) {
      putBack(form, index, coin.choice);
    }
  }
  let tells = false;
  for (const { index } of roll.checkins ?? []) {
    const { showTold } = await import("./told.js"); // only where there is something to tell
    const coin = await loadCoin(roll.origin, index);
    kept ||= isStamped(coin);
    tells = showTold(form, index, coin) || tells;
  }
  form.toggleAttribute("data-kept", kept);
  form.dispatchEvent(new Event("recalled"));
  form.querySelector("[data-tells]")?.toggleAttribute("hidden", !tells);
  form.querySelector("[data-tells-not]")?.toggleAttribute("hidden", tells);
}
