"""How many checkpoints a second one `sawtna witness serve` signs, each remembered on the disk before it is answered.

Beside it: the least that any witness must do for one, on one core (verify the log's signature, sign), and one settled write of
this disk. Usage: python bench/witness.py [SECONDS]
"""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.merkle import EMPTY_ROOT
from sawtna.ledger.core.note import COSIGNATURE, Signer, open_note, sign_note
from sawtna.ledger.core.witness import AddCheckpoint, pack_request

LOG = Signer("sawtna.example/log", bytes(range(32)))
NOTE = sign_note(pack_checkpoint(Checkpoint(LOG.name, 0, EMPTY_ROOT)), [LOG])
BODY = pack_request(AddCheckpoint(0, (), NOTE))
REQUEST = b"POST /add-checkpoint HTTP/1.1\r\nHost: w\r\nContent-Length: %d\r\n\r\n%s" % (len(BODY), BODY)
SAWTNA = [sys.executable, "-m", "sawtna.cli.main", "witness"]


async def ask(port: int, end: float) -> int:
    """Ask over one connection until the end; how many signatures came back."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    signed = 0
    while time.monotonic() < end:
        writer.write(REQUEST)
        head = await reader.readuntil(b"\r\n\r\n")
        length = int(head.split(b"content-length: ")[1].split(b"\r\n")[0])
        body = await reader.readexactly(length)
        signed += head.startswith(b"HTTP/1.1 200") and body.startswith(
            "\N{EM DASH} witness.example/w1 ".encode()
        )
    writer.close()
    return signed


async def rate(port: int, connections: int, seconds: float) -> float:
    """Signatures a second over so many connections."""
    end = time.monotonic() + seconds
    return sum(await asyncio.gather(*(ask(port, end) for _ in range(connections)))) / seconds


def least(count: int = 500) -> float:
    """Seconds to verify and sign one checkpoint."""
    witness = Signer("witness.example/w1", bytes(32), COSIGNATURE)
    begun = time.perf_counter()
    for number in range(1, count + 1):
        witness.sign(open_note(NOTE, [LOG.verifier]).text, number)
    return (time.perf_counter() - begun) / count


def settled_write(folder: Path, count: int = 50) -> float:
    """Seconds to append and settle four kilobytes."""
    with (folder / "probe").open("wb") as file:
        begun = time.perf_counter()
        for _ in range(count):
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
        return (time.perf_counter() - begun) / count


def main() -> None:
    """Start a witness, press it, print one JSON line."""
    seconds = float(sys.argv[1]) if len(sys.argv) > 1 else 5.0
    with tempfile.TemporaryDirectory() as name:
        var = Path(name)
        subprocess.run(
            [*SAWTNA, "key", "--var", var, "--name", "witness.example/w1"], check=True, capture_output=True
        )
        words = ["serve", "--var", var, "--port", "0", "--log", LOG.verifier.vkey]
        with subprocess.Popen([*SAWTNA, *words], stdout=subprocess.PIPE, text=True) as witness:
            assert witness.stdout is not None
            port = int(witness.stdout.readline().split("http://127.0.0.1:")[1].split()[0])
            rates = {
                f"signed_per_s_{many}_connections": round(asyncio.run(rate(port, many, seconds)))
                for many in (1, 8, 64)
            }
            witness.terminate()
        settled = settled_write(var)
    print(
        json.dumps(
            {**rates, "least_ms": round(least() * 1000, 3), "settled_write_ms": round(settled * 1000, 3)}
        )
    )


if __name__ == "__main__":
    main()
