/** Reads the vectors that the Python tests read too, and says how a check must fail. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

/** The content of tests/vectors/<name>.json. */
export function readVectors(name) {
  return JSON.parse(readFileSync(new URL(`../vectors/${name}.json`, import.meta.url), "utf8"));
}

/** The promise is rejected with a CheckError of that code. */
export async function failsWith(code, promise) {
  await assert.rejects(promise, (error) => {
    assert.equal(error.name, "CheckError", String(error.stack));
    assert.equal(error.code, code, error.message);
    assert.match(error.message, /^got .*, expected /s);
    return true;
  });
}

/** A copy of `bytes` with one bit changed. */
export function flipBit(bytes, bit) {
  return bytes.map((byte, at) => (at === Math.floor(bit / 8) ? byte ^ (1 << (bit % 8)) : byte));
}
