"""How long `sawtna audit` takes over a book of 100,000 entries, beside the least that any auditor must do with the same bytes.

The least: read the files, hash each entry with SHA-256, parse it as JSON. Usage: python bench/audit.py [ENTRIES]
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
import time
from datetime import date
from hashlib import sha256
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent / "tests" / "cli"))

from folder_book import Told, small_story, write_book

from sawtna.ledger.core.tiles import TILE_WIDTH, bundle_path, unpack_bundle

LIMIT_SECONDS = 8.0


def long_story(size: int) -> list[Told]:
    """The small story, then readings of follower counts, a minute apart."""
    told = small_story()
    page = {
        "k": "reading",
        "c": "morocco-2016",
        "target": "inwi",
        "page": "facebook:inwi",
        "metric": "followers",
    }
    for number in range(size - len(told)):
        value = {"id": f"r{number}", "value": 1_470_000 - number, "t": 1_456_660_800 + 60 * number}
        told.append(({**page, **value, "precision": "exact", "by": "facebook@1.0"}, None))
    return told


def least(folder: Path, size: int) -> float:
    """Seconds to read, hash and parse every entry, on one core."""
    start = time.perf_counter()
    for first in range(0, size, TILE_WIDTH):
        width = min(TILE_WIDTH, size - first)
        bundle = (folder / "log" / bundle_path(first // TILE_WIDTH, width)).read_bytes()
        for entry in unpack_bundle(bundle, width):
            sha256(b"\x00" + entry).digest()
            json.loads(entry)
    return time.perf_counter() - start


def main() -> None:
    """Write the book, audit it, print one JSON line."""
    size = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "site"
        write_book(folder, long_story(size), date(2016, 11, 30))
        floor = least(folder, size)
        start = time.perf_counter()
        command = [sys.executable, "-m", "sawtna.cli.main", "audit", str(folder), "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds = time.perf_counter() - start
    found = json.loads(done.stdout)
    assert done.returncode == 0, found["findings"][:3]
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024
    figures = {
        "entries": size,
        "audit_s": round(seconds, 2),
        "limit_s": LIMIT_SECONDS * size / 100_000,
        "least_s": round(floor, 2),
    }
    print(json.dumps({**figures, "ratio_to_least": round(seconds / floor, 1), "peak_rss_mb": peak}))


if __name__ == "__main__":
    main()
