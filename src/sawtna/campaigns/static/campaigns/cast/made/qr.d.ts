/** What we use of qr: a code as rows of dark and light modules. The module itself is bundled by script/browser_files.py. */
export default function encodeQR(
  text: string,
  output: "raw",
  options: { ecc: "low" | "medium" | "quartile" | "high"; border: number },
): boolean[][];
