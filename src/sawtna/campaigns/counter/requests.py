"""What people send to the counter, read from JSON of a bounded size: anything else is turned away with a sentence."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass

from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.campaigns.core.casting.invitations import code_hash
from sawtna.campaigns.core.casting.taking import MOST_BALLOTS, TokenRequest
from sawtna.campaigns.core.casting.vouchers import ContactError, normal_contact
from sawtna.campaigns.turned import Turned, closed, malformed
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.schema import LANGUAGES

LONGEST_SLIP = 64
CODED = ("email", "sms")


@dataclass(frozen=True, slots=True)
class Person:
    """Who asks, as far as the counter knows: a roll, a voucher kind, and a contact in its one spelling."""

    roll_index: int
    roll: Body
    kind: str
    contact: str
    address: str  # as it was typed, in NFKC as the contact is: where the mail goes


def read_json(data: bytes) -> Mapping[str, object]:
    """An object, padding taken off."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        raise malformed("This is not JSON.") from None
    if not isinstance(found, dict):
        raise malformed("This is no JSON object.")
    return found


def read_person(asked: Mapping[str, object], book: CountersBook, now: int) -> Person:
    """The roll, kind and contact of a request; the roll must be open and accept the kind."""
    index, kind, contact = asked.get("roll"), asked.get("kind"), asked.get("contact")
    roll = book.roll(index) if isinstance(index, int) else None
    if roll is None or roll["k"] != "roll" or not isinstance(index, int):
        raise malformed("There is no such roll.")
    kinds = roll["kinds"]
    if not isinstance(kind, str) or not isinstance(kinds, list) or kind not in kinds:
        raise malformed("This roll does not accept this kind of voucher.")
    opens, closes = roll["opens"], roll["closes"]
    if not (isinstance(opens, int) and isinstance(closes, int) and opens <= now < closes):
        raise closed()
    if not isinstance(contact, str) or not 0 < len(contact) <= 300:
        raise malformed("The contact is missing or too long.")
    address = unicodedata.normalize("NFKC", contact).strip()
    return Person(index, roll, kind, _one_spelling(kind, contact), address)


def _one_spelling(kind: str, contact: str) -> str:
    try:
        return normal_contact(kind, contact) if kind in CODED else code_hash(contact).hex()
    except ContactError as error:
        raise Turned(400, "contact", f"This contact cannot be read: {error}.") from None


def read_slip(asked: Mapping[str, object]) -> str:
    """The word under which a browser asks for its codes and types them; the same for all that say none."""
    slip = asked.get("slip", "")
    if not isinstance(slip, str) or len(slip) > LONGEST_SLIP or not slip.isascii():
        raise malformed(f"A slip has at most {LONGEST_SLIP} ASCII signs.")
    return slip


def read_language(asked: Mapping[str, object]) -> str:
    """The language of the mail; Arabic where none is said."""
    language = asked.get("language")
    return language if isinstance(language, str) and language in LANGUAGES else LANGUAGES[0]


def read_token_requests(
    asked: Mapping[str, object], person: Person, book: CountersBook, now: int
) -> tuple[TokenRequest, ...]:
    """The blinded messages, each for a key of an open ballot of the person's roll and kind, each ballot once."""
    listed = asked.get("reqs")
    if not isinstance(listed, list) or not 0 < len(listed) <= MOST_BALLOTS:
        raise malformed(f"Ask for 1 to {MOST_BALLOTS} tokens.")
    wanted = tuple(_token_request(one, person, book, now) for one in listed)
    if len({one.ballot for one in wanted}) != len(wanted):
        raise malformed("Ask for one token a ballot.")
    return wanted


def _token_request(one: object, person: Person, book: CountersBook, now: int) -> TokenRequest:
    index, message = (one.get("i"), one.get("bm")) if isinstance(one, dict) else (None, None)
    key = book.register.keys.get(index) if isinstance(index, int) else None
    ballot = book.register.ballots.get(key.ballot) if key is not None else None
    if key is None or ballot is None or ballot.roll != person.roll_index or key.kind != person.kind:
        raise malformed("This key is none of this roll and kind.")
    if book.own_keys(ballot).get(person.kind) != key or not book.lets_in(ballot, now):
        raise closed()
    try:
        blinded = decode_base64url(message) if isinstance(message, str) else b""
    except BookError:
        blinded = b""
    if len(blinded) != key.public.size or int.from_bytes(blinded, "big") >= key.public.n:
        raise malformed("A blinded message has the length of the key and is smaller than it.")
    return TokenRequest(ballot.index, key.index, blinded)
