/** A small log with keys of its own: its files, and checkpoints of any size with the signatures that a test wants. */

import { encodeHex, formatBase64, joinBytes } from "../../src/sawtna/ledger/static/ledger/encoding.js";
import { CheckError } from "../../src/sawtna/ledger/static/ledger/errors.js";
import { leafHash, rangeRoot, sha256 } from "../../src/sawtna/ledger/static/ledger/merkle.js";
import { bundlePath, readTiles, tilePath } from "../../src/sawtna/ledger/static/ledger/tiles.js";

const ascii = (text) => new TextEncoder().encode(text);

/** A key of a log (type 1) or a witness (type 4): its text and how it signs. */
export async function keyOf(name, kind) {
  const pair = await crypto.subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const data = joinBytes(
    Uint8Array.of(kind),
    new Uint8Array(await crypto.subtle.exportKey("raw", pair.publicKey)),
  );
  const id = (await sha256(joinBytes(ascii(`${name}\n`), data))).slice(0, 4);
  return {
    vkey: `${name}+${encodeHex(id)}+${formatBase64(data)}`,
    async line(text, time = 1_456_660_800) {
      const stamp = new Uint8Array(kind === 4 ? 8 : 0);
      const message = kind === 4 ? `cosignature/v1\ntime ${time}\n${text}` : text;
      if (kind === 4) {
        new DataView(stamp.buffer).setBigUint64(0, BigInt(time));
      }
      const signature = new Uint8Array(await crypto.subtle.sign("Ed25519", pair.privateKey, ascii(message)));
      return `— ${name} ${formatBase64(joinBytes(id, stamp, signature))}\n`;
    },
  };
}

/** A log over these entries (fewer than 65,536): `files` of its tree at any size, and signed checkpoints. */
export async function logOf(name, entries, key) {
  const leaves = await Promise.all(entries.map(leafHash));

  function read(size) {
    return async (path) => {
      const found = fileOf(path, size);
      if (found === undefined) {
        throw new CheckError("missing", `got no ${path}, expected one`);
      }
      return found;
    };
  }

  function fileOf(path, size) {
    for (let number = 0; number * 256 < size; number++) {
      const width = Math.min(256, size - number * 256);
      const part = [number * 256, number * 256 + width];
      if (path === tilePath(0, number, width)) {
        return joinBytes(...leaves.slice(...part));
      }
      if (path === bundlePath(number, width)) {
        return joinBytes(
          ...entries.slice(...part).flatMap((one) => [Uint8Array.of(one.length >> 8, one.length & 255), one]),
        );
      }
    }
    return upper.get(path);
  }

  /** @type {Map<string, Uint8Array>} tiles of level 1 */
  const upper = new Map();
  const whole = [];
  for (let number = 0; (number + 1) * 256 <= leaves.length; number++) {
    const { node } = readTiles(read(leaves.length), leaves.length);
    whole.push(await rangeRoot(number * 256, 256, (level, index) => climb(node, level, index)));
    upper.set(tilePath(1, 0, whole.length), joinBytes(...whole));
  }

  /** Node of level 8 out of its two halves, as there is no tile of level 1 yet. */
  async function climb(node, level, index) {
    const { nodeHash } = await import("../../src/sawtna/ledger/static/ledger/merkle.js");
    return level < 8 ? node(level, index) : nodeHash(await node(7, index * 2), await node(7, index * 2 + 1));
  }

  return {
    leaves,
    async note(size, ...witnesses) {
      const root = await rangeRoot(0, size, readTiles(read(size), size).node);
      const text = `${name}\n${size}\n${formatBase64(root)}\n`;
      const lines = await Promise.all([key, ...witnesses].map((one) => one.line(text)));
      return `${text}\n${lines.join("")}`;
    },
    /** Gives the files at that size, with this checkpoint; `changed` has other files by path. */
    reading(size, note, changed = {}) {
      const files = read(size);
      return async (path) => changed[path] ?? (path === "checkpoint" ? ascii(note) : files(path));
    },
  };
}
