/**
 * The ballot and the issuer's key as the book has them, proven before anything is blinded (memo trust 6.4). The book itself is opened by
 * `openBook`: signed by its log and by enough witnesses, and no other one than this device saw before.
 */

import { CheckError } from "../../ledger/errors.js";

export const OWN_ISSUER = "site"; // the site itself among the issuers of a ballot

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
  const fits = key.body.k === "key" && b === named.ballot && kind === named.kind;
  const isNamed = (ballot.body.issuers ?? [OWN_ISSUER]).includes(issuer);
  if (!fits || !isNamed || !["ballot", "vouching"].includes(ballot.body.k)) {
    throw new CheckError(
      "altered",
      "got another entry than a key of this ballot, expected the key that the page names",
    );
  }
  return { leaf: ballot.leaf, ballot: ballot.body, key: { index: named.key, ballot: b, kind, n, kid } };
}

/**
 * Where another issuer answers, as the book says. Throws CheckError when the entry is of nobody of that name.
 * @param {{ id: string, index: number }} issuer
 * @param {import("../../ledger/trusted.js").Book} book
 * @returns {Promise<string>}
 */
export async function proveAddress({ id, index }, book) {
  const { body } = await read(book, index);
  if (body.k !== "issuer" || body.id !== id) {
    throw new CheckError("altered", "got another entry than the issuer that the page names, expected it");
  }
  return body.url.replace(/\/+$/, "");
}

/**
 * @param {import("../../ledger/trusted.js").Book} book
 * @param {number} index
 */
async function read(book, index) {
  const { leaf, data } = await book.entry(index);
  return { leaf, body: JSON.parse(new TextDecoder().decode(data)) };
}
