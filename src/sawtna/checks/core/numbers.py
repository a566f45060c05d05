"""The numbers of findings: what a page of findings shows, each with the entries that it was folded from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sawtna.checks.core.findings import Access, Findings, Group, Network, Sort
from sawtna.checks.core.register import Check
from sawtna.checks.core.shares import Interval
from sawtna.checks.core.stretches import Stretch
from sawtna.ledger.core.fold import Number, few_runs, runs_of


def numbers_of_all(findings: Findings) -> Iterator[Number]:
    """The numbers that are of no single network; none as long as there are no checks."""
    everything = (*findings.placed, *findings.unplaced)
    if not everything:
        return
    probed = [check for check in everything if check.how == "probe"]
    browsers = [check for check in everything if check.how == "browser"]
    yield _number(probed, "checks/count", len(probed), "check", "count_checks")
    yield _number(browsers, "checks/browser/count", len(browsers), "check", "count_browser_checks")
    yield _number(
        findings.unplaced, "checks/unplaced/count", len(findings.unplaced), "check", "count_unplaced_checks"
    )
    yield _number(findings.placed, "checks/networks", len(findings.networks), "network", "count_networks")
    for cc, networks in findings.countries().items():
        yield from _of_country(f"checks/countries/{cc.lower()}", networks)


def _number(checks: Iterable[Check], key: str, value: int, unit: str, rule: str) -> Number:
    return Number(key, value, unit, rule, few_runs(runs_of(check.index for check in checks)))


def _of_country(path: str, networks: list[Network]) -> Iterator[Number]:
    checks = [check for network in networks for check in network.all.checks]
    yield _number(checks, f"{path}/count", len(checks), "check", "count_checks")
    yield _number(checks, f"{path}/networks", len(networks), "network", "count_networks")
    hindering = sum(bool(network.hindering) for network in networks)
    yield _number(checks, f"{path}/hindering", hindering, "network", "count_hindering_networks")


def numbers_of_network(network: Network) -> Iterator[Number]:
    """All numbers of one network."""
    yield _number(network.all.checks, network.all.keys["count"], network.all.count, "check", "count_checks")
    yield from _of_results(network.recent)
    yield from _counts(network.browser, "count_recent_browser_checks")
    for access in network.accesses:
        yield from _of_access(access)


def _of_access(access: Access) -> Iterator[Number]:
    yield from _of_results(access.recent)
    yield from _of_interval(access.recent.path, access.recent.interval, access.recent.checks)
    for flow in access.flows:
        yield from _of_flow(flow)
    for cause in access.causes:
        yield _number(cause.hit, f"{cause.path}/count", len(cause.hit), "check", "count_cause")
    for _, week in access.weeks:
        counts = _counts(week, "count_checks")
        yield from (number for number in counts if number.value or number.key == week.keys["count"])
    for stretch in access.stretches:
        yield from _of_stretch(stretch)
    if access.present is not None and access.present.state != "few":
        key, told = f"{access.path}/present/{access.present.state}", access.present
        yield _number(told.checks, key, told.lasted, "day", "days_lasted")


def _counts(group: Group, rule: str) -> Iterator[Number]:
    keys = group.keys
    yield _number(group.checks, keys["count"], group.count, "check", rule)
    for verdict in ("blocked", "degraded", "not_blocked", "inconclusive"):
        yield _number(group.checks, keys[verdict], group.verdicts[verdict], "check", rule)


def _of_results(group: Group) -> Iterator[Number]:
    rule = "count_recent_checks"
    yield from _counts(group, rule)
    yield _number(group.checks, group.keys["conclusive"], group.conclusive, "check", rule)
    yield _number(group.checks, group.keys["hindered"], group.hindered, "check", rule)


def _of_interval(path: str, interval: Interval | None, checks: Iterable[Check]) -> Iterator[Number]:
    if interval is not None:
        told = list(checks)
        yield _number(told, f"{path}/share", interval.share, "basis-point", "share_hindered")
        yield _number(told, f"{path}/share-low", interval.low, "basis-point", "share_at_least")
        yield _number(told, f"{path}/share-high", interval.high, "basis-point", "share_at_most")


def _of_flow(flow: Sort) -> Iterator[Number]:
    yield _number(flow.checks, f"{flow.path}/known", len(flow.checks), "check", "count_flow_known")
    yield _number(flow.checks, f"{flow.path}/hindered", len(flow.hit), "check", "count_flow_hindered")
    yield from _of_interval(flow.path, flow.interval, flow.checks)


def _of_stretch(stretch: Stretch) -> Iterator[Number]:
    checks = stretch.checks
    yield _number(checks, f"{stretch.path}/lasted", stretch.lasted, "day", "days_lasted")
    yield _number(checks, f"{stretch.path}/days", len(stretch.days), "day", "count_measured_days")
    yield _number(checks, f"{stretch.path}/hindered", stretch.hindered, "day", "count_hindered_days")
