/**
 * Where a person stands between choosing and having cast, as a reducer (state, event) -> state. It knows no page and no network.
 */

/**
 * `at`: choose, contact, code, busy, done. `trouble` is the code of a sentence to show, `doing` what is going on while busy, `kind` the way to
 * show to be one person, and `deed` what was done in the end.
 * @typedef {"" | "cast" | "told" | "vouched"} Deed
 * @typedef {{ at: "choose" | "contact" | "code" | "busy" | "done", doing: string, trouble: string, contact: string, kind: string, deed: Deed }} State
 * @typedef {{ type: "chosen" } | { type: "picked", kind: string } | { type: "back" } | { type: "asked", contact: string }
 *   | { type: "doing", doing: string } | { type: "sent" } | { type: "cast", deed?: Deed } | { type: "failed", code: string }
 *   | { type: "withdrawn" }} Event
 */

export const MAILED = "email"; // the one way that needs a code

/** @type {State} */
export const BEGINNING = { at: "choose", doing: "", trouble: "", contact: "", kind: MAILED, deed: "" };

/** Refusals after which a new code helps; after the others the person stays where the step began. */
const ASK_AGAIN = ["code", "work", "network"];

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function step(state, event) {
  const { kind } = state;
  switch (event.type) {
    case "chosen":
      return { ...state, at: "contact", trouble: "" };
    case "picked":
      return { ...state, kind: event.kind, trouble: "" };
    case "back":
      return { ...state, at: state.at === "code" ? "contact" : "choose", trouble: "" };
    case "asked":
      return { ...BEGINNING, at: "busy", doing: "asking", contact: event.contact, kind };
    case "doing":
      return { ...state, at: "busy", doing: event.doing, trouble: "" };
    case "sent":
      return { ...state, at: "code", doing: "" };
    case "cast":
      return { ...BEGINNING, at: "done", kind, deed: event.deed ?? "cast" };
    case "withdrawn":
      return { ...BEGINNING, kind };
    case "failed":
      return { ...state, at: failedAt(state, event.code), doing: "", trouble: event.code };
    default:
      return state;
  }
}

/**
 * @param {State} state
 * @param {string} code
 * @returns {State["at"]}
 */
function failedAt(state, code) {
  if (!state.doing) {
    return state.at;
  }
  if (state.doing === "asking") {
    return "contact";
  }
  if (state.doing !== "casting") {
    return "choose";
  }
  if (state.kind !== MAILED) {
    return "contact";
  }
  return state.contact && ASK_AGAIN.includes(code.replace(/^other_/, "")) ? "code" : "choose";
}
