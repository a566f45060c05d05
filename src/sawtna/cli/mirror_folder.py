"""The folder of a mirror: always one whole state of a site, replaced by the next at once.

`DIR` is a symbolic link to the state that is shown, `DIR.kept` is where states are made:

    DIR -> DIR.kept/7          what a web server shows; plain files, nothing of ours among them
    DIR.kept/7.files           what is known of each copied file: its tag, its hash, its links (JSON, a line a file)
    DIR.kept/next, next.files  the state that is being made; a mirror that is killed goes on from here
    DIR.kept/seen              every checkpoint and policy that was accepted, with the time (JSON lines)
    DIR.kept/refused/          checkpoints of another history, each with the one it contradicts: evidence
    DIR.kept/policy            whom this mirror trusts

A file that did not change is the same file on the disk in the old state and in the new (a hard link).
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from hashlib import sha256
from pathlib import Path

NEXT, FILES = "next", ".files"


class MirrorError(Exception):
    """The folder cannot be used as it is; the sentence says what to do."""


@dataclass(frozen=True, slots=True)
class Copied:
    """What is known of one copied file: `name` under the folder, `sha256` in hex, and the paths of this host that it names."""

    name: str
    sha256: str
    tag: str = ""
    kind: str = ""
    links: tuple[str, ...] = ()


@dataclass
class MirrorFolder:
    """A mirror's folder, held by one process at a time: `open` it, make the next state, `show` it."""

    shown: Path
    known: dict[str, Copied] = field(default_factory=dict)  # of the state that is shown
    fresh: dict[str, Copied] = field(default_factory=dict)  # copied for the state that is being made
    held: dict[str, Copied] = field(default_factory=dict)  # taken over into it, once it is shown
    _lock: int = -1

    @property
    def kept(self) -> Path:
        """Where states are made."""
        return self.shown.with_name(self.shown.name + ".kept")

    @property
    def next(self) -> Path:
        """The state that is being made."""
        return self.kept / NEXT

    # -------------------------------------------------------------- opening
    def open(self) -> None:
        """Take the folder, and clean up after a mirror that was killed.

        Raises:
            MirrorError: somebody else's files are there, or another mirror works here.
        """
        self.shown = Path(os.path.abspath(self.shown))  # noqa: PTH100 (resolve() would follow the link that DIR is)
        self._check_place()
        self.kept.mkdir(parents=True, exist_ok=True)
        self._lock = os.open(self.kept / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise MirrorError(f"Another mirror works on {self.shown}. Wait for it, or stop it.") from None
        self._tidy()
        self.known = _read_list(self._state, self.kept / f"{self._state.name}{FILES}") if self._state else {}
        self.fresh = _read_list(self.next, self.kept / f"{NEXT}{FILES}")
        self.next.mkdir(exist_ok=True)

    def _check_place(self) -> None:
        if self.shown.is_symlink():
            if self._state is None:
                raise MirrorError(f"{self.shown} is a link to somewhere else. Choose another folder.")
        elif self.shown.is_mount():
            raise MirrorError(
                f"{self.shown} is a disk of its own, which no link can replace. Choose a folder inside of it."
            )
        elif self.shown.is_dir() and any(self.shown.iterdir()):
            raise MirrorError(
                f"{self.shown} holds files that no mirror put there, and they will not be touched. Choose a new folder."
            )
        elif self.shown.exists() and not self.shown.is_dir():
            raise MirrorError(f"{self.shown} is a file. Choose a folder.")

    def _tidy(self) -> None:
        """Remove older states; a newer one, finished but never shown, becomes the next one again."""
        current = int(self._state.name) if self._state else 0
        for path in sorted(self.kept.iterdir()):
            number = path.name.removesuffix(FILES)
            if not number.isdecimal() or int(number) == current:
                continue
            if int(number) > current and not (self.kept / path.name.replace(number, NEXT)).exists():
                path.rename(self.kept / path.name.replace(number, NEXT))
            else:
                _remove(path)

    @property
    def _state(self) -> Path | None:
        """The state that is shown."""
        if not self.shown.is_symlink():
            return None
        target = self.shown.parent / self.shown.readlink()
        return target if target.parent == self.kept and target.name.isdecimal() else None

    def close(self) -> None:
        """Let go of the folder."""
        os.close(self._lock)

    # -------------------------------------------------------------- the next state
    def read_shown(self, name: str) -> bytes | None:
        """A file of the state that is shown."""
        return _read(self.shown / name)

    def read_next(self, name: str) -> bytes | None:
        """A file of the state that is being made."""
        return _read(self.next / name)

    def put(self, name: str, data: bytes) -> None:
        """Write a file of the next state, whole or not at all."""
        place = self.next / name
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = self.kept / "fresh"
        fresh.write_bytes(data)
        fresh.replace(place)

    def put_copied(self, copied: Copied, data: bytes) -> None:
        """Write a copied file and note what is known of it, so that a mirror that is killed need not ask again."""
        self.put(copied.name, data)
        self.held.pop(copied.name, None)
        self.fresh[copied.name] = copied
        with (self.kept / f"{NEXT}{FILES}").open("a", encoding="utf-8") as file:
            file.write(json.dumps(asdict(copied)) + "\n")

    def keep(self, name: str) -> bool:
        """Take a file of the shown state over as it is; False when it is not there."""
        place = self.next / name
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.exists():
            return True
        try:
            os.link(self.shown / name, place)
        except FileNotFoundError:
            return False
        except OSError:  # a file system without hard links
            data = self.read_shown(name)
            if data is None:
                return False
            self.put(name, data)
        return True

    def hold(self, copied: Copied) -> bytes | None:
        """Take a copied file over when the next state is shown, if it is still what was copied; its bytes, or None."""
        data = self.read_shown(copied.name)
        if data is None or sha256(data).hexdigest() != copied.sha256:
            return None
        self.fresh.pop(copied.name, None)
        self.held[copied.name] = copied
        return data

    def copied(self, name: str) -> Copied | None:
        """What is known of a copied file, the newest first."""
        return self.fresh.get(name) or self.held.get(name) or self.known.get(name)

    def read_copied(self, name: str) -> bytes | None:
        """A copied file of the next state, wherever it is now."""
        return self.read_shown(name) if name in self.held else self.read_next(name)

    def drop(self, name: str) -> None:
        """Leave a file out of the next state."""
        self.fresh.pop(name, None)
        self.held.pop(name, None)
        with contextlib.suppress(FileNotFoundError, NotADirectoryError, IsADirectoryError):
            (self.next / name).unlink()

    def forget_next(self, below: str = "") -> None:
        """Throw away what was made of the next state, or of a folder in it."""
        _remove(self.next / below)
        self.next.mkdir(exist_ok=True)
        if not below:
            (self.kept / f"{NEXT}{FILES}").unlink(missing_ok=True)
            self.fresh, self.held = {}, {}

    def gather(self, names: set[str]) -> None:
        """Make the next state hold these files and no others."""
        for folder, _, files in os.walk(self.next, topdown=False):
            place = Path(folder)
            for file in files:
                name = (place / file).relative_to(self.next).as_posix()
                if name not in names or name in self.held:
                    (place / file).unlink()
            if place != self.next:
                with contextlib.suppress(OSError):  # not empty
                    place.rmdir()
        self.fresh = {name: copied for name, copied in {**self.fresh, **self.held}.items() if name in names}
        for name in self.held.keys() & names:
            self.keep(name)
        self.held = {}

    # -------------------------------------------------------------- showing
    def show(self) -> None:
        """Make the next state the one that is shown, at once, and remove the one before."""
        before = self._state
        number = int(before.name) + 1 if before else 1
        state, files = self.kept / str(number), self.kept / f"{number}{FILES}"
        lines = "".join(json.dumps(asdict(copied)) + "\n" for copied in self.fresh.values())
        (self.kept / f"{NEXT}{FILES}").write_text(lines, encoding="utf-8")
        os.sync()  # thousands of files: one call for all; none of them may be empty after a power cut
        (self.kept / f"{NEXT}{FILES}").rename(files)
        self.next.rename(state)
        self._point(state)
        self.known, self.fresh = self.fresh, {}
        self.next.mkdir()
        for path in (before, before and self.kept / f"{before.name}{FILES}"):
            if path:
                _remove(path)

    def _point(self, state: Path) -> None:
        link = self.kept / "link"
        link.unlink(missing_ok=True)
        link.symlink_to(Path(self.kept.name) / state.name, target_is_directory=True)
        if self.shown.is_dir() and not self.shown.is_symlink():
            self.shown.rmdir()  # empty, as `open` found it
        link.replace(self.shown)
        _settle(self.kept)
        _settle(self.shown.parent)

    # -------------------------------------------------------------- evidence
    def note_seen(self, what: Mapping[str, object]) -> None:
        """Add a line to what was seen."""
        with (self.kept / "seen").open("a", encoding="utf-8") as file:
            file.write(json.dumps(what, ensure_ascii=False) + "\n")
            file.flush()
            os.fsync(file.fileno())

    def keep_evidence(self, what: Mapping[str, object]) -> Path:
        """Write down what contradicts what was seen; the same thing once."""
        text = json.dumps(what, ensure_ascii=False, indent=1) + "\n"
        place = self.kept / "refused" / f"{sha256(text.encode()).hexdigest()[:16]}.json"
        place.parent.mkdir(exist_ok=True)
        if not place.exists():
            place.write_text(text, encoding="utf-8")
        return place


def _read(place: Path) -> bytes | None:
    try:
        return place.read_bytes()
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None


def _read_list(folder: Path, list_of_files: Path) -> dict[str, Copied]:
    """What is known of the files of a state; a line that was cut off is not known."""
    found = {}
    for line in (_read(list_of_files) or b"").splitlines():
        try:
            said = json.loads(line)
            copied = Copied(**{**said, "links": tuple(said["links"])})
        except (ValueError, TypeError, KeyError):
            continue
        if (folder / copied.name).is_file():
            found[copied.name] = copied
    return found


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)


def _settle(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
