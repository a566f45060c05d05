"""Flows inside TLS on paper: what is said of calls that are cut there, and what is not."""

from __future__ import annotations

import pytest

from sawtna.checks.core.inside_tls import INSIDE, control_sizes, plan_long_streams, read_long_streams
from sawtna.checks.core.meeting import Order
from sawtna.checks.core.observation import Outcome, Streamed
from sawtna.checks.core.verdict import conclude
from sawtna.checks.flows import FLOWS

from tests.checks.paper import Paper

SEED = bytes(32)


def long_streams(screened: float, voice: list[float], controls: list[float]) -> list[Streamed]:
    """Streams of both rounds that lived so many seconds; six is to the end."""

    def one(arm: str, number: int, lived: float) -> Streamed:
        outcome: Outcome = "open" if lived >= 6 else "silent"
        return Streamed(f"long_tls:{arm}", number, 1000.0, 1000.0 + lived * 1000, outcome)

    return [
        *(one("websocket_tls", 0, screened) for _ in range(2)),
        *(one("websocket_tls", 1, lived) for lived in voice),
        *(one("control", 1, lived) for lived in controls),
    ]


def test_a_call_that_is_cut_inside_tls_is_named_with_its_seconds() -> None:
    """Seven calls of the page die at four seconds and no control does: that is said, and the flow is blocked."""
    run = Paper().run()
    run.streamed += long_streams(4.0, [4.1, 3.9, 4.0, 4.2, 4.0], [6.0] * 5)
    verdict = conclude(run)
    assert verdict.causes == ["tls_cut_after_seconds"]
    assert verdict.tls_seconds == pytest.approx(4.0, abs=0.1)
    assert verdict.flows["websocket_tls"] == "blocked"
    assert verdict.flows["turn_tls"] == "open"


@pytest.mark.parametrize(
    ("screened", "voice", "controls"),
    [
        (6.0, [], []),
        (4.0, [], []),
        (4.0, [4.0] * 4 + [6.0], [6.0] * 5),
        (4.0, [4.0] * 5, [6.0] * 4 + [4.0]),
        (4.0, [4.0] * 5, [4.0] * 5),
        (0.2, [0.2] * 5, [6.0] * 5),
        (4.0, [1.2, 2.0, 3.0, 4.0, 5.0], [6.0] * 5),
    ],
)
def test_less_than_that_accuses_nobody(screened: float, voice: list[float], controls: list[float]) -> None:
    """One that lives, one control that dies, all that die, or lives that have nothing in common: no cut is said."""
    run = Paper().run()
    run.streamed += long_streams(screened, voice, controls)
    assert not read_long_streams(run).is_cut
    assert conclude(run).verdict == "not_blocked"


@pytest.mark.parametrize(("name", "cause"), [("turn_tls", "turn"), ("websocket_tls", "websocket")])
def test_small_records_that_are_cut_are_named(name: str, cause: str) -> None:
    """Where only the sizes and times of a call differ from those of controls and it is cut, that is the cause."""
    paper = Paper(streams={f"inside:{name}": "reset"})
    run = paper.run()
    for block in range(6, 9):
        run.streamed += paper._streams(block)
    verdict = conclude(run)
    assert verdict.causes == [f"tls_signature:{cause}"]
    assert verdict.flows[name] == "blocked"


def test_where_no_tls_gets_through_nothing_is_said_of_flows_inside() -> None:
    """Arms and controls alike are silent: the state is unknown, and no cause is named."""
    verdict = conclude(
        Paper(streams=dict.fromkeys(("inside:control", *map("inside:{}".format, INSIDE)), "silent")).run()
    )
    assert not verdict.causes
    assert all(verdict.flows[name] == "unknown" for name in INSIDE)


@pytest.mark.parametrize("name", INSIDE)
def test_a_control_has_as_many_bytes(name: str) -> None:
    """Each way the control carries what the flow carries, in fewer records."""
    order = Order(7, name, 443, 12)
    made = list(order.exchanges(SEED, FLOWS[name]))
    sizes = control_sizes(SEED, order, 2)
    assert len(sizes) == 3
    assert sum(sent for sent, _ in sizes) == sum(len(one.sent) for one in made)
    assert sum(answered for _, answered in sizes) == sum(len(one.answer) for one in made)


def test_a_round_that_confirms_is_shuffled_out_of_the_seed() -> None:
    """Five calls and five controls, each announced under a number of its own, all ending together."""
    planned = plan_long_streams(SEED, 100, 1)
    assert len({order.number for _, order, _ in planned}) == 10
    assert sorted({round(gap * (order.count - 1)) for _, order, gap in planned}) == [5850]
    assert [arm for arm, _, _ in planned] != sorted(arm for arm, _, _ in planned)
    assert all(sent <= 1400 for _, order, _ in planned for sent, _ in order.sizes)
