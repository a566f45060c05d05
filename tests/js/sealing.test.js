/** Sealed casts in the browser: the suite of RFC 9180, one length, and a relay that only the book can name. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { importFrom } from "./rooms.js";
import { failsWith, readVectors } from "./vectors.js";

const made = new URL("../../src/sawtna/campaigns/static/campaigns/cast/made/hpke.js", import.meta.url);
const skip = existsSync(made) ? false : "made/hpke.js has not been built: run script/browser-files.";
const { SUITE, sealCast } = skip ? {} : await importFrom("campaigns", "cast/sealing.js");
const { isRelayed } = await importFrom("campaigns", "cast/relay.js");

const { source: _, ...spelt } = readVectors("rfc9180");
const vector = Object.fromEntries(
  Object.entries(spelt).map(([name, hex]) => [name, new Uint8Array(Buffer.from(hex, "hex"))]),
);
const ROLL = { k: "roll", c: "trial", id: "main" };

/** A book of these entries, by index. */
function bookOf(entries) {
  return { entry: async (index) => ({ data: new TextEncoder().encode(JSON.stringify(entries[index])) }) };
}

test("the suite seals what RFC 9180 seals", { skip }, async () => {
  const recipient = await SUITE.kem.deriveKeyPair(vector.ikm_r.buffer);
  const sender = await SUITE.createSenderContext({
    recipientPublicKey: recipient.publicKey,
    info: vector.info.buffer,
    ekm: vector.ikm_e.buffer,
  });
  assert.deepEqual(new Uint8Array(sender.enc), vector.enc);
  assert.deepEqual(new Uint8Array(await sender.seal(vector.pt.buffer, vector.aad.buffer)), vector.ct);
});

test("a sealed cast names its roll and has the length of all others", { skip }, async () => {
  const to = { roll: 7, point: vector.pk_r, origin: "sawtna.example/log" };
  const [one, other] = await Promise.all([1, 2].map(() => sealCast("{}".padEnd(2048), to)));
  assert.equal(one.length, 2137);
  assert.deepEqual([...one.subarray(0, 9)], [0, 0, 0, 0, 0, 0, 0, 7, 4]);
  assert.notDeepEqual(one, other);
});

test("nothing is sealed to what is no key", { skip }, async () => {
  const to = { roll: 7, point: new Uint8Array(65), origin: "sawtna.example/log" };
  await assert.rejects(sealCast("{}".padEnd(2048), to));
});

test("whether casts are sealed the roll of the book says, not the page", async () => {
  const ballots = [{ c: "trial", roll: "main" }];
  assert.equal(await isRelayed(3, ballots, bookOf({ 3: ROLL })), false);
  assert.equal(await isRelayed(3, ballots, bookOf({ 3: { ...ROLL, relay: "partner" } })), true);
});

test("a page that names another roll than the ballots have is found out", async () => {
  const ballots = [{ c: "trial", roll: "main" }];
  for (const other of [{ id: "open" }, { c: "other" }, { k: "ballot" }]) {
    await failsWith("altered", isRelayed(3, ballots, bookOf({ 3: { ...ROLL, ...other } })));
  }
});
