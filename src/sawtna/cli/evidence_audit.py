"""The step of an audit that looks behind checks: each entry against the file that it names, where that file is here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context

from sawtna.checks.core.acceptance import disagreements
from sawtna.cli.audit_case import Audit
from sawtna.cli.book_reader import BookReader
from sawtna.ledger.core.entry import unpack_entry

PARALLEL_FROM = 64
Told = tuple[bool, str]
Case = tuple[int, str, bytes]  # the entry, the name of its file, its own bytes


def check_evidence(audit: Audit, workers: int) -> None:
    """Each check whose file is here: the hash, both signatures, the plan and the verdict must agree with its entry."""
    cases = [(index, name, entry) for index, (name, entry) in sorted(audit.checks.items())]
    for done, (index, name, told) in enumerate(_examined(audit.reader, cases, workers), 1):
        for is_sure, sentence in told:
            grade = "number" if is_sure else "warning"
            audit.findings.add(grade, f"Entry {index}, evidence/{name}.json: {sentence}.", index)
        audit.progress("checks", done, len(cases))
    audit.recomputed = len(cases)
    if audit.unseen_checks and audit.evidence:
        audit.findings.add(
            "warning",
            f"The files of {audit.unseen_checks} checks are not here, so these were not recomputed.",
        )


def _examined(
    reader: BookReader, cases: Sequence[Case], workers: int
) -> Iterator[tuple[int, str, list[Told]]]:
    examine = partial(_examine, reader)
    if workers < 2 or len(cases) < PARALLEL_FROM:
        yield from map(examine, cases)
        return
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        yield from pool.map(examine, cases, chunksize=8)


def _examine(reader: BookReader, case: Case) -> tuple[int, str, list[Told]]:
    index, name, entry = case
    try:
        data = reader.read_evidence(name)
    except (OSError, EOFError):
        return index, name, [(True, "the file cannot be read")]
    return index, name, list(disagreements(unpack_entry(entry), data))
