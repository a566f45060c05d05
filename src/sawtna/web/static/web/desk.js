// Small comforts of the desk. Every page works without them: rows are added by the server, links are copied by hand.
// @ts-check

/**
 * Gives a cloned row the next number: its names, ids and what points at them.
 * @param {string} text a name such as "words.links.0.url" or an id such as "q-words-links-0-url"
 * @param {string} path the list's path, such as "words.links"
 * @param {number} number the row's number
 */
export function renumber(text, path, number) {
  return (
    renamed(text, `${path}.`, ".", number) ??
    renamed(text, `q-${path.replaceAll(".", "-")}-`, "-", number) ??
    text
  );
}

/**
 * @param {string} text
 * @param {string} prefix
 * @param {string} mark
 * @param {number} number
 */
function renamed(text, prefix, mark, number) {
  if (!text.startsWith(prefix)) return undefined;
  return `${prefix}${number}${text.slice(text.indexOf(mark, prefix.length))}`;
}

/** @param {HTMLElement} list the fieldset of a list of rows */
function addRow(list) {
  const path = list.dataset.rows ?? "";
  const rows = list.querySelectorAll(".row");
  const last = rows[rows.length - 1];
  if (!last) return;
  const fresh = /** @type {HTMLElement} */ (last.cloneNode(true));
  for (const error of fresh.querySelectorAll(".error")) error.remove();
  for (const part of fresh.querySelectorAll("input[name],select,label")) {
    for (const name of ["id", "name", "for"]) {
      const held = part.getAttribute(name);
      if (held) part.setAttribute(name, renumber(held, path, rows.length));
    }
    if (part instanceof HTMLInputElement || part instanceof HTMLSelectElement) part.value = "";
    part.removeAttribute("aria-invalid");
    part.removeAttribute("aria-describedby");
  }
  last.after(fresh);
  fresh.querySelector("input")?.focus();
}

/** @param {Document} page */
function offerRows(page) {
  for (const button of page.querySelectorAll("[data-more]")) {
    button.addEventListener("click", (event) => {
      const list = button.closest("[data-rows]");
      if (!(list instanceof HTMLElement)) return;
      event.preventDefault();
      addRow(list);
    });
  }
}

/** @param {Document} page */
function offerCopies(page) {
  for (const place of page.querySelectorAll("[data-copy]")) {
    const [input, button] = [place.querySelector("input"), place.querySelector("button")];
    if (!input || !button || !navigator.clipboard) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(input.value);
      button.textContent = button.dataset.copied ?? "";
    });
  }
}

/**
 * Asks before one leaves a page with something typed and not saved.
 * @param {Document} page
 * @param {Window} frame
 */
function guardWork(page, frame) {
  const form = page.querySelector("form[data-guard]");
  if (!form) return;
  let isTouched = false;
  form.addEventListener("input", () => {
    isTouched = true;
  });
  form.addEventListener("submit", () => {
    isTouched = false;
  });
  frame.addEventListener("beforeunload", (event) => {
    if (isTouched) event.preventDefault();
  });
}

/**
 * The one place that touches the page.
 * @param {Document} page
 * @param {Window} frame
 */
export function compose(page, frame) {
  offerRows(page);
  offerCopies(page);
  guardWork(page, frame);
  page.getElementById("wrong")?.focus();
}

if (typeof document !== "undefined") compose(document, window);
