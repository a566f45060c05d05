"""From arms that stand out to the rule behind them: the commonest rule first, then what it leaves unexplained (research 3.5)."""

from __future__ import annotations

from collections.abc import Collection

from sawtna.checks.flows import FLOWS

# What an arm stands for when no commoner rule explains it.
OWN = {
    "dtls_openssl": "dtls_hello:openssl",
    "dtls_browser": "dtls_hello:browser",
    "srtp_250": "signature:rtp_long",
}
# A common rule, and the arms that must all be hit before it is named.
COMMON = (
    ("stun", ("stun",)),
    ("rtp", ("rtp",)),
    ("dtls", ("dtls_openssl", "dtls_browser")),
)
OPENING = {"rtp": "rtp", "srtp_250": "rtp", "dtls_openssl": "dtls", "dtls_browser": "dtls", "quic": "quic"}
OPENING |= dict.fromkeys(("stun", "ice", "turn", "whatsapp", "teams", "telegram", "webrtc"), "stun")


def explain(hit: Collection[str], opened: Collection[str] = ()) -> list[str]:
    """Causes for the arms that are hit (`signature:FLOW`, `port:N`, `both:FLOW@N`), each arm explained once.

    `opened` are the flows whose first packet passes: what hits them is in a later one.
    """
    flows = {arm.partition(":")[2] for arm in hit if arm.startswith("signature:")}
    causes, caught, left = [], set[str](), set(flows)
    for signature, needed in COMMON:
        if left.issuperset(needed):
            causes.append(f"signature:{signature}")
            caught.add(signature)
            left -= {flow for flow in left if is_explained(flow, caught, opened)}
    causes += [OWN.get(flow, f"signature:{flow}") for flow in sorted(left)]
    ports = sorted((arm for arm in hit if arm.startswith("port:")), key=lambda arm: int(arm[5:]))
    causes += ports
    for arm in sorted(arm for arm in hit if arm.startswith("both:")):
        flow, _, port = arm[5:].partition("@")
        if not is_explained(flow, caught, opened) and flow not in flows and f"port:{port}" not in ports:
            causes.append(f"signature_at_port:{flow}@{port}")
    return causes


def is_explained(flow: str, caught: Collection[str], opened: Collection[str]) -> bool:
    """Whether a caught signature explains why a flow is hit: it opens with it, or it holds it further on and opens unharmed."""
    if OPENING.get(flow) in caught:
        return True
    return flow in FLOWS and bool(FLOWS[flow].signatures & set(caught)) and flow in opened
