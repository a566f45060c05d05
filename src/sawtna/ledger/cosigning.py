"""The witnesses of this site: which policy it has, and their signatures under a checkpoint before it is shown.

The policy is a file of the host (SAWTNA_POLICY, else VAR/policy); without one it is what entry 0 says, which names no witness.
A site without a quorum goes on: its checkpoint counts as not yet witnessed, and whoever publishes next asks again.
"""

from __future__ import annotations

import logging
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext as _

from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.note import Signer, sign_note
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.folder import POLICY, LogFolder
from sawtna.ledger.refusals import Refused
from sawtna.ledger.witnessing import TIMEOUT, ask_witnesses

logger = logging.getLogger(__name__)

_known_sizes: dict[str, int] = {}  # what each witness knew last, by its key; a wrong guess costs one request


def policy_text(site: Body) -> str:
    """The policy of this site; `site` is entry 0.

    :raises Refused: `policy`, when the host's file cannot be used for this book.
    """
    place = Path(settings.SAWTNA_POLICY or Path(settings.SAWTNA_VAR) / POLICY)
    if not settings.SAWTNA_POLICY and not place.exists():
        return str(site["policy"])
    try:
        text = place.read_text(encoding="utf-8")
        keys = [log.vkey for log in unpack_policy(text).logs]
    except (OSError, UnicodeDecodeError, BookError) as error:
        sentence = _("The policy %(file)s cannot be used: %(fault)s. Nothing was published.")
        raise Refused("policy", sentence % {"file": place, "fault": error}) from None
    if site["vkey"] not in keys:
        sentence = _("The policy %(file)s is not of this book. It needs the line: log %(key)s")
        raise Refused("policy", sentence % {"file": place, "key": site["vkey"]})
    return text


def cosigned_note(folder: LogFolder, checkpoint: Checkpoint, signer: Signer, text: str) -> str:
    """`checkpoint` as a note: signed by the log and by those witnesses of the policy `text` that answer in time.

    Signatures that the folder shows already under this very checkpoint are kept. Nobody is asked when it is enough of them.
    """
    fresh = sign_note(pack_checkpoint(checkpoint), [signer])
    shown = folder.note() or ""
    note = shown if shown.startswith(fresh) else fresh  # Ed25519 signs the same text alike (RFC 8032)
    policy = unpack_policy(text)
    try:
        if not policy.witnesses or (note is shown and policy.is_met_by(policy.open(note))):
            return note
    except BookError:  # somebody spoiled the lines of witnesses: they are asked anew
        note = fresh
    gathered = ask_witnesses(note, policy, folder.read, _known_sizes, TIMEOUT)
    for name, why in gathered.refusals.items():
        logger.warning(
            "The witness %s did not sign the checkpoint of %d entries: %s", name, checkpoint.size, why
        )
    return gathered.note
