"""Invitation codes: committed to in the book, kept as hashes alone, shown once; and what the desk tells of what is taken here."""

import base64
import re
from datetime import UTC, datetime

import pytest
from django.db import connection

from sawtna.campaigns.core.casting.invitations import code_hash, root_of_codes
from sawtna.campaigns.models import Invitation, Trail
from sawtna.campaigns.told import accepted_story
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.reads import entries_of

from tests.campaigns.desk.browsing import form_on, send
from tests.campaigns.desk.test_taking_part import PLEDGE, ROLL
from tests.campaigns.square import C

pytestmark = pytest.mark.stores

PATH = f"/en/desk/{C}/rolls/autumn/invitations/"
CODE = re.compile(r"\b[0-9a-hj-km-np-tv-z]{4}(?:-[0-9a-hj-km-np-tv-z]{4}){3}\b")


@pytest.fixture
def opened(owner, desk):
    """Give the browser of the owner, after a roll with invitations and a pledge were published."""
    send(owner, f"{desk}/rolls/new/", ROLL)
    send(owner, f"{desk}/ballots/new/", PLEDGE)
    page = owner.get(f"{desk}/publish/")
    owner.post(f"{desk}/publish/", {"revision": page.context["revision"]})
    return owner


def codes_on(page):
    """The codes of the cards, in their order."""
    return [CODE.search(card)[0] for card in re.findall(r"<code dir=\"ltr\">[^<]*</code>", page.text)]


def test_codes_are_committed_to_and_shown_once(opened, desk, open_square):
    """The book holds how many and a root over their hashes; the database holds hashes; nothing anywhere holds a code."""
    sheet = send(opened, PATH, {"count": "12", "language": "ar"}, has="seen")
    codes = codes_on(sheet)
    assert len(set(codes)) == 12
    roll = accepted_story(C).item("rolls", "autumn").index
    (entry,) = [body for _, body, _ in entries_of(kinds=("invite",))]
    assert entry == {
        "v": 1,
        "k": "invite",
        "i": roll,
        "n": 12,
        "root": encode_base64url(root_of_codes(codes)),
    }
    kept = {bytes(one) for one in Invitation.objects.filter(roll=roll).values_list("code", flat=True)}
    assert kept == set(map(code_hash, codes))
    step = Trail.objects.order_by("-pk").first()
    assert (step.what, step.about) == ("make-invitations", {"section": "rolls", "id": "autumn", "count": 12})
    assert "Made 12 invitation codes for rolls/autumn" in opened.get(f"{desk}/trail/").text
    for path in (PATH, f"{desk}/trail/", f"{desk}/rolls/", f"{desk}/casting/"):
        assert not any(code in opened.get(path).text for code in codes)
    held = b"".join(file.read_bytes() for file in open_square.rglob("*") if file.is_file())
    if connection.vendor == "sqlite":  # a journey greps the file of a real house
        held += "\n".join(connection.connection.iterdump()).encode()
    for code in codes:
        assert code.encode() not in held
        assert code.replace("-", "").encode() not in held


def test_a_sheet_has_ten_cards_a_page_with_titles_and_a_square(opened):
    """Each card has the title in the languages that exist and a drawing without styles; the code is behind the #."""
    sheet = send(opened, PATH, {"count": "11", "language": "ar"}, has="seen")
    assert [len(page) for page in sheet.context["pages"]] == [10, 1]
    assert sheet.text.count('class="cards"') == 2
    assert sheet.text.count('<p class="name" lang="en" dir="ltr">Somewhere</p>') == 11
    assert "style=" not in sheet.text
    code = codes_on(sheet)[0]
    lines = base64.b64decode(sheet.context["as_csv"].partition("base64,")[2]).decode().splitlines()
    assert lines[0] == "code,address"
    assert lines[1].endswith(f"/ar/{C}/take-part/#invite={code.replace('-', '')}")
    assert base64.b64decode(
        sheet.context["as_text"].partition("base64,")[2]
    ).decode().splitlines() == codes_on(sheet)
    assert sheet.headers["Cache-Control"] == "private, no-store"


def test_a_number_that_makes_no_sheet_is_said_and_kept(opened):
    """Nothing is made, and what was typed stands there still."""
    for count in ("0", "5001", "many", "", "-3", "9" * 30):
        page = send(opened, PATH, {"count": count}, has="seen")
        assert page.status_code == 422
        assert "Ask for 1 to 5000 codes at once." in page.text
        assert f'value="{count}"' in page.text
    assert not Invitation.objects.exists()


def test_a_page_that_is_sent_twice_makes_its_codes_once(opened):
    """Going back and pressing again, or loading the sheet again, makes no second set."""
    page = opened.get(PATH)
    fields = dict(form_on(page, has="seen")["fields"]) | {"count": "2", "language": "fr"}
    assert opened.post(PATH, fields).status_code == 200
    again = opened.post(PATH, fields)
    assert again.status_code == 422
    assert "in the meantime" in again.text
    assert Invitation.objects.count() == 2
    assert "<dd>2</dd>" in again.text


def test_only_owners_and_editors_make_codes(opened, moderator, stranger, client, desk):
    """A moderator, a stranger and a passer-by find the door closed."""
    assert moderator.get(PATH).status_code == 403
    assert stranger.post(PATH, {"count": "1", "seen": "0"}).status_code == 403
    assert client.get(PATH).status_code in {302, 403}
    assert not Invitation.objects.exists()
    # Where codes are no good there is no page, and no way to one.
    assert opened.get(f"{desk}/rolls/spring/invitations/").status_code == 404
    assert opened.get(f"{desk}/rolls/nothing/invitations/").status_code == 404
    page = opened.get(f"{desk}/rolls/")
    assert page.text.count("/invitations/") == 1


def test_the_desk_tells_what_is_taken_here(opened, desk):
    """Hours on the clock of the campaign, the mode, keys with their entries, and fewer than ten while no batch came."""
    page = opened.get(f"{desk}/casting/")
    rows = {row.title: row for row in page.context["rows"]}
    pledge = rows["Stop topping up"]
    assert (pledge.opens, pledge.lets_in_until) == ("2026-03-02 00:00", "2027-01-01 01:00")
    assert pledge.counts_until == "2027-02-01 01:00"
    assert len(pledge.keys) == 2
    assert (pledge.issued, pledge.counted) == (0, 0)
    now = datetime.now(UTC)  # noqa: TID251 (a test stands at the edge)
    if now < datetime(2027, 1, 1, tzinfo=UTC):
        assert (pledge.state, pledge.fewer_than) == ("open", 10)
        assert "fewer than 10 so far" in page.text
    assert rows["Which step?"].state == "closed"
    assert f'href="{desk}/casting/"' in opened.get(f"{desk}/").text
