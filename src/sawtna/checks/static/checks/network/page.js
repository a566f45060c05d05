/**
 * The page "Check this network": a button, a mosaic that grows with each try, then the verdict, the table and what was sent.
 *
 * Markup: `<div data-check>` with `<button data-do=check>`, `[data-step=before|running|done]`, `[data-mosaic]`, `<progress data-share>`,
 * `[data-verdict]`, `[data-reasons]`, `<tbody data-rows>`, `[data-sent]`, `[data-expert]`, `[data-probe-port]`, and templates: `data-star`,
 * `data-row`, `data-line`, `data-say=CODE` a sentence with `[data-slot=NAME]` for what is measured.
 */

import { canCall } from "./attempt.js";
import { FarEndError } from "./far_end.js";
import { measure } from "./measure.js";
import { armsOf, NEUTRAL, sizeFor } from "./plan.js";
import { headlineOf, labelOf, reasonsOf, rowsOf, sentence } from "./report.js";

const STATES = ["before", "running", "done"];

class CheckPage {
  /** @param {HTMLElement} root */
  constructor(root) {
    this.root = root;
    const { lang } = document.documentElement;
    this.numbers = new Intl.NumberFormat(lang === "ar" ? "ar-MA" : lang, { useGrouping: false });
  }

  /** @param {string} selector @returns {HTMLElement} */
  part(selector) {
    return /** @type {HTMLElement} */ (this.root.querySelector(selector));
  }

  /** @param {string} selector @returns {DocumentFragment} */
  copy(selector) {
    const template = /** @type {HTMLTemplateElement} */ (this.part(selector));
    return /** @type {DocumentFragment} */ (template.content.cloneNode(true));
  }

  /** @param {import("./report.js").Sentence} said @returns {DocumentFragment} */
  words({ code, slots }) {
    const copy = this.copy(`template[data-say="${code}"]`);
    for (const slot of copy.querySelectorAll("[data-slot]")) {
      const value = slots[slot.getAttribute("data-slot") ?? ""];
      slot.textContent = typeof value === "number" ? this.numbers.format(value) : String(value ?? "");
    }
    return copy;
  }

  /** @param {string} step */
  show(step) {
    for (const name of STATES) {
      for (const part of this.root.querySelectorAll(`[data-step="${name}"]`)) {
        part.toggleAttribute("hidden", name !== step);
      }
    }
    this.root.dataset.at = step;
  }

  /** @param {import("./far_end.js").Call} call @param {number} trip */
  opened(call, trip) {
    for (const arm of [NEUTRAL, ...armsOf(call.voice, sizeFor(trip)).map((port) => `port:${port}`)]) {
      const row = this.copy("template[data-row]");
      row.querySelector("[data-label]")?.append(this.words(labelOf(arm)));
      row.querySelector("[data-stars]")?.setAttribute("data-stars", arm);
      this.part("[data-mosaic]").append(row);
    }
  }

  /** @param {import("./verdict.js").Tried} one */
  tried(one) {
    const star = this.copy("template[data-star]");
    star.firstElementChild?.classList.add(one.connected ? "open" : "blocked");
    this.part(`[data-stars="${one.arm}"]`).append(star);
  }

  /** @param {number} share */
  share(share) {
    /** @type {HTMLProgressElement} */ (this.part("[data-share]")).value = share;
  }

  async check() {
    for (const name of ["[data-mosaic]", "[data-reasons]", "[data-rows]", "[data-verdict]", "[data-sent]"]) {
      this.part(name).replaceChildren();
    }
    this.share(0);
    this.show("running");
    try {
      this.tell(await measure(this));
    } catch (error) {
      const code = error instanceof FarEndError ? error.code : "fault";
      const isCopy = code === "no_far_end" && location.hostname !== this.root.dataset.host;
      this.conclude(code, [sentence(`reason-${isCopy ? "copy" : code}`)]);
    }
    this.part("[data-verdict]").focus(); // the button that had it is gone
  }

  /** @param {string} word @param {import("./report.js").Sentence[]} reasons @param {string} [special] a headline of its own */
  conclude(word, reasons, special = "") {
    this.root.dataset.verdict = word;
    this.part("[data-verdict]").append(this.words(sentence(`verdict-${special || word}`)));
    for (const reason of reasons) {
      const item = document.createElement("li");
      item.append(this.words(reason));
      this.part("[data-reasons]").append(item);
    }
    this.part("[data-expert]").hidden = true;
    this.show("done");
  }

  /** @param {import("./measure.js").Result} result */
  tell(result) {
    const { verdict, run, call, seconds } = result;
    this.conclude(verdict.verdict, reasonsOf(result), headlineOf(verdict));
    for (const row of rowsOf(result)) {
      this.part("[data-rows]").append(this.line(row));
    }
    const tries = [...run.tried, ...run.afterwards, ...run.sounded];
    const sent = tries.reduce((sum, one) => sum + one.sent, 0) + run.echo.sent;
    const slots = { tries: tries.length, packets: sent, seconds: Math.round(seconds) };
    this.part("[data-sent]").append(this.words(sentence("sent", slots)));
    this.part("[data-probe-port]").textContent = `:${call.port}`;
    this.part("[data-expert]").hidden = false;
  }

  /** @param {import("./report.js").Row} row */
  line(row) {
    const line = this.copy("template[data-line]");
    line.querySelector("th")?.append(this.words(row.label));
    const state = line.querySelector("[data-state]");
    state?.setAttribute("data-state", row.state);
    state?.append(this.words(sentence(`state-${row.state}`)));
    for (const cell of line.querySelectorAll("[data-cell]")) {
      const value = row[/** @type {"tries"} */ (cell.getAttribute("data-cell"))];
      cell.textContent = value === null ? "–" : this.numbers.format(value);
    }
    return line;
  }
}

const root = document.querySelector("[data-check]");
if (root instanceof HTMLElement) {
  const page = new CheckPage(root);
  page.show("before");
  if (canCall()) {
    page.part("[data-do=check]").hidden = false;
    for (const button of root.querySelectorAll("[data-do]")) {
      button.addEventListener("click", () => void page.check());
    }
  } else {
    page.conclude("unable", [sentence("reason-old")]);
    page.part("[data-again]").hidden = true;
  }
}
