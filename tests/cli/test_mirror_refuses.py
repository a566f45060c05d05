"""`sawtna mirror` and sites that lie: the good state stays, and what was wrong is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from sawtna.ledger.core.checkpoint import Checkpoint
from sawtna.ledger.core.merkle import leaf_hash, root_of
from sawtna.ledger.core.note import COSIGNATURE, Signer, cosign_note
from sawtna.ledger.core.tiles import unpack_bundle

from tests.cli.folder_book import ORIGIN, SIGNER, Told, sign
from tests.cli.mirroring import NOTE, SIZE, STORY, VOID, audit, mirror, refused
from tests.cli.small_site import put, write, write_site


def test_another_history_is_refused_with_evidence(site: Path, address: str, copy: Path) -> None:
    """A log that was rewritten and signed again: exit 2, loudly, and both checkpoints are kept; so for a shorter one."""
    mirror(address, copy)
    note = (copy / "log/checkpoint").read_text(encoding="utf-8")
    rewritten: list[Told] = [
        ({**body, "people": 9} if body["k"] == "stand" else body, words) for body, words in STORY
    ]
    for story in ([*rewritten, VOID], rewritten, rewritten[:5]):
        write_site(site, story)
        status, said = refused(copy, address)
        assert (status, "SHOWS ANOTHER HISTORY" in said) == (2, True), said
    evidence = [json.loads(path.read_text()) for path in copy.with_name("copy.kept").glob("refused/*.json")]
    assert len(evidence) == 3
    assert all(one["before"] == note and one["now"].startswith(ORIGIN) for one in evidence)

    write_site(site, [*STORY, VOID])
    assert mirror(address, copy)[0] == 0
    assert audit(copy)[0] == 0


def test_an_older_book_is_no_crime(site: Path, address: str, copy: Path) -> None:
    """A cache or a backup that is behind is told, and the newer copy stays."""
    write_site(site, [*STORY, VOID])
    mirror(address, copy)
    write_site(site, STORY)

    status, said = refused(copy, address)

    assert (status, "shows an older book" in said) == (3, True), said


WRONG_NUMBERS = {
    "a number": ("log/numbers.json", b'"value":304', b'"value":305', "shows 305, the book gives 304"),
    "a figure for people": ("fr/c/stages/s1/index.html", b">304<", b">340<", "on /fr/c/stages/s1/: "),
    "a figure for programs": ("ar/index.html", b'"304"', b'"340"', "340 in its markup"),
}


@pytest.mark.parametrize("what", WRONG_NUMBERS)
def test_a_wrong_number_is_refused(site: Path, address: str, copy: Path, what: str) -> None:
    """In numbers.json or in a figure of a page, for programs or for people: exit 1, and the page is named."""
    name, old, new, words = WRONG_NUMBERS[what]
    mirror(address, copy)
    put(site, "en/new/index.html", "", {})
    (site / name).write_bytes((site / name).read_bytes().replace(old, new, 1))

    status, said = refused(copy, address)

    assert (status, words in said) == (1, True), said


def test_wrong_words_and_wrong_entries_are_refused(site: Path, address: str, copy: Path) -> None:
    """Words that are not the committed ones, entries that do not hash to their tile, a root that nobody can reach: exit 2."""
    mirror(address, copy)
    write_site(site, [*STORY, NOTE])
    opening = site / f"log/open/{SIZE}.json"
    good = opening.read_bytes()
    opening.write_bytes(good.replace(b"Words", b"Lies!"))
    assert refused(copy, address)[0] == 2
    opening.write_bytes(good)
    bundle = site / f"log/tile/entries/000.p/{SIZE + 1}"
    whole = bundle.read_bytes()
    bundle.write_bytes(whole.replace(b"2016-11-04", b"2016-11-05"))
    assert refused(copy, address)[0] == 2
    bundle.write_bytes(whole)
    assert mirror(address, copy)[0] == 0
    assert audit(copy)[0] == 0


def test_another_key_is_refused(site: Path, address: str, copy: Path) -> None:
    """A site that was taken over signs with a key of its own, and brings a policy for it."""
    mirror(address, copy)
    thief = Signer(ORIGIN, bytes(32))
    leaves = [
        leaf_hash(one) for one in unpack_bundle((site / f"log/tile/entries/000.p/{SIZE}").read_bytes(), SIZE)
    ]
    sign(site / "log", Checkpoint(ORIGIN, SIZE, root_of(leaves)), thief)
    write(site, "log/policy", f"log {thief.verifier.vkey}\n")

    status, said = refused(copy, address)

    assert (status, "cannot be trusted" in said) == (2, True), said


def test_a_policy_of_mine_goes_before_what_the_site_says(address: str, copy: Path, tmp_path: Path) -> None:
    """Whoever has the key from somebody else does not take it from the site."""
    policy = tmp_path / "policy"
    policy.write_text(f"log {Signer(ORIGIN, bytes(32)).verifier.vkey}\n", encoding="utf-8")
    status, said = mirror(address, copy, "--policy", policy)
    assert (status, "Nothing is shown yet." in said) == (2, True), said
    assert not copy.exists()

    witness = Signer("witness.example/w1", bytes(32), COSIGNATURE)
    lines = [f"log {SIGNER.verifier.vkey}", f"witness w1 {witness.verifier.vkey}", "quorum w1", ""]
    policy.write_text("\n".join(lines), encoding="utf-8")
    status, said = mirror(address, copy, "--policy", policy)
    assert (status, "not yet witnessed" in said) == (0, True), said


def test_a_policy_of_another_book_does_not_fit_the_copy(address: str, copy: Path, tmp_path: Path) -> None:
    """Whoever gives another key for a folder that has a copy already is told to choose another folder."""
    mirror(address, copy)
    policy = tmp_path / "policy"
    policy.write_text(f"log {Signer('other.example/log', bytes(32)).verifier.vkey}\n", encoding="utf-8")

    assert refused(copy, address, "--policy", policy)[0] == 2


def test_a_checkpoint_that_gets_witnessed_is_taken(site: Path, address: str, copy: Path) -> None:
    """The same tree with a signature more is a new checkpoint, and goes into the receipts too; both are in what was seen."""
    mirror(address, copy)
    witness = Signer("witness.example/w1", bytes(32), COSIGNATURE)
    note = (site / "log/checkpoint").read_text(encoding="utf-8")
    write(site, "log/checkpoint", cosign_note(note, witness, 1_480_000_000))
    write(site, "log/policy", f"log {SIGNER.verifier.vkey}\nwitness w1 {witness.verifier.vkey}\nquorum w1\n")

    assert mirror(address, copy)[0] == 0

    assert "witness.example/w1" in (copy / "log/checkpoint").read_text(encoding="utf-8")
    assert "witness.example/w1" in (copy / "log/receipts/3.tlog-proof").read_text(encoding="utf-8")
    seen = [
        json.loads(line)
        for line in (copy.with_name("copy.kept") / "seen").read_text(encoding="utf-8").splitlines()
    ]
    assert [next(key for key in one if key != "seen") for one in seen] == ["checkpoint", "policy"] * 2
    assert audit(copy)[0] == 0


def test_missing_words_are_told_and_those_we_have_stay(site: Path, address: str, copy: Path) -> None:
    """An opening that no entry says is erased: the copy has it, so it stays; one that we never had is a gap, exit 3."""
    mirror(address, copy)
    write_site(site, [*STORY, NOTE])
    for index in (4, SIZE):
        (site / f"log/open/{index}.json").unlink()

    status, said = mirror(address, copy)

    assert (status, f"Entry {SIZE}: its words" in said) == (3, True), said
    assert (copy / "log/open/4.json").exists()
