"""What the book says, as pages ask it: published entries, their words, and the numbers folded from them.

Everything here is of one published state, remembered for the whole process and read again when the checkpoint file changes: when
nothing changed, a question costs one `stat`. Safe for many threads: a state never changes, it is replaced.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from types import MappingProxyType

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from sawtna import __version__
from sawtna.ledger.cached_numbers import cached_numbers, remembered_day, remembered_head
from sawtna.ledger.core.checkpoint import Checkpoint, open_checkpoint
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fold import Number
from sawtna.ledger.core.merkle import EMPTY_ROOT, Path, inclusion_path
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.numbers_file import unpack_numbers
from sawtna.ledger.core.proof import InclusionReceipt, pack_receipt
from sawtna.ledger.core.quoted import quote_all
from sawtna.ledger.cosigned import Cosigned, cosigned
from sawtna.ledger.folded import fold_afresh
from sawtna.ledger.folder import NUMBERS, LogFolder
from sawtna.ledger.keys import book_origin
from sawtna.ledger.models import Entry, Opening
from sawtna.ledger.refusals import Refused
from sawtna.ledger.rows import CHUNK, read_body, site_body

Words = Mapping[str, object]
NO_WORDS: Words = MappingProxyType({})
PAGE = 100  # entries on one page of the list
UNSEEN = ("cast",)  # kinds whose entries have no page of their own in a published folder


@dataclass(frozen=True, slots=True)
class Head:
    """The published end of the book; size 0 when nothing is published. `note` is the signed checkpoint as text."""

    size: int
    root: bytes
    origin: str
    vkey: str
    as_of: date
    note: str = ""


@dataclass(frozen=True, slots=True)
class BookEntry:
    """One published entry with its bytes; `words` are empty when it has none or they were deleted."""

    index: int
    body: Body
    words: Words
    data: bytes
    leaf: bytes

    @property
    def kind(self) -> str:
        """The name of its kind."""
        return str(self.body["k"])

    @property
    def text(self) -> str:
        """Its canonical bytes as text: UTF-8 by definition."""
        return self.data.decode()

    @property
    def has_lost_its_words(self) -> bool:
        """Whether it committed to words that are deleted."""
        return "cm" in self.body and not self.words


@dataclass(frozen=True, slots=True)
class _State:
    """Everything remembered of one published state."""

    stamp: tuple[object, ...]
    head: Head
    numbers: Mapping[str, Number]
    token: str


_remembered: list[_State] = []  # at most one; replaced under the lock, read without it
_lock = threading.Lock()


def head() -> Head:
    """The published checkpoint."""
    return _state().head


def witnesses() -> Cosigned:
    """Which witnesses signed the published checkpoint, and the policy that names them."""
    return cosigned(LogFolder(), head().note)


def numbers() -> Mapping[str, Number]:
    """Every published number by key."""
    return _state().numbers


def number(key: str) -> Number | None:
    """One published number, or None."""
    return _state().numbers.get(key)


def state() -> str:
    """A token that changes whenever a public page may: after publishing, after an erasure, with another version of Sawtna."""
    return _state().token


def state_at_hand() -> str | None:
    """The same where it costs one `stat` and no reading; None when the book has moved, or nothing was asked yet."""
    folder = LogFolder()
    stamp = (folder.root, *folder.stamp())
    return next((one.token for one in _remembered[:1] if one.stamp == stamp), None)


def _state() -> _State:
    folder = LogFolder()
    stamp = (folder.root, *folder.stamp())
    if not (_remembered and _remembered[0].stamp == stamp):
        with _lock:
            if not (_remembered and _remembered[0].stamp == stamp):
                _remembered[:] = [_load(folder, stamp)]
    return _remembered[0]


def _load(folder: LogFolder, stamp: tuple[object, ...]) -> _State:
    note, site = folder.note(), site_body()
    if note is None or site is None:
        nothing = Head(0, EMPTY_ROOT, book_origin(), "", timezone.now().date())
        return _State(stamp, nothing, MappingProxyType({}), "empty")
    vkey = str(site["vkey"])
    try:
        checkpoint = open_checkpoint(note, Verifier.parse(vkey))
    except BookError as error:
        sentence = _("The published checkpoint is not one of this book: %(fault)s")
        raise Refused("foreign_checkpoint", sentence % {"fault": error}) from error
    as_of, folded = _numbers_of(folder, checkpoint)
    found = Head(checkpoint.size, checkpoint.root, checkpoint.origin, vkey, as_of, note)
    token = sha256(repr((checkpoint, as_of, __version__, stamp[1])).encode()).hexdigest()[:24]
    return _State(stamp, found, MappingProxyType(folded), token)


def _numbers_of(folder: LogFolder, checkpoint: Checkpoint) -> tuple[date, dict[str, Number]]:
    """The numbers under that checkpoint: from the file; from the table while the file is newer (a publisher was stopped between
    the two); and counted again when neither fits.
    """
    try:
        file = unpack_numbers(folder.read(NUMBERS))
        if (file.size, file.root) == (checkpoint.size, checkpoint.root):
            return file.as_of, {key: _number(key, one) for key, one in file.numbers.items()}
    except (OSError, BookError):
        pass  # lost or garbled: the next publication writes it again
    day = remembered_day() or timezone.now().date()
    if remembered_head() == (checkpoint.size, checkpoint.root):
        return day, cached_numbers()
    return day, fold_afresh(checkpoint.size).numbers(day)


def _number(key: str, stated: object) -> Number:
    if not isinstance(stated, dict):
        raise Refused("numbers", _("numbers.json cannot be read; publishing again writes it anew."))
    runs = tuple((first, end) for first, end in stated["from"])
    return Number(key, stated["value"], stated["unit"], stated["rule"], runs)


def entries_of(
    kinds: Iterable[str] | None = None, scope: str | None = None, start: int = 0
) -> Iterator[tuple[int, Body, Words]]:
    """(index, body, words) of the published entries from `start` on, in order, of some kinds or about one campaign.

    Entries that void or erase something are about what they strike.
    """
    rows = Entry.objects.filter(index__gte=start, index__lt=head().size)
    if kinds is not None:
        rows = rows.filter(kind__in=list(kinds))
    if scope is not None:
        rows = rows.filter(scope=scope)
    chunk: list[tuple[int, bytes | memoryview]] = []
    for row in rows.order_by("index").values_list("index", "body").iterator(chunk_size=CHUNK):
        chunk.append(row)
        if len(chunk) == CHUNK:
            yield from _with_words(chunk)
            chunk = []
    yield from _with_words(chunk)


def _with_words(chunk: list[tuple[int, bytes | memoryview]]) -> Iterator[tuple[int, Body, Words]]:
    words = _words_of([index for index, _ in chunk])
    for index, body in chunk:
        yield index, read_body(body), words.get(index, NO_WORDS)


def _words_of(indices: list[int]) -> dict[int, Words]:
    words = {}
    for start in range(0, len(indices), 500):  # SQLite allows 999 parameters in one statement
        found = Opening.objects.filter(index__in=indices[start : start + 500]).values_list("index", "body")
        words.update({index: quote_all(json.loads(bytes(body))["words"], index) for index, body in found})
    return words


def entry_at(index: int) -> BookEntry | None:
    """One published entry, or None."""
    return next(iter(_entries(Entry.objects.filter(index=index))), None)


def entries_at(indices: Sequence[int]) -> list[BookEntry]:
    """Some published entries, in order of their indices; those that are not there are left out."""
    found: list[BookEntry] = []
    for start in range(0, len(indices), 500):
        found += _entries(Entry.objects.filter(index__in=indices[start : start + 500]).order_by("index"))
    return found


def latest_entries(count: int = PAGE) -> list[BookEntry]:
    """The last published entries, newest first."""
    return _entries(Entry.objects.order_by("-index"), count)


def page_of_entries(page: int) -> list[BookEntry]:
    """The entries of one page of the list: page 0 begins with entry 0."""
    return _entries(
        Entry.objects.filter(index__gte=page * PAGE, index__lt=(page + 1) * PAGE).order_by("index")
    )


def strikes_of(index: int) -> list[BookEntry]:
    """The entries that void the entry or erase its words, oldest first."""
    return _entries(Entry.objects.filter(strikes=index).order_by("index"))


def versions_of(entry: BookEntry) -> list[int]:
    """The indices of all published entries about the same thing: same kind, same campaign, same `id`."""
    if not isinstance(entry.body.get("c"), str):
        return [entry.index]
    same = {"kind": entry.kind, "scope": entry.body["c"], "thing": entry.body.get("id", "")}
    rows = Entry.objects.filter(**same, index__lt=head().size).order_by("index")
    return list(rows.values_list("index", flat=True))


def _entries(rows: QuerySet[Entry], count: int | None = None) -> list[BookEntry]:
    found = list(rows.filter(index__lt=head().size).values_list("index", "body", "leaf")[:count])
    words = _words_of([row[0] for row in found])
    return [
        BookEntry(index, read_body(body), words.get(index, NO_WORDS), bytes(body), bytes(leaf))
        for index, body, leaf in found
    ]


def place_of(index: int) -> Path:
    """The hashes that lead from the entry's leaf to the published root; raises BookError when files of the tree are missing."""
    published = head()
    return inclusion_path(index, published.size, LogFolder().tiles(published.size).node)


def receipt_of(index: int) -> str:
    """The receipt of a published entry as text (tlog-proof), with the entry in it."""
    published = head()
    entry = LogFolder().tiles(published.size).entry(index)
    return pack_receipt(InclusionReceipt(index, place_of(index), published.note, entry))


def public_paths() -> Iterator[str]:
    """The paths of this room's pages, without the language: the book, its lists, its entries but casts, its numbers."""
    size = head().size
    yield "book/"
    for page in range(-(-size // PAGE)):
        yield f"book/pages/{page}/"
    for index in _indices_with_page():
        yield f"book/{index}/"
    for key in numbers():
        yield f"numbers/{key}/"


def receipt_paths() -> Iterator[str]:
    """The paths of receipts, the same in every language: one for each entry that has a page."""
    for index in _indices_with_page():
        yield f"log/receipts/{index}.tlog-proof"


def _indices_with_page() -> Iterator[int]:
    rows = Entry.objects.filter(index__lt=head().size).exclude(kind__in=UNSEEN).order_by("index")
    return rows.values_list("index", flat=True).iterator(chunk_size=CHUNK)
