/** Whose signatures count: the policies that Python reads too, and those that it refuses. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { isMetBy, openByPolicy, parsePolicy } from "../../src/sawtna/ledger/static/ledger/policy.js";
import { failsWith, readVectors } from "./vectors.js";

const vectors = readVectors("policy");

test("a quorum is met by the notes that Python says, and by no others", async () => {
  for (const { policy: text, met } of vectors.policies) {
    const policy = await parsePolicy(text);
    for (const [name, note] of Object.entries(vectors.notes)) {
      const { signers } = await openByPolicy(note, policy);
      assert.equal(isMetBy(policy, signers), met.includes(name), `${name} under\n${text}`);
    }
  }
});

test("a policy that would count somebody twice, or nobody, is refused", async () => {
  for (const text of vectors.bad_policies) {
    await failsWith("malformed", parsePolicy(text));
  }
});

test("a note of another log is refused, whoever cosigned it", async () => {
  const policy = await parsePolicy(vectors.policies[0].policy);
  await failsWith("unsigned", openByPolicy(vectors.foreign_note, policy));
  const onlyWitness = vectors.notes["1"].replace(/\n— sawtna[^\n]*/, "");
  await failsWith("unsigned", openByPolicy(onlyWitness, policy));
});

test("a cosignature of a type that browsers do not verify is ignored, and a policy that counts on it refused", async () => {
  const policy = await parsePolicy(vectors.policies[2].policy);
  const unknown = `— witness.example/w2 ${Buffer.alloc(2432, 6).toString("base64")}\n`;
  const { signers } = await openByPolicy(vectors.notes.none + unknown, policy);
  assert.equal(isMetBy(policy, signers), false);
});
