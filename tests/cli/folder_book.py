"""Writes small but real books as folders, with the pure core alone: what audit tests tamper with."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path

from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.checks.kinds import enroll_checks
from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import commit_words, pack_entry, pack_opening
from sawtna.ledger.core.fold import FOLD_VERSION
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, root_of
from sawtna.ledger.core.note import Signer, sign_note
from sawtna.ledger.core.numbers_file import NumbersFile, pack_numbers
from sawtna.ledger.core.proof import InclusionReceipt, pack_receipt
from sawtna.ledger.core.quoted import texts_of
from sawtna.ledger.core.tiles import (
    TILE_WIDTH,
    TileReader,
    bundle_path,
    pack_bundle,
    pack_tile,
    tiles_of_size,
)
from sawtna.ledger.kinds import KINDS, open_folding

ORIGIN = "sawtna.example/log"
SIGNER = Signer(ORIGIN, bytes(range(32)))
AS_OF = date(2016, 11, 30)

Told = tuple[Mapping[str, object], Mapping[str, object] | None]


def site_entry() -> Told:
    """Entry 0."""
    vkey = SIGNER.verifier.vkey
    fields = {
        "origin": ORIGIN,
        "vkey": vkey,
        "promise": encode_base64url(bytes(32)),
        "policy": f"log {vkey}\n",
    }
    return {"k": "site", **fields, "fold": FOLD_VERSION, "software": "0.1.0"}, None


def small_story() -> list[Told]:
    """A campaign whose block lasted 304 days, with one stand, one claim and one void."""
    said = {"en": "Words"}
    source = [{"url": "https://example.org/page"}]
    campaign = {"c": "morocco-2016", "country": "MA", "zone": "Africa/Casablanca", "mark": "example"}
    moment = {"k": "moment", "c": "morocco-2016"}
    stand = {
        "k": "stand",
        "c": "morocco-2016",
        "id": "s1",
        "state": "withdrew",
        "on": "2016-02-28",
        "people": 4,
    }
    claim = {
        "k": "claim",
        "c": "morocco-2016",
        "id": "one",
        "metric": "followers-lost",
        "value": 132,
        "per": "minute",
    }
    return [
        site_entry(),
        ({"k": "campaign", **campaign, "opens": "2016-01-05"}, {"title": said, "summary": said}),
        ({**moment, "id": "begins", "on": "2016-01-05", "effect": "blocked"}, {"text": said}),
        ({**moment, "id": "ends", "on": "2016-11-04", "effect": "restored"}, {"text": said}),
        ({**stand, "how": "press"}, {"name": said, "links": source}),
        ({**claim, "quality": "exact", "on": "2016-02-27"}, {"says": said, "links": source}),
        ({**moment, "id": "wrong", "on": "2016-05-01", "effect": "restored"}, {"text": said}),
        ({"k": "void", "i": 6, "why": "mistake"}, None),
    ]


def write_book(folder: Path, told: Sequence[Told], as_of: date = AS_OF, *, is_true: bool = True) -> None:
    """Write a whole site folder: `log/` with tiles, openings, numbers, policy and checkpoint, and one page of figures.

    A book that breaks rules on purpose is not `is_true`; its numbers are still those that a fold gives.
    """
    enroll_campaigns()
    enroll_checks()
    log = folder / "log"
    shutil.rmtree(folder, ignore_errors=True)
    entries = [_write_entry(log, index, *one) for index, one in enumerate(told)]
    write_tree(log, entries)
    folding = open_folding()
    for index, (body, _) in enumerate(told):
        folding.take(index, complete(index, body, told[index][1]))
    assert not is_true or not [one for one in folding.findings if one.grade == "invalid"], folding.findings
    numbers = folding.numbers(as_of)
    root = root_of(map(leaf_hash, entries))
    _write(log / "numbers.json", pack_numbers(NumbersFile(ORIGIN, len(entries), root, as_of, numbers)))
    _write(log / "policy", f"log {SIGNER.verifier.vkey}\n".encode())
    quotes = {index: text for index, (_, words) in enumerate(told) for text in [*texts_of(words)][:1]}
    page = page_of({key: number.value for key, number in numbers.items()}, quotes)
    _write(folder / "en" / "index.html", page.encode())


def write_tree(log: Path, entries: Sequence[bytes]) -> None:
    """Tiles, bundles and a signed checkpoint over these entries."""
    shutil.rmtree(log / "tile", ignore_errors=True)
    size, leaves = len(entries), [leaf_hash(entry) for entry in entries]
    for start in range(0, size, TILE_WIDTH):
        chunk = entries[start : start + TILE_WIDTH]
        _write(log / bundle_path(start // TILE_WIDTH, len(chunk)), pack_bundle(chunk))
    for ref in tiles_of_size(size):
        span = TILE_WIDTH**ref.level
        first = ref.number * TILE_WIDTH
        hashes = [root_of(leaves[(first + at) * span : (first + at + 1) * span]) for at in range(ref.width)]
        _write(log / ref.path, pack_tile(hashes))
    sign(log, Checkpoint(ORIGIN, size, root_of(leaves)))


def sign(log: Path, checkpoint: Checkpoint, signer: Signer = SIGNER) -> None:
    """Replace the checkpoint."""
    _write(log / "checkpoint", sign_note(pack_checkpoint(checkpoint), [signer]).encode())


def receipt_of(log: Path, size: int, index: int) -> str:
    """A receipt of one entry out of the files."""
    reader = TileReader(lambda path: (log / path).read_bytes(), size)
    note = (log / "checkpoint").read_text(encoding="utf-8")
    return pack_receipt(InclusionReceipt(index, inclusion_path(index, size, reader.node), note))


def page_of(values: Mapping[str, object], quotes: Mapping[int, str] | None = None) -> str:
    """A page that shows these numbers, and quotes these words of entries."""
    figures = "".join(
        f'<p><data data-number="{key}" value="{value}">{value:,}</data></p>' for key, value in values.items()
    )
    said = "".join(f'<p data-words="{index}"><b>{text}</b></p>' for index, text in (quotes or {}).items())
    return f"<!doctype html><title>Numbers</title><main>{figures}{said}</main>"


def complete(index: int, body: Mapping[str, object], words: Mapping[str, object] | None) -> dict[str, object]:
    """The body of an entry as the book holds it: with `v`, and a commitment to its words."""
    kind = KINDS.get(body["k"])
    commitment = {"cm": commit_words(words, _salt(index))} if words is not None and kind else {}
    return {"v": 1, **body, **commitment}


def _write_entry(
    log: Path, index: int, body: Mapping[str, object], words: Mapping[str, object] | None
) -> bytes:
    if words is not None:
        _write(log / "open" / f"{index}.json", pack_opening(words, _salt(index)))
    return pack_entry(complete(index, body, words))


def _salt(index: int) -> bytes:
    return index.to_bytes(32, "big")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
