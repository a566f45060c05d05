"""What PostgreSQL and Redis keep of people who take part, looked for in their own files and keys; and what the house prints."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sawtna.campaigns.caster import steps
from sawtna.ledger.core.encoding import decode_base64url

from tests.campaigns.counter.conftest import HOUR, Town, campaign_file, open_town
from tests.postgres import PostgresMissingError, postgres_in, programs
from tests.web.conftest import free_port

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]
redis = pytest.importorskip("redis")

CONTACT = "Very.Secret.Person@example.org"
LONGEST = 75 * 60  # seconds: an hour of counting, and a code's quarter


def has_postgres() -> bool:
    """Whether Debian's PostgreSQL is here."""
    try:
        return programs().is_dir()
    except PostgresMissingError:
        return False


needs_servers = pytest.mark.skipif(
    not (has_postgres() and shutil.which("redis-server")),
    reason="PostgreSQL or redis-server is not installed",
)


@contextmanager
def private_redis(home: Path) -> Iterator[str]:
    """A Redis of its own that writes nothing to the disk; its address."""
    port = free_port()
    quiet = ["--save", "", "--appendonly", "no", "--bind", "127.0.0.1", "--dir", str(home)]
    server = subprocess.Popen(["redis-server", "--port", str(port), *quiet], stdout=subprocess.DEVNULL)
    try:
        client = redis.Redis(port=port)
        until = time.monotonic() + 30
        while time.monotonic() < until:
            try:
                client.ping()
                break
            except redis.ConnectionError:
                time.sleep(0.05)
        yield f"redis://127.0.0.1:{port}/0"
    finally:
        server.terminate()
        server.wait(20)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that PostgreSQL's own user may enter."""
    made = Path(tempfile.mkdtemp(prefix="sawtna-silence-"))
    made.chmod(0o755)
    yield made
    shutil.rmtree(made, ignore_errors=True)


def raw_rows(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file of the server: tables, indexes, the write-ahead log, its own log."""
    for path in folder.rglob("*"):
        if path.is_file():
            yield str(path.relative_to(folder)), path.read_bytes()


def shelf_of(url: str) -> dict[bytes, tuple[bytes, int]]:
    """All that Redis holds: value and seconds to live, by key."""
    client = redis.Redis.from_url(url)
    return {key: (client.get(key) or b"", client.ttl(key)) for key in client.keys("*")}


@needs_servers
def test_neither_server_knows_who_took_part(home: Path, tmp_path: Path) -> None:
    """A person enrols and casts; neither address nor code is in a file of PostgreSQL, a key of Redis, or a line of the house."""
    (home / "postgres").mkdir()
    with postgres_in(home / "postgres") as database, private_redis(tmp_path) as shelf:
        servers = {"SAWTNA_DATABASE": database, "SAWTNA_REDIS": shelf}
        town = open_town(tmp_path / "var", campaign_file(closes_in=24 * HOUR), **servers)
        try:
            codes = look_into(town, shelf)
            for name, data in raw_rows(home / "postgres"):
                assert b"secret.person" not in data.lower(), name
                assert not any(code in data for code in codes), name
        finally:
            assert town.house.process is not None
            town.house.process.terminate()
            said, _ = town.house.process.communicate(timeout=30)
    assert "secret.person" not in said.lower()
    assert "/t/v1/" not in said


def look_into(town: Town, shelf: str) -> list[bytes]:
    """Enrol, look what Redis holds meanwhile, cast; the codes that were mailed."""
    with town.client as client:
        assert town.ask_for_code(client, CONTACT).status_code == 202
        code = town.code_for(CONTACT)
        coins = town.mint()
        held = shelf_of(shelf)
        assert held, "codes are kept in Redis"
        for key, (value, seconds) in held.items():
            assert b"secret.person" not in (key + value).lower()
            assert code.encode() not in key + value
            assert 0 < seconds <= LONGEST, key
        answer = town.ask_for_tokens(client, CONTACT, code, coins)
        assert answer.status_code == 200, answer.text
    for coin, signature in zip(coins, answer.json()["sigs"], strict=True):
        steps.take_stamp(town.register, coin, decode_base64url(signature))
    assert town.cast(coins[0], [0]).status_code == 200
    return [code.encode()]
