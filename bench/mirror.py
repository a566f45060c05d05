"""How long `sawtna mirror` takes for a site of 1,000 pages: the first copy, a round in which nothing changed, and one after the
book grew. Beside it: the least, which is to fetch and write the same files with the same client and check nothing.

Usage: python bench/mirror.py [PAGES]
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(HOUSE))

from sawtna.cli.far_files import FarHost, open_client  # noqa: E402 (after the path of the tests)

from tests.cli.folder_book import Told, small_story  # noqa: E402
from tests.cli.real_processes import web_server  # noqa: E402
from tests.cli.small_site import files_in, write_site  # noqa: E402

VOID: Told = ({"k": "void", "i": 5, "why": "mistake"}, None)
OTHERS = 12  # pages of a language that are no stages


def copy(address: str, folder: Path) -> float:
    """Seconds of one round."""
    begun = time.perf_counter()
    words = [sys.executable, "-m", "sawtna.cli.main", "mirror", address, str(folder), "--once"]
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return round(time.perf_counter() - begun, 2)


def least(address: str, site: Path, folder: Path) -> float:
    """Seconds to fetch and write every file."""
    names = sorted(name for name in files_in(site) if "/desk/" not in name)
    begun = time.perf_counter()
    with open_client("bench") as client, ThreadPoolExecutor(8) as threads:
        host = FarHost(address, client)
        for name, answer in zip(names, threads.map(lambda name: host.get(f"/{name}"), names), strict=True):
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(answer.data)
    return round(time.perf_counter() - begun, 2)


def main() -> None:
    """Write a site, mirror it three times, print one JSON line."""
    pages = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        write_site(home / "site", small_story(), stages=pages // 3 - OTHERS)
        with web_server(home / "site") as address:
            figures: dict[str, float] = {
                "pages": sum(
                    name.endswith(".html") for name in files_in(home / "site") if "/desk/" not in name
                ),
                "first_copy_s": copy(address, home / "copy"),
                "nothing_new_s": copy(address, home / "copy"),
            }
            write_site(home / "site", [*small_story(), VOID], stages=pages // 3 - OTHERS)
            figures["grown_s"] = copy(address, home / "copy")
            figures["least_s"] = least(address, home / "site", home / "least")
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
