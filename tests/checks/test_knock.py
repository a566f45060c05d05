"""A doctor's knock at a far end: one that answers, one that is not there, one whose public address is wrong."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime
from pathlib import Path

from sawtna.checks.far_end.server import FarEndSettings, open_far_end
from sawtna.cli.far_end_examination import examine_far_end

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def looked_at(var: Path, public: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """What the doctor says of a house with an open far end."""
    folder = var / "far-end"

    async def story() -> list[tuple[str, str]]:
        configured = FarEndSettings(
            folder, ("127.0.0.1",), neutral=4, high=True, public=public, window=folder / "window"
        )
        far_end = await open_far_end(configured, NOON, time.monotonic, NOON.timestamp)
        try:
            found = await asyncio.to_thread(lambda: list(examine_far_end(var)))
        finally:
            await far_end.close()
        return [(one.state, one.seen) for one in found]

    return asyncio.run(story())


def test_a_far_end_that_answers_is_well(tmp_path: Path) -> None:
    """It answers from here; that nobody outside was there yet is worth knowing."""
    (state, seen), (other, outside) = looked_at(tmp_path)
    assert state == "ok"
    assert "answers from here at 127.0.0.1" in seen
    assert (other, "nobody outside" in outside) == ("warn", True)


def test_a_wrong_public_address_is_told(tmp_path: Path) -> None:
    """Nobody answers at an address that is not this machine's."""
    (state, seen), _ = looked_at(tmp_path, ("127.0.0.99",))
    assert state == "warn"
    assert "does not answer from here at 127.0.0.99" in seen


def test_a_far_end_that_ended_is_told(tmp_path: Path) -> None:
    """The folder is there and nobody listens."""
    (tmp_path / "far-end").mkdir()
    assert [one.state for one in examine_far_end(tmp_path)] == ["warn"]


def test_a_house_that_never_had_one_hears_nothing_of_it(tmp_path: Path) -> None:
    """No folder, no word."""
    assert list(examine_far_end(tmp_path)) == []
