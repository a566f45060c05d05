"""What a field of an entry or of its opening may hold, said once.

A `Form` describes one value, a `Field` one named place in a record. The same forms check entries of the book, the words
behind a commitment, campaign files and the desk's input, and the tables of `docs/formats/entry.md` are written from them.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from sawtna.ledger.core.dates import parse_day
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.errors import BookError

Path = tuple[str | int, ...]

LANGUAGES = ("ar", "fr", "en")
SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?")
PAGE = re.compile(r"[a-z][a-z0-9]{1,20}:[A-Za-z0-9._@/-]{1,120}")
LINK = re.compile(r"https?://[^\s/?#\"<>\\^`{|}]+\.[^\s\"<>\\^`{|}]+", re.IGNORECASE)
COUNTRY = re.compile(r"[A-Z]{2}")
ZONE = re.compile(r"[A-Z][A-Za-z_]+(?:/[A-Z][A-Za-z_+-]+){0,2}")

# Overrides, embeddings and isolates can make a text show other words than it holds (UTS #55); marks (U+200E, U+200F, U+061C) cannot.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (keys and positions), what stood there, what was expected."""

    path: Path
    got: str
    expected: str

    @property
    def where(self) -> str:
        """The place in words a person can follow, such as `stages[2].opens`."""
        return "".join(f"[{step}]" if isinstance(step, int) else f".{step}" for step in self.path).lstrip(".")

    @property
    def sentence(self) -> str:
        place = self.where
        return f"{place}: got {self.got}, expected {self.expected}" if place else f"got {self.got}, expected {self.expected}"


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one value. Exactly one of `accepts`, `items`, `fields`, `values` decides."""

    expected: str
    sample: object
    accepts: Callable[[object], bool] | None = None
    items: Form | None = None
    fields: Mapping[str, Field] | None = None
    values: Form | None = None
    least: int = 0
    most: int = 0
    choices: tuple[str, ...] = field(default=())
    sort: str = "value"


@dataclass(frozen=True, slots=True)
class Field:
    """A named place in a record."""

    form: Form
    required: bool = True


def optional(form: Form) -> Field:
    """A field that may be left out."""
    return Field(form, required=False)


def required(form: Form) -> Field:
    """A field that must be there."""
    return Field(form)


def show(value: object) -> str:
    """A value as an error may quote it: short, on one line, with invisible characters made visible."""
    if value is None:
        return "nothing"
    kinds = ((bool, "true/false"), (dict, "an object"), (list, "a list"))
    for sort, words in kinds:
        if isinstance(value, sort):
            return str(value).lower() if sort is bool else words
    text = ascii(value) if isinstance(value, str) and (TURNING.search(value) or CONTROL.search(value)) else repr(value)
    return text if len(text) <= 60 else f"{text[:57]}… ({len(text)} characters)"


def problems_of(form: Form, value: object, path: Path = ()) -> Iterator[Problem]:
    """Yield everything that is wrong with `value`; nothing when it fits `form`."""
    if form.fields is not None:
        yield from _record_problems(form, value, path)
    elif form.items is not None:
        yield from _list_problems(form, value, path)
    elif form.values is not None:
        yield from _mapping_problems(form, value, path)
    elif form.accepts is None or not form.accepts(value):
        yield Problem(path, show(value), form.expected)


def _record_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield Problem(path, show(value), form.expected)
        return
    fields = form.fields or {}
    for name in value:
        if name not in fields:
            yield Problem((*path, name), "an unknown field", f"one of {', '.join(fields)}")
    for name, place in fields.items():
        if name in value:
            yield from problems_of(place.form, value[name], (*path, name))
        elif place.required:
            yield Problem((*path, name), "nothing", place.form.expected)
    if len(value) < form.least:
        yield Problem(path, "an empty object", form.expected)


def _list_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list) or not form.least <= len(value) <= form.most:
        got = f"a list of {len(value)}" if isinstance(value, list) else show(value)
        yield Problem(path, got, form.expected)
        return
    for position, item in enumerate(value):
        if form.items is not None:
            yield from problems_of(form.items, item, (*path, position))


def _mapping_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict) or not form.least <= len(value) <= form.most:
        yield Problem(path, show(value), form.expected)
        return
    for name, item in value.items():
        if not (isinstance(name, str) and SLUG.fullmatch(name)):
            yield Problem((*path, str(name)), show(name), "a name of small letters, digits and hyphens")
        elif form.values is not None:
            yield from problems_of(form.values, item, (*path, name))


def matching(pattern: re.Pattern[str], expected: str, sample: str, sort: str = "value") -> Form:
    """A string that matches `pattern` as a whole."""
    return Form(expected, sample, accepts=lambda v: isinstance(v, str) and pattern.fullmatch(v) is not None, sort=sort)


def slug(sample: str = "phones-off") -> Form:
    """An identifier: 1 to 60 small letters, digits and hyphens, so that no name or sentence fits in."""
    return matching(SLUG, f"a name of 1 to 60 small letters, digits and hyphens, such as {sample}", sample, "slug")


def whole(least: int = 0, most: int = 2**53 - 1, sample: int = 11000) -> Form:
    """An integer between `least` and `most`, both included."""
    return Form(
        f"a whole number from {least} to {most}",
        sample,
        accepts=lambda v: isinstance(v, int) and not isinstance(v, bool) and least <= v <= most,
        least=least,
        most=most,
        sort="whole",
    )


def choice(*choices: str) -> Form:
    """One word out of a closed list."""
    return Form(f"one of {', '.join(choices)}", choices[0], accepts=lambda v: v in choices, choices=choices, sort="choice")


def flag() -> Form:
    """True or false."""
    return Form("true or false", True, accepts=lambda v: isinstance(v, bool), sort="flag")  # noqa: FBT003


def day(sample: str = "2016-01-05") -> Form:
    """A date as EDTF level 0 (ISO 8601-2): day, month, year, minute, or an interval."""

    def accepts(value: object) -> bool:
        if not isinstance(value, str):
            return False
        try:
            parse_day(value)
        except BookError:
            return False
        return True

    return Form("a date such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17", sample, accepts=accepts, sort="day")


def unix_seconds() -> Form:
    """Seconds since 1970-01-01 00:00 UTC."""
    return whole(0, 2**40, 1456660800)


def bytes_of(length: int) -> Form:
    """`length` bytes as base64url without padding."""

    def accepts(value: object) -> bool:
        try:
            return isinstance(value, str) and len(decode_base64url(value)) == length
        except BookError:
            return False

    return Form(f"{length} bytes in base64url without padding", "A" * ((length * 4 + 2) // 3), accepts=accepts, sort="bytes")


def text(most: int, least: int = 1) -> Form:
    """Words: at most `most` characters in NFC, line breaks allowed, no control or direction-overriding characters."""

    def accepts(value: object) -> bool:
        return (
            isinstance(value, str)
            and least <= len(value) <= most
            and not CONTROL.search(value)
            and not TURNING.search(value)
            and unicodedata.is_normalized("NFC", value)
        )

    expected = f"text of {least} to {most} characters without control or direction-overriding characters"
    return Form(expected, "…", accepts=accepts, most=most, least=least, sort="text")


def said(most: int) -> Form:
    """The same words in one or more languages: `{"ar": …, "fr": …, "en": …}`."""
    fields = {language: optional(text(most)) for language in LANGUAGES}
    return Form("words in at least one of ar, fr, en", {"ar": "…"}, fields=fields, least=1, most=most, sort="said")


def link() -> Form:
    """An http or https address of at most 1,000 characters."""
    return Form(
        "an address that begins with https:// or http://",
        "https://example.org/",
        accepts=lambda v: isinstance(v, str) and len(v) <= 1000 and LINK.fullmatch(v) is not None and not TURNING.search(v),
        most=1000,
        sort="link",
    )


def list_of(form: Form, least: int = 0, most: int = 500) -> Form:
    """A list of `least` to `most` values of one form."""
    return Form(f"a list of {least} to {most} values", [], items=form, least=least, most=most, sort="list")


def record(fields: Mapping[str, Field], least: int = 0) -> Form:
    """An object with named fields."""
    return Form(f"an object with {', '.join(fields)}", {}, fields=fields, least=least, sort="record")


def map_of(form: Form, least: int = 0, most: int = 100) -> Form:
    """An object whose keys are slugs and whose values have one form."""
    return Form("an object with one value a name", {}, values=form, least=least, most=most, sort="map")


def sources() -> Form:
    """Where a statement can be read: 1 to 20 links with what they are."""
    fields = {"url": required(link()), "title": optional(text(300)), "outlet": optional(text(100))}
    return Form("a list of links", [], items=record(fields), least=0, most=20, sort="links")
