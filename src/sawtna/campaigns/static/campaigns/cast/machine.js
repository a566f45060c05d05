/**
 * Where a person stands between choosing and having cast, as a reducer (state, event) -> state. It knows no page and no network.
 */

/**
 * `at`: choose, contact, code, busy, done. `trouble` is the code of a sentence to show, `doing` what is going on while busy.
 * @typedef {{ at: "choose" | "contact" | "code" | "busy" | "done", doing: string, trouble: string, contact: string }} State
 * @typedef {{ type: "chosen" } | { type: "back" } | { type: "asked", contact: string } | { type: "doing", doing: string }
 *   | { type: "sent" } | { type: "cast" } | { type: "failed", code: string } | { type: "withdrawn" }} Event
 */

/** @type {State} */
export const BEGINNING = { at: "choose", doing: "", trouble: "", contact: "" };

/** Refusals after which a new code helps; after the others the person stays where the step began. */
const ASK_AGAIN = ["code", "work"];

/**
 * @param {State} state
 * @param {Event} event
 * @returns {State}
 */
export function step(state, event) {
  switch (event.type) {
    case "chosen":
      return { ...state, at: "contact", trouble: "" };
    case "back":
      return { ...state, at: state.at === "code" ? "contact" : "choose", trouble: "" };
    case "asked":
      return { at: "busy", doing: "asking", trouble: "", contact: event.contact };
    case "doing":
      return { ...state, at: "busy", doing: event.doing, trouble: "" };
    case "sent":
      return { ...state, at: "code", doing: "" };
    case "cast":
      return { at: "done", doing: "", trouble: "", contact: "" };
    case "withdrawn":
      return { at: "choose", doing: "", trouble: "", contact: "" };
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
  if (state.doing === "asking") {
    return "contact";
  }
  if (state.doing === "changing") {
    return "choose";
  }
  return state.contact && (ASK_AGAIN.includes(code) || code === "network") ? "code" : "choose";
}
