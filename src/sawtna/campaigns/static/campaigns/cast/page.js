/**
 * The casting page: the only module here that touches `document`.
 *
 * Markup: `<form data-casting='{"origin","vkey","roll","kind","ballots":[{"index","key"}]}' data-log-url data-worker data-language>` with
 * one `<fieldset data-ballot=INDEX data-least data-most>` a ballot whose inputs are named `b<INDEX>` with option numbers as values (a ranking has
 * `<select data-option=N>` with places), `<div data-step=choose|contact|code|busy|done>`, buttons with `data-do`, `<p data-trouble>` and
 * `<template data-say=CODE>` for each sentence.
 */

import { chosen, flawOf, putBack } from "./choice.js";
import * as counter from "./counter.js";
import { BEGINNING, step } from "./machine.js";
import { forgetCoin, loadCoin } from "./store.js";
import { castChoice, prepare, takeTokens } from "./taking_part.js";
import { doWork } from "./work.js";

/** @returns {boolean} whether this browser can make an anonymous token */
function isAble() {
  return Boolean(globalThis.isSecureContext && crypto?.subtle && globalThis.indexedDB && globalThis.Worker);
}

/** @param {HTMLFormElement} form */
function open(form) {
  /** @type {import("./taking_part.js").Roll} */
  const roll = JSON.parse(form.dataset.casting ?? "{}");
  const read = logReader(form.dataset.logUrl ?? "/log/");
  let state = BEGINNING;

  /** @param {import("./machine.js").Event} event */
  function go(event) {
    state = step(state, event);
    show(form, state);
  }

  /** @param {string} doing @param {() => Promise<void>} work */
  async function during(doing, work) {
    try {
      go({ type: "doing", doing });
      await work();
    } catch (error) {
      const known = error instanceof counter.CounterError || (error instanceof Error && "code" in error);
      go({ type: "failed", code: known ? String(/** @type {any} */ (error).code) : "fault" });
    }
  }

  async function askForCode() {
    const contact = field(form, "contact").value.trim();
    go({ type: "asked", contact });
    await during("asking", async () => {
      await prepare(roll, read); // keys are proven before anything is sent
      const work = await doWork(await counter.askForWork(), form.dataset.worker ?? "");
      const language = form.dataset.language ?? "ar";
      await counter.askForCode({ roll: roll.roll, kind: roll.kind, contact, language, work });
      go({ type: "sent" });
    });
  }

  /** @param {string} doing */
  async function castAll(doing) {
    await during(doing, async () => {
      if (doing === "casting") {
        await prepare(roll, read);
        await takeTokens(roll, state.contact, field(form, "code").value, read);
      }
      for (const { index } of roll.ballots) {
        await castIfNew(roll, index, chosen(form, index));
      }
      field(form, "code").value = "";
      field(form, "contact").value = "";
      await recall(form, roll);
      go({ type: "cast" });
    });
  }

  /** @type {Record<string, () => void | Promise<void>>} */
  const doings = {
    choose: async () => {
      const flaw = flawOf(
        form,
        roll.ballots.map(({ index }) => index),
      );
      if (flaw) {
        go({ type: "failed", code: flaw });
      } else {
        await ((await hasTokens(roll)) ? castAll("changing") : go({ type: "chosen" }));
      }
    },
    ask: askForCode,
    cast: () => castAll("casting"),
    back: () => go({ type: "back" }),
    change: () => go({ type: "withdrawn" }),
    withdraw: () =>
      during("changing", async () => {
        for (const { index } of roll.ballots) {
          const coin = await loadCoin(roll.origin, index);
          if (coin?.stamp && coin.choice.length > 0) {
            await castChoice(roll, index, []);
          }
        }
        await recall(form, roll);
        go({ type: "withdrawn" });
      }),
    forget: async () => {
      for (const { index } of roll.ballots) {
        await forgetCoin(roll.origin, index);
      }
      form.reset();
      await recall(form, roll);
      go({ type: "withdrawn" });
    },
    receipt: () => keepPromises(roll),
  };
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    // The Enter key presses the form's first button, even when its step is not shown: then the step's own doing is meant.
    const pressed = event.submitter?.closest("[data-step]:not([hidden])") ? event.submitter : null;
    const name = pressed instanceof HTMLElement ? pressed.dataset.do : undefined;
    const next = { choose: "choose", contact: "ask", code: "cast", done: "change", busy: "" }[state.at];
    void doings[name ?? next]?.();
  });
  form.hidden = false;
  void recall(form, roll).then(() => show(form, state));
}

/** @param {import("./taking_part.js").Roll} roll */
async function hasTokens(roll) {
  const coins = await Promise.all(roll.ballots.map(({ index }) => loadCoin(roll.origin, index)));
  return coins.every((coin) => coin?.stamp);
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
    kept ||= Boolean(coin?.stamp);
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
  if (coin?.stamp && String(choice) !== String(standing)) {
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
