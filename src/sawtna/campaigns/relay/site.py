"""Speaks with the site: fetches sealed casts, hands in what was inside, lets go of what is done; and proves its ballots."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import httpx
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.core.casting.relays import pack_request
from sawtna.campaigns.core.casting.sealing import seal_hash
from sawtna.ledger.core.checkpoint import Checkpoint, unpack_checkpoint
from sawtna.ledger.core.encoding import Json, decode_base64url, encode_base64url
from sawtna.ledger.core.entry import Body, unpack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import inclusion_path, leaf_hash, verify_inclusion
from sawtna.ledger.core.policy import Policy
from sawtna.ledger.core.tiles import TileReader

AT_ONCE = 300


class SiteError(BookError):
    """The site did not answer as it should; the text says what to do. Everything can be tried again."""

    code = "relay_site"


class Sealed(NamedTuple):
    """A sealed cast as fetched; `past` is how many ends of ballots of its roll were over when it came."""

    past: int
    data: bytes


@dataclass(slots=True)
class Served:
    """The rolls that a relay serves, every entry proven. `bodies` are those of rolls and ballots, by index."""

    register: Register = field(default_factory=Register)
    bodies: dict[int, Body] = field(default_factory=dict)
    rolls: dict[int, list[int]] = field(default_factory=dict)


@dataclass(slots=True)
class Site:
    """One site. `read` gives files of its log; `clock` Unix seconds; `proven` what was proven before, which never changes."""

    address: str
    client: httpx.Client
    policy: Policy
    signer: Ed25519PrivateKey
    read: Callable[[str], bytes]
    clock: Callable[[], int]
    origin: str = ""
    proven: dict[int, tuple[Body, bytes]] = field(default_factory=dict)

    def ask(self, asked: Mapping[str, Json]) -> Mapping[str, object]:
        """A signed request; raises SiteError."""
        self.origin = self.origin or self.head().origin
        body = pack_request(self.signer, self.origin, self.clock(), asked)
        headers = {"content-type": "text/plain"}
        try:
            answer = self.client.post(f"{self.address}/t/v1/relay", content=body, headers=headers)
            found = answer.json()
        except (httpx.HTTPError, ValueError) as error:
            raise SiteError(f"{self.address} did not answer ({type(error).__name__}). Is it up?") from None
        if not isinstance(found, dict) or answer.status_code != httpx.codes.OK:
            told = found.get("sentence", "") if isinstance(found, dict) else ""
            raise SiteError(f"{self.address} refused ({answer.status_code}): {told}")
        return found

    def fetch(self) -> tuple[list[Sealed], Served]:
        """All that is sealed, and the rolls that it is for; raises BookError."""
        sealed: dict[bytes, Sealed] = {}
        after = ""
        while True:
            found = self.ask({"do": "fetch", "after": after, "many": AT_ONCE})
            rows, rolls = _rows(found.get("casts")), _listed(found.get("rolls"))
            sealed |= {row.data: row for row in rows}
            if len(rows) < AT_ONCE:
                return list(sealed.values()), self.prove(rolls)
            after = encode_base64url(seal_hash(rows[-1].data))

    def deliver(self, casts: Sequence[bytes]) -> list[tuple[str, str]]:
        """Hand casts in: for each ("promise", note) or ("error", code); raises SiteError when it must be tried again."""
        told: list[tuple[str, str]] = []
        for start in range(0, len(casts), AT_ONCE):
            some: list[Json] = [cast.rstrip(b" ").decode() for cast in casts[start : start + AT_ONCE]]
            found = self.ask({"do": "deliver", "casts": some}).get("told")
            if not isinstance(found, list) or len(found) != len(some):
                raise SiteError(f"{self.address} gave another number of answers than casts were handed in.")
            told += [_answer(one) for one in found]
        return told

    def release(self, boxes: Iterable[bytes]) -> None:
        """Let the site delete what was dealt with."""
        names: list[Json] = [encode_base64url(box) for box in boxes]
        for start in range(0, len(names), AT_ONCE):
            self.ask({"do": "release", "boxes": names[start : start + AT_ONCE]})

    def head(self) -> Checkpoint:
        """The newest checkpoint, signed by the log and by enough witnesses; raises BookError."""
        opened = self.policy.open(self.read("checkpoint"))
        if not self.policy.is_met_by(opened):
            raise SiteError("Too few witnesses have signed the book yet. It is tried again.")
        return unpack_checkpoint(opened.text)

    def prove(self, rolls: Mapping[int, tuple[list[int], list[int]]]) -> Served:
        """What the site says of its rolls, as the book has it; raises BookError where it has it not."""
        head, served = self.head(), Served()
        tiles = TileReader(self.read, head.size)
        wanted = {0, *rolls, *(one for ballots, keys in rolls.values() for one in (*ballots, *keys))}
        for index in sorted(wanted):
            if index not in self.proven:
                self.proven[index] = _proven(index, head, tiles)
            body, leaf = self.proven[index]
            served.register.learn(index, body, leaf)
            served.bodies[index] = body
        for roll, (ballots, _) in rolls.items():
            known = [served.register.ballots.get(index) for index in ballots]
            served.rolls[roll] = [facts.index for facts in known if facts is not None and facts.roll == roll]
        return served


def _proven(index: int, head: Checkpoint, tiles: TileReader) -> tuple[Body, bytes]:
    if not 0 <= index < head.size:
        raise SiteError(f"The site names entry {index} of a book of {head.size} entries.")
    try:
        data = tiles.entry(index)
        leaf = leaf_hash(data)
        verify_inclusion(index, head.size, leaf, inclusion_path(index, head.size, tiles.node), head.root)
    except FileNotFoundError as error:
        raise SiteError(f"The site shows no entry {index}: {error}") from None
    return unpack_entry(data), leaf


def _answer(told: object) -> tuple[str, str]:
    """What a site said of one cast; only a promise means that it was taken."""
    if isinstance(told, dict) and isinstance(told.get("promise"), str):
        return "promise", told["promise"]
    if isinstance(told, dict) and isinstance(told.get("error"), str):
        return "error", told["error"]
    raise SiteError("The site says of a cast neither that it took it nor why not. It is tried again.")


def _objects(told: object) -> list[dict[str, Any]]:
    """A list of objects, as JSON gives them; raises TypeError."""
    if not isinstance(told, list) or not all(isinstance(one, dict) for one in told):
        raise TypeError("got something else than a list of objects")
    return told


def _rows(told: object) -> list[Sealed]:
    try:
        return [Sealed(int(one["past"]), decode_base64url(one["sealed"])) for one in _objects(told)]
    except (TypeError, KeyError, ValueError, AttributeError):
        raise SiteError("The site lists its sealed casts in another form. Install a newer version.") from None


def _listed(told: object) -> dict[int, tuple[list[int], list[int]]]:
    try:
        return {
            int(one["roll"]): (
                [int(index) for index in one["ballots"]],
                [int(index) for index in one["keys"]],
            )
            for one in _objects(told)
        }
    except (TypeError, KeyError, ValueError, AttributeError):
        raise SiteError("The site lists its rolls in another form. Install a newer version.") from None
