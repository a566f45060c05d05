"""Whom a reader trusts: logs, witnesses and how many of them must agree (C2SP tlog-policy).

A policy is text of lines `log <vkey> [url]`, `witness <name> <vkey> [url]`, `group <name> <any|all|count> <member>…` and one
`quorum <name|none>`; `#` begins a comment line. One key under two names is refused: it would count twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from sawtna.ledger.core.errors import BookError, NoteError
from sawtna.ledger.core.note import COSIGNATURE, ED25519, OpenedNote, Verifier, open_note

NO_QUORUM = "none"


class PolicyError(BookError):
    """A policy that cannot be read or used."""

    code = "policy"


@dataclass(frozen=True, slots=True)
class Group:
    """Members of which at least `least` must have signed; members are names of witnesses or groups."""

    least: int
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Policy:
    """A parsed policy; `addresses` has the URL of each key whose line gives one, by the text of the key."""

    logs: tuple[Verifier, ...]
    witnesses: Mapping[str, Verifier] = field(default_factory=dict)
    groups: Mapping[str, Group] = field(default_factory=dict)
    quorum: str = NO_QUORUM
    addresses: Mapping[str, str] = field(default_factory=dict)

    def is_met_by(self, opened: OpenedNote) -> bool:
        """Whether enough of the witnesses cosigned."""
        return self.quorum == NO_QUORUM or self._has(self.quorum, opened)

    def _has(self, name: str, opened: OpenedNote) -> bool:
        if name in self.witnesses:
            return self.witnesses[name] in opened.verifiers
        group = self.groups[name]
        return sum(self._has(member, opened) for member in group.members) >= group.least

    def open(self, note: str | bytes) -> OpenedNote:
        """The note, signed by one of the logs; raises NoteError. Whether the quorum is met is asked apart."""
        opened = open_note(note, (*self.logs, *self.witnesses.values()))
        if not any(log in opened.verifiers for log in self.logs):
            raise NoteError(f"got no signature of {self.logs[0].name}, expected one")
        return opened


def unpack_policy(text: str) -> Policy:
    """Read a policy; raises PolicyError with the line that is wrong."""
    logs: list[Verifier] = []
    witnesses: dict[str, Verifier] = {}
    groups: dict[str, Group] = {}
    addresses: dict[str, str] = {}
    quorum: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split()
        try:
            match words:
                case [] | ["#", *_]:
                    continue
                case [first, *_] if first.startswith("#"):
                    continue
                case ["log", vkey, *address] if len(address) <= 1:
                    logs.append(_fresh_key(vkey, ED25519, logs))
                    addresses[vkey] = "".join(address)
                case ["witness", name, vkey, *address] if len(address) <= 1:
                    key = _fresh_key(vkey, COSIGNATURE, witnesses.values())
                    witnesses[_fresh(name, witnesses, groups)] = key
                    addresses[vkey] = "".join(address)
                case ["group", name, least, *members] if members:
                    groups[_fresh(name, witnesses, groups)] = _group(least, members, witnesses, groups)
                case ["quorum", name] if quorum is None and (
                    name == NO_QUORUM or name in witnesses or name in groups
                ):
                    quorum = name
                case _:
                    raise PolicyError(
                        f"got {line[:60]!r}, expected log, witness, group or one quorum of a known name"
                    )
        except BookError as error:
            raise PolicyError(f"line {number} of the policy: {error}") from None
    if not logs:
        raise PolicyError(
            "got a policy without a log, expected a line such as log sawtna.example/log+1a2b3c4d+AZ…"
        )
    known = {vkey: address for vkey, address in addresses.items() if address}
    return Policy(tuple(logs), witnesses, groups, quorum or NO_QUORUM, known)


def _fresh_key(vkey: str, kind: int, taken: Iterable[Verifier]) -> Verifier:
    """The key of that type, unless its public half is there already under whatever name (tlog-policy: no duplicates)."""
    verifier = Verifier.parse(vkey)
    if verifier.kind != kind:
        raise PolicyError(f"got the key type 0x{verifier.kind:02x} of {verifier.name}, expected 0x{kind:02x}")
    if any(verifier.public == one.public for one in taken):
        raise PolicyError(f"got the key of {verifier.name} twice, expected each once")
    return verifier


def _fresh(name: str, *taken: Mapping[str, object]) -> str:
    if name == NO_QUORUM or any(name in names for names in taken):
        raise PolicyError(f"got the name {name} twice, expected each once")
    return name


def _group(
    least: str, members: list[str], witnesses: Mapping[str, object], groups: Mapping[str, Group]
) -> Group:
    unknown = [name for name in members if name not in witnesses and name not in groups]
    if unknown:
        raise PolicyError(
            f"got the unknown member {unknown[0]}, expected a witness or group of an earlier line"
        )
    for name in members:  # a witness that counts twice would make a quorum of one
        if members.count(name) > 1 or any(name in group.members for group in groups.values()):
            raise PolicyError(f"got the member {name} twice, expected each in one group once")
    count = {"any": 1, "all": len(members)}.get(least)
    count = int(least) if count is None and least.isascii() and least.isdigit() else count
    if count is None or not 1 <= count <= len(members):
        raise PolicyError(f"got {least}, expected any, all or a number from 1 to {len(members)}")
    return Group(count, tuple(members))
