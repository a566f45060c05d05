"""All published checks as open data: CSV, JSON lines, Parquet, and a description that machines read (Frictionless Data Package).

A row is one entry of kind `check`. The same rows in the same order in each form; the same book gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import json
import tempfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.utils.translation import gettext_noop as _

from sawtna.checks.core.findings import week_of
from sawtna.checks.core.register import Check
from sawtna.ledger.core.encoding import decode_base64url

LICENCE = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column: its name, its type in Table Schema and in DuckDB's SQL, and what it holds, in English for the description."""

    name: str
    type: str
    sql: str
    about: str


COLUMNS = (
    Column("entry", "integer", "UBIGINT", _("Index of the entry in the book")),
    Column("on", "date", "DATE", _("Day of the check (UTC); nothing finer is kept")),
    Column("week", "string", "VARCHAR", _("Week of that day: year and number (ISO week)")),
    Column("net", "string", "VARCHAR", _("Network by its AS number; zero where it is not known")),
    Column("cc", "string", "VARCHAR", _("Country by its two capital letters; ZZ where it is not known")),
    Column("via", "string", "VARCHAR", _("Kind of access: unknown, mobile, fixed, wifi, satellite; as the tester says")),
    Column("how", "string", "VARCHAR", _("probe or browser; only what a probe found is evidence")),
    Column("verdict", "string", "VARCHAR", _("blocked, degraded, not_blocked or inconclusive")),
    Column("causes", "array", "VARCHAR[]", _("What was found, in the words of the format")),
    Column("flows", "array", "VARCHAR[]", _("State of each kind of traffic: name=open, blocked, degraded or unknown")),
    Column("hop", "integer", "UTINYINT", _("Router behind which it is dropped, counted from the subscriber")),
    Column("who", "string", "VARCHAR", _("Hash that tells the vantages of one day apart; new every day")),
    Column("evidence", "string", "VARCHAR", _("Fingerprint of the file that shows the check, as in its address")),
    Column("far", "string", "VARCHAR", _("Name and id of the key of the far end that signed its half")),
    Column("software", "string", "VARCHAR", _("Version of the program that checked")),
)  # fmt: skip


def row_of(check: Check) -> dict[str, Any]:
    """A check as a row."""
    return {
        "entry": check.index,
        "on": check.on.isoformat(),
        "week": week_of(check.on),
        "net": check.net,
        "cc": check.cc,
        "via": check.via,
        "how": check.how,
        "verdict": check.verdict,
        "causes": list(check.causes),
        "flows": [f"{name}={state}" for name, state in check.flows],
        "hop": check.hop,
        "who": decode_base64url(check.who).hex(),
        "evidence": decode_base64url(check.ev).hex(),
        "far": check.far,
        "software": check.software,
    }


def pack_csv(checks: Iterable[Check]) -> bytes:
    """Rows as CSV (RFC 4180); lists are parted by spaces."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow(column.name for column in COLUMNS)
    for check in checks:
        writer.writerow(
            " ".join(value) if isinstance(value, list) else value for value in row_of(check).values()
        )
    return text.getvalue().encode()


def pack_lines(checks: Iterable[Check]) -> bytes:
    """Rows as JSON lines: one object a line, `hop` left out where it is not known."""
    rows = ({name: value for name, value in row_of(check).items() if value is not None} for check in checks)
    return "".join(json.dumps(row, ensure_ascii=False, separators=(",", ":")) + "\n" for row in rows).encode()


def has_parquet() -> bool:
    """Whether DuckDB is installed (`pip install sawtna[data]`), which writes Parquet (decision 83)."""
    return find_spec("duckdb") is not None


def pack_parquet(checks: Iterable[Check]) -> bytes:
    """Rows as Parquet, lists as lists, written by DuckDB without network and with one thread, so that bytes come out alike."""
    duckdb = import_module("duckdb")  # 40 MB that a house without open data in this form need not carry
    columns = ", ".join(f"'{column.name}': '{column.sql}'" for column in COLUMNS)
    with tempfile.TemporaryDirectory(prefix="sawtna-data-") as folder:
        lines, target = Path(folder) / "checks.jsonl", Path(folder) / "checks.parquet"
        lines.write_bytes(pack_lines(checks))
        settings: dict[str, str | bool | int | float | list[str]] = {
            "threads": "1",
            "memory_limit": "256MB",
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
        }
        with duckdb.connect(":memory:", config=settings) as base:
            rows = f"read_json('{lines}', format='newline_delimited', columns={{{columns}}})"
            base.execute(f"COPY (SELECT * FROM {rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")  # noqa: S608 (both names are ours)
        return target.read_bytes()


def pack_description(_checks: Iterable[Check]) -> bytes:
    """What the columns hold and under which licence, as a Data Package (specs.frictionlessdata.io)."""
    fields = [{"name": one.name, "type": one.type, "description": one.about} for one in COLUMNS]
    resources = [
        {"name": form.name, "path": form.file, "mediatype": form.kind, "schema": {"fields": fields}}
        for form in forms_at_hand()
        if form.name != "description"
    ]
    described = {
        "profile": "data-package",
        "name": "sawtna-checks",
        "title": "Checks of networks: whether internet calls get through",
        "description": "One row is one check of the public book. Testers choose themselves; one vantage counts once a day.",
        "licenses": [LICENCE],
        "resources": resources,
    }
    return (json.dumps(described, ensure_ascii=False, indent=2) + "\n").encode()


@dataclass(frozen=True, slots=True)
class DataForm:
    """One form of the open data: its file under /checks/, its media type, and what writes it."""

    name: str
    file: str
    kind: str
    pack: Callable[[Iterable[Check]], bytes]


FORMS = (
    DataForm("csv", "checks.csv", "text/csv; charset=utf-8", pack_csv),
    DataForm("lines", "checks.jsonl", "application/jsonl", pack_lines),
    DataForm("parquet", "checks.parquet", "application/vnd.apache.parquet", pack_parquet),
    DataForm("description", "datapackage.json", "application/json", pack_description),
)


def forms_at_hand() -> tuple[DataForm, ...]:
    """The forms that this house can write: Parquet only where DuckDB is installed."""
    return tuple(form for form in FORMS if form.name != "parquet" or has_parquet())
