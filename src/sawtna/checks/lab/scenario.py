"""Scenarios: what an operator does, as a small YAML file. docs/guides/lab.md has the words.

A rule has `match` (what it looks at) and `do` (what happens then); `network` says how good the network is apart from rules.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

SCENARIOS = Path(__file__).parent / "scenarios"
BY_HAND = SCENARIOS / "by_hand"  # that take longer than a check: not scored with the others
PORTS = re.compile(r"(\d+)(?:-(\d+))?")


class ScenarioError(ValueError):
    """A scenario that cannot be read; the sentence names the file and the word."""


@dataclass(frozen=True, slots=True)
class Match:
    """What a rule looks at; all that is given must fit. Ports are those of the server, `sizes` of what UDP carries in bytes."""

    protocol: str = "any"
    version: int = 0
    direction: str = "both"
    ports: tuple[tuple[int, int], ...] = ()
    not_ports: tuple[tuple[int, int], ...] = ()
    server: int | None = None
    bytes_at: tuple[tuple[int, bytes], ...] = ()
    contains: tuple[bytes, ...] = ()
    stun_attributes: tuple[int, ...] = ()
    stun_types: tuple[int, ...] = ()
    rtp_in_a_row: int = 0
    sni: tuple[str, ...] = ()
    dns: tuple[str, ...] = ()
    longer_than: int = 0
    never_longer_than: int = 0
    after_seconds: float = 0.0
    after_packets: int = 0
    faster_than: float = 0.0
    known: tuple[str, ...] = ()
    not_known: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Action:
    """What happens to what matches: `kind` is drop, reject, reset, answer, delay, lose, police, alter or portal.

    `whole_flow` makes one match count for all that the flow sends later; `server_port_for` drops all to that server port for so
    many seconds; `share` of the time the rule is at work.
    """

    kind: str
    whole_flow: bool = False
    server_port_for: float = 0.0
    ms: float = 0.0
    share: float = 1.0
    kbit: float = 0.0
    address: str = ""
    by_flow: bool = False
    find: str = ""
    put: str = ""


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of the operator."""

    match: Match
    action: Action


@dataclass(frozen=True, slots=True)
class Network:
    """How good the network is, apart from rules. ms, shares, kbit/s, seconds."""

    delay: float = 20.0
    jitter: float = 1.0
    loss: float = 0.0
    kbit: float = 0.0
    udp_kbit: float = 0.0
    queue_seconds: float = 1.0
    bursts: tuple[float, float, float] = (0.0, 0.0, 0.0)
    outages: tuple[tuple[float, float], ...] = ()
    rebind_seconds: float = 0.0
    mappings: int = 0
    server_loss: float = 0.0
    hops: int = 5
    filter_hop: int = 2
    has_second_server: bool = True
    ipv6: bool = False


@dataclass(frozen=True, slots=True)
class Expected:
    """What a good instrument says: one of these verdicts, and, if it accuses, one of these causes (the first is the best)."""

    verdicts: tuple[str, ...]
    causes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Scenario:
    """One network."""

    name: str
    title: str
    expected: Expected
    rules: tuple[Rule, ...] = ()
    network: Network = field(default_factory=Network)


def read_scenario(path: Path) -> Scenario:
    """Read a file; raises ScenarioError with a sentence."""
    try:
        told = yaml.safe_load(path.read_text(encoding="utf-8"))
        expected = told["expect"]
        verdicts, causes = _texts(expected["verdict"]), _texts(expected.get("cause", []))
        rules = tuple(Rule(_match(one["match"]), _action(one["do"])) for one in told.get("rules", []))
        return Scenario(
            path.stem, told["title"], Expected(verdicts, causes), rules, _network(told.get("network", {}))
        )
    except (KeyError, TypeError, ValueError, AttributeError, yaml.YAMLError) as error:
        raise ScenarioError(f"{path.name} cannot be read: {error}") from None


def _texts(value: object) -> tuple[str, ...]:
    return tuple(map(str, value)) if isinstance(value, list) else (str(value),)


def _needle(text: str) -> bytes:
    """A text to look for, or bytes written as `hex:c02c`."""
    return bytes.fromhex(text[4:]) if text.startswith("hex:") else text.encode()


def _ports(value: object) -> tuple[tuple[int, int], ...]:
    found = []
    for one in value if isinstance(value, list) else [value]:
        fits = PORTS.fullmatch(str(one))
        if not fits:
            raise ScenarioError(f"got ports {one!r}, expected a number or first-last")
        found.append((int(fits[1]), int(fits[2] or fits[1])))
    return tuple(found)


def _match(told: Mapping[str, Any]) -> Match:
    readers: dict[str, Callable[[Any], object]] = {
        "ports": _ports,
        "not_ports": _ports,
        "bytes_at": lambda pairs: tuple((int(at), bytes.fromhex(str(hexed))) for at, hexed in pairs.items()),
        "contains": lambda texts: tuple(map(_needle, _texts(texts))),
        "stun_attributes": lambda ones: tuple(map(int, ones)),
        "stun_types": lambda ones: tuple(map(int, ones)),
        **dict.fromkeys(("sni", "dns", "known", "not_known"), _texts),
    }
    return Match(
        **{name: readers.get(name, lambda value: value)(value) for name, value in _known(told, Match).items()}
    )


def _action(told: Mapping[str, Any] | str) -> Action:
    return Action(told) if isinstance(told, str) else Action(**_known(told, Action))


def _network(told: Mapping[str, Any]) -> Network:
    found = dict(_known(told, Network))
    if "bursts" in found:
        found["bursts"] = tuple(found["bursts"])
    if "outages" in found:
        found["outages"] = tuple(tuple(one) for one in found["outages"])
    return Network(**found)


def _known(told: Mapping[str, Any], kind: type[Match | Action | Network]) -> Mapping[str, Any]:
    names = [one.name for one in fields(kind)]
    unknown = set(told) - set(names)
    if unknown:
        raise ScenarioError(f"got {', '.join(sorted(unknown))}, expected only {', '.join(names)}")
    return told


def scenarios(folder: Path = SCENARIOS) -> dict[str, Scenario]:
    """All scenarios of a folder by name."""
    return {path.stem: read_scenario(path) for path in sorted(folder.glob("*.yaml"))}


def within(port: int, ranges: Iterable[tuple[int, int]]) -> bool:
    """Whether a port lies in one of the ranges."""
    return any(first <= port <= last for first, last in ranges)
