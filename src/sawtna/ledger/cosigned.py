"""Who signed the published checkpoint beside the log, as pages show it and as browsers pin it.

The policy is the one that lies beside the checkpoint; where none could be read, what entry 0 says, which names no witness.
"""

from __future__ import annotations

from dataclasses import dataclass

from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import OpenedNote
from sawtna.ledger.core.policy import NO_QUORUM, unpack_policy
from sawtna.ledger.folder import POLICY, LogFolder
from sawtna.ledger.rows import site_body


@dataclass(frozen=True, slots=True)
class Cosigner:
    """A witness of the policy; `seen` is when it says it saw the checkpoint (Unix seconds), None without its signature."""

    name: str
    key_name: str
    seen: int | None


@dataclass(frozen=True, slots=True)
class Cosigned:
    """The witnesses of the published checkpoint; `is_met` is None where the policy asks for none."""

    policy: str = ""
    witnesses: tuple[Cosigner, ...] = ()
    is_met: bool | None = None

    @property
    def signed(self) -> int:
        """How many have signed."""
        return sum(one.seen is not None for one in self.witnesses)


def published_policy(folder: LogFolder) -> str:
    """The text of the policy that the folder shows; empty when there is no book yet."""
    try:
        text = folder.read(POLICY).decode()
        unpack_policy(text)
    except (OSError, UnicodeDecodeError, BookError):
        site = site_body()
        return str(site["policy"]) if site else ""
    return text


def cosigned(folder: LogFolder, note: str) -> Cosigned:
    """Who signed `note`, the checkpoint of the folder. Of a note with a line that does not hold, no signature counts."""
    text = published_policy(folder)
    try:
        policy = unpack_policy(text)
    except BookError:
        return Cosigned(text)
    try:
        opened = policy.open(note)
    except BookError:
        opened = OpenedNote("", (), ())
    witnesses = tuple(
        Cosigner(name, key.name, opened.cosigned_at(key)) for name, key in policy.witnesses.items()
    )
    return Cosigned(text, witnesses, None if policy.quorum == NO_QUORUM else policy.is_met_by(opened))
