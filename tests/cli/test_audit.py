"""`sawtna audit` on real folders, whole and tampered with."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.merkle import leaf_hash, root_of
from sawtna.ledger.core.note import Signer
from sawtna.ledger.core.proof import unpack_receipt
from sawtna.ledger.core.short_proof import pack_short_receipt
from sawtna.ledger.core.tiles import TileReader, unpack_bundle

from tests.cli.folder_book import (
    AS_OF,
    ORIGIN,
    page_of,
    receipt_of,
    sign,
    site_entry,
    small_story,
    write_book,
    write_tree,
)

Audited = tuple[int, dict[str, Any]]
Tampering = Callable[[Path], object]
SIZE = len(small_story())
BUNDLE = f"tile/entries/000.p/{SIZE}"


def audit(place: Path | str, *options: str) -> Audited:
    """Run the command as a person would, in its own process, and read its JSON."""
    command = [sys.executable, "-m", "sawtna.cli.main", "audit", str(place), "--json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


def sentences(found: dict[str, Any]) -> str:
    """All findings as one text."""
    return "\n".join(one["text"] for one in found["findings"])


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A site folder with a small true book."""
    folder = tmp_path / "site"
    write_book(folder, small_story())
    return folder


def entries_of(book: Path) -> list[bytes]:
    """The entries of the one bundle."""
    return unpack_bundle((book / "log" / BUNDLE).read_bytes(), SIZE)


def test_a_true_book_passes(book: Path) -> None:
    """A whole folder with pages gives exit 0, and counts what was compared."""
    code, found = audit(book)

    assert (code, found["size"], found["counts"]["number"]) == (0, SIZE, 0)
    assert found["pages"] == 1
    assert found["figures"] == found["numbers"] > 20
    assert found["quotes"] == 6


def test_a_copied_log_folder_alone_passes(book: Path, tmp_path: Path) -> None:
    """The log folder without pages, copied with cp, is enough; the audit says that no pages were compared."""
    shutil.copytree(book / "log", tmp_path / "copy")

    code, found = audit(tmp_path / "copy")

    assert code == 0
    assert "no pages beside this book" in sentences(found)


def edit(path: str, old: bytes, new: bytes) -> Tampering:
    """A tampering that replaces bytes in one file."""

    def tamper(book: Path) -> None:
        target = book / path
        data = target.read_bytes()
        assert old in data
        target.write_bytes(data.replace(old, new, 1))

    return tamper


def cut(path: str, kept: int) -> Tampering:
    """A tampering that truncates one file."""
    return lambda book: (book / path).write_bytes((book / path).read_bytes()[:kept])


def gone(path: str) -> Tampering:
    """A tampering that removes one file."""
    return lambda book: (book / path).unlink()


def reforge(old: bytes, new: bytes) -> Tampering:
    """The operator changes an entry and signs the new tree: consistent, but not what others saw."""

    def tamper(book: Path) -> None:
        write_tree(book / "log", [entry.replace(old, new) for entry in entries_of(book)])

    return tamper


TAMPERINGS: dict[str, tuple[Tampering, int, int | None, str]] = {
    "edited entry": (
        edit(f"log/{BUNDLE}", b'"2016-11-04"', b'"2016-11-05"'),
        2,
        3,
        "do not hash to the leaf",
    ),
    "edited tile": (cut(f"log/tile/0/000.p/{SIZE}", 40), 2, 1, "tile"),
    "truncated bundle": (cut(f"log/{BUNDLE}", 700), 2, None, "expected 8 entries"),
    "missing bundle": (gone(f"log/{BUNDLE}"), 3, 0, "is missing"),
    "missing tile": (gone(f"log/tile/0/000.p/{SIZE}"), 3, 0, "is missing"),
    "missing checkpoint": (gone("log/checkpoint"), 3, None, ""),
    "missing numbers": (gone("log/numbers.json"), 3, None, "numbers.json is missing"),
    "missing words": (gone("log/open/4.json"), 3, 4, "no entry says that they were erased"),
    "other words": (
        edit("log/open/4.json", b"Words", b"Lies!"),
        2,
        4,
        "not those that the entry committed to",
    ),
    "wrong number": (
        edit("log/numbers.json", b'"value":304', b'"value":305'),
        1,
        None,
        "shows 305, the book gives 304",
    ),
    "left-out number": (
        edit("log/numbers.json", b"days-without-calls", b"days-with-calls"),
        1,
        None,
        "leaves it out",
    ),
    "a day to come": (
        edit("log/numbers.json", b"2016-11-30", b"2216-11-30"),
        1,
        None,
        "a day that has not come",
    ),
    "wrong figure": (edit("en/index.html", b">304<", b">340<"), 1, None, "the page shows 340"),
    "wrong value of a figure": (edit("en/index.html", b'"304"', b'"340"'), 1, None, "340 in its markup"),
    "invented figure": (
        edit("en/index.html", b"days-without-calls", b"people"),
        1,
        None,
        "the book has no such number",
    ),
    "changed word on a page": (
        edit("en/index.html", b'<p data-words="5"><b>Words', b'<p data-words="5"><b>Worse'),
        1,
        None,
        "On en/index.html: “Worse” stands as words of entry 5, but they are not among its words.",
    ),
    "words of an entry that has none": (
        edit("en/index.html", b'data-words="5"', b'data-words="7"'),
        1,
        None,
        "words of entry 7, but it has no words",
    ),
    "changed entry, signed again": (reforge(b'"2016-11-04"', b'"2016-11-05"'), 1, None, "the book gives 305"),
}


@pytest.mark.parametrize("name", TAMPERINGS)
def test_tampering_is_named_with_the_first_bad_entry(book: Path, name: str) -> None:
    """Each tampering gives its exit code, the first bad index, and a sentence that says what is wrong."""
    tamper, expected_code, first_bad, words = TAMPERINGS[name]
    tamper(book)

    code, found = audit(book)

    assert expected_code == code, sentences(found)
    assert words in sentences(found)
    assert first_bad is None or first_bad == found["first_bad_index"]


def test_a_checkpoint_of_another_key_is_refused(book: Path) -> None:
    """A tree signed by another key than the policy's is invalid."""
    entries = entries_of(book)
    sign(book / "log", Checkpoint(ORIGIN, SIZE, root_of(map(leaf_hash, entries))), Signer(ORIGIN, bytes(32)))

    code, found = audit(book)

    assert code == 2
    assert "cannot be trusted" in sentences(found)


def test_a_swapped_checkpoint_is_refused(book: Path) -> None:
    """The true key over another root is invalid."""
    sign(book / "log", Checkpoint(ORIGIN, SIZE, bytes(32)))

    code, found = audit(book)

    assert code == 2
    assert "do not give the root" in sentences(found)


def test_a_rewritten_history_is_noticed_by_who_looked_before(book: Path, tmp_path: Path) -> None:
    """With a state file, a book that is not a continuation of the one seen before is invalid, though it is signed."""
    state = str(tmp_path / "state.json")
    assert audit(book, "--state", state)[0] == 0
    write_book(
        book,
        [
            ({**body, "on": "2016-12-01"} if body["k"] == "stand" else body, words)
            for body, words in small_story()
        ],
    )

    code, found = audit(book, "--state", state)

    assert code == 2
    assert "not the beginning of this one" in sentences(found)


def test_a_longer_book_is_proven_to_continue(book: Path, tmp_path: Path) -> None:
    """With a state file, a book that only grew passes, and a shortened one does not."""
    state = str(tmp_path / "state.json")
    assert audit(book, "--state", state)[0] == 0
    write_book(book, [*small_story(), ({"k": "void", "i": 4, "why": "mistake"}, None)])
    assert audit(book, "--state", state)[0] == 0
    write_book(book, small_story())

    code, found = audit(book, "--state", state)

    assert code == 2
    assert "has only" in sentences(found)


def test_the_short_form_of_a_receipt_is_checked(book: Path, tmp_path: Path) -> None:
    """What a QR code held is enough while the tiles are there; another leaf, or an index beyond the book, is no receipt."""
    full = unpack_receipt(receipt_of(book / "log", SIZE, 4))
    entry = TileReader(lambda path: (book / "log" / path).read_bytes(), SIZE).entry(4)
    code = tmp_path / "code.txt"
    short = pack_short_receipt(4, leaf_hash(entry), full.checkpoint_note)
    code.write_text(short.rstrip("\n"), encoding="utf-8")
    assert audit(book, "--receipt", str(code))[0] == 0
    for spoiled in (short.replace("index 4", "index 5"), short.replace("index 4", "index 4000"), short[:60]):
        code.write_text(spoiled, encoding="utf-8")
        status, found = audit(book, "--receipt", str(code))
        assert status == 2
        assert "code.txt does not hold" in sentences(found)


def test_a_kept_receipt_is_checked(book: Path, tmp_path: Path) -> None:
    """A receipt holds in a later book, and not in one that was rewritten."""
    receipt = tmp_path / "mine.tlog-proof"
    receipt.write_text(receipt_of(book / "log", SIZE, 4), encoding="utf-8")
    write_book(book, [*small_story(), ({"k": "void", "i": 5, "why": "mistake"}, None)])
    assert audit(book, "--receipt", str(receipt))[0] == 0
    write_book(
        book,
        [({**body, "people": 2} if body["k"] == "stand" else body, words) for body, words in small_story()],
    )

    code, found = audit(book, "--receipt", str(receipt))

    assert code == 2
    assert "mine.tlog-proof does not hold" in sentences(found)


def test_erased_words_may_be_gone(book: Path) -> None:
    """After an `erase` entry the opening may be missing; the people of that stand are no longer counted."""
    write_book(book, [*small_story(), ({"k": "erase", "i": 4, "why": "request"}, None)])
    (book / "log" / "open" / "4.json").unlink()
    code, found = audit(book)
    assert code == 1, sentences(found)
    assert "words of entry 4, but it has no words" in sentences(
        found
    )  # a page that goes on quoting what was erased

    page = book / "en/index.html"
    page.write_text(
        page.read_text(encoding="utf-8").replace('data-words="4"', "data-words"), encoding="utf-8"
    )
    code, found = audit(book)
    assert code == 0, sentences(found)


def test_a_pinned_policy_of_another_log_is_not_met(book: Path, tmp_path: Path) -> None:
    """Whoever pinned another key sees that this is another book."""
    policy = tmp_path / "policy"
    policy.write_text(f"log {Signer('other.example/log', bytes(32)).verifier.vkey}\n", encoding="utf-8")

    assert audit(book, "--policy", str(policy))[0] == 2


def test_digits_of_other_scripts_are_read(book: Path) -> None:
    """٣٠٤ is 304."""
    (book / "en" / "index.html").write_text(
        page_of({"morocco-2016/days-without-calls": 304}).replace(">304<", ">\u0663\u0660\u0664<"),
        encoding="utf-8",
    )

    assert audit(book)[0] == 0


def test_no_book_at_all_says_what_to_give(tmp_path: Path) -> None:
    """A folder without a book, a missing one and a dead address end with a sentence and exit 3."""
    for place in (tmp_path, tmp_path / "nowhere", "http://127.0.0.1:9"):
        code, found = audit(place)
        assert code == 3
        assert len(found["findings"]) == 1


def test_an_unknown_kind_changes_no_number(book: Path) -> None:
    """Entries of a later version are counted as unknown and the rest holds."""
    write_book(book, [*small_story(), ({"k": "hologram", "x": 1}, None)])

    code, found = audit(book)

    assert code == 0, sentences(found)


def test_a_thousand_entries_over_several_tiles_pass(tmp_path: Path) -> None:
    """More than one bundle and a second level of tiles; an edited upper tile is found."""
    many = [site_entry()] + [({"k": "hologram", "x": number}, None) for number in range(999)]
    write_book(tmp_path, many, AS_OF)
    assert audit(tmp_path)[0] == 0
    upper = tmp_path / "log" / "tile" / "1" / "000.p" / "3"
    upper.write_bytes(bytes(96))

    code, found = audit(tmp_path)

    assert code == 2
    assert "does not follow from the tiles below" in sentences(found)
