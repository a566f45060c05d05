"""Reads what was typed back into a thing of the draft. What cannot be understood is kept as it was typed, never dropped."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from copy import deepcopy
from datetime import datetime
from typing import Any

from django.http import QueryDict

from sawtna.campaigns.forms.following import read_issuers, without_roll
from sawtna.campaigns.forms.labels import HIDDEN, ORDER
from sawtna.campaigns.forms.shown import PERCENT, clock_of
from sawtna.campaigns.forms.sorts import WORDS, sort_of
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import LANGUAGES

GROUPED = re.compile(r"[0-9]{1,3}(?:[ .,'\u00a0\u202f\u066c][0-9]{3})+")
DECIMAL = re.compile(r"([0-9]{1,6})(?:[.,\u066b]([0-9]{1,2}))?")
MINUTE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})[ T]+([0-9]{2}:[0-9]{2})")
MOST_DIGITS = 18
ROW = re.compile(r"\.([0-9]{1,3})\.")


def read_answers(kind: Kind, post: QueryDict, before: dict[str, Any], zone: str) -> dict[str, Any]:
    """The thing as it is after this page: `before` with every question of the page answered anew."""
    item = deepcopy(before)
    for path in ORDER[kind.name]:
        sort = sort_of(kind, path)
        if sort == "options":
            _put_options(item, post)
        elif sort == "issuers":
            issuers, need = read_issuers(post.get(path, ""))
            _put(item, path, issuers)
            _put(item, "need", need)
        elif sort == "time":
            _put(item, path, _time(post.get(path, ""), zone))
        else:
            _put(item, path, READ.get(sort, _line)(post, path))
    for name, value in HIDDEN.get(kind.name, {}).items():
        if value is not None:
            item.setdefault(name, value)
    if kind.words is not None:
        item.setdefault(WORDS, {})
    if kind.name == "ballot" and item.get("taken") == "elsewhere":
        without_roll(item)
    return item


def tidy(text: str) -> str:
    """Text as the book spells it: NFC, newline for every line break, nothing around it."""
    plain = text.replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    return unicodedata.normalize("NFC", plain).strip()


def plain_digits(text: str) -> str:
    """The same with ASCII digits: `٢٠١٦-٠١-٠٥` becomes `2016-01-05`."""
    return "".join(str(unicodedata.decimal(one, one)) for one in text)


def _put(item: dict[str, Any], path: str, value: object) -> None:
    *way, last = path.split(".")
    for step in way:
        held = item.get(step)
        item[step] = item = held if isinstance(held, dict) else {}
    if value is None:
        item.pop(last, None)
    else:
        item[last] = value


def _line(post: QueryDict, path: str) -> str | None:
    return tidy(post.get(path, "")) or None


def _name(post: QueryDict, path: str) -> str | None:
    return plain_digits(tidy(post.get(path, ""))).lower() or None


def _day(post: QueryDict, path: str) -> str | None:
    text = plain_digits(tidy(post.get(path, "")))
    if minute := MINUTE.fullmatch(text):
        return "T".join(minute.groups())
    return re.sub(r"\s*/\s*", "/", text) or None


def whole_of(text: str) -> int | str | None:
    """`1,204`, `1 204` or `١٬٢٠٤` as 1204; anything else as it was typed; None for nothing."""
    plain = plain_digits(tidy(text))
    if GROUPED.fullmatch(plain):
        plain = re.sub(r"[^0-9]", "", plain)
    return int(plain) if plain.isascii() and plain.isdigit() and len(plain) <= MOST_DIGITS else plain or None


def _percent(post: QueryDict, path: str) -> int | str | None:
    text = plain_digits(tidy(post.get(path, ""))).rstrip("%٪ ")
    found = DECIMAL.fullmatch(text)
    if found is None:
        return text or None
    return int(found[1]) * PERCENT + int((found[2] or "").ljust(2, "0"))


def _time(text: str, zone: str) -> int | str | None:
    plain = plain_digits(tidy(text))
    found = MINUTE.fullmatch(plain)
    if found is None:
        return plain or None
    try:
        moment = datetime.fromisoformat(" ".join(found.groups())).replace(tzinfo=clock_of(zone))
    except ValueError:
        return plain
    return int(moment.timestamp())


def _flag(post: QueryDict, path: str) -> bool | None:
    return True if post.get(path) else None


def _said(post: QueryDict, path: str) -> dict[str, str] | None:
    told = {code: tidy(post.get(f"{path}.{code}", "")) for code in LANGUAGES}
    return {code: words for code, words in told.items() if words} or None


def _lines(post: QueryDict, path: str) -> list[str] | None:
    return [line.strip() for line in tidy(post.get(path, "")).split("\n") if line.strip()] or None


def _numbers(post: QueryDict, path: str) -> list[int | str] | None:
    parts = re.split(r"[\s,;،؛]+", plain_digits(tidy(post.get(path, ""))))
    return [
        int(part) if part.isdigit() and len(part) <= MOST_DIGITS else part for part in parts if part
    ] or None


def _picks(post: QueryDict, path: str) -> list[str] | None:
    return [tidy(one) for one in post.getlist(path) if tidy(one)] or None


def row_numbers(post: QueryDict, path: str) -> list[int]:
    """The numbers of the rows that were sent for a list, in their order."""
    found = (ROW.match(name, len(path)) for name in post if name.startswith(f"{path}."))
    return sorted({int(row[1]) for row in found if row})


def _links(post: QueryDict, path: str) -> list[dict[str, str]] | None:
    rows = [
        {part: tidy(post.get(f"{path}.{number}.{part}", "")) for part in ("url", "title", "outlet")}
        for number in row_numbers(post, path)
    ]
    kept = [{part: words for part, words in row.items() if words} for row in rows]
    return [row for row in kept if row] or None


def _put_options(item: dict[str, Any], post: QueryDict) -> None:
    names: list[str] = []
    told: dict[str, dict[str, str]] = {}
    actions: dict[str, dict[str, str]] = {}
    for number in row_numbers(post, "options"):
        place = f"options.{number}"
        words = _said(post, place)
        action = _action(post, place)
        name = _name(post, f"{place}.id") or (f"option-{len(names) + 1}" if words or action else None)
        if name is not None:
            name = _another(name, names)
            names.append(name)
            told[name] = words or {}
            actions[name] = action
    _put(item, "options", names or None)
    _put(item, f"{WORDS}.options", {name: words for name, words in told.items() if words} or None)
    _put(item, "actions", {name: action for name, action in actions.items() if action} or None)


def _action(post: QueryDict, place: str) -> dict[str, str]:
    """When an option of a pledge is to be done, and the stage that it belongs to."""
    parts = {
        "opens": _day(post, f"{place}.opens"),
        "closes": _day(post, f"{place}.closes"),
        "stage": _line(post, f"{place}.stage"),
    }
    return {name: text for name, text in parts.items() if text}


def _another(name: str, taken: list[str]) -> str:
    # The words of two options cannot stand under one name: the second gets its own, and both keep what was typed.
    return next(
        one
        for one in (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
        if one not in taken
    )


READ: dict[str, Callable[[QueryDict, str], object]] = {
    "name": _name,
    "day": _day,
    "whole": lambda post, path: whole_of(post.get(path, "")),
    "percent": _percent,
    "flag": _flag,
    "said": _said,
    "lines": _lines,
    "numbers": _numbers,
    "picks": _picks,
    "ticks": _picks,
    "links": _links,
}
