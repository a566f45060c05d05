"""The campaign file format described by the kinds themselves: the tables of `docs/formats/campaign.md` and a JSON Schema.

Pure: whoever wants the files calls `python script/formats.py`; a test compares them with what this module gives.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from sawtna.campaigns.core.document import FORMAT, KEYS, MOST_THINGS, thing_form
from sawtna.campaigns.core.entries import CAMPAIGN, SECTIONS
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import SLUG, Form

Schema: TypeAlias = dict[str, object]

KINDS = (CAMPAIGN, *SECTIONS.values())

# ECMA-262 patterns, for a schema is read by programs in any language.
PLAIN_TEXT = r"^[^\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028-\u202e\u2066-\u2069\ufeff]*$"
LINK_CHARACTER = r"[^\s\u0000-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069\ufeff]"
LINK = rf"^[Hh][Tt][Tt][Pp][Ss]?://{LINK_CHARACTER}+\.{LINK_CHARACTER}+$"
POINT = r"[0-9]{4}(?:-[0-9]{2}(?:-[0-9]{2})?)?"
DAY = rf"^(?:{POINT}(?:/{POINT})?|[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T[0-9]{{2}}:[0-9]{{2}})$"


def format_tables() -> str:
    """The sections of a campaign file as Markdown: each with what it is and a table of its fields."""
    parts = [_section("campaign", "an object", CAMPAIGN)]
    parts += [_section(section, "a list", kind) for section, kind in SECTIONS.items()]
    return "\n".join(parts)


def _section(name: str, sort: str, kind: Kind) -> str:
    rows = "\n".join(_rows(thing_form(kind)))
    head = "| field | must be there | what it holds | such as |\n|---|---|---|---|"
    return f"### `{name}`: {sort}\n{kind.about}\n\n{head}\n{rows}\n"


def _rows(form: Form, prefix: str = "") -> Iterator[str]:
    for name, place in (form.fields or {}).items():
        inner, path = place.form, f"{prefix}{name}"
        if inner.fields is not None and inner.sort == "record":
            yield from _rows(inner, f"{path}.")
        else:
            sample = _cell(str(_sample(inner)))
            yield f"| `{path}` | {'yes' if place.required else ''} | {_cell(_in_words(inner))} | {sample} |"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def _in_words(form: Form) -> str:
    if form.sort == "said":
        return f"{form.expected}, each at most {form.most} characters"
    if form.sort == "links":
        return f"{form.least} to {form.most} links: {{`url`, `title`, `outlet`}}, of which only `url` must be there"
    if form.items is not None:
        return f"{form.least} to {form.most} values, each {form.items.expected}"
    if form.values is not None:
        return f"an object of {form.least} to {form.most} names, each with {_in_words(form.values)}"
    if form.fields is not None:
        return f"an object with {', '.join(f'`{name}`' for name in form.fields)}"
    return form.expected


def _sample(form: Form) -> object:
    if form.items is not None and form.sort == "list":
        return _sample(form.items)
    return f"`{form.sample}`" if form.sort not in {"text", "said", "links", "map", "record"} else ""


def json_schema() -> Schema:
    """A JSON Schema (2020-12) of the format. It knows forms, not relations: an import checks more than a schema can."""
    sections = {
        section: {"type": "array", "maxItems": MOST_THINGS, "items": {"$ref": f"#/$defs/{kind.name}"}}
        for section, kind in SECTIONS.items()
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": f"A campaign of Sawtna ({FORMAT})",
        "type": "object",
        "properties": {"format": {"const": FORMAT}, "campaign": {"$ref": "#/$defs/campaign"}, **sections},
        "required": list(KEYS[:2]),
        "additionalProperties": False,
        "$defs": {**{kind.name: _thing_schema(kind) for kind in KINDS}, **_shared_schemas()},
    }


def _shared_schemas() -> Schema:
    """What stands in many places, once: words of each length, links."""
    forms = [form for kind in KINDS for form in _forms_in(kind.words_form)]
    return {_shared_name(form): _spelled(form) for form in forms if _shared_name(form)}


def _forms_in(form: Form) -> Iterator[Form]:
    yield form
    inner = [place.form for place in (form.fields or {}).values()]
    for part in (*inner, *(one for one in (form.items, form.values) if one is not None)):
        yield from _forms_in(part)


def _shared_name(form: Form) -> str:
    return (
        f"words-of-{form.most}"
        if form.sort == "said"
        else f"links-of-{form.least}"
        if form.sort == "links"
        else ""
    )


def _thing_schema(kind: Kind) -> Schema:
    """Either with its words, or with `erased` in their place."""
    if kind.words is None:
        return {"description": kind.about, **_schema(thing_form(kind))}
    either = [_schema(thing_form(kind)), _schema(thing_form(kind, erased=True))]
    return {"description": kind.about, "oneOf": either}


def _schema(form: Form) -> Schema:
    shared = _shared_name(form)
    return {"$ref": f"#/$defs/{shared}"} if shared else _spelled(form)


def _spelled(form: Form) -> Schema:
    if form.fields is not None:
        return _record_schema(form)
    if form.items is not None:
        return {"type": "array", "minItems": form.least, "maxItems": form.most, "items": _schema(form.items)}
    if form.values is not None:
        return {
            "type": "object",
            "minProperties": form.least,
            "maxProperties": form.most,
            "propertyNames": {"pattern": f"^(?:{SLUG.pattern})$"},
            "additionalProperties": _schema(form.values),
        }
    return _value_schema(form)


def _record_schema(form: Form) -> Schema:
    fields = form.fields or {}
    required = [name for name, place in fields.items() if place.required]
    schema: Schema = {
        "type": "object",
        "properties": {name: _schema(place.form) for name, place in fields.items()},
    }
    if required:
        schema["required"] = required
    if form.least:
        schema["minProperties"] = form.least
    return {**schema, "additionalProperties": False}


def _value_schema(form: Form) -> Schema:
    if form.choices:
        return {"enum": list(form.choices)}
    if form.pattern:
        return {"type": "string", "pattern": f"^(?:{form.pattern})$"}
    by_sort: Mapping[str, Schema] = {
        "whole": {"type": "integer", "minimum": form.least, "maximum": form.most},
        "flag": {"const": True} if form.expected == "true" else {"type": "boolean"},
        "day": {"type": "string", "pattern": DAY},
        "link": {"type": "string", "maxLength": form.most, "pattern": LINK},
        "text": {"type": "string", "minLength": form.least, "maxLength": form.most, "pattern": PLAIN_TEXT},
    }
    return by_sort[form.sort]
