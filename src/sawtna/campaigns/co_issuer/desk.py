"""What people and the site ask of a co-issuer, each from the bytes that they sent to the answer that they get.

The same as at the counter of a site, but for casts: work before a code, a code by mail, tokens for a code; and for the site its
keys and its counts. Answers do not tell who took part before.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from hashlib import sha256

from sawtna.campaigns.co_issuer.keys import Keys
from sawtna.campaigns.co_issuer.store import TagStore
from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.campaigns.core.casting.statements import ask_statement, is_stated
from sawtna.campaigns.core.casting.vouchers import tag_of
from sawtna.campaigns.counter.requests import (
    Person,
    read_json,
    read_language,
    read_person,
    read_slip,
    read_token_requests,
)
from sawtna.campaigns.turned import Turned, malformed, wrong_code
from sawtna.campaigns.vouchers.brake import Brake
from sawtna.campaigns.vouchers.codes import Codes
from sawtna.campaigns.vouchers.letters import Letter
from sawtna.campaigns.vouchers.post import Post
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError

FRESH = 86_400  # seconds by which the clock of the site may be wrong
Answer = Mapping[str, object]


@dataclass(slots=True)
class Desk:
    """Owner: one co-issuer; several threads may use it. `book` gives the newest view, `now` Unix seconds."""

    book: Callable[[], CountersBook]
    keys: Keys
    store: TagStore
    codes: Codes
    brake: Brake
    post: Post
    now: Callable[[], int]

    def give_challenge(self, _data: bytes) -> Answer:
        """Work for a browser, before it may ask for a code."""
        return self.brake.make_challenge(self.now())

    def send_code(self, data: bytes) -> Answer:
        """Send a code to a contact; the answer is the same whoever it is."""
        asked = read_json(data)
        person = self._person(asked)
        self.brake.check_work(asked.get("work"), self.now())
        slip, key = read_slip(asked), self.keys.roll_key(person.roll)
        tag = tag_of(key, person.kind, person.contact)
        fresh, is_known = self.codes.make(key, tag, slip), self.store.knows(tag)
        if fresh is not None:
            name = sha256(tag + slip.encode()).digest()
            language, born = read_language(asked), time.monotonic()
            told = Letter(
                person.address, fresh.code, language, born, seal=fresh.seal, key=name, is_known=is_known
            )
            self.post.send(told)
        return {}

    def issue(self, data: bytes) -> Answer:
        """Sign blinded messages for whoever showed to be one."""
        asked, book = read_json(data), self.book()
        person = self._person(asked)
        wanted = read_token_requests(asked, person, book, self.now())
        code, request = asked.get("code"), b"".join(one.blinded for one in wanted)
        key, slip = self.keys.roll_key(person.roll), read_slip(asked)
        tag = tag_of(key, person.kind, person.contact)
        if not isinstance(code, str) or not self.codes.opens(key, tag, slip, code, request):
            raise wrong_code()
        self.store.issue(tag, wanted)
        ballots = book.register.ballots
        signers = [(self.keys.signer(ballots[one.ballot], person.kind), one.blinded) for one in wanted]
        return {"sigs": [encode_base64url(signer.sign(blinded)) for signer, blinded in signers]}

    def _person(self, asked: Mapping[str, object]) -> Person:
        book = self.book()
        person = read_person(asked, book, self.now())
        if person.kind != "email" or person.roll_index not in {one.roll for one in self.keys.served(book)}:
            raise malformed("This issuer does not serve this roll in this way.")
        return person

    def show_keys(self, _data: bytes) -> Answer:
        """The keys of ballots that are not over, for the site to put into its book."""
        return {"keys": list(self.keys.shown(self.book(), self.now()))}

    def tell_counts(self, data: bytes) -> Answer:
        """How many tokens were issued under each key: for the site alone: others could watch people come."""
        asked, book = read_json(data), self.book()
        moment, signature = asked.get("t"), asked.get("g")
        if (
            not isinstance(moment, int)
            or not isinstance(signature, str)
            or not self._is_site(moment, signature)
        ):
            raise Turned(403, "site", "Only the site that keeps the book may ask for this.")
        return {"counts": list(self.keys.counts(book, moment))}

    def _is_site(self, moment: int, signature: str) -> bool:
        register = self.book().register
        statement = ask_statement(register.origin, moment)
        try:
            signed = decode_base64url(signature)
        except BookError:
            return False
        is_signed = any(is_stated(key, statement, signed) for key in register.site_keys)
        return is_signed and abs(moment - self.now()) <= FRESH
