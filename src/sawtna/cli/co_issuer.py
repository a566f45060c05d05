"""Be the other organisation that must also let people in, so that the host of a site alone cannot invent voters.

  sawtna co-issuer key FOLDER                                       make the key, print what the campaign file needs
  sawtna co-issuer serve FOLDER --book URL --campaign ID …          verify people and sign for them, until it is stopped

It reads the site's public book, makes a key for each ballot that names it in these campaigns, sends codes by its own mail
(SAWTNA_MAIL and SAWTNA_MAIL_FROM, or --mail and --mail-from) and signs without seeing what. It keeps no address and no time; when
a roll is over its keys and what it kept are destroyed. Put a web server with TLS in front.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import re
import signal
import socket
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from sawtna.campaigns.co_issuer.identity import load_identity, make_identity
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.cli.co_issuer_service import Service, Settings
from sawtna.cli.http_door import address_of, take_port
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.policy import unpack_policy

DEFAULT_PORT = 8020
EVERY = 15.0  # seconds between two looks at the book
ROUNDS = 5000
LEAST_EVERY = 0.5
ADDRESS = re.compile(r"https?://[^/\s]+")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    actions = parser.add_subparsers(title="what to do", metavar="key | serve", required=True)
    key = actions.add_parser("key", help="make the key, or print it again")
    key.set_defaults(act=tell_key)
    key.add_argument(
        "--url", default="https://issuer.example.org", metavar="URL", help="where it will answer"
    )
    serve = actions.add_parser("serve", help="verify people and sign for them")
    serve.set_defaults(act=serve_people)
    for action in (key, serve):
        action.add_argument("folder", type=Path, metavar="FOLDER", help="its folder")
    _configure_serving(serve)
    parser.epilog = "".join(action.format_usage() for action in (key, serve))


def _configure_serving(serve: argparse.ArgumentParser) -> None:
    serve.add_argument(
        "--book", required=True, metavar="URL", help="the site, such as https://sawtna.example"
    )
    serve.add_argument(
        "--campaign",
        required=True,
        action="append",
        metavar="ID",
        help="a campaign that the organisation has agreed to serve; may be repeated",
    )
    serve.add_argument(
        "--policy", type=Path, metavar="FILE", help="the log's key and witnesses; kept in FOLDER"
    )
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N", help="the port (%(default)s)")
    serve.add_argument(
        "--name", metavar="NAME", help="who it is, as the mails say it; the host of --mail-from"
    )
    serve.add_argument(
        "--mail", metavar="ADDRESS", help="smtp://USER:PASSWORD@HOST:587/, smtps://… or console:"
    )
    serve.add_argument("--mail-from", metavar="ADDRESS", help="the sender of the mails")
    serve.add_argument(
        "--page", metavar="ORIGIN", help="the site whose pages may ask it; the one of --book when left out"
    )
    serve.add_argument(
        "--brake", type=int, default=ROUNDS, metavar="N", help="work before a code (%(default)s)"
    )
    serve.add_argument(
        "--every", type=float, default=EVERY, metavar="SECONDS", help="how often it looks at the book"
    )


def run(arguments: argparse.Namespace) -> int:
    """Do it; every refusal is one sentence and status 1."""
    enroll_campaigns()
    status: int = arguments.act(arguments)
    return status


def clock() -> int:
    """Unix seconds."""
    return int(datetime.now(UTC).timestamp())  # noqa: TID251 (the edge: rolls open and close)


def tell_key(arguments: argparse.Namespace) -> int:
    """Print what the campaign file needs, as JSON."""
    if not ADDRESS.match(arguments.url):
        raise SystemExit(
            "Give the address at which it will answer, such as --url https://issuer.example.org."
        )
    vk = encode_base64url(make_identity(arguments.folder).public)
    issuer = {"id": "ngo", "url": arguments.url, "vk": vk, "words": {"name": {"en": "…"}}}
    print(json.dumps({"issuers": [issuer]}, indent=1, ensure_ascii=False))
    return 0


def serve_people(arguments: argparse.Namespace) -> int:
    """Serve until SIGINT or SIGTERM."""
    load_identity(arguments.folder)  # before a port is taken
    mail = arguments.mail or os.environ.get("SAWTNA_MAIL", "console:")
    host = urlsplit(arguments.book).hostname or ""
    sender = arguments.mail_from or os.environ.get("SAWTNA_MAIL_FROM", f"codes@{host}")
    if not ADDRESS.match(arguments.book):
        raise SystemExit("Give the address of a site, such as --book https://sawtna.example.")
    if arguments.every < LEAST_EVERY:
        raise SystemExit(
            f"Give at least {LEAST_EVERY} seconds with --every: more would only keep both machines busy."
        )
    if arguments.policy is not None:
        unpack_policy(arguments.policy.read_text(encoding="utf-8"))  # before people come, not when they do
    settings = Settings(
        folder=arguments.folder,
        book=arguments.book,
        campaigns=tuple(arguments.campaign),
        policy=arguments.policy,
        mail=mail,
        sender=sender,
        name=arguments.name or sender.rpartition("@")[2],
        page=_origin(arguments.page or arguments.book),
        rounds=arguments.brake,
        every=arguments.every,
    )
    with take_port(arguments.host, arguments.port, "co-issuer", DEFAULT_PORT + 1) as place:
        asyncio.run(_serve(Service(settings, clock), place))
    return 0


async def _serve(service: Service, place: socket.socket) -> None:
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    await service.look()
    print(f"The co-issuer listens on {address_of(place)} for {service.settings.book}.", flush=True)
    await service.serve(place, stop)


def _origin(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"
