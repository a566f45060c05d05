/**
 * "Check in this browser": the only module of the book that touches the page. It fetches the checkpoint, the entry and
 * the tiles, recomputes leaf, path and root, and says what came out in sentences that the server rendered.
 *
 * What the server must render (any number of such sections on a page):
 *
 *   <section data-check
 *            data-log-url="/log/"          address of the log, with its last slash; may be relative
 *            data-vkey="NAME+ID+KEY"       the log's verifier key; NAME is the log's origin
 *            data-index="12"               index of the entry, ASCII digits
 *            data-entry-leaf="64 hex digits">  its leaf hash, small letters
 *     <pre data-check-entry>…</pre>        optional: the entry as it is in the book, compared byte for byte
 *     <button type="button" data-check-start hidden>…</button>     shown here; stays hidden without JavaScript
 *     <p data-check-outcome role="status"></p>                      filled with a copy of one of the templates
 *     <template data-check-say="working">…</template>               and one for each other outcome in OUTCOMES
 *   </section>
 *
 * A template may have places for what was found, each filled with text: elements with data-check-slot="index", "size"
 * (both in the digits of the page's language) or "root" (hex). The section gets data-check-state="<outcome>" for looks.
 *
 * Load it with <script type="module">; it imports its neighbours by relative address.
 */

import { decodeHex, encodeHex } from "./encoding.js";
import { CheckError } from "./errors.js";
import { checkInclusion } from "./inclusion.js";

/** @typedef {import("./errors.js").FailureCode | "working" | "passed"} Outcome */
/** @typedef {import("./inclusion.js").Claim} Claim */
/** @typedef {import("./inclusion.js").Finding} Finding */

/** @type {readonly Outcome[]} */
export const OUTCOMES = [
  "working",
  "passed",
  "unsupported",
  "unreachable",
  "missing",
  "malformed",
  "unsigned",
  "early",
  "altered",
  "outside",
];

const PATIENCE_MS = 30_000;

/**
 * Give each section of the page a button that works.
 * @param {Document} page
 */
export function offerChecks(page) {
  for (const section of page.querySelectorAll("[data-check]")) {
    const button = section.querySelector("[data-check-start]");
    if (section instanceof HTMLElement && button instanceof HTMLElement) {
      button.addEventListener("click", () => check(section));
      button.hidden = false;
    }
  }
}

/**
 * Run one check and say what came out; a second press while it runs does nothing.
 * @param {HTMLElement} section
 * @returns {Promise<void>}
 */
async function check(section) {
  if (section.dataset.checkState === "working") {
    return;
  }
  say(section, "working", {});
  try {
    const finding = await checkInclusion(claimOf(section), reader(section));
    say(section, "passed", slotsOf(finding, section.ownerDocument.documentElement.lang));
  } catch (error) {
    say(section, error instanceof CheckError ? error.code : "malformed", {});
  }
}

/**
 * What the page claims about the entry.
 * @param {HTMLElement} section
 * @returns {Claim}
 */
function claimOf(section) {
  const { vkey = "", index = "", entryLeaf = "" } = section.dataset;
  if (!/^(?:0|[1-9][0-9]*)$/.test(index)) {
    throw new CheckError("malformed", `got index ${index}, expected a whole number`);
  }
  const claim = { vkey, index: Number(index), leaf: decodeHex(entryLeaf) };
  const shown = section.querySelector("[data-check-entry]")?.textContent;
  return typeof shown === "string" ? { ...claim, shown: new TextEncoder().encode(shown) } : claim;
}

/**
 * Reads files of the log; nothing of who reads goes with the request.
 * @param {HTMLElement} section
 * @returns {import("./tiles.js").Read}
 */
function reader(section) {
  const log = new URL(section.dataset.logUrl ?? "", section.ownerDocument.baseURI);
  return async (path) => {
    const answer = await ask(new URL(path, log), path === "checkpoint" ? "no-cache" : "default");
    if (answer.status === 404 || answer.status === 410) {
      throw new CheckError("missing", `got no ${path}, expected one`);
    }
    if (!answer.ok) {
      throw new CheckError("unreachable", `got status ${answer.status} for ${path}, expected 200`);
    }
    return new Uint8Array(await answer.arrayBuffer().catch(refuseSilence));
  };
}

/**
 * @param {URL} address
 * @param {RequestCache} cache
 * @returns {Promise<Response>}
 */
function ask(address, cache) {
  const signal = AbortSignal.timeout(PATIENCE_MS);
  return fetch(address, { cache, credentials: "omit", referrerPolicy: "no-referrer", signal }).catch(
    refuseSilence,
  );
}

/**
 * @param {unknown} error
 * @returns {never}
 */
function refuseSilence(error) {
  throw new CheckError("unreachable", `got ${error}, expected an answer`);
}

/**
 * @param {Finding} finding
 * @param {string} language
 * @returns {Record<string, string>}
 */
function slotsOf(finding, language) {
  const digits = new Intl.NumberFormat(language || undefined);
  return {
    index: digits.format(finding.index),
    size: digits.format(finding.size),
    root: encodeHex(finding.root),
  };
}

/**
 * Show a copy of the template for `outcome`.
 * @param {HTMLElement} section
 * @param {Outcome} outcome
 * @param {Record<string, string>} slots
 */
function say(section, outcome, slots) {
  section.dataset.checkState = outcome;
  const template = section.querySelector(`template[data-check-say="${outcome}"]`);
  const place = section.querySelector("[data-check-outcome]");
  if (!(template instanceof HTMLTemplateElement) || place === null) {
    return;
  }
  const words = template.content.cloneNode(true);
  place.replaceChildren(words);
  for (const slot of place.querySelectorAll("[data-check-slot]")) {
    slot.textContent = slots[slot.getAttribute("data-check-slot") ?? ""] ?? "";
  }
}

if (typeof document !== "undefined") {
  offerChecks(document);
}
