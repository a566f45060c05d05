/** What the browser makes when someone takes part: the same bytes as Python, and steps that keep what was typed. */

import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { test } from "node:test";
import { importFrom } from "./rooms.js";
import { readVectors } from "./vectors.js";

const { canonicalJson, packBase64url, unpackBase64url } = await importFrom("campaigns", "cast/bytes.js");
const { CAST_BYTES, isSigned, makeCast } = await importFrom("campaigns", "cast/cast.js");
const { chosen, flawOf, putBack } = await importFrom("campaigns", "cast/choice.js");
const { BEGINNING, step } = await importFrom("campaigns", "cast/machine.js");

const vectors = readVectors("cast");
const EC = { name: "ECDSA", namedCurve: "P-256" };
const { d: _, ...publicHalf } = vectors.one_time;
const pair = {
  privateKey: await crypto.subtle.importKey("jwk", vectors.one_time, EC, false, ["sign"]),
  publicKey: await crypto.subtle.importKey("jwk", publicHalf, EC, true, ["verify"]),
};
const coin = {
  ballot: vectors.ballot,
  pair,
  point: vectors.point,
  asked: {},
  stamps: { [vectors.key]: vectors.stamp },
  q: 0,
  choice: [],
  did: [],
  didNot: [],
  promise: "",
};

const made = new URL("../../src/sawtna/campaigns/static/campaigns/cast/made/blindrsa.js", import.meta.url);
const skip = existsSync(made) ? false : "made/blindrsa.js has not been built: run script/browser-files.";
const token = skip ? {} : await importFrom("campaigns", "cast/token.js");
const issuerKey = {
  index: vectors.key,
  ballot: vectors.ballot,
  kind: "email",
  n: vectors.token.n,
  kid: vectors.token.kid,
};
const leaf = new Uint8Array(Buffer.from(vectors.leaf, "hex"));

/** What an issuer does: the raw private operation on a blinded message. */
function signRaw(message) {
  const n = toNumber(vectors.token.n);
  let [base, exponent, result] = [toNumber(message), BigInt(`0x${vectors.token.d}`), 1n];
  for (; exponent > 0n; exponent >>= 1n) {
    result = exponent & 1n ? (result * base) % n : result;
    base = (base * base) % n;
  }
  return packBase64url(new Uint8Array(Buffer.from(result.toString(16).padStart(512, "0"), "hex")));
}

function toNumber(base64url) {
  return BigInt(`0x${Buffer.from(base64url, "base64url").toString("hex")}`);
}

/** A fresh coin that asks under the issuer's key. */
async function mintAndAsk() {
  return token.askWith(vectors.origin, leaf, issuerKey, await token.mintCoin(vectors.ballot));
}

/** The state after these events. */
function after(...events) {
  return events.reduce(step, BEGINNING);
}

test("base 64 of the URL alphabet goes there and back at each length", () => {
  for (let length = 0; length < 70; length++) {
    const bytes = Uint8Array.from({ length }, (_, at) => (at * 83 + length) & 255);
    const packed = packBase64url(bytes);
    assert.equal(packed, Buffer.from(bytes).toString("base64url"));
    assert.deepEqual(unpackBase64url(packed), bytes);
  }
});

test("canonical JSON is that of Python", () => {
  for (const { value, text } of vectors.canonical) {
    assert.equal(canonicalJson(value), text);
  }
});

test("a cast is that of Python, byte for byte but for the signature", async () => {
  for (const told of vectors.casts) {
    const checkedIn = told.did ? { did: told.did, didNot: told.did_not } : {};
    const cast = await makeCast({ ...coin, q: told.q }, told.choice, checkedIn);
    const { g, ...own } = JSON.parse(cast);
    const { g: other, ...theirs } = JSON.parse(told.entry);

    assert.equal(cast.length, CAST_BYTES);
    assert.equal(cast.trimEnd(), told.entry.replace(other, g));
    assert.equal(`sawtna/v1/cast\n${canonicalJson(own)}`, told.signed);
    assert.deepEqual(own, theirs);
  }
});

test("each side verifies the other's signature, and a changed choice breaks it", async () => {
  for (const told of vectors.casts) {
    assert.equal(await isSigned(pair.publicKey, told.entry), true);
    const forged = JSON.stringify({ ...JSON.parse(told.entry), c: [3] });
    assert.equal(await isSigned(pair.publicKey, forged), false);
  }
});

test("what is signed blindly is what Python spells", { skip }, async () => {
  const point = await token.compressedPoint(pair.publicKey);
  const kid = unpackBase64url(vectors.token.kid);
  const input = await token.tokenInput(vectors.origin, leaf, kid, point);

  assert.equal(packBase64url(point), vectors.point);
  const challenge = token.packChallenge(vectors.origin, leaf);
  assert.equal(Buffer.from(challenge).toString("hex"), vectors.token.challenge);
  assert.equal(Buffer.from(input).toString("hex"), vectors.token.input);
});

test("a token is blinded, signed, unblinded and verified, and what unblinded it is forgotten", {
  skip,
}, async () => {
  const minted = await mintAndAsk();
  const answer = signRaw(minted.asked[issuerKey.index].blinded);
  const stamped = await token.takeStamp(vectors.origin, leaf, issuerKey, minted, answer);

  const kid = unpackBase64url(issuerKey.kid);
  const message = await token.tokenInput(vectors.origin, leaf, kid, unpackBase64url(stamped.point));
  const jwk = { kty: "RSA", alg: "PS384", n: issuerKey.n, e: "AQAB" };
  const pss = { name: "RSA-PSS", hash: "SHA-384", saltLength: 48 };
  const key = await crypto.subtle.importKey("jwk", jwk, pss, false, ["verify"]);
  assert.equal(
    await crypto.subtle.verify(pss, key, unpackBase64url(stamped.stamps[issuerKey.index]), message),
    true,
  );
  assert.deepEqual([minted, stamped].map(token.isStamped), [false, true]);
  assert.deepEqual(stamped.asked, {});
  assert.equal(minted.pair.privateKey.extractable, false);
});

test("a wrong signature of the issuer is refused", { skip }, async () => {
  const [minted, other] = [await mintAndAsk(), await mintAndAsk()];
  await assert.rejects(
    token.takeStamp(vectors.origin, leaf, issuerKey, minted, signRaw(other.asked[issuerKey.index].blinded)),
    /invalid|wrong|signature/i,
  );
});

test("the steps lead from choosing to done, and keep nothing of the person", () => {
  const asked = after({ type: "chosen" }, { type: "asked", contact: "a@example.org" });
  assert.deepEqual([asked.at, asked.doing], ["busy", "asking"]);
  const sent = step(asked, { type: "sent" });
  assert.equal(sent.at, "code");
  const done = step(step(sent, { type: "doing", doing: "casting" }), { type: "cast" });
  assert.deepEqual(done, { at: "done", doing: "", trouble: "", contact: "", kind: "email", deed: "cast" });
});

test("a step back leads from the code to the address, and from there to choosing", () => {
  const atCode = after({ type: "chosen" }, { type: "asked", contact: "a@example.org" }, { type: "sent" });
  const atContact = step(atCode, { type: "back" });
  assert.equal(atContact.at, "contact");
  assert.equal(step(atContact, { type: "back" }).at, "choose");
});

test("trouble leads back to where something can be done about it", () => {
  const atCode = after({ type: "chosen" }, { type: "asked", contact: "a@example.org" }, { type: "sent" });
  const casting = step(atCode, { type: "doing", doing: "casting" });
  for (const [code, at] of [
    ["code", "code"],
    ["work", "code"],
    ["network", "code"],
    ["spent", "choose"],
    ["closed", "choose"],
  ]) {
    const failed = step(casting, { type: "failed", code });
    assert.deepEqual([failed.at, failed.trouble, failed.doing], [at, code, ""], code);
  }
  const asking = after({ type: "chosen" }, { type: "asked", contact: "a@example.org" });
  assert.equal(step(asking, { type: "failed", code: "altered" }).at, "contact");
  const changing = after({ type: "doing", doing: "changing" });
  assert.equal(step(changing, { type: "failed", code: "network" }).at, "choose");
  assert.equal(step(step(casting, { type: "failed", code: "code" }), { type: "back" }).trouble, "");
});

/** A form of ballots: for each of them its bounds and its inputs, as `choice.js` reads them. */
function formOf(ballots) {
  return {
    querySelectorAll: (selector) => ballots[Number(/"(\d+)"/.exec(selector)[1])].inputs,
    querySelector: (selector) => ({ dataset: ballots[Number(/"(\d+)"/.exec(selector)[1])].bounds }),
  };
}

globalThis.HTMLInputElement = class {
  constructor(value, checked) {
    Object.assign(this, { value: String(value), checked, dataset: {} });
  }
};
globalThis.HTMLSelectElement = class {
  constructor(option, place) {
    Object.assign(this, { value: String(place), dataset: { option: String(option) } });
  }
};
const ticks = (...checked) => checked.map((is, at) => new HTMLInputElement(at, is));
const places = (...given) => given.map((place, at) => new HTMLSelectElement(at, place));

test("choices are read and put back, a ranking by its places", () => {
  const form = formOf([{ inputs: ticks(true, false, true) }, { inputs: places("2", "", "1") }]);
  assert.deepEqual(chosen(form, 0), [0, 2]);
  assert.deepEqual(chosen(form, 1), [2, 0]);
  putBack(form, 0, [1]);
  putBack(form, 1, [1, 2]);
  assert.deepEqual(chosen(form, 0), [1]);
  assert.deepEqual(chosen(form, 1), [1, 2]);
});

test("what cannot be cast is known by its flaw", () => {
  const bounds = { least: "2", most: "2" };
  for (const [flaw, ...inputs] of [
    ["nothing", ticks(false, false, false), places("", "")],
    ["", ticks(true, true, false), places("", "")],
    ["", ticks(false, false, false), places("2", "1")],
    ["bounds", ticks(true, false, false), places("", "")],
    ["bounds", ticks(true, true, true), places("", "")],
    ["places", ticks(false, false, false), places("1", "1")],
  ]) {
    const form = formOf(inputs.map((one) => ({ inputs: one, bounds })));
    assert.equal(flawOf(form, [0, 1]), flaw);
  }
  assert.equal(step(BEGINNING, { type: "failed", code: "nothing" }).at, "choose");
});

test("an event that nobody knows changes nothing", () => {
  assert.equal(step(BEGINNING, { type: "unheard of" }), BEGINNING);
});
