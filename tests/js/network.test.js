/** "Check this network": the plan, the bets, the verdict and the words, without a network. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { payoff, wealthOf } from "../../src/sawtna/checks/static/checks/network/betting.js";
import { patienceFor } from "../../src/sawtna/checks/static/checks/network/measure.js";
import { armsOf, blockOf, NEUTRAL, sizeFor } from "../../src/sawtna/checks/static/checks/network/plan.js";
import { wayOf } from "../../src/sawtna/checks/static/checks/network/relay.js";
import { headlineOf, reasonsOf, rowsOf } from "../../src/sawtna/checks/static/checks/network/report.js";
import { addressOf, answerOf } from "../../src/sawtna/checks/static/checks/network/sdp.js";
import { conclude, wantsBlock, wantsSound } from "../../src/sawtna/checks/static/checks/network/verdict.js";
import { readVectors } from "./vectors.js";

const SENTENCES = readFileSync(
  new URL("../../src/sawtna/checks/templates/checks/parts/network_sentences.html", import.meta.url),
  "utf8",
);
const OPENED = {
  neutral: Array.from({ length: 60 }, (_, place) => 20_000 + place),
  voice: [1400, 3478, 5060, 7985],
};

/** Dice that always fall the same way. */
function steadyDice(seed) {
  let state = seed;
  return () => {
    state = (state * 1_103_515_245 + 12_345) % 2 ** 31;
    return state / 2 ** 31;
  };
}

/** What becomes of one order: the share of its packets that comes back, and what the far end sees of it. */
function fly(order, { share = 1, arrives = true, hello = true, sent = 10, trip = 60 }) {
  const answered = Math.round(sent * share);
  const connected = answered > 0;
  const times = connected ? { ms: 2 * trip, trip } : { ms: 0, trip: 0 };
  const seen = arrives ? [[order.number, [sent, connected && hello ? 4 : 0, 0]]] : [];
  return { tried: { ...order, connected, sent, answered, ...times }, seen };
}

/** A run over a network that does with each order what `fate` says. */
function runOver(fate, { blocks = 8, ...more } = {}) {
  const dice = steadyDice(blocks + 5);
  const orders = Array.from({ length: blocks }, (_, block) =>
    blockOf(block, OPENED, sizeFor(50), dice),
  ).flat();
  const flown = orders.map((order) => fly(order, fate(order)));
  const [tried, seen] = [flown.map((one) => one.tried), new Map(flown.flatMap((one) => one.seen))];
  const echo = { isOpen: true, sent: 80, got: 80, trips: Array(80).fill(60) };
  const reached = ["neutral", "3478", "7985", "1400"];
  return { tried, sounded: [], afterwards: [], echo, seen, reached, isWell: true, isWebAlive: true, ...more };
}

/** What is said of a run. */
function told(run, relays = []) {
  const result = { call: {}, run, relays, verdict: conclude(run), seconds: 5 };
  return { ...result, reasons: reasonsOf(result), rows: rowsOf(result) };
}

test("bets pay the same as in Python", () => {
  const vectors = readVectors("betting");
  for (const one of vectors.payoffs) {
    assert.ok(Math.abs(payoff(one.arm, one.controls) - one.payoff) < 1e-9);
  }
  for (const run of vectors.runs) {
    const { now, highest } = wealthOf(run.blocks);
    assert.ok(Math.abs(now / run.now - 1) < 1e-9 && Math.abs(highest / run.highest - 1) < 1e-9);
  }
});

test("a block has controls and ports of calls in a random order, and never a port that browsers refuse", () => {
  const places = new Map();
  for (let block = 0; block < 600; block++) {
    const orders = blockOf(block, OPENED, sizeFor(50), Math.random);
    assert.deepEqual(orders.map((one) => one.arm).sort(), [
      NEUTRAL,
      NEUTRAL,
      NEUTRAL,
      "port:1400",
      "port:3478",
      "port:7985",
    ]);
    const place = orders.findIndex((one) => one.arm === "port:3478");
    places.set(place, (places.get(place) ?? 0) + 1);
  }
  assert.equal(places.size, 6);
  assert.ok([...places.values()].every((count) => count > 50));
  assert.ok(!armsOf(OPENED.voice, sizeFor(50)).includes(5060));
});

test("numbers of tries are all different, and a slow network is asked for less", () => {
  const numbers = [0, 1, 2].flatMap((block) =>
    blockOf(block, OPENED, sizeFor(50), Math.random).map((one) => one.number),
  );
  assert.equal(new Set(numbers).size, numbers.length);
  assert.equal(blockOf(0, OPENED, sizeFor(900), Math.random).length, 2);
});

test("a good network is found good, and after enough blocks nothing more is asked", () => {
  const { verdict, rows, reasons } = told(runOver(() => ({})));
  assert.equal(verdict.verdict, "not_blocked");
  assert.ok(rows.every((row) => row.state === "open"));
  assert.deepEqual(reasons, []);
  assert.ok(
    !wantsBlock(
      runOver(() => ({})),
      8,
    ),
  );
  assert.ok(
    wantsBlock(
      runOver(() => ({}), { blocks: 3 }),
      3,
    ),
  );
});

test("a port that is shut is named, and only that", () => {
  const { verdict, reasons, rows } = told(
    runOver(({ port }) => (port === 3478 ? { share: 0, arrives: false } : {})),
  );
  assert.deepEqual([verdict.verdict, verdict.causes], ["blocked", ["port:3478"]]);
  assert.ok(verdict.odds > 600);
  assert.deepEqual(reasons[0], { code: "cause-port", slots: { port: "3478" } });
  assert.equal(rows.find((row) => row.label.slots.port === "3478").state, "blocked");
  assert.equal(headlineOf(verdict), "some");
});

test("a port that nobody outside has ever reached accuses nobody", () => {
  const run = runOver(({ port }) => (port === 3478 ? { share: 0, arrives: false } : {}), {
    reached: ["neutral"],
  });
  const { verdict, reasons } = told(run);
  assert.deepEqual([verdict.verdict, verdict.doubted], ["not_blocked", ["port:3478"]]);
  assert.equal(reasons[0].code, "doubted");
});

test("a port to which half of the packets are lost makes calls worse", () => {
  const run = runOver(({ port }) => (port === 7985 ? { share: 0.6 } : {}));
  const { verdict, reasons } = told(run);
  assert.deepEqual([verdict.verdict, verdict.causes], ["degraded", ["port:7985"]]);
  assert.equal(reasons[0].code, "cause-port-worse");
});

test("silence everywhere is a block, with its direction, where the page lives", () => {
  const dead = () => ({ share: 0, arrives: false });
  assert.deepEqual(told(runOver(dead)).verdict.causes, ["udp_or_stun"]);
  assert.equal(told(runOver(dead)).reasons[0].code, "cause-udp-up");
  assert.equal(told(runOver(() => ({ share: 0 }))).reasons[0].code, "cause-udp-down");
  assert.equal(told(runOver(dead, { seen: null })).reasons[0].code, "cause-udp");
  assert.ok(!wantsBlock(runOver(dead, { blocks: 6 }), 6));
});

test("silence is no block where the page died, where the far end is unwell, or where nobody ever reached it", () => {
  const dead = () => ({ share: 0, arrives: false });
  for (const [more, reason] of [
    [{ isWebAlive: false }, "gone"],
    [{ isWell: false }, "unreached"],
    [{ reached: ["3478"] }, "unreached"],
  ]) {
    const { verdict } = told(runOver(dead, more));
    assert.deepEqual([verdict.verdict, verdict.reason], ["inconclusive", reason]);
  }
});

test("one port that passes where all others are dead is named", () => {
  const run = runOver(({ port }) => (port === 3478 ? {} : { share: 0, arrives: false }));
  assert.deepEqual(conclude(run).causes, ["udp_except:3478"]);
});

test("encryption that never begins is a block of its own", () => {
  const { verdict, rows } = told(runOver(() => ({ hello: false })));
  assert.deepEqual([verdict.verdict, verdict.causes], ["blocked", ["dtls"]]);
  assert.equal(rows.find((row) => row.label.code === "arm-dtls").state, "blocked");
  assert.equal(conclude(runOver(() => ({ hello: false }), { seen: null })).verdict, "not_blocked");
});

/** A run in which six calls sent sound, of which a share arrived. */
function withSound(share, { rounds = 2, afterwards = true } = {}) {
  const run = runOver(() => ({}));
  for (let number = 192; number < 192 + 3 * rounds; number++) {
    run.sounded.push({ number, isKeyed: true, sent: 80 });
    run.seen.set(number, [3, 1, Math.round(80 * share)]);
  }
  run.afterwards = run.tried.slice(0, 6).map((one) => ({ ...one, connected: afterwards }));
  return run;
}

test("sound that is cut in each call is a block; less is not, nor where calls no longer stand afterwards", () => {
  const { verdict, rows } = told(withSound(0.03));
  assert.deepEqual([verdict.verdict, verdict.causes], ["blocked", ["sound"]]);
  assert.equal(rows.find((row) => row.label.code === "arm-sound").state, "blocked");
  assert.equal(conclude(withSound(0.5)).verdict, "not_blocked");
  assert.equal(conclude(withSound(0.03, { rounds: 1 })).verdict, "not_blocked");
  assert.equal(conclude(withSound(0.03, { afterwards: false })).verdict, "not_blocked");
});

test("sound is tried where calls stand, and a second time only where it was cut", () => {
  assert.ok(
    wantsSound(
      runOver(() => ({})),
      0,
    ),
  );
  assert.ok(
    !wantsSound(
      runOver(() => ({ share: 0 })),
      0,
    ),
  );
  assert.ok(wantsSound(withSound(0.03, { rounds: 1 }), 1));
  assert.ok(!wantsSound(withSound(0.9, { rounds: 1 }), 1));
});

test("loss and delay of all packets are told without accusing anybody", () => {
  const lossy = told(runOver(() => ({ share: 0.5 })));
  assert.deepEqual([lossy.verdict.verdict, headlineOf(lossy.verdict)], ["inconclusive", "lossy"]);
  const late = told(runOver(() => ({ trip: 700 })));
  assert.deepEqual([late.verdict.verdict, headlineOf(late.verdict)], ["inconclusive", "late"]);
  const echo = { isOpen: true, sent: 80, got: 80, trips: [...Array(60).fill(60), ...Array(20).fill(900)] };
  assert.equal(told(runOver(() => ({ share: 0.5 }), { echo })).verdict.verdict, "not_blocked");
});

test("a browser that was not allowed to send accuses nobody", () => {
  const { verdict, reasons } = told(runOver(() => ({ share: 0, sent: 0, arrives: false })));
  assert.equal(verdict.verdict, "unable");
  assert.ok(
    !wantsBlock(
      runOver(() => ({ share: 0, sent: 0, arrives: false }), { blocks: 2 }),
      2,
    ),
  );
  assert.deepEqual(
    reasons.map(({ code }) => code),
    ["reason-unable"],
  );
});

test("a network that treats all alike, however badly, is accused of a port less than once in a hundred runs", () => {
  let accused = 0;
  for (let run = 0; run < 400; run++) {
    const dice = steadyDice(run * 7919 + 1);
    const bad = Array.from({ length: 12 }, () => dice());
    const found = conclude(
      runOver(({ block }) => ({ share: dice() < bad[block] ? 0.2 : 1, arrives: dice() < 0.9 }), {
        blocks: 12,
      }),
    );
    accused += Number(["blocked", "degraded"].includes(found.verdict));
  }
  assert.ok(accused <= 4, `${accused} of 400`);
});

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
