"""A verdict in sentences that a subscriber understands, in Arabic, French or English, without Django.

The sentences stand in the one catalogue of the product; `speak` opens it with the gettext of Python.
"""

from __future__ import annotations

import gettext
from collections.abc import Callable, Mapping
from pathlib import Path

from sawtna.checks.core.verdict import Verdict

Speak = Callable[[str], str]
LOCALE = Path(__file__).parent.parent / "locale"
LANGUAGES = ("ar", "fr", "en")


def speak(language: str) -> Speak:
    """The words of a language; English where the catalogue has none."""
    return gettext.translation("django", LOCALE, [language], fallback=True).gettext


def own_language(environ: Mapping[str, str]) -> str:
    """The language of a terminal, where we speak it; else English."""
    said = environ.get("LC_ALL") or environ.get("LC_MESSAGES") or environ.get("LANG") or ""
    return said[:2] if said[:2] in LANGUAGES else "en"


def headline(verdict: Verdict, _: Speak) -> str:
    """The verdict in one sentence."""
    return {
        "not_blocked": _("This network lets internet calls through."),
        "blocked": _("This network blocks internet calls."),
        "degraded": _("This network lets internet calls through, but makes them worse."),
        "inconclusive": _(
            "This network was too unsteady to tell. Try again later, or closer to the antenna."
        ),
        "no_network": _(
            "There was no answer at all: either there is no network, or the measuring server is down."
        ),
        "captive": _("Something else answers where the far end should be."),
    }[verdict.verdict]


def reasons(verdict: Verdict, _: Speak) -> list[str]:
    """What was found, a sentence a cause, then where, then how a call would sound."""
    said = [sentence_of(cause, verdict, _) for cause in verdict.causes]
    if verdict.verdict == "captive":
        said += [
            _("It may be the login page of this network: log in, then check again."),
            _(
                "Or the address is not that of a far end: the page “Check this network” of a site shows the right one."
            ),
        ]
    if verdict.hop is not None:
        said.append(
            _("The packets are dropped at or right behind router number %(hop)s on the way out.")
            % {"hop": verdict.hop}
        )
    over_ipv6 = {
        "absent": _("IPv6 leads nowhere here; what is said is about IPv4."),
        "open": _("Over IPv6 voice passes."),
        "blocked": _("Over IPv6 voice does not pass, though the connection stands."),
    }
    if verdict.ipv6 is not None and (verdict.causes or verdict.ipv6 != "absent"):
        said.append(over_ipv6[verdict.ipv6])
    if verdict.quality is not None and verdict.verdict in {"not_blocked", "degraded"}:
        told = {
            "loss": f"{100 * verdict.quality.loss:.0f}",
            "ms": f"{verdict.quality.round_trip:.0f}",
            "mos": f"{verdict.quality.mos:.1f}",
        }
        said.append(
            _(
                "Other traffic fared so: %(loss)s percent lost, %(ms)s ms there and back;"
                " a call would earn about %(mos)s of 4.5 (an estimate)."
            )
            % told
        )
    return said


def sentence_of(cause: str, verdict: Verdict, _: Speak) -> str:
    """One cause as a sentence."""
    plain = {
        "udp": _("Nothing that is sent by UDP gets through, and calls need UDP."),
        "udp_unknown": _("Only known kinds of UDP get through; whatever looks unknown is dropped."),
        "server_ip": _("The measuring server's address is blocked, while its other address answers."),
        "server_ip:udp": _(
            "UDP to the measuring server's address is blocked, while its other address answers."
        ),
        "sni": _("Connections that name a voice service are cut."),
        "dns": _("This network gives false addresses for voice services."),
        "throttled": _("Voice is slowed down until it is useless, while other traffic is not."),
        "delay": _("Voice is made late, while other traffic is not."),
        "loss": _("Part of the voice packets is dropped, while other traffic is not."),
        "cut_any_udp": _("Every longer UDP connection is cut, whatever it carries."),
    }
    if cause in plain:
        return plain[cause]
    kind, _colon, what = cause.partition(":")
    if kind == "cut_after_seconds":
        return _("A call is cut after about %(seconds)s seconds.") % {"seconds": verdict.seconds}
    if kind == "cut_after_packets":
        return _("A call is cut after about %(packets)s packets.") % {"packets": verdict.packets}
    if kind == "tls_cut_after_seconds":
        return _("A call inside an encrypted connection (TLS) is cut after about %(seconds)s seconds.") % {
            "seconds": verdict.tls_seconds
        }
    told = {"what": name_of(what, _), "port": what.rpartition("@")[2]}
    return {
        "signature": _("%(what)s is recognised and dropped, whatever the port."),
        "signature_at_port": _(
            "%(what)s is dropped, but only at that port: what means nothing passes there."
        ),
        "tcp_signature": _("%(what)s is cut even over TCP."),
        "tls_signature": _(
            "%(what)s is cut even inside an encrypted connection (TLS), by its sizes and times."
        ),
        "dtls_hello": _(
            "Encrypted calls are dropped when they begin as one kind of program begins them: %(what)s."
        ),
        "port": _("Whatever is sent by UDP to port %(port)s is dropped."),
        "udp_except": _("Nothing that is sent by UDP gets through, except to port %(port)s."),
    }.get(kind, cause) % told


def name_of(what: str, _: Speak) -> str:
    """What a signature stands for."""
    flow, _at, port = what.partition("@")
    name = {
        "stun": _("STUN, with which calls find their way,"),
        "ice": _("ICE, the handshake of two callers,"),
        "turn": _("TURN, the detour of a call over a relay,"),
        "websocket": _("A call through the web page's own connection"),
        "rtp": _("RTP, the sound of a call,"),
        "rtp_long": _("RTP in long packets"),
        "dtls": _("DTLS, which agrees the keys of a call,"),
        "sip": _("SIP, the internet telephone,"),
        "whatsapp": _("A call as WhatsApp makes it"),
        "viber": _("A call as Viber makes it"),
        "teams": _("A call as Teams makes it"),
        "telegram": _("A call as Telegram makes it"),
    }.get(flow, flow)
    return f"{name} ({port})" if port else name


def handed_in(page: str, sentence: str, code: str, _: Speak) -> str:
    """What came of a file that was handed in: `page` when it counts, else `code` and the site's own `sentence`."""
    if not code:
        return _("Handed in. Everybody can see it at %(page)s") % {"page": page}
    if code == "later":
        return _("It could not be handed in now and is tried again with the next check. %(why)s") % {
            "why": sentence
        }
    return _("The site did not take it: %(why)s") % {"why": _refusals(_).get(code, sentence)}


def _refusals(_: Speak) -> dict[str, str]:
    """Why a site may not take a file, by its code, for what happens to people who did nothing wrong."""
    return {
        "clock": _("the two ends tell different times. Put your clock right and check again."),
        "counted": _(
            "a check from this part of the network counts for this day already. Check again tomorrow."
        ),
        "far_end": _("this check was made against a far end that this site does not know."),
        "future": _("this check is dated in the future. Put your clock right and check again."),
        "nothing": _("this check did not reach the far end, so it says nothing about voice."),
        "old": _("this check is older than 30 days. Check again."),
        "replayed": _("this check was handed in before, and counts once."),
    }


def nothing_to_hand_in(_: Speak) -> str:
    """For a check that says nothing, or was stopped."""
    return _("This check was not finished, so there is nothing to hand in.")


def no_site(_: Speak) -> str:
    """For a far end that names no site."""
    return _("This far end names no site that takes checks. Name one: --submit https://…")
