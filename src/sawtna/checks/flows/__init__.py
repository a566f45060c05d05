"""One file a flow: what is sent, byte by byte, and after which standard. `example.py` is there to be copied.

A flow imitates; it is never the captured traffic of anybody. All bytes are made from the standards, opaque parts from the seed.
Never imports: Django, sockets, clocks, dice of the machine, or anything else of the room: `core` stands above.
"""

from __future__ import annotations

from sawtna.checks.flows import (
    dtls,
    ice,
    quic,
    rtp,
    safe2,
    sip,
    srtp,
    stun,
    teams_like,
    telegram_like,
    turn,
    viber_like,
    webrtc,
    websocket,
    whatsapp_like,
)
from sawtna.checks.flows.talk import WrittenFlow

FLOWS: dict[str, WrittenFlow] = {
    flow.name: flow
    for flow in (
        safe2.FLOW,
        stun.FLOW,
        ice.FLOW,
        turn.FLOW,
        turn.OVER_TCP,
        turn.OVER_TLS,
        websocket.FLOW,
        dtls.OPENSSL_LIKE,
        dtls.BROWSER_LIKE,
        rtp.OPUS,
        rtp.PCMU,
        srtp.FLOW,
        srtp.PADDED,
        webrtc.FLOW,
        sip.FLOW,
        sip.OVER_TCP,
        whatsapp_like.FLOW,
        viber_like.FLOW,
        teams_like.FLOW,
        telegram_like.FLOW,
        quic.FLOW,
    )
}
