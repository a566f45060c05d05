/**
 * The ballot and the issuer's key as the book has them, proven under its signed checkpoint before anything is blinded (memo trust 6.4).
 */

import { CheckError } from "../../ledger/errors.js";
import { inclusionPath, leafHash, verifyInclusion } from "../../ledger/merkle.js";
import { openCheckpoint, parseVkey } from "../../ledger/note.js";
import { readTiles } from "../../ledger/tiles.js";

/**
 * What the page says: the log's key, the ballot's entry, and the entry of the key for one voucher kind.
 * @typedef {{ vkey: string, ballot: number, key: number, kind: string }} Named
 * What the book says.
 * @typedef {{ leaf: Uint8Array<ArrayBuffer>, ballot: any, key: import("./token.js").IssuerKey }} Proven
 */

/**
 * Throws CheckError when one of them is not in the book, or is of another ballot or kind than the page says.
 * @param {Named} named
 * @param {import("../../ledger/tiles.js").Read} read gives files of the log
 * @returns {Promise<Proven>}
 */
export async function proveKey(named, read) {
  const verifier = await parseVkey(named.vkey);
  const note = new TextDecoder().decode(await read("checkpoint"));
  const { size, root } = await openCheckpoint(note, verifier);
  const tiles = readTiles(read, size);

  /** @param {number} index */
  async function entryAt(index) {
    const bytes = await tiles.entry(index);
    const leaf = await leafHash(bytes);
    await verifyInclusion(index, size, leaf, await inclusionPath(index, size, tiles.node), root);
    return { leaf, body: JSON.parse(new TextDecoder().decode(bytes)) };
  }

  const ballot = await entryAt(named.ballot);
  const key = await entryAt(named.key);
  const { b, issuer, kind, n, kid } = key.body;
  const fits = key.body.k === "key" && b === named.ballot && issuer === "site" && kind === named.kind;
  if (!fits || ballot.body.k !== "ballot") {
    throw new CheckError(
      "altered",
      "got another entry than a key of this ballot, expected the key that the page names",
    );
  }
  return { leaf: ballot.leaf, ballot: ballot.body, key: { index: named.key, ballot: b, kind, n, kid } };
}
