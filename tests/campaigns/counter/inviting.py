"""A campaign for those who come without an address, and what is done to its house from outside: invitations, time that passes."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
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
tend_ballots(int(timezone.now().timestamp()) + asked["seconds"])
publish_checkpoint()
"""


def change_house(
    var: Path,
    url: str,
    *,
    codes: Sequence[str] = (),
    seconds: int = 0,
) -> None:
    """Commit to codes for its roll, and look after its ballots as if so many seconds had passed."""
    asked = json.dumps({"codes": list(codes), "seconds": seconds})
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


def open_to_all(document: dict[str, object]) -> dict[str, object]:
    """The campaign of other tests, now with invitations and vouches, and asking for five days what became of the pledge."""
    kinds = ["email", "invite", "peer"]
    document["rolls"][0]["kinds"] = kinds
    for ballot in document["ballots"]:
        ballot["kinds"] = kinds
    last_day = datetime.now(UTC).date() + timedelta(days=5)  # noqa: TID251 (a test stands at the edge)
    document["ballots"][0]["checkin"] = str(last_day)
    vouching = {
        "id": "vouches",
        "roll": "main",
        "vouches": 2,
        "kinds": ["email", "invite"],
        "issuers": ["site"],
    }
    document["vouchings"] = [{**vouching, "need": 1, "every": 60, "kmin": 1}]
    return document
