/**
 * The casting page: opens its forms, and takes a code out of the address.
 *
 * Markup: `<form data-casting='{…}' data-log-url data-worker data-language>` (what it holds: docs/formats/cast.md) with one
 * `<fieldset data-ballot=INDEX data-least data-most>` a ballot whose inputs are named `b<INDEX>` with option numbers as values (a ranking has
 * `<select data-option=N>` with places), `<div data-checkin=INDEX>` with `<fieldset data-told=N>` an action,
 * `<div data-step=choose|contact|code|busy|done>`, in it `<div data-kind=KIND>`, `<div data-issuer=ID>` with an input for a code, and `<div data-deed=cast|told|vouched>`, buttons with `data-do`,
 * `<p data-trouble>` and `<template data-say=CODE>` (or `CODE-KIND`) for each sentence.
 */

import { CheckError } from "../../ledger/errors.js";
import { isLasting } from "../../ledger/keeping.js";
import { Booth } from "./booth.js";
import { CounterError } from "./counter.js";
import { takeBrought } from "./invitation.js";
import { MAILED } from "./machine.js";
import { watchReceipts } from "./mine.js";

/** @returns {boolean} whether this browser can make an anonymous token */
function isAble() {
  return Boolean(globalThis.isSecureContext && crypto?.subtle && globalThis.Worker);
}

/**
 * @param {HTMLFormElement} form
 * @returns {Promise<Booth>}
 */
async function open(form) {
  const booth = new Booth(form, logReader(form.dataset.logUrl ?? "/log/"));
  /** @type {Record<string, () => void | Promise<void>>} */
  const doings = {
    choose: () => booth.choose(),
    ask: () => booth.ask(),
    present: () => booth.present(),
    cast: () => booth.cast("casting"),
    back: () => booth.go({ type: "back" }),
    change: () => booth.go({ type: "withdrawn" }),
    tell: () => booth.tell(),
    vouch: () => booth.vouch(),
    newcomer: () => booth.newcomer(),
    copy: () => booth.copy(),
    withdraw: () => booth.withdraw(),
    forget: () => booth.forget(),
    receipt: watchReceipts(form, booth),
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The Enter key presses the form's first button, even when its step is not shown: then the step's own doing is meant.
    const pressed = event.submitter?.closest("[data-step]:not([hidden])") ? event.submitter : null;
    const name = pressed instanceof HTMLElement ? pressed.dataset.do : undefined;
    void doings[name ?? usual(booth.state)]?.();
  });
  form.addEventListener("change", ({ target }) => {
    if (target instanceof HTMLInputElement && target.name === "kind") {
      booth.go({ type: "picked", kind: target.value });
    }
  });
  form.hidden = false;
  const lasts = await isLasting();
  form.parentElement?.querySelector("[data-fleeting]")?.toggleAttribute("hidden", lasts);
  await booth.begin();
  return booth;
}

/** @param {import("./machine.js").State} state */
function usual({ at, kind }) {
  const shown = kind === MAILED ? "ask" : "present";
  return { choose: "choose", contact: shown, code: "cast", done: "change", busy: "" }[at];
}

/**
 * @param {string} base
 * @returns {import("../../ledger/tiles.js").Read}
 */
function logReader(base) {
  return async (path) => {
    let status = 0;
    try {
      const answer = await fetch(new URL(path, new URL(base, location.href)), { credentials: "omit" });
      status = answer.status;
      if (answer.ok) {
        return new Uint8Array(await answer.arrayBuffer());
      }
    } catch {
      // no answer: said below
    }
    throw status === 404 ? new CheckError("missing", path) : new CounterError("network");
  };
}

/** @type {Promise<Booth>[]} */
const booths = [];
for (const form of document.querySelectorAll("form[data-casting]")) {
  if (form instanceof HTMLFormElement && isAble()) {
    booths.push(open(form));
  } else {
    form.parentElement?.querySelector("[data-unable]")?.removeAttribute("hidden");
  }
}

/** A code in the address is for whichever form takes it. */
async function bring() {
  const brought = takeBrought(location, history);
  for (const booth of brought ? await Promise.all(booths) : []) {
    if (brought) {
      booth.bring(brought);
    }
  }
}

addEventListener("hashchange", () => void bring());
void bring();
