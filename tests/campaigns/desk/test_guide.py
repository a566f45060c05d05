"""The guide to the desk says what the program does."""

import re
from pathlib import Path

from django.utils import translation

from sawtna.campaigns.core.roles import MAY, ROLES
from sawtna.campaigns.forms.choices import RIGHTS

GUIDE = Path(__file__).parents[3] / "docs/guides/desk.md"


def test_the_table_of_roles_is_the_one_that_is_enforced():
    """Who reads the guide knows exactly what each role may do."""
    text = GUIDE.read_text("utf-8")
    table = re.search(r"^\| \| owner \| editor \| moderator \|\n\|[-|]+\n((?:\|.*\n)+)", text, re.MULTILINE)[
        1
    ]
    told = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
    with translation.override("en"):
        meant = [
            [str(label), *("yes" if role in MAY[verb] else "no" for role in ROLES)]
            for verb, label in RIGHTS.items()
        ]
    assert told == meant
    assert set(RIGHTS) == set(MAY)
