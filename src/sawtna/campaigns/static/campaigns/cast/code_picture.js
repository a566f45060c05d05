/**
 * A text as a QR code. Loaded only when somebody wants one, together with the library that makes it.
 */

import encodeQR from "./made/qr.js";

const QUIET_MODULES = 4; // the light border that readers need (ISO/IEC 18004)
const SVG = "http://www.w3.org/2000/svg";

/**
 * @param {Document} page
 * @param {string} text
 * @param {string} label what it is, for those who do not see it
 * @returns {Element}
 */
export function drawCode(page, text, label) {
  const rows = encodeQR(text, "raw", { ecc: "low", border: QUIET_MODULES });
  const dark = rows.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])));
  const svg = page.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${rows.length} ${rows.length}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", label);
  const path = page.createElementNS(SVG, "path");
  path.setAttribute("d", dark.join(""));
  svg.append(path);
  return svg;
}
