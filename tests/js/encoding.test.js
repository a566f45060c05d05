/** Hex and Base 64 in the browser: one spelling each. */

import assert from "node:assert/strict";
import { test } from "node:test";
import {
  decodeHex,
  encodeHex,
  formatBase64,
  joinBytes,
  parseBase64,
  sameBytes,
} from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { failsWith } from "./vectors.js";

const ALL = Uint8Array.from({ length: 256 }, (_, at) => at);

test("every byte comes back from hex and from Base 64", () => {
  for (let length = 0; length <= 256; length++) {
    const bytes = ALL.slice(0, length);
    assert.deepEqual(decodeHex(encodeHex(bytes)), bytes);
    assert.deepEqual(parseBase64(formatBase64(bytes)), bytes);
    assert.equal(formatBase64(bytes), Buffer.from(bytes).toString("base64"));
  }
});

test("a second spelling is refused", async () => {
  for (const text of [
    "AA",
    "AB==",
    "AAB=",
    "A",
    "AA=",
    "AA===",
    "-_==",
    "AA ==",
    "AA==\n",
    " AA==",
    "é",
    "AA==AA==",
  ]) {
    await failsWith(
      "malformed",
      Promise.resolve().then(() => parseBase64(text)),
    );
  }
  for (const text of ["0", "0G", "AB", "ab cd", "abc", "ab\n"]) {
    await failsWith(
      "malformed",
      Promise.resolve().then(() => decodeHex(text)),
    );
  }
});

test("bytes are joined and compared", () => {
  assert.deepEqual(joinBytes(ALL.slice(0, 2), ALL.slice(0, 0), ALL.slice(2, 5)), ALL.slice(0, 5));
  assert.ok(sameBytes(ALL, Uint8Array.from(ALL)));
  assert.ok(!sameBytes(ALL, ALL.slice(1)));
  assert.ok(!sameBytes(ALL.slice(0, 2), ALL.slice(1, 3)));
});
