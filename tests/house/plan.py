"""What the tests of the house look at: the files that git keeps, and the modules of Sawtna."""

import ast
import subprocess
from functools import cache
from pathlib import Path

HOUSE = Path(__file__).resolve().parents[2]
SOURCE = HOUSE / "src/sawtna"
ROOMS = ("ledger", "campaigns", "checks", "calls")  # the last one comes later
SHELLS = ("web", "cli")


@cache
def tracked_files() -> tuple[Path, ...]:
    """Find the files that are kept: those of git, and new ones that git does not ignore."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=HOUSE, capture_output=True, check=True).stdout.decode()
    return tuple(path for name in sorted(listed.split("\0")) if name and (path := HOUSE / name).is_file())


@cache
def modules() -> tuple[Path, ...]:
    """Find the Python modules of Sawtna, without the generated migrations."""
    return tuple(sorted(path for path in SOURCE.rglob("*.py") if "migrations" not in path.parts))


@cache
def tree(path: Path) -> ast.Module:
    """Read a module as a syntax tree, without running it."""
    return ast.parse(path.read_text(encoding="utf-8"), filename=str(path))


def here(path: Path) -> str:
    """Spell a path as seen from the root of the house."""
    return path.relative_to(HOUSE).as_posix()


def built_rooms() -> tuple[Path, ...]:
    """Find the rooms and shells that stand."""
    return tuple(SOURCE / name for name in ROOMS + SHELLS if (SOURCE / name / "__init__.py").is_file())
