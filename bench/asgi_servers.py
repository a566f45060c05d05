"""Compares ASGI servers by the same load: requests a second, the slowest of a hundred, memory. Decision 0010 rests on it.

    python bench/asgi_servers.py raw                       the smallest application
    python bench/asgi_servers.py cached --var DIR          the campaign page, ready on the shelf
    python bench/asgi_servers.py uncached --var DIR        the campaign page, made anew for each request

Needs `wrk` (Debian) and, in the environment, uvicorn, httptools, uvloop, granian and hypercorn. The load comes from the same
machine, so the figures compare servers; they do not promise anything about other machines.
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
from dataclasses import asdict, dataclass
from pathlib import Path

HERE = Path(__file__).resolve().parent
APPLICATIONS = {
    "raw": "raw_app:application",
    "cached": "sawtna.web.asgi:application",
    "uncached": "sawtna.web.asgi:pages",
}
CAMPAIGN_PAGE = "/ar/morocco-2016/"


@dataclass
class Load:
    """What wrk saw, and what it cost the server."""

    rate: float  # requests a second
    p99: float  # ms
    errors: int
    cost: float  # processor microseconds a request


@dataclass
class Figure:
    """What one server did under one load."""

    server: str
    application: str
    workers: int
    load: Load
    memory: float  # MB


def command_of(server: str, application: str, workers: int, port: int) -> list[str]:
    """Spell the command line of a server as its own documentation recommends."""
    python, where = [sys.executable, "-m"], ["--host", "127.0.0.1", "--port", str(port)]
    if server == "uvicorn":
        tuned = ["--http", "httptools", "--loop", "uvloop", "--no-access-log", "--log-level", "warning"]
        return [*python, "uvicorn", application, *where, *tuned, "--workers", str(workers)]
    if server == "uvicorn-h11":
        plain = ["--http", "h11", "--loop", "asyncio", "--no-access-log", "--log-level", "warning"]
        return [*python, "uvicorn", application, *where, *plain, "--workers", str(workers)]
    if server == "granian":
        tuned = ["--interface", "asgi", "--loop", "uvloop", "--no-access-log", "--log-level", "warning"]
        return [*python, "granian", application, *where, *tuned, "--workers", str(workers)]
    if server == "hypercorn":
        tuned = ["--worker-class", "uvloop", "--workers", str(workers)]
        return [*python, "hypercorn", application, "--bind", f"127.0.0.1:{port}", *tuned]
    raise SystemExit(f"got the server {server!r}, expected uvicorn, uvicorn-h11, granian or hypercorn")


def free_port() -> int:
    """Ask the system for a port of the loopback that nobody uses."""
    with socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        return door.getsockname()[1]


def wait_for(port: int, process: subprocess.Popen, seconds: float = 30) -> None:
    """Wait until the server accepts a connection."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if process.poll() is not None:
            raise SystemExit(f"the server ended at once with status {process.returncode}")
        with socket.socket() as door:
            if door.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise SystemExit("the server did not answer in time")


def family_of(leader: int) -> list[int]:
    """List a process and all that it started."""
    family = [leader]
    for process in family:
        for task in Path(f"/proc/{process}/task").glob("*/children"):
            family += [int(child) for child in task.read_text().split()]
    return family


def memory_of(leader: int) -> float:
    """Sum the proportional set size of a process and its children, in MB (shared pages counted once)."""
    rollups = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in family_of(leader)]
    return sum(int(re.search(r"^Pss:\s+(\d+) kB", rollup, re.MULTILINE)[1]) for rollup in rollups) / 1024


def seconds_of(leader: int) -> float:
    """Sum the processor time that a process and its children have used: others on the machine do not change it much."""
    clocks = [
        Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split() for process in family_of(leader)
    ]
    return sum(int(clock[11]) + int(clock[12]) for clock in clocks) / os.sysconf("SC_CLK_TCK")


def stop(process: subprocess.Popen) -> None:
    """End a server that was started here."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(10)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def surroundings(var: Path | None = None) -> dict[str, str]:
    """Give the environment of a server: this folder on the path, and the house it serves."""
    house = {"SAWTNA_VAR": str(Path(var).resolve())} if var else {}
    return {**os.environ, "PYTHONPATH": str(HERE), **house}


def load(url: str, leader: int, connections: int, seconds: int) -> Load:
    """Run wrk against a server."""
    begun = seconds_of(leader)
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency"]
    said = subprocess.run(
        [*command, "-H", "Accept-Encoding: br", url], capture_output=True, text=True, check=True
    ).stdout
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", said)[1])
    amount, unit = re.search(r"99%\s+([\d.]+)(us|ms|s)", said).groups()
    p99 = float(amount) * {"us": 0.001, "ms": 1, "s": 1000}[unit]
    wrong = re.search(r"Non-2xx or 3xx responses: (\d+)", said)
    lost = re.search(r"Socket errors: connect (\d+), read (\d+), write (\d+), timeout (\d+)", said)
    errors = (int(wrong[1]) if wrong else 0) + sum(int(count) for count in (lost.groups() if lost else ()))
    total = int(re.search(r"(\d+) requests in", said)[1])
    return Load(rate, p99, errors, (seconds_of(leader) - begun) / max(total, 1) * 1e6)


def measure(
    server: str, application: str, workers: int, *, connections: int, seconds: int, var: Path | None
) -> Figure:
    """Start a server, warm it, load it, stop it."""
    port = free_port()
    path = "/" if application == "raw" else CAMPAIGN_PAGE
    process = subprocess.Popen(
        command_of(server, APPLICATIONS[application], workers, port),
        cwd=HERE,
        env=surroundings(var),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port, process)
        time.sleep(1.0 + workers)  # the other workers may still be importing
        url = f"http://127.0.0.1:{port}{path}"
        load(url, process.pid, connections, 2)
        seen = load(url, process.pid, connections, seconds)
        memory = memory_of(process.pid)
    finally:
        stop(process)
    return Figure(server, application, workers, seen, memory)


def main() -> None:
    """Measure each server with one and two workers; the best of several rounds counts, as others share the machine."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("application", choices=APPLICATIONS)
    parser.add_argument("--var", type=Path, help="a house with the example campaign in it")
    parser.add_argument("--servers", default="uvicorn,uvicorn-h11,granian,hypercorn")
    parser.add_argument("--connections", type=int, help="64; 4 where a page is made for each request")
    parser.add_argument("--seconds", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--json", action="store_true")
    arguments = parser.parse_args()
    if not arguments.json:
        print(
            "| server | application | workers | requests/s | p99 ms | errors | CPU µs/request | memory MB |\n"
            "|---|---|---|---|---|---|---|---|"
        )
    for server in arguments.servers.split(","):
        for workers in (1, 2):
            rounds = [
                measure(
                    server,
                    arguments.application,
                    workers,
                    connections=arguments.connections or (4 if arguments.application == "uncached" else 64),
                    seconds=arguments.seconds,
                    var=arguments.var,
                )
                for _ in range(arguments.rounds)
            ]
            best = max(rounds, key=lambda figure: figure.load.rate)
            if arguments.json:
                print(json.dumps(asdict(best)))
            else:
                print(
                    f"| {best.server} | {best.application} | {best.workers} | {best.load.rate:,.0f} | {best.load.p99:.1f} "
                    f"| {best.load.errors} | {best.load.cost:,.0f} | {best.memory:.0f} |",
                    flush=True,
                )


if __name__ == "__main__":
    main()
