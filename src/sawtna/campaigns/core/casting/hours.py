"""When a ballot lets people in, and until when their casts count: a pledge with check-ins has two ends (decision 50)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.entry import Body

NEVER = 2**40


@dataclass(frozen=True, slots=True)
class Hours:
    """Unix seconds. Tokens are issued from `opens` to before `lets_in_until`; casts are taken until before `counts_until`.

    At the first end keys, tags and roll key go, and each key gets its `keyend`; at the second comes the ballot's `close`.
    """

    opens: int
    lets_in_until: int
    counts_until: int


def hours_of(ballot: Body, roll: Body | None) -> Hours:
    """The hours of a ballot or vouching: its days in UTC, within those of its roll; a check-in goes on after both have ended."""
    opens, ends = _whole((roll or {}).get("opens"), 0), _whole((roll or {}).get("closes"), NEVER)
    if isinstance(ballot.get("opens"), str):
        opens = max(opens, midnight_before(str(ballot["opens"])))
    if isinstance(ballot.get("closes"), str):
        ends = min(ends, midnight_after(str(ballot["closes"])))
    last = midnight_after(str(ballot["checkin"])) if isinstance(ballot.get("checkin"), str) else ends
    return Hours(opens, ends, max(ends, last))


def midnight_before(day: str) -> int:
    """The beginning of the first day that a date may mean, UTC."""
    return int(datetime.combine(parse_day(day).first, time.min, UTC).timestamp())


def midnight_after(day: str) -> int:
    """The end of the last day that a date may mean, UTC."""
    return int(datetime.combine(parse_day(day).last + timedelta(days=1), time.min, UTC).timestamp())


def _whole(value: object, otherwise: int) -> int:
    return value if isinstance(value, int) else otherwise
