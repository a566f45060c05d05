"""The instrument's own words for what a check can say: verdicts, kinds of access, stretches, kinds of traffic, causes."""

from __future__ import annotations

from django.utils.translation import gettext_lazy, pgettext_lazy

from sawtna.checks.traffic import TRAFFIC

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
    "flow": {name: gettext_lazy(word) for name, word in TRAFFIC.items()},
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
