"""A log asks its witnesses, real processes all: quorum or not, it never waits long and never takes a wrong signature."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from sawtna.ledger.core.note import COSIGNATURE, Signer, Verifier, cosign_note, open_note
from sawtna.ledger.core.policy import Policy, unpack_policy
from sawtna.ledger.core.proof import unpack_receipt, verify_receipt
from sawtna.ledger.core.tiles import TileReader
from sawtna.ledger.witnessing import ask_witnesses, gather_cosignatures

from tests.cli.folder_book import ORIGIN, SIGNER, receipt_of, small_story, write_book
from tests.cli.real_processes import Weather, running, sawtna, web_server

SIZE = len(small_story())
VOID = ({"k": "void", "i": 4, "why": "mistake"}, None)
DEAD = "http://127.0.0.1:9"


@pytest.fixture
def log(tmp_path: Path) -> Path:
    """The log folder of a small book."""
    write_book(tmp_path / "site", small_story())
    return tmp_path / "site" / "log"


@pytest.fixture
def witnesses(tmp_path: Path, log: Path) -> Iterator[list[tuple[Verifier, str]]]:
    """The keys and addresses of two running witnesses."""
    with ExitStack() as stack:
        found = []
        for name in ("w1", "w2"):
            var = tmp_path / name
            made = sawtna("witness", "key", "--var", var, "--name", f"witness.example/{name}")
            words = ("witness", "serve", "--var", var, "--port", 0, "--log", SIGNER.verifier.vkey)
            _, address = stack.enter_context(running(*words))
            found.append((Verifier.parse(made.stdout.split()[2]), address))
        yield found


def policy_of(witnesses: list[tuple[Verifier, str]], quorum: str) -> Policy:
    """A policy of these witnesses, named w1, w2 and so on."""
    lines = [f"log {SIGNER.verifier.vkey}"]
    lines += [f"witness w{at} {key.vkey} {address}" for at, (key, address) in enumerate(witnesses, 1)]
    members = " ".join(f"w{at}" for at in range(1, len(witnesses) + 1))
    return unpack_policy(
        "\n".join([*lines, f"group all-of-them {quorum} {members}", "quorum all-of-them", ""])
    )


def note_of(log: Path) -> str:
    """The checkpoint of a log folder."""
    return (log / "checkpoint").read_text(encoding="utf-8")


def reader_of(log: Path):
    """What the publisher gives: the bytes of a file of the log."""
    return lambda path: (log / path).read_bytes()


def stranger(number: int) -> Verifier:
    """The key of a witness that is not running."""
    return Signer(f"witness.example/dead{number}", bytes([number]) * 32, COSIGNATURE).verifier


def test_two_witnesses_sign_and_receipts_carry_it(log: Path, witnesses: list[tuple[Verifier, str]]) -> None:
    """The note comes back with both signatures in the order of the policy, meets the quorum, and so does a receipt under it."""
    policy = policy_of(witnesses, "all")

    gathered = ask_witnesses(note_of(log), policy, reader_of(log))

    assert (gathered.is_met, gathered.refusals) == (True, {})
    opened = policy.open(gathered.note)
    assert opened.verified == (ORIGIN, "witness.example/w1", "witness.example/w2")
    assert policy.is_met_by(opened)
    (log / "checkpoint").write_text(gathered.note, encoding="utf-8")
    receipt = unpack_receipt(receipt_of(log, SIZE, 4))
    verify_receipt(receipt, TileReader(reader_of(log), SIZE).entry(4), SIGNER.verifier)
    assert policy.is_met_by(policy.open(receipt.checkpoint_note))


def test_a_grown_book_is_signed_with_and_without_a_memory(
    log: Path, witnesses: list[tuple[Verifier, str]]
) -> None:
    """What witnesses know is remembered; whoever forgot it asks once more with the size of the 409."""
    policy, sizes = policy_of(witnesses, "all"), dict[str, int]()
    gather_cosignatures(note_of(log), policy, reader_of(log), sizes)
    assert sizes == {key.vkey: SIZE for key, _ in witnesses}

    for story, kept in (([*small_story(), VOID], sizes), ([*small_story(), VOID, VOID], None)):
        write_book(log.parent, story)
        assert ask_witnesses(note_of(log), policy, reader_of(log), kept).is_met
    assert sizes == {key.vkey: SIZE + 1 for key, _ in witnesses}


def test_without_a_quorum_the_book_is_not_held_up(log: Path, witnesses: list[tuple[Verifier, str]]) -> None:
    """Dead and silent witnesses cost the timeout and no more; what could be had is there, the rest is named."""
    weather = Weather(delay=20)
    with web_server(log, weather) as silent:
        policy = policy_of([*witnesses, (stranger(7), DEAD), (stranger(8), silent)], "3")
        begun = time.monotonic()
        gathered = ask_witnesses(note_of(log), policy, reader_of(log), timeout=1.5)
        took = time.monotonic() - begun

    assert took < 15  # it would take 20 to answer
    assert not gathered.is_met
    assert gathered.refusals.keys() == {"w3", "w4"}
    assert policy.open(gathered.note).verified == (ORIGIN, "witness.example/w1", "witness.example/w2")


def test_with_a_quorum_the_silent_ones_are_not_waited_for(
    log: Path, witnesses: list[tuple[Verifier, str]]
) -> None:
    """Two of three are enough: it does not take the whole timeout."""
    with web_server(log, Weather(delay=20)) as silent:
        policy = policy_of([*witnesses, (stranger(8), silent)], "2")
        begun = time.monotonic()
        gathered = ask_witnesses(note_of(log), policy, reader_of(log), timeout=15)
        took = time.monotonic() - begun

    assert gathered.is_met
    assert took < 12  # the timeout is 15
    assert gathered.refusals == {"w3": "no answer in time"}


def test_asking_again_adds_what_is_missing(log: Path, witnesses: list[tuple[Verifier, str]]) -> None:
    """Signatures that are there stay as they are, and their witnesses are left in peace."""
    first = gather_cosignatures(note_of(log), policy_of(witnesses[:1], "1"), reader_of(log))

    again = ask_witnesses(first, policy_of(witnesses, "all"), reader_of(log))

    assert again.is_met
    assert again.note.startswith(first)
    assert again.note.count("\N{EM DASH} witness.example/w1 ") == 1


def test_a_book_that_went_back_or_forked_is_told_so(log: Path, witnesses: list[tuple[Verifier, str]]) -> None:
    """A restored backup learns what the witnesses know; another history of the same size is refused."""
    policy = policy_of(witnesses, "all")
    write_book(log.parent, [*small_story(), VOID])
    gather_cosignatures(note_of(log), policy, reader_of(log))
    write_book(log.parent, small_story())

    gathered = ask_witnesses(note_of(log), policy, reader_of(log))

    assert not gathered.is_met
    assert gathered.note == note_of(log)
    assert gathered.refusals["w1"] == f"it has signed {SIZE + 1} entries, and the book has only {SIZE}"
    write_book(log.parent, [*small_story(), ({**VOID[0], "i": 5}, None)])
    refusals = ask_witnesses(note_of(log), policy, reader_of(log)).refusals
    assert refusals["w2"] == f"it has signed another history of {SIZE + 1} entries"
    write_book(log.parent, [*small_story(), ({**VOID[0], "i": 5}, None), VOID])
    refusals = ask_witnesses(note_of(log), policy, reader_of(log)).refusals
    assert refusals["w2"].startswith("status 422: proof: got ")


def test_a_signature_of_somebody_else_is_not_taken(log: Path, tmp_path: Path) -> None:
    """A witness that answers with another key, or with nonsense, is one that did not sign."""
    other = Signer("witness.example/other", bytes(32), COSIGNATURE)
    key = Signer("witness.example/w1", bytes(range(32)), COSIGNATURE).verifier
    made = sawtna("witness", "key", "--var", tmp_path / "o", "--name", other.name)
    assert made.returncode == 0
    with running("witness", "serve", "--var", tmp_path / "o", "--port", 0, "--log", SIGNER.verifier.vkey) as (
        _,
        address,
    ):
        gathered = ask_witnesses(note_of(log), policy_of([(key, address)], "1"), reader_of(log))
    assert gathered.refusals == {"w1": "it answered without a signature of its key"}
    assert gathered.note == note_of(log)


def test_a_witness_that_can_only_be_read_is_read(log: Path, tmp_path: Path) -> None:
    """`sawtna witness once` puts its signature on a web server of plain files; it counts once it has seen this checkpoint."""
    with web_server(log.parent) as address:
        (tmp_path / "policy").write_text(f"log {SIGNER.verifier.vkey} {address}/log\n", encoding="utf-8")
        words = ("--var", tmp_path / "w", "--name", "witness.example/cron", "--policy", tmp_path / "policy")
        assert sawtna("witness", "once", *words).returncode == 0
    key = Verifier.parse(sawtna("witness", "key", "--var", tmp_path / "w").stdout.split()[2])
    with web_server(tmp_path / "w" / "public") as address:
        policy = policy_of([(key, address)], "1")
        sizes: dict[str, int] = {}
        # The server of plain files of these tests answers 501 to POST, as http.server does.
        gathered = ask_witnesses(note_of(log), policy, reader_of(log), sizes)
        assert gathered.is_met, gathered.refusals
        assert open_note(gathered.note, [key]).verified == ("witness.example/cron",)
        write_book(log.parent, [*small_story(), VOID])
        later = ask_witnesses(note_of(log), policy, reader_of(log), sizes)
    assert later.refusals == {"w1": "it has not seen this checkpoint yet"}


def test_a_missing_tile_is_no_crash(log: Path, witnesses: list[tuple[Verifier, str]]) -> None:
    """When the proof cannot be made the book goes on without it."""
    policy = policy_of(witnesses, "all")
    gather_cosignatures(note_of(log), policy, reader_of(log))
    write_book(log.parent, [*small_story(), VOID])

    def read(path: str) -> bytes:
        raise FileNotFoundError(path)

    gathered = ask_witnesses(note_of(log), policy, read)
    assert gathered.note == note_of(log)
    assert all(why.startswith("no proof") for why in gathered.refusals.values())


def test_a_policy_without_addresses_asks_nobody(log: Path) -> None:
    """Whoever only verifies needs no addresses; a note that is witnessed already comes back as it is."""
    signer = Signer("witness.example/w1", bytes(32), COSIGNATURE)
    text = f"log {SIGNER.verifier.vkey}\nwitness w1 {signer.verifier.vkey}\nquorum w1\n"
    note = cosign_note(note_of(log), signer, 1)

    assert ask_witnesses(note, unpack_policy(text), reader_of(log)).is_met
    assert not ask_witnesses(note_of(log), unpack_policy(text), reader_of(log)).is_met
