/** The button "check in this browser": what it fetches, what it says, and that trouble is said too. */

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";
import { OUTCOMES, offerChecks } from "../../src/sawtna/ledger/static/ledger/check.js";
import { pageOf, sectionOf } from "./page.js";
import { readVectors } from "./vectors.js";

const log = readVectors("receipt");
const served = { ...log.files, checkpoint: Buffer.from(log.checkpoint).toString("base64") };
const [, receipt] = log.receipts;
const entry = Buffer.from(receipt.entry, "base64").toString();

/** What was asked for, in order. */
let asked = [];
/** Serves the log of the vectors under https://sawtna.example/log/, with some answers changed. */
let answers = {};

globalThis.fetch = async (address, options) => {
  asked.push({ address: String(address), ...options });
  const path = String(address).replace("https://sawtna.example/log/", "");
  if (path in answers) {
    return answers[path]();
  }
  return path in served
    ? new Response(Buffer.from(served[path], "base64"))
    : new Response("", { status: 404 });
};

beforeEach(() => {
  asked = [];
  answers = {};
});

/** A section about the second entry of the log, on a page that has offered its checks. */
function offered(changes = {}, options = {}) {
  const dataset = { logUrl: "/log/", vkey: log.vkey, index: "1", entryLeaf: receipt.leaf, ...changes };
  const section = sectionOf(dataset, { shown: entry, outcomes: OUTCOMES, ...options });
  offerChecks(pageOf(section));
  return section;
}

/** The state of a section after its button was pressed. */
async function pressed(section) {
  await section.button.press();
  return section.dataset.checkState;
}

test("the button appears only where JavaScript runs", () => {
  assert.equal(offered().button.hidden, false);
});

test("an entry that is in the log passes, in the digits of the page", async () => {
  const section = offered();
  assert.equal(await pressed(section), "passed");
  const [index, size, root] = section.outcome.children.map((child) => child.textContent);
  assert.equal(index, new Intl.NumberFormat("ar").format(1));
  assert.equal(size, new Intl.NumberFormat("ar").format(259));
  assert.equal(root, log.root);
});

test("nothing of who reads goes to the log, and the checkpoint is fresh", async () => {
  await pressed(offered());
  assert.ok(
    asked.every(
      ({ credentials, referrerPolicy }) => credentials === "omit" && referrerPolicy === "no-referrer",
    ),
  );
  assert.deepEqual(
    asked.map(({ address, cache }) => [address, cache]),
    [
      ["https://sawtna.example/log/checkpoint", "no-cache"],
      ["https://sawtna.example/log/tile/entries/000", "default"],
      ["https://sawtna.example/log/tile/0/001.p/3", "default"],
      ["https://sawtna.example/log/tile/0/000", "default"],
    ],
  );
});

test("a section without the entry's text checks its leaf alone", async () => {
  assert.equal(await pressed(offered({}, { shown: undefined })), "passed");
});

test("a page that shows another entry, leaf or index is told so", async () => {
  assert.equal(await pressed(offered({}, { shown: `${entry} ` })), "altered");
  assert.equal(await pressed(offered({ entryLeaf: log.receipts[0].leaf })), "altered");
  assert.equal(await pressed(offered({ index: "2" })), "altered");
  assert.equal(await pressed(offered({ index: "259" })), "early");
});

test("a page with a malformed claim is told so", async () => {
  for (const index of ["", "01", "-1", "1.5", "one", "١"]) {
    assert.equal(await pressed(offered({ index })), "malformed");
  }
  assert.equal(await pressed(offered({ entryLeaf: "xyz" })), "malformed");
  assert.equal(await pressed(offered({ vkey: "key" })), "malformed");
});

test("a browser that cannot check says so before it asks for anything", async (context) => {
  context.mock.getter(globalThis, "crypto", () => undefined);
  assert.equal(await pressed(offered()), "unsupported");
  assert.deepEqual(asked, []);
});

test("without a network the section says so and can be tried again", async () => {
  answers.checkpoint = () => Promise.reject(new TypeError("fetch failed"));
  const section = offered();
  assert.equal(await pressed(section), "unreachable");
  answers = {};
  assert.equal(await pressed(section), "passed");
});

test("a server in trouble, a broken transfer and a missing file are told apart", async () => {
  answers["tile/0/000"] = () => new Response("", { status: 503 });
  assert.equal(await pressed(offered()), "unreachable");
  answers["tile/0/000"] = () => ({
    status: 200,
    ok: true,
    arrayBuffer: () => Promise.reject(new TypeError("cut")),
  });
  assert.equal(await pressed(offered()), "unreachable");
  answers["tile/0/000"] = () => new Response("", { status: 404 });
  assert.equal(await pressed(offered()), "missing");
});

test("a wrong checkpoint and a wrong tile are named", async () => {
  answers.checkpoint = () => new Response(log.checkpoint.replace("259", "300"));
  assert.equal(await pressed(offered()), "unsigned");
  answers = { "tile/0/001.p/3": () => new Response(new Uint8Array(96)) };
  assert.equal(await pressed(offered()), "outside");
});

test("a second press while a check runs does nothing", async () => {
  const section = offered();
  await Promise.all([section.button.press(), section.button.press()]);
  assert.equal(asked.filter(({ address }) => address.endsWith("checkpoint")).length, 1);
});

test("a missing template does not stop the check", async () => {
  assert.equal(await pressed(offered({}, { outcomes: ["working"] })), "passed");
});
