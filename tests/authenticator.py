"""The app on the phone of the tests: the six digits for a secret (RFC 6238). It never leaves this machine."""

import base64
import hashlib
import hmac
import struct

from django.utils import timezone

STEP = 30  # seconds


def code_of(secret: str, later: int = 0) -> str:
    """Compute the digits that the app shows now, or some steps later."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    count = int(timezone.now().timestamp() // STEP) + later
    digest = hmac.new(key, struct.pack(">Q", count), hashlib.sha1).digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 10**6:06}"
