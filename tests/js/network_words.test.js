/** "Check this network": what is said of a run, and that each sentence stands in the page. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { patienceFor } from "../../src/sawtna/checks/static/checks/network/measure.js";
import { wayOf } from "../../src/sawtna/checks/static/checks/network/relay.js";
import { addressOf, answerOf } from "../../src/sawtna/checks/static/checks/network/sdp.js";
import { runOver, told } from "./network_on_paper.js";

const SENTENCES = readFileSync(
  new URL("../../src/sawtna/checks/templates/checks/parts/network_sentences.html", import.meta.url),
  "utf8",
);

test("a WebSocket that did not open is told and accuses nobody; a relay that answers is offered", () => {
  const echo = { isOpen: false, sent: 0, got: 0, trips: [] };
  const run = runOver(() => ({ share: 0, arrives: false }), { echo });
  const codes = told(run, [{ way: "tls", answer: "open" }]).reasons.map(({ code }) => code);
  assert.deepEqual(codes, ["cause-udp-up", "no-socket", "relay-helps", "anyone"]);
});

test("a relay that does not answer accuses nobody, and neither does one that refuses", () => {
  const said = (...answers) => {
    const relays = answers.map((answer, place) => ({ way: ["udp", "tcp", "tls"][place], answer }));
    const { verdict, reasons, rows } = told(
      runOver(() => ({})),
      relays,
    );
    assert.equal(verdict.verdict, "not_blocked");
    assert.deepEqual(
      rows.filter((row) => row.label.code.startsWith("arm-relay")).map((row) => row.state),
      answers,
    );
    return reasons.map(({ code }) => code);
  };
  assert.deepEqual(said(), []);
  assert.deepEqual(said("open", "open", "open"), []);
  assert.deepEqual(said("silent", "silent", "silent"), ["relay-silent"]);
  assert.deepEqual(said("silent", "open", "open"), ["relay-partly"]);
  assert.deepEqual(said("refused", "refused"), ["relay-refused"]);
  assert.deepEqual(said("silent", "refused"), ["relay-refused", "relay-partly"]);
});

test("each sentence that can be said stands in the page", () => {
  const said = new Set([
    "verdict-not_blocked",
    "verdict-blocked",
    "verdict-degraded",
    "verdict-inconclusive",
  ]);
  for (const word of ["unable", "no_far_end", "busy", "fault"]) {
    said.add(`verdict-${word}`).add(`reason-${word}`);
  }
  for (const code of [
    "verdict-lossy",
    "verdict-some",
    "verdict-late",
    "reason-lossy",
    "reason-late",
    "reason-old",
    "reason-unsteady",
  ]) {
    said.add(code);
  }
  for (const code of [
    "reason-gone",
    "reason-unreached",
    "cause-udp_except",
    "cause-port",
    "cause-port-worse",
    "cause-dtls",
    "cause-sound",
    "arm-sound",
  ]) {
    said.add(code);
  }
  for (const code of [
    "cause-udp",
    "cause-udp-up",
    "cause-udp-down",
    "doubted",
    "no-socket",
    "relay-helps",
    "relay-silent",
    "relay-partly",
    "relay-refused",
    "state-silent",
    "state-refused",
    "anyone",
    "reason-copy",
    "sent",
  ]) {
    said.add(code);
  }
  for (const way of ["udp", "tcp", "tls"]) {
    said.add(`arm-relay-${way}`);
  }
  for (const one of [
    "arm-neutral",
    "arm-port",
    "arm-dtls",
    "arm-web",
    "state-open",
    "state-blocked",
    "state-degraded",
  ]) {
    said.add(one);
  }
  said.add("state-unknown");
  const there = new Set([...SENTENCES.matchAll(/data-say="([^"]+)"/g)].map(([, code]) => code));
  assert.deepEqual(
    [...said].filter((code) => !there.has(code)),
    [],
  );
  assert.deepEqual(
    [...there].filter((code) => !said.has(code)),
    [],
  );
});

test("the far end's half of a connection names it, its password and one address", () => {
  const sdp = answerOf({ name: "abcdefgh", password: "secret" }, 17, "203.0.113.5", 3478);
  assert.ok(sdp.includes("a=ice-ufrag:abcdefgh17\r\n"));
  assert.ok(sdp.includes(" 203.0.113.5 3478 typ host\r\n"));
  assert.equal(addressOf(["2001:db8::5", "203.0.113.5"]), "203.0.113.5");
  assert.equal(addressOf(["2001:db8::5"]), "2001:db8::5");
});

test("patience follows the network within bounds", () => {
  const stood = (ms) => ({ connected: true, ms });
  assert.equal(patienceFor([], 20), 1000);
  assert.equal(patienceFor([], 5000), 3000);
  assert.equal(patienceFor([stood(40), stood(50), stood(60)], 20), 500);
  assert.equal(patienceFor([stood(400), stood(500), stood(900)], 300), 1800);
});

test("a relay is known by how it is reached", () => {
  assert.deepEqual(
    ["turn:a:3478?transport=udp", "turn:a:3478?transport=tcp", "turns:a:443?transport=tcp", "turn:a"].map(
      wayOf,
    ),
    ["udp", "tcp", "tls", "udp"],
  );
});
