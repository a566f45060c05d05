"""`sawtna cast` for those without an address, for those who vouch, and for what became of a pledge; the audit of it all."""

import argparse
import json

import pytest

pytest.importorskip("django", reason="a house needs the web part")
from sawtna.campaigns.caster.purse import unpack_purse
from sawtna.campaigns.core.casting.invitations import write_invitation
from sawtna.cli.cast import configure
from sawtna.cli.cast import run as run_cast

from tests.campaigns.counter.conftest import campaign_file, open_town
from tests.campaigns.counter.inviting import change_house, open_to_all
from tests.web.conftest import run

pytestmark = [pytest.mark.site, pytest.mark.slow]

CODES = [write_invitation(bytes([number]) * 10) for number in range(1, 5)]


@pytest.fixture(scope="module")
def town(tmp_path_factory):
    """A house that takes addresses, invitations and vouches, and asks what became of the pledge."""
    shared = open_town(tmp_path_factory.mktemp("town") / "var", open_to_all(campaign_file()))
    change_house(shared.house.var, shared.house.url, codes=CODES)
    yield shared
    shared.house.close()


@pytest.fixture
def cast(town, tmp_path, capsys):
    """Run the command with the purse of one person, without a process of its own; what it says, or why it refuses."""

    def cast_as(who, *words):
        parser = argparse.ArgumentParser()
        configure(parser)
        purse = ["--purse", str(tmp_path / f"{who}.json")]
        try:
            status = run_cast(parser.parse_args([town.house.url, "--campaign", "trial", *purse, *words]))
        except SystemExit as refusal:
            capsys.readouterr()
            return str(refusal)
        said = capsys.readouterr().out
        assert status == 0, said
        return said

    cast_as.coins = lambda who: unpack_purse((tmp_path / f"{who}.json").read_bytes()).coins
    return cast_as


def test_people_come_by_invitation_tell_what_they_did_and_let_a_newcomer_in(town, cast):
    """No mail is sent. What each says is in the book when the next batches have closed, and the audit agrees with all of it."""
    pledge = ("--ballot", "stop", "--choose", "bills")
    assert "not among the invitations" in cast("amina", *pledge, "--invitation", write_invitation(bytes(10)))
    assert "You are counted" in cast("amina", *pledge, "--invitation", CODES[0].upper())
    assert "used before" in cast("thief", *pledge, "--invitation", CODES[0])

    assert "Asked are: bills" in cast("amina", "--ballot", "stop", "--did", "top-ups")
    assert "pledged nothing" in cast("stranger", "--ballot", "stop", "--did", "bills")
    assert "tell with --did or --did-not: bills" in cast("amina")
    assert "is counted" in cast("amina", "--ballot", "stop", "--did", "bills")
    assert "You are counted" in cast("amina", "--ballot", "stop", "--choose", "bills", "top-ups")
    told = max(cast.coins("amina").values(), key=lambda coin: coin.q)
    assert (told.q, told.choice, told.did, told.did_not) == (3, (0, 1), (1,), ())

    code = cast("newcomer", "--newcomer").splitlines()[1]
    assert cast("newcomer", "--newcomer").splitlines()[1] == code
    assert "does not hold enough vouches" in cast("newcomer", *pledge, "--vouched")
    for who, words in (("amina", ()), ("badr", ("--invitation", CODES[1]))):
        assert "You vouched" in cast(who, "--vouch-for", code, *words)
        assert "vouched already" in cast(who, "--vouch-for", CODES[3])
    change_house(town.house.var, town.house.url, seconds=120)
    assert "You are counted" in cast("newcomer", *pledge, "--vouched")
    change_house(town.house.var, town.house.url, seconds=240)

    assert town.mails() == []
    numbers = ("issued/invite", "counted/peer", "counted", "did/bills", "checked-in", "options/top-ups")
    assert [town.number(f"ballots/stop/{name}") for name in numbers] == [2, 1, 2, 1, 1, 1]
    audited = run("audit", town.house.url, "--json")
    assert audited.returncode == 0, audited.stdout
    assert json.loads(audited.stdout)["counts"]["number"] == 0


def test_what_is_not_offered_is_said_before_anything_is_kept(town, cast):
    """A campaign that asks nobody what they did, and a code that is none."""
    assert "Nobody is asked today" in cast("karim", "--ballot", "poll", "--did", "bills")
    assert "Say with --ballot" in cast("karim", "--did", "bills")
    assert "This is no newcomer’s code." in cast("karim", "--vouch-for", "k7qm")
    assert cast("karim", "--ballot", "nix", "--choose", "a").endswith("Open are: stop, poll.")
    assert "There is no folder" in cast("karim/nowhere", "--ballot", "stop", "--choose", "bills")
    assert "Make a code with --newcomer first" in cast(
        "karim", "--ballot", "stop", "--choose", "bills", "--vouched"
    )
