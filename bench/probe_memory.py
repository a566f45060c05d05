"""How much memory `sawtna check` takes at its peak (limit 60 MB), and how long the command takes to start.

Usage: python bench/probe_memory.py [RUNS]. A far end on the loopback is measured against, so nobody has to be root. The peak is
what the kernel says of the ended process (ru_maxrss); beside it: a Python that does nothing.
"""

from __future__ import annotations

import os
import re
import socket
import statistics
import subprocess
import sys
import tempfile
import time

SAWTNA = [sys.executable, "-m", "sawtna.cli.main"]
LIMIT = 60.0  # MB
SLOWEST = 12  # imports that are named


def run_once(command: list[str]) -> tuple[float, float, bytes]:
    """Peak in MB, seconds, and what it said."""
    began = time.monotonic()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        said = process.stdout.read()
        _, _, used = os.wait4(process.pid, 0)
        process.returncode = 0
    return used.ru_maxrss / 1024, time.monotonic() - began, said


def slowest_imports() -> list[tuple[int, str]]:
    """The modules that take longest to import with all that they bring, (microseconds, name)."""
    command = [sys.executable, "-X", "importtime", "-m", "sawtna.cli.main", "check", "--help"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    found = re.findall(r"import time:\s+\d+ \|\s+(\d+) \|\s+(\S+)", told)
    return sorted(((int(micro), name) for micro, name in found), reverse=True)[:SLOWEST]


def main(runs: int) -> None:
    """Measure and tell."""
    bare = run_once([sys.executable, "-c", "pass"])
    starts = [run_once([*SAWTNA, "check", "--help"]) for _ in range(runs)]
    print(f"python alone: {bare[0]:.1f} MB, {bare[1] * 1000:.0f} ms")
    median = statistics.median(seconds for _, seconds, _ in starts)
    print(f"sawtna check --help: {starts[0][0]:.1f} MB, {median * 1000:.0f} ms (median of {runs})")
    with tempfile.TemporaryDirectory() as folder, socket.socket() as door:
        door.bind(("127.0.0.1", 0))
        port = str(door.getsockname()[1])
        door.close()
        words = ["far-end", folder, "--address", "127.0.0.1", "--port", port]
        with subprocess.Popen([*SAWTNA, *words], stdout=subprocess.PIPE) as far:
            assert far.stdout is not None
            far.stdout.readline()
            for options in (["--json"], []):
                peak, seconds, _ = run_once([*SAWTNA, "check", f"127.0.0.1:{port}", *options])
                word = "within" if peak <= LIMIT else "ABOVE"
                print(
                    f"sawtna check {' '.join(options):6}: peak {peak:.1f} MB in {seconds:.1f} s, {word} {LIMIT:g} MB"
                )
            far.terminate()
    for micro, name in slowest_imports():
        print(f"{micro / 1000:8.1f} ms  {name}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
