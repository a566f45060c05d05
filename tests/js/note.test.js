/** Signed notes in the browser: notes of others, and what is refused. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { encodeHex } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import {
  openCheckpoint,
  openNote,
  parseNote,
  parseVkey,
  unpackCheckpoint,
} from "../../src/sawtna/ledger/static/ledger/note.js";
import { failsWith, readVectors } from "./vectors.js";

const vectors = readVectors("signed_note");
const receipts = readVectors("receipt");
const peter = await parseVkey(vectors.notes[0].vkeys[0]);

test("notes signed by others are opened, with the key of a log and with those of witnesses", async () => {
  for (const { note, vkeys, text } of vectors.notes) {
    for (const vkey of vkeys) {
      assert.equal(await openNote(note, await parseVkey(vkey)), text);
    }
  }
});

test("a checkpoint of a real log is opened", async () => {
  const { note, vkeys, checkpoint } = vectors.notes[1];
  const { origin, size, root } = await openCheckpoint(note, await parseVkey(vkeys[0]));
  assert.deepEqual({ origin, size, root: encodeHex(root) }, checkpoint);
  await failsWith("unsigned", openCheckpoint(note, await parseVkey(vkeys[3])));
});

test("our own checkpoint is opened, with the key of the log and of its witness", async () => {
  const verifier = await parseVkey(receipts.vkey);
  const { size, root } = await openCheckpoint(receipts.checkpoint, verifier);
  assert.deepEqual([size, encodeHex(root)], [receipts.size, receipts.root]);
  await openNote(receipts.checkpoint, await parseVkey(receipts.witness.vkey));
});

test("keys are read, and mistyped ones refused", async () => {
  for (const { vkey, name, kind } of vectors.vkeys) {
    const verifier = await parseVkey(vkey);
    assert.deepEqual([verifier.name, verifier.kind], [name, kind]);
  }
  for (const { vkey } of vectors.bad_vkeys) {
    await failsWith("malformed", parseVkey(vkey));
  }
});

test("a malformed note is refused", async () => {
  for (const { note } of vectors.bad_notes) {
    await failsWith("unsigned", openNote(note, peter));
  }
});

test("a malformed checkpoint is refused", async () => {
  const root = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=";
  const texts = [
    `origin\n5\n${root}\nextension\n`,
    `\n5\n${root}\n`,
    `origin\n05\n${root}\n`,
    `origin\n-5\n${root}\n`,
    `origin\n٥\n${root}\n`,
    `origin\n9007199254740992\n${root}\n`,
    `origin\n5\n${root.slice(0, -1)}\n`,
    "origin\n5\nAAEC\n",
  ];
  for (const text of texts) {
    await failsWith(
      "unsigned",
      Promise.resolve().then(() => unpackCheckpoint(text)),
    );
  }
  assert.equal(unpackCheckpoint(`origin\n5\n${root}\n`).size, 5);
});

test("no letter of a note or of its only signature can be changed", async () => {
  const { note } = vectors.notes[0];
  for (const at of note.split("").keys()) {
    const letter = note[at] === "x" ? "y" : "x";
    await failsWith("unsigned", openNote(note.slice(0, at) + letter + note.slice(at + 1), peter));
  }
});

test("a note has at most a hundred signatures and a million letters", async () => {
  const { note } = vectors.notes[0];
  const line = note.slice(note.indexOf("—"));
  assert.equal(parseNote(note + line.repeat(99)).signatures.length, 100);
  await openNote(note + line, peter);
  await failsWith("unsigned", openNote(note + line.repeat(100), peter));
  await failsWith("unsigned", openNote("x".repeat(1_000_000) + note, peter));
});

test("a browser without WebCrypto says so", async (context) => {
  const [vkey] = vectors.notes[0].vkeys;
  context.mock.getter(globalThis, "crypto", () => undefined);
  await failsWith("unsupported", parseVkey(vkey));
});
