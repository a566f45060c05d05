"""Accepts evidence: recomputes it, keeps its file, and adds its entry to the book, all or nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from hashlib import sha256

from django.db import IntegrityError, transaction

from sawtna.checks.core.acceptance import check_acceptable, entry_of
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.evidence import open_evidence
from sawtna.checks.evidence_files import EvidenceFolder
from sawtna.checks.models import Counted
from sawtna.checks.trusted import trusted_far_ends
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body
from sawtna.ledger.refusals import faults_as_sentences


@dataclass(frozen=True, slots=True)
class Accepted:
    """The entry of a file, and the file's SHA-256 in hexadecimal digits."""

    index: int
    file: str
    body: Body


def accept_evidence(data: bytes, now: int) -> Accepted:
    """Make a file count; `now` in Unix seconds.

    :raises EvidenceError: with the code of the reason: `evidence`, `too_long`, `edited`, `forged`, `plan`, `unfinished`,
        `far_half`, `far_end`, `future`, `old`, `clock`, `nothing`, `replayed`, `counted`.
    :raises Refused: what the book refuses.
    """
    try:
        opened = open_evidence(data.decode("utf-8"))
    except UnicodeDecodeError:
        raise EvidenceError("This file is not text in UTF-8.") from None
    half = check_acceptable(opened, now, trusted_far_ends())
    body = entry_of(opened, half, data)
    return _store(data, opened.run.seed, body)


def _store(data: bytes, seed: bytes, body: Body) -> Accepted:
    row = Counted(
        file=sha256(data).digest(),
        seed=seed,
        who=decode_base64url(str(body["who"])),
        on=date.fromisoformat(str(body["on"])),
        how=str(body["how"]),
    )
    folder = EvidenceFolder()
    refuse_second(row)
    try:
        with faults_as_sentences(), transaction.atomic():
            row.save(force_insert=True)  # the constraints decide when two come at once
            (index,) = append_entries([NewEntry(body)])
            name = folder.put(data)  # before the commit: no entry is without its file
    except IntegrityError:
        refuse_second(row)
        raise
    return Accepted(index, name, body)


def refuse_second(row: Counted) -> None:
    """Raise EvidenceError when that file, run or vantage counts already."""
    if Counted.objects.filter(file=row.file).exists() or Counted.objects.filter(seed=row.seed).exists():
        raise EvidenceError("replayed", "This check was handed in before, and counts once.")
    if Counted.objects.filter(who=row.who, on=row.on, how=row.how).exists():
        raise EvidenceError(
            "counted",
            "A check from this part of the network counts for this day already. Check again tomorrow.",
        )
