/** The book as a device trusts it: enough witnesses, and no other history than it saw before. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { forgetBook, openBook, recallBook } from "../../src/sawtna/ledger/static/ledger/trusted.js";
import { keyOf, logOf } from "./small_log.js";
import { failsWith } from "./vectors.js";

const NAME = "sawtna.example/log";
const [key, one, two] = await Promise.all([
  keyOf(NAME, 1),
  keyOf("witness.example/w1", 4),
  keyOf("witness.example/w2", 4),
]);
const entries = Array.from({ length: 700 }, (_, at) => new TextEncoder().encode(`entry ${at}`));
const log = await logOf(NAME, entries, key);
const other = await logOf(NAME, [...entries.slice(0, 299), new Uint8Array(9), ...entries.slice(300)], key);

/** What a page pins, with these lines behind the log's. */
function pinned(...lines) {
  return { origin: NAME, vkey: key.vkey, policy: [`log ${key.vkey}`, ...lines, ""].join("\n") };
}

const UNWITNESSED = pinned("quorum none");
const BOTH = pinned(
  `witness w1 ${one.vkey}`,
  `witness w2 ${two.vkey}`,
  "group both all w1 w2",
  "quorum both",
);
const FIRST = pinned(`witness w1 ${one.vkey}`, "quorum w1");

/** Opens a log at a size under these witnesses. */
async function open(what, size, page, ...witnesses) {
  return openBook(page, what.reading(size, await what.note(size, ...witnesses)));
}

test("a book that enough witnesses signed is opened, remembered, and proves its entries", async () => {
  await forgetBook(NAME);
  const book = await open(log, 300, BOTH, one, two);
  assert.deepEqual((await book.entry(299)).data, entries[299]);
  const seen = await recallBook(NAME);
  assert.deepEqual([seen?.size, seen?.policy, seen?.note], [300, BOTH.policy, book.note]);
  assert.equal((await open(log, 700, BOTH, one, two)).size, 700);
  assert.equal((await recallBook(NAME))?.size, 700);
});

test("a book with too few signatures is not built on, nor remembered", async () => {
  await forgetBook(NAME);
  await failsWith("unwitnessed", open(log, 300, BOTH, one));
  assert.equal(await recallBook(NAME), undefined);
  await open(log, 300, UNWITNESSED);
});

test("another history is refused, whoever signed it, and what was seen stays", async () => {
  await forgetBook(NAME);
  await open(log, 400, BOTH, one, two);
  await failsWith("forked", open(other, 700, BOTH, one, two));
  await failsWith("forked", open(other, 400, BOTH, one));
  await failsWith("behind", open(log, 399, BOTH, one, two));
  assert.equal((await recallBook(NAME))?.size, 400);
  await open(log, 401, BOTH, one, two);
});

test("another key of the book is another book", async () => {
  await forgetBook(NAME);
  await open(log, 300, UNWITNESSED);
  const stranger = await keyOf(NAME, 1);
  const theirs = await logOf(NAME, entries, stranger);
  const page = { ...UNWITNESSED, vkey: stranger.vkey, policy: `log ${stranger.vkey}\n` };
  await failsWith("forked", open(theirs, 300, page));
});

test("a page cannot talk a device out of its witnesses", async () => {
  await forgetBook(NAME);
  await open(log, 300, BOTH, one, two);
  await failsWith("unwitnessed", open(log, 301, UNWITNESSED));
  await failsWith("unwitnessed", open(log, 301, FIRST, one));
  await open(log, 301, FIRST, one, two);
  await open(log, 302, FIRST, one);
});

test("a checkpoint that the pinned key did not sign is refused", async () => {
  await forgetBook(NAME);
  const stranger = await keyOf(NAME, 1);
  const page = { ...UNWITNESSED, policy: `${UNWITNESSED.policy}log ${stranger.vkey}\n` };
  const theirs = await logOf(NAME, entries, stranger);
  await failsWith("unsigned", open(theirs, 300, page));
  await failsWith("unsigned", open(log, 300, { ...UNWITNESSED, origin: "other.example/log" }));
});

test("a broken file of the tree is no other history", async () => {
  await forgetBook(NAME);
  await open(log, 300, UNWITNESSED);
  const note = await log.note(700);
  const broken = log.reading(700, note, { "tile/0/001": new Uint8Array(8192) });
  await failsWith("outside", openBook(UNWITNESSED, broken));
});
