"""The shelf: public pages, ready in memory, in front of Django. Most visits end here.

The book alone decides what a public page says, so a page stays on the shelf until the published files of the book change.
Whatever could make two visitors differ (cookies, languages, browsers, the query) is taken off a request before a page is made:
the bytes are the same for everyone by construction. A page that nobody has asked for since the last change is made once,
however many ask at the same moment.

Whoever can change the memory of this process can show false pages; the audit would notice, a visitor would not.
"""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any, NamedTuple, Protocol

from sawtna.web.copies import Copy, choose_coding, pack_copy, tag_in

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

logger = logging.getLogger(__name__)


class Surroundings(NamedTuple):
    """What the shelf must know of the house."""

    scheme: str  # of the public address
    host: bytes  # of the public address, as the Host header spells it
    is_private: Callable[[str], bool]
    choose_language: Callable[[str], str]


class Drawer:
    """A bounded store of copies; the one unused for longest goes first."""

    def __init__(self, room: int) -> None:
        self.room = room  # bytes
        self.taken = 0
        self.copies: OrderedDict[str, Copy] = OrderedDict()

    def get(self, key: str) -> Copy | None:
        """Look a copy up and note that it was used."""
        if copy := self.copies.get(key):
            self.copies.move_to_end(key)
        return copy

    def put(self, key: str, copy: Copy) -> None:
        """Keep a copy, unless it alone would fill a quarter of the room."""
        if copy.size > self.room // 4:
            return
        if old := self.copies.pop(key, None):
            self.taken -= old.size
        self.copies[key] = copy
        self.taken += copy.size
        while self.taken > self.room:
            _, oldest = self.copies.popitem(last=False)
            self.taken -= oldest.size

    def clear(self) -> None:
        """Throw everything away."""
        self.copies.clear()
        self.taken = 0


class FileShelf(Protocol):
    """Serves the plain files below some addresses."""

    def holds(self, path: str) -> bool:
        """Tell whether a path is below one of the addresses."""

    async def find(self, path: str) -> Copy | None:
        """The copy of a file, None when there is no such file."""


class Shelf:
    """The ASGI application that visitors reach: files and ready pages at once, the rest from Django."""

    def __init__(
        self,
        pages: Application,
        state: Callable[[], object],
        files: FileShelf,
        surroundings: Surroundings,
        room: int = 64_000_000,
    ) -> None:
        self.pages = pages
        self.state = state
        self.files = files
        self.surroundings = surroundings
        self.drawer = Drawer(room)
        self.generation = state()
        self.being_made: dict[str, asyncio.Task[Copy]] = {}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        path: str = scope["path"]
        if scope["method"] not in {"GET", "HEAD"} or self.surroundings.is_private(path):
            await self.pages({**scope, "scheme": self.surroundings.scheme}, receive, send)
            return
        headers = dict(scope["headers"])
        if self.files.holds(path) and (file := await self.files.find(path)):
            await send_copy(file, headers, send, with_body=scope["method"] == "GET")
            return
        copy = await self.find(path, headers.get(b"accept-language", b""))
        await send_copy(copy, headers, send, with_body=scope["method"] == "GET")

    async def find(self, path: str, accept_language: bytes = b"") -> Copy:
        """Take a page off the shelf, or have it made."""
        state = self.state()
        if state != self.generation:
            self.drawer.clear()
            self.being_made.clear()  # whoever waits still gets what is being made, nobody new does
            self.generation = state
        language = self.surroundings.choose_language(accept_language.decode("latin-1")) if path == "/" else ""
        key = path + language
        if copy := self.drawer.get(key):
            return copy
        if (task := self.being_made.get(key)) is None:
            task = asyncio.create_task(self.make(key, path, language))
            self.being_made[key] = task
            task.add_done_callback(lambda done: self._forget(key, done))
        return await asyncio.shield(task)  # a visitor who leaves does not stop it for the others

    def _forget(self, key: str, done: asyncio.Task[Copy]) -> None:
        if self.being_made.get(key) is done:
            del self.being_made[key]

    async def make(self, key: str, path: str, language: str) -> Copy:
        """Have Django make a page, and keep it when it is public and the book has not changed meanwhile."""
        generation = self.generation
        status, headers, body = await ask(self.pages, self.anonymous_scope(path, language))
        copy = await asyncio.to_thread(pack_copy, status, headers, body)
        if may_be_kept(path, status, headers) and generation == self.generation:
            self.drawer.put(key, copy)
        return copy

    def anonymous_scope(self, path: str, language: str = "") -> Scope:
        """The request for a page by nobody in particular: no cookie, no browser, no query, the site's own name."""
        headers = [(b"host", self.surroundings.host)]
        if language:
            headers.append((b"accept-language", language.encode()))
        return {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": self.surroundings.scheme,
            "path": path,
            "raw_path": path.encode(),
            "query_string": b"",
            "root_path": "",
            "headers": headers,
            "client": None,
            "server": None,
        }


def may_be_kept(path: str, status: int, headers: list[tuple[bytes, bytes]]) -> bool:
    """Tell whether an answer is good for everyone; says so in the log when a public page tried to be personal."""
    found = {name.lower(): value.lower() for name, value in headers}
    is_public = b"public" in found.get(b"cache-control", b"") or path == "/"
    varies = set(found.get(b"vary", b"").replace(b" ", b"").split(b",")) - {b"", b"accept-encoding"}
    if path == "/":
        varies -= {b"accept-language"}
    if is_public and (b"set-cookie" in found or varies):
        logger.error("The page %s is public but differs between visitors; it is not kept.", path)
        return False
    return is_public and status in {200, 302}


async def ask(application: Application, scope: Scope) -> tuple[int, list[tuple[bytes, bytes]], bytes]:
    """Send a request without body to an ASGI application and gather its whole answer."""
    asked = False
    status, headers, body = 500, [], bytearray()

    async def receive() -> Message:
        nonlocal asked
        if asked:
            await asyncio.Event().wait()  # nobody ever leaves; the application cancels this when it is done
        asked = True
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Message) -> None:
        nonlocal status, headers
        if message["type"] == "http.response.start":
            status, headers = message["status"], list(message.get("headers", []))
        else:
            body.extend(message.get("body", b""))

    await application(scope, receive, send)
    return status, headers, bytes(body)


async def send_copy(copy: Copy, asked: dict[bytes, bytes], send: Send, *, with_body: bool) -> None:
    """Answer with a copy in the coding that the visitor takes, or with 304 when the visitor has it already."""
    if (known := asked.get(b"if-none-match")) and (tag := tag_in(copy, known)):
        await send(
            {"type": "http.response.start", "status": 304, "headers": [*copy.unchanged, (b"etag", tag)]}
        )
        await send({"type": "http.response.body", "body": b""})
        return
    coding = choose_coding(copy, asked.get(b"accept-encoding", b""))
    await send({"type": "http.response.start", "status": copy.status, "headers": copy.headers[coding]})
    await send({"type": "http.response.body", "body": copy.bodies[coding] if with_body else b""})
