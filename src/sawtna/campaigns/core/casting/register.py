"""What a verifier must know of a book: its origin, its rolls, relays, ballots and issuers' keys, by entry index.

The register learns from entries in index order and refuses nothing: whether a key may stand where it stands is the fold's to say.
It is small (under a kilobyte a key), can be pickled, and so goes along with each piece of work to another process.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from sawtna.campaigns.core.casting.batches import Pace, pace_of
from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.campaigns.core.casting.relays import RelayFacts
from sawtna.campaigns.core.casting.statements import count_statement, is_stated, key_statement
from sawtna.campaigns.core.casting.tokens import key_id
from sawtna.campaigns.core.entries import OWN_ISSUER
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body, pack_entry
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.note import Verifier

LEARNED = frozenset({"site", "issuer", "relay", "roll", "ballot", "vouching", "key"})

__all__ = ["LEARNED", "OWN_ISSUER", "BallotFacts", "Issuer", "IssuerKey", "Register", "key_in"]


@dataclass(frozen=True, slots=True)
class Issuer:
    """Another organisation that issues tokens: its Ed25519 key `vk` is that of its first entry, `url` of its newest."""

    index: int
    campaign: str
    id: str
    vk: bytes
    url: str


@dataclass(frozen=True, slots=True)
class IssuerKey:
    """A logged key: whose, for which ballot entry and voucher kind.

    `index` is its entry, `kid` what the entry says, `signature` that of an issuer who is not the site.
    """

    index: int
    ballot: int
    issuer: str
    kind: str
    public: PublicKey
    kid: bytes
    signature: bytes = b""

    @property
    def is_sound(self) -> bool:
        """Whether it has the shape of token type 0x0002 and carries its own name."""
        return self.public.is_fit and self.kid == key_id(self.public)


@dataclass(frozen=True, slots=True)
class BallotFacts:
    """What a cast is checked against: the entry's index and leaf hash, and its rules. `sort` is pledge, poll or vouch."""

    index: int
    leaf: bytes
    options: int
    least: int
    most: int
    need: int = 1
    counting: str = "single"
    sort: str = "poll"
    campaign: str = ""
    id: str = ""
    roll: int | None = None
    issuers: tuple[str, ...] = (OWN_ISSUER,)
    kinds: tuple[str, ...] = ()
    pace: Pace = field(default_factory=lambda: pace_of({}, None))
    vouches: int = 0


@dataclass(slots=True)
class Register:
    """Everything a verifier knows. Owner: one examiner, fold or server; lives as long as it."""

    origin: str = ""
    ballots: dict[int, BallotFacts] = field(default_factory=dict)
    keys: dict[int, IssuerKey] = field(default_factory=dict)
    rolls: dict[tuple[str, str], tuple[int, Body]] = field(default_factory=dict)
    issuers: dict[tuple[str, str], Issuer] = field(default_factory=dict)
    site_keys: frozenset[bytes] = frozenset()
    relays: dict[int, RelayFacts] = field(default_factory=dict)

    def learn(self, index: int, body: Body, leaf: bytes | None = None) -> None:
        """Learn from one entry of valid form; `leaf` is its leaf hash, where the caller has it at hand."""
        kind = body["k"]
        if kind == "site" and index == 0:
            self.origin, self.site_keys = str(body["origin"]), _site_keys(body)
        elif kind == "issuer":
            self._learn_issuer(index, body)
        elif kind == "roll":
            self.rolls[str(body["c"]), str(body["id"])] = (index, body)
        elif kind == "vouching" or (kind == "ballot" and body["taken"] == "here"):
            self.ballots[index] = self._ballot(index, body, leaf or leaf_hash(pack_entry(body)))
        elif kind == "key":
            self.keys[index] = key_in(index, body)
        elif kind == "relay":
            names = (str(body["c"]), str(body["id"]))
            self.relays[index] = RelayFacts(index, *names, _bytes(body["pk"]), _bytes(body["vk"]))

    def _learn_issuer(self, index: int, body: Body) -> None:
        name = (str(body["c"]), str(body["id"]))
        known = self.issuers.get(name)
        vk = _bytes(body["vk"]) if known is None else known.vk
        self.issuers[name] = Issuer(known.index if known else index, *name, vk, str(body["url"]))

    def _ballot(self, index: int, body: Body, leaf: bytes) -> BallotFacts:
        roll_index, roll = self.rolls.get((str(body["c"]), str(body.get("roll", ""))), (None, None))
        is_vouching = body["k"] == "vouching"
        return BallotFacts(
            index=index,
            leaf=leaf,
            options=1 if is_vouching else len(_texts(body["options"])),
            least=1 if is_vouching else _whole(body["min"]),
            most=1 if is_vouching else _whole(body["max"]),
            need=_whole(body.get("need", 1)),
            counting="single" if is_vouching else str(body["counting"]),
            sort="vouch" if is_vouching else str(body["sort"]),
            campaign=str(body["c"]),
            id=str(body["id"]),
            roll=roll_index,
            issuers=_texts(body.get("issuers")) or (OWN_ISSUER,),
            kinds=_texts(body.get("kinds")) or _texts((roll or {}).get("kinds")),
            pace=pace_of(body, roll),
            vouches=_whole(body.get("vouches")) if is_vouching else 0,
        )

    def is_own(self, key: IssuerKey) -> bool:
        """Whether the issuer whom a key names says that it is its own; the book is the site's, so its keys need no signature."""
        ballot = self.ballots.get(key.ballot)
        if ballot is None or key.issuer == OWN_ISSUER:
            return ballot is not None
        statement = key_statement(self.origin, ballot.leaf, key.kind, key.kid)
        return self._is_stated(key, statement, key.signature)

    def is_count(self, key: IssuerKey, total: int, signature: bytes) -> bool:
        """Whether the issuer of a key says that it signed so many tokens under it."""
        return key.issuer == OWN_ISSUER or self._is_stated(
            key, count_statement(self.origin, key.kid, total), signature
        )

    def _is_stated(self, key: IssuerKey, statement: bytes, signature: bytes) -> bool:
        ballot = self.ballots.get(key.ballot)
        issuer = self.issuers.get((ballot.campaign, key.issuer)) if ballot is not None else None
        return issuer is not None and is_stated(issuer.vk, statement, signature)

    def relay_of(self, roll: Body) -> RelayFacts | None:
        """The newest entry of the relay through which a roll is cast; None where it is cast at the site itself."""
        name = (roll["c"], roll.get("relay"))
        named = [relay for relay in self.relays.values() if (relay.campaign, relay.id) == name]
        return max(named, key=lambda relay: relay.index, default=None)

    def keys_of(self, ballot: int) -> Mapping[int, IssuerKey]:
        """The keys of one ballot, by the index of their entry."""
        return {index: key for index, key in self.keys.items() if key.ballot == ballot}


def key_in(index: int, body: Body) -> IssuerKey:
    """The key that an entry holds; raises BookError."""
    modulus = int.from_bytes(_bytes(body["n"]), "big")
    public = PublicKey(modulus, _whole(body["e"]))
    names = (str(body["issuer"]), str(body["kind"]))
    return IssuerKey(index, _whole(body["b"]), *names, public, _bytes(body["kid"]), _bytes(body.get("g")))


def _site_keys(site: Body) -> frozenset[bytes]:
    """The keys that the site itself holds: of its log, and of its promises."""
    try:
        return frozenset({Verifier.parse(str(site["vkey"])).public, _bytes(site["promise"])})
    except BookError:
        return frozenset({_bytes(site["promise"])})


def _texts(value: object) -> tuple[str, ...]:
    return tuple(str(one) for one in value) if isinstance(value, list) else ()


def _whole(value: object) -> int:
    return value if isinstance(value, int) else 0


def _bytes(value: object) -> bytes:
    return decode_base64url(value) if isinstance(value, str) else b""
