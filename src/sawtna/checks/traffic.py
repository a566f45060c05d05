"""What the kinds of traffic of a check are, in words for a subscriber. Without Django: the probe tells them too."""

from __future__ import annotations


def gettext_noop(sentence: str) -> str:
    """Mark a sentence for the catalogue."""
    return sentence


TRAFFIC = {
    "stun": gettext_noop("how calls find their way"),
    "ice": gettext_noop("the handshake of two callers"),
    "turn": gettext_noop("the detour of a call over a relay"),
    "turn_tls": gettext_noop("the detour of a call over a relay, inside of an encrypted connection"),
    "websocket_tls": gettext_noop("the web path of our own calls, inside of an encrypted connection"),
    "turn_tcp": gettext_noop("the detour of a call over a relay, by TCP"),
    "rtp": gettext_noop("the sound of a call"),
    "rtp_g711": gettext_noop("the sound of a call, as telephones send it"),
    "srtp": gettext_noop("the sound of a call, encrypted"),
    "srtp_250": gettext_noop("the sound of a call, in long packets"),
    "dtls": gettext_noop("how a call agrees its keys"),
    "dtls_browser": gettext_noop("how a browser’s call agrees its keys"),
    "dtls_openssl": gettext_noop("how another program’s call agrees its keys"),
    "webrtc": gettext_noop("a whole call as browsers make it"),
    "sip": gettext_noop("the internet telephone"),
    "sip_tcp": gettext_noop("the internet telephone, by TCP"),
    "whatsapp": gettext_noop("A call as WhatsApp makes it"),
    "viber": gettext_noop("A call as Viber makes it"),
    "teams": gettext_noop("A call as Teams makes it"),
    "telegram": gettext_noop("A call as Telegram makes it"),
    "quic": gettext_noop("web pages by UDP, for comparison"),
    "tls_voice_name": gettext_noop("connections that name a voice service"),
    "port": gettext_noop("anything sent to that port"),
    "both": gettext_noop("that traffic at that port"),
    "long": gettext_noop("a longer piece of that traffic"),
    "ipv6": gettext_noop("the same over the newer internet protocol"),
    "server": gettext_noop("another address of the measuring server"),
}


def traffic_of(flow: str) -> str:
    """What a kind of traffic (`stun`, `port:3478`, `both:sip@5060`) is, in English; nothing where there is no word for it."""
    return TRAFFIC.get(flow) or TRAFFIC.get(flow.partition(":")[0], "")
