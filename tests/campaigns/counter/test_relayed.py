"""Casting through a relay, at a real house with a real relay: what the site can read, and what a kill can do."""

from __future__ import annotations

import json
import random
import signal
import time

import pytest

from sawtna.campaigns.core.casting.casts import pack_point
from sawtna.campaigns.core.casting.promises import keep_sealed
from sawtna.campaigns.core.casting.sealing import SEALED_BYTES, seal_hash
from sawtna.campaigns.relay.key_file import load_keys
from sawtna.ledger.core.encoding import encode_base64url

from tests.campaigns.counter.conftest import open_again
from tests.campaigns.counter.relayed import open_relayed_town, seal, send
from tests.web.conftest import run


@pytest.fixture(scope="module")
def place(tmp_path_factory):
    """A folder that the tests of this file share."""
    return tmp_path_factory.mktemp("relayed")


@pytest.fixture(scope="module")
def both(place):
    """A town and its relay; whatever runs is ended."""
    town, relay = open_relayed_town(place)
    yield town, relay
    relay.kill()
    town.house.close()


def readable(var):
    """Everything in the files of a house's database, as bytes."""
    return b"".join(path.read_bytes() for path in sorted(var.glob("*.sqlite3*")))


@pytest.mark.parametrize("length", [0, 1, SEALED_BYTES - 1, SEALED_BYTES + 1, 10_000_000])
def test_what_is_no_sealed_cast_is_refused(both, length):
    """By its length, whatever it is; ten megabytes are not even read."""
    answer = send(both[0], b"\0" * length)
    assert (answer.status_code, answer.json()["error"]) in {(400, "malformed"), (413, "too_long")}


def test_a_roll_without_a_relay_takes_none(both):
    """Nothing is kept that nobody would open."""
    answer = send(both[0], (99).to_bytes(8, "big").ljust(SEALED_BYTES, b"\4"))
    assert (answer.status_code, answer.json()["error"]) == (400, "malformed")


@pytest.mark.parametrize("request_", [b"", b"{}", b"\xff" * 100, b" " * 5_000_000])
def test_only_the_relay_is_shown_what_is_sealed(both, request_):
    """Who did not sign gets nothing, and no fault."""
    with both[0].client as client:
        assert client.post("/t/v1/relay", content=request_).status_code in {403, 413}


@pytest.mark.slow
def test_killed_at_random_each_cast_counts_once_and_the_site_never_could_read_one(both, place):
    """The relay is away over a batch, then both are killed again and again; in the end all count, and the audit agrees."""
    town, relay = both
    people = [town.enrol(f"p{number}@example.org") for number in range(4)]
    kept = []
    for coins in people:
        sealed, leaf = seal(town, coins[0], [0])
        answers = [send(town, sealed), send(town, sealed)]  # the first answer may be lost
        assert [answer.status_code for answer in answers] == [200, 200]
        kept.append(keep_sealed(answers[0].json()["promise"], leaf))
    garbage = sealed[:8] + b"\4" * (SEALED_BYTES - 8)
    assert send(town, garbage).status_code == 200  # the site cannot tell
    slot = int(time.time()) // 60  # noqa: TID251 (a test stands at the edge)
    while int(time.time()) // 60 == slot:  # noqa: TID251
        time.sleep(0.5)  # a batch goes by without the relay
    assert not town.number("ballots/stop/counted")

    town.house.process.send_signal(signal.SIGKILL)
    town.house.process.wait()
    held = readable(town.house.var)
    assert seal_hash(sealed) in held  # and the rest of it, in pieces of a page
    for coins in people:
        point = pack_point(coins[0].private.public_key())
        assert point not in held
        assert encode_base64url(point).encode() not in held
    assert b'"k":"cast"' not in held
    open_again(town.house)

    dice = random.Random(2016)
    for _ in range(4):
        relay.start()
        time.sleep(dice.uniform(0.5, 4))
        relay.kill()
    town.house.process.send_signal(signal.SIGKILL)
    town.house.process.wait()
    open_again(town.house)
    relay.start()
    town.wait_for_number("ballots/stop/counted", len(people), 300)

    assert town.number("ballots/stop/counted") == len(people)
    (place / "promise.txt").write_text(kept[0])
    audited = run("audit", town.house.url, "--no-pages", "--json", "--promise", str(place / "promise.txt"))
    assert audited.returncode == 0, audited.stdout
    assert "was kept" in audited.stdout
    relay.kill()
    told = run("relay", "tell", "--var", str(relay.var))
    assert told.stdout == "1 dropped: not sealed to a key of this relay\n4 handed in\n"
    one = run("relay", "tell", "--var", str(relay.var), "--promise", str(place / "promise.txt"))
    assert one.stdout == "It was handed in.\n"


def test_the_keys_of_a_relay_are_for_its_owner_alone(tmp_path):
    """They are made once, printed as a campaign file needs them, and a further one leaves the older in use."""
    made = run("relay", "key", "--var", str(tmp_path / "relay"))
    assert (tmp_path / "relay/relay.key").stat().st_mode & 0o777 == 0o600
    assert run("relay", "key", "--var", str(tmp_path / "relay")).stdout == made.stdout
    first = load_keys(tmp_path / "relay")
    another = json.loads(run("relay", "key", "--another", "--var", str(tmp_path / "relay")).stdout)
    keys = load_keys(tmp_path / "relay")
    assert another["relays"][0]["vk"] == first.entry["vk"]
    assert another["relays"][0]["pk"] == keys.entry["pk"] != first.entry["pk"]
    assert len(keys.openers) == 2
    (tmp_path / "relay/relay.key").write_text("nothing")
    refused = run("relay", "tell", "--var", str(tmp_path / "relay"))
    assert (refused.returncode, "holds no keys" in refused.stderr) == (1, True)
