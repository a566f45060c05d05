"""What a site says of its book, and whether it continues the book that a mirror has seen.

Nothing is believed: the checkpoint must be signed by a key that the mirror trusts, and its tree must begin with the tree that was
copied before.
"""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.cli.far_files import FarError, FarHost
from sawtna.cli.mirror_folder import MirrorFolder
from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.errors import BookError, NoteError, TileError
from sawtna.ledger.core.policy import Policy, unpack_policy
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.core.verdict import INCOMPLETE, INVALID
from sawtna.ledger.core.witness import History, Seen, compare_history, root_at

LOG = "log/"
CHECKPOINT, POLICY, NUMBERS = "checkpoint", "policy", "numbers.json"


class Stop(Exception):  # noqa: N818 (no fault of ours: the round ends here and the old state stays)
    """The site cannot be copied as it is now: the exit status, and a sentence that says why."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status


@dataclass(frozen=True, slots=True)
class Head:
    """What a site says of its book at one moment: the signed checkpoint, the policy, the numbers, as they came."""

    note: str
    checkpoint: Checkpoint
    policy: str
    numbers: bytes

    def says_the_same_as(self, other: Head) -> bool:
        """Whether nothing can have changed that pages show; more cosignatures are no change."""
        return (self.checkpoint, self.numbers) == (other.checkpoint, other.numbers)


@dataclass
class SiteLog:
    """The log of a host, at `place` (/log, or nothing when the host shows only a log); `trusted` opens its checkpoints."""

    host: FarHost
    trusted: Policy
    place: str = "/log"

    def read(self, path: str) -> bytes:
        """A file of the log; raises Stop when the host cannot be read, TileError when there is no such file."""
        try:
            answer = self.host.get(f"{self.place}/{path}")
        except FarError as fault:
            raise Stop(INCOMPLETE, f"{fault}.") from None
        if not answer.is_there:
            raise TileError(f"got status {answer.status} for {path}, expected the file")
        return answer.data

    def read_head(self) -> Head:
        """What the site says now; raises Stop when that is unsigned or cannot be read."""
        try:
            note, numbers, policy = (
                self.read(CHECKPOINT).decode(),
                self.read(NUMBERS),
                self.read(POLICY).decode(),
            )
            checkpoint = self.open(note)
            unpack_policy(policy).open(note)
        except TileError as fault:
            raise self.incomplete(fault) from None
        except (BookError, UnicodeDecodeError) as fault:
            sentence = f"The checkpoint that {self.host.address} shows cannot be trusted: {fault}."
            raise Stop(INVALID, sentence) from None
        return Head(note, checkpoint, policy, numbers)

    def open(self, note: str) -> Checkpoint:
        """The checkpoint of a note, if a log that we trust signed it; raises NoteError."""
        opened = self.trusted.open(note)
        checkpoint = unpack_checkpoint(opened.text)
        if checkpoint.origin not in opened.verified:
            raise NoteError(
                f"got a checkpoint of {checkpoint.origin}, expected one of the log that signed it"
            )
        return checkpoint

    def is_witnessed(self, note: str) -> bool:
        """Whether the quorum of the policy that we trust is met."""
        return self.trusted.is_met_by(self.trusted.open(note))

    def check_history(self, head: Head, folder: MirrorFolder) -> None:
        """Refuse a book that does not continue the one that the mirror shows; raises Stop."""
        shown = folder.read_shown(LOG + CHECKPOINT)
        if shown is None:
            return
        address = self.host.address
        try:
            ours = self.open(shown.decode())
        except BookError as fault:
            sentence = f"The copy in {folder.shown} is of another book than the policy trusts: {fault}. Choose another folder."
            raise Stop(INVALID, sentence) from None
        history = self._compare(Seen(ours.size, ours.root), head.checkpoint, folder)
        if history is History.FORKED:
            evidence = {"shown by": address, "before": shown.decode(), "now": head.note}
            raise Stop(
                INVALID,
                f"{address} SHOWS ANOTHER HISTORY. Its {head.checkpoint.size} entries do not continue the {ours.size} that this "
                f"mirror has seen, although both are signed. Both checkpoints are in {folder.keep_evidence(evidence)}: "
                "show them to others.",
            )
        if history is History.OLDER:
            shows = f"an older book, of {head.checkpoint.size} entries; this mirror has {ours.size}"
            raise Stop(INCOMPLETE, f"{address} shows {shows}.")
        if history is History.GARBLED:
            sentence = "do not give the root that it signs; perhaps they are being changed"
            raise Stop(INCOMPLETE, f"The files of {address} {sentence}.")

    def _compare(self, seen: Seen, checkpoint: Checkpoint, folder: MirrorFolder) -> History:
        try:
            history = compare_history(seen, checkpoint, TileReader(self.read, checkpoint.size).node)
        except TileError as fault:
            raise self.incomplete(fault) from None
        if history is not History.OLDER:
            return history

        def read_shown(path: str) -> bytes:
            data = folder.read_shown(LOG + path)
            if data is None:
                raise FileNotFoundError(path)
            return data

        root = root_at(checkpoint.size, TileReader(read_shown, seen.size).node)
        return history if root == checkpoint.root else History.FORKED

    def incomplete(self, fault: TileError) -> Stop:
        """What to say when files of the log are missing or have the wrong length."""
        return Stop(INCOMPLETE, f"{self.host.address} shows no whole book: {fault}.")
