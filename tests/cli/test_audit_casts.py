"""`sawtna audit` on books with casts, whole and as a dishonest operator would have them.

Each tampering is done by whoever holds every key of the site: the tree is signed again, the numbers are folded again, the pages
agree. What gives the operator away is the casting itself, or somebody who looked before.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from sawtna.campaigns.core.casting.promises import Promise, sign_promise
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import pack_entry
from sawtna.ledger.core.merkle import leaf_hash
from sawtna.ledger.core.note import Signer

from tests.campaigns.core.casting.station import EVERY, Station, Told
from tests.cli.folder_book import AS_OF, ORIGIN, SIGNER, receipt_of, write_book
from tests.cli.test_audit import audit, sentences

PROMISER = Signer(f"{ORIGIN}/promise", bytes(range(32)))
COUNTED = "morocco-2016/ballots/which-step/counted"

Tampering = Callable[[Station], object]


def polled() -> Station:
    """A true book: two batches of a poll, one person changed the choice, one withdrew; the ballot is closed."""
    station = Station()
    site, words = station.told[0]
    station.told[0] = ({**site, "promise": encode_base64url(PROMISER.verifier.public)}, words)
    station.log_key()
    people = [station.person(4) for _ in range(8)]
    station.publish([station.cast(person, [0]) for person in people[:5]])
    station.publish(
        [station.cast(people[0], [1], 1), station.cast(people[1], [], 1), station.cast(people[5], [1, 2])]
    )
    return station


@pytest.fixture
def station() -> Station:
    """The book that is tampered with; told anew for each test, since its casts are signed anew."""
    return polled()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Where the book is written to."""
    return tmp_path / "site"


def indices(station: Station, kind: str) -> list[int]:
    """The entries of a kind."""
    return [index for index, (body, _) in enumerate(station.told) if body["k"] == kind]


def resort(station: Station, first: int, end: int) -> None:
    """Put a changed batch in order again, as a careful operator would."""
    casts = sorted(station.told[first:end], key=lambda told: leaf_hash(pack_entry({"v": 1, **told[0]})))
    station.told[first:end] = casts


def change(station: Station, index: int, **fields: object) -> None:
    """Change fields of one entry."""
    body, words = station.told[index]
    station.told[index] = ({**body, **fields}, words)


def flip(station: Station) -> None:
    """Make one vote say something else."""
    change(station, indices(station, "cast")[0], c=[2])
    resort(station, 6, 11)


def replay(station: Station) -> None:
    """Put a cast of the first batch into the second, too."""
    again: Told = station.told[indices(station, "cast")[0]]
    start = indices(station, "cast")[5]
    station.told.insert(start, again)
    resort(station, start, start + 4)
    change(station, indices(station, "batch")[1], n=4)


def raise_the_dead(station: Station) -> None:
    """Leave out that somebody withdrew, by letting the older cast come again."""
    withdrawn = next(index for index in indices(station, "cast") if not station.told[index][0]["c"])
    station.told[withdrawn] = station.told[indices(station, "cast")[1]]
    start = indices(station, "cast")[5]
    resort(station, start, start + 3)


def tag(station: Station) -> None:
    """Log a second key beside the first and let some people take tokens of it."""
    second = station.log_key(1)
    station.publish([station.cast(station.person(second), [0]) for _ in range(3)])


def mint(station: Station) -> None:
    """Sign tokens for people who do not exist, and log no issuance."""
    invented = [station.person(4) for _ in range(3)]
    station.fresh.clear()
    station.publish([station.cast(person, [0]) for person in invented])


def understate(station: Station) -> None:
    """Say that fewer tokens were issued than casts are counted."""
    change(station, indices(station, "issued")[0], n=5, sum=5)


def misadd(station: Station) -> None:
    """Let a sum grow faster than its parts."""
    station.fresh[4] = 2
    station.issue(4, 2, 99)


def unsort(station: Station) -> None:
    """Write a batch in the order in which people came."""
    station.told[6:11] = reversed(station.told[6:11])


def undersize(station: Station) -> None:
    """Close a batch on two casts, to see who comes when."""
    station.publish([station.cast(station.person(4), [0]) for _ in range(2)])


def hurry(station: Station) -> None:
    """Close a batch in between."""
    change(station, indices(station, "batch")[1], t=station.moment - EVERY // 2)


def come_late(station: Station) -> None:
    """Count a cast after the close."""
    person = station.person(4)
    station.issue(4)
    station.close()
    station.add(station.cast(person, [0]))


def stamp_by_nobody(station: Station) -> None:
    """Cast with a stamp that names an entry that is no key."""
    index = indices(station, "cast")[0]
    stamp = station.told[index][0]["t"][0]  # type: ignore[index]
    change(station, index, t=[{**stamp, "i": 3}])
    resort(station, 6, 11)


TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "flipped vote": (flip, "its one-time key did not sign"),
    "replayed vote": (replay, "a second cast of one person with q 0"),
    "withdrawn vote raised": (raise_the_dead, "a second cast of one person with q 0"),
    "second key": (tag, "tagging suspected"),
    "minted tokens": (mint, "expected at most the 8 to whom the book says that tokens were issued"),
    "understated issuance": (
        understate,
        "expected at most the 5 to whom the book says that tokens were issued",
    ),
    "wrong sum of tokens": (misadd, "got a sum of 99 tokens of key entry 4, expected 10"),
    "unsorted batch": (unsort, "not in order of leaf hashes"),
    "undersized batch": (undersize, "got a batch of 2 casts, expected at least 3"),
    "batch in between": (hurry, "expected a multiple of 600 seconds"),
    "cast after the close": (come_late, "which is closed by entry"),
    "stamp by no key": (stamp_by_nobody, "expected a key of ballot entry 3"),
}


def test_a_true_book_of_casts_passes(station: Station, folder: Path) -> None:
    """Casts, changes and a withdrawal, closed and with its keys ended: exit 0, and the figures are compared."""
    station.close()
    write_book(folder, station.told)

    code, found = audit(folder)

    assert code == 0, sentences(found)
    assert found["figures"] == found["numbers"]
    stated = json.loads((folder / "log" / "numbers.json").read_bytes())["numbers"]
    assert (stated[COUNTED]["value"], stated[COUNTED.replace("counted", "issued")]["value"]) == (5, 8)


@pytest.mark.parametrize("name", TAMPERINGS)
def test_an_operator_who_holds_every_key_is_found_out(station: Station, folder: Path, name: str) -> None:
    """Signed again and folded again, the book is still invalid: exit 2 and a sentence that says what gave it away."""
    tamper, words = TAMPERINGS[name]
    tamper(station)
    write_book(folder, station.told, AS_OF, is_true=False)

    code, found = audit(folder)

    assert code == 2, sentences(found)
    assert words in sentences(found)


def joint() -> Station:
    """A true book of a ballot for which the site and an organisation must let people in together; keys are entries 5 and 6."""
    station = Station(issuers=["site", "ngo"], need=2)
    station.log_key(0)
    station.log_key(1, issuer="ngo")
    people = [station.person(5, 6) for _ in range(5)]
    station.publish([station.cast(person, [0]) for person in people])
    return station


def mint_alone(station: Station) -> None:
    """Stamp for invented people with the site's own key, and with one that the host puts in the place of the other's."""
    station.publish([station.cast(station.person(5), [0]) for _ in range(3)])


def put_a_key_behind_its_name(station: Station) -> None:
    """Let the host's own key be that of the organisation."""
    change(station, 6, g="A" * 86)


def count_for_it(station: Station) -> None:
    """Say that the organisation let in three more, and let three more vote with both stamps, as if it had been broken into."""
    people = [station.person(5, 6) for _ in range(3)]
    station.publish([station.cast(person, [0]) for person in people])
    change(station, indices(station, "issued")[-1], g="A" * 86)


def put_another_behind_it(station: Station) -> None:
    """Give the organisation's name to a key of the host's."""
    body, words = station.told[3]
    station.add({**body, "vk": encode_base64url(PROMISER.verifier.public)}, words)


JOINT_TAMPERINGS: dict[str, tuple[Tampering, str]] = {
    "site mints alone": (mint_alone, "got stamps of 1 issuers, expected 2"),
    "forged key of the other issuer": (
        put_a_key_behind_its_name,
        "got a key of ngo that the issuer ngo did not sign",
    ),
    "forged count of the other issuer": (
        count_for_it,
        "got 8 tokens of key entry 6 that the issuer ngo did not sign for",
    ),
    "another behind the other issuer's name": (
        put_another_behind_it,
        "got another key for the issuer ngo, expected the one of entry 3",
    ),
}


def test_a_true_book_of_two_issuers_passes(folder: Path) -> None:
    """Exit 0, and five people are counted."""
    station = joint()
    station.close()
    write_book(folder, station.told)

    code, found = audit(folder)

    assert code == 0, sentences(found)
    stated = json.loads((folder / "log" / "numbers.json").read_bytes())["numbers"]
    assert (stated[COUNTED]["value"], stated[COUNTED.replace("counted", "issued")]["value"]) == (5, 5)


@pytest.mark.parametrize("name", JOINT_TAMPERINGS)
def test_a_host_cannot_play_the_other_issuer(folder: Path, name: str) -> None:
    """The host holds every key but one, and that one is missed: exit 2 and a sentence."""
    tamper, words = JOINT_TAMPERINGS[name]
    station = joint()
    tamper(station)
    write_book(folder, station.told, AS_OF, is_true=False)

    code, found = audit(folder)

    assert code == 2, sentences(found)
    assert words in sentences(found)


def dropped(station: Station) -> Station:
    """The same book without one vote, as if it had never been cast."""
    del station.told[indices(station, "cast")[0]]
    change(station, indices(station, "batch")[0], n=4)
    return station


def test_a_dropped_vote_is_found_by_who_kept_its_receipt(
    station: Station, folder: Path, tmp_path: Path
) -> None:
    """The rules of casting do not see that a vote is missing; whoever holds its receipt does."""
    write_book(folder, station.told)
    receipt = tmp_path / "mine.tlog-proof"
    receipt.write_text(
        receipt_of(folder / "log", len(station.told), indices(station, "cast")[0]), encoding="utf-8"
    )
    assert audit(folder, "--receipt", str(receipt))[0] == 0
    write_book(folder, dropped(station).told)
    assert audit(folder)[0] == 0

    code, found = audit(folder, "--receipt", str(receipt))

    assert code == 2
    assert "mine.tlog-proof does not hold" in sentences(found)


def test_a_dropped_vote_is_found_by_who_looked_before(station: Station, folder: Path, tmp_path: Path) -> None:
    """A state file of an earlier audit, as a witness keeps it, is not the beginning of the shortened book."""
    write_book(folder, station.told)
    state = str(tmp_path / "state.json")
    assert audit(folder, "--state", state)[0] == 0
    write_book(folder, dropped(station).told)

    code, found = audit(folder, "--state", state)

    assert code == 2
    assert "has only" in sentences(found)


@pytest.mark.parametrize(
    ("is_kept", "deadline", "expected_code", "words"),
    [
        (True, 1_000, 0, "was kept: the cast is entry"),
        (False, 1_000, 2, "was broken: no entry of this book is that cast"),
        (False, 2**39, 0, "is not due yet"),
    ],
)
def test_a_vote_that_was_never_logged_is_found_by_its_promise(  # noqa: PLR0917 (a table of cases)
    station: Station,
    folder: Path,
    tmp_path: Path,
    is_kept: bool,
    deadline: int,
    expected_code: int,
    words: str,
) -> None:
    """The site signed that the cast would be in the book by then; the audit looks for it."""
    cast = station.told[indices(station, "cast")[0]][0]
    promise = Promise(ORIGIN, leaf_hash(pack_entry({"v": 1, **cast})), deadline)
    file = tmp_path / "mine.promise"
    file.write_text(sign_promise(promise, PROMISER), encoding="utf-8")
    write_book(folder, (station if is_kept else dropped(station)).told)

    code, found = audit(folder, "--promise", str(file))

    assert code == expected_code, sentences(found)
    assert words in sentences(found)


def test_a_promise_by_another_key_is_refused(station: Station, folder: Path, tmp_path: Path) -> None:
    """Only the key of entry 0 promises for this book."""
    file = tmp_path / "mine.promise"
    file.write_text(sign_promise(Promise(ORIGIN, bytes(32), 1), SIGNER), encoding="utf-8")
    write_book(folder, station.told)

    code, found = audit(folder, "--promise", str(file))

    assert code == 2
    assert "mine.promise does not hold" in sentences(found)


def test_a_wrong_tally_is_a_wrong_number(station: Station, folder: Path) -> None:
    """A site that shows one person more than its book gives: exit 1."""
    write_book(folder, station.told)
    numbers = folder / "log" / "numbers.json"
    stated = json.loads(numbers.read_bytes())
    stated["numbers"][COUNTED]["value"] += 1
    numbers.write_bytes(json.dumps(stated, sort_keys=True, separators=(",", ":")).encode())

    code, found = audit(folder)

    assert code == 1
    assert "counted: the site shows 6, the book gives 5" in sentences(found)


def test_a_rotation_is_shown_and_passes(station: Station, folder: Path) -> None:
    """One more key after the end of the first is allowed, and whoever audits is told that the crowd was split."""
    station.add({"k": "keyend", "i": 4, "why": "rotated"})
    second = station.log_key(1)
    station.publish([station.cast(station.person(second), [0]) for _ in range(3)])
    write_book(folder, station.told)

    code, found = audit(folder)

    assert code == 0, sentences(found)
    assert "splits those who take part" in sentences(found)


def test_casts_are_examined_in_every_process(folder: Path) -> None:
    """In a book of several thousand entries one forged cast is found by its index, with one worker as with two."""
    station = polled()
    for number in range(4500):
        station.add({"k": "hologram", "x": number})
    station.publish([station.cast(station.person(4), [0]) for _ in range(40)])
    forged = indices(station, "cast")[-3]
    change(station, forged, c=[1])
    batch = indices(station, "batch")[-1]
    resort(station, batch - 40, batch)
    forged = next(index for index in range(batch - 40, batch) if station.told[index][0]["c"] == [1])
    write_book(folder, station.told, is_true=False)

    for workers in ("1", "2"):
        code, found = audit(folder, "--workers", workers)

        assert (code, found["first_bad_index"]) == (2, forged), sentences(found)
        assert "its one-time key did not sign" in sentences(found)
