/**
 * Signed notes and checkpoints (C2SP signed-note, tlog-checkpoint, tlog-cosignature), verified by WebCrypto's Ed25519 or, where the
 * browser has none, by a library that is loaded then.
 * Mirrors ledger/core/note.py and checkpoint.py: signatures of unknown keys are ignored, a wrong one of a known key
 * refuses the note.
 */

import { encodeHex, joinBytes, parseBase64 } from "./encoding.js";
import { CheckError } from "./errors.js";
import { HASH_BYTES, sha256, webCrypto } from "./merkle.js";

/** @typedef {import("./encoding.js").Bytes} Bytes */
/** @typedef {(signature: Bytes, message: Bytes) => Promise<boolean>} Verify */
/** @typedef {{ vkey: string, name: string, kind: number, keyId: string, verify: Verify }} Verifier */
/** @typedef {{ name: string, keyId: string, blob: Bytes }} NoteSignature */
/** @typedef {{ text: string, signatures: NoteSignature[] }} Note */
/** @typedef {{ origin: string, size: number, root: Bytes }} Checkpoint */

export const ED25519 = 0x01;
export const COSIGNATURE = 0x04;
const MAX_NOTE_LENGTH = 1_000_000;
const MAX_SIGNATURES = 100;

// biome-ignore lint/suspicious/noControlCharactersInRegex: a note may have no control character but newline
const UNFIT = /[\u0000-\u0009\u000b-\u001f]|\p{Surrogate}/u;

/**
 * Read `<name>+<key ID in hex>+<Base 64 of type and key>`; "unsupported" where the browser has no WebCrypto.
 * @param {string} vkey
 * @returns {Promise<Verifier>}
 */
export async function parseVkey(vkey) {
  const [, name, keyId, key] = /^([^+]*)\+([^+]*)\+(.*)$/su.exec(vkey) ?? [];
  if (name === undefined || keyId === undefined || key === undefined || !isName(name)) {
    throw new CheckError("malformed", `got ${vkey.slice(0, 80)}, expected a key: name+8 hex digits+Base 64`);
  }
  const data = parseBase64(key);
  const kind = data[0] ?? 0;
  const publicKey = data.slice(1);
  if ((kind !== ED25519 && kind !== COSIGNATURE) || publicKey.length !== 32) {
    throw new CheckError("malformed", `got a key of type ${kind}, expected Ed25519`);
  }
  const digest = await sha256(joinBytes(new TextEncoder().encode(`${name}\n`), data));
  if (encodeHex(digest.slice(0, 4)) !== keyId) {
    throw new CheckError("malformed", `got key ID ${keyId.slice(0, 16)}, expected that of the key`);
  }
  return { vkey, name, kind, keyId, verify: await verifyBy(publicKey) };
}

/**
 * Split a note into its text and its signatures, none of them verified.
 * @param {string} note
 * @returns {Note}
 */
export function parseNote(note) {
  const gap = note.lastIndexOf("\n\n");
  if (note.length > MAX_NOTE_LENGTH || gap < 0 || !note.endsWith("\n") || UNFIT.test(note)) {
    throw new CheckError("unsigned", "got a malformed note, expected text, an empty line and signatures");
  }
  const lines = note.slice(gap + 2, -1).split("\n");
  if (lines.length > MAX_SIGNATURES) {
    throw new CheckError("unsigned", `got ${lines.length} signatures, expected at most ${MAX_SIGNATURES}`);
  }
  return { text: note.slice(0, gap + 1), signatures: lines.map(parseSignature) };
}

/**
 * The text of `note`, if `verifier` signed it.
 * @param {string} note
 * @param {Verifier} verifier
 * @returns {Promise<string>}
 */
export async function openNote(note, verifier) {
  return (await openNoteBy(note, [verifier])).text;
}

/**
 * The text of `note` and which of these keys signed it; at least one must have, and none wrongly.
 * @param {string} note
 * @param {readonly Verifier[]} verifiers
 * @returns {Promise<{ text: string, signers: Verifier[] }>}
 */
export async function openNoteBy(note, verifiers) {
  const { text, signatures } = parseNote(note);
  const signers = new Set();
  for (const { name, keyId, blob } of signatures) {
    const verifier = verifiers.find((one) => one.name === name && one.keyId === keyId);
    if (verifier && !(await verifies(verifier, text, blob))) {
      throw new CheckError("unsigned", `got a wrong signature of ${name}, expected one over this text`);
    }
    signers.add(verifier);
  }
  signers.delete(undefined);
  if (signers.size === 0) {
    throw new CheckError("unsigned", `got no signature of ${verifiers[0]?.name}, expected one`);
  }
  return { text, signers: [...signers] };
}

/**
 * The checkpoint in `note`, if the log whose key `verifier` is signed it.
 * @param {string} note
 * @param {Verifier} verifier
 * @returns {Promise<Checkpoint>}
 */
export async function openCheckpoint(note, verifier) {
  const checkpoint = unpackCheckpoint(await openNote(note, verifier));
  if (checkpoint.origin !== verifier.name) {
    throw new CheckError("unsigned", `got a checkpoint of ${checkpoint.origin}, expected ${verifier.name}`);
  }
  return checkpoint;
}

/**
 * @param {string} text three lines: origin, size, root
 * @returns {Checkpoint}
 */
export function unpackCheckpoint(text) {
  const [, origin, size, root] = /^([^\n]+)\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n$/u.exec(text) ?? [];
  const number = Number(size);
  if (origin === undefined || root === undefined || !Number.isSafeInteger(number)) {
    throw new CheckError("unsigned", "got a malformed checkpoint, expected origin, size and root");
  }
  const bytes = parseBase64(root);
  if (bytes.length !== HASH_BYTES) {
    throw new CheckError("unsigned", `got a root of ${bytes.length} bytes, expected ${HASH_BYTES}`);
  }
  return { origin, size: number, root: bytes };
}

/**
 * @param {Verifier} verifier
 * @param {string} text
 * @param {Bytes} blob
 * @returns {Promise<boolean>}
 */
async function verifies(verifier, text, blob) {
  let message = new TextEncoder().encode(text);
  let signature = blob;
  if (verifier.kind === COSIGNATURE) {
    if (blob.length !== 72 || (blob[0] ?? 0) > 127) {
      return false; // a time is below 2**63 (tlog-cosignature, "Format")
    }
    const time = new DataView(blob.buffer, blob.byteOffset, 8).getBigUint64(0);
    message = new TextEncoder().encode(`cosignature/v1\ntime ${time}\n${text}`);
    signature = blob.slice(8);
  }
  return verifier.verify(signature, message);
}

/**
 * What verifies under this key. Whatever WebCrypto refuses to do goes to the library, which says no to a key that is none.
 * @param {Bytes} publicKey
 * @returns {Promise<Verify>}
 */
async function verifyBy(publicKey) {
  const subtle = webCrypto();
  /** @type {Verify} */
  const otherwise = async (...signed) => (await import("./ed25519.js")).verify(publicKey, ...signed);
  return subtle.importKey("raw", publicKey, "Ed25519", false, ["verify"]).then(
    (key) =>
      (...signed) =>
        subtle.verify("Ed25519", key, ...signed).catch(() => otherwise(...signed)),
    () => otherwise,
  );
}

/**
 * @param {string} line
 * @returns {NoteSignature}
 */
function parseSignature(line) {
  const [, name, signature] = /^\u2014 ([^ ]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  if (name === undefined || signature === undefined || !isName(name)) {
    throw new CheckError("unsigned", "got a malformed line, expected a signature");
  }
  const data = readSignature(signature);
  return { name, keyId: encodeHex(data.slice(0, 4)), blob: data.slice(4) };
}

/**
 * @param {string} signature
 * @returns {Bytes}
 */
function readSignature(signature) {
  try {
    const data = parseBase64(signature);
    if (data.length > 4) {
      return data;
    }
  } catch {
    // said below
  }
  throw new CheckError("unsigned", "got a malformed signature, expected Base 64");
}

/**
 * A key name is not empty and has neither Unicode space nor plus.
 * @param {string} name
 * @returns {boolean}
 */
function isName(name) {
  return name !== "" && !/[\s+\p{White_Space}]/u.test(name) && !UNFIT.test(name);
}
