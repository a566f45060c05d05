"""`sawtna cast` at a real house: code, tokens, cast, change, withdraw, forget; and what it refuses before it sends anything."""

import json
import stat
import subprocess
import sys
import time
from typing import ClassVar

import httpx
import pytest

pytest.importorskip("django", reason="a house needs the web part")
import altcha

from sawtna.campaigns.caster.offers import Named, OfferError, forms_of, prove_offer
from sawtna.campaigns.caster.purse import Purse, unpack_purse
from sawtna.campaigns.caster.work import WorkError, do_work
from sawtna.cli.book_reader import SiteReader
from sawtna.cli.cast_counter import Counter, CounterError
from sawtna.cli.casting import Booth
from sawtna.ledger.core.errors import TileError
from sawtna.ledger.core.note import Signer
from sawtna.ledger.core.policy import unpack_policy

from tests.campaigns.counter.conftest import campaign_file, faketime, open_town
from tests.web.conftest import SAWTNA, run, surroundings

pytestmark = [pytest.mark.site, pytest.mark.slow]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A house with a pledge and a poll, shared by the tests of this file."""
    shared = open_town(tmp_path_factory.mktemp("town") / "var", campaign_file())
    yield shared
    shared.house.close()


def newest_code(town, address, many, process):
    """The code of a mail that comes while the process waits."""
    while len(town.mails()) == many and process.poll() is None:
        time.sleep(0.05)
    return town.code_for(address)


@pytest.fixture
def cast(town, tmp_path):
    """Run the command with a purse of this test; with an address, the code that comes by mail is typed in."""

    def run_cast(*words, address="", code=None, purse=tmp_path / "purse.json"):
        command = [*SAWTNA, "cast", town.house.url, "--campaign", "trial", "--purse", str(purse), *words]
        if not address:
            return run(*command[len(SAWTNA) :])
        many = len(town.mails())
        process = subprocess.Popen(
            [*command, "--email", address, "--code-from-stdin"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            env=surroundings(),
        )
        typed = code or newest_code(town, address, many, process)
        out, err = process.communicate(f"{typed}\n", timeout=120)
        return subprocess.CompletedProcess(command, process.returncode, out, err)

    run_cast.purse = tmp_path / "purse.json"
    return run_cast


@pytest.fixture
def offer(town):
    """What is open, proven."""
    with httpx.Client() as client:
        reader = SiteReader(town.house.url, client)
        (named,) = forms_of(town.house.get("/en/trial/take-part/").text)
        yield prove_offer(named, unpack_policy(reader.read("policy").decode()), reader.read)


def coins(path):
    """What a purse holds, by the id of nothing but the order of ballots: (next number, choice)."""
    held = unpack_purse(path.read_bytes()).coins
    return [(coin.q, list(coin.choice)) for _, coin in sorted(held.items())]


def test_it_lists_what_is_open(cast):
    """Without a ballot it says what could be chosen, and keeps nothing."""
    done = cast()
    assert done.returncode == 0, done.stderr
    assert "stop (pledge, approval): top-ups, bills" in done.stdout
    assert "poll (poll, single): top-ups, bills" in done.stdout
    assert not cast.purse.exists()


def test_a_person_takes_part_changes_withdraws_and_forgets(cast):
    """One code for all ballots; after that nothing is asked. The purse is for its owner alone and holds a promise."""
    done = cast("--ballot", "stop", "--choose", "top-ups", address="terminal@example.org")
    assert done.returncode == 0, done.stderr
    assert "You are counted" in done.stdout
    assert stat.S_IMODE(cast.purse.stat().st_mode) == 0o600
    assert coins(cast.purse) == [(1, [0]), (0, [])]
    held = json.loads(cast.purse.read_text())["coins"]
    assert held[0]["promise"].startswith("sawtna/v1/promise\n")
    assert "terminal" not in cast.purse.read_text()
    assert "inverse" not in cast.purse.read_text()

    assert cast("--ballot", "poll", "--choose", "bills").returncode == 0
    assert cast("--ballot", "stop", "--choose", "bills", "top-ups").returncode == 0
    assert coins(cast.purse) == [(2, [0, 1]), (1, [1])]
    assert "you chose: top-ups, bills" in cast().stdout

    assert "Withdrawn." in cast("--ballot", "stop", "--withdraw").stdout
    assert "Withdrawn." in cast("--withdraw").stdout
    assert coins(cast.purse) == [(3, []), (2, [])]
    assert cast("--withdraw").returncode == 1

    assert "Forgotten" in cast("--forget").stdout
    assert not cast.purse.exists()


@pytest.mark.parametrize("days", ["+1d", "-1d"])
def test_a_clock_that_is_wrong_by_a_day_changes_nothing(cast, monkeypatch, days):
    """The machine of a person may think that it is tomorrow or yesterday."""
    monkeypatch.setenv("LD_PRELOAD", faketime())
    monkeypatch.setenv("FAKETIME", days)
    monkeypatch.setenv("FAKETIME_DONT_FAKE_MONOTONIC", "1")
    done = cast(
        "--ballot", "stop", "--choose", "top-ups", address=f"clock{days[0]}@example.org".replace("+", "p")
    )
    assert done.returncode == 0, done.stderr
    assert cast("--ballot", "stop", "--choose", "bills").returncode == 0


def test_a_wrong_code_loses_nothing(cast):
    """A sentence and status 1; the same blinded messages go through with the right code."""
    wrong = cast("--ballot", "stop", "--choose", "bills", address="slip@example.org", code="1")
    assert wrong.returncode == 1
    assert "This code does not fit." in wrong.stderr
    before = {one: coin.asked for one, coin in unpack_purse(cast.purse.read_bytes()).coins.items()}
    assert all(before.values())

    done = cast("--ballot", "stop", "--choose", "bills", address="slip@example.org")
    assert done.returncode == 0, done.stderr
    assert before.keys() == unpack_purse(cast.purse.read_bytes()).coins.keys()


def test_a_second_purse_of_one_address_is_refused(cast, tmp_path):
    """One person, one voice: the sentence says where to change the choice."""
    assert cast("--ballot", "stop", "--choose", "bills", address="twice@example.org").returncode == 0
    again = cast(
        "--ballot", "stop", "--choose", "bills", address="twice@example.org", purse=tmp_path / "other.json"
    )
    assert again.returncode == 1
    assert "already taken part" in again.stderr


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--ballot", "nothing", "--choose", "bills"), "Open are: stop, poll"),
        (("--ballot", "stop", "--choose", "phones"), "The options of stop are: top-ups, bills"),
        (("--ballot", "stop"), "Say with --choose"),
        (("--choose", "bills"), "Say with --ballot"),
        (("--ballot", "poll", "--choose", "bills", "top-ups"), "Choose 1 different options of poll"),
        (("--campaign", "elsewhere"), "has no campaign 'elsewhere'"),
    ],
)
def test_what_cannot_be_cast_is_said_before_anything_is_asked(cast, words, sentence):
    """A sentence with what there is, and no purse."""
    done = cast(*words)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert not cast.purse.exists()


def test_another_log_than_the_pinned_one_is_refused(cast, tmp_path):
    """With a policy from an earlier day, a book under another key is noticed, and nothing is sent."""
    pinned = tmp_path / "policy"
    pinned.write_text(f"log {Signer('127.0.0.1/log', bytes(32)).verifier.vkey}\nquorum none\n")
    done = cast("--ballot", "stop", "--choose", "bills", "--policy", str(pinned))
    assert done.returncode == 1
    assert "signature" in done.stderr
    assert "Traceback" not in done.stderr
    assert not cast.purse.exists()


def test_keys_that_the_book_does_not_have_are_refused(town, offer):
    """Swapped keys, entries that are no keys, another kind, entries beyond the book: none is used."""
    (first, one), (second, two) = offer.named.pairs
    named = offer.named
    bad = [
        Named(named.roll, named.kind, ((first, two), (second, one))),
        Named(named.roll, named.kind, ((first, first),)),
        Named(named.roll, "sms", named.pairs),
        Named(named.roll + 1, named.kind, named.pairs),
        Named(named.roll, named.kind, ((first, 10_000),)),
    ]
    with httpx.Client() as client:
        reader = SiteReader(town.house.url, client)
        policy = unpack_policy(reader.read("policy").decode())
        for case in bad:
            with pytest.raises((OfferError, TileError)):
                prove_offer(case, policy, reader.read)


class Forgetful(Counter):
    """A counter whose answer to the first cast is lost after it took it."""

    lost: ClassVar[list[bytes]] = []

    def hand_in(self, cast):
        """Hand in, and lose the first answer."""
        promise = super().hand_in(cast)
        if not self.lost:
            self.lost.append(cast)
            raise CounterError("network", "No answer came.")
        return promise


def test_a_lost_answer_is_asked_for_again_with_the_same_bytes(town, offer, tmp_path):
    """The cast on its way is in the purse before it is sent; it goes in again as it was, then the new choice."""
    path = tmp_path / "purse.json"
    booth = Booth(offer, Purse(offer.register.origin), path, Forgetful(town.house.url))
    booth.ask_for_code("tunnel@example.org")
    booth.take_tokens("tunnel@example.org", town.code_for("tunnel@example.org"))
    ballot = offer.ballot("stop")
    with pytest.raises(CounterError):
        booth.cast(ballot, [0])

    kept = unpack_purse(path.read_bytes())
    assert kept.coins[ballot.index].told == Forgetful.lost[0]
    Booth(offer, kept, path, Counter(town.house.url)).cast(ballot, [1])
    coin = unpack_purse(path.read_bytes()).coins[ballot.index]
    assert (coin.q, coin.choice, coin.told) == (2, (1,), b"")


def test_the_work_is_that_of_altcha():
    """What is solved without ALTCHA is accepted by ALTCHA; other and endless work is refused with a sentence."""
    challenge = altcha.create_challenge(
        "PBKDF2/SHA-256", 10, counter=37, hmac_secret="secret", hmac_key_secret="secret"
    ).to_dict()
    assert altcha.verify_solution(do_work(challenge), "secret", hmac_key_secret="secret").verified
    endless = {**challenge["parameters"], "cost": 10**10}
    for parameters in (
        {**challenge["parameters"], "algorithm": "SCRYPT"},
        endless,
        {"algorithm": "PBKDF2/SHA-256"},
    ):
        with pytest.raises(WorkError):
            do_work({"parameters": parameters})


def test_it_needs_no_django():
    """The command is for whoever installed the light part."""
    program = "import sys, sawtna.cli.cast; sys.exit('django' in sys.modules or 'altcha' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0


def test_a_purse_of_another_book_is_not_touched(cast, tmp_path):
    """Nor is a file that is no purse."""
    other = tmp_path / "other.json"
    other.write_text('{"format": "sawtna-purse/1", "origin": "elsewhere.example/log", "coins": []}')
    assert "the purse of elsewhere.example/log" in cast("--forget", purse=other).stderr
    other.write_text("[]")
    assert "no purse" in cast("--forget", purse=other).stderr
    assert other.exists()
