/**
 * One form on its way from choosing to having cast: what each button does.
 */

import { chosen, flawOf } from "./choice.js";
import * as counter from "./counter.js";
import { castAll, tellAll, withdrawAll } from "./deeds.js";
import { askForCodes, lackingIssuers, prepare, takeTokens } from "./enrolling.js";
import { clearPerson, field, offer, recall, show, showIssuers, typed, typedCodes } from "./form.js";
import { readCode, spaced } from "./invitation.js";
import { BEGINNING, MAILED, step } from "./machine.js";
import { forgetCoin } from "./store.js";
import { castVouch, hasTokens } from "./taking_part.js";

/** Owner: the page. */
export class Booth {
  /** @param {HTMLFormElement} form @param {import("../../ledger/tiles.js").Read} read gives files of the log */
  constructor(form, read) {
    this.form = form;
    this.read = read;
    /** @type {import("./taking_part.js").Roll} */
    this.roll = { ...JSON.parse(form.dataset.casting ?? "{}"), read };
    this.state = { ...BEGINNING, kind: this.roll.kinds[0] ?? MAILED };
    /** @type {"choice" | "vouch"} what tokens are taken for */
    this.aim = "choice";
    this.vouchFor = "";
    /** @type {typeof import("./newcomer.js") | undefined} */
    this.peers = undefined;
  }

  get ballots() {
    return this.roll.ballots.filter(({ vouches }) => !vouches);
  }

  get vouching() {
    return this.roll.ballots.find(({ vouches }) => vouches);
  }

  async begin() {
    await recall(this.form, this.roll);
    if (this.form.querySelector("[data-newcomer]")) {
      this.peers = await import("./newcomer.js"); // only where people may vouch for one another
      this.peers.showNewcomer(this.form, this.peers.loadNewcomer(this.roll));
    }
    show(this.form, this.state);
  }

  /** @param {import("./machine.js").Event} event */
  go(event) {
    this.state = step(this.state, event);
    show(this.form, this.state);
  }

  /** @param {string} doing @param {() => Promise<void>} work */
  async during(doing, work) {
    try {
      this.go({ type: "doing", doing });
      await work();
    } catch (error) {
      const known = error instanceof counter.CounterError || (error instanceof Error && "code" in error);
      this.go({ type: "failed", code: known ? String(/** @type {any} */ (error).code) : "fault" });
    }
  }

  /**
   * Takes up a code that came with the address of the page.
   * @param {{ does: "invite" | "vouch", code: string }} brought
   */
  bring({ does, code }) {
    const taken = does === "invite" ? this.roll.kinds.includes("invite") : Boolean(this.vouching);
    if (!taken || !code) {
      this.go({ type: "failed", code: taken ? "contact-invite" : `no_${does}` });
      return;
    }
    if (does === "invite") {
      /** @type {HTMLInputElement} */ (field(this.form, "invitation")).value = spaced(code);
      this.go({ type: "picked", kind: "invite" });
    } else {
      this.vouchFor = code;
      this.go({ type: "withdrawn" }); // a second link may come when something is done already
      this.form.querySelector("[data-vouch] [data-code]")?.replaceChildren(spaced(code));
    }
    this.form.querySelector(does === "invite" ? "[data-invited]" : "[data-vouch]")?.removeAttribute("hidden");
  }

  async choose() {
    const indices = this.ballots.map(({ index }) => index);
    const flaw = flawOf(this.form, indices);
    const wanted = this.ballots.filter(({ index }) => chosen(this.form, index).length > 0);
    this.aim = "choice";
    if (flaw) {
      this.go({ type: "failed", code: flaw });
    } else if (await hasTokens(this.roll, wanted)) {
      await this.cast("changing");
    } else {
      this.enter(wanted);
    }
  }

  async vouch() {
    const wanted = this.vouching ? [this.vouching] : [];
    this.aim = "vouch";
    if (await hasTokens(this.roll, wanted)) {
      await this.cast("vouching");
    } else {
      this.enter(wanted);
    }
  }

  /**
   * Asks how the person shows to be one, among the ways that all these ballots take.
   * @param {import("./taking_part.js").Listed[]} wanted
   */
  enter(wanted) {
    const kinds = this.roll.kinds.filter((kind) => wanted.every(({ keys }) => keys[kind]?.length));
    const picked = kinds.includes(this.state.kind) ? this.state.kind : kinds[0];
    if (!picked) {
      this.go({ type: "failed", code: "kinds" });
      return;
    }
    offer(this.form, kinds, picked);
    this.go({ type: "picked", kind: picked });
    this.go({ type: "chosen" });
  }

  async ask() {
    const { form, roll } = this;
    const { kind } = this.state;
    const contact = typed(form, "contact");
    this.go({ type: "asked", contact });
    await this.during("asking", async () => {
      await prepare(roll, kind, this.read); // keys are proven before anything is sent
      const person = { kind, contact, language: form.dataset.language ?? "ar" };
      await askForCodes(roll, person, form.dataset.worker ?? "", this.read);
      showIssuers(form, await lackingIssuers(roll, kind));
      this.go({ type: "sent" });
    });
  }

  /** An invitation, or a newcomer's code, is all that there is to show. */
  async present() {
    if (this.contact) {
      await this.cast("casting");
    } else {
      this.go({ type: "failed", code: "contact" });
    }
  }

  /** @returns {string} what shows that somebody is one person */
  get contact() {
    const { kind, contact } = this.state;
    if (kind === MAILED) {
      return contact;
    }
    return readCode(
      kind === "peer" ? (this.peers?.loadNewcomer(this.roll) ?? "") : typed(this.form, "invitation"),
    );
  }

  /** @param {string} doing */
  async cast(doing) {
    const { form, roll, read } = this;
    await this.during(doing, async () => {
      if (doing === "casting") {
        const person = { contact: this.contact, codes: typedCodes(form) };
        await prepare(roll, this.state.kind, read);
        await takeTokens(roll, this.state.kind, person, read).finally(async () =>
          showIssuers(form, await lackingIssuers(roll, this.state.kind)),
        );
      }
      await (this.aim === "vouch" ? this.castVouch() : castAll(form, roll, this.ballots));
      clearPerson(form);
      await recall(form, roll);
      this.go({ type: "cast", deed: this.aim === "vouch" ? "vouched" : "cast" });
    });
  }

  async castVouch() {
    if (this.vouching) {
      await castVouch(this.roll, this.vouching.index, this.vouchFor);
    }
    this.vouchFor = "";
    this.form.querySelector("[data-vouch]")?.setAttribute("hidden", "");
  }

  async tell() {
    await this.during("telling", async () => {
      const told = await tellAll(this.form, this.roll);
      await recall(this.form, this.roll);
      this.go(told ? { type: "cast", deed: "told" } : { type: "failed", code: "untold" });
    });
  }

  async withdraw() {
    await this.during("changing", async () => {
      await withdrawAll(this.roll, this.ballots);
      await recall(this.form, this.roll);
      this.go({ type: "withdrawn" });
    });
  }

  async forget() {
    for (const { index } of [...this.roll.ballots, ...(this.roll.checkins ?? [])]) {
      await forgetCoin(this.roll.origin, index);
    }
    this.peers?.forgetNewcomer(this.roll);
    this.form.reset();
    await this.begin();
    this.go({ type: "withdrawn" });
  }

  newcomer() {
    this.peers?.makeNewcomer(this.roll);
    this.peers?.showNewcomer(this.form, this.peers.loadNewcomer(this.roll));
  }

  copy() {
    return this.peers?.copyLink(this.form);
  }
}
