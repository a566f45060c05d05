/**
 * Shows "My receipts" beside a form on a device that cast there. What fills the section is loaded only then.
 */

import { loadCoin } from "./store.js";

/**
 * Listens to the event "recalled", which the form sends whenever what this device keeps may have changed.
 * @param {HTMLFormElement} form
 * @param {import("./booth.js").Booth} booth
 * @returns {() => void} leads to the section
 */
export function watchReceipts(form, booth) {
  const { roll, read } = booth;
  const ballots = [...new Set([...roll.ballots, ...(roll.checkins ?? [])].map(({ index }) => index))];
  const section = /** @type {HTMLElement | null} */ (form.parentElement?.querySelector("[data-receipts]"));
  form.addEventListener("recalled", async () => {
    const coins = await Promise.all(ballots.map((index) => loadCoin(roll.origin, index)));
    if (section && (!section.hidden || coins.some((coin) => coin?.promise))) {
      const { showReceipts } = await import("./receipt_page.js");
      await showReceipts(section, { roll, form, read, ballots });
    }
  });
  section?.querySelector("[data-forget]")?.addEventListener("click", () => void booth.forget());
  return () => {
    section?.scrollIntoView();
    section?.querySelector("h2")?.focus();
  };
}
