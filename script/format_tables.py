"""Writes what the code knows of the book's formats into docs/formats: the kinds of entry.md, the rules and units of numbers.md,
the columns of check.md.

python script/format_tables.py            write the tables anew
python script/format_tables.py --check    only tell (by exit status) whether they are those of the code
"""

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import Field, Form

FORMATS = Path(__file__).resolve().parent.parent / "docs/formats"
MARK = re.compile(r"<!-- made by script/format_tables\.py: (\w+) -->\n.*?<!-- end -->", re.DOTALL)
ROOMS = {
    "ledger": "Kinds of the book itself",
    "campaigns": "Kinds of campaigns",
    "checks": "Kinds of network checks",
}


def start_django() -> None:
    """The names of rules and units are translatable, so they need Django; no database is touched."""
    import django
    from django.conf import settings

    if not settings.configured:
        os.environ.setdefault("SAWTNA_VAR", tempfile.gettempdir())
        os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sawtna.web.settings")
        django.setup()


# ------------------------------------------------------------------ kinds
def kinds_in_sections() -> str:
    """Every kind that a room may write, room by room."""
    from sawtna.ledger.kinds import KINDS

    parts = []
    for room, title in ROOMS.items():
        parts.append(f"## {title}\n")
        parts += [section_of(kind) for kind in KINDS if kind.room == room]
    return "\n".join(parts)


def section_of(kind: Kind) -> str:
    """One kind: what it says, its fields in the log, the words of its opening."""
    text = f"### `{kind.name}`\n{kind.about}\n"
    if kind.fields:
        text += f"\n{table_of(kind.fields)}"
    if kind.words is not None:
        text += f"\nWords of the opening:\n\n{table_of(kind.words)}"
    return text


def table_of(fields: Mapping[str, Field]) -> str:
    """The fields of a record, those of records inside them too."""
    rows = "".join(f"| {' | '.join(row)} |\n" for row in rows_of(fields))
    return f"| field | form | required | such as |\n|---|---|---|---|\n{rows}"


def rows_of(fields: Mapping[str, Field], prefix: str = "") -> Iterator[tuple[str, str, str, str]]:
    """A row for each field."""
    for name, field in fields.items():
        form = field.form
        sample = (
            f"`{form.sample}`" if form.sort not in {"text", "said", "links", "map", "record", "list"} else ""
        )
        yield f"`{prefix}{name}`", cell(in_words(form)), "yes" if field.required else "no", cell(sample)
        inner = form.items or form.values or form
        if inner.fields is not None and form.sort != "said" and inner.sort != "said":
            yield from rows_of(
                inner.fields, f"{prefix}{name}{'[]' if form.items else '.*' if form.values else ''}."
            )


def in_words(form: Form) -> str:
    """What a value may be."""
    if form.sort == "said":
        return f"{form.expected}, each at most {form.most:,} characters"
    if form.items is not None:
        return f"a list of {form.least} to {form.most}: {in_words(form.items)}"
    if form.values is not None:
        return f"{form.least} to {form.most} names, each with {in_words(form.values)}"
    if form.fields is not None:
        return f"an object with {', '.join(f'`{name}`' for name in form.fields)}"
    return form.expected


def cell(text: str) -> str:
    """Text that may stand in a cell of a table."""
    return text.replace("|", "\\|").replace("\n", " ")


# ------------------------------------------------------------------ numbers
def rules_in_rows() -> str:
    """Every rule, with the sentence that pages show."""
    from sawtna.ledger import legend

    rules = sorted(legend.known("rules").items())
    return "| rule | how the number is made |\n|---|---|\n" + "".join(
        f"| `{name}` | {words} |\n" for name, words in rules
    )


def units_in_rows() -> str:
    """Every unit, as one and as several."""
    from sawtna.ledger import legend

    rows = ["| `basis-point` | a hundredth of a per cent; pages show per cent with two decimals |\n"]
    for name, words in sorted(legend.known("units").items()):
        one, many = (str(words % {"count": count, "number": count}) for count in (1, 5))
        rows.append(f"| `{name}` | {one}, {many} |\n")
    return "| unit | on a page |\n|---|---|\n" + "".join(rows)


# ------------------------------------------------------------------ open data
def columns_in_rows() -> str:
    """Every column of the open data of checks, with its type in each of its descriptions."""
    from sawtna.checks.open_data import COLUMNS

    rows = (f"| `{one.name}` | {one.type} | {one.sql} | {one.about} |\n" for one in COLUMNS)
    return "| column | type | in Parquet | what it holds |\n|---|---|---|---|\n" + "".join(rows)


TABLES: dict[str, Callable[[], str]] = {
    "kinds": kinds_in_sections,
    "rules": rules_in_rows,
    "units": units_in_rows,
    "columns": columns_in_rows,
}


def document_with_tables(text: str) -> str:
    """The document with each table as the code has it now."""
    from django.utils import translation

    def made(found: re.Match[str]) -> str:
        return f"<!-- made by script/format_tables.py: {found[1]} -->\n{TABLES[found[1]]()}<!-- end -->"

    with translation.override("en"):
        return MARK.sub(made, text)


def documents() -> list[Path]:
    """The documents that hold tables of ours."""
    return [page for page in sorted(FORMATS.glob("*.md")) if MARK.search(page.read_text(encoding="utf-8"))]


def main(words: list[str]) -> int:
    """Write, or compare."""
    start_django()
    stale = 0
    for page in documents():
        text = page.read_text(encoding="utf-8")
        fresh = document_with_tables(text)
        if fresh != text:
            stale = 1
            print(f"{page.name} is not what the code says")
            if "--check" not in words:
                page.write_text(fresh, encoding="utf-8")
                print(f"{page.name} is written anew")
    return stale if "--check" in words else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
