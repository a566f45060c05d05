"""Reads JSON and remembers where each value stands, so that an error can name its line.

The json module of Python forgets places, and json-source-map needs 8 seconds for 5 MB of small values (this: under 1)
and keeps the last of two equal keys in silence. Strings are read by the C scanner of the json module.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from json import JSONDecodeError
from json.decoder import scanstring  # type: ignore[attr-defined]  # public in CPython and PyPy, unknown to typeshed
from typing import TypeAlias

from sawtna.campaigns.core.flaws import flaw
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import Path

MOST_DEPTH = 32
MOST_VALUES = (
    250_000  # a file of 2,000 items has tens of thousands; more would cost seconds before any other check
)

# Where a value begins; of an object or a list also where its parts begin.
Spot: TypeAlias = "int | tuple[int, dict[str, Spot] | list[Spot]]"

_SPACE = re.compile(r"[ \t\n\r]*")
_SCALAR = re.compile(r"(-?(?:0|[1-9][0-9]*))((?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?)|true|false|null")
_WORDS: dict[str, object] = {"true": True, "false": False, "null": None}
_MOST_DIGITS = 400


class JsonError(BookError):
    """The text is not JSON: `at` which place, and what is wrong there (a code of `FLAWS` with its values)."""

    code = "json"

    def __init__(self, at: int, flaw_code: str, **values: object) -> None:
        self.problem = flaw((), flaw_code, **values)
        super().__init__(self.problem.sentence)
        self.at = at


@dataclass(slots=True)
class Places:
    """The value of a JSON text and the places of its parts. `twice` holds (path, place) of each repeated key."""

    text: str
    value: object = None
    spot: Spot = 0
    twice: list[tuple[Path, int]] = field(default_factory=list)
    _lines: list[int] = field(default_factory=list)

    def line_and_column(self, at: int) -> tuple[int, int]:
        """Line and column of a place, both counted from 1 as editors do."""
        if not self._lines:
            self._lines = [0, *(match.end() for match in re.finditer("\n", self.text))]
        line = bisect_right(self._lines, at)
        return line, at - self._lines[line - 1] + 1

    def line_of(self, path: Path) -> int:
        """The line of the value at that path; of what encloses it where there is no such value."""
        spot = self.spot
        for step in path:
            inner = _part_of(spot, step)
            if inner is None:
                break
            spot = inner
        return self.line_and_column(spot[0] if isinstance(spot, tuple) else spot)[0]


def _part_of(spot: Spot, step: str | int) -> Spot | None:
    parts = spot[1] if isinstance(spot, tuple) else None
    if isinstance(parts, dict):
        return parts.get(step) if isinstance(step, str) else None
    if isinstance(parts, list) and isinstance(step, int) and step < len(parts):
        return parts[step]
    return None


def read_json(text: str) -> Places:
    """Read one JSON value with nothing after it; raises JsonError."""
    places = Places(text)
    reader = _Reader(places)
    start = _skip(text, 0)
    places.value, places.spot, end = reader.read_value(start)
    end = _skip(text, end)
    if end != len(text):
        raise _misplaced(text, end, "json-rest")
    return places


def _skip(text: str, at: int) -> int:
    found = _SPACE.match(text, at)
    return found.end() if found else at


def _misplaced(text: str, at: int, code: str) -> JsonError:
    if at >= len(text):
        return JsonError(len(text), "json-cut")
    shown = text[at] if text[at].isprintable() else f"U+{ord(text[at]):04X}"
    return JsonError(at, code, character=f"'{shown}'")


class _Reader:
    """Reads values one inside another. Owner: one call of `read_json`."""

    def __init__(self, places: Places) -> None:
        self.text = places.text
        self.twice = places.twice
        self.path: list[str | int] = []
        self.left = MOST_VALUES

    def read_value(self, at: int) -> tuple[object, Spot, int]:
        """(value, spot, end) of the value that begins at `at`."""
        self.left -= 1
        if self.left < 0:
            raise JsonError(at, "json-values", most=MOST_VALUES)
        first = self.text[at : at + 1]
        if first == '"':
            words, end = self.read_string(at)
            return words, at, end
        if first in ("{", "["):
            if len(self.path) >= MOST_DEPTH:
                raise JsonError(at, "json-depth", most=MOST_DEPTH)
            return self.read_object(at) if first == "{" else self.read_list(at)
        value, end = self.read_scalar(at)
        return value, at, end

    def read_string(self, at: int) -> tuple[str, int]:
        """A string; a lone half of a surrogate pair stays, as the forms refuse it with its field."""
        try:
            value, end = scanstring(self.text, at + 1, True)
        except JSONDecodeError as error:
            raise _text_error(self.text, at, error) from None
        return value, end

    def read_scalar(self, at: int) -> tuple[object, int]:
        """A number, true, false or null."""
        found = _SCALAR.match(self.text, at)
        if found is None:
            raise _misplaced(self.text, at, "json-value")
        word, whole, fraction = found[0], found[1], found[2]
        if whole is None:
            return _WORDS[word], found.end()
        if len(word) > _MOST_DIGITS:
            raise JsonError(at, "json-digits", digits=len(word))
        return (float(word) if fraction else int(word)), found.end()

    def read_list(self, at: int) -> tuple[object, Spot, int]:
        """A list and the spots of its items."""
        text = self.text
        values: list[object] = []
        spots: list[Spot] = []
        end = _skip(text, at + 1)
        if text[end : end + 1] == "]":
            return values, (at, spots), end + 1
        while True:
            self.path.append(len(values))
            value, spot, end = self.read_value(end)
            self.path.pop()
            values.append(value)
            spots.append(spot)
            end = _skip(text, end)
            mark = text[end : end + 1]
            if mark == "]":
                return values, (at, spots), end + 1
            if mark != ",":
                raise _misplaced(text, end, "json-comma-list")
            end = _skip(text, end + 1)

    def read_object(self, at: int) -> tuple[object, Spot, int]:
        """An object and the spots of its values; of a repeated key the first stays and the second is noted."""
        text = self.text
        values: dict[str, object] = {}
        spots: dict[str, Spot] = {}
        end = _skip(text, at + 1)
        if text[end : end + 1] == "}":
            return values, (at, spots), end + 1
        while True:
            if text[end : end + 1] != '"':
                raise _misplaced(text, end, "json-name")
            place = end
            name, end = self.read_string(end)
            end = _skip(text, end)
            if text[end : end + 1] != ":":
                raise _misplaced(text, end, "json-colon")
            self.path.append(name)
            value, spot, end = self.read_value(_skip(text, end + 1))
            self.path.pop()
            if name in values:
                self.twice.append(((*self.path, name), place))
            else:
                values[name] = value
                spots[name] = spot
            end = _skip(text, end)
            mark = text[end : end + 1]
            if mark == "}":
                return values, (at, spots), end + 1
            if mark != ",":
                raise _misplaced(text, end, "json-comma-object")
            end = _skip(text, end + 1)


def _text_error(text: str, at: int, error: JSONDecodeError) -> JsonError:
    if "Unterminated" in error.msg:
        return JsonError(at, "json-open-text")
    if "control character" in error.msg and text[error.pos] in "\n\r":
        return JsonError(error.pos, "json-break")
    if "control character" in error.msg:
        return JsonError(error.pos, "json-control", character=f"U+{ord(text[error.pos]):04X}")
    return _misplaced(text, error.pos, "json-escape")
