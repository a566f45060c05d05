// Shows the share buttons of a page and does what they promise: the system's own sheet where there is one, else a copied address.
// All words come from the page's data- attributes.

/**
 * Pass an address on.
 * @param {{url: string, title: string}} what
 * @param {{share?: (data: {url: string, title: string}) => Promise<void>, copy: (text: string) => Promise<void>}} hands
 * @returns {Promise<"shared" | "copied" | "left">} what became of it
 */
export async function passOn(what, hands) {
  if (hands.share) {
    try {
      await hands.share(what);
      return "shared";
    } catch (fault) {
      if (fault instanceof Error && fault.name === "AbortError") return "left";
    }
  }
  await hands.copy(what.url);
  return "copied";
}

/** @param {Document} page */
export function wake(page) {
  const { navigator } = globalThis;
  if (!navigator || !("clipboard" in navigator || "share" in navigator)) return;
  for (const button of page.querySelectorAll("button[data-share]")) {
    if (!(button instanceof HTMLButtonElement)) continue;
    button.hidden = false;
    button.addEventListener("click", async () => {
      const what = { url: button.dataset.share ?? "", title: button.dataset.title ?? "" };
      const copy = (/** @type {string} */ text) => navigator.clipboard.writeText(text);
      const share = (/** @type {typeof what} */ shared) => navigator.share(shared);
      const outcome = await passOn(what, "share" in navigator ? { share, copy } : { copy });
      const status = page.querySelector("[data-share-status]");
      if (status && outcome === "copied") status.textContent = button.dataset.done ?? "";
    });
  }
}

if (typeof document !== "undefined") wake(document);
