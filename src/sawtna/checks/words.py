"""The instrument's own words for what a check can say: verdicts, kinds of access, stretches, kinds of traffic, causes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

NAMES = {
    "verdict": {
        "blocked": pgettext_lazy("calls", "blocked"),
        "degraded": pgettext_lazy("calls", "degraded"),
        "not_blocked": pgettext_lazy("calls", "not blocked"),
        "inconclusive": pgettext_lazy("a check", "without a result"),
    },
    "via": {
        "mobile": gettext_lazy("Mobile data"),
        "fixed": gettext_lazy("Fixed line"),
        "wifi": gettext_lazy("Wi-Fi"),
        "satellite": gettext_lazy("Satellite"),
        "unknown": gettext_lazy("Kind of access not told"),
    },
    "stretch": {
        "blocked": gettext_lazy("Calls are blocked"),
        "degraded": gettext_lazy("Calls are degraded"),
        "open": gettext_lazy("Calls get through"),
        "mixed": gettext_lazy("Now one, now the other"),
        "few": gettext_lazy("Too few days to tell"),
    },
    "flow": {
        "stun": gettext_lazy("how calls find their way"),
        "ice": gettext_lazy("the handshake of two callers"),
        "turn": gettext_lazy("the detour of a call over a relay"),
        "turn_tls": gettext_lazy("the detour of a call over a relay, inside of an encrypted connection"),
        "websocket_tls": gettext_lazy("the web path of our own calls, inside of an encrypted connection"),
        "turn_tcp": gettext_lazy("the detour of a call over a relay, by TCP"),
        "rtp": gettext_lazy("the sound of a call"),
        "rtp_g711": gettext_lazy("the sound of a call, as telephones send it"),
        "srtp": gettext_lazy("the sound of a call, encrypted"),
        "srtp_250": gettext_lazy("the sound of a call, in long packets"),
        "dtls": gettext_lazy("how a call agrees its keys"),
        "dtls_browser": gettext_lazy("how a browser’s call agrees its keys"),
        "dtls_openssl": gettext_lazy("how another program’s call agrees its keys"),
        "webrtc": gettext_lazy("a whole call as browsers make it"),
        "sip": gettext_lazy("the internet telephone"),
        "sip_tcp": gettext_lazy("the internet telephone, by TCP"),
        "whatsapp": gettext_lazy("A call as WhatsApp makes it"),
        "viber": gettext_lazy("A call as Viber makes it"),
        "teams": gettext_lazy("A call as Teams makes it"),
        "telegram": gettext_lazy("A call as Telegram makes it"),
        "quic": gettext_lazy("web pages by UDP, for comparison"),
        "tls_voice_name": gettext_lazy("connections that name a voice service"),
        "port": gettext_lazy("anything sent to that port"),
        "both": gettext_lazy("that traffic at that port"),
        "long": gettext_lazy("a longer piece of that traffic"),
        "ipv6": gettext_lazy("the same over the newer internet protocol"),
        "server": gettext_lazy("another address of the measuring server"),
    },
    "cause": {
        "udp": gettext_lazy("Nothing gets through by UDP, which calls need."),
        "udp_except": gettext_lazy("Nothing gets through by UDP, except to these ports."),
        "udp_unknown": gettext_lazy("Only known kinds of UDP get through."),
        "server_ip": gettext_lazy("The measuring server’s address is blocked."),
        "signature": gettext_lazy("Recognised by its content and dropped, whatever the port."),
        "signature_at_port": gettext_lazy("Recognised by its content, and dropped at one port only."),
        "port": gettext_lazy("Whatever goes to that port is dropped."),
        "tcp_signature": gettext_lazy("Recognised by its content and cut, over TCP too."),
        "tls_signature": gettext_lazy("Recognised inside of an encrypted connection, and cut."),
        "tls_cut_after_seconds": gettext_lazy(
            "Encrypted connections in the shape of a call are cut after some time."
        ),
        "dtls_hello": gettext_lazy("Encrypted calls are dropped by how one kind of program begins them."),
        "sni": gettext_lazy("Connections that name a voice service are cut."),
        "dns": gettext_lazy("This network gives false addresses for voice services."),
        "throttled": gettext_lazy("Voice is slowed down until it is useless, while other traffic is not."),
        "delay": gettext_lazy("Voice is made late, while other traffic is not."),
        "loss": gettext_lazy("Part of the voice packets is dropped, while other traffic is not."),
        "cut_after_seconds": gettext_lazy("Calls are cut after some time."),
        "cut_after_packets": gettext_lazy("Calls are cut after some packets."),
        "cut_any_udp": gettext_lazy("Every longer UDP connection is cut, whatever it carries."),
    },
}


def named(group: str, word: str) -> object:
    """The name of a choice; of a flow or a cause by what stands before its colon; nothing where there is no name."""
    names = NAMES[group]
    return names.get(word) or names.get(word.partition(":")[0], "")
