"""A polling station for tests: keys, people and their casts, told as entries of a book.

Tokens are signed with the issuer's key directly, without blinding: what the book holds is the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA384

from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.campaigns.core.casting.casts import pack_point, sign_cast, unsigned_cast
from sawtna.campaigns.core.casting.entries import ALGORITHM
from sawtna.campaigns.core.casting.register import Register
from sawtna.campaigns.core.casting.statements import count_statement, key_statement, sign_statement
from sawtna.campaigns.core.casting.tokens import key_id, nonce_of, pack_challenge, token_input
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import pack_entry
from sawtna.ledger.core.merkle import leaf_hash

from tests.cli.folder_book import ORIGIN, Told, complete, site_entry

C = "morocco-2016"
SAID = {"en": "Words"}
PSS = padding.PSS(padding.MGF1(SHA384()), 48)
EVERY, KMIN = 600, 3
T = 1_456_660_800  # a multiple of EVERY


@cache
def private_key(number: int) -> rsa.RSAPrivateKey:
    """One of the keys that all tests of a process use."""
    del number
    return rsa.generate_private_key(65537, 2048)


def public_key(number: int) -> PublicKey:
    """The public half."""
    return PublicKey(private_key(number).public_key().public_numbers().n)


def issuer_seed(name: str) -> bytes:
    """The private key of another issuer."""
    return sha256(name.encode()).digest()


def issuer_public(name: str) -> bytes:
    """The public half."""
    return Ed25519PrivateKey.from_private_bytes(issuer_seed(name)).public_key().public_bytes_raw()


def said_by(issuer: str, statement: bytes) -> dict[str, object]:
    """The signature of another issuer than the site as a field."""
    return {} if issuer == "site" else {"g": encode_base64url(sign_statement(issuer_seed(issuer), statement))}


def named_in(fields: Mapping[str, object]) -> list[str]:
    """The issuers of a ballot."""
    issuers = fields.get("issuers", [])
    return [str(name) for name in issuers] if isinstance(issuers, list) else []


@dataclass(frozen=True)
class Person:
    """Somebody with a one-time key and stamps on it; stamps are (key entry, token)."""

    key: ec.EllipticCurvePrivateKey
    stamps: tuple[tuple[int, bytes], ...]

    @property
    def point(self) -> bytes:
        """The one-time key as casts hold it."""
        return pack_point(self.key.public_key())


class Station:
    """One ballot with its keys. `told` is the book so far."""

    def __init__(self, kinds: Sequence[str] = ("email",), mode: str = "lively", **fields: object) -> None:
        enroll_campaigns()  # without its kind an entry would have no commitment, and another leaf
        self.told: list[Told] = [site_entry()]
        self.keys: dict[int, int] = {}  # entry -> number of the private key
        self.issued: Counter[int] = Counter()
        self.fresh: Counter[int] = Counter()
        self.moment = T
        self.add(
            {"k": "campaign", "c": C, "country": "MA", "zone": "Africa/Casablanca", "mark": "simulation",
             "opens": "2016-01-05"},
            {"title": SAID, "summary": SAID},
        )  # fmt: skip
        roll = {"k": "roll", "c": C, "id": "spring", "opens": T, "closes": T + 10**7, "kinds": list(kinds)}
        self.roll = self.add({**roll, "mode": mode})
        self.names_issuers(*(name for name in named_in(fields) if name != "site"))
        self.ballot = self.open_ballot("which-step", kinds, **fields)

    def add(self, body: Mapping[str, object], words: Mapping[str, object] | None = None) -> int:
        """Tell one more entry; its index."""
        self.told.append((body, words))
        return len(self.told) - 1

    def names_issuers(self, *names: str) -> None:
        """Other organisations that issue tokens too, each with a key of its own."""
        for name in names:
            vk = encode_base64url(issuer_public(name))
            self.add(
                {"k": "issuer", "c": C, "id": name, "url": "https://issuer.example.org", "vk": vk},
                {"name": SAID},
            )

    def open_ballot(self, name: str, kinds: Sequence[str] = ("email",), **fields: object) -> int:
        """A ballot with three options, approved one to three of them."""
        options = ["top-ups", "bills", "unlike"]
        ballot = {"k": "ballot", "c": C, "id": name, "sort": "poll", "taken": "here", "counting": "approval"}
        rules = {"options": options, "min": 1, "max": 3, "opens": "2016-03-01", "roll": "spring"}
        pace = {"kinds": list(kinds), "issuers": ["site"], "need": 1, "every": EVERY, "kmin": KMIN}
        words = {"title": SAID, "options": dict.fromkeys(options, SAID)}
        return self.add({**ballot, **rules, **pace, **fields}, words)

    def body(self, index: int) -> dict[str, object]:
        """An entry as the book holds it."""
        return complete(index, *self.told[index])

    def leaf(self, index: int) -> bytes:
        """The leaf hash of an entry."""
        return leaf_hash(pack_entry(self.body(index)))

    def log_key(
        self, number: int = 0, kind: str = "email", issuer: str = "site", ballot: int | None = None
    ) -> int:
        """Log the key of an issuer; the index of its entry."""
        public = public_key(number)
        n, kid = encode_base64url(public.n.to_bytes(256, "big")), encode_base64url(key_id(public))
        ballot = ballot or self.ballot
        named = {"k": "key", "b": ballot, "issuer": issuer, "kind": kind}
        statement = key_statement(ORIGIN, self.leaf(ballot), kind, key_id(public))
        index = self.add(
            {**named, "alg": ALGORITHM, "n": n, "e": 65537, "kid": kid, **said_by(issuer, statement)}
        )
        self.keys[index] = number
        return index

    def person(self, *keys: int) -> Person:
        """Somebody new with a token of each of these key entries; the station counts them as issued."""
        one_time = ec.generate_private_key(ec.SECP256R1())
        self.fresh.update(keys)
        return Person(
            one_time, tuple((key, self.token(key, pack_point(one_time.public_key()))) for key in keys)
        )

    def token(self, key: int, point: bytes) -> bytes:
        """A token of that key entry for a one-time key."""
        ballot = self.told[key][0]["b"]
        assert isinstance(ballot, int)
        public = public_key(self.keys[key])
        message = token_input(nonce_of(point), pack_challenge(ORIGIN, self.leaf(ballot)), key_id(public))
        return private_key(self.keys[key]).sign(message, PSS, SHA384())

    def cast(self, person: Person, choice: Sequence[int], q: int = 0, **told: object) -> dict[str, object]:
        """What a person casts."""
        ballot = self.told[person.stamps[0][0]][0]["b"]
        assert isinstance(ballot, int)
        unsigned = unsigned_cast(ballot, person.point, q, choice, person.stamps, **told)  # type: ignore[arg-type]
        return sign_cast(person.key, unsigned)

    def issue(self, key: int, count: int | None = None, total: int | None = None) -> int:
        """Tell how many tokens were issued since the last time; the index of the entry."""
        count = self.fresh[key] if count is None else count
        self.issued[key] += count
        self.fresh[key] = 0
        total = self.issued[key] if total is None else total
        issuer = str(self.told[key][0].get("issuer", "site"))
        kid = key_id(public_key(self.keys[key])) if key in self.keys else bytes(32)
        signed = said_by(issuer, count_statement(ORIGIN, kid, total))
        return self.add({"k": "issued", "i": key, "n": count, "sum": total, **signed})

    def publish(
        self, casts: Sequence[Mapping[str, object]], ballot: int | None = None, *, is_sorted: bool = True
    ) -> int:
        """Tell a whole batch: what was issued, the casts in order, and its end; the index of the batch's entry."""
        ballot = self.ballot if ballot is None else ballot
        for key in [key for key, count in self.fresh.items() if count]:
            self.issue(key)
        ordered = sorted(casts, key=lambda cast: leaf_hash(pack_entry(cast)))
        for cast in ordered if is_sorted else reversed(ordered):
            self.add(cast)
        self.moment += EVERY
        return self.add({"k": "batch", "t": self.moment, "n": len(casts), "b": ballot})

    def close(self, ballot: int | None = None) -> int:
        """Close a ballot at the moment of its last batch, and end its keys."""
        ballot = self.ballot if ballot is None else ballot
        index = self.add({"k": "close", "b": ballot, "t": self.moment})
        for key in self.keys:
            if self.told[key][0]["b"] == ballot:
                self.add({"k": "keyend", "i": key, "why": "closed"})
        return index


def register_of(station: Station) -> Register:
    """All that a verifier knows of a station's book."""
    register = Register()
    for index in range(len(station.told)):
        body = station.body(index)
        register.learn(index, body, leaf_hash(pack_entry(body)))
    return register
