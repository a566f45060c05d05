"""Entries of checks for tests, made of what a test cares about."""

from datetime import date, timedelta

from sawtna.checks.core.findings import Findings, gather_findings
from sawtna.checks.core.register import Register
from sawtna.ledger.core.encoding import encode_base64url

FIRST = date(2026, 6, 1)  # a Monday
FLOWS = {
    "blocked": ["port:3478=blocked", "rtp=open", "stun=blocked"],
    "degraded": ["port:3478=open", "rtp=degraded", "stun=open"],
    "not_blocked": ["port:3478=open", "rtp=open", "stun=open"],
    "inconclusive": ["port:3478=unknown", "rtp=unknown", "stun=unknown"],
}
CAUSES = {"blocked": ["signature:stun", "port:3478"], "degraded": ["throttled"]}


def check_body(
    number: int = 0, *, day: int | date = 0, verdict: str = "blocked", **other
) -> dict[str, object]:
    """The body of one check; `number` makes its vantage and its file its own, `day` counts from `FIRST`."""
    on = day if isinstance(day, date) else FIRST + timedelta(days=day)
    return {
        "v": 1,
        "k": "check",
        "on": on.isoformat(),
        "net": "AS64500",
        "cc": "MA",
        "via": "mobile",
        "how": "probe",
        "verdict": verdict,
        "causes": CAUSES.get(verdict, []),
        "flows": FLOWS[verdict],
        "who": encode_base64url(number.to_bytes(8, "big")),
        "ev": encode_base64url(number.to_bytes(32, "big")),
        "far": "sawtna.example/far-end+1a2b3c4d",
        "software": "0.1.0",
        **other,
    }


def bodies_of_days(verdicts: str, **other) -> list[dict[str, object]]:
    """A check a day: `b` blocked, `d` degraded, `o` not blocked, `i` inconclusive, a space is a day without checks."""
    names = {"b": "blocked", "d": "degraded", "o": "not_blocked", "i": "inconclusive"}
    start = other.pop("start", 0)
    return [
        check_body(start + day, day=day, verdict=names[sign], **other)
        for day, sign in enumerate(verdicts)
        if sign != " "
    ]


def findings_of(bodies: list[dict[str, object]]) -> Findings:
    """What these checks say together."""
    register = Register()
    for index, body in enumerate(bodies):
        register.take(index, body)
    return gather_findings(register.counted())
