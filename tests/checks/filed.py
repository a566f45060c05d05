"""Files of evidence made of runs on paper, with a far end's half that agrees with them unless a test says otherwise."""

from __future__ import annotations

import json
import secrets
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from sawtna.checks.core.evidence import pack_evidence, sign_evidence
from sawtna.checks.core.half import Half, hash_orders, hash_ports, pack_half
from sawtna.checks.core.observation import Run
from sawtna.ledger.core.note import Signer

from tests.checks.paper import Packet, Paper

PROBE, FAR = (Signer(name, secrets.token_bytes(32)) for name in ("sawtna.probe", "sawtna.far-end"))
NOON = 1_795_521_600  # 2026-11-24 12:00 UTC


def half_of(run: Run, **changed: Any) -> Half:
    """What a far end says of a run on paper that it saw whole."""
    for one in run.flown:
        one.far = [1.0 if back is not None else None for back in one.back]
    half = Half(
        seed=run.seed.hex(),
        time=run.began + 12,
        seen={one.order.number: [-1 if at is None else at for at in one.far] for one in run.flown},
        orders=hash_orders(one.order for one in run.flown),
        ports=hash_ports(run.neutral, run.voice),
        servers=2,
        vantage="0123456789abcdef",
    )
    return replace(half, **changed)


def filed(run: Run, far: Signer = FAR, **changed: Any) -> str:
    """A signed file of a run, with a half that agrees with it but for what is changed."""
    network = {"asn": "AS36903", "cc": "MA", "access": "mobile"}
    half = pack_half(half_of(run, **changed), far)
    return sign_evidence(pack_evidence(run, half, far.verifier.vkey, network), PROBE)


def run_on_paper(rule: Callable[[Packet, Any], float | None], seed: int = 1) -> Run:
    """A whole run of today at noon."""
    run = Paper(rule, seed=seed).run()
    run.began = NOON
    return run


def resigned(text: str, change: Callable[[dict[str, Any]], object]) -> str:
    """The same file, changed and signed anew by its probe: a probe that lies."""
    told = json.loads(text)
    told.pop("signature")
    change(told)
    return sign_evidence(told, PROBE)


def no_whatsapp(packet: Packet, _dice: object) -> float | None:
    """Drops WhatsApp."""
    return None if packet.flow == "whatsapp" else 0.0
