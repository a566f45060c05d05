"""A visit of a witness to a log: reads its checkpoint and tiles over HTTP, makes the proof itself, and signs what continues."""

from __future__ import annotations

from functools import partial

from sawtna.cli.far_files import FarError, FarHost, open_client
from sawtna.cli.witness_memory import Job, Refused, WitnessMemory
from sawtna.ledger.core.errors import BookError, TileError
from sawtna.ledger.core.merkle import consistency_path
from sawtna.ledger.core.note import Signer, Verifier
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID, OK
from sawtna.ledger.core.witness import (
    AddCheckpoint,
    History,
    Seen,
    SignedHead,
    WitnessError,
    check_signature,
    compare_history,
)


def visit(log: Verifier, address: str, memory: WitnessMemory, signer: Signer, now: int) -> tuple[int, str]:
    """Visit one log at its address; the exit status and what to say. Nothing is signed unless the status is 0."""
    if not address:
        return INCOMPLETE, f"{log.name}: its address is not known. Give a policy whose log line ends with it."
    try:
        with open_client("sawtna-witness") as client:
            host = FarHost(address.rstrip("/"), client)
            note = _read(host, "checkpoint").decode()
            return _sign(check_signature(note, {log.name: (log,)}), host, memory, signer, now)
    except FarError as fault:
        return INCOMPLETE, f"{log.name}: {fault}."
    except (BookError, UnicodeDecodeError) as fault:
        return INCOMPLETE, f"{log.name}: what {address} shows cannot be used: {fault}."


def _read(host: FarHost, path: str) -> bytes:
    answer = host.get(f"/{path}")
    if not answer.is_there:
        raise TileError(f"got status {answer.status} for {path}, expected the file")
    return answer.data


def _sign(
    head: SignedHead, host: FarHost, memory: WitnessMemory, signer: Signer, now: int
) -> tuple[int, str]:
    origin, checkpoint = head.checkpoint.origin, head.checkpoint
    seen, node = memory.seen(origin), TileReader(partial(_read, host), checkpoint.size).node
    history = compare_history(seen, checkpoint, node)
    if history in {History.SAME, History.NEWER}:
        path = consistency_path(seen.size, checkpoint.size, node)
        (line,) = memory.sign([Job(AddCheckpoint(seen.size, path, head.note), head)], signer, now)
        if isinstance(line, WitnessError):
            return INCOMPLETE, f"{origin}: {line}."
        return OK, f"{origin}: signed {checkpoint.size} entries ({seen.size} were signed before)."
    if history is History.FORKED:
        sentence = f"it shows another history than the {seen.size} entries that were signed before"
        memory.keep_refused(Refused(origin, head.note, sentence, now))
        return (
            INVALID,
            f"{origin}: {sentence}. Tell people: its checkpoint is kept as evidence. Nothing was signed.",
        )
    return INCOMPLETE, _unclear(history, head, seen)


def _unclear(history: History, head: SignedHead, seen: Seen) -> str:
    if history is History.OLDER:
        shown = f"shows {head.checkpoint.size} entries, but {seen.size} were signed before"
        return (
            f"{head.checkpoint.origin}: it {shown}: an old copy, or a log that went back. Nothing was signed."
        )
    return f"{head.checkpoint.origin}: its files do not give the root that it signs. Nothing was signed; try again later."
