"""Be a witness: sign the checkpoints of logs, each only if it continues the one that was signed before.

`key` makes the witness and prints its key; `serve` answers logs that ask (C2SP tlog-witness); `once` fetches the checkpoints
itself, for cron on a machine that nobody can reach. `once` ends with 2 when a log shows another history, and with 3 when one
could not be read.
"""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from sawtna.cli.http_door import address_of, take_port
from sawtna.cli.witness_key import MEMORY, open_witness_key
from sawtna.cli.witness_memory import WitnessMemory
from sawtna.ledger.core.note import ED25519, Signer, Verifier
from sawtna.ledger.core.policy import unpack_policy
from sawtna.ledger.core.witness import origin_hash

DEFAULT_PORT = 8010


def configure(parser: argparse.ArgumentParser) -> None:
    """Add what can be done."""
    actions = parser.add_subparsers(title="what to do", metavar="key | serve | once", required=True)
    key = actions.add_parser("key", help="make the witness, or print its key again")
    key.add_argument(
        "--url", default="", metavar="URL", help="where it will answer, for the line of a policy"
    )
    key.set_defaults(act=tell_key)
    serve = actions.add_parser("serve", help="answer logs that ask for a signature")
    serve.add_argument("--host", default="127.0.0.1", help="the address to listen on (%(default)s)")
    serve.add_argument("--port", type=int, default=DEFAULT_PORT, metavar="N", help="the port (%(default)s)")
    serve.set_defaults(act=serve_logs)
    once = actions.add_parser("once", help="fetch the checkpoints of all logs, sign what continues, and end")
    once.add_argument("--out", type=Path, metavar="DIR", help="where to put what was signed (VAR/public)")
    once.set_defaults(act=visit_logs)
    for action in (key, serve, once):
        action.add_argument(
            "--var", type=Path, default=Path("witness"), metavar="DIR", help="its folder (%(default)s)"
        )
        action.add_argument(
            "--name", metavar="NAME", help="its name, such as witness.example/w1; needed the first time"
        )
    for action in (serve, once):
        action.add_argument(
            "--log", action="append", default=[], metavar="VKEY", help="the key of a log that it accepts"
        )
        action.add_argument(
            "--policy", type=Path, metavar="FILE", help="a policy file: its logs, with their addresses"
        )
    parser.epilog = "".join(action.format_usage() for action in (key, serve, once))


def run(arguments: argparse.Namespace) -> int:
    """Do it."""
    signer = open_witness_key(arguments.var, arguments.name)
    status: int = arguments.act(arguments, signer)
    return status


def clock() -> int:
    """Unix seconds."""
    return int(datetime.now(UTC).timestamp())  # noqa: TID251 (the edge: a witness says when it signed)


def tell_key(arguments: argparse.Namespace, signer: Signer) -> int:
    """Print the key, as it stands in a policy."""
    words = ["witness", signer.name.replace("/", "-"), signer.verifier.vkey, arguments.url]
    print(" ".join(words).rstrip())
    return 0


# ------------------------------------------------------------------ which logs
def known_logs(arguments: argparse.Namespace) -> tuple[dict[str, tuple[Verifier, ...]], dict[str, str]]:
    """The keys of each log by its origin, and the addresses that are known, by key.

    Raises:
        BookError: a key or the policy cannot be read.
        SystemExit: there is no log.
    """
    keys = [Verifier.parse(vkey) for vkey in arguments.log]
    addresses: dict[str, str] = {}
    if arguments.policy:
        policy = unpack_policy(arguments.policy.read_text(encoding="utf-8"))
        keys += policy.logs
        addresses.update(policy.addresses)
    for key in keys:
        if key.kind != ED25519:
            raise SystemExit(f"{key.vkey} is the key of a witness, not of a log.")
    if not keys:
        raise SystemExit(
            "A witness signs only for logs that it knows. Give their keys with --log VKEY or --policy FILE; a Sawtna site "
            "shows its own at /log/policy."
        )
    return _by_origin(keys), addresses


def _by_origin(keys: Iterable[Verifier]) -> dict[str, tuple[Verifier, ...]]:
    logs: dict[str, tuple[Verifier, ...]] = {}
    for key in dict.fromkeys(keys):
        logs[key.name] = (*logs.get(key.name, ()), key)
    return logs


# ------------------------------------------------------------------ serve and once
def serve_logs(arguments: argparse.Namespace, signer: Signer) -> int:
    """Serve until SIGINT or SIGTERM."""
    logs, _ = known_logs(arguments)
    with take_port(arguments.host, arguments.port, "witness", DEFAULT_PORT + 1) as door:
        asyncio.run(_serve(arguments.var / MEMORY, signer, logs, door))
    return 0


async def _serve(
    memory: Path, signer: Signer, logs: dict[str, tuple[Verifier, ...]], door: socket.socket
) -> None:
    from sawtna.cli.witness_server import Pen, WitnessServer, serve_witness

    writing, looking = WitnessMemory(memory), WitnessMemory(memory)
    server = WitnessServer(signer.verifier, logs, looking, Pen(writing, signer, clock))
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    print(f"{signer.name} listens on {address_of(door)} for {', '.join(sorted(logs))}.", flush=True)
    try:
        await serve_witness(server, door, stop)
    finally:
        looking.close()


def visit_logs(arguments: argparse.Namespace, signer: Signer) -> int:
    """Fetch, sign, and tell."""
    from sawtna.cli.witness_visit import visit

    logs, addresses = known_logs(arguments)
    memory = WitnessMemory(arguments.var / MEMORY)
    worst = 0
    for keys in logs.values():
        for key in keys:
            status, sentence = visit(key, addresses.get(key.vkey, ""), memory, signer, clock())
            print(sentence, file=sys.stderr if status else sys.stdout)
            worst = 2 if 2 in {status, worst} else max(status, worst)
    _put_down(arguments.out or arguments.var / "public", logs, memory, signer)
    memory.close()
    return worst


def _put_down(
    folder: Path, logs: dict[str, tuple[Verifier, ...]], memory: WitnessMemory, signer: Signer
) -> None:
    """The page and the signed checkpoints, as files for any web server; each whole or not at all."""
    from sawtna.cli.witness_page import SHEET, witness_page

    files = {f"{origin_hash(one.origin)}/checkpoint": one.note for one in memory.logs()}
    files["style.css"] = SHEET
    files["index.html"] = witness_page(signer.verifier, logs, memory.logs(), memory.refused())
    for name, text in files.items():
        place = folder / name
        place.parent.mkdir(parents=True, exist_ok=True)
        fresh = place.with_name(f".{place.name}.new")
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(place)
