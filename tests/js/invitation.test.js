/** Codes on paper and in links, and what people tell of their pledges. */

import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { test } from "node:test";
import { importFrom } from "./rooms.js";

const { nameOf, readCode, spaced, takeBrought, writeCode } = await importFrom(
  "campaigns",
  "cast/invitation.js",
);
const { showTold, toldIn } = await importFrom("campaigns", "cast/told.js");

test("a code is read as people type it, like in Python", () => {
  assert.equal(readCode("K7QM 3xwp2B9D-h4tn"), "k7qm3xwp2b9dh4tn");
  assert.equal(readCode("OOOO-IIII-llll-٠٠٠٠"), "0000111111110000");
  for (const typed of ["", "k7qm", "k7qm-3xwp-2b9d-h4t", "k7qm-3xwp-2b9d-h4tnn", "u".repeat(16)]) {
    assert.equal(readCode(typed), "", typed);
  }
});

test("a fresh code is one that is read back, and no two are the same", () => {
  const codes = Array.from({ length: 50 }, writeCode);
  assert.equal(new Set(codes).size, 50);
  for (const code of codes) {
    assert.equal(readCode(spaced(code).toUpperCase()), code);
    assert.match(spaced(code), /^\w{4}-\w{4}-\w{4}-\w{4}$/);
  }
});

test("the book names a code by the hash of its one spelling", async () => {
  const name = createHash("sha256").update("k7qm3xwp2b9dh4tn").digest("base64url");
  assert.equal(await nameOf("k7qm3xwp2b9dh4tn"), name);
});

test("a code is taken out of the address and out of the history", () => {
  for (const [hash, brought] of [
    ["#invite=K7QM-3xwp-2B9D-h4tn", { does: "invite", code: "k7qm3xwp2b9dh4tn" }],
    ["#vouch=k7qm%203xwp%202b9d%20h4tn", { does: "vouch", code: "k7qm3xwp2b9dh4tn" }],
    ["#vouch=broken", { does: "vouch", code: "" }],
    ["#ballots", undefined],
    ["", undefined],
  ]) {
    const left = [];
    const past = { replaceState: (_, __, address) => left.push(address) };
    assert.deepEqual(takeBrought({ hash, pathname: "/en/trial/take-part/", search: "" }, past), brought);
    assert.deepEqual(left, brought ? ["/en/trial/take-part/"] : [], hash);
  }
});

/** A part of a form in which two actions can be told of. */
function tellingForm() {
  const groups = [0, 1].map((option) => {
    const inputs = ["did", "not"].map((value) => ({ value, checked: false }));
    return {
      hidden: true,
      dataset: { told: String(option) },
      inputs,
      querySelectorAll: () => inputs,
      querySelector: (selector) =>
        inputs.find((one) => selector.includes(`"${one.value}"`) && one.checked) ?? null,
    };
  });
  const part = { hidden: true, toggleAttribute: (_, is) => Object.assign(part, { hidden: is }) };
  return { groups, part, querySelectorAll: () => groups, querySelector: () => part };
}

test("only what this device pledged can be told of, and what was told stands there again", () => {
  const form = tellingForm();
  const coin = { ballot: 7, promise: "kept", choice: [1], did: [], didNot: [1] };
  assert.equal(showTold(form, 7, coin), true);
  assert.deepEqual(
    form.groups.map((group) => group.hidden),
    [true, false],
  );
  assert.equal(form.part.hidden, false);
  assert.deepEqual(toldIn(form, coin), { did: [], didNot: [1] });

  Object.assign(form.groups[1].inputs[0], { checked: true });
  Object.assign(form.groups[1].inputs[1], { checked: false });
  assert.deepEqual(toldIn(form, coin), { did: [1], didNot: [] });
  assert.equal(showTold(form, 7, undefined), false);
  assert.equal(form.part.hidden, true);
});

test("what was told of an action that is not asked for today stays told", () => {
  const form = tellingForm();
  const coin = { ballot: 7, promise: "kept", choice: [0, 1, 2], did: [2], didNot: [] };
  showTold(form, 7, coin);
  Object.assign(form.groups[0].inputs[0], { checked: true });
  assert.deepEqual(toldIn(form, coin), { did: [0, 2], didNot: [] });
});
