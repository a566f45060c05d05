"""The far end's half of the evidence: what it saw, of which flows, from what kind of network; signed by its key.

It binds the probe to the plan: a probe can neither leave out flows that it announced nor claim others, because `orders` is the
hash of all datagram flows of the session and `seen` names each.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

from sawtna.checks.core.entries import NET, NO_COUNTRY, NO_NETWORK
from sawtna.checks.core.errors import EvidenceError
from sawtna.checks.core.meeting import HALF_DOMAIN, STREAMS_FROM, Order, tell_order
from sawtna.ledger.core.errors import NoteError
from sawtna.ledger.core.note import Signer, Verifier, open_note, sign_note
from sawtna.ledger.core.schema import COUNTRY

VANTAGE = re.compile(r"[0-9a-f]{16}")


@dataclass(frozen=True, slots=True)
class Half:
    """What a far end says of one session. `time` is Unix seconds of its clock, `seen` ms of the session (-1: never).

    `ports` and `orders` are hashes (`hash_ports`, `hash_orders`); `servers` is how many addresses the far end has.
    """

    seed: str
    time: int
    seen: Mapping[int, Sequence[float]]
    orders: str
    ports: str
    servers: int = 1
    is_well: bool = True
    vantage: str = ""
    asn: str = NO_NETWORK
    cc: str = NO_COUNTRY
    addresses: int = 1
    vkey: str = field(default="", compare=False)

    def is_shown(self, number: int) -> bool:
        """Whether the evidence must show that flow packet by packet: streams and the single packets of a trail it need not."""
        return number < STREAMS_FROM and len(self.seen[number]) > 1


def hash_orders(orders: Iterable[Order]) -> str:
    """SHA-256 of the datagram flows of more than one packet, in the order of their numbers."""
    told = [
        tell_order(one)
        for one in sorted(orders, key=lambda one: one.number)
        if one.count > 1 and one.number < STREAMS_FROM
    ]
    return _hash(told)


def hash_ports(neutral: Sequence[int], voice: Sequence[int]) -> str:
    """SHA-256 of the ports on which a far end listens for datagrams, as it told them."""
    return _hash([list(neutral), list(voice)])


def _hash(told: object) -> str:
    return sha256(json.dumps(told, separators=(",", ":")).encode()).hexdigest()


def pack_half(half: Half, signer: Signer) -> str:
    """The half as a signed note."""
    told = {
        "seed": half.seed,
        "time": half.time,
        "addresses": half.addresses,
        "servers": half.servers,
        "well": half.is_well,
        "vantage": half.vantage,
        "asn": half.asn,
        "cc": half.cc,
        "ports": half.ports,
        "orders": half.orders,
        "seen": {str(number): list(times) for number, times in half.seen.items()},
    }
    text = json.dumps(told, sort_keys=True, separators=(",", ":"))
    return sign_note(f"{HALF_DOMAIN}{text}\n", [signer])


def read_half(note: str, vkey: str) -> Half:
    """The half out of its note; raises EvidenceError when that key did not sign it, or when it is none."""
    try:
        opened = open_note(note, [Verifier.parse(vkey)])
    except NoteError as error:
        raise EvidenceError("forged", f"The signature of the far end does not hold ({error}).") from None
    try:
        told = json.loads(opened.text.removeprefix(HALF_DOMAIN))
        half = Half(
            seed=str(told["seed"]),
            time=int(told["time"]),
            seen={int(number): [float(time) for time in times] for number, times in told["seen"].items()},
            orders=str(told["orders"]),
            ports=str(told["ports"]),
            servers=int(told["servers"]),
            is_well=bool(told["well"]),
            vantage=str(told["vantage"]),
            asn=str(told["asn"]),
            cc=str(told["cc"]),
            addresses=int(told["addresses"]),
            vkey=vkey,
        )
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, RecursionError):
        raise EvidenceError("What the far end signed is no half of a check.") from None
    if not (
        opened.text.startswith(HALF_DOMAIN)
        and VANTAGE.fullmatch(half.vantage)
        and NET.fullmatch(half.asn)
        and COUNTRY.fullmatch(half.cc)
    ):
        raise EvidenceError("What the far end signed is no half of a check.")
    return half
