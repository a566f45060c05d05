"""Rolls and ballots taken here, written at the desk: nothing typed is lost, and what people take part by stays as it is."""

import json

import pytest

from sawtna.campaigns.models import Draft
from sawtna.ledger.reads import entries_of

from tests.campaigns.core.documents import small
from tests.campaigns.desk.browsing import send
from tests.campaigns.square import C, draft

pytestmark = pytest.mark.stores

ROLL = {
    "kinds": ["email", "invite"], "mode": "lively", "opens": "2026-03-01 08:00", "closes": "2027-03-01 08:00",
    "id": "autumn",
}  # fmt: skip
PLEDGE = {
    "words.title.en": "Stop topping up", "sort": "pledge", "taken": "here", "counting": "approval", "min": "1", "max": "2",
    "roll": "autumn", "opens": "2026-03-02", "closes": "2026-12-31", "checkin": "2027-01-31", "id": "stop",
    "options.0.id": "top-ups", "options.0.en": "No top-ups", "options.0.opens": "2026-12-01",
    "options.1.id": "phones-off", "options.1.en": "Phones off", "options.1.opens": "2026-12-05", "options.1.closes": "2026-12-06",
    "options.1.stage": "phones-off",
}  # fmt: skip


def thing(section, name):
    """One thing of the draft."""
    return next((one for one in draft().document[section] if one.get("id") == name), None)


def test_a_roll_and_a_pledge_are_written_and_published(owner, desk):
    """Two pages and a button; the book then holds roll, ballot and the keys, and the file of the campaign says the same."""
    assert send(owner, f"{desk}/rolls/new/", ROLL).headers["Location"] == f"{desk}/rolls/"
    assert "2026-03-01 08:00 – 2027-03-01 08:00" in owner.get(f"{desk}/rolls/").text
    assert send(owner, f"{desk}/ballots/new/", PLEDGE).headers["Location"] == f"{desk}/ballots/"
    pledge = thing("ballots", "stop")
    assert pledge["actions"] == {
        "top-ups": {"opens": "2026-12-01"},
        "phones-off": {"opens": "2026-12-05", "closes": "2026-12-06", "stage": "phones-off"},
    }
    assert (pledge["every"], pledge["kmin"], pledge["issuers"], pledge["need"]) == (600, 10, ["site"], 1)
    assert pledge["kinds"] == ["email", "invite"]
    page = owner.get(f"{desk}/publish/")
    owner.post(f"{desk}/publish/", {"revision": page.context["revision"]})
    written = [body["k"] for _, body, _ in entries_of(kinds=("roll", "ballot", "key"))]
    assert written[-4:] == ["roll", "ballot", "key", "key"]
    exported = json.loads(owner.get(f"{desk}/file/published.json").content)
    assert pledge in exported["ballots"]
    posted = owner.post(f"{desk}/file/", {"text": json.dumps(exported)})
    assert posted.headers["Location"] == f"{desk}/"
    assert not owner.get(f"{desk}/").context["changes"]


def test_bad_answers_are_kept_and_said_beside_their_fields(owner, desk):
    """A roll without an end, a pledge with a wrong day of an action: both come back with what was typed."""
    answer = send(owner, f"{desk}/rolls/new/", {**ROLL, "opens": "Sunday", "closes": "", "kinds": []})
    page = owner.get(answer.headers["Location"])
    assert 'value="Sunday"' in page.text
    errors = {one.path: one.errors for one in page.context["questions"] if one.errors}
    assert errors == {
        "opens": ("This is no date and time. Write it such as 2026-03-01 08:00.",),
        "closes": ("This is no date and time. Write it such as 2026-03-01 08:00.",),
        "kinds": ("It is missing: tick at least one.",),
    }
    answer = send(owner, f"{desk}/ballots/new/", {**PLEDGE, "options.0.opens": "1 December", "roll": ""})
    page = owner.get(answer.headers["Location"])
    assert 'value="1 December"' in page.text
    assert '<a href="#q-options">Days of the actions</a>' in page.text
    assert page.context["questions"][4].errors == (
        "Choose the roll by which people are let in. Where there is none yet, add one first.",
    )


def test_a_changed_mode_takes_unpublished_ballots_along(owner, desk):
    """Before it is in the book a roll may change its mode, and nobody has to think of its ballots."""
    send(owner, f"{desk}/rolls/new/", ROLL)
    send(owner, f"{desk}/ballots/new/", PLEDGE)
    send(owner, f"{desk}/rolls/autumn/", {"mode": "quiet"})
    assert (thing("ballots", "stop")["every"], thing("ballots", "stop")["kmin"]) == (86400, 50)


@pytest.mark.parametrize("path", ["rolls/spring", "vouchings/spring-vouches", "ballots/which-step"])
def test_what_people_take_part_by_cannot_be_changed(owner, desk, path):
    """Its page says why, offers no button, and refuses what is sent all the same; the draft stays as it was."""
    page = owner.get(f"{desk}/{path}/")
    assert "its keys are logged, and it can never be changed" in page.text
    assert '<fieldset class="bound" disabled>' in page.text
    assert "bar-at-end" not in page.text
    refused = owner.post(
        f"{desk}/{path}/", {"print": page.context["print"], "opens": "2027-01-01", "mode": "lively"}
    )
    assert refused.status_code == 409
    assert "it can never be changed" in refused.text
    assert not Draft.objects.filter(campaign=C).exists()


def test_a_file_that_changes_a_bound_ballot_is_refused_and_can_be_mended(owner, desk):
    """A draft from elsewhere that differs from the book says so in the words of the desk, and one button mends it."""
    send(owner, f"{desk}/news/new/", {"words.title.en": "News"})
    held = draft()
    held.document["ballots"][0]["max"] = 2
    held.document["ballots"][0]["counting"] = "approval"
    held.document["news"].pop()
    held.save()
    page = owner.get(f"{desk}/ballots/which-step/")
    assert page.context["wrong"][0].sentence.startswith("This is in the book, and people take part by it")
    send(owner, f"{desk}/ballots/which-step/", action="/ballots/which-step/restore/")
    assert not owner.get(f"{desk}/").context["changes"]


def test_a_new_roll_begins_with_the_usual_answers(owner, desk):
    """Quiet, by e-mail; SMS cannot be ticked, and each choice has its price beside it."""
    page = owner.get(f"{desk}/rolls/new/")
    assert 'value="quiet" aria-describedby="q-mode-quiet-note" checked' in page.text
    assert 'value="email" aria-describedby="q-kinds-email-note" checked' in page.text
    assert 'value="sms" aria-describedby="q-kinds-sms-note" disabled' in page.text
    assert "the operator sees each SMS" in page.text


def test_a_moderator_looks_at_rolls_and_writes_none(moderator, desk):
    """Rolls belong to owners and editors."""
    assert moderator.get(f"{desk}/rolls/").status_code == 200
    assert moderator.get(f"{desk}/rolls/new/").status_code == 403


def test_a_relay_and_an_issuer_are_written_at_the_desk(owner, desk):
    """What their commands print is copied into a form; what is no key is said to be none; then a roll and a pledge name them."""
    command = small()
    (relay,), (issuer,) = command["relays"], command["issuers"]
    assert "Add a relay" in owner.get(f"{desk}/relays/").text
    typed = {"words.name.en": "Partners", "id": "partners", "pk": relay["pk"][:-2], "vk": "key"}
    answer = send(owner, f"{desk}/relays/new/", typed)
    page = owner.get(answer.headers["Location"])
    errors = {one.path: one.errors for one in page.context["questions"] if one.errors}
    assert set(errors) == {"pk", "vk"}
    assert all(len(said) == 1 and "This is not the whole key" in said[0] for said in errors.values())
    send(owner, f"{desk}/relays/partners/", {"pk": "A" * 87, "vk": relay["vk"]})
    page = owner.get(f"{desk}/relays/partners/")
    assert [one.errors for one in page.context["questions"] if one.errors] == [
        ("To this key nothing can be sealed. Copy the line pk that sawtna relay key printed.",)
    ]
    assert (
        send(owner, f"{desk}/relays/partners/", {"pk": relay["pk"]}).headers["Location"] == f"{desk}/relays/"
    )
    page = owner.get(f"{desk}/rolls/new/").text
    assert "Without a relay this site stores" in page
    assert '<option value="partners">Partners</option>' in page

    send(owner, f"{desk}/rolls/new/", {**ROLL, "relay": "partners"})
    typed = {"words.name.en": "Ours", "id": "ours", "url": issuer["url"], "vk": "B" * 42 + "A"}
    assert send(owner, f"{desk}/issuers/new/", typed).headers["Location"] == f"{desk}/issuers/"
    page = owner.get(f"{desk}/ballots/new/").text
    assert "Neither of the two can invent voters without the other." in page
    assert "could invent voters. Readers see" in page
    assert (
        send(owner, f"{desk}/ballots/new/", {**PLEDGE, "issuers": "site+ours/2"}).headers["Location"]
        == f"{desk}/ballots/"
    )
    assert (thing("ballots", "stop")["kinds"], thing("rolls", "autumn")["relay"]) == (["email"], "partners")
    answer = send(owner, f"{desk}/ballots/stop/", {"kinds": ["email", "invite"]})
    page = owner.get(answer.headers["Location"])
    assert page.context["wrong"][0].sentence.startswith("Tick a code by e-mail alone")
    send(owner, f"{desk}/ballots/stop/", {"kinds": ["email"]})
    page = owner.get(f"{desk}/publish/")
    owner.post(f"{desk}/publish/", {"revision": page.context["revision"]})
    assert [body["k"] for _, body, _ in entries_of(kinds=("relay", "issuer"))][-2:] == ["issuer", "relay"]


def test_a_ninth_open_ballot_is_told_before_anything_is_published(owner, desk):
    """Nobody could take part in nine at once, so the page of the ninth says so while it is a draft."""
    send(owner, f"{desk}/rolls/new/", ROLL)
    for number in range(1, 9):
        answer = send(owner, f"{desk}/ballots/new/", {**PLEDGE, "id": f"stop-{number}"})
        assert answer.headers["Location"] == f"{desk}/ballots/"
    answer = send(owner, f"{desk}/ballots/new/", {**PLEDGE, "id": "stop-9"})
    page = owner.get(answer.headers["Location"])
    (wrong,) = page.context["wrong"]
    assert wrong.sentence.startswith(
        "More than eight pledges, polls and vouchings of this roll would be open together"
    )
