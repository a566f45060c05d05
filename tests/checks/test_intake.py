"""The door for evidence: one file at a time, a few wait, and whoever breaks off or overdoes it costs nothing."""

from __future__ import annotations

import asyncio
import json
import threading
from typing import Any

import pytest

from sawtna.checks import intake as door
from sawtna.checks.actions.accept_evidence import Accepted
from sawtna.checks.intake import MOST_WAITING, Intake


async def handed(intake: Intake, *messages: dict[str, Any], **headers: str) -> tuple[int, dict[str, Any]]:
    """Status and answer of a request that comes in these messages."""
    queue = [{"type": "http.request", "more_body": False, **one} for one in messages]
    said: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return queue.pop(0)

    async def send(message: dict[str, Any]) -> None:
        said.append(message)

    scope = {
        "headers": [(name.replace("_", "-").encode(), value.encode()) for name, value in headers.items()]
    }
    await intake(scope, receive, send)
    return said[0]["status"], json.loads(said[1]["body"])


def test_only_so_many_wait(monkeypatch: pytest.MonkeyPatch) -> None:
    """While one file is recomputed twenty may wait; the next is asked to come again, and those that waited are served."""
    go, most, now = threading.Event(), [0], [0]

    def slowly(_data: bytes) -> Accepted:
        now[0] += 1
        most[0] = max(most[0], now[0])
        go.wait(60)
        now[0] -= 1
        return Accepted(7, "00" * 32, {"verdict": "blocked"})

    async def nothing() -> None:
        pass

    monkeypatch.setattr(door, "_accept_now", slowly)
    monkeypatch.setattr(door, "_publish_soon", nothing)

    async def story() -> None:
        intake = Intake()
        waiting = [asyncio.create_task(handed(intake, {"body": b"{}"})) for _ in range(MOST_WAITING)]
        await asyncio.sleep(0)  # each has come so far that it waits for its turn
        status, answer = await handed(intake, {"body": b"{}"})
        assert (status, answer["error"]) == (503, "busy")
        go.set()
        answers = await asyncio.gather(*waiting)
        assert {status for status, _ in answers} == {201}
        assert answers[0][1]["file"] == f"/evidence/{'00' * 32}.json"
        assert answers[0][1]["page"] == "/en/book/7/"

    asyncio.run(story())
    assert most == [1]


@pytest.mark.parametrize(
    ("messages", "headers", "status", "code"),
    [
        ([{"type": "http.disconnect"}], {}, 400, "network"),
        ([{"body": b"x" * 3_000_000, "more_body": True}, {"body": b"x" * 2_000_000}], {}, 413, "too_long"),
        ([{"body": b"no gzip"}], {"content_encoding": "gzip"}, 400, "evidence"),
    ],
)
def test_what_does_not_come_whole_is_not_looked_at(
    monkeypatch: pytest.MonkeyPatch, messages: list, headers: dict[str, str], status: int, code: str
) -> None:
    """Broken off, too long, or not what it says: an answer, and no work."""
    monkeypatch.setattr(door, "_accept_now", lambda _: pytest.fail("it was looked at"))
    got, answer = asyncio.run(handed(Intake(), *messages, **headers))
    assert (got, answer["error"]) == (status, code)
    assert answer["sentence"].endswith(".")


def test_a_fault_of_ours_is_said_to_be_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever breaks inside is answered with a sentence that tells nothing of the inside."""

    def broken(_data: bytes) -> Accepted:
        raise ZeroDivisionError("secret")

    monkeypatch.setattr(door, "_accept_now", broken)
    status, answer = asyncio.run(handed(Intake(), {"body": b"{}"}))
    assert (status, answer["error"]) == (500, "fault")
    assert "secret" not in answer["sentence"]
