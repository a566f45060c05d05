"""A campaign as a document: the form of `sawtna-campaign/1` files, of the desk's drafts and of exports.

`{"format": …, "campaign": {…}, "targets": […], …}`: the sections of `entries.py`, each thing with the fields of its entry
(without `v`, `k`, `c`, `cm`) and its `words`. Where the words of a thing were erased it has `"erased": true` instead.
"""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import islice
from typing import TypeAlias

from sawtna.campaigns.core.consistency import inconsistencies
from sawtna.campaigns.core.entries import CAMPAIGN, SECTIONS
from sawtna.campaigns.core.flaws import flaw
from sawtna.campaigns.core.story import Item, Story
from sawtna.campaigns.core.things import Thing, things_of
from sawtna.ledger.core.entry import WORDS_BYTES, Kind
from sawtna.ledger.core.schema import (
    Form,
    Path,
    Problem,
    describe,
    list_of,
    problems_of,
    record,
    required,
    slug,
)

Document: TypeAlias = dict[str, object]

FORMAT = "sawtna-campaign/1"
FAMILY = "sawtna-campaign/"
MOST_THINGS = 2000
MOST_PROBLEMS = 50
FRAME = ("v", "k", "c", "cm")

ERASED = Form("true", True, accepts=lambda value: value is True, sort="flag")


def thing_form(kind: Kind, *, erased: bool = False) -> Form:
    """The form of a thing in a document: its entry's fields without the frame, and its words."""
    fields = {name: place for name, place in kind.fields.items() if name not in FRAME}
    if kind is CAMPAIGN:
        fields = {"id": required(slug("morocco-2016")), **fields}
    if erased:
        return record({**fields, "erased": required(ERASED)})
    return record({**fields, "words": required(kind.words_form)} if kind.words is not None else fields)


FORMS = {section: thing_form(kind) for section, kind in SECTIONS.items()}
ERASED_FORMS = {section: thing_form(kind, erased=True) for section, kind in SECTIONS.items()}
CAMPAIGN_FORM = thing_form(CAMPAIGN)
ERASED_CAMPAIGN_FORM = thing_form(CAMPAIGN, erased=True)
KEYS = ("format", "campaign", *SECTIONS)


def check_document(document: object) -> list[Problem]:
    """What is wrong with a document: at most `MOST_PROBLEMS`, in the order of the document."""
    return list(islice(problems_of_document(document), MOST_PROBLEMS))


def problems_of_document(document: object) -> Iterator[Problem]:
    """Everything that is wrong with a document, one after the other."""
    if not isinstance(document, dict):
        code, got, values = describe(document)
        yield Problem((), got, f"an object with {', '.join(KEYS)}", code, values)
        return
    yield from _frame_problems(document)
    if "campaign" in document:
        yield from _thing_problems(CAMPAIGN_FORM, ERASED_CAMPAIGN_FORM, document["campaign"], ("campaign",))
    for section in SECTIONS:
        things = document.get(section, [])
        for position, thing in enumerate(things if isinstance(things, list) else []):
            yield from _thing_problems(FORMS[section], ERASED_FORMS[section], thing, (section, position))
    yield from inconsistencies(document)


def _frame_problems(document: Document) -> Iterator[Problem]:
    names = ", ".join(KEYS)
    for key in document:
        if key not in KEYS:
            yield Problem((key,), "an unknown field", f"one of {names}", "unknown", {"names": names})
    yield from _format_problems(document.get("format"))
    if "campaign" not in document:
        yield Problem(("campaign",), "nothing", CAMPAIGN_FORM.expected, "missing", {}, CAMPAIGN_FORM)
    for section in SECTIONS:
        if section in document and not isinstance(document[section], list):
            yield from problems_of(list_of(FORMS[section], 0, MOST_THINGS), document[section], (section,))
    count = sum(1 for section in SECTIONS for _ in things_of(document, section))
    if count > MOST_THINGS:
        yield flaw((), "too-many-things", count=count, most=MOST_THINGS)


def _format_problems(got: object) -> Iterator[Problem]:
    if got == FORMAT:
        return
    shown = describe(got)[1]
    is_newer = isinstance(got, str) and got.startswith(FAMILY) and got[len(FAMILY) :].isdecimal()
    yield flaw(("format",), "format-newer" if is_newer else "format", got=shown, format=FORMAT)


def _thing_problems(form: Form, erased: Form, thing: object, path: Path) -> Iterator[Problem]:
    chosen = erased if isinstance(thing, dict) and "erased" in thing else form
    found = list(problems_of(chosen, thing, path))
    yield from found
    if not found and isinstance(thing, dict) and "words" in thing:
        size = len(_packed(thing["words"]))
        if size > WORDS_BYTES:
            yield flaw((*path, "words"), "words-size", size=size, most=WORDS_BYTES)


def _packed(words: object) -> bytes:
    return json.dumps(words, ensure_ascii=False, separators=(",", ":"), sort_keys=True).encode()


def tidy_document(value: Document) -> Document:
    """The same document with each text in NFC, no space around it, one sort of line end, and no tabs."""
    return {name: _tidy(part) for name, part in value.items()}


def _tidy(value: object) -> object:
    if isinstance(value, str):
        return _tidy_text(value)
    if isinstance(value, list):
        return [_tidy(item) for item in value]
    return {name: _tidy(item) for name, item in value.items()} if isinstance(value, dict) else value


def _tidy_text(text: str) -> str:
    text = unicodedata.normalize("NFC", text).replace("\r\n", "\n").replace("\r", "\n").replace("\t", " ")
    return text.strip(" \n\u00a0")


def document_of(story: Story) -> Document:
    """The document that a story came from, or would: each thing in its current version, in the order of the book."""
    document: Document = {"format": FORMAT, "campaign": _thing_of(_as_last_told(story.campaign), CAMPAIGN)}
    for section, kind in SECTIONS.items():
        items = [item for item in story.sections[section].values() if item.current is not None]
        if items:
            document[section] = [_thing_of(item, kind) for item in sorted(items, key=_present_since)]
    return document


def _as_last_told(campaign: Item) -> Item:
    """A withdrawn campaign as it was before: publishing that again brings it back."""
    if campaign.current is not None:
        return campaign
    return Item(campaign.kind, campaign.id, [replace(campaign.versions[-1], struck=None)])


def _present_since(item: Item) -> int:
    return item.first_index


def _thing_of(item: Item, kind: Kind) -> Thing:
    name = {"id": item.id} if kind is CAMPAIGN else {}
    fields = {name: item.body[name] for name in kind.fields if name in item.body and name not in FRAME}
    if kind.words is None:
        return {**name, **fields}
    if not item.words:
        return {**name, **fields, "erased": True}
    words = {field: item.words[field] for field in kind.words if field in item.words}
    return {**name, **fields, "words": words}


def write_document(document: Mapping[str, object]) -> str:
    """The text of a campaign file: keys in the order of the format, two spaces an indent, a line break at the end.

    A document has one spelling, wherever it was kept: the book sorts keys, PostgreSQL has an order of its own.
    """
    ordered: Document = {key: document[key] for key in ("format",) if key in document}
    for key, form in (("campaign", CAMPAIGN_FORM), *FORMS.items()):
        if key in document:
            ordered[key] = _in_order(form if key == "campaign" else list_of(form), document[key])
    return json.dumps({**ordered, **document, **ordered}, ensure_ascii=False, indent=2) + "\n"


def _in_order(form: Form, value: object) -> object:
    """A value with the keys of its objects in the order of their form; of a ballot's options, in the order of these."""
    if isinstance(value, list) and form.items is not None:
        return [_in_order(form.items, item) for item in value]
    if not isinstance(value, dict):
        return value
    if form.values is not None:
        return {name: _in_order(form.values, item) for name, item in value.items()}
    fields = form.fields or {}
    ordered = {name: _in_order(place.form, value[name]) for name, place in fields.items() if name in value}
    ordered |= {name: item for name, item in value.items() if name not in ordered}
    return _options_in_order(ordered)


def _options_in_order(thing: Document) -> Document:
    options, words = thing.get("options"), thing.get("words")
    if not isinstance(options, list):
        return thing
    place = {option: position for position, option in enumerate(options) if isinstance(option, str)}
    ordered = {name: _by_place(thing[name], place) for name in ("actions",) if name in thing}
    if isinstance(words, dict) and "options" in words:
        ordered["words"] = {**words, "options": _by_place(words["options"], place)}
    return {**thing, **ordered}


def _by_place(values: object, place: Mapping[str, int]) -> object:
    if not isinstance(values, dict):
        return values
    return {name: values[name] for name in sorted(values, key=lambda name: place.get(name, len(place)))}
