"""The site in one piece: counter, window and shelf in front, Django behind, the caretaker beside. Set Django up before."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import cast
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.staticfiles.handlers import ASGIStaticFilesHandler
from django.core.handlers.asgi import ASGIHandler
from django.utils import timezone

from sawtna.campaigns.counter.app import PREFIX as COUNTER
from sawtna.campaigns.counter.app import counter
from sawtna.checks.intake import ADDRESS as EVIDENCE
from sawtna.checks.intake import intake
from sawtna.checks.window import PREFIX as WINDOW
from sawtna.checks.window import Relay, Window
from sawtna.web.caretaker import Caretaker
from sawtna.web.far_end_beside import far_end_window
from sawtna.web.files import Files, Folder, headers_of_log, headers_of_static, state_of
from sawtna.web.languages import choose_language
from sawtna.web.middleware import is_private_path
from sawtna.web.shelf import Application, Receive, Scope, Send, Shelf, Surroundings

LOOK_EVERY = 0.1  # seconds; so long may a page lag behind the book

django_pages = ASGIHandler()
pages = cast(Application, django_pages)


def never_the_same() -> object:
    """The state of a book that changes all the time, for whoever works on the pages."""
    return object()


def watch_book(log: Path) -> Callable[[], object]:
    """A function that tells the state of the published book, looking at the disk ten times a second at most."""
    looked, state = -LOOK_EVERY, None

    def look() -> object:
        nonlocal looked, state
        now = time.monotonic()
        if now - looked >= LOOK_EVERY:
            looked, state = now, (state_of(log / "checkpoint"), state_of(log / "numbers.json"))
        return state

    return look


def open_shelf(var: Path, static: Path, origin: str) -> Shelf:
    """The shelf of a house."""
    place = urlsplit(origin)
    surroundings = Surroundings(place.scheme, place.netloc.encode("idna"), is_private_path, choose_language)
    log = Folder("/log/", var / "log", headers_of_log)
    if settings.DEBUG:
        bare = cast(Application, ASGIStaticFilesHandler(django_pages))
        return Shelf(bare, never_the_same, Files([log]), surroundings)
    browser_files = Folder(settings.STATIC_URL, static, headers_of_static)
    return Shelf(pages, watch_book(var / "log"), Files([browser_files, log]), surroundings)


class Site:
    """What the server runs: requests go to the shelf, the server's own start and end to the caretaker."""

    def __init__(self, shelf: Shelf, caretaker: Caretaker, window: Application) -> None:
        self.shelf = shelf
        self.caretaker = caretaker
        self.window = window

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer what the server brings."""
        if scope["type"] == "http" and scope["path"].startswith(COUNTER):
            await counter(scope, receive, send)
        elif scope["type"] == "http" and scope["path"] == EVIDENCE and scope["method"] == "POST":
            await intake(scope, receive, send)
        elif scope["type"] in {"http", "websocket"} and scope["path"].startswith(WINDOW):
            await self.window(scope, receive, send)
        elif scope["type"] == "http":
            await self.shelf(scope, receive, send)
        elif scope["type"] == "lifespan":
            await self.live(receive, send)
        else:
            await send({"type": "websocket.close", "code": 1000})

    async def live(self, receive: Receive, send: Send) -> None:
        """Let the caretaker work from the server's start to its end."""
        while True:
            message = await receive()
            if message["type"] == "lifespan.startup":
                self.caretaker.start()
                await send({"type": "lifespan.startup.complete"})
            else:
                await self.caretaker.stop()
                await send({"type": "lifespan.shutdown.complete"})
                return


def open_site() -> Site:
    """The site of the house that the settings describe."""
    shelf = open_shelf(settings.SAWTNA_VAR, settings.STATIC_ROOT, settings.SAWTNA_ORIGIN)
    return Site(shelf, Caretaker(), open_window())


def open_window() -> Window:
    """Where pages ask the far end beside the house, and what they may use of the host's relay."""
    addresses = tuple(settings.SAWTNA_TURN.split())
    relay = (
        Relay(addresses, settings.SAWTNA_TURN_SECRET) if addresses and settings.SAWTNA_TURN_SECRET else None
    )
    return Window(far_end_window(settings.SAWTNA_VAR), lambda: timezone.now().timestamp(), relay)
