"""The numbers of one ballot, under their keys: how many people were let in, how many count, what they chose.

`counted` and all that follows add only kinds of voucher that stand for a person; `counted/{kind}` shows each kind by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sawtna.campaigns.core.casting.issuance import KeyAccount, most_people
from sawtna.campaigns.core.casting.ranked import pairwise, places
from sawtna.campaigns.core.casting.register import BallotFacts
from sawtna.campaigns.core.casting.tally import Result
from sawtna.campaigns.core.casting.vouchers import PEOPLE
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.fold import Number, Run

Row = tuple[str, int, str, str]
Runs = tuple[Run, ...]


@dataclass(frozen=True, slots=True)
class Poll:
    """One ballot as it was folded. `accounts` are those of its keys that are not void."""

    facts: BallotFacts
    body: Body
    result: Result
    accounts: Sequence[KeyAccount]
    rotations: int
    unopened: int
    counted_from: Runs
    issued_from: Runs


def numbers_of_poll(path: str, poll: Poll) -> Iterator[Number]:
    """Every number of a ballot; `path` is where its keys begin."""
    for name, value, unit, rule in _issued(poll):
        yield Number(f"{path}/{name}", value, unit, rule, poll.issued_from)
    rows = [*_counted(poll), *_options(poll), *_checkin(poll), *_ranking(poll)]
    for name, value, unit, rule in rows:
        yield Number(f"{path}/{name}", value, unit, rule, poll.counted_from)


def _issued(poll: Poll) -> Iterator[Row]:
    totals: dict[str, Counter[str]] = {kind: Counter() for kind in poll.facts.kinds}
    people: Counter[str] = Counter()
    for account in poll.accounts:
        totals[account.key.kind][account.key.issuer] += account.issued
        if account.key.kind in PEOPLE:
            people[account.key.issuer] += account.issued
    need = poll.facts.need
    yield "issued", most_people(list(people.values()), need), "person", "most_people"
    for kind, by_issuer in totals.items():
        value = sum(by_issuer.values()) if need == 1 else max(by_issuer.values(), default=0)
        yield f"issued/{kind}", value, "token", "sum_issued" if need == 1 else "largest_issued"
    if poll.rotations:
        yield "rotations", poll.rotations, "key", "count_rotations"


def _counted(poll: Poll) -> Iterator[Row]:
    yield "counted", poll.result.counted, "person", "count_people"
    for kind in poll.facts.kinds:
        yield f"counted/{kind}", poll.result.by_kind[kind], "person", "count_people_by_kind"
    if poll.unopened:
        yield "unopened", poll.unopened, "sealed-cast", "count_unopened"


def _names(poll: Poll) -> list[str]:
    options = poll.body.get("options")
    return [str(option) for option in options] if isinstance(options, list) else []


def _options(poll: Poll) -> Iterator[Row]:
    for number, name in enumerate(_names(poll)):
        unit = "person" if poll.facts.sort == "pledge" else "vote"
        yield f"options/{name}", poll.result.options[number], unit, "count_choices"


def _checkin(poll: Poll) -> Iterator[Row]:
    if "checkin" not in poll.body or poll.facts.sort != "pledge":
        return
    yield "checked-in", poll.result.told, "person", "count_checked_in"
    did, did_not = poll.result.did, poll.result.did_not
    for number, name in enumerate(_names(poll)):
        yield f"checked-in/{name}", did[number] + did_not[number], "person", "count_checked_in"
        yield f"did/{name}", did[number], "person", "count_did"
        yield f"did-not/{name}", did_not[number], "person", "count_did_not"


def _ranking(poll: Poll) -> Iterator[Row]:
    if poll.facts.counting != "ranked":
        return
    names, table = _names(poll), pairwise(poll.facts.options, poll.result.rankings)
    for number, (name, place) in enumerate(zip(names, places(table), strict=True)):
        yield f"firsts/{name}", poll.result.firsts[number], "vote", "count_firsts"
        yield f"places/{name}", place, "place", "schulze"
    for one, wins in zip(names, table, strict=True):
        for other, value in zip(names, wins, strict=True):
            if one != other:
                yield f"pairwise/{one}/{other}", value, "vote", "pairwise"
