"""Open the site on this machine: makes what is missing, then serves until it is told to stop."""

from __future__ import annotations

import argparse
import os
import socket
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from urllib.parse import urlsplit

from sawtna.web.commands.house import (
    configure_house,
    furnish_environment,
    migrate_when_needed,
    one_at_a_time,
    prepare_var,
    remember_house,
    say,
    start_django,
    warn,
)


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options."""
    configure_house(parser)
    door = parser.add_argument_group("the door")
    door.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    door.add_argument("--port", type=int, default=8000, help="the port to listen on (%(default)s)")
    door.add_argument(
        "--workers", type=int, default=1, metavar="N", help="how many processes answer (%(default)s)"
    )
    parser.add_argument(
        "--no-far-end",
        action="store_true",
        help="start no far end beside the site: pages say that networks cannot be checked here",
    )
    parser.add_argument("--no-example", action="store_true", help="leave an empty house empty")
    parser.add_argument(
        "--reload",
        action="store_true",
        help="for whoever works on Sawtna: begin again when a file changes, and show faults on the page",
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until the end."""
    if not os.environ.get("SAWTNA_ORIGIN") and not arguments.origin:
        arguments.origin = guess_origin(arguments.host, arguments.port)
    check_origin(os.environ.get("SAWTNA_ORIGIN") if not arguments.origin else arguments.origin)
    furnish_environment(arguments)
    if not arguments.reload:
        return open_and_serve(arguments)

    from django.utils.autoreload import run_with_reloader

    os.environ["SAWTNA_DEBUG"] = "1"
    arguments.workers = 1
    run_with_reloader(open_and_serve, arguments)  # never returns
    return 0


def open_and_serve(arguments: argparse.Namespace) -> int:
    """Take the port, make what is missing, and serve."""
    var = furnish_environment(arguments)
    door = take_port(arguments.host, arguments.port)
    prepare_var(var)
    with one_at_a_time(var):
        start_django()
        furnish(example=not arguments.no_example)
        remember_house(var)

    with beside(var, wanted=not arguments.no_far_end):
        from sawtna.web.serving import serve

        return serve(door, workers=arguments.workers, announce=announce)


def beside(var: Path, *, wanted: bool) -> AbstractContextManager[object]:
    """What runs beside the site while it is open: a far end, if one is wanted."""
    from django.conf import settings

    from sawtna.web.far_end_beside import far_end_beside

    if not wanted:
        return nullcontext()
    try:
        return far_end_beside(
            var, settings.SAWTNA_FAR_END_ADDRESSES, settings.SAWTNA_ORIGIN, settings.SAWTNA_NETWORKS
        )
    except ValueError as error:
        raise SystemExit(f"SAWTNA_FAR_END_ADDRESSES makes no sense: {error}.") from None


def furnish(*, example: bool) -> None:
    """Make whatever the site needs and does not have yet."""
    from django.conf import settings
    from django.utils import translation

    from sawtna.web.actions.collect_static import BrowserFilesError, collect_static
    from sawtna.web.actions.furnish_book import furnish_book

    migrate_when_needed()
    if not settings.DEBUG:
        try:
            collect_static()
        except BrowserFilesError as trouble:
            raise SystemExit(str(trouble)) from trouble
    with translation.override("en"):
        furnish_book(example=example)


def announce() -> None:
    """Say that the site is open, once it is."""
    from django.conf import settings
    from django.contrib.auth import get_user_model

    say(
        f"Sawtna is open at {settings.SAWTNA_ORIGIN}  (everything is kept in {settings.SAWTNA_VAR}; Ctrl-C closes)"
    )
    if not get_user_model().objects.exists():
        say("Nobody can enter the desk yet. Let the first organiser in: sawtna organiser add YOU@EXAMPLE.ORG")


def guess_origin(host: str, port: int) -> str:
    """The address under which a browser on this machine finds the site."""
    name = {"0.0.0.0": "127.0.0.1", "::": "[::1]", "": "127.0.0.1"}.get(host, host)  # noqa: S104 (compared, not bound)
    name = f"[{name}]" if ":" in name and not name.startswith("[") else name
    return f"http://{name}" if port == 80 else f"http://{name}:{port}"


def check_origin(origin: str | None) -> None:
    """Refuse an address that no browser could open."""
    parts = urlsplit(origin or "")
    if parts.scheme not in {"http", "https"} or not parts.hostname or parts.path.strip("/") or parts.query:
        raise SystemExit(
            f"The public address is {origin!r}; expected a scheme and a host, such as https://sawtna.example.org"
        )
    if parts.scheme == "http" and parts.hostname not in {"localhost", "127.0.0.1", "::1"}:
        warn(
            f"{origin} is not encrypted: put a web server with TLS in front before organisers sign in over a network."
        )


def take_port(host: str, port: int) -> socket.socket:
    """Take the port first of all, so that whoever else has it is known at once.

    Raises:
        SystemExit: somebody else has it, or this user may not.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    door = socket.socket(family)
    door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        door.bind((host.strip("[]"), port))
    except OSError as fault:
        door.close()
        raise SystemExit(
            f"Sawtna cannot listen on {host} port {port}: {fault.strerror or fault}. "
            f"If another program has the port, stop it or choose another one, such as --port {port + 1}."
        ) from fault
    except OverflowError as fault:
        raise SystemExit(f"The port is {port}; expected a number from 1 to 65535.") from fault
    door.set_inheritable(True)
    return door
