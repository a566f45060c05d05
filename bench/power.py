"""How much an operator must do to voice until a check says so: power curves over networks on paper, no packet flies.

    python bench/power.py --runs 100 --out docs

Writes `power.md` (a table) and `pictures/power.svg` (its picture). Each point is a share of runs that accuse; at strength 0 it is
the rate of false alarms. The interval of a point of 100 runs is at most 10 points wide on either side (Wilson, 95 %).
"""

from __future__ import annotations

import argparse
import random
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path

from rich.progress import track

from sawtna.checks.core.verdict import conclude
from sawtna.checks.flows import FLOWS

from tests.checks.paper import Packet, Paper, Rule

LOSSES = (0.0, 0.05, 0.2)
LEFT, TOP, WIDTH, HEIGHT, APART = 60, 40, 300, 200, 90


@dataclass(frozen=True)
class Question:
    """One curve: what the operator does, how strongly, and what the strength is called."""

    name: str
    unit: str
    strengths: tuple[float, ...]
    make: Callable[[float], Rule]


def drops_stun(share: float) -> Rule:
    """That share of the packets of all flows that hold STUN."""
    return lambda packet, dice: None if holds(packet, "stun") and dice.random() < share else 0.0


def slows(share: float) -> Rule:
    """That share of all voice packets is dropped, as by a cut in rate."""
    return lambda packet, dice: None if FLOWS[packet.flow].signatures and dice.random() < share else 0.0


def delays(ms: float) -> Rule:
    """All voice is later by so many ms."""
    return lambda packet, _dice: ms if FLOWS[packet.flow].signatures else 0.0


def cuts(seconds: float) -> Rule:
    """All voice flows fall silent after so many seconds; 0 stands for never."""
    return lambda packet, _dice: (
        None if seconds and FLOWS[packet.flow].signatures and packet.at > seconds * 1000 else 0.0
    )


def holds(packet: Packet, signature: str) -> bool:
    """Whether a packet's flow holds a signature."""
    return signature in FLOWS[packet.flow].signatures


QUESTIONS = (
    Question("STUN is dropped", "share of its packets", (0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.7, 1), drops_stun),
    Question("all voice loses packets", "share", (0, 0.05, 0.1, 0.15, 0.2, 0.3, 0.5), slows),
    Question("all voice is late", "ms", (0, 50, 100, 150, 200, 300, 400), delays),
    Question("voice is cut", "seconds (0: never)", (0, 1, 2, 3, 4, 4.5, 5, 6), cuts),
)


def accuses(number: int, strength: float, loss: float, seed: int) -> bool:
    """One run."""
    rule = QUESTIONS[number].make(strength)
    verdict = conclude(Paper(rule, loss=loss, seed=seed).run())
    return verdict.verdict in {"blocked", "degraded"}


def share_of(point: tuple[int, float, float, int]) -> float:
    """The share of runs that accuse at one point; module level, because it goes to other processes."""
    number, strength, loss, runs = point
    seeds = random.Random(f"{number} {strength} {loss}")
    return sum(accuses(number, strength, loss, seeds.getrandbits(48)) for _ in range(runs)) / runs


def measure(runs: int) -> dict[tuple[int, float, float], float]:
    """All points."""
    points = [
        (number, strength, loss, runs)
        for number, question in enumerate(QUESTIONS)
        for strength in question.strengths
        for loss in LOSSES
    ]
    with ProcessPoolExecutor() as pool:
        shares = track(pool.map(share_of, points), "Networks on paper", total=len(points))
        return {point[:3]: share for point, share in zip(points, shares, strict=True)}


def as_table(found: dict[tuple[int, float, float], float], runs: int) -> str:
    """The page."""
    lines = [
        "# Power of a check",
        "",
        "How much an operator must do to voice until `sawtna check` says so, and how often it says so where nothing is done (the",
        "first line of each table). Networks on paper: plan, steering and verdict are those of a real run, packets are dice.",
        f"{runs} runs a point; columns are the loss that hits all packets alike. Again: `python bench/power.py --runs {runs}`.",
        "",
        "![Share of runs that accuse, by what the operator does](pictures/power.svg)",
    ]
    for number, question in enumerate(QUESTIONS):
        heads = " | ".join(f"accused at {loss:.0%} loss" for loss in LOSSES)
        lines += [
            "",
            f"## {question.name[0].upper()}{question.name[1:]}",
            "",
            f"| {question.unit} | {heads} |",
        ]
        lines.append("|---|" + "---|" * len(LOSSES))
        for strength in question.strengths:
            cells = " | ".join(f"{found[number, strength, loss]:.0%}" for loss in LOSSES)
            lines.append(f"| {strength:g} | {cells} |")
    return "\n".join(lines) + "\n"


def as_picture(found: dict[tuple[int, float, float], float]) -> str:
    """Four small charts, one a question; a line a background loss, told apart by dashes."""
    width, height = 2 * (WIDTH + APART) + LEFT, 2 * (HEIGHT + APART) + TOP
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="13">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for number, question in enumerate(QUESTIONS):
        left, top = (
            LEFT + number % 2 * (WIDTH + APART),
            TOP + number // 2 * (HEIGHT + APART),
        )
        parts += _frame(question, left, top)
        for place, loss in enumerate(LOSSES):
            shares = [found[number, strength, loss] for strength in question.strengths]
            parts.append(_line(question.strengths, shares, left, top, ("none", "7 4", "2 4")[place]))
    keys = ", ".join(
        f"{dash} {loss:.0%} loss" for dash, loss in zip(("solid:", "dashed:", "dotted:"), LOSSES, strict=True)
    )
    parts.append(f'<text x="{LEFT}" y="{height - 14}">{keys}</text></svg>')
    return "\n".join(parts) + "\n"


def _frame(question: Question, left: int, top: int) -> list[str]:
    parts = [
        f'<text x="{left}" y="{top - 12}" font-weight="bold">{question.name}</text>',
        f'<rect x="{left}" y="{top}" width="{WIDTH}" height="{HEIGHT}" fill="none" stroke="#888"/>',
        f'<text x="{left + WIDTH / 2}" y="{top + HEIGHT + 38}" text-anchor="middle">{question.unit}</text>',
    ]
    for share in (0, 0.5, 1):
        y = top + HEIGHT * (1 - share)
        parts.append(f'<text x="{left - 8}" y="{y + 4}" text-anchor="end">{share:.0%}</text>')
    for strength in (question.strengths[0], question.strengths[-1]):
        x = left + WIDTH * strength / question.strengths[-1]
        parts.append(f'<text x="{x}" y="{top + HEIGHT + 18}" text-anchor="middle">{strength:g}</text>')
    return parts


def _line(strengths: Sequence[float], shares: Sequence[float], left: int, top: int, dash: str) -> str:
    points = " ".join(
        f"{left + WIDTH * strength / strengths[-1]:.1f},{top + HEIGHT * (1 - share):.1f}"
        for strength, share in zip(strengths, shares, strict=True)
    )
    return f'<polyline points="{points}" fill="none" stroke="#0b6e69" stroke-width="2" stroke-dasharray="{dash}"/>'


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--runs", type=int, default=100)
    parser.add_argument("--out", type=Path, default=Path("docs"))
    arguments = parser.parse_args()
    found = measure(arguments.runs)
    (arguments.out / "power.md").write_text(as_table(found, arguments.runs), encoding="utf-8")
    (arguments.out / "pictures" / "power.svg").write_text(as_picture(found), encoding="utf-8")


if __name__ == "__main__":
    main()
