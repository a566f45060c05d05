"""The kinds of entry that the book itself needs (memo trust 6.2)."""

from __future__ import annotations

import re

from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import (
    bytes_of,
    choice,
    list_of,
    matching,
    optional,
    record,
    required,
    said,
    text,
    unix_seconds,
    whole,
)

ORIGIN = re.compile(r"[a-z0-9.:\[\]-]{1,200}(?:/[A-Za-z0-9._~-]{1,60}){0,5}")
VKEY = re.compile(r"[^\s+]{1,300}\+[0-9a-f]{8}\+[A-Za-z0-9+/=]{40,60}")
RELEASE = re.compile(r"[0-9A-Za-z.+-]{1,40}")
FILE = re.compile(r"[A-Za-z0-9._/-]{1,200}")

STRIKE_REASONS = ("mistake", "newer", "withdrawn", "request", "court", "abuse", "duplicate")

SITE = Kind(
    "site",
    "ledger",
    "Entry 0: who keeps this book, and under which key.",
    {
        "origin": required(matching(ORIGIN, "the log's address without https://", "sawtna.example/log")),
        "vkey": required(matching(VKEY, "a signed-note verifier key", "sawtna.example/log+1a2b3c4d+AZ…")),
        "promise": required(bytes_of(32)),
        "fold": required(whole(1, 1000, 1)),
        "policy": required(text(4000)),
        "software": required(matching(RELEASE, "a version", "0.1.0")),
    },
)
RULES = Kind(
    "rules",
    "ledger",
    "The version of the fold that applies from here on.",
    {"fold": required(whole(1, 1000, 2))},
)
RELEASE_KIND = Kind(
    "release",
    "ledger",
    "The client code that the site serves, by hash.",
    {
        "version": required(matching(RELEASE, "a version", "0.1.0")),
        "files": required(
            list_of(
                record(
                    {
                        "path": required(matching(FILE, "a path", "ledger/check.js")),
                        "sha256": required(bytes_of(32)),
                    }
                ),
                1,
                120,
            )
        ),
    },
)
ERASE = Kind(
    "erase",
    "ledger",
    "The opening of entry i was deleted; mirrors must drop it too.",
    {"i": required(whole(sample=57)), "why": required(choice(*STRIKE_REASONS))},
)
VOID = Kind(
    "void",
    "ledger",
    "Entry i is annulled from here on.",
    {"i": required(whole(sample=57)), "why": required(choice(*STRIKE_REASONS))},
)
NOTE = Kind(
    "note", "ledger", "A statement of whoever keeps the book.", {}, words={"text": required(said(4000))}
)
BATCH = Kind(
    "batch",
    "ledger",
    "Closes one batch of n casts; t is a multiple of the ballot's interval.",
    {"t": required(unix_seconds()), "n": required(whole(sample=50)), "b": optional(whole(sample=12))},
)

KINDS = (SITE, RULES, RELEASE_KIND, ERASE, VOID, NOTE, BATCH)
