"""What a field of an entry or of its opening may hold, said once.

A `Form` describes one value, a `Field` one named place in a record. The same forms check entries of the book,
the words behind a commitment, campaign files and the desk's input, and the tables of `docs/formats/entry.md` are
written from them.
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

# Overrides, embeddings and isolates can make a text show other words than it holds (UTS #55);
# marks (U+200E, U+200F, U+061C) cannot.
TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")
CONTROL = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufeff]")
# What a person cannot see where it stands: the above, marks, joiners, soft hyphens, fillers, selectors, tags.
INVISIBLE = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)


def visible(text: str) -> str:
    """A text with what cannot be seen in it named, for sentences that quote what was typed: `inwi[U+200F]`."""
    return INVISIBLE.sub(lambda found: f"[U+{ord(found[0]):04X}]", text)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: where (keys and positions), what stood there, what was expected.

    For whoever says it in another language: `code` names what is wrong, `values` fills its sentence, `form` is
    what was expected. `line` and `column` are where it stands in a file, from 1 on; 0 is not known.
    """

    path: Path
    got: str
    expected: str
    code: str = field(default="form", compare=False)
    values: Mapping[str, object] = field(default_factory=dict, compare=False, repr=False)
    form: Form | None = field(default=None, compare=False, repr=False)
    line: int = field(default=0, compare=False)
    column: int = field(default=0, compare=False)

    @property
    def where(self) -> str:
        """The place in words a person can follow, such as `stages[2].opens`."""
        steps = (f"[{step}]" if isinstance(step, int) else f".{_visible(step)}" for step in self.path)
        return "".join(steps).removeprefix(".")

    @property
    def sentence(self) -> str:
        """All of it in one English line."""
        line = f"line {self.line}" if self.line else ""
        column = f"column {self.column}" if self.column else ""
        place = ", ".join(part for part in (line, column, self.where) if part)
        return f"{place}: got {self.got}, expected {self.expected}".removeprefix(": ")


def _visible(name: str) -> str:
    return name if len(name) <= 40 and name.isprintable() else ascii(f"{name[:40]}…")


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
    pattern: str = ""  # of a text that matches one as a whole


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


_SORTS: dict[type, tuple[str, str]] = {
    type(None): ("missing", "nothing"),
    dict: ("object", "an object"),
    list: ("list", "a list"),
}


def show(value: object) -> str:
    """A value as an error may quote it: short, on one line, with invisible characters named."""
    return describe(value)[1]


def describe(value: object, *, of_words: bool = True) -> tuple[str, str, dict[str, object]]:
    """A value for an error: the code of what it is, English words for it, and the values in them.

    Words may hold marks and joiners, which are then not what is wrong; a name, a day or an address may not.
    """
    for sort, (code, words) in _SORTS.items():
        if isinstance(value, sort):
            return code, words, {}
    hidden = (TURNING, CONTROL) if of_words else (INVISIBLE,)
    if isinstance(value, str) and (
        unfit := next(filter(None, (sort.search(value) for sort in hidden)), None)
    ):
        values: dict[str, object] = {"character": f"U+{ord(unfit[0]):04X}", "place": unfit.start() + 1}
        return "character", "the invisible character {character} at place {place}".format_map(values), values
    text = repr(value).lower() if isinstance(value, bool) else repr(value)
    if len(text) > 60:
        values = {"start": f"{text[:40]}…", "length": len(value if isinstance(value, str) else text)}
        return "long", "{start} ({length} characters)".format_map(values), values
    return "form", text, {"value": text}


def problems_of(form: Form, value: object, path: Path = ()) -> Iterator[Problem]:
    """Yield everything that is wrong with `value`; nothing when it fits `form`."""
    if form.fields is not None:
        yield from _record_problems(form, value, path)
    elif form.items is not None:
        yield from _list_problems(form, value, path)
    elif form.values is not None:
        yield from _mapping_problems(form, value, path)
    elif form.accepts is None or not form.accepts(value):
        yield _misfit(form, value, path)


def _misfit(form: Form, value: object, path: Path) -> Problem:
    code, got, values = describe(value, of_words=form.sort in {"text", "value"})
    return Problem(path, got, form.expected, code, values, form)


def _record_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _misfit(form, value, path)
        return
    fields = form.fields or {}
    for name in value:
        if name not in fields:
            names = ", ".join(fields)
            yield Problem((*path, name), "an unknown field", f"one of {names}", "unknown", {"names": names})
    for name, place in fields.items():
        if name in value:
            yield from problems_of(place.form, value[name], (*path, name))
        elif place.required:
            yield _misfit(place.form, None, (*path, name))
    if len(value) < form.least:
        yield Problem(path, "an empty object", form.expected, "empty", {}, form)


def _list_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, list):
        yield _misfit(form, value, path)
        return
    if not form.least <= len(value) <= form.most:
        count = len(value)
        yield Problem(path, f"a list of {count}", form.expected, "count", {"count": count}, form)
        return
    for position, item in enumerate(value):
        if form.items is not None:
            yield from problems_of(form.items, item, (*path, position))


def _mapping_problems(form: Form, value: object, path: Path) -> Iterator[Problem]:
    if not isinstance(value, dict):
        yield _misfit(form, value, path)
        return
    if not form.least <= len(value) <= form.most:
        count = len(value)
        yield Problem(path, f"an object of {count}", form.expected, "count", {"count": count}, form)
        return
    for name, item in value.items():
        if not (isinstance(name, str) and SLUG.fullmatch(name)):
            code, got, values = describe(name)
            yield Problem(
                (*path, str(name)), got, "a name of small letters, digits and hyphens", code, values, slug()
            )
        elif form.values is not None:
            yield from problems_of(form.values, item, (*path, name))


def matching(pattern: re.Pattern[str], expected: str, sample: str, sort: str = "value") -> Form:
    """A string that matches `pattern` as a whole."""

    def accepts(value: object) -> bool:
        return isinstance(value, str) and pattern.fullmatch(value) is not None

    return Form(expected, sample, accepts=accepts, sort=sort, pattern=pattern.pattern)


def slug(sample: str = "phones-off") -> Form:
    """An identifier: 1 to 60 small letters, digits and hyphens, so that no name or sentence fits in."""
    return matching(
        SLUG, f"a name of 1 to 60 small letters, digits and hyphens, such as {sample}", sample, "slug"
    )


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
    expected = f"one of {', '.join(choices)}"
    return Form(expected, choices[0], accepts=lambda v: v in choices, choices=choices, sort="choice")


def flag() -> Form:
    """True or false."""
    return Form("true or false", True, accepts=lambda v: isinstance(v, bool), sort="flag")


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

    expected = "a date such as 2016-01-05, 2016-01, 2016 or 2016-01-16/2016-01-17"
    return Form(expected, sample, accepts=accepts, sort="day")


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

    expected, sample = f"{length} bytes in base64url without padding", "A" * ((length * 4 + 2) // 3)
    return Form(expected, sample, accepts=accepts, sort="bytes", pattern=f"[A-Za-z0-9_-]{{{len(sample)}}}")


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
    return Form(
        "words in at least one of ar, fr, en", {"ar": "…"}, fields=fields, least=1, most=most, sort="said"
    )


def _is_link(value: object) -> bool:
    return (
        isinstance(value, str)
        and len(value) <= 1000
        and LINK.fullmatch(value) is not None
        and not TURNING.search(value)
        and not CONTROL.search(value)
        and unicodedata.is_normalized("NFC", value)
    )


def link() -> Form:
    """An http or https address of at most 1,000 characters."""
    return Form(
        "an address that begins with https:// or http://",
        "https://example.org/",
        accepts=_is_link,
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


def sources(least: int = 0) -> Form:
    """Where a statement can be read: `least` to 20 links with what they are."""
    fields = {"url": required(link()), "title": optional(text(300)), "outlet": optional(text(100))}
    expected = f"a list of {least} to 20 links"
    return Form(expected, [], items=record(fields), least=least, most=20, sort="links")
