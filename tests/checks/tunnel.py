"""TLS on paper: what a flow inside of it looks like from outside, as exchanges of records."""

from __future__ import annotations

import contextlib
import ssl
from collections.abc import Sequence

from sawtna.checks.flows.talk import Exchange


def seal_flow(exchanges: Sequence[Exchange], context: ssl.SSLContext, name: str) -> list[Exchange]:
    """The handshake under a server name, then each packet and its answer in a record of their own."""
    ours = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    ours.check_hostname, ours.verify_mode = False, ssl.CERT_NONE
    up, down = ssl.MemoryBIO(), ssl.MemoryBIO()
    probe = ours.wrap_bio(down, up, server_hostname=name)
    kept_up, kept_down = ssl.MemoryBIO(), ssl.MemoryBIO()
    far = context.wrap_bio(kept_up, kept_down, server_side=True)

    def carry() -> Exchange:
        sent = up.read()
        kept_up.write(sent)
        with contextlib.suppress(ssl.SSLWantReadError):
            far.read(4096)
        answer = kept_down.read()
        down.write(answer)
        return Exchange(sent, answer)

    seen = []
    for _ in range(2):
        with contextlib.suppress(ssl.SSLWantReadError):
            probe.do_handshake()
        seen.append(carry())
    for one in exchanges:
        probe.write(one.sent)
        sent = up.read()
        kept_up.write(sent)
        assert far.read(4096) == one.sent
        far.write(one.answer)
        answer = kept_down.read()
        down.write(answer)
        assert probe.read(4096) == one.answer
        seen.append(Exchange(sent, answer))
    return [one for one in seen if one.sent or one.answer]
