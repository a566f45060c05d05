/** A browser whose WebCrypto has no Ed25519: notes are opened by a library, and what is wrong is refused all the same. */

import assert from "node:assert/strict";
import { after, test } from "node:test";
import { formatBase64, parseBase64 } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { openNote, parseVkey } from "../../src/sawtna/ledger/static/ledger/note.js";
import { failsWith, flipBit, readVectors } from "./vectors.js";

const vectors = readVectors("signed_note");
const receipts = readVectors("receipt");
const { importKey, verify } = SubtleCrypto.prototype;

/** From here on WebCrypto refuses this step of Ed25519, as Chromium before 137 does. */
function refuse(step) {
  Object.assign(SubtleCrypto.prototype, { importKey, verify });
  const does = SubtleCrypto.prototype[step];
  SubtleCrypto.prototype[step] = function (...asked) {
    const refused = asked.includes("Ed25519");
    return refused ? Promise.reject(new DOMException("", "NotSupportedError")) : does.apply(this, asked);
  };
}

after(() => Object.assign(SubtleCrypto.prototype, { importKey, verify }));

/** The note with one bit of its last signature changed, in the part that Ed25519 signs. */
function spoilt(note) {
  const [, before, signature] = /^(.* )(\S+)\n$/s.exec(note);
  const bytes = parseBase64(signature);
  return `${before}${formatBase64(flipBit(bytes, bytes.length * 8 - 100))}\n`;
}

for (const step of ["importKey", "verify"]) {
  test(`without ${step} for Ed25519, notes of others and our own are opened`, async () => {
    refuse(step);
    for (const { note, vkeys, text } of vectors.notes) {
      for (const vkey of vkeys) {
        assert.equal(await openNote(note, await parseVkey(vkey)), text);
      }
    }
    await openNote(receipts.checkpoint, await parseVkey(receipts.witness.vkey));
  });

  test(`without ${step} for Ed25519, a note that was changed is refused`, async () => {
    refuse(step);
    for (const { note, vkeys } of vectors.notes.slice(0, 2)) {
      const all = await Promise.all(vkeys.map((vkey) => parseVkey(vkey)));
      const outcomes = await Promise.allSettled(all.map((verifier) => openNote(spoilt(note), verifier)));
      assert.ok(outcomes.some(({ reason }) => reason?.code === "unsigned"));
    }
    const verifier = await parseVkey(receipts.vkey);
    await failsWith("unsigned", openNote(receipts.checkpoint.replace(/\n\d+\n/, "\n1\n"), verifier));
  });
}
