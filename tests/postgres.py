"""A PostgreSQL of the tests' own: in a temporary folder, on a free port of the loopback, gone afterwards.

    python tests/postgres.py COMMAND…     run a command with SAWTNA_DATABASE pointing at it

It trusts whoever can reach the loopback of this machine, so nothing but test data belongs in it.
What it is told may be lost when the machine fails (fsync is off): tests kill its clients, never the machine.
"""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

USER = "postgres"  # PostgreSQL refuses to run as root; Debian's package brings this user
SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "listen_addresses": "127.0.0.1",
    "max_connections": "60",
    "shared_buffers": "64MB",
    "synchronous_commit": "off",
}


class PostgresMissingError(RuntimeError):
    """PostgreSQL is not installed on this machine, or did not start."""


def programs() -> Path:
    """Find the folder of initdb and postgres: Debian's newest, else the one on the path."""
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda found: int(found.parts[4]))
    found = versions[-1] if versions else shutil.which("initdb")
    if not found:
        raise PostgresMissingError("PostgreSQL is not installed. On Debian: sudo apt install postgresql")
    return Path(found).parent


def as_postgres() -> dict[str, object]:
    """Arguments for subprocess that step down from root to the user postgres."""
    if os.geteuid() != 0:
        return {}
    return {"user": USER, "group": USER, "extra_groups": []}


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def make_cluster(home: Path) -> None:
    """Run initdb in a folder that belongs to whoever will run the server."""
    if os.geteuid() == 0:
        shutil.chown(home, USER, USER)
    command = [programs() / "initdb", "-D", home / "data", "-U", "sawtna", "-A", "trust", "-E", "UTF8"]
    done = subprocess.run(
        [*command, "--locale=C.UTF-8", "--no-sync"],
        cwd=home,
        capture_output=True,
        text=True,
        check=False,
        **as_postgres(),
    )
    if done.returncode:
        raise PostgresMissingError(f"initdb failed: {done.stderr.strip()}")


def start_server(home: Path, port: int) -> subprocess.Popen[bytes]:
    """Start the server and wait until it answers."""
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    # Should this process be killed, the kernel stops the server too.
    leash = ["setpriv", "--pdeathsig", "INT"] if shutil.which("setpriv") else []
    command = [*leash, programs() / "postgres", "-D", home / "data", "-p", str(port), "-k", home, *settings]
    with (home / "server.log").open("wb") as log:
        server = subprocess.Popen(
            command, cwd=home, stdin=subprocess.DEVNULL, stdout=log, stderr=log, **as_postgres()
        )
    ready = [programs() / "pg_isready", "-q", "-h", "127.0.0.1", "-p", str(port), "-d", "postgres"]
    for _ in range(300):
        if subprocess.run(ready, cwd=home, check=False).returncode == 0:
            return server
        if server.poll() is not None:
            break
        time.sleep(0.1)
    stop_server(server)
    raise PostgresMissingError(f"PostgreSQL did not start: {(home / 'server.log').read_text()[-2000:]}")


def stop_server(server: subprocess.Popen[bytes]) -> None:
    """Stop the server without waiting for its clients (SIGINT is PostgreSQL's fast shutdown)."""
    with suppress(ProcessLookupError):
        server.send_signal(signal.SIGINT)
    try:
        server.wait(timeout=20)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


@contextmanager
def private_postgres() -> Iterator[str]:
    """Give the URL of a fresh server with an empty database `sawtna`; stop it and remove it afterwards."""
    with postgres_in(Path(tempfile.mkdtemp(prefix="sawtna-postgres-"))) as url:
        yield url


@contextmanager
def postgres_in(home: Path) -> Iterator[str]:
    """The same in a folder that is given, so that its files can be looked at."""
    server = None
    try:
        make_cluster(home)
        port = free_port()
        server = start_server(home, port)
        create = [programs() / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "sawtna", "sawtna"]
        subprocess.run(create, cwd=home, check=True)
        yield f"postgresql://sawtna@127.0.0.1:{port}/sawtna"
    finally:
        if server is not None:
            stop_server(server)
        shutil.rmtree(home, ignore_errors=True)


def main(command: list[str]) -> int:
    """Run a command beside a private PostgreSQL and pass its exit status on."""
    if not command:
        print(__doc__)
        return 2
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the server is stopped on the way out
    try:
        with private_postgres() as url:
            return subprocess.run(command, env={**os.environ, "SAWTNA_DATABASE": url}, check=False).returncode
    except PostgresMissingError as error:
        print(error, file=sys.stderr)
        return 3


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
