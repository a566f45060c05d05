"""Adds entries to the end of the book: the only place where rows of the book are made.

Everything that can be wrong is found before the writer's lock is taken. Entries are accepted when the outermost transaction has
committed; they become public when `publish_checkpoint` has run.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache

from django.db import connection, transaction
from django.db.models import Model
from django.utils.translation import gettext as _

from sawtna.ledger.core.entry import (
    ENTRY_VERSION,
    SALT_BYTES,
    Body,
    Kind,
    pack_entry,
    seal_words,
)
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fits import Fits, compile_form
from sawtna.ledger.core.fold import UNTOUCHABLE
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.schema import Problem, problems_of, record
from sawtna.ledger.folder import LogFolder
from sawtna.ledger.kinds import KINDS
from sawtna.ledger.models import Entry, Head, Opening
from sawtna.ledger.refusals import Refused, faults_as_sentences

FIRST_KIND = "site"
STRIKES = ("void", "erase")
COLUMNS = ("index", "kind", "scope", "thing", "strikes", "body", "leaf")
SHOWN = 5

Row = tuple[int | str | bytes | None, ...]


@dataclass(frozen=True, slots=True)
class NewEntry:
    """An entry to be added: its body with `k` but without `v` and `cm`, and the words that go into its opening."""

    body: Body
    words: Mapping[str, object] | None = None


@dataclass(frozen=True, slots=True)
class Packed:
    """An entry whose bytes are ready; only its index is missing."""

    body: Body
    data: bytes
    opening: bytes | None

    @property
    def named(self) -> tuple[int, ...]:
        """The indices of earlier entries that it names."""
        return tuple(value for field in ("i", "b") if isinstance(value := self.body.get(field), int))

    @property
    def struck(self) -> int | None:
        """The entry that it voids or erases."""
        index = self.body.get("i")
        return index if self.body["k"] in STRIKES and isinstance(index, int) else None


def append_entries(new: Sequence[NewEntry]) -> list[int]:
    """Add entries to the end of the book, all or none, and return their indices in the order given.

    May be called inside a transaction of the caller; then they are accepted when that one commits.

    :raises Refused: code `entries` with all `problems` (each path begins with the position in `new`), or `not_open`,
        `older_database`, `disk_full`, `busy`.
    """
    packed = pack_all(new)
    if not packed:
        return []
    with faults_as_sentences(), transaction.atomic():
        return store_rows(packed, reserve_indices(len(packed)))


def pack_all(new: Sequence[NewEntry]) -> list[Packed]:
    """Check entries by their kinds and make their bytes; raises Refused with everything that is wrong."""
    packed: list[Packed] = []
    problems: list[Problem] = []
    for position, one in enumerate(new):
        found = _problems_of(one)
        if not found:
            try:
                packed.append(_pack(one))
            except BookError as error:
                found = [Problem((), str(error), _("something that the book can hold"))]
        problems.extend(replace(problem, path=(position, *problem.path)) for problem in found)
    if problems:
        raise _refuse(problems)
    return packed


def _refuse(problems: Sequence[Problem]) -> Refused:
    said = "; ".join(problem.sentence for problem in problems[:SHOWN])
    more = "" if len(problems) <= SHOWN else " …"
    return Refused(
        "entries",
        _("Nothing was added, because something is wrong: %(problems)s") % {"problems": said + more},
        problems,
    )


def _problems_of(one: NewEntry) -> list[Problem]:
    kind = KINDS.get(one.body.get("k"))
    if kind is None:
        return [Problem(("k",), repr(one.body.get("k")), "the name of a known kind")]
    for name in ("v", "cm"):
        if name in one.body:
            return [Problem((name,), "a value", "none: the book fills it in")]
    # A commitment of zeroes stands in for the one that only exists when the words are known to be good.
    filled = {**one.body, "v": ENTRY_VERSION, **({"cm": "A" * 43} if kind.words is not None else {})}
    return [*KINDS.problems(filled), *_problems_of_words(kind, one.words)]


def _problems_of_words(kind: Kind, words: Mapping[str, object] | None) -> list[Problem]:
    if kind.words is None:
        none = f"none: an entry of kind {kind.name} has none"
        return [] if words is None else [Problem(("words",), "words", none)]
    return [] if _words_fit(kind.name)(words) else list(problems_of(kind.words_form, words, ("words",)))


@cache
def _words_fit(kind: str) -> Fits:
    """A quick question for the words of a kind; kinds do not change while the process lives."""
    found = KINDS.get(kind)
    return compile_form(record((found.words if found else None) or {}))


def _pack(one: NewEntry) -> Packed:
    body, opening = {**one.body, "v": ENTRY_VERSION}, None
    if one.words is not None:
        salt = secrets.token_bytes(SALT_BYTES)
        body["cm"], opening = seal_words(one.words, salt)
    return Packed(body, pack_entry(body), opening)


def reserve_indices(count: int) -> int:
    """Take the writer's lock and the next `count` indices; both are given back when the transaction is rolled back.

    One statement on both engines: it waits for whoever writes now, and no two writers can be given the same index. Should the
    row be wrong, the seals and the primary key of the table still refuse a gap or a fork.
    """
    take = "UPDATE ledger_head SET size = size + %s WHERE id = 1 RETURNING size"
    with connection.cursor() as cursor:
        cursor.execute(take, [count])
        rows = cursor.fetchall()
        if not rows:
            last = Entry.objects.order_by("-index").values_list("index", flat=True).first()
            Head.objects.bulk_create([Head(size=0 if last is None else last + 1)], ignore_conflicts=True)
            cursor.execute(take, [count])
            rows = cursor.fetchall()
    size: int = rows[0][0]
    return size - count


def store_rows(packed: Sequence[Packed], first: int) -> list[int]:
    """Write the rows from index `first` on; the caller holds the writer's lock."""
    _check_place(packed, first)
    return write_rows(packed, first)


def write_rows(packed: Sequence[Packed], first: int) -> list[int]:
    """The same for entries that may be published already. None may name another one of `packed`."""
    scopes = _scopes_of_named(packed, first)
    entries = [_row(index, one, scopes) for index, one in enumerate(packed, first)]
    openings = [(index, one.opening) for index, one in enumerate(packed, first) if one.opening is not None]
    _insert(Entry, COLUMNS, entries)
    _insert(Opening, ("index", "body"), openings)
    return list(range(first, first + len(packed)))


def _insert(table: type[Model], columns: Sequence[str], rows: Sequence[Row]) -> None:
    """Insert many rows in the quickest way of the engine; `bulk_create` would make an object of each."""
    if not rows:
        return
    name = connection.ops.quote_name(table._meta.db_table)  # noqa: SLF001 (Django documents _meta)
    names = ", ".join(connection.ops.quote_name(column) for column in columns)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            copying = f"COPY {name} ({names}) FROM STDIN"  # triggers fire here as for INSERT
            with connection.wrap_database_errors, cursor.copy(copying) as copy:
                for row in rows:
                    copy.write_row(row)
        else:
            places = ", ".join(["%s"] * len(columns))
            cursor.executemany(f"INSERT INTO {name} ({names}) VALUES ({places})", rows)  # noqa: S608 (our own names)


def _check_place(packed: Sequence[Packed], first: int) -> None:
    """Refuse a book that would begin without its site entry, and a database that is behind the published files."""
    if first == 0 and packed[0].body["k"] != FIRST_KIND:
        raise Refused(
            "not_open",
            _("The book is not open yet, so nothing can be added. Start the site once: it opens the book."),
        )
    if any(one.body["k"] == FIRST_KIND for one in packed[0 if first else 1 :]):
        raise Refused("entries", _("Only the first entry of a book says whose book it is."))
    published = LogFolder().published_size()
    if first < published:
        raise older_database(first, published)


def older_database(size: int, published: int) -> Refused:
    """Say that the database has lost what the files still have."""
    sentence = _(
        "The database holds %(size)s entries, but %(published)s are already published and signed. Most probably it was "
        "restored from an older backup. Nothing was changed. Restore a newer backup, or take back from the published files what "
        "is missing: sawtna recover."
    )
    return Refused("older_database", sentence % {"size": size, "published": published})


def _scopes_of_named(packed: Sequence[Packed], first: int) -> dict[int, str]:
    """The scopes of the earlier entries that new ones name by index; refuses to strike what cannot be struck."""
    found = {
        index: (kind, scope)
        for index, kind, scope in _rows_at({index for one in packed for index in one.named})
    }
    for position, one in enumerate(packed):
        if one.struck is not None and found.get(one.struck, ("site", ""))[0] in UNTOUCHABLE:
            expected = f"the index of an entry before {first} that can be struck"
            raise _refuse([Problem((position, "i"), str(one.struck), expected)])
    return {index: scope for index, (_kind, scope) in found.items()}


def _rows_at(indices: set[int]) -> list[tuple[int, str, str]]:
    rows: list[tuple[int, str, str]] = []
    ordered = sorted(indices)
    for start in range(0, len(ordered), 500):  # SQLite allows 999 parameters in one statement
        some = Entry.objects.filter(index__in=ordered[start : start + 500])
        rows.extend(some.values_list("index", "kind", "scope"))
    return rows


def _row(index: int, one: Packed, scopes: Mapping[int, str]) -> Row:
    """The values of `COLUMNS`."""
    body = one.body
    scope = _slug(body, "c") or next((scopes[named] for named in one.named if named in scopes), "")
    return (index, _slug(body, "k"), scope, _slug(body, "id"), one.struck, one.data, leaf_hash(one.data))


def _slug(body: Body, name: str) -> str:
    """A field as text; "" where it is missing or, as the choices `c` of a cast, something else."""
    value = body.get(name)
    return value if isinstance(value, str) else ""
