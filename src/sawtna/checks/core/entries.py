"""The kind of entry that a network check writes: a verdict of one vantage on one day, and the hash of the file that shows it.

Nothing in it is finer than a day, and no address is in it: `who` is a keyed hash of a /24 or /48 that the far end makes anew each
day, so that one vantage counts once and two days cannot be joined (memo check 3.7).
"""

from __future__ import annotations

import re
from datetime import date

from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import (
    COUNTRY,
    Form,
    bytes_of,
    choice,
    list_of,
    matching,
    optional,
    required,
    whole,
)

ACCESSES = ("unknown", "mobile", "fixed", "wifi", "satellite")
WAYS = ("probe", "browser")
VERDICTS = ("blocked", "degraded", "not_blocked", "inconclusive")
STATES = ("open", "blocked", "degraded", "unknown")
NO_NETWORK, NO_COUNTRY = "AS0", "ZZ"

NET = re.compile(r"AS(?:0|[1-9][0-9]{0,9})")
CAUSE = re.compile(r"[a-z][a-z0-9_]{0,30}(?::[a-z0-9_@]{1,40})?")
FLOW = re.compile(rf"[a-z][a-z0-9_:@]{{0,40}}=(?:{'|'.join(STATES)})")
FAR = re.compile(r"[^\s+]{1,100}\+[0-9a-f]{8}")
RELEASE = re.compile(r"[0-9A-Za-z.+-]{1,40}")
DAY = re.compile(r"20[0-9]{2}-[01][0-9]-[0-3][0-9]")


def _exact_day() -> Form:
    """A day of the calendar, never a month or an interval: what is counted by weeks needs it."""

    def accepts(value: object) -> bool:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            return False
        try:
            date.fromisoformat(value)
        except ValueError:
            return False
        return True

    return Form("a day such as 2026-11-24", "2026-11-24", accepts=accepts, sort="day", pattern=DAY.pattern)


CHECK = Kind(
    "check",
    "checks",
    "What one check of a network found on one day (UTC). `who` tells the vantages of a day apart and nothing else; `ev` is the "
    "SHA-256 of the file that shows it; `far` is the far end that signed its half; `software` is the version of this program "
    "that concluded.",
    {
        "on": required(_exact_day()),
        "net": required(matching(NET, "an AS number such as AS36903, or AS0", "AS36903")),
        "cc": required(matching(COUNTRY, "a country as two capital letters, or ZZ", "MA", "country")),
        "via": required(choice(*ACCESSES)),
        "how": required(choice(*WAYS)),
        "verdict": required(choice(*VERDICTS)),
        "causes": required(list_of(matching(CAUSE, "a cause such as signature:stun", "signature:stun"), 0, 40)),
        "flows": required(list_of(matching(FLOW, "a flow and its state such as rtp=open", "rtp=open"), 0, 80)),
        "hop": optional(whole(1, 64, 3)),
        "who": required(bytes_of(8)),
        "ev": required(bytes_of(32)),
        "far": required(matching(FAR, "the name and the id of a key", "sawtna.far-end+1a2b3c4d")),
        "software": required(matching(RELEASE, "a version", "0.1.0")),
    },
)  # fmt: skip

KINDS: tuple[Kind, ...] = (CHECK,)
