"""What the instrument says, as pages ask it: findings of published checks, and what the networks are called."""

from __future__ import annotations

from collections.abc import Iterator

from sawtna.checks.core.findings import Findings, Network
from sawtna.checks.core.register import Check
from sawtna.checks.evidence_files import address_of
from sawtna.checks.open_data import forms_at_hand
from sawtna.checks.told import published_findings
from sawtna.ledger import reads as book


def findings() -> Findings:
    """What all published checks say together."""
    return published_findings()


def network(net: str) -> Network | None:
    """The findings of one network, such as AS36903; None when nobody has checked it."""
    return published_findings().networks.get(net)


def names_of_networks() -> dict[str, object]:
    """What campaigns of this book call the networks of their targets: words by language, by AS number.

    No other source is asked: a name from elsewhere would be a request to somebody, or a list that nobody here answers for.
    """
    voided: set[object] = set()
    said: dict[tuple[object, object], tuple[int, object, object]] = {}
    for index, body, words in book.entries_of(kinds=("target", "void")):
        if body["k"] == "void":
            voided.add(body["i"])
        else:
            said[body["c"], body["id"]] = (index, body.get("asn", []), words.get("name"))
    names: dict[str, object] = {}
    for index, numbers, name in said.values():
        if index not in voided and name and isinstance(numbers, list):
            names.update({f"AS{number}": name for number in numbers})
    return names


def file_of(check: Check) -> str:
    """The address of the file that shows a check: the same in every language."""
    return address_of(check.ev)


def public_paths() -> Iterator[str]:
    """The paths of this room's pages, without the language."""
    yield "check/"
    yield "checks/"
    yield "checks/data/"
    for net in published_findings().networks:
        yield f"checks/{net}/"


def plain_paths() -> Iterator[str]:
    """The paths of the open data, the same in every language."""
    for form in forms_at_hand():
        yield f"checks/{form.file}"
