"""Entries of the book: their kinds, their canonical bytes, and the salted commitments that keep words out of the log.

Whoever holds an opening can show that its words belong to an entry; whoever deletes it leaves 32 random-looking bytes behind
(memo trust 6.2, "Commitment").
"""

from __future__ import annotations

import hmac
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sawtna.ledger.core.encoding import decode_base64url, decode_canonical, encode_base64url, encode_canonical
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fits import Fits, compile_form
from sawtna.ledger.core.schema import (
    Field,
    Form,
    Problem,
    bytes_of,
    choice,
    problems_of,
    record,
    required,
    whole,
)

Body = Mapping[str, object]

SALT_BYTES = 32
COMMITMENT_DOMAIN = b"sawtna/v1/open\n"
ENTRY_VERSION = 1


class EntryError(BookError):
    """An entry that may not enter the book; `problems` says all that is wrong with it."""

    code = "entry"

    def __init__(self, sentence: str, problems: tuple[Problem, ...] = ()) -> None:
        super().__init__(sentence)
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of entry. `words` are the fields of its opening; a kind without words has no commitment."""

    name: str
    room: str
    about: str
    fields: Mapping[str, Field]
    words: Mapping[str, Field] | None = None

    @property
    def body_form(self) -> Form:
        """The form of a whole entry of this kind, with `v`, `k` and, where there are words, `cm`."""
        frame = {
            "v": required(whole(ENTRY_VERSION, ENTRY_VERSION, ENTRY_VERSION)),
            "k": required(choice(self.name)),
        }
        commitment = {"cm": required(bytes_of(32))} if self.words is not None else {}
        return record({**frame, **self.fields, **commitment})

    @property
    def words_form(self) -> Form:
        """The form of the words behind the commitment."""
        return record(self.words or {})


class Kinds:
    """The kinds that a reader knows. Others are counted as unknown and never change a number."""

    def __init__(self, kinds: Iterable[Kind] = ()) -> None:
        self._kinds: dict[str, Kind] = {}
        self._forms: dict[str, Form] = {}
        self._fits: dict[str, Fits] = {}
        self.enroll(kinds)

    def enroll(self, kinds: Iterable[Kind]) -> None:
        """Add kinds; the same kind twice is harmless, two kinds of one name are refused."""
        for kind in kinds:
            if self._kinds.get(kind.name, kind) is not kind:
                raise EntryError(f"got a second kind named {kind.name}, expected each kind once")
            self._kinds[kind.name] = kind
            self._forms[kind.name] = kind.body_form
            self._fits[kind.name] = compile_form(self._forms[kind.name])

    def __iter__(self) -> Iterator[Kind]:
        return iter(self._kinds.values())

    def get(self, name: object) -> Kind | None:
        """The kind of that name, or None where it is unknown."""
        return self._kinds.get(name) if isinstance(name, str) else None

    def problems(self, body: object) -> tuple[Problem, ...]:
        """All that is wrong with the body of an entry of a known kind; an unknown kind has no problems."""
        if (
            not isinstance(body, dict)
            or not isinstance(body.get("k"), str)
            or not isinstance(body.get("v"), int)
        ):
            return (Problem((), "something else", "an object with v and k"),)
        fits = self._fits.get(body["k"])
        return () if fits is None or fits(body) else tuple(problems_of(self._forms[body["k"]], body))


def pack_entry(body: Body) -> bytes:
    """The canonical bytes of an entry (at most 16,384); raises EncodingError."""
    return encode_canonical(dict(body))


def unpack_entry(data: bytes) -> Body:
    """The body of an entry from its bytes; raises EncodingError when they are not canonical, EntryError when no object."""
    body = decode_canonical(data)
    if not isinstance(body, dict):
        raise EntryError("got an entry that is no object, expected an object with v and k")
    return body


def commit_words(words: Mapping[str, object], salt: bytes) -> str:
    """`cm` = base64url(HMAC-SHA256(salt, domain || JCS(words))), memo trust 6.2; `salt` is 32 random bytes."""
    return seal_words(words, salt)[0]


WORDS_BYTES = 262_144


def pack_opening(words: Mapping[str, object], salt: bytes) -> bytes:
    """The file `/open/<index>.json`: `{"salt", "words"}` in canonical JSON."""
    return seal_words(words, salt)[1]


def seal_words(words: Mapping[str, object], salt: bytes) -> tuple[str, bytes]:
    """The commitment and the opening of these words, spelling them once."""
    if len(salt) != SALT_BYTES:
        raise EntryError(f"got a salt of {len(salt)} bytes, expected {SALT_BYTES}")
    packed = encode_canonical(dict(words), most=WORDS_BYTES)
    commitment = encode_base64url(hmac.new(salt, COMMITMENT_DOMAIN + packed, sha256).digest())
    return commitment, b'{"salt":"%s","words":%s}' % (encode_base64url(salt).encode(), packed)


def unpack_opening(data: bytes) -> tuple[Mapping[str, object], bytes]:
    """(words, salt) of an opening file; raises EncodingError or EntryError."""
    opening = decode_canonical(data, most=WORDS_BYTES + 200)
    if (
        not isinstance(opening, dict)
        or set(opening) != {"salt", "words"}
        or not isinstance(opening["words"], dict)
    ):
        raise EntryError("got an opening of another form, expected an object with salt and words")
    salt = opening["salt"]
    if not isinstance(salt, str):
        raise EntryError("got an opening without a salt, expected 32 bytes in base64url")
    return opening["words"], decode_base64url(salt)


def opens_commitment(commitment: object, words: Mapping[str, object], salt: bytes) -> bool:
    """Whether these words and this salt are what the entry committed to."""
    return isinstance(commitment, str) and hmac.compare_digest(commit_words(words, salt), commitment)
