"""A program of its own, started by tests: raises processes that write into one book, so that they can be killed.

It loads Django once and forks a child for each task, because forty starts of Django would take longer than forty books.
Told by lines on its standard input, it answers each with one line of JSON.

    task NAME SEED      fork a child that does the task until it is killed; answers with its process id
    reap PID            wait for a child that was killed
    do NAME             run a task once in a child and answer with what it returned

Each accepted entry goes into VAR/accepted as `INDEX TEXT`, after `append_entries` returned and before anything else.
"""

from __future__ import annotations

import json
import os
import random
import sys
import traceback
from pathlib import Path

import django
from django.db import connections

VAR = Path(os.environ["SAWTNA_VAR"])


def prepare() -> None:
    """Make the tables and the first entry."""
    from django.core.management import call_command

    from sawtna.ledger.actions.open_book import open_book
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    call_command("migrate", verbosity=0)
    open_book()
    publish_checkpoint()


def append(seed: str) -> None:
    """Add batches of 1 to 40 statements, for ever; note what was accepted."""
    from sawtna.ledger.actions.append_entries import NewEntry, append_entries

    dice = random.Random(seed)
    accepted = os.open(VAR / "accepted", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    count = 0
    while True:
        texts = [f"{seed}-{count + at}" for at in range(dice.randint(1, 40))]
        count += len(texts)
        indices = append_entries([NewEntry({"k": "note"}, {"text": {"en": text}}) for text in texts])
        lines = "".join(f"{index} {text}\n" for index, text in zip(indices, texts, strict=True))
        os.write(accepted, lines.encode())


def publish(_seed: str) -> None:
    """Publish, for ever."""
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    while True:
        publish_checkpoint()


def both(seed: str) -> None:
    """Add one batch and publish it, for ever: the ordinary life of a desk."""
    from sawtna.ledger.actions.append_entries import NewEntry, append_entries
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    count = 0
    accepted = os.open(VAR / "accepted", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    while True:
        text = f"{seed}-{count}"
        index = append_entries([NewEntry({"k": "note"}, {"text": {"en": text}})])[0]
        os.write(accepted, f"{index} {text}\n".encode())
        publish_checkpoint()
        count += 1


def verify() -> dict[str, int]:
    """Publish what is left and verify the whole book, with every entry that was accepted."""
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
    from sawtna.ledger.models import Opening

    from tests.ledger.whole_book import verify_book, verify_rows

    rows = verify_rows()
    checkpoint = publish_checkpoint()
    assert checkpoint.size == len(rows)
    verify_book(VAR / "log")
    openings = {
        index: json.loads(bytes(body)) for index, body in Opening.objects.values_list("index", "body")
    }
    accepted = (VAR / "accepted").read_text().splitlines() if (VAR / "accepted").exists() else []
    for line in accepted:
        index, text = line.split(" ")
        assert openings[int(index)]["words"]["text"]["en"] == text, line
    assert len({line.split(" ")[0] for line in accepted}) == len(accepted)
    return {"size": checkpoint.size, "accepted": len(accepted)}


def append_until_refused() -> dict[str, object]:
    """Add large statements until the book refuses; tell how many were accepted, and the refusal."""
    from sawtna.ledger.actions.append_entries import NewEntry, append_entries
    from sawtna.ledger.refusals import Refused

    accepted = os.open(VAR / "accepted", os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
    for at in range(10_000):
        text = f"full-{at}-" + "x" * 3000
        try:
            index = append_entries([NewEntry({"k": "note"}, {"text": {"en": text}})])[0]
        except Refused as refused:
            return {"accepted": at, "code": refused.code, "sentence": str(refused)}
        os.write(accepted, f"{index} {text}\n".encode())
    return {"accepted": 10_000, "code": "", "sentence": ""}


def erase_all_of_one_kind() -> dict[str, list[str]]:
    """Write many names, erase every third, and look for the erased ones in each file under VAR."""
    from sawtna.ledger.actions.append_entries import NewEntry, append_entries
    from sawtna.ledger.actions.erase_opening import erase_opening
    from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

    dice = random.Random(7)
    erased, kept = [], []
    for round_ in range(4):
        names = [f"Name{round_}x{at}end" for at in range(60)]
        new = [
            NewEntry({"k": "note"}, {"text": {"en": name + "y" * dice.randint(1, 3500)}}) for name in names
        ]
        indices = append_entries(new)
        publish_checkpoint()
        for at, index in enumerate(indices):
            if at % 12 == round_:
                erase_opening(index, "request")
                erased.append(names[at])
            else:
                kept.append(names[at])
    publish_checkpoint()
    data = b"".join(file.read_bytes() for file in sorted(VAR.rglob("*")) if file.is_file())
    return {
        "leaked": [name for name in erased if name.encode() in data],
        "lost": [name for name in kept if name.encode() not in data],
        "erased": erased,
    }


TASKS = {"append": append, "publish": publish, "both": both}
ERRANDS = {
    "verify": verify,
    "append_until_refused": append_until_refused,
    "erase_all_of_one_kind": erase_all_of_one_kind,
}


def fork_task(name: str, seed: str) -> int:
    """Start a child that works until it is killed; one that fails leaves its trouble in VAR/trouble."""
    child = os.fork()
    if child == 0:
        try:
            TASKS[name](seed)
        except BaseException:  # noqa: BLE001 (whatever it was, the test must hear of it)
            with (VAR / "trouble").open("a") as file:
                traceback.print_exc(file=file)
        os._exit(1)
    return child


def run_errand(name: str) -> object:
    """Run something once in a child, so that this process never opens a connection of its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            answer = {"answer": ERRANDS[name]()}
        except BaseException:  # noqa: BLE001 (whatever it was, the test must hear of it)
            answer = {"trouble": traceback.format_exc()}
        os.write(writing, json.dumps(answer).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read()
    os.waitpid(child, 0)
    return json.loads(said)


def main() -> None:
    """Listen until the input ends."""
    django.setup()
    if "--prepared" not in sys.argv:
        prepare()
    connections.close_all()
    print(json.dumps("ready"), flush=True)
    for line in sys.stdin:
        match line.split():
            case ["task", name, seed]:
                answer: object = fork_task(name, seed)
            case ["reap", child]:
                answer = os.waitpid(int(child), 0)[1]
            case ["do", name]:
                answer = run_errand(name)
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
