"""Real houses: `sawtna` as a process of its own, asked over real HTTP."""

import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import pytest

SAWTNA = [sys.executable, "-m", "sawtna.cli.main"]


def surroundings() -> dict[str, str]:
    """The environment of a host who set nothing; the tests' own database stays out of it."""
    return {
        name: value
        for name, value in os.environ.items()
        if not name.startswith("SAWTNA_") and name != "DJANGO_SETTINGS_MODULE"
    }


@dataclass
class House:
    """A folder with a house in it, and the process that serves it."""

    var: Path
    port: int
    process: subprocess.Popen[str] | None = None
    settings: dict[str, str] = field(default_factory=dict)
    has_far_end: bool = False

    def command(self) -> list[str]:
        """What is started."""
        return SAWTNA

    def without_far_end(self) -> tuple[str, ...]:
        """What leaves the far end out: most tests of a house need none, and it would take ports."""
        return () if self.has_far_end else ("--no-far-end",)

    @property
    def url(self) -> str:
        """The public address."""
        return f"http://127.0.0.1:{self.port}"

    def open(self, *options: str, seconds: float = 60, **settings: str) -> float:
        """Serve under these settings, and give the seconds until it said that it is open."""
        begun = time.monotonic()
        self.process = subprocess.Popen(
            [
                *self.command(),
                "serve",
                "--var",
                str(self.var),
                "--port",
                str(self.port),
                *self.without_far_end(),
                *options,
            ],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env={**surroundings(), **settings, **self.settings},
        )
        said = []
        for line in self.process.stdout:
            said.append(line)
            if line.startswith("Sawtna is open at"):
                return time.monotonic() - begun
            if time.monotonic() - begun > seconds:
                break
        self.process.wait(10)
        pytest.fail(f"the house did not open; it said: {''.join(said)[-3000:]}", pytrace=False)

    def close(self) -> int:
        """Close politely and give the exit status."""
        self.process.terminate()
        status = self.process.wait(20)
        self.process.stdout.close()
        return status

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        """Run another command on the same house."""
        return run(*words, "--var", str(self.var), "--origin", self.url, **self.settings)

    def get(self, path: str, **headers: str) -> httpx.Response:
        """Ask for a page; what is compressed stays compressed in `content` only when httpx cannot read it."""
        return httpx.get(f"{self.url}{path}", headers=headers, timeout=60)


def run(*words: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a `sawtna` command."""
    around = {**surroundings(), **settings}
    return subprocess.run(
        [*SAWTNA, *words], capture_output=True, text=True, check=False, timeout=300, env=around
    )


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


@pytest.fixture
def new_house(tmp_path):
    """A house that nobody opened yet; closed at the end, whatever happens."""
    house = House(tmp_path / "var", free_port())
    yield house
    if house.process and house.process.poll() is None:
        house.process.kill()
        house.process.wait()
    if house.process:
        house.process.stdout.close()


@pytest.fixture(scope="session")
def house(tmp_path_factory):
    """An open house with the example campaign, shared by the tests that only read or add."""
    shared = House(tmp_path_factory.mktemp("house") / "var", free_port())
    shared.open()
    yield shared
    shared.close()
