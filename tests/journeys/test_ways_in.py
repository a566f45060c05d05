"""Stories of people who come without an address, vouch for each other, and tell afterwards what they did."""

import pytest
from playwright.sync_api import expect

from sawtna.campaigns.core.casting.invitations import write_invitation

from tests.campaigns.counter.conftest import Town
from tests.campaigns.counter.inviting import change_house, open_to_all
from tests.journeys.taking_part import (
    PLACE,
    ask_for_code,
    choose,
    kept,
    open_with,
    press,
    says,
    spoken_file,
    step,
    take_part,
)

CODES = [write_invitation(bytes([number]) * 10) for number in range(1, 5)]


@pytest.fixture(scope="session")
def open_house(open_site, tmp_path_factory):
    """A site with that campaign, with invitations and a vouching."""
    site = open_with(open_site, tmp_path_factory, open_to_all(spoken_file()))
    change_house(site.var, site.url, codes=CODES)
    return site


@pytest.fixture(scope="session")
def base_url(open_house):
    """The stories of this file are about their own site."""
    return open_house.url


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    """A reader of English, who asks that site."""
    return {"base_url": base_url, "locale": "en-US"}


@pytest.fixture(scope="session")
def post(open_house):
    """The mails that were sent."""
    return Town(open_house)


@pytest.fixture
def asked(page):
    """All addresses that the page asks for."""
    found = []
    page.on("request", lambda one: found.append(one.url))
    return found


def doings(asked):
    """What was sent to the counter, in order."""
    return [url.rpartition("/")[2] for url in asked if "/t/v1/" in url]


def pick(page, words):
    """Choose a way to show to be one person."""
    page.get_by_label(words).check()


def test_an_invitation_by_link_needs_no_mail(page, asked, new_context, accessible):
    """The code leaves the address bar at once and never stands in an address; choose, cast, done. It works once."""
    page.goto(f"{PLACE}#invite={CODES[0].upper()}")
    expect(page.locator("[data-invited]")).to_be_visible()
    assert "#" not in page.url
    choose(page, "Stop: No top-ups", "Which: No bills")
    expect(page.get_by_label("I have an invitation code")).to_be_checked()
    assert page.locator("[name=invitation]").input_value() == CODES[0]
    accessible(page)
    press(page, "present")
    step(page, "done")
    expect(page.get_by_role("heading", name="Done. You are counted.")).to_be_focused()
    assert doings(asked) == ["issue", "cast", "cast"]
    assert not any(CODES[0][:4] in url.lower() for url in asked)
    assert page.locator("[name=invitation]").input_value() == ""

    other = new_context().new_page()
    other.goto(f"{PLACE}#invite={CODES[0]}")
    choose(other, "Stop: No bills")
    press(other, "present")
    says(other, "spent-invite")
    other.context.close()


def test_a_wrong_code_is_said_to_be_wrong_in_its_own_way(page, asked):
    """No code at all, and one that nobody gave out: two sentences; then the right one goes through."""
    page.goto(PLACE)
    choose(page, "Stop: No bills")
    expect(page.get_by_label("I have an e-mail address")).to_be_focused()
    pick(page, "I have an invitation code")
    page.locator("[name=invitation]").fill("k7qm-3xwp")
    page.keyboard.press("Enter")
    says(page, "contact-invite")
    assert doings(asked) == []
    page.locator("[name=invitation]").fill(write_invitation(bytes(10)))
    press(page, "present")
    says(page, "code-invite")
    page.locator("[name=invitation]").fill(CODES[1])
    press(page, "present")
    step(page, "done")


def test_who_tries_one_way_can_go_on_another(page, post):
    """A code was asked for and no mail read: the invitation then takes the tokens on the same one-time keys."""
    page.goto(PLACE)
    choose(page, "Stop: No bills")
    ask_for_code(page, "impatient@example.org")
    before = sorted(coin["point"] for coin in kept(page))
    press(page, "back")
    pick(page, "I have an invitation code")
    page.locator("[name=invitation]").fill(CODES[2])
    press(page, "present")
    step(page, "done")
    assert sorted(coin["point"] for coin in kept(page)) == before


def test_people_tell_whether_they_did_it(page, post, accessible):
    """Whoever pledged is asked for each thing that was pledged; the answer stays, and survives a change of the pledge."""
    page.goto(PLACE)
    expect(page.locator("[data-tells]")).to_be_hidden()
    take_part(page, post, "doer@example.org", "Stop: No top-ups")
    press(page, "change")
    part = page.locator("[data-tells]")
    expect(part.get_by_role("group", name="No top-ups")).to_be_visible()
    expect(part.get_by_role("group", name="No bills")).to_be_hidden()
    press(page, "tell")
    says(page, "untold")
    part.get_by_label("I did it").first.check()
    accessible(page)
    press(page, "tell")
    expect(page.get_by_role("heading", name="Done. What you told is counted.")).to_be_focused()

    page.reload()
    expect(part.get_by_label("I did it").first).to_be_checked()
    page.get_by_role("group", name="Stop").get_by_label("No bills").check()
    press(page, "choose")
    step(page, "done")
    (coin,) = [one for one in kept(page) if one["choice"]]
    assert (coin["q"], coin["choice"], coin["did"], coin["didNot"]) == (3, [0, 1], [0], [])


def test_people_vouch_for_a_newcomer(page, post, open_house, new_context, accessible):
    """The newcomer passes a link on; whoever takes part vouches once; with enough vouches in the book, one is let in."""
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    pick(page, "People who take part vouch for me")
    press(page, "newcomer")
    link = page.locator("[data-newcomer] a").get_attribute("href")
    accessible(page)
    press(page, "present")
    says(page, "code-peer")

    for voucher in ("first", "second"):
        other = new_context().new_page()
        other.goto(link)
        assert "#" not in other.url
        expect(other.locator("[data-vouch]")).to_be_visible()
        press(other, "vouch")
        if voucher == "first":
            accessible(other)
            ask_for_code(other, "voucher@example.org")
            other.locator("[name=code]").fill(post.code_for("voucher@example.org"))
            press(other, "cast")
        else:
            pick(other, "I have an invitation code")
            other.locator("[name=invitation]").fill(CODES[3])
            press(other, "present")
        expect(other.get_by_role("heading", name="Done. You vouched for them.")).to_be_focused()
        other.goto(link)
        press(other, "vouch")
        says(other, "vouched")
        other.context.close()

    change_house(open_house.var, open_house.url, seconds=120)
    press(page, "present")
    step(page, "done")
    assert [coin["choice"] for coin in kept(page) if coin.get("promise")] == [[0]]
