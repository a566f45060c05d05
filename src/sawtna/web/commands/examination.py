"""What `sawtna doctor` sees with Django: database, book, mail, organisers.

Each finding is a triple: ok, warn or bad; what was seen; what to do.
"""

from __future__ import annotations

import argparse
import os
import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from sawtna.web.commands.house import furnish_environment, recall_house, start_django

OK, WARN, BAD = "ok", "warn", "bad"
Finding = tuple[str, str, str]
PATIENCE = 5.0  # seconds for the mail server


def examine_site(arguments: argparse.Namespace) -> Iterator[Finding]:
    """Look at everything that needs Django; trouble on the way is a finding too."""
    recall_house(furnish_environment(arguments))
    try:
        start_django()
    except SystemExit as trouble:
        yield BAD, str(trouble), "Correct the SAWTNA_* variables."
        return
    from django.db import DatabaseError

    yield from examine_origin()
    yield from examine_relay()
    try:
        yield from examine_database()
    except DatabaseError as fault:
        yield (
            BAD,
            f"the database does not answer: {' '.join(str(fault).split())}",
            "Check that it runs and its address.",
        )
    yield examine_mail()


def examine_origin() -> Iterator[Finding]:
    """Look at the public address."""
    from django.conf import settings

    origin = urlsplit(settings.SAWTNA_ORIGIN)
    if origin.scheme == "https" or origin.hostname in {"localhost", "127.0.0.1", "::1"}:
        yield OK, f"the public address is {settings.SAWTNA_ORIGIN}", ""
    else:
        yield (
            WARN,
            f"the public address {settings.SAWTNA_ORIGIN} is not encrypted",
            "Put a web server with TLS in front, and say https:// in SAWTNA_ORIGIN.",
        )
    if settings.DEBUG:
        yield BAD, "SAWTNA_DEBUG is on", "Never on a public site: it shows settings to visitors."


def examine_relay() -> Iterator[Finding]:
    """Look at how browsers are told of the host's TURN server, when there is one; whether it runs, they see better."""
    from django.conf import settings

    addresses = settings.SAWTNA_TURN.split()
    if addresses and not settings.SAWTNA_TURN_SECRET:
        advice = "Say in SAWTNA_TURN_SECRET what coturn calls static-auth-secret."
        yield (
            WARN,
            "SAWTNA_TURN names a relay, but no secret is shared with it, so pages leave it out",
            advice,
        )
    for address in addresses:
        if not address.startswith(("turn:", "turns:")):
            yield (
                WARN,
                f"no browser understands {address} in SAWTNA_TURN",
                "Write turn:HOST:3478?transport=udp.",
            )


def examine_database() -> Iterator[Finding]:
    """Look at the database, and whether the book in it is the published one."""
    from django.contrib.auth import get_user_model
    from django.db import connection
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        yield WARN, "the database is of an older version", "`sawtna serve` brings it up to date."
        return
    yield OK, f"the database answers ({connection.vendor})", ""
    yield from examine_book()
    if get_user_model().objects.exists():
        yield OK, "somebody can enter the desk", ""
    else:
        yield WARN, "nobody can enter the desk yet", "sawtna organiser add YOU@EXAMPLE.ORG"


def examine_book() -> Iterator[Finding]:
    """Compare the rows of the book with its published files."""
    from django.utils import translation

    from sawtna.ledger.actions.refold_numbers import refold_numbers
    from sawtna.ledger.core.errors import BookError

    with translation.override("en"):
        try:
            differences = refold_numbers(check=True)
        except BookError as trouble:
            differences = [str(trouble)]
    for difference in differences:
        yield (
            BAD,
            difference,
            "sawtna refold puts numbers right, sawtna recover takes back published entries; else restore the newest backup.",
        )
    if not differences:
        yield OK, "the published book and its numbers are those of the database", ""


def examine_mail() -> Finding:
    """Look at how mail leaves, and knock at the mail server."""
    from django.conf import settings

    if not os.environ.get("SAWTNA_MAIL"):
        return (
            WARN,
            "no mail leaves this house",
            "Without SAWTNA_MAIL, links for lost passwords appear on the console only.",
        )
    host, port = getattr(settings, "EMAIL_HOST", ""), getattr(settings, "EMAIL_PORT", 0)
    if not settings.EMAIL_BACKEND.endswith("smtp.EmailBackend"):
        return OK, "mail goes to the console or to files", ""
    try:
        socket.create_connection((host, port), PATIENCE).close()
    except OSError as fault:
        return (
            BAD,
            f"the mail server {host}:{port} does not answer: {fault}",
            "Check SAWTNA_MAIL and the firewall.",
        )
    return OK, f"the mail server {host}:{port} answers", ""
