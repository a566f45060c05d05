"""What a draft would change, as people read it: what is new, what is newer and in which fields, what is taken back.

It compares two documents, so that it can be read while the draft is not yet sound; what publishing really writes is
planned by `core.planning`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sawtna.campaigns.core.entries import SECTIONS
from sawtna.campaigns.forms.choices import choices_of
from sawtna.campaigns.forms.labels import HIDDEN, LABELS, ORDER, Words, label_of
from sawtna.campaigns.forms.questions import TONGUES, title_of
from sawtna.campaigns.forms.shown import shown
from sawtna.campaigns.forms.sorts import WORDS, sort_of
from sawtna.campaigns.forms.things import CAMPAIGN_SECTION, Document, Thing, keys_in, kind_of, things_in
from sawtna.ledger.legend import COMMA

NEW, NEWER, BACK = "new", "newer", "back"


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that differs: what it is called, what the one says and what the other says. Language where it is words."""

    label: Words
    before: str
    after: str
    language: str = ""
    own_name: str = ""
    direction: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that a draft adds, changes or takes back. `key` is its address in the draft, or its id where it is gone."""

    what: str
    section: str
    key: str
    title: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True)
class Changes:
    """All changes of a draft, in the order of the document."""

    all: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.all)

    def count(self, what: str) -> int:
        """How many changes there are of a sort."""
        return sum(1 for change in self.all if change.what == what)

    @property
    def new(self) -> int:
        """How many things are new."""
        return self.count(NEW)

    @property
    def newer(self) -> int:
        """How many things have a newer version."""
        return self.count(NEWER)

    @property
    def back(self) -> int:
        """How many things are taken back."""
        return self.count(BACK)

    def of(self, section: str) -> dict[str, Change]:
        """The changes of one section by address."""
        return {change.key: change for change in self.all if change.section == section}


def changes_of(before: Document | None, after: Document, language: str, zone: str = "UTC") -> Changes:
    """What `after` (a draft) changes about `before` (what the book says; None where it says nothing yet)."""
    sections = (CAMPAIGN_SECTION, *SECTIONS)
    return Changes(
        tuple(
            change for section in sections for change in _of_section(before, after, section, language, zone)
        )
    )


def _of_section(
    before: Document | None, after: Document, section: str, language: str, zone: str
) -> Iterator[Change]:
    known = {str(thing.get("id")): thing for thing in things_in(before, section)} if before else {}
    kept: set[str] = set()
    for key, thing in zip(keys_in(after, section), things_in(after, section), strict=True):
        if section == CAMPAIGN_SECTION:
            key = CAMPAIGN_SECTION  # noqa: PLW2901 - there is one of them, whatever it is called
        name = next(iter(known), "") if section == CAMPAIGN_SECTION else key
        kept.add(name)
        old = known.get(name)
        if old is None:
            yield Change(NEW, section, key, title_of(thing, language))
        elif old != thing:
            differences = tuple(differences_of(section, old, thing, zone))
            yield Change(NEWER, section, key, title_of(thing, language), differences)
    for name, thing in known.items():
        if name not in kept:
            yield Change(BACK, section, name, title_of(thing, language))


def differences_of(
    section: str, before: Mapping[str, Any], after: Mapping[str, Any], zone: str
) -> Iterator[Difference]:
    """The fields in which two versions of a thing differ, in the order of the page."""
    kind = kind_of(section)
    for path in (*ORDER.get(kind.name, ()), *HIDDEN.get(kind.name, {})):
        old, new = _value(before, path), _value(after, path)
        if old == new:
            continue
        if path in HIDDEN.get(kind.name, {}):
            texts = (_text(kind.name, path, one, zone) for one in (old, new))
            yield Difference(LABELS.get(path, path), *texts)
        elif sort_of(kind, path) == "said":
            yield from _said_differences(label_of(kind.name, path), old, new)
        else:
            yield Difference(
                label_of(kind.name, path),
                _text(kind.name, path, old, zone),
                _text(kind.name, path, new, zone),
            )
    if _value(before, f"{WORDS}.options") != _value(after, f"{WORDS}.options") and kind.name == "ballot":
        yield Difference(label_of("ballot", "options"), _options_text(before), _options_text(after))


def _value(thing: Mapping[str, Any], path: str) -> Any:
    held: Any = thing
    for step in path.split("."):
        held = held.get(step) if isinstance(held, Mapping) else None
    return held


def _said_differences(label: Words, old: Any, new: Any) -> Iterator[Difference]:
    for code, (own_name, direction) in TONGUES.items():
        before, after = (str(said.get(code, "")) if isinstance(said, Mapping) else "" for said in (old, new))
        if before != after:
            yield Difference(label, before, after, code, own_name, direction)


def _text(kind: str, path: str, value: Any, zone: str) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "✓" if value else ""
    if path.endswith(".links") and isinstance(value, list):
        return "\n".join(
            " ".join(map(str, link.values())) if isinstance(link, Mapping) else str(link) for link in value
        )
    known = choices_of(kind, path)
    if isinstance(value, list):
        return str(COMMA).join(str(known.get(str(one), one)) for one in value)
    if path == "actions" and isinstance(value, Mapping):
        return "\n".join(f"{option}: {_action_text(action)}" for option, action in value.items())
    return (
        str(known[value])
        if isinstance(value, str) and value in known
        else shown(sort_of_path(kind, path), value, zone)
    )


def _action_text(action: Any) -> str:
    return " – ".join(map(str, action.values())) if isinstance(action, Mapping) else str(action)


def sort_of_path(kind: str, path: str) -> str:
    """The sort of a question, by the name of its kind."""
    found = next(one for one in (kind_of(CAMPAIGN_SECTION), *SECTIONS.values()) if one.name == kind)
    return sort_of(found, path)


def _options_text(thing: Mapping[str, Any]) -> str:
    told = _value(thing, f"{WORDS}.options")
    if not isinstance(told, Mapping):
        return ""
    return "\n".join(
        f"{name}: {' / '.join(map(str, words.values())) if isinstance(words, Mapping) else words}"
        for name, words in told.items()
    )


def thing_or_empty(document: Document, section: str, position: int | None) -> Thing:
    """The thing in a place, or an empty one to begin with."""
    things = things_in(document, section)
    return things[position] if position is not None and position < len(things) else {}


def words_of(section: str, words: Mapping[str, Any]) -> list[tuple[Words, str]]:
    """The words of a thing as lines to read: label and text, one for each language."""
    kind = kind_of(section)
    lines: list[tuple[Words, str]] = []
    for path in ORDER[kind.name]:
        value = _value({WORDS: words}, path) if path.startswith(f"{WORDS}.") else None
        if value is not None and sort_of(kind, path) == "said" and isinstance(value, Mapping):
            label = label_of(kind.name, path)
            lines += [
                (f"{label} ({TONGUES[code][0]})", str(said))
                for code, said in value.items()
                if code in TONGUES
            ]
        elif value is not None:
            lines.append((label_of(kind.name, path), _text(kind.name, path, value, "UTC")))
    return lines
