/**
 * "My receipts": what this device cast, whether it is in the book, and what can be kept of it as a file or as a QR code.
 * Loaded when there is something to show. It touches nothing but the section that it is given.
 *
 * Markup: `<section data-receipts data-locale hidden>` with a button `data-look`, `<ul data-list>`, `<p data-outcome>`, `<template data-line>` (with
 * `data-title`, `data-state`, buttons `data-save` and `data-code`, `<figure data-picture>`), `<template data-say>` for each state, in which
 * `<time data-slot="deadline">` and `<data data-slot="index">` are filled. Sentences for trouble are those of the form.
 */

import { lookUp, standingOf } from "./receipts.js";

/** @typedef {import("./receipts.js").Standing} Standing */
/**
 * @typedef {{ roll: import("./taking_part.js").Roll, form: HTMLFormElement, read: import("../../ledger/tiles.js").Read,
 *   ballots: number[] }} Desk those on which this device may have cast */

const NAMES = { found: "sawtna-receipt", waiting: "sawtna-promise", overdue: "sawtna-promise" };

/**
 * Shows what is kept, and hides the section when there is nothing.
 * @param {HTMLElement} section
 * @param {Desk} desk
 */
export async function showReceipts(section, desk) {
  const { roll, form, read, ballots } = desk;
  const button = /** @type {HTMLButtonElement} */ (section.querySelector("[data-look]"));
  const standings = await allStandings(roll.origin, ballots);
  section.hidden = standings.length === 0;
  button.hidden = standings.every(({ state }) => state === "found");
  section
    .querySelector("[data-list]")
    ?.replaceChildren(...standings.map((one) => lineOf(section, form, one)));
  button.onclick = async () => {
    const trouble = section.querySelector("[data-outcome]");
    button.disabled = true;
    trouble?.replaceChildren(sentence(section, "looking"));
    try {
      await lookUp(roll, ballots, read);
      trouble?.replaceChildren();
    } catch (error) {
      trouble?.replaceChildren(sentence(section, codeOf(error)) || sentence(form, codeOf(error)));
    }
    button.disabled = false;
    await showReceipts(section, desk);
  };
}

/** @type {(origin: string, ballots: number[]) => Promise<Standing[]>} */
async function allStandings(origin, ballots) {
  const now = Date.now() / 1000;
  const found = await Promise.all(ballots.map((index) => standingOf(origin, index, now)));
  return found.filter((one) => one !== null);
}

/** @type {(section: HTMLElement, form: HTMLFormElement, standing: Standing) => Node} */
function lineOf(section, form, standing) {
  const template = /** @type {HTMLTemplateElement} */ (section.querySelector("template[data-line]"));
  const line = /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  line.querySelector("[data-title]")?.append(titleOf(form, standing.ballot));
  line.querySelector("[data-state]")?.append(sentence(section, standing.state));
  fillSlots(line, standing, section.dataset.locale ?? "ar");
  const save = /** @type {HTMLButtonElement} */ (line.querySelector("[data-save]"));
  const code = /** @type {HTMLButtonElement} */ (line.querySelector("[data-code]"));
  const picture = /** @type {HTMLElement} */ (line.querySelector("[data-picture]"));
  save.onclick = () => saveFile(section.ownerDocument, standing);
  code.onclick = async () => {
    picture.hidden = !picture.hidden;
    picture.querySelector("svg")?.remove();
    if (!picture.hidden) {
      const { drawCode } = await import("./code_picture.js");
      picture.prepend(drawCode(section.ownerDocument, standing.short, code.textContent?.trim() ?? ""));
    }
  };
  return line;
}

/** @type {(form: HTMLFormElement, ballot: number) => string} */
function titleOf(form, ballot) {
  const title =
    form.querySelector(`[data-ballot="${ballot}"] legend, [data-checkin="${ballot}"] h3`) ??
    form.querySelector("[data-vouch] h2");
  return title?.textContent?.trim() ?? "";
}

/** @type {(line: DocumentFragment, standing: Standing, locale: string) => void} */
function fillSlots(line, { deadline, index }, locale) {
  if (deadline === 0) {
    line.querySelector("[data-when]")?.remove();
  }
  for (const slot of line.querySelectorAll('[data-slot="deadline"]')) {
    const moment = new Date(deadline * 1000);
    slot.setAttribute("datetime", moment.toISOString());
    slot.textContent = new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(
      moment,
    );
  }
  for (const slot of line.querySelectorAll('[data-slot="index"]')) {
    slot.setAttribute("value", String(index));
    slot.textContent = new Intl.NumberFormat(locale).format(index ?? 0);
  }
}

/** @type {(page: Document, standing: Standing) => void} */
function saveFile(page, { state, text, ballot }) {
  const link = page.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = `${NAMES[state]}-${ballot}.${state === "found" ? "tlog-proof" : "txt"}`;
  link.click();
  URL.revokeObjectURL(link.href);
}

/** @type {(place: HTMLElement, code: string) => Node | string} */
function sentence(place, code) {
  const words = place.querySelector(`template[data-say="${code}"]`);
  return words instanceof HTMLTemplateElement ? words.content.cloneNode(true) : "";
}

/** @param {unknown} error */
function codeOf(error) {
  return error instanceof Error && "code" in error ? String(error.code) : "fault";
}
