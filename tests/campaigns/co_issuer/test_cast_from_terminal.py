"""`sawtna cast` where two organisations must let a person in."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from sawtna.campaigns.caster.purse import unpack_purse

from tests.campaigns.co_issuer.conftest import PATIENCE, Pair
from tests.web.conftest import SAWTNA, run, surroundings


@pytest.mark.slow
def test_a_person_takes_part_from_a_terminal(pair: Pair, tmp_path: Path) -> None:
    """It asks for the code of each, keeps what one gave when the other is away, and says who does not answer."""
    purse, address = tmp_path / "purse.json", "terminal@example.org"
    words = ["cast", pair.town.house.url, "--campaign", "trial", "--purse", str(purse)]
    choice = ["--ballot", "stop", "--choose", "bills", "--email", address, "--code-from-stdin"]
    invited = run(*words, *choice[:4], "--invitation", "k7qm-3xwp-2b9d-h4tn")
    assert invited.stderr.splitlines()[-1] == (
        "No invitation codes are taken here, but e-mail addresses. ngo must let people in too, each by a mail of its own."
    )
    pair.partner.kill()
    away = run(*words, *choice)
    assert away.returncode == 1
    assert "The other issuer, ngo, does not answer. Nothing is lost" in away.stderr
    pair.partner.open(pair.town.house.url)

    process = subprocess.Popen(
        [*SAWTNA, *words, *choice],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=surroundings(),
    )
    assert process.stdin is not None
    process.stdin.write(f"{pair.partner.code_for(address)}\n")
    process.stdin.flush()
    process.stdin.write(f"{pair.town.code_for(address, PATIENCE)}\n")
    out, err = process.communicate(timeout=PATIENCE)

    assert process.returncode == 0, err
    assert "You are counted" in out
    assert pair.partner.url in err
    assert {len(coin.stamps) for coin in unpack_purse(purse.read_bytes()).coins.values()} == {2}
    assert run(*words, "--ballot", "stop", "--withdraw").stdout == "Withdrawn.\n"
