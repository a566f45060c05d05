/**
 * The casting page: the only module here that touches `document`.
 *
 * Markup: `<form data-casting='{"origin","vkey","policy","roll","kinds","ballots":[{"index","keys":{KIND:[KEY]}}]}' data-log-url data-worker data-language>` with
 * one `<fieldset data-ballot=INDEX data-least data-most>` a ballot whose inputs are named `b<INDEX>` with option numbers as values (a ranking has
 * `<select data-option=N>` with places), `<div data-step=choose|contact|code|busy|done>`, buttons with `data-do`, `<p data-trouble>` and
 * `<template data-say=CODE>` for each sentence.
 */

import { chosen, flawOf, putBack } from "./choice.js";
import * as counter from "./counter.js";
import { BEGINNING, step } from "./machine.js";
import { forgetCoin, loadCoin } from "./store.js";
import { castChoice, prepare, takeTokens } from "./taking_part.js";
import { isStamped } from "./token.js";
import { doWork } from "./work.js";

/** @returns {boolean} whether this browser can make an anonymous token */
function isAble() {
  return Boolean(globalThis.isSecureContext && crypto?.subtle && globalThis.indexedDB && globalThis.Worker);
}

/** One form on its way from choosing to having cast. Owner: the page. */
class Booth {
  /** @param {HTMLFormElement} form */
  constructor(form) {
    this.form = form;
    /** @type {import("./taking_part.js").Roll} */
    this.roll = JSON.parse(form.dataset.casting ?? "{}");
    this.read = logReader(form.dataset.logUrl ?? "/log/");
    this.state = BEGINNING;
    this.kind = this.roll.kinds[0] ?? "email";
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

  async choose() {
    const flaw = flawOf(
      this.form,
      this.roll.ballots.map(({ index }) => index),
    );
    if (flaw) {
      this.go({ type: "failed", code: flaw });
    } else if (await hasTokens(this.roll)) {
      await this.cast("changing");
    } else {
      this.go({ type: "chosen" });
    }
  }

  async ask() {
    const { form, roll } = this;
    const contact = field(form, "contact").value.trim();
    this.go({ type: "asked", contact });
    await this.during("asking", async () => {
      await prepare(roll, this.kind, this.read); // keys are proven before anything is sent
      const work = await doWork(await counter.askForWork(), form.dataset.worker ?? "");
      const language = form.dataset.language ?? "ar";
      await counter.askForCode({ roll: roll.roll, kind: this.kind, contact, language, work });
      this.go({ type: "sent" });
    });
  }

  /** @param {string} doing */
  async cast(doing) {
    const { form, roll, read } = this;
    await this.during(doing, async () => {
      if (doing === "casting") {
        const person = { contact: this.state.contact, code: field(form, "code").value };
        await prepare(roll, this.kind, read);
        await takeTokens(roll, this.kind, person, read);
      }
      for (const { index } of roll.ballots) {
        await castIfNew(roll, index, chosen(form, index));
      }
      field(form, "code").value = "";
      field(form, "contact").value = "";
      await recall(form, roll);
      this.go({ type: "cast" });
    });
  }

  async withdraw() {
    await this.during("changing", async () => {
      for (const { index } of this.roll.ballots) {
        const coin = await loadCoin(this.roll.origin, index);
        if (coin && isStamped(coin) && coin.choice.length > 0) {
          await castChoice(this.roll, index, []);
        }
      }
      await recall(this.form, this.roll);
      this.go({ type: "withdrawn" });
    });
  }

  async forget() {
    for (const { index } of this.roll.ballots) {
      await forgetCoin(this.roll.origin, index);
    }
    this.form.reset();
    await recall(this.form, this.roll);
    this.go({ type: "withdrawn" });
  }
}

/** @param {HTMLFormElement} form */
function open(form) {
  const booth = new Booth(form);
  /** @type {Record<string, () => void | Promise<void>>} */
  const doings = {
    choose: () => booth.choose(),
    ask: () => booth.ask(),
    cast: () => booth.cast("casting"),
    back: () => booth.go({ type: "back" }),
    change: () => booth.go({ type: "withdrawn" }),
    withdraw: () => booth.withdraw(),
    forget: () => booth.forget(),
    receipt: () => keepPromises(booth.roll),
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The Enter key presses the form's first button, even when its step is not shown: then the step's own doing is meant.
    const pressed = event.submitter?.closest("[data-step]:not([hidden])") ? event.submitter : null;
    const name = pressed instanceof HTMLElement ? pressed.dataset.do : undefined;
    const next = { choose: "choose", contact: "ask", code: "cast", done: "change", busy: "" }[booth.state.at];
    void doings[name ?? next]?.();
  });
  form.hidden = false;
  void recall(form, booth.roll).then(() => show(form, booth.state));
}

/** @param {import("./taking_part.js").Roll} roll */
async function hasTokens(roll) {
  const coins = await Promise.all(roll.ballots.map(({ index }) => loadCoin(roll.origin, index)));
  return coins.every(isStamped);
}

/**
 * Puts what this device cast before back into the form, and tells whether there is anything to change or forget.
 * @param {HTMLFormElement} form
 * @param {import("./taking_part.js").Roll} roll
 */
async function recall(form, roll) {
  let kept = false;
  for (const { index } of roll.ballots) {
    const coin = await loadCoin(roll.origin, index);
    kept ||= isStamped(coin);
    if (coin?.promise) {
      putBack(form, index, coin.choice);
    }
  }
  form.toggleAttribute("data-kept", kept);
}

/**
 * Casts what differs from what was cast; a ballot that was left alone stays uncast.
 * @param {import("./taking_part.js").Roll} roll
 * @param {number} index
 * @param {number[]} choice
 */
async function castIfNew(roll, index, choice) {
  const coin = await loadCoin(roll.origin, index);
  const standing = coin?.promise ? coin.choice : [];
  if (isStamped(coin) && String(choice) !== String(standing)) {
    await castChoice(roll, index, choice);
  }
}

/**
 * @param {HTMLFormElement} form
 * @param {string} name
 */
function field(form, name) {
  return /** @type {HTMLInputElement} */ (form.elements.namedItem(name));
}

/**
 * @param {HTMLFormElement} form
 * @param {import("./machine.js").State} state
 */
function show(form, state) {
  for (const part of form.querySelectorAll("[data-step]")) {
    part.toggleAttribute("hidden", part.getAttribute("data-step") !== state.at);
  }
  const trouble = form.querySelector("[data-trouble]");
  const words = form.querySelector(`template[data-say="${state.trouble || state.doing}"]`);
  trouble?.replaceChildren(words instanceof HTMLTemplateElement ? words.content.cloneNode(true) : "");
  form.setAttribute("aria-busy", String(state.at === "busy"));
  /** @type {HTMLElement | null} */ (form.querySelector(`[data-step="${state.at}"] [data-first]`))?.focus();
}

/**
 * @param {string} base
 * @returns {import("../../ledger/tiles.js").Read}
 */
function logReader(base) {
  return async (path) => {
    const answer = await fetch(new URL(path, new URL(base, location.href)), { credentials: "omit" });
    if (!answer.ok) {
      throw new counter.CounterError("network");
    }
    return new Uint8Array(await answer.arrayBuffer());
  };
}

/** @param {import("./taking_part.js").Roll} roll */
async function keepPromises(roll) {
  const coins = await Promise.all(roll.ballots.map(({ index }) => loadCoin(roll.origin, index)));
  const text = coins.map((coin) => coin?.promise ?? "").join("\n");
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([text], { type: "text/plain" }));
  link.download = "sawtna-promise.txt";
  link.click();
  URL.revokeObjectURL(link.href);
}

for (const form of document.querySelectorAll("form[data-casting]")) {
  if (form instanceof HTMLFormElement && isAble()) {
    open(form);
  } else {
    form.parentElement?.querySelector("[data-unable]")?.removeAttribute("hidden");
  }
}
