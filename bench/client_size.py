"""How much code a phone loads to take part: the modules of the page, as they are served, compressed with gzip.

    python bench/client_size.py            each module, the sum, what is loaded later and only when asked for
    python bench/client_size.py --peer     beside it a bundle of @cloudflare/privacypass-ts, out of npm in a temporary folder

Promise: at most 25 kB (25,000 bytes). Counted is every module that the page imports before anybody asks for anything, with the
worker of the brake; each file is compressed by itself, as it is sent. Needs what script/setup brings; --peer needs npm.
"""

import argparse
import gzip
import os
import re
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import rjsmin

ROOMS = Path(__file__).resolve().parent.parent / "src/sawtna"
ENTRY = "campaigns/cast/page.js"
WORKER = "campaigns/cast/made/work_pbkdf2.js"
LIMIT = 25_000  # bytes
STATIC_IMPORT = re.compile(
    r"(?:import|export)\b[^'\";]*?\bfrom\s*[\"']([^\"']+)[\"']|import\s*[\"']([^\"']+)[\"']"
)
LATER_IMPORT = re.compile(r"import\(\s*[\"']([^\"']+)[\"']\s*\)")
PEER = "@cloudflare/privacypass-ts@0.8.1"
PEER_ENTRY = """import { publicVerif, TokenChallenge } from "@cloudflare/privacypass-ts";
globalThis.peer = [publicVerif.Client, TokenChallenge];
"""


def served(name: str) -> str:
    """A module as it is sent: our own without comments and spaces, as `web/static_files.py` keeps it."""
    text = (ROOMS / name.partition("/")[0] / "static" / name).read_text(encoding="utf-8")
    return text if "/made/" in name else rjsmin.jsmin(text)


def size(name: str) -> int:
    """Bytes of a module with gzip at its best."""
    return len(gzip.compress(served(name).encode(), 9, mtime=0))


def neighbours(name: str, imports: re.Pattern[str]) -> Iterator[str]:
    """The modules that a module names, by their paths under /static/."""
    for found in imports.finditer(served(name)):
        target = next(filter(None, found.groups()))
        yield os.path.normpath(f"{os.path.dirname(name)}/{target}")  # noqa: PTH120 (a path of the web)


def loaded_with(entry: str) -> list[str]:
    """A module and all that it imports at once, in order of their names."""
    found, waiting = set(), [entry]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += neighbours(name, STATIC_IMPORT)
    return sorted(found)


def client_sizes() -> tuple[dict[str, int], dict[str, int]]:
    """Modules that the page loads at once, and those that come later when somebody asks for them; each with its bytes."""
    first = [*loaded_with(ENTRY), WORKER]
    later = {
        name
        for entry in first
        for far in neighbours(entry, LATER_IMPORT)
        for name in loaded_with(far)
        if name not in first
    }
    later |= {name for far in list(later) for name in neighbours(far, LATER_IMPORT)} - set(first)
    return {name: size(name) for name in first}, {name: size(name) for name in sorted(later)}


def peer_size() -> int:
    """Bytes of a bundle of the peer, made by esbuild as ours is."""
    with tempfile.TemporaryDirectory(prefix="sawtna-peer-") as folder:
        command = ["npm", "install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund"]
        subprocess.run([*command, "--loglevel=error", PEER, "esbuild@0.28.2"], check=True)
        entry, made = Path(folder) / "entry.js", Path(folder) / "made.js"
        entry.write_text(PEER_ENTRY, encoding="utf-8")
        bundle = ["--bundle", "--minify", "--format=esm", "--target=es2020", f"--outfile={made}"]
        subprocess.run(
            [f"{folder}/node_modules/.bin/esbuild", entry, *bundle, "--log-level=error"], check=True
        )
        return len(gzip.compress(made.read_bytes(), 9, mtime=0))


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--peer", action="store_true")
    arguments = parser.parse_args()
    first, later = client_sizes()
    for name, many in first.items():
        print(f"{many:>8,}  {name}")
    print(f"{sum(first.values()):>8,}  to take part; promised are at most {LIMIT:,}\n")
    for name, many in later.items():
        print(f"{many:>8,}  {name} (only when asked for)")
    if arguments.peer:
        print(f"{peer_size():>8,}  {PEER}, tokens alone, without a page, a book or casts")


if __name__ == "__main__":
    main()
