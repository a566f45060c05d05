"""The two keys of a book: the log's, which signs checkpoints, and the promise key, which signs what the site owes to people.

They lie in VAR/keys, readable for their owner alone, in the text form of Go's note package:
`PRIVATE+KEY+<name>+<key ID>+<Base 64 of type and seed>`. Whoever reads log.key can sign another book in this one's name; copies
of old checkpoints show it. A lost log.key ends the book: pages stay, nothing can be published any more. Keep a copy offline.
"""

from __future__ import annotations

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from sawtna.ledger.core.encoding import format_base64, parse_base64
from sawtna.ledger.core.errors import EncodingError, NoteError
from sawtna.ledger.core.kinds_of_the_book import ORIGIN
from sawtna.ledger.core.note import ED25519, KEY_BYTES, Signer
from sawtna.ledger.publishing import settle_folder
from sawtna.ledger.refusals import Refused

LOG, PROMISE = "log", "promise"
_HEAD = ["PRIVATE", "KEY"]


def book_origin() -> str:
    """The name of a book that is opened now: the site's public address without its scheme, and /log."""
    address = urlsplit(settings.SAWTNA_ORIGIN)
    origin = f"{address.netloc.lower()}{address.path.rstrip('/')}/log"
    if not ORIGIN.fullmatch(origin):
        sentence = _(
            "The address %(address)s cannot name a book. Set SAWTNA_ORIGIN to one such as https://sawtna.example."
        )
        raise Refused("origin", sentence % {"address": settings.SAWTNA_ORIGIN})
    return origin


def key_names(origin: str) -> dict[str, str]:
    """The name of each key: the log's is the origin itself (C2SP tlog-checkpoint)."""
    return {LOG: origin, PROMISE: f"{origin}/promise"}


def make_missing_keys(origin: str) -> None:
    """Make each key that is not there yet; one that is there is never replaced. The caller holds the publisher's lock."""
    folder = _folder()
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for key, name in key_names(origin).items():
        if not _place(key).exists():
            _keep(_place(key), pack_key(Signer(name, secrets.token_bytes(KEY_BYTES))))


def load_key(key: str) -> Signer:
    """One of the keys; raises Refused when it is gone or unreadable."""
    place = _place(key)
    try:
        return unpack_key(place.read_text(encoding="utf-8").strip())
    except FileNotFoundError:
        sentence = _(
            "The key %(file)s is gone. Bring it back from your backup: this book cannot be signed with another one."
        )
        raise Refused("key_lost", sentence % {"file": place}) from None
    except (NoteError, UnicodeDecodeError):
        sentence = _("The key %(file)s cannot be read. Bring it back from your backup.")
        raise Refused("key_broken", sentence % {"file": place}) from None


def load_log_key(vkey: object) -> Signer:
    """The key that signs checkpoints, if it is the one that entry 0 names."""
    signer = load_key(LOG)
    if signer.verifier.vkey != vkey:
        sentence = _(
            "The key %(file)s is not the one with which this book was opened. Bring the right one back from your backup."
        )
        raise Refused("key_changed", sentence % {"file": _place(LOG)})
    return signer


def pack_key(signer: Signer) -> str:
    """A private key as text."""
    seed = format_base64(bytes([signer.kind]) + signer.seed)
    return "+".join([*_HEAD, signer.name, signer.verifier.key_id.hex(), seed])


def unpack_key(text: str) -> Signer:
    """The inverse of `pack_key`; raises NoteError."""
    parts = text.split("+", 4)
    try:
        data = parse_base64(parts[4]) if len(parts) == 5 and parts[:2] == _HEAD else b""
    except EncodingError:
        data = b""
    if data[:1] != bytes([ED25519]):
        raise NoteError("got another text, expected a private Ed25519 key of a signed note")
    signer = Signer(parts[2], data[1:])
    if signer.verifier.key_id.hex() != parts[3]:
        raise NoteError(
            f"got key ID {parts[3][:16]!r} for {parts[2]}, expected {signer.verifier.key_id.hex()}"
        )
    return signer


def _folder() -> Path:
    return Path(settings.SAWTNA_VAR) / "keys"


def _place(key: str) -> Path:
    return _folder() / f"{key}.key"


def _keep(place: Path, text: str) -> None:
    """Write a new key whole or not at all; the caller holds the publisher's lock."""
    fresh = place.with_suffix(".new")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write(text + "\n")
        file.flush()
        os.fsync(file.fileno())
    fresh.replace(place)
    settle_folder(place.parent)
