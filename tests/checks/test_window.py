"""The window: what a page asks its site, what the site asks the far end beside it, and the echo."""

from __future__ import annotations

import asyncio
import base64
import hmac
import json
import stat
import time
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from hashlib import sha1
from pathlib import Path
from typing import Any

import pytest

from sawtna.checks.far_end.server import FarEndSettings, open_far_end
from sawtna.checks.far_end.window import Window as FarWindow
from sawtna.checks.far_end.window import open_window
from sawtna.checks.window import MOST_BYTES, Relay, Window

from tests.checks.test_callers import check_of

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
HOST = "127.0.0.1"


async def ask(window: Window, name: str, body: bytes = b"", **more: Any) -> tuple[int, dict[str, Any]]:
    """One request to the application."""
    scope = {"type": "http", "method": "POST", "path": f"/c/v1/{name}", "headers": [], **more}
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await window(scope, receive, send)
    return said[0]["status"], json.loads(said[1]["body"])


def with_far_end(folder: Path, told: Callable[[Window, Any], Awaitable[None]]) -> None:
    """Tell a story with an open far end and a window that leads to it."""

    async def story() -> None:
        configured = FarEndSettings(folder, (HOST,), neutral=8, high=True, window=folder / "window")
        far_end = await open_far_end(configured, NOON, time.monotonic, NOON.timestamp)
        try:
            await told(Window(folder / "window", NOON.timestamp), far_end)
        finally:
            await far_end.close()

    asyncio.run(story())


def test_a_page_opens_a_call_and_hears_what_came(tmp_path: Path) -> None:
    """Addresses, ports, a name and a password; afterwards, for each try, how many checks and hellos arrived."""

    async def told(window: Window, far_end: Any) -> None:
        status, opened = await ask(window, "open")
        assert status == 200
        assert opened["addresses"] == [HOST]
        assert set(opened["neutral"]) == set(far_end.doors.neutral)
        assert all(port > 1024 for port in opened["voice"])
        call = far_end.doors.callers.find(opened["name"], time.monotonic())
        far_end.doors.callers.take(check_of(call, 5), ("192.0.2.1", 40_000), 3478)
        _, seen = await ask(window, "seen", opened["name"].encode())
        assert seen == {"tries": {"5": [1, 0, 0]}, "addresses": 1}
        assert (await ask(window, "seen", b"nobody"))[1] == {"error": "busy_or_over"}

    with_far_end(tmp_path, told)


def test_the_window_is_for_this_user_alone(tmp_path: Path) -> None:
    """Mode 600, and nonsense at it is answered and breaks nothing."""

    async def told(window: Window, far_end: Any) -> None:
        assert stat.S_IMODE((tmp_path / "window").stat().st_mode) == 0o600
        reader, writer = await asyncio.open_unix_connection(tmp_path / "window")
        for line in (b"[]", b"{", b'{"do":"none"}', b'{"do":"seen","name":["x"]}'):
            writer.write(line + b"\n")
            assert "error" in json.loads(await reader.readline())
        writer.close()

    with_far_end(tmp_path, told)


def test_a_second_far_end_of_one_house_waits_its_turn(tmp_path: Path) -> None:
    """It refuses with a sentence, and the first keeps its window."""

    async def told(window: Window, far_end: Any) -> None:
        with pytest.raises(OSError, match="serves this house already"):
            await open_window(FarWindow(far_end.control, 1), tmp_path / "window")
        assert (await ask(window, "open"))[0] == 200

    with_far_end(tmp_path, told)


@pytest.mark.parametrize(
    ("name", "more", "status", "code"),
    [
        ("nothing", {}, 404, "unknown"),
        ("open", {"method": "GET"}, 405, "method"),
        ("open", {"headers": [(b"sec-fetch-site", b"cross-site")]}, 403, "stranger"),
        ("seen", {"body": bytes(MOST_BYTES + 1)}, 413, "too_long"),
        ("open", {}, 503, "no_far_end"),
    ],
)
def test_what_cannot_be_answered_has_a_code(tmp_path: Path, name, more, status, code) -> None:
    """Each refusal is a status and a code, for which the page has a sentence."""
    window = Window(tmp_path / "none", NOON.timestamp)
    assert asyncio.run(ask(window, name, more.pop("body", b""), **more)) == (status, {"error": code})


def test_a_page_is_given_a_pass_for_the_relay_that_the_host_has(tmp_path: Path) -> None:
    """As coturn checks it: the time until when, signed with the shared secret; the secret itself stays here."""
    relay = Relay(("turn:turn.example:3478?transport=udp", "turns:turn.example:443"), "secret of both")
    told = relay.pass_until(1_800_000_000.4, "visit")
    digest = hmac.new(b"secret of both", b"1800000000:visit", sha1).digest()
    assert told == {
        "urls": ["turn:turn.example:3478?transport=udp", "turns:turn.example:443"],
        "username": "1800000000:visit",
        "credential": base64.b64encode(digest).decode(),
    }


async def talk(path: str, *texts: str | None) -> list[dict[str, Any]]:
    """What a WebSocket hears; None hangs up."""
    window, said = Window(Path("none"), NOON.timestamp), []
    coming = [{"type": "websocket.connect"}]
    coming += [
        {"type": "websocket.disconnect"} if text is None else {"type": "websocket.receive", "text": text}
        for text in texts
    ]

    async def receive() -> dict[str, Any]:
        return coming.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    await window({"type": "websocket", "path": path}, receive, send)
    return said


def test_the_echo_sends_back_what_is_short() -> None:
    """Message for message; what is long or empty ends it."""
    said = asyncio.run(talk("/c/v1/echo", "0 1", "1 2", None))
    assert [one.get("text") for one in said] == [None, "0 1", "1 2"]
    assert asyncio.run(talk("/c/v1/echo", "x" * 65))[-1]["type"] == "websocket.close"


def test_there_is_one_websocket_and_no_other() -> None:
    """Any other address is closed before it is open."""
    assert [one["type"] for one in asyncio.run(talk("/c/v1/open"))] == ["websocket.close"]
