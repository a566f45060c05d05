"""How long `sawtna audit` takes over a book of a million casts, beside the least that the same signatures cost.

Each cast carries a real token (RSA-2048) and a real signature (P-256). The least: `cryptography` alone, verifying the same tokens
and signatures, decoded beforehand, on as many cores. Usage:

    python bench/audit_casts.py [--casts N] [--cache FOLDER] [--workers N]

Writing the book costs one to two milliseconds a cast; with --cache a folder is kept and used again.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import date
from multiprocessing import get_context
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256, SHA384

from sawtna.campaigns.core.casting.casts import CAST_DOMAIN, stamps_of
from sawtna.campaigns.core.casting.tokens import nonce_of, pack_challenge, token_input
from sawtna.campaigns.kinds import enroll_campaigns
from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.encoding import decode_base64url, encode_canonical
from sawtna.ledger.core.entry import pack_entry, pack_opening
from sawtna.ledger.core.merkle import leaf_hash, root_of
from sawtna.ledger.core.numbers_file import NumbersFile, pack_numbers
from sawtna.ledger.core.tiles import (
    TILE_WIDTH,
    bundle_path,
    pack_bundle,
    pack_tile,
    tiles_of_size,
    unpack_bundle,
)
from sawtna.ledger.kinds import open_folding

from tests.campaigns.core.casting.station import PSS, Station, private_key, public_key
from tests.cli.folder_book import ORIGIN, SIGNER, sign

LIMIT_SECONDS, LIMIT_MB, CORES = 75.0, 500, 2
BATCH = 50_000
PORTION = 2_500
SAMPLE = 4_000


def opened() -> Station:
    """A quiet ballot with one key."""
    station = Station(every=86_400, kmin=50, counting="approval")
    station.moment -= station.moment % 86_400
    station.log_key(0)
    return station


def cast_some(station: Station, count: int) -> list[bytes]:
    """The bytes of so many casts; one person in a hundred changes the choice."""
    casts = []
    for number in range(count):
        if number % 100 != 99:
            person = station.person(4)
        casts.append(pack_entry({"v": 1, **station.cast(person, [number % 3], int(number % 100 == 99))}))
    return casts


def all_casts(station: Station, total: int, workers: int) -> Iterator[list[bytes]]:
    """Batches of casts, sorted by their leaves."""
    portions = [min(PORTION, total - start) for start in range(0, total, PORTION)]
    with ProcessPoolExecutor(workers, mp_context=get_context("fork")) as pool:
        batch: list[bytes] = []
        for casts in pool.map(cast_some, [station] * len(portions), portions):
            batch += casts
            if len(batch) >= BATCH:
                yield sorted(batch, key=leaf_hash)
                batch = []
        if batch:
            yield sorted(batch, key=leaf_hash)


def entries_of(station: Station, total: int, workers: int) -> Iterator[bytes]:
    """The whole book, entry by entry."""
    yield from (pack_entry(station.body(index)) for index in range(len(station.told)))
    issued, moment = 0, station.moment
    for batch in all_casts(station, total, workers):
        issued, moment = issued + len(batch), moment + 86_400
        yield encode_canonical({"v": 1, "k": "issued", "i": 4, "n": len(batch), "sum": issued})
        yield from batch
        yield encode_canonical({"v": 1, "k": "batch", "t": moment, "n": len(batch), "b": station.ballot})


def write_casts(log: Path, total: int, workers: int) -> None:
    """Write the log folder of such a book, without holding it in memory."""
    station, leaves = opened(), []
    folding = open_folding()
    bundle: list[bytes] = []
    shutil.rmtree(log, ignore_errors=True)
    for index, (_, words) in enumerate(station.told):
        if words is not None:
            put(log / "open" / f"{index}.json", pack_opening(words, index.to_bytes(32, "big")))
    for entry in entries_of(station, total, workers):
        folding.take(len(leaves), json.loads(entry), is_checked=True)
        leaves.append(leaf_hash(entry))
        bundle.append(entry)
        if len(bundle) == TILE_WIDTH:
            put(log / bundle_path(len(leaves) // TILE_WIDTH - 1, TILE_WIDTH), pack_bundle(bundle))
            bundle = []
    if bundle:
        put(log / bundle_path(len(leaves) // TILE_WIDTH, len(bundle)), pack_bundle(bundle))
    for ref in tiles_of_size(len(leaves)):
        span, first = TILE_WIDTH**ref.level, ref.number * TILE_WIDTH
        hashes = [root_of(leaves[(first + at) * span : (first + at + 1) * span]) for at in range(ref.width)]
        put(log / ref.path, pack_tile(hashes))
    root, day = root_of(leaves), date(2016, 11, 30)
    assert not folding.findings, folding.findings[:3]
    put(log / "numbers.json", pack_numbers(NumbersFile(ORIGIN, len(leaves), root, day, folding.numbers(day))))
    put(log / "policy", f"log {SIGNER.verifier.vkey}\n".encode())
    sign(log, Checkpoint(ORIGIN, len(leaves), root))


def count_again(log: Path) -> None:
    """Write the numbers of a kept book anew: a later Sawtna may know more of them."""
    folding, leaves = open_folding(), []
    bundles = sorted((log / "tile/entries").rglob("*"), key=lambda path: str(path).replace(".p/", ""))
    for path in (path for path in bundles if path.is_file()):
        for entry in unpack_bundle(
            path.read_bytes(), TILE_WIDTH if path.parent.suffix != ".p" else int(path.name)
        ):
            folding.take(len(leaves), json.loads(entry), is_checked=True)
            leaves.append(leaf_hash(entry))
    assert not folding.findings, folding.findings[:3]
    day = date(2016, 11, 30)
    told = NumbersFile(ORIGIN, len(leaves), root_of(leaves), day, folding.numbers(day))
    put(log / "numbers.json", pack_numbers(told))


def put(path: Path, data: bytes) -> None:
    """Write a file."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


def least(log: Path) -> tuple[float, int]:
    """(seconds, casts) for `cryptography` alone to verify a sample of the tokens and signatures, on one core."""
    entries = [
        json.loads(entry)
        for number in range(8)
        for path in [log / bundle_path(number, TILE_WIDTH)]
        if path.exists()
        for entry in unpack_bundle(path.read_bytes(), TILE_WIDTH)
    ]
    ballot_leaf = leaf_hash(pack_entry(next(body for body in entries if body["k"] == "ballot")))
    key = next(body for body in entries if body["k"] == "key")
    kid, modulus = decode_base64url(key["kid"]), int.from_bytes(decode_base64url(key["n"]), "big")
    challenge, work = pack_challenge(ORIGIN, ballot_leaf), []
    for body in [body for body in entries if body["k"] == "cast"][:SAMPLE]:
        point, raw = decode_base64url(body["p"]), decode_base64url(body["g"])
        signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
        signed = CAST_DOMAIN + encode_canonical({name: value for name, value in body.items() if name != "g"})
        work.append(
            (token_input(nonce_of(point), challenge, kid), stamps_of(body)[0][1], point, signature, signed)
        )
    from cryptography.hazmat.primitives.asymmetric import rsa

    public = rsa.RSAPublicNumbers(65537, modulus).public_key()
    curve, ecdsa, sha384 = ec.SECP256R1(), ec.ECDSA(SHA256()), SHA384()
    start = time.process_time()
    for message, token, point, signature, signed in work:
        public.verify(token, message, PSS, sha384)
        ec.EllipticCurvePublicKey.from_encoded_point(curve, point).verify(signature, signed, ecdsa)
    return time.process_time() - start, len(work)


def main() -> None:
    """Write the book (or find it), audit it, print one JSON line."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--casts", type=int, default=100_000)
    parser.add_argument("--cache", type=Path)
    parser.add_argument("--count-again", action="store_true", help="write the numbers of a kept book anew")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    enroll_campaigns()
    with tempfile.TemporaryDirectory() as name:
        log = (chosen.cache or Path(name)) / f"casts-{chosen.casts}"
        if not (log / "checkpoint").exists():
            private_key(0), public_key(0)
            start = time.perf_counter()
            write_casts(log, chosen.casts, os.cpu_count() or 1)
            print(f"written in {time.perf_counter() - start:.0f} s", file=sys.stderr)
        elif chosen.count_again:
            count_again(log)
        first, sample = least(log)
        start, before = time.perf_counter(), os.times()
        command = [
            sys.executable,
            "-m",
            "sawtna.cli.main",
            "audit",
            str(log),
            "--json",
            "--workers",
            str(chosen.workers),
        ]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        seconds, after = time.perf_counter() - start, os.times()
        raw = (first + least(log)[0]) / 2  # before and after: other programs on the machine make both slower
    found = json.loads(done.stdout)
    assert done.returncode == 0, found["findings"][:3]
    cpu = after.children_user + after.children_system - before.children_user - before.children_system
    floor = raw / sample * chosen.casts
    figures = {
        "casts": chosen.casts,
        "audit_s": round(seconds, 1),
        "audit_cpu_s": round(cpu, 1),
        "limit_s": round(LIMIT_SECONDS * chosen.casts / 1_000_000, 1),
        "peak_rss_mb": resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024,
        "limit_mb": LIMIT_MB,
        "cryptography_alone_cpu_s": round(floor, 1),
        "cryptography_alone_s": round(floor / CORES, 1),
        "ratio_to_least": round(cpu / floor, 2),
    }
    print(json.dumps(figures))


if __name__ == "__main__":
    main()
