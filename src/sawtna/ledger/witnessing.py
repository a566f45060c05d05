"""Asks the witnesses of a policy to sign a checkpoint before the world sees it (C2SP tlog-witness). Runs without Django.

It fails open: whoever does not answer in time is left out, and a checkpoint without a quorum is published as "not yet witnessed".
Asking again later for the same checkpoint adds what is missing.

Trust: a witness can refuse, and can say what it likes; only its signature over this very text is taken.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Mapping, MutableMapping
from dataclasses import dataclass, field
from functools import cache

import httpx

from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.errors import BookError, NoteError
from sawtna.ledger.core.merkle import consistency_path
from sawtna.ledger.core.note import Verifier, open_note
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.tiles import Read, TileReader
from sawtna.ledger.core.witness import AddCheckpoint, origin_hash, pack_request, read_head

TIMEOUT = 5.0  # seconds for all witnesses together
GRACE = 0.3  # seconds for the others once the quorum is met
TRIES = 3  # a witness may learn of a newer checkpoint between its answer and our second try
ANSWER_BYTES = 65_536
HEADERS = {"user-agent": "sawtna", "content-type": "text/plain; charset=utf-8"}
NOT_ASKED_SO = {404, 405, 501}  # what a web server of plain files says to POST


@dataclass(frozen=True, slots=True)
class Gathered:
    """The checkpoint with the signatures that there are, and for each witness without one, by its name, why."""

    note: str
    is_met: bool
    refusals: Mapping[str, str] = field(default_factory=dict)


class NoSignatureError(Exception):
    """A witness did not sign; the text says why."""


def gather_cosignatures(
    note: str,
    policy: Policy,
    read: Read,
    known_sizes: MutableMapping[str, int] | None = None,
    timeout: float = TIMEOUT,
) -> str:
    """`note` with the cosignatures that could be had in `timeout` seconds; see `ask_witnesses`."""
    return ask_witnesses(note, policy, read, known_sizes, timeout).note


def ask_witnesses(
    note: str,
    policy: Policy,
    read: Read,
    known_sizes: MutableMapping[str, int] | None = None,
    timeout: float = TIMEOUT,
) -> Gathered:
    """Ask each witness of `policy` that has an address and has not signed `note` yet, all at once.

    `read(path)` gives a file of the log, for proofs. `known_sizes` remembers which size each witness (by its key) knew last; a
    wrong guess costs one more request. Returns when all have answered, shortly after the quorum is met, or after `timeout`.

    :raises NoteError: `note` is not signed by a log of `policy`.
    """
    opened = policy.open(note)
    asked = {
        name: verifier
        for name, verifier in policy.witnesses.items()
        if verifier not in opened.verifiers and verifier.vkey in policy.addresses
    }
    sizes = known_sizes if known_sizes is not None else {}
    answers: queue.Queue[tuple[str, str | NoSignatureError]] = queue.Queue()
    end = time.monotonic() + timeout
    for name, verifier in asked.items():
        address = policy.addresses[verifier.vkey].rstrip("/")
        witness = _Witness(verifier, address, opened.text, note, read, sizes, end)
        threading.Thread(target=_ask, args=(name, witness, answers), daemon=True).start()
    return _collect(note, policy, set(asked), answers, end)


def _ask(name: str, witness: _Witness, answers: queue.Queue[tuple[str, str | NoSignatureError]]) -> None:
    try:
        answers.put((name, witness.sign()))
    except NoSignatureError as refusal:
        answers.put((name, refusal))
    except (httpx.HTTPError, httpx.InvalidURL) as fault:
        answers.put((name, NoSignatureError(f"no answer ({str(fault) or type(fault).__name__})")))
    except (BookError, OSError) as fault:  # the files of the log do not give a proof
        answers.put((name, NoSignatureError(f"no proof ({fault})")))


def _collect(
    note: str,
    policy: Policy,
    waiting: set[str],
    answers: queue.Queue[tuple[str, str | NoSignatureError]],
    end: float,
) -> Gathered:
    lines: dict[str, str] = {}
    refusals: dict[str, str] = {}
    is_met = policy.is_met_by(policy.open(note))
    while waiting:
        try:
            name, answer = answers.get(timeout=max(end - time.monotonic(), 0))
        except queue.Empty:
            break
        waiting.discard(name)
        if isinstance(answer, NoSignatureError):
            refusals[name] = str(answer)
            continue
        lines[name] = answer
        if not is_met and policy.is_met_by(policy.open(note + "".join(lines.values()))):
            is_met, end = True, min(end, time.monotonic() + GRACE)
    refusals.update(dict.fromkeys(sorted(waiting), "no answer in time"))
    signed = note + "".join(lines[name] for name in policy.witnesses if name in lines)
    return Gathered(signed, is_met, refusals)


@dataclass
class _Witness:
    """One witness during one asking, in a thread of its own. `text` is the checkpoint without signatures."""

    verifier: Verifier
    address: str
    text: str
    note: str
    read: Read
    sizes: MutableMapping[str, int]
    end: float  # of time.monotonic(), when nobody waits any more

    def sign(self) -> str:
        """The line of this witness; raises NoSignatureError, and what httpx and the proof raise."""
        checkpoint, size = read_head(self.text), self.sizes.get(self.verifier.vkey, 0)
        for _ in range(TRIES):
            status, text = self._post(size, checkpoint)
            if status == httpx.codes.OK:
                self.sizes[self.verifier.vkey] = checkpoint.size
                return self._line_in(text)
            if status != httpx.codes.CONFLICT:
                break
            known = _size_in(text)
            if known > checkpoint.size:
                raise NoSignatureError(
                    f"it has signed {known} entries, and the book has only {checkpoint.size}"
                )
            if known == size:
                raise NoSignatureError(f"it has signed another history of {known} entries")
            size = self.sizes[self.verifier.vkey] = known
        if status in NOT_ASKED_SO:
            return self._fetch(checkpoint)
        raise NoSignatureError(f"status {status}: {text[:200].strip()}")

    def _post(self, size: int, checkpoint: Checkpoint) -> tuple[int, str]:
        size = min(size, checkpoint.size)
        path = consistency_path(size, checkpoint.size, TileReader(self.read, checkpoint.size).node)
        return self._send("POST", "add-checkpoint", pack_request(AddCheckpoint(size, path, self.note)))

    def _fetch(self, checkpoint: Checkpoint) -> str:
        """From a witness that nobody can ask, only read (`sawtna witness once`): its signature, if it has seen this very text."""
        status, text = self._send("GET", f"{origin_hash(checkpoint.origin)}/checkpoint", None)
        if status != httpx.codes.OK or not text.startswith(f"{self.text}\n"):
            raise NoSignatureError("it has not seen this checkpoint yet")
        return self._line_in(text.removeprefix(f"{self.text}\n"))

    def _line_in(self, text: str) -> str:
        """Our witness's line among those that came back; others are not for us (tlog-witness)."""
        for line in text.splitlines(keepends=True):
            try:
                open_note(f"{self.text}\n{line}", [self.verifier])
            except NoteError:
                continue
            return line
        raise NoSignatureError("it answered without a signature of its key")

    def _send(self, method: str, path: str, body: bytes | None) -> tuple[int, str]:
        left = self.end - time.monotonic()
        if left <= 0:
            raise NoSignatureError("no answer in time")
        with httpx.stream(
            method, f"{self.address}/{path}", content=body, headers=HEADERS, timeout=left
        ) as got:
            data = bytearray()
            for chunk in got.iter_bytes():
                data += chunk
                if len(data) > ANSWER_BYTES or time.monotonic() > self.end:
                    raise NoSignatureError("its answer was too long or too slow")
        return got.status_code, data.decode("utf-8", "replace")


@cache
def _client() -> httpx.Client:
    """One for the process: witnesses are asked again and again, and like to keep a connection (tlog-witness)."""
    return httpx.Client()


def _size_in(text: str) -> int:
    """The size in a 409 (text/x.tlog.size)."""
    number = text.removesuffix("\n")
    if not (number.isascii() and number.isdigit() and len(number) <= 19):
        raise NoSignatureError(f"it answered {text[:40]!r} where a size is expected")
    return int(number)
