"""Check whether this network lets internet calls through, and name what it does to them.

    sawtna check far.example.org
    sawtna check far.example.org:7443 --json
    sawtna check far.example.org --submit

It takes up to 20 seconds and about a megabyte, needs no root, and sends nothing to anybody but the server that you name,
unless you say --submit. Exit status: 0 not blocked, 1 it could not run, 2 blocked, 3 degraded, 4 inconclusive.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import secrets
import signal
import sys
import time
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from sawtna.checks.core.entries import NO_COUNTRY, NO_NETWORK
from sawtna.checks.core.evidence import PROBE_NAME, pack_evidence, sign_evidence
from sawtna.checks.core.late_kills import MINUTES, MOST_MINUTES, lived_on
from sawtna.checks.core.verdict import Verdict, conclude
from sawtna.checks.probe.gate import Address
from sawtna.checks.probe.measure import Measurement
from sawtna.checks.probe.spool import Spool, spool_folder
from sawtna.checks.telling import (
    LANGUAGES,
    handed_in,
    headline,
    no_site,
    nothing_to_hand_in,
    own_language,
    reasons,
    speak,
)
from sawtna.checks.traffic import traffic_of
from sawtna.cli.check_words import (
    OF_FAR_END,
    read_country,
    read_key,
    read_minutes,
    read_network,
    read_place,
    read_site,
)
from sawtna.ledger.core.note import KEY_BYTES, Signer

STATUS = {"not_blocked": 0, "no_network": 1, "captive": 1, "blocked": 2, "degraded": 3, "inconclusive": 4}
COLOURS = {"not_blocked": "green", "blocked": "red", "degraded": "yellow"}
SERVER = "SAWTNA_FAR_END"


def configure(parser: argparse.ArgumentParser) -> None:
    """Options of the command."""
    parser.add_argument(
        "server",
        nargs="?",
        default=os.environ.get(SERVER),
        help=f"host or host:port of a far end (default: {SERVER})",
    )
    parser.add_argument(
        "--second",
        metavar="HOST[:PORT]",
        help="another address of the far end, tried when the first is silent",
    )
    parser.add_argument(
        "--key", type=read_key, default="", help="the far end's key, when you know it (name+id+key)"
    )
    parser.add_argument(
        "--language", choices=LANGUAGES, default=own_language(os.environ), help="of the answer"
    )
    parser.add_argument("--json", action="store_true", help="print one JSON object")
    parser.add_argument(
        "--background",
        nargs="?",
        type=read_minutes,
        const=MINUTES,
        default=0.0,
        metavar="MINUTES",
        help=f"then keep calls open for so long, for cuts that come late (default {MINUTES:g}, at most {MOST_MINUTES:g})",
    )
    parser.add_argument("--save", type=read_place, metavar="FILE", help="keep the signed evidence")
    parser.add_argument(
        "--submit",
        nargs="?",
        type=read_site,
        const=OF_FAR_END,
        metavar="URL",
        help="hand the evidence in, so that it counts in public; at the site that the far end names, or at this one",
    )
    _ask_for_network(parser)


def _ask_for_network(parser: argparse.ArgumentParser) -> None:
    """What a person may know of the network; told in the evidence."""
    parser.add_argument(
        "--asn",
        type=read_network,
        default=NO_NETWORK,
        help="the operator's AS number, for the evidence, such as AS36903",
    )
    parser.add_argument(
        "--country", type=read_country, default=NO_COUNTRY, help="two letters, for the evidence, such as MA"
    )
    parser.add_argument(
        "--access",
        choices=("unknown", "mobile", "fixed", "wifi", "satellite"),
        default="unknown",
        help="how you are connected, for the evidence",
    )


def run(arguments: argparse.Namespace) -> int:
    """Measure, tell, keep."""
    if not arguments.server:
        raise SystemExit(f"Name a far end: sawtna check HOST, or set {SERVER}.")
    measurement = Measurement(*read_addresses(arguments.server, arguments.second, arguments.key))
    measurement.background = arguments.background
    measurement.run.began = int(time.time())  # noqa: TID251 (an edge)
    _measure(measurement, arguments.language, quiet=arguments.json)
    verdict = conclude(measurement.run)
    evidence = _evidence(measurement, arguments) if arguments.save or arguments.submit else ""
    if arguments.save:
        arguments.save.write_text(evidence, encoding="utf-8")
    if not arguments.json:
        _tell(verdict, measurement, arguments.language)
    handed = _hand_in(evidence, measurement, arguments)
    if arguments.json:
        told = as_object(verdict, measurement)
        print(json.dumps({**told, "submitted": handed} if arguments.submit else told))
    return STATUS[verdict.verdict]


def read_addresses(
    named: str, other: str | None, vkey: str
) -> tuple[Address, Address | None, Address | None]:
    """The far end's first address, its second one of the same family, and one of IPv6 beside those of IPv4."""
    given = [read_address(one.strip(), vkey) for one in [*named.split(","), other or ""] if one.strip()]
    first, *others = given or [read_address(named, vkey)]
    alike = [one for one in others if (":" in one.host) == (":" in first.host)]
    sixth = next((one for one in others if ":" in one.host and one not in alike), None)
    return first, alike[-1] if alike else None, sixth


def _hand_in(evidence: str, measurement: Measurement, arguments: argparse.Namespace) -> dict[str, str] | None:
    """Hand in this file if that was asked for, and what waits from before; what came of this one."""
    # The client of HTTP is heavy, and nothing before needs it.
    from sawtna.checks.probe.handing_in import hand_in_all, is_site

    say, spool = speak(arguments.language), Spool(spool_folder(os.environ))
    if arguments.submit:
        site = measurement.site if arguments.submit == OF_FAR_END else arguments.submit
        if not measurement.run.is_whole or not measurement.far_half:
            print(nothing_to_hand_in(say), file=sys.stderr)
        elif not is_site(site):
            print(no_site(say), file=sys.stderr)
        else:
            _wait(spool, site, evidence)
    own = None
    for one in hand_in_all(spool, time.time(), arguments.language):  # noqa: TID251 (an edge)
        print(handed_in(one.page, one.sentence, one.code, say), file=sys.stderr)
        if one.text == evidence:
            own = {"page": one.page, "file": one.file, "error": one.code, "sentence": one.sentence}
    return own


def _wait(spool: Spool, site: str, evidence: str) -> None:
    try:
        spool.put(site, evidence)
    except OSError as error:
        print(f"{spool.root}: {error.strerror or error}", file=sys.stderr)


def read_address(text: str, vkey: str) -> Address:
    """`host`, `host:port` or `[v6]:port`; raises SystemExit with a sentence."""
    host, port = text, "443"
    if text.startswith("["):
        host, _, rest = text[1:].partition("]")
        port = rest.removeprefix(":") or "443"
    elif text.count(":") == 1:
        host, _, port = text.partition(":")
    if not host or any(sign in host for sign in " /") or not port.isdecimal() or not 0 < int(port) < 65_536:
        raise SystemExit(f"{text!r} is no address. Write host, host:port, or [v6-address]:port.")
    return Address(host, int(port), vkey)


def _measure(measurement: Measurement, language: str, *, quiet: bool) -> None:
    """Run it with a bar; Ctrl-C stops it, and what was seen until then is kept."""
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True, disable=quiet) as bar:
        _ = speak(language)
        usual, late = (
            _("Checking this network"),
            _("Keeping calls open, for cuts that come late. Ctrl-C ends it."),
        )
        task = bar.add_task(usual, total=1.0)
        measurement.progress = lambda step, share: bar.update(
            task, completed=share, description=late if step == "background" else usual
        )
        with contextlib.suppress(asyncio.CancelledError):
            asyncio.run(_run_until_stopped(measurement))


async def _run_until_stopped(measurement: Measurement) -> None:
    task = asyncio.current_task()
    assert task is not None
    for one in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(one, task.cancel)
    await measurement.go()


def as_object(verdict: Verdict, measurement: Measurement) -> dict[str, Any]:
    """What `--json` prints: docs/formats/check.md has the vocabulary."""
    quality = verdict.quality
    return {
        "verdict": verdict.verdict,
        "causes": verdict.causes,
        "flows": verdict.flows,
        "hop": verdict.hop,
        "confidence": verdict.confidence,
        "seconds": round(measurement.run.ended / 1000, 2),
        "bytes": measurement.bytes,
        "difference_below": verdict.difference_below,
        "cut_after_seconds": verdict.seconds,
        "cut_after_packets": verdict.packets,
        "tls_cut_after_seconds": verdict.tls_seconds,
        "kbit": verdict.kbit,
        "ipv6": verdict.ipv6,
        "quality": None
        if quality is None
        else {
            "loss": round(quality.loss, 4),
            "jitter_ms": round(quality.jitter, 1),
            "round_trip_ms": round(quality.round_trip, 1),
            "mos_estimate": round(quality.mos, 2),
        },
        "partial": not measurement.run.is_whole,
        "trouble": measurement.trouble or None,
        "altered": sorted(measurement.altered),
    }


def _tell(verdict: Verdict, measurement: Measurement, language: str) -> None:
    _, console = speak(language), Console()
    colour = COLOURS.get(verdict.verdict, "bold")
    console.print(f"[bold {colour}]{headline(verdict, _)}[/]")
    for reason in reasons(verdict, _):
        console.print(f"  {reason}")
    if late := lived_on(measurement.run):
        console.print(
            " ",
            _("Calls that were kept open for %(seconds)s seconds were not cut.") % {"seconds": f"{late:.0f}"},
        )
    if not measurement.run.is_whole and verdict.verdict not in {"captive", "no_network"}:
        console.print(" ", _("The check was not finished; this is what was seen until then."))
    if "sip" in measurement.altered:
        console.print(
            " ", _("A router on the way rewrites SIP, as many routers at home do; it gets through.")
        )
    if measurement.trouble and not measurement.run.is_whole and verdict.verdict != "captive":
        console.print(f"  {measurement.trouble}", markup=False)
    if verdict.flows:
        console.print(_table(verdict, language))
    took = {
        "seconds": f"{measurement.run.ended / 1000:.1f}",
        "size": f"{measurement.bytes / 1000:.0f}",
    }
    console.print(_("It took %(seconds)s seconds and %(size)s kB.") % took, style="dim")


def _table(verdict: Verdict, language: str) -> Table:
    _ = speak(language)
    words = {
        "open": _("passes"),
        "blocked": _("blocked"),
        "degraded": _("worse"),
        "unknown": _("unknown"),
    }
    table = Table(box=None, padding=(0, 2, 0, 2))
    table.add_column(_("traffic"))
    table.add_column(_("state"))
    table.add_column()
    colours = {"open": "green", "blocked": "red", "degraded": "yellow", "unknown": "dim"}
    for name, state in sorted(verdict.flows.items()):
        what = traffic_of(name)
        table.add_row(name, f"[{colours[state]}]{words[state]}[/]", _(what) if what else "")
    return table


def _evidence(measurement: Measurement, arguments: argparse.Namespace) -> str:
    network = {"asn": arguments.asn, "cc": arguments.country, "access": arguments.access}
    evidence = pack_evidence(measurement.run, measurement.far_half, measurement.far_vkey, network)
    # safety: a key of its own for each file, or files of one device could be joined across networks and days (decision 81)
    return sign_evidence(evidence, Signer(PROBE_NAME, secrets.token_bytes(KEY_BYTES)))
