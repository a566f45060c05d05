"""Two network namespaces with a TUN device each, whose other ends the middlebox holds: a subscriber and the world. Linux, root.

Everything that is made carries this process's number in its name and is taken down again, also when the lab fails.
"""

from __future__ import annotations

import contextlib
import ctypes
import fcntl
import os
import random
import shutil
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sawtna.checks.lab.middlebox import Middlebox
from sawtna.checks.lab.scenario import Scenario

SUBSCRIBER = "10.77.0.2"
SERVERS = ("10.99.0.1", "10.99.1.1")
SUBSCRIBER6, SERVER6 = "fd77::2", "fd99::1"
RESOLVER, PORTAL = "10.99.2.53", "10.99.2.80"
TUNSETIFF, IFF_TUN, IFF_NO_PI = 0x400454CA, 0x0001, 0x1000
CLONE_NEWNET = 0x40000000
WAIT = 60.0  # seconds for the far end to open


class LabError(RuntimeError):
    """The lab cannot be built here; the sentence says what is missing."""


@dataclass(slots=True)
class Lab:
    """A lab that stands. Owner: whoever built it; `run` starts programs on the subscriber's side."""

    subscriber: str
    world: str
    port: int
    box: Middlebox
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def server(self) -> str:
        """How the far end is named to a probe."""
        return f"{SERVERS[0]}:{self.port}"

    def start(self, command: Sequence[str], stdout: int | None = None) -> subprocess.Popen[bytes]:
        """Start a program as the subscriber; what it prints goes to `stdout`, as Popen understands it."""
        inside = ["ip", "netns", "exec", self.subscriber, *command]
        return subprocess.Popen(inside, env={**os.environ, **self.environment}, stdout=stdout)


def why_not() -> str:
    """Why no lab can be built here, or an empty text."""
    if sys.platform != "linux":
        return "The lab needs Linux: it is built of network namespaces."
    if os.geteuid() != 0:
        return "The lab needs root, to make network namespaces. Start it with sudo."
    if shutil.which("ip") is None:
        return "The lab needs the program ip (on Debian: apt install iproute2)."
    if not Path("/dev/net/tun").exists():
        return "This kernel has no /dev/net/tun, from which the lab is built."
    return ""


@contextlib.contextmanager
def open_lab(
    scenario: Scenario, folder: Path, dice: random.Random, port: int = 443, instead: Sequence[str] = ()
) -> Iterator[Lab]:
    """Build a lab with a far end in its world, or another program in its place; raises LabError."""
    if reason := why_not():
        raise LabError(reason)
    names = [f"sawtna-{os.getpid()}-{side}" for side in ("near", "far")]
    with contextlib.ExitStack() as stack:
        for name in names:
            _ip("netns", "add", name)
            stack.callback(_ip_quietly, "netns", "del", name)
        near, far = (_open_tun(name, stack) for name in names)
        servers = SERVERS if scenario.network.has_second_server else SERVERS[:1]
        own, six = ([SUBSCRIBER6], (SERVER6,)) if scenario.network.ipv6 else ([], ())
        _set_up(names[0], [SUBSCRIBER, *own])
        _set_up(names[1], [*servers, RESOLVER, PORTAL, *six])
        _name_resolver(names[0], stack)
        box = Middlebox(scenario, near, far, servers, PORTAL, dice)
        worker = threading.Thread(target=box.run, name="middlebox", daemon=True)
        worker.start()
        stack.callback(worker.join)
        stack.callback(box.stop)
        _start_world(names[1], instead or _far_end(folder, (*servers, *six), port), stack)
        named = ",".join([*(f"{one}:{port}" for one in servers), *(f"[{one}]:{port}" for one in six)])
        yield Lab(names[0], names[1], port, box, {"SAWTNA_FAR_END": named})


def _ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False)
    if done.returncode:
        raise LabError(f"ip {' '.join(words)}: {done.stderr.strip() or 'failed'}")


def _ip_quietly(*words: str) -> None:
    subprocess.run(["ip", *words], capture_output=True, check=False)


def _open_tun(namespace: str, stack: contextlib.ExitStack) -> int:
    """A TUN device in a namespace; its other end is ours. Only a thread of its own enters the namespace."""
    found: list[int] = []

    def enter() -> None:
        with Path("/run/netns", namespace).open("rb") as handle:
            if ctypes.CDLL(None, use_errno=True).setns(handle.fileno(), CLONE_NEWNET):
                return
        device = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(device, TUNSETIFF, struct.pack("16sH", b"tun0", IFF_TUN | IFF_NO_PI))
        found.append(device)

    thread = threading.Thread(target=enter)
    thread.start()
    thread.join()
    if not found:
        raise LabError("The kernel gave no TUN device.")
    stack.callback(os.close, found[0])
    return found[0]


def _set_up(namespace: str, addresses: Sequence[str]) -> None:
    inside = ("netns", "exec", namespace, "ip")
    _ip(*inside, "link", "set", "lo", "up")
    for address in addresses:
        length = ("/128", "nodad") if ":" in address else ("/32",)
        _ip(*inside, "addr", "add", f"{address}{length[0]}", "dev", "tun0", *length[1:])
    _ip(*inside, "link", "set", "tun0", "up", "txqueuelen", "2000")
    _ip(*inside, "route", "add", "default", "dev", "tun0")
    if any(":" in address for address in addresses):
        _ip(*inside, "-6", "route", "add", "default", "dev", "tun0")


def _name_resolver(namespace: str, stack: contextlib.ExitStack) -> None:
    folder = Path("/etc/netns") / namespace
    folder.mkdir(parents=True, exist_ok=True)
    stack.callback(shutil.rmtree, folder, ignore_errors=True)
    (folder / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:2 attempts:1\n")


def _far_end(folder: Path, servers: Sequence[str], port: int) -> list[str]:
    command = [sys.executable, "-m", "sawtna.cli.main", "far-end", str(folder), "--port", str(port)]
    return command + [word for server in servers for word in ("--address", server)]


def _start_world(namespace: str, far: Sequence[str], stack: contextlib.ExitStack) -> None:
    """The far end, and the world's resolver and portal."""
    resolver = Path("/etc/netns") / namespace
    resolver.mkdir(parents=True, exist_ok=True)
    stack.callback(shutil.rmtree, resolver, ignore_errors=True)
    (resolver / "resolv.conf").write_text(f"nameserver {RESOLVER}\noptions timeout:2 attempts:1\n")
    inside = ["ip", "netns", "exec", namespace]
    world = [sys.executable, "-m", "sawtna.checks.lab.world", RESOLVER, PORTAL]
    for command in (world, far):
        process = subprocess.Popen([*inside, *command], stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
        stack.callback(_end, process)
        _wait_for_first_line(process)


def _wait_for_first_line(process: subprocess.Popen[bytes]) -> None:
    """Wait until a program says that it is open, and read on so that it never blocks."""
    assert process.stdout is not None
    os.set_blocking(process.stdout.fileno(), False)
    until, said = time.monotonic() + WAIT, b""
    while b"open" not in said:
        said += process.stdout.read() or b""
        if process.poll() is not None or time.monotonic() > until:
            raise LabError(f"A program of the lab did not start: {said.decode(errors='replace')[-400:]}")
        time.sleep(0.02)


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(5)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()
