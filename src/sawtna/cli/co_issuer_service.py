"""The parts of a co-issuer put together: it follows the book, answers people and the site, and logs nobody."""

from __future__ import annotations

import asyncio
import json
import secrets
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

import httpx

from sawtna.campaigns.co_issuer.book import BookFollower, FollowError
from sawtna.campaigns.co_issuer.desk import Desk
from sawtna.campaigns.co_issuer.identity import load_identity
from sawtna.campaigns.co_issuer.keys import Keys
from sawtna.campaigns.co_issuer.store import TagStore
from sawtna.campaigns.core.casting.counters_book import CountersBook
from sawtna.campaigns.issuer.backend import open_backend
from sawtna.campaigns.issuer.keyring import Keyring
from sawtna.campaigns.issuer.raw import IssuerError
from sawtna.campaigns.turned import Turned
from sawtna.campaigns.vouchers.brake import Brake
from sawtna.campaigns.vouchers.codes import Codes
from sawtna.campaigns.vouchers.mail import Sender, line_to
from sawtna.campaigns.vouchers.post import Post
from sawtna.campaigns.vouchers.shelf import MemoryShelf
from sawtna.cli.book_reader import ReadError, SiteReader
from sawtna.cli.co_issuer_page import SHEET, issuer_page
from sawtna.cli.http_door import Answer, Asked, HttpDoor, serve_door
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.policy import unpack_policy

PREFIX = "/t/v1/"
JSON = "application/json"
MOST_BYTES = 16_384
ANSWER_BYTES = 4096  # the same for all who ask, so that the size of an answer tells nothing
STEPS = 200
SECONDS = 60.0
POLICY = "policy"
SAFE = (
    (
        "content-security-policy",
        "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    ),
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cache-control", "no-store"),
)

Handler = Callable[[bytes], Mapping[str, object]]


@dataclass(frozen=True, slots=True)
class Settings:
    """How a co-issuer was opened. `page` is the origin whose pages may ask it, `rounds` the cost of the work before a code."""

    folder: Path
    book: str
    campaigns: tuple[str, ...]
    policy: Path | None
    mail: str
    sender: str
    name: str
    page: str
    rounds: int
    every: float


class Service:
    """Owner: one process."""

    def __init__(self, settings: Settings, clock: Callable[[], int]) -> None:
        self.settings, self._clock, self._trouble = settings, clock, ""
        folder = settings.folder
        identity = load_identity(folder)
        shelf = MemoryShelf()
        codes = Codes(lambda: shelf)
        try:
            line = line_to(settings.mail, folder, Sender(settings.sender, settings.name))
        except ValueError as fault:
            raise SystemExit(str(fault)) from None
        self._client = httpx.Client(timeout=SECONDS, headers={"user-agent": "sawtna-co-issuer"})
        self._store = TagStore(folder)
        self._keys = Keys(identity, Keyring(folder / "keys", open_backend()), self._store, settings.campaigns)
        self._vk = identity.public
        self._follower: BookFollower | None = None
        brake = Brake(secrets.token_bytes(32), settings.rounds, STEPS, lambda: shelf)
        post = Post(line, codes.has_left)
        self._desk = Desk(self._book, self._keys, self._store, codes, brake, post, clock)
        self._is_forked = False
        self._handlers: dict[str, tuple[str, int, Handler]] = {
            "challenge": ("POST", 200, self._desk.give_challenge),
            "code": ("POST", 202, self._desk.send_code),
            "issue": ("POST", 200, self._desk.issue),
            "issued": ("POST", 200, self._desk.tell_counts),
            "keys": ("GET", 200, self._desk.show_keys),
        }

    def _book(self) -> CountersBook:
        if self._follower is None or self._is_forked:
            raise IssuerError("The public book cannot be read, so nothing is issued now. Try again later.")
        return self._follower.book

    # ------------------------------------------------------------------ the book
    async def look(self) -> None:
        """Follow the book, and do for the keys what is due; trouble is told once and tried again."""
        await asyncio.to_thread(self._look_once)

    def _look_once(self) -> None:
        now = ""
        try:
            follower = self._follower = self._follower or self._open_book()
            has_moved = follower.follow()
            self._keys.tend(follower.book, self._clock())
            if has_moved:
                self._store.forget_order()
        except (BookError, ReadError, OSError) as trouble:
            now = str(trouble)
            self._is_forked = self._is_forked or (isinstance(trouble, FollowError) and trouble.is_forked)
            if now != self._trouble:
                _say(f"{now}{'' if now.endswith(('.', '?')) else '.'} It is tried again.")
        self._trouble = now

    def _open_book(self) -> BookFollower:
        kept = self.settings.folder / POLICY
        reader = SiteReader(self.settings.book, self._client)
        if self.settings.policy is not None:
            text = self.settings.policy.read_text(encoding="utf-8")
        elif kept.exists():
            text = kept.read_text(encoding="utf-8")
        else:
            text = reader.read("policy").decode("utf-8", "replace")
            _say(
                f"The book's key was taken from the site this first time, and is kept in {kept}. Compare it."
            )
        policy = unpack_policy(text)
        kept.write_text(text, encoding="utf-8")
        follower = BookFollower(self.settings.folder, policy, reader.read, self._vk)
        follower.recall()
        return follower

    # ------------------------------------------------------------------ answers
    async def answer(self, asked: Asked) -> Answer:
        """Find what was asked for."""
        path = asked.path.partition("?")[0]
        if path == "/style.css":
            return Answer(200, SHEET, "text/css")
        if path == "/":
            text = issuer_page(
                self.settings.name, encode_base64url(self._vk), self.settings.book, self.settings.campaigns
            )
            return Answer(200, text, "text/html; charset=utf-8")
        method, status, handler = self._handlers.get(path.removeprefix(PREFIX), ("", 0, None))
        if handler is None:
            return _refuse(404, "unknown", "There is nothing at this address.")
        if asked.method != method:
            return _refuse(405, "method", f"Send it with {method}.")
        if asked.body is None:
            return _refuse(413, "too_long", f"This is longer than the {MOST_BYTES} bytes that are read here.")
        return await asyncio.to_thread(_answer, status, handler, asked.body)

    async def serve(self, place: socket.socket, stop: asyncio.Event) -> None:
        """Answer until `stop`, and look at the book meanwhile."""
        headers = (*SAFE, ("access-control-allow-origin", self.settings.page), ("vary", "origin"))
        door = HttpDoor(
            self.answer, lambda path: "GET" if path == "/t/v1/keys" else "POST", headers, MOST_BYTES
        )
        looking = asyncio.create_task(self._look_for_ever())
        try:
            await serve_door(door, place, stop)
        finally:
            looking.cancel()
            self._store.close()
            self._client.close()

    async def _look_for_ever(self) -> None:
        while True:
            await asyncio.sleep(self.settings.every)
            await self.look()


def _answer(status: int, handler: Handler, body: bytes) -> Answer:
    try:
        return _spell(status, handler(body))
    except Turned as turned:
        return _refuse(turned.status, turned.code, turned.sentence)
    except BookError as error:
        _say(f"Nothing could be issued: {error}")
        return _refuse(503, "closed_counter", "Tokens cannot be issued now. Try again later.")
    except Exception as error:  # noqa: BLE001 (whatever it is, it is told to the person, and nothing of the person to the log)
        _say(f"A request failed: {type(error).__name__}.")
        return _refuse(500, "fault", "The fault is ours. Nothing that you did is lost. Try again.")


def _refuse(status: int, code: str, sentence: str) -> Answer:
    return _spell(status, {"error": code, "sentence": sentence})


def _spell(status: int, told: Mapping[str, object]) -> Answer:
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return Answer(status, text.ljust(ANSWER_BYTES - (len(text.encode()) - len(text))), JSON)


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
