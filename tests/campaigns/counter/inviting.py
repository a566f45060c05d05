"""What is done to a house from outside for those who come without an address: invitations, a vouching, time that passes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

from tests.web.conftest import surroundings

PROGRAM = """
import json, sys
import django
django.setup()
from django.db import transaction
from django.utils import timezone
from sawtna.campaigns.actions.tend_ballots import tend_ballots
from sawtna.campaigns.ballots_of_book import counters_book
from sawtna.campaigns.core.casting.invitations import code_hash, root_of_codes
from sawtna.campaigns.models import Invitation
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint
from sawtna.ledger.core.encoding import encode_base64url

asked = json.loads(sys.argv[1])
roll = next(index for index, _ in counters_book().register.rolls.values())
with transaction.atomic():
    if asked["codes"]:
        root = encode_base64url(root_of_codes(asked["codes"]))
        append_entries([NewEntry({"k": "invite", "i": roll, "n": len(asked["codes"]), "root": root})])
        Invitation.objects.bulk_create([Invitation(roll=roll, code=code_hash(code)) for code in asked["codes"]])
    append_entries([NewEntry(body) for body in asked["entries"]])
tend_ballots(int(timezone.now().timestamp()) + asked["seconds"])
publish_checkpoint()
"""


def change_house(
    var: Path,
    url: str,
    *,
    codes: Sequence[str] = (),
    entries: Sequence[dict[str, object]] = (),
    seconds: int = 0,
) -> None:
    """Commit to codes for its roll, write these entries, and look after its ballots as if so many seconds had passed."""
    asked = json.dumps({"codes": list(codes), "entries": list(entries), "seconds": seconds})
    settings = {
        "DJANGO_SETTINGS_MODULE": "sawtna.web.settings",
        "SAWTNA_VAR": str(var),
        "SAWTNA_ORIGIN": url,
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, asked],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        env={**surroundings(), **settings},
    )
    assert done.returncode == 0, done.stderr


def vouching(vouches: int = 2) -> dict[str, object]:
    """The entry with which people of the roll can vouch for newcomers, in batches of one."""
    return {
        "k": "vouching", "c": "trial", "id": "vouches", "roll": "main", "vouches": vouches, "kinds": ["email", "invite"],
        "issuers": ["site"], "need": 1, "every": 60, "kmin": 1,
    }  # fmt: skip
