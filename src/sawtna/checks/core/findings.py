"""What many checks say together: of each network by access, flow, cause and week, and since when. Pure: checks in, findings out.

A network is an autonomous system. Operators treat mobile data and fixed lines differently, so shares, flows and causes are of one
kind of access, never of all together. Only checks by the probe are evidence; those by browsers are counted apart. What is said of
"now" is said of the 28 days up to the newest check of that network, so that findings do not change while nobody measures.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from sawtna.checks.core.entries import NO_NETWORK
from sawtna.checks.core.register import Check
from sawtna.checks.core.shares import Interval, wilson
from sawtna.checks.core.stretches import Stretch, find_stretches

RECENT = 28  # days, the newest check's included
WEEKS = 26  # of those with checks, the newest so many have numbers
VERDICTS = ("blocked", "degraded", "not_blocked", "inconclusive")


@dataclass(frozen=True)
class Group:
    """Some checks that belong together, and the path under which their numbers stand."""

    path: str
    checks: tuple[Check, ...]

    @cached_property
    def verdicts(self) -> Counter[str]:
        """How many checks came to each verdict."""
        return Counter(check.verdict for check in self.checks)

    @property
    def count(self) -> int:
        """How many there are."""
        return len(self.checks)

    @property
    def conclusive(self) -> int:
        """How many came to a result."""
        return self.count - self.verdicts["inconclusive"]

    @property
    def hindered(self) -> int:
        """How many found calls blocked or degraded."""
        return self.verdicts["blocked"] + self.verdicts["degraded"]

    @property
    def interval(self) -> Interval | None:
        """The share of hindered among conclusive checks, None when they are too few to tell."""
        return wilson(self.hindered, self.conclusive)

    @property
    def keys(self) -> dict[str, str]:
        """The keys of this group's numbers."""
        names = ("count", "blocked", "degraded", "not_blocked", "inconclusive", "conclusive", "hindered")
        shares = ("share", "share_low", "share_high")
        return {name: f"{self.path}/{name.replace('_', '-')}" for name in (*names, *shares)}


@dataclass(frozen=True)
class Sort:
    """One kind of traffic or one cause: `checks` that know something of it, and those among them that were `hit`."""

    name: str
    path: str
    checks: tuple[Check, ...]
    hit: tuple[Check, ...]

    @property
    def interval(self) -> Interval | None:
        """The share of those that were hit."""
        return wilson(len(self.hit), len(self.checks))


@dataclass(frozen=True)
class Access:
    """What was found over one kind of access to a network."""

    via: str
    recent: Group
    weeks: tuple[tuple[date, Group], ...]  # Mondays, oldest first
    stretches: tuple[Stretch, ...]
    flows: tuple[Sort, ...]
    causes: tuple[Sort, ...]

    @property
    def path(self) -> str:
        """The path of this access' numbers."""
        return self.recent.path.removesuffix("/recent")

    @property
    def present(self) -> Stretch | None:
        """The newest stretch, if it reaches into the days that are "now"."""
        return self.stretches[-1] if self.stretches and self.recent.conclusive else None


@dataclass(frozen=True)
class Network:
    """What was found of one network. `cc` is where most of its checks were made."""

    net: str
    cc: str
    newest: date
    all: Group
    recent: Group
    browser: Group
    accesses: tuple[Access, ...]

    @property
    def hindering(self) -> tuple[Access, ...]:
        """The kinds of access over which calls are hindered at present."""
        found = (one for one in self.accesses if one.present is not None)
        return tuple(one for one in found if one.present and one.present.state in {"blocked", "degraded"})


@dataclass(frozen=True)
class Findings:
    """All findings of a book: networks by name; checks of no known network stand apart and say nothing of any."""

    networks: dict[str, Network] = field(default_factory=dict)
    placed: tuple[Check, ...] = ()
    unplaced: tuple[Check, ...] = ()

    def countries(self) -> dict[str, list[Network]]:
        """The networks of each country, by code; countries and networks with most checks first."""
        found: dict[str, list[Network]] = defaultdict(list)
        for network in sorted(self.networks.values(), key=lambda one: (-one.all.count, one.net)):
            found[network.cc].append(network)
        sizes = {cc: sum(one.all.count for one in networks) for cc, networks in found.items()}
        return {cc: found[cc] for cc in sorted(found, key=lambda cc: (-sizes[cc], cc))}


def path_of(net: str) -> str:
    """The path of a network's numbers: AS36903 is checks/as36903."""
    return f"checks/{net.lower()}"


def slug_of(name: str) -> str:
    """The name of a flow or cause as a step of a path: `port:3478` is port-3478."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def monday_of(day: date) -> date:
    """The first day of its week (ISO 8601)."""
    return day - timedelta(days=day.weekday())


def week_of(day: date) -> str:
    """The week of a day as a step of a path, such as 2026-w48 (ISO 8601)."""
    year, week, _ = day.isocalendar()
    return f"{year}-w{week:02}"


def find_network(net: str, checks: Sequence[Check]) -> Network:
    """The findings of one network, from all of its checks that count; there is at least one."""
    path, newest = path_of(net), max(check.on for check in checks)
    probed = tuple(check for check in checks if check.how == "probe")
    recent = tuple(check for check in probed if check.on > newest - timedelta(days=RECENT))
    browser = tuple(
        check for check in checks if check.how == "browser" and check.on > newest - timedelta(days=RECENT)
    )
    countries = Counter(check.cc for check in checks if check.cc != "ZZ")
    return Network(
        net=net,
        cc=min(countries, key=lambda cc: (-countries[cc], cc), default="ZZ"),
        newest=newest,
        all=Group(path, probed),
        recent=Group(f"{path}/recent", recent),
        browser=Group(f"{path}/browser", browser),
        accesses=tuple(_find_accesses(path, probed, recent)),
    )


def _find_accesses(path: str, probed: Sequence[Check], recent: Sequence[Check]) -> Iterable[Access]:
    for via in sorted({check.via for check in probed}):
        here = f"{path}/via/{via}"
        checks = [check for check in probed if check.via == via]
        now = tuple(check for check in recent if check.via == via)
        yield Access(
            via=via,
            recent=Group(f"{here}/recent", now),
            weeks=tuple(_find_weeks(here, checks)),
            stretches=find_stretches(here, checks),
            flows=tuple(_find_flows(here, now)),
            causes=tuple(_find_causes(here, now)),
        )


def _find_weeks(path: str, checks: Iterable[Check]) -> Iterable[tuple[date, Group]]:
    weeks: dict[date, list[Check]] = defaultdict(list)
    for check in checks:
        weeks[monday_of(check.on)].append(check)
    for monday in sorted(weeks)[-WEEKS:]:
        yield monday, Group(f"{path}/weeks/{week_of(monday)}", tuple(weeks[monday]))


def _find_flows(path: str, checks: Iterable[Check]) -> Iterable[Sort]:
    known: dict[str, list[Check]] = defaultdict(list)
    hit: dict[str, list[Check]] = defaultdict(list)
    names: dict[str, str] = {}
    for check in checks:
        for slug, (name, state) in {slug_of(name): (name, state) for name, state in check.flows}.items():
            names.setdefault(slug, name)
            if state != "unknown":
                known[slug].append(check)
            if state in {"blocked", "degraded"}:
                hit[slug].append(check)
    for slug in sorted(known, key=lambda slug: (-len(hit[slug]), slug)):
        yield Sort(names[slug], f"{path}/flows/{slug}", tuple(known[slug]), tuple(hit[slug]))


def _find_causes(path: str, checks: Sequence[Check]) -> Iterable[Sort]:
    hindered = tuple(check for check in checks if check.is_hindered)
    named: dict[str, list[Check]] = defaultdict(list)
    names: dict[str, str] = {}
    for check in hindered:
        for slug, cause in {slug_of(cause): cause for cause in check.causes}.items():
            names.setdefault(slug, cause)
            named[slug].append(check)
    for slug in sorted(named, key=lambda slug: (-len(named[slug]), slug)):
        yield Sort(names[slug], f"{path}/causes/{slug}", hindered, tuple(named[slug]))


def gather_findings(checks: Iterable[Check], known: dict[str, Network] | None = None) -> Findings:
    """The findings of all checks that count; `known` are networks of which nothing has changed."""
    by_net: dict[str, list[Check]] = defaultdict(list)
    for check in checks:
        by_net[check.net].append(check)
    unplaced = tuple(by_net.pop(NO_NETWORK, ()))
    kept = known or {}
    networks = {
        net: kept[net] if net in kept else find_network(net, some) for net, some in sorted(by_net.items())
    }
    return Findings(networks, tuple(check for some in by_net.values() for check in some), unplaced)
