/** Blind signatures in the browser: the vectors of RFC 9474, through the bundled module with the numbers of the browser. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import numbers from "../../script/big_numbers.js";
import { importFrom } from "./rooms.js";
import { readVectors } from "./vectors.js";

const made = new URL("../../src/sawtna/campaigns/static/campaigns/cast/made/blindrsa.js", import.meta.url);
const skip = existsSync(made) ? false : "made/blindrsa.js has not been built: run script/browser-files.";
const { BlindRSA } = skip ? {} : await importFrom("campaigns", "cast/made/blindrsa.js");

const published = readVectors("rfc9474");
const hex = (text) => new Uint8Array(Buffer.from(text, "hex"));
const modulus = numbers.bn.fromBits(hex(published.n));

/** The public key of the RFC. */
function publicKey() {
  const n = Buffer.from(published.n, "hex").toString("base64url");
  const jwk = { kty: "RSA", alg: "PS384", n, e: "AQAB", ext: true };
  return crypto.subtle.importKey("jwk", jwk, { name: "RSA-PSS", hash: "SHA-384" }, true, ["verify"]);
}

for (const vector of published.vectors) {
  test(`${vector.name} gives the published bytes`, { skip }, async (context) => {
    const salt = hex(vector.salt);
    const factor = numbers.bn.fromBits(hex(vector.inv)).inverseMod(modulus).toBits();
    const dice = [
      ...(salt.length > 0 ? [salt] : []),
      Uint8Array.from([...Array(512 - factor.length).fill(0), ...factor]),
    ];
    context.mock.method(globalThis.crypto, "getRandomValues", (bytes) => {
      if (bytes.length > 0) {
        bytes.set(dice.shift());
      }
      return bytes;
    });
    const suite = new BlindRSA({
      hash: "SHA-384",
      saltLength: salt.length,
      prepareType: 0,
      supportsRSARAW: false,
    });
    const key = await publicKey();
    const message = hex(vector.input_msg);
    const { blindedMsg, inv } = await suite.blind(key, message);

    assert.equal(Buffer.from(blindedMsg).toString("hex"), vector.blinded_msg);
    assert.equal(Buffer.from(inv).toString("hex"), vector.inv);
    const signature = await suite.finalize(key, message, hex(vector.blind_sig), inv);
    assert.equal(Buffer.from(signature).toString("hex"), vector.sig);
    const wrong = hex(vector.blind_sig).map((byte, at) => (at === 100 ? byte ^ 1 : byte));
    await assert.rejects(suite.finalize(key, message, wrong, inv), /invalid signature/);
  });
}

test("numbers are those of the browser, with leading zeros and without an inverse", () => {
  for (const bytes of [[], [0], [0, 0, 7], [1, 0], [255, 255, 255]]) {
    const number = numbers.bn.fromBits(bytes);
    assert.equal(number.value, BigInt(`0x0${Buffer.from(bytes).toString("hex")}`));
    assert.deepEqual(numbers.bn.fromBits(number.toBits()).value, number.value);
    assert.equal(number.bitLength(), number.value === 0n ? 0 : number.value.toString(2).length);
  }
  const [six, nine] = [new numbers.bn(6), new numbers.bn(9)];
  assert.throws(() => six.inverseMod(nine), /not invertible/);
  assert.equal(new numbers.bn(5).inverseMod(nine).value, 2n);
  assert.equal(six.powermod(new numbers.bn(65_537), new numbers.bn(77)).value, 6n ** 65_537n % 77n);
  assert.ok(nine.greaterEquals(six) && nine.greaterEquals(9) && !six.greaterEquals(nine));
});
