// Keys and passkeys at the entrance: shows the buttons that need a script, and the page's own sentence when a key fails.
// allauth's scripts talk to the key; they tell of trouble by the event `allauth.error`.
// @ts-check

/** @param {Document} page */
export function watchKeys(page) {
  for (const button of page.querySelectorAll("[data-needs-script]")) button.removeAttribute("hidden");
  page.addEventListener("allauth.error", (event) => {
    event.preventDefault(); // it would go to the console, where nobody looks
    page.getElementById("key-trouble")?.removeAttribute("hidden");
  });
}

if (typeof document !== "undefined") watchKeys(document);
