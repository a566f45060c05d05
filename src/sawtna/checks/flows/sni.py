"""Server names in a ClientHello (RFC 6066 3) towards our own far end: those of voice services, beside names that mean nothing.

Not a flow of packets: TLS itself is spoken, and the certificate that answers is the far end's own.
"""

from __future__ import annotations

from sawtna.checks.flows.dice import Dice

VOICE_SERVERS = ("g.whatsapp.net", "chat.signal.org", "web.telegram.org", "www.viber.com")
LETTERS = "bcdfghjklmnprstvz"
VOWELS = "aeiou"


def plain_name(dice: Dice) -> str:
    """A name that nobody has, under example.com (RFC 2606)."""
    return "".join(dice.pick(LETTERS) + dice.pick(VOWELS) for _ in range(4)) + ".example.com"
