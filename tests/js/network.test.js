/** "Check this network": the plan, the bets and the verdict, without a network. */

import assert from "node:assert/strict";
import { test } from "node:test";
import { payoff, wealthOf } from "../../src/sawtna/checks/static/checks/network/betting.js";
import { armsOf, blockOf, NEUTRAL, sizeFor } from "../../src/sawtna/checks/static/checks/network/plan.js";
import { headlineOf } from "../../src/sawtna/checks/static/checks/network/report.js";
import { conclude, wantsBlock, wantsSound } from "../../src/sawtna/checks/static/checks/network/verdict.js";
import { OPENED, runOver, steadyDice, told, withSound } from "./network_on_paper.js";
import { readVectors } from "./vectors.js";

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
