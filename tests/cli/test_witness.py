"""`sawtna witness` as real processes: what it answers, what it remembers, and that no kill makes it go back."""

from __future__ import annotations

import asyncio
import random
import socket
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from functools import cache
from pathlib import Path

import httpx
import pytest

from sawtna.cli.http_door import Asked
from sawtna.cli.witness_memory import Job, WitnessMemory
from sawtna.cli.witness_server import Pen, WitnessServer
from sawtna.ledger.core.checkpoint import Checkpoint, pack_checkpoint
from sawtna.ledger.core.merkle import consistency_path, leaf_hash, root_of
from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier, open_note, sign_note
from sawtna.ledger.core.witness import (
    MAX_REQUEST_BYTES,
    AddCheckpoint,
    check_signature,
    origin_hash,
    pack_request,
)

from tests.cli.folder_book import ORIGIN, SIGNER, small_story
from tests.cli.real_processes import running, sawtna

NAME = "witness.example/w1"
SIZE = len(small_story())


class Tree:
    """A log in memory; trees share their beginning up to `fork_at`."""

    def __init__(self, size: int, fork_at: int | None = None) -> None:
        self.leaves = [
            leaf_hash(b"%d %d" % (number, fork_at is not None and number >= fork_at))
            for number in range(size)
        ]

    def node(self, level: int, index: int) -> bytes:
        """The root of a complete subtree."""
        return root_of(self.leaves[index << level : (index + 1) << level])

    @cache  # noqa: B019
    def root(self, size: int) -> bytes:
        """The root at that size."""
        return root_of(self.leaves[:size])

    def note(self, size: int, signer: Signer = SIGNER) -> str:
        """The signed head of that size."""
        return sign_note(pack_checkpoint(Checkpoint(signer.name, size, self.root(size))), [signer])

    @cache  # noqa: B019 (trees live as long as the tests)
    def request(self, old: int, size: int) -> bytes:
        """What the log sends."""
        return pack_request(AddCheckpoint(old, consistency_path(old, size, self.node), self.note(size)))


TREE, FORK = Tree(300), Tree(300, fork_at=5)


@pytest.fixture
def policy(tmp_path: Path) -> Path:
    """A policy that knows the log of the tests."""
    path = tmp_path / "policy"
    path.write_text(f"log {SIGNER.verifier.vkey}\n", encoding="utf-8")
    return path


@pytest.fixture
def witness(tmp_path: Path, policy: Path) -> Iterator[tuple[str, Verifier]]:
    """A running witness: its address and its key."""
    verifier = make_witness(tmp_path / "w1", NAME)
    with running("witness", "serve", "--var", tmp_path / "w1", "--port", 0, "--policy", policy) as (
        _,
        address,
    ):
        yield address, verifier


def make_witness(var: Path, name: str) -> Verifier:
    """Make a witness and read its key from what the command prints."""
    done = sawtna("witness", "key", "--var", var, "--name", name, "--url", "https://w.example")
    assert done.returncode == 0, done.stderr
    _, _, vkey, url = done.stdout.split()
    assert url == "https://w.example"
    return Verifier.parse(vkey)


def add(address: str, request: bytes) -> httpx.Response:
    """Send a request."""
    return httpx.post(f"{address}/add-checkpoint", content=request)


def is_signed(note: str, answer: httpx.Response, verifier: Verifier) -> bool:
    """Whether the answer is this witness's line for the note, dated now."""
    assert answer.status_code == 200, answer.text
    opened = open_note(note + answer.text, [SIGNER.verifier, verifier])
    at = opened.cosigned_at(verifier)
    return at is not None and abs(at - time.time()) < 60  # noqa: TID251 (the witness asks its own clock)


# ------------------------------------------------------------------ the key
def test_a_witness_is_made_once(tmp_path: Path) -> None:
    """The key is for its owner alone, stays the same, and belongs to one name."""
    verifier = make_witness(tmp_path / "w", NAME)

    assert (verifier.name, verifier.kind) == (NAME, COSIGNATURE)
    assert stat.S_IMODE((tmp_path / "w" / "witness.key").stat().st_mode) == 0o600
    assert make_witness(tmp_path / "w", NAME) == verifier
    other = sawtna("witness", "key", "--var", tmp_path / "w", "--name", "other.example/w")
    assert (other.returncode, "not of other.example/w" in other.stderr) == (1, True)
    nameless = sawtna("witness", "key", "--var", tmp_path / "new")
    assert (nameless.returncode, "Name it:" in nameless.stderr) == (1, True)


def test_a_lost_key_is_not_replaced(tmp_path: Path) -> None:
    """A witness that remembers but lost its key does not make another one under the same name."""
    make_witness(tmp_path / "w", NAME)
    WitnessMemory(tmp_path / "w" / "witness.sqlite3").close()
    (tmp_path / "w" / "witness.key").unlink()

    done = sawtna("witness", "key", "--var", tmp_path / "w", "--name", NAME)

    assert done.returncode == 1
    assert "is gone" in done.stderr


def test_a_witness_without_logs_says_what_to_give(tmp_path: Path) -> None:
    """It would sign nothing for anybody."""
    done = sawtna("witness", "serve", "--var", tmp_path / "w", "--name", NAME, "--port", 0)
    assert done.returncode == 1
    assert "--log VKEY or --policy FILE" in done.stderr


# ------------------------------------------------------------------ what it answers
def test_it_signs_what_continues_and_says_what_it_knows(witness: tuple[str, Verifier]) -> None:
    """The statuses of tlog-witness, in the order in which a log meets them."""
    address, verifier = witness
    assert is_signed(TREE.note(8), add(address, TREE.request(0, 8)), verifier)
    assert is_signed(TREE.note(20), add(address, TREE.request(8, 20)), verifier)
    assert is_signed(TREE.note(20), add(address, TREE.request(20, 20)), verifier)

    stale = add(address, TREE.request(8, 30))
    assert (stale.status_code, stale.headers["content-type"], stale.text) == (409, "text/x.tlog.size", "20\n")
    statuses = {
        400: [b"", b"old 20\n\nno checkpoint\n", TREE.request(0, 9).replace(b"old 0", b"old 10")],
        403: [pack_request(AddCheckpoint(20, (), TREE.note(30, Signer(ORIGIN, bytes(32)))))],
        404: [pack_request(AddCheckpoint(0, (), TREE.note(3, Signer("other.example/log", bytes(32)))))],
        422: [FORK.request(20, 30), pack_request(AddCheckpoint(20, (), TREE.note(30)))],
        413: [b"old 20\n\n" + b"x" * MAX_REQUEST_BYTES],
    }
    for status, requests in statuses.items():
        assert [add(address, request).status_code for request in requests] == [status] * len(requests)
    assert is_signed(TREE.note(21), add(address, TREE.request(20, 21)), verifier)


def test_it_shows_who_it_is_and_what_it_has_seen(witness: tuple[str, Verifier]) -> None:
    """A page for people, the checkpoint for programs, and nothing else."""
    address, verifier = witness
    assert "nothing yet" in httpx.get(address).text
    add(address, TREE.request(0, 8))

    page = httpx.get(address)
    note = httpx.get(f"{address}/{origin_hash(ORIGIN)}/checkpoint")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert all(part in page.text for part in (NAME, verifier.vkey, ORIGIN, "<td>8</td>", "<time "))
    assert open_note(note.text, [SIGNER.verifier, verifier]).verified == (ORIGIN, NAME)
    assert httpx.get(f"{address}/style.css").status_code == 200
    assert httpx.head(address).headers["content-length"] == page.headers["content-length"]
    assert httpx.get(f"{address}/{origin_hash('other')}/checkpoint").status_code == 404
    wrong = httpx.put(address), httpx.get(f"{address}/add-checkpoint")
    assert [(one.status_code, one.headers["allow"]) for one in wrong] == [(405, "GET, HEAD"), (405, "POST")]


def test_two_histories_of_one_size_are_shown_to_everyone(witness: tuple[str, Verifier]) -> None:
    """A log that signs another root for the same size convicts itself; anyone's wrong proof convicts nobody."""
    address, _ = witness
    add(address, TREE.request(0, 8))
    assert add(address, FORK.request(8, 30)).status_code == 422
    assert "Another history" not in httpx.get(address).text

    refused = add(address, FORK.request(8, 8))

    assert (refused.status_code, refused.text) == (409, "8\n")
    page = httpx.get(address).text
    assert "Another history" in page
    assert FORK.note(8).split("\n")[2] in page


def test_a_restarted_witness_remembers(tmp_path: Path, policy: Path) -> None:
    """What was signed before is known after."""
    verifier = make_witness(tmp_path / "w", NAME)
    words = ("witness", "serve", "--var", tmp_path / "w", "--port", 0, "--policy", policy)
    with running(*words) as (_, address):
        add(address, TREE.request(0, 8))
    with running(*words) as (_, address):
        assert add(address, FORK.request(0, 8)).text == "8\n"
        assert add(address, FORK.request(8, 9)).status_code == 422
        assert is_signed(TREE.note(9), add(address, TREE.request(8, 9)), verifier)


def test_slow_and_silent_clients_hold_nobody_up(witness: tuple[str, Verifier]) -> None:
    """Dozens of connections that say half a request do not keep a log from its signature; nonsense is cut off."""
    address, verifier = witness
    place = ("127.0.0.1", int(address.rpartition(":")[2]))
    idle = [socket.create_connection(place) for _ in range(60)]
    for one in idle[::2]:
        one.sendall(b"POST /add-checkpoint HTTP/1.1\r\nHost: x\r\nContent-Length: 900\r\n\r\nold 0")
    with socket.create_connection(place, timeout=10) as nonsense:
        nonsense.sendall(b"\x16\x03\x01 this is not HTTP\r\n\r\n")
        assert nonsense.recv(100) == b""

    assert is_signed(TREE.note(8), add(address, TREE.request(0, 8)), verifier)

    for one in idle:
        one.close()


def test_a_port_that_is_taken_is_named(tmp_path: Path, policy: Path) -> None:
    """One sentence, and what to do."""
    make_witness(tmp_path / "w", NAME)
    with socket.create_server(("127.0.0.1", 0)) as door:
        port = door.getsockname()[1]
        done = sawtna("witness", "serve", "--var", tmp_path / "w", "--port", port, "--policy", policy)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr


# ------------------------------------------------------------------ never two histories
def test_two_forks_in_a_race_get_one_history_signed(tmp_path: Path, policy: Path) -> None:
    """Eight clients of two histories at two processes of one witness: everything signed is one history."""
    make_witness(tmp_path / "w", NAME)
    words = ("witness", "serve", "--var", tmp_path / "w", "--port", 0, "--policy", policy)
    signed: list[tuple[int, bytes]] = []

    def lie(address: str, tree: Tree, seed: int) -> None:
        dice, old = random.Random(seed), 0
        with httpx.Client() as client:
            for _ in range(25):
                size = min(old + dice.randint(0, 4), 300)
                answer = client.post(f"{address}/add-checkpoint", content=tree.request(old, size))
                if answer.status_code == 200:
                    signed.append((size, tree.root(size)))
                    old = size
                elif answer.status_code == 409:
                    old = int(answer.text)

    with running(*words) as (_, one), running(*words) as (_, two):
        threads = [
            threading.Thread(target=lie, args=((one, two)[number % 2], (TREE, FORK)[number // 2 % 2], number))
            for number in range(8)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(signed) > 20
    assert any(all(tree.root(size) == root for size, root in signed) for tree in (TREE, FORK))


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_a_hundred_kills_never_make_it_go_back(tmp_path: Path, policy: Path) -> None:
    """Killed at random while two histories press it: what was signed stays one history, and sizes never shrink."""
    make_witness(tmp_path / "w", NAME)
    words = ("witness", "serve", "--var", tmp_path / "w", "--port", 0, "--policy", policy)
    dice = random.Random(20160228)
    signed: list[tuple[int, bytes]] = []
    with httpx.Client(timeout=5) as client:
        for _ in range(100):
            with running(*words) as (process, address):
                killer = threading.Timer(dice.uniform(0.0, 0.2), process.kill)
                killer.start()
                with suppress(httpx.HTTPError):
                    while True:
                        lie_once(client, address, dice, signed)
                killer.join()

    memory = WitnessMemory(tmp_path / "w" / "witness.sqlite3")
    seen = memory.seen(ORIGIN)
    memory.close()
    assert len(signed) > 100
    assert [size for size, _ in signed] == sorted(size for size, _ in signed)
    assert seen.size >= signed[-1][0]
    one = TREE if seen.root == TREE.root(seen.size) else FORK
    assert all(one.root(size) == root for size, root in [*signed, (seen.size, seen.root)])


def lie_once(
    client: httpx.Client, address: str, dice: random.Random, signed: list[tuple[int, bytes]]
) -> None:
    """Learn what the witness knows and ask for a continuation, in one history or the other; note what was signed."""
    tree = dice.choice([TREE, FORK])
    asked = client.post(
        f"{address}/add-checkpoint", content=tree.request(300, 300)
    )  # never reached: 409 with what it knows
    assert asked.status_code == 409, asked.text
    old = int(asked.text)
    size = min(old + dice.randint(0, 1), 299)
    answer = client.post(f"{address}/add-checkpoint", content=tree.request(old, size))
    if answer.status_code == 200:
        signed.append((size, tree.root(size)))


def test_the_file_itself_refuses_to_go_back(tmp_path: Path) -> None:
    """Whatever a program does wrong, the database holds the promise: no smaller size, no other root, no forgetting."""
    signer = Signer(NAME, bytes(32), COSIGNATURE)
    memory = WitnessMemory(tmp_path / "witness.sqlite3")
    head = check_signature(TREE.note(8), {ORIGIN: (SIGNER.verifier,)})
    memory.sign([Job(AddCheckpoint(0, (), TREE.note(8)), head)], signer, 1)
    memory.close()
    with sqlite3.connect(tmp_path / "witness.sqlite3") as base:
        for wrong in ("UPDATE log SET size = 7", "UPDATE log SET root = zeroblob(32)", "DELETE FROM log"):
            with pytest.raises(sqlite3.IntegrityError, match="a witness never"):
                base.execute(wrong)
    base.close()


def test_what_cannot_be_remembered_is_not_signed(tmp_path: Path) -> None:
    """A full disk or a broken file: 503, and no signature leaves."""
    signer = Signer(NAME, bytes(32), COSIGNATURE)
    writing, looking = (WitnessMemory(tmp_path / "witness.sqlite3") for _ in range(2))
    writing.close()
    server = WitnessServer(
        signer.verifier, {ORIGIN: (SIGNER.verifier,)}, looking, Pen(writing, signer, lambda: 1)
    )

    answer = asyncio.run(server.answer(Asked("POST", "/add-checkpoint", TREE.request(0, 8))))

    assert answer.status == 503
    assert NAME not in answer.body
    assert looking.seen(ORIGIN).size == 0
    looking.close()
