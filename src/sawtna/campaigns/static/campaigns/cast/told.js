/**
 * The part of a form in which people tell whether they did what they pledged (decision 50): shown only for what this device pledged.
 */

/**
 * @param {HTMLFormElement} form
 * @param {number} ballot
 * @returns {HTMLFieldSetElement[]} one group an action
 */
function groupsOf(form, ballot) {
  const groups = form.querySelectorAll(`[data-checkin="${ballot}"] fieldset[data-told]`);
  return /** @type {HTMLFieldSetElement[]} */ ([...groups]);
}

/** @param {HTMLFieldSetElement} group @param {string} answer */
function answers(group, answer) {
  return Boolean(group.querySelector(`input[value="${answer}"]:checked`));
}

/**
 * What is told in the form, and what was told before of an action that is not asked for now.
 * @param {HTMLFormElement} form
 * @param {import("./token.js").Coin} coin
 * @returns {{ did: number[], didNot: number[] }} option numbers in order
 */
export function toldIn(form, coin) {
  const groups = groupsOf(form, coin.ballot).filter((group) => !group.hidden);
  const asked = groups.map((group) => Number(group.dataset.told));
  /** @param {string} answer @param {number[]} before */
  function numbers(answer, before) {
    const now = asked.filter((_, place) =>
      answers(/** @type {HTMLFieldSetElement} */ (groups[place]), answer),
    );
    return [...now, ...before.filter((option) => !asked.includes(option))].sort((one, other) => one - other);
  }
  return { did: numbers("did", coin.did), didNot: numbers("not", coin.didNot) };
}

/**
 * Shows what can be told of a pledge of this device, with what was told; nothing where it pledged nothing.
 * @param {HTMLFormElement} form
 * @param {number} ballot
 * @param {import("./token.js").Coin | undefined} coin
 * @returns {boolean} whether there is anything to tell
 */
export function showTold(form, ballot, coin) {
  const pledged = coin?.promise ? coin.choice : [];
  let shown = false;
  for (const group of groupsOf(form, ballot)) {
    const option = Number(group.dataset.told);
    group.hidden = !pledged.includes(option);
    shown ||= !group.hidden;
    for (const input of group.querySelectorAll("input")) {
      const list = input.value === "did" ? coin?.did : coin?.didNot;
      input.checked = list?.includes(option) ?? false;
    }
  }
  form.querySelector(`[data-checkin="${ballot}"]`)?.toggleAttribute("hidden", !shown);
  return shown;
}
