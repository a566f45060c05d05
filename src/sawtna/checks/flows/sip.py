"""SIP (RFC 3261): a telephone registers, calls, is answered, hangs up; over UDP or TCP.

The realm is sawtna.example, the addresses are of the documentation range: no provider and no person is named.
"""

from __future__ import annotations

import re

from sawtna.checks.flows.dice import Dice
from sawtna.checks.flows.talk import Exchange, Talk, WrittenFlow

REALM = "sawtna.example"
ADDRESS = "192.0.2.10"
FIELDS = re.compile(rb"^(Call-ID|CSeq)[ \t]*:([^\r\n]+)", re.MULTILINE | re.IGNORECASE)


def _message(first: str, *fields: str, body: str = "") -> bytes:
    told = [first, *fields, f"Content-Length: {len(body.encode())}", "", body]
    return "\r\n".join(told).encode()


def _offer(session: int) -> str:
    lines = ["v=0", f"o=- {session} 1 IN IP4 {ADDRESS}", "s=call", f"c=IN IP4 {ADDRESS}", "t=0 0"]
    lines += ["m=audio 40000 RTP/AVP 0 111", "a=rtpmap:111 opus/48000/2", "a=sendrecv"]
    return "\r\n".join([*lines, ""])


def mark_of(message: bytes) -> bytes | None:
    """What stays when a router on the way rewrites addresses in a message (a SIP ALG): its Call-ID and CSeq; None without both.

    Routers at home do so in good faith, and a telephone then still works: rewritten is not blocked.
    """
    if b"SIP/2.0" not in message[:512]:
        return None
    found = {name.lower(): value.strip() for name, value in FIELDS.findall(message)}
    return found[b"call-id"] + b"|" + found[b"cseq"] if len(found) == 2 else None


def talk(dice: Dice) -> Talk:
    """Registration and calls, again and again; every message carries a Call-ID out of the seed."""
    user = f"s{dice.below(10**6):06d}"
    while True:
        call, tag = dice.take(8).hex(), dice.take(4).hex()
        yield _step("REGISTER", f"sip:{REALM}", user, call, tag, dice)
        yield _step("INVITE", f"sip:echo@{REALM}", user, call, tag, dice, _offer(dice.below(10**9)))
        yield _step("BYE", f"sip:echo@{REALM}", user, call, tag, dice)


def _step(  # noqa: PLR0917
    method: str, target: str, user: str, call: str, tag: str, dice: Dice, body: str = ""
) -> Exchange:
    shared = (
        f"Via: SIP/2.0/UDP {ADDRESS}:5060;branch=z9hG4bK{dice.take(6).hex()};rport",
        f"From: <sip:{user}@{REALM}>;tag={tag}",
        f"To: <{target}>",
        f"Call-ID: {call}@{REALM}",
        f"CSeq: {dice.between(1, 9999)} {method}",
    )
    kind = ("Content-Type: application/sdp",) if body else ()
    more = ("Max-Forwards: 70", f"Contact: <sip:{user}@{ADDRESS}>", "User-Agent: sawtna", *kind)
    return Exchange(
        _message(f"{method} {target} SIP/2.0", *shared, *more, body=body),
        _message("SIP/2.0 200 OK", *shared),
        gap=100.0,
    )


FLOW = WrittenFlow("sip", 1, "SIP, the internet telephone", talk, frozenset({"sip"}), (5060,))
OVER_TCP = WrittenFlow(
    "sip_tcp", 1, "SIP over TCP, the internet telephone", talk, frozenset({"sip"}), (5060,), transport="tcp"
)
