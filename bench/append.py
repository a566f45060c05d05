"""How many entries a second enter the book, beside a bare `executemany` into a table of the same columns on the same engine.

    python bench/append.py                                   SQLite, in a temporary folder
    python tests/postgres.py python bench/append.py          PostgreSQL, a private one (its fsync is off: see the note)
    python bench/append.py --total 100000 --batch 1000       more of them, in other batches

Promise: at least 5,000 entries a second in batches. Measured are entries with words (the schema is checked, words are committed
to with a fresh salt, entry and opening are stored), entries without words, and what publishing them costs. SQLite commits as the
site does (WAL, synchronous=FULL). The private PostgreSQL of the tests does not wait for the disk, so its two figures compare
with each other and not with those of SQLite.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

PROMISE = 5_000  # entries a second
ROUNDS = 3
COLUMNS = ("index", "kind", "scope", "thing", "strikes", "body", "leaf")


def open_house(var: Path) -> None:
    """Start Django on a new house and open its book."""
    os.environ["SAWTNA_VAR"] = str(var)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "sawtna.web.settings")
    import django
    from django.core.management import call_command

    django.setup()
    call_command("migrate", verbosity=0)
    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    open_book()
    publish_checkpoint()


def with_words(count: int):
    """Claims of a campaign: the kind that an organiser enters most, about 250 bytes and 200 bytes of words."""
    from sawtna.ledger.actions.append_entries import NewEntry

    body = {
        "k": "claim",
        "c": "bench",
        "metric": "followers-lost",
        "value": 132,
        "high": 220,
        "per": "minute",
    }
    words = {
        "says": {
            "en": "Each minute some 132 followers leave the pages of the three operators.",
            "ar": "كل دقيقة",
        },
        "links": [{"url": "https://example.org/an-article-about-it", "outlet": "Example"}],
    }
    return [
        NewEntry({**body, "id": f"claim-{at}", "quality": "about", "on": "2016-02-27"}, words)
        for at in range(count)
    ]


def without_words(count: int):
    """Readings: what a collector of follower counts sends."""
    from sawtna.ledger.actions.append_entries import NewEntry

    body = {"k": "reading", "c": "bench", "target": "inwi", "page": "facebook:inwi", "metric": "followers"}
    rest = {"precision": "exact", "by": "manual"}
    return [
        NewEntry({**body, **rest, "id": f"r{at}", "value": 1_470_000 - at, "t": 1_456_660_800 + at})
        for at in range(count)
    ]


def append(make: Callable, total: int, batch: int) -> tuple[float, float]:
    """Entries a second through `append_entries`, one transaction a batch: by the clock, and by this process's processor time."""
    from sawtna.ledger.actions.append_entries import append_entries

    entries = make(total)
    begun, worked = time.perf_counter(), time.process_time()
    for start in range(0, total, batch):
        append_entries(entries[start : start + batch])
    return total / (time.perf_counter() - begun), total / (time.process_time() - worked)


def insert_bare(total: int, batch: int) -> tuple[float, float]:
    """Rows a second into a table of the same columns and primary key: no check, no hash, no trigger, no index, no words."""
    from django.db import connection, transaction

    names = ", ".join(f'"{name}"' for name in COLUMNS)
    places = ", ".join(["%s"] * len(COLUMNS))
    insert = f"INSERT INTO bare ({names}) VALUES ({places})"  # noqa: S608 (our own names)
    blob = "BLOB" if connection.vendor == "sqlite" else "BYTEA"
    body, leaf = b"x" * 250, b"y" * 32
    rows = [(at, "claim", "bench", f"claim-{at}", None, body, leaf) for at in range(total)]
    with connection.cursor() as cursor:
        cursor.execute("DROP TABLE IF EXISTS bare")
        cursor.execute(
            'CREATE TABLE bare ("index" BIGINT PRIMARY KEY, kind VARCHAR(40), scope VARCHAR(60), thing VARCHAR(60),'
            f" strikes BIGINT, body {blob}, leaf {blob})"
        )
        begun, worked = time.perf_counter(), time.process_time()
        for start in range(0, total, batch):
            with transaction.atomic():
                cursor.executemany(insert, rows[start : start + batch])
        return total / (time.perf_counter() - begun), total / (time.process_time() - worked)


def publish() -> tuple[float, int]:
    """Seconds to publish everything that was appended, and how many entries the book then has."""
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    begun = time.perf_counter()
    checkpoint = publish_checkpoint()
    return time.perf_counter() - begun, checkpoint.size


def main() -> int:
    """Measure, print, and fail below the promise."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--total", type=int, default=20_000, help="entries in each round (%(default)s)")
    options.add_argument("--batch", type=int, default=500, help="entries in one transaction (%(default)s)")
    options.add_argument("--var", type=Path, help="a folder for the house (a temporary one)")
    asked = options.parse_args()
    with tempfile.TemporaryDirectory(prefix="sawtna-append-", dir=asked.var) as var:
        open_house(Path(var))
        from django.db import connection

        print(
            f"{connection.vendor}, {asked.total} entries a round in batches of {asked.batch}, best of {ROUNDS}"
        )
        measured = {
            "entries with words": lambda: append(with_words, asked.total, asked.batch),
            "entries without words": lambda: append(without_words, asked.total, asked.batch),
            "bare executemany (the limit)": lambda: insert_bare(asked.total, asked.batch),
        }
        best, busy = {}, {}
        for name, measure in measured.items():
            rates = [measure() for _ in range(ROUNDS)]
            best[name], busy[name] = (max(column) for column in zip(*rates, strict=True))
            middle = statistics.median(clock for clock, _ in rates)
            print(
                f"  {name:30} {best[name]:9,.0f} a second (median {middle:,.0f}), {busy[name]:,.0f} a processor second"
            )
        seconds, size = publish()
        print(
            f"  publishing {size:,} entries        {seconds:10.2f} seconds ({size / seconds:,.0f} a second)"
        )
        print(f"  publishing again, nothing new  {publish()[0]:10.3f} seconds")
    ours = ("entries with words", "entries without words")
    by_clock, by_processor = min(best[name] for name in ours), min(busy[name] for name in ours)
    print(f"promise: {PROMISE:,} a second: {verdict(by_clock, by_processor)}")
    return 0 if max(by_clock, by_processor) >= PROMISE else 1


def verdict(by_clock: float, by_processor: float) -> str:
    """Whether the promise is kept; where others use the machine, the clock measures them too."""
    if by_clock >= PROMISE:
        return "kept"
    return "kept by processor time; others use this machine" if by_processor >= PROMISE else "BROKEN"


if __name__ == "__main__":
    sys.exit(main())
