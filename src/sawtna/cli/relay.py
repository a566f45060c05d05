"""Be a relay: open the sealed casts of another organisation's site, mix them, and hand them in as batches.

  sawtna relay key --var DIR [--another]                     make the keys, print what the campaign file needs
  sawtna relay run --var DIR --site https://sawtna.example   serve the site until it is stopped
  sawtna relay once --var DIR --site https://sawtna.example  one round, for cron: every five minutes
  sawtna relay tell --var DIR [--promise FILE]               what was done so far; or what became of one sealed cast

The site never learns which cast came from whom, and the relay never sees who sent one. Killed at any moment it loses nothing:
what is sealed stays at the site until it was handed in. The proxies of the environment are used (HTTPS_PROXY, ALL_PROXY).
"""

from __future__ import annotations

import argparse
import json
import re
import signal
import sys
import threading
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import httpx

from sawtna.campaigns.core.casting.promises import sealed_in
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.campaigns.relay.key_file import KEY, add_opener, load_keys, make_keys
from sawtna.campaigns.relay.memory import DROPPED, RelayMemory
from sawtna.campaigns.relay.rounds import go_round
from sawtna.campaigns.relay.site import Site
from sawtna.cli.book_reader import ReadError, SiteReader
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.policy import Policy, unpack_policy

EVERY = 20.0  # seconds between two looks at the site
SECONDS = 120.0  # for one answer
WORDS = {
    "handed-in": "handed in",
    "closed-to-us": "dropped: not sealed to a key of this relay",
    "no-cast": "dropped: no cast that holds",
    "other-roll": "dropped: for a ballot of another roll",
    "late": "dropped: sealed after its ballot had ended",
    "held-back": "held back: the site shows only a part of a batch that was begun",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    actions = parser.add_subparsers(title="what to do", metavar="key | run | once | tell", required=True)
    key = actions.add_parser("key", help="make the keys, or print them again")
    key.add_argument("--another", action="store_true", help="one more key to seal to; the older ones stay")
    key.set_defaults(act=tell_key)
    run_ = actions.add_parser("run", help="serve a site until it is stopped")
    run_.set_defaults(act=serve)
    once = actions.add_parser("once", help="do one round, and end")
    once.set_defaults(act=serve_once)
    tell = actions.add_parser("tell", help="say what was done so far")
    tell.add_argument("--promise", type=Path, metavar="FILE", help="what a person kept of a sealed cast")
    tell.set_defaults(act=tell_done)
    for action in (key, run_, once, tell):
        action.add_argument(
            "--var", type=Path, default=Path("relay"), metavar="DIR", help="its folder (%(default)s)"
        )
    for action in (run_, once):
        action.add_argument("--site", required=True, metavar="URL", help="the site that it serves")
        action.add_argument(
            "--policy",
            type=Path,
            metavar="FILE",
            help="the log's key and witnesses, kept from an earlier day",
        )
    parser.epilog = "".join(action.format_usage() for action in (key, run_, once, tell))


def run(arguments: argparse.Namespace) -> int:
    """Do it; every refusal is one sentence and status 1."""
    enroll_campaigns()
    status: int = arguments.act(arguments)
    return status


def clock() -> int:
    """Unix seconds."""
    return int(datetime.now(UTC).timestamp())  # noqa: TID251 (the edge: requests and batches have a time)


def tell_key(arguments: argparse.Namespace) -> int:
    """Print what the campaign file needs, as JSON."""
    is_more = arguments.another and (arguments.var / KEY).exists()
    keys = add_opener(arguments.var) if is_more else make_keys(arguments.var)
    print(json.dumps({"relays": [{"id": "partner", **keys.entry, "words": {"name": {"en": "…"}}}]}, indent=1))
    return 0


def tell_done(arguments: argparse.Namespace) -> int:
    """Print the tally, or what became of one sealed cast."""
    load_keys(arguments.var)
    memory = RelayMemory(arguments.var)
    try:
        if arguments.promise:
            return _tell_one(arguments.promise.read_bytes(), memory)
        print("\n".join(_lines(memory.tally())) or "Nothing was handed in yet.")
        return 0
    finally:
        memory.close()


def _tell_one(kept: bytes, memory: RelayMemory) -> int:
    box = sealed_in(kept)
    batch = memory.batches_of([box]).get(box)
    if batch is None:
        print("This sealed cast was not handed in. The site has not shown it, or its batch is not due yet.")
        return 1
    print("It was dropped: it held no cast for an open ballot." if batch == DROPPED else "It was handed in.")
    return 0


def _lines(told: dict[str, int]) -> list[str]:
    refused = "refused by the site: "
    return [
        f"{many} {WORDS.get(what) or refused + what.removeprefix('refused-')}" for what, many in told.items()
    ]


# ------------------------------------------------------------------ rounds
class _Service:
    """Owner: one process. The site is opened when it first answers, and again after trouble."""

    def __init__(self, arguments: argparse.Namespace) -> None:
        if not re.match(r"https?://", arguments.site):
            raise SystemExit("Give the address of a site, such as --site https://sawtna.example.")
        self.arguments = arguments
        self.keys = load_keys(arguments.var)
        self.memory = RelayMemory(arguments.var)
        self.client = httpx.Client(timeout=SECONDS, headers={"user-agent": "sawtna-relay"})
        self.site: Site | None = None

    def go(self) -> Counter[str]:
        """One round; raises BookError or ReadError."""
        self.site = self.site or self._open()
        return go_round(self.site, self.keys.openers, self.memory)

    def _open(self) -> Site:
        reader = SiteReader(self.arguments.site, self.client)
        policy = self._policy(reader)
        return Site(reader.name, self.client, policy, self.keys.signer, reader.read, clock)

    def _policy(self, reader: SiteReader) -> Policy:
        if self.arguments.policy:
            return unpack_policy(self.arguments.policy.read_text(encoding="utf-8"))
        _say(
            "The book's key was taken from the site itself; pin it with --policy FILE to notice another book."
        )
        return unpack_policy(reader.read("policy").decode("utf-8", "replace"))

    def close(self) -> None:
        """Let go of everything."""
        self.client.close()
        self.memory.close()


def serve_once(arguments: argparse.Namespace) -> int:
    """One round."""
    service = _Service(arguments)
    try:
        told = service.go()
    except ReadError as error:
        raise SystemExit(str(error)) from None
    finally:
        service.close()
    print("\n".join(_lines(told)) or "Nothing is due.")
    return 0


def serve(arguments: argparse.Namespace) -> int:
    """Rounds until SIGINT or SIGTERM; trouble is told once and tried again."""
    service, stop, trouble = _Service(arguments), threading.Event(), ""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    print(f"The relay serves {arguments.site}.", flush=True)
    while not stop.is_set():
        try:
            told, now = service.go(), ""
            for line in _lines(told):
                print(line, flush=True)
        except (BookError, ReadError, FileNotFoundError) as error:
            now = str(error)
            if now != trouble:
                _say(f"{now} It is tried again.")
        trouble = now
        stop.wait(EVERY)
    service.close()
    return 0


def _say(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)
