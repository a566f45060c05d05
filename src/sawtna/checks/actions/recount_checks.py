"""Makes the table of what counts fit the book again, after entries were taken back into an older database."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from hashlib import sha256

from django.db import transaction

from sawtna.checks.core.entries import CHECK
from sawtna.checks.evidence_files import EvidenceFolder
from sawtna.checks.models import Counted
from sawtna.ledger.accepted import accepted_of
from sawtna.ledger.core.encoding import decode_base64url

AT_ONCE = 500


def recount_checks() -> int:
    """Add what the book has and the table has not; how many. Twice is harmless. Call it when the house is closed."""
    with transaction.atomic():
        known = {bytes(file) for file in Counted.objects.values_list("file", flat=True)}
        rows = [row for row in _rows() if row.file not in known]
        Counted.objects.bulk_create(rows, batch_size=AT_ONCE, ignore_conflicts=True)
    return len(rows)


def _rows() -> Iterator[Counted]:
    folder = EvidenceFolder()
    for _, body in accepted_of((CHECK.name,)):
        file = decode_base64url(str(body["ev"]))
        yield Counted(
            file=file,
            seed=_seed_of(folder, file),
            who=decode_base64url(str(body["who"])),
            on=date.fromisoformat(str(body["on"])),
            how=str(body["how"]),
        )


def _seed_of(folder: EvidenceFolder, file: bytes) -> bytes:
    """The seed of a kept file; of one that is lost a stand-in, as its run can be known by its vantage and day alone."""
    try:
        return bytes.fromhex(json.loads(folder.read(file.hex()))["test_keys"]["seed"])
    except (OSError, EOFError, ValueError, KeyError, TypeError):
        return sha256(b"lost" + file).digest()
