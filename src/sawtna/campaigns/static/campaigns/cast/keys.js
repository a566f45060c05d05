/**
 * The ballot and the issuer's key as the book has them, proven before anything is blinded (memo trust 6.4). The book itself is opened by
 * `openBook`: signed by its log and by enough witnesses, and no other one than this device saw before.
 */

import { CheckError } from "../../ledger/errors.js";

/**
 * What the page says: the ballot's entry, and the entry of the key for one voucher kind.
 * @typedef {{ ballot: number, key: number, kind: string }} Named
 * What the book says.
 * @typedef {{ leaf: Uint8Array<ArrayBuffer>, ballot: any, key: import("./token.js").IssuerKey }} Proven
 */

/**
 * Throws CheckError when one of them is not in the book, or is of another ballot or kind than the page says.
 * @param {Named} named
 * @param {import("../../ledger/trusted.js").Book} book
 * @returns {Promise<Proven>}
 */
export async function proveKey(named, book) {
  const ballot = await read(book, named.ballot);
  const key = await read(book, named.key);
  const { b, issuer, kind, n, kid } = key.body;
  const fits = key.body.k === "key" && b === named.ballot && issuer === "site" && kind === named.kind;
  if (!fits || !["ballot", "vouching"].includes(ballot.body.k)) {
    throw new CheckError(
      "altered",
      "got another entry than a key of this ballot, expected the key that the page names",
    );
  }
  return { leaf: ballot.leaf, ballot: ballot.body, key: { index: named.key, ballot: b, kind, n, kid } };
}

/**
 * @param {import("../../ledger/trusted.js").Book} book
 * @param {number} index
 */
async function read(book, index) {
  const { leaf, data } = await book.entry(index);
  return { leaf, body: JSON.parse(new TextDecoder().decode(data)) };
}
