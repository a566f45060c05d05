"""How an answer stands in its input: the inverse of `answers`. What was typed and made no sense is shown as it was typed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

PERCENT = 100  # basis points


def shown(sort: str, value: object, zone: str) -> str:
    """The text of an input."""
    if value is None or isinstance(value, (Mapping, bool)):
        return "on" if value is True else ""
    if sort == "time":
        return _time(value, zone)
    show = SHOW.get(sort)
    return show(value) if show else str(value)


def clock_of(zone: str) -> ZoneInfo:
    """The clock of a campaign; UTC until it says one that exists."""
    try:
        return ZoneInfo(zone)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo("UTC")


def _time(value: object, zone: str) -> str:
    if not isinstance(value, int):
        return str(value)
    try:
        return datetime.fromtimestamp(value, UTC).astimezone(clock_of(zone)).strftime("%Y-%m-%d %H:%M")
    except (OverflowError, ValueError, OSError):
        return str(value)


def _percent(value: object) -> str:
    if not isinstance(value, int):
        return str(value)
    whole, rest = divmod(value, PERCENT)
    return f"{whole}.{rest:02}".rstrip("0").rstrip(".")


def _joined(separator: str) -> Callable[[object], str]:
    return lambda value: separator.join(str(one) for one in value) if isinstance(value, list) else str(value)


SHOW: dict[str, Callable[[object], str]] = {
    "percent": _percent,
    "lines": _joined("\n"),
    "numbers": _joined(" "),
    "day": lambda value: str(value).replace("T", " "),
    "links": lambda _: "",
    "options": lambda _: "",
    "picks": lambda _: "",
    "ticks": lambda _: "",
    "issuers": lambda _: "",
}
