"""A name for a place in the network that lasts a day: one vantage counts once a day, and two days cannot be joined.

The far end makes it from the address that it sees and a secret that it forgets at the end of the day. A /24 of IPv4 or a /48 of
IPv6 is one vantage, so that one subscriber cannot be several (memo check 3.7).
"""

from __future__ import annotations

import hmac
from datetime import date
from hashlib import sha256
from ipaddress import IPv6Address, ip_address

DOMAIN = b"sawtna/v1/vantage\n"
VANTAGE_BYTES = 8
IPV4_BITS, IPV6_BITS = 24, 48


def vantage_of(secret: bytes, address: str, day: date) -> str:
    """The vantage of an address on a day (UTC), 16 hexadecimal digits; raises ValueError when it is no address."""
    place = ip_address(address.partition("%")[0])
    if isinstance(place, IPv6Address) and place.ipv4_mapped:
        place = place.ipv4_mapped
    bits = IPV4_BITS if place.version == 4 else IPV6_BITS
    around = place.packed[: bits // 8]
    said = DOMAIN + day.isoformat().encode() + b"\n" + around
    return hmac.new(secret, said, sha256).digest()[:VANTAGE_BYTES].hex()
