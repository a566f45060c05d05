/**
 * The choices in a form: reads them, puts back what was cast, and tells what cannot be cast before anybody is asked for anything.
 */

/**
 * @param {HTMLFormElement} form
 * @param {number} ballot
 * @returns {(HTMLInputElement | HTMLSelectElement)[]}
 */
function inputsOf(form, ballot) {
  return [...form.querySelectorAll(`[data-ballot="${ballot}"] :is(input, select)`)].filter(
    (input) => input instanceof HTMLInputElement || input instanceof HTMLSelectElement,
  );
}

/**
 * @param {HTMLFormElement} form
 * @param {number} ballot
 * @returns {number[]} option numbers; of a ranking in order of their places
 */
export function chosen(form, ballot) {
  const inputs = inputsOf(form, ballot);
  const ranked = inputs.filter((input) => input instanceof HTMLSelectElement && input.value);
  if (ranked.length > 0) {
    return ranked
      .sort((one, other) => Number(one.value) - Number(other.value))
      .map((one) => Number(one.dataset.option));
  }
  return inputs
    .filter((input) => input instanceof HTMLInputElement && input.checked)
    .map((input) => Number(input.value));
}

/**
 * Puts a choice back into the form.
 * @param {HTMLFormElement} form
 * @param {number} ballot
 * @param {number[]} choice
 */
export function putBack(form, ballot, choice) {
  for (const input of inputsOf(form, ballot)) {
    const place = choice.indexOf(Number(input.dataset.option ?? input.value));
    if (input instanceof HTMLSelectElement) {
      input.value = place < 0 ? "" : String(place + 1);
    } else {
      input.checked = place >= 0;
    }
  }
}

/**
 * What keeps the choices of a form from being cast, as the code of a sentence: nothing is chosen, too many or too few are, or two options
 * of a ranking have one place. Empty when they can be cast; a ballot may be left alone.
 * @param {HTMLFormElement} form
 * @param {number[]} ballots
 * @returns {"" | "nothing" | "bounds" | "places"}
 */
export function flawOf(form, ballots) {
  const choices = ballots.map((ballot) => chosen(form, ballot));
  if (choices.every((choice) => choice.length === 0)) {
    return "nothing";
  }
  if (ballots.some((ballot) => hasPlaceTwice(form, ballot))) {
    return "places";
  }
  return ballots.some((ballot, at) => isOutside(form, ballot, choices[at]?.length ?? 0)) ? "bounds" : "";
}

/** @param {HTMLFormElement} form @param {number} ballot */
function hasPlaceTwice(form, ballot) {
  const places = inputsOf(form, ballot).flatMap((one) =>
    one instanceof HTMLSelectElement && one.value ? [one.value] : [],
  );
  return new Set(places).size < places.length;
}

/** @param {HTMLFormElement} form @param {number} ballot @param {number} many */
function isOutside(form, ballot, many) {
  const part = /** @type {HTMLElement | null} */ (form.querySelector(`[data-ballot="${ballot}"]`));
  const least = Number(part?.dataset.least ?? 1);
  const most = Number(part?.dataset.most ?? many);
  return many > 0 && (many < least || many > most);
}
