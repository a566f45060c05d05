"""The story of an organiser who opens a pledge without writing a file: a roll, a pledge, invitations, and people can come."""

import re

from playwright.sync_api import Page, expect

from tests.journeys.test_desk import enter, invitation, save

DESK = "/en/desk/voices"


def open_campaign(page: Page):
    """Open a campaign in two languages and say what it is about."""
    page.goto("/en/desk/new/")
    page.fill("[name='words.title.en']", "Voices")
    page.fill("[name='words.title.ar']", "أصوات")
    page.select_option("[name=country]", "AE")
    page.fill("[name=zone]", "Asia/Dubai")
    page.fill("[name=opens]", "2026-01-01")
    page.fill("[name=id]", "voices")
    page.locator("main form button.button:not(.quiet)").click()
    page.fill("[name='words.summary.en']", "Calls are blocked.")
    save(page)


def add_roll(page: Page):
    """Add a roll that takes codes of both sorts; the risk of each mode stands beside it."""
    page.goto(f"{DESK}/rolls/new/")
    expect(page.get_by_text("can name 2 votes of 100")).to_be_visible()
    expect(page.get_by_label("A code by SMS")).to_be_disabled()
    page.get_by_label("Invitation codes on paper").check()
    page.fill("[name=opens]", "2026-01-01 08:00")
    page.fill("[name=closes]", "2099-01-01 08:00")
    page.fill("[name=id]", "all")
    save(page)
    expect(page.locator(".rows li")).to_have_count(1)


def add_pledge(page: Page, accessible):
    """Add a pledge taken here, with a wrong day first: it is said at the option, and nothing is lost."""
    page.goto(f"{DESK}/ballots/new/")
    page.fill("[name='words.title.en']", "Stop topping up")
    page.check("[name=sort][value=pledge]")
    page.check("[name=taken][value=elsewhere]")
    expect(page.locator("[name=roll]")).to_be_hidden()
    page.check("[name=taken][value=here]")
    expect(page.locator("[name=roll]")).to_be_visible()
    page.check("[name=counting][value=approval]")
    page.fill("[name='options.0.id']", "top-ups")
    page.fill("[name='options.0.en']", "No top-ups")
    page.fill("[name='options.0.opens']", "some day")
    page.fill("[name=opens]", "2026-01-01")
    page.fill("[name=id]", "stop")
    save(page)
    expect(page.locator("#q-options-0-opens-error")).to_be_visible()
    expect(page.locator("[name='options.0.opens']")).to_have_value("some day")
    accessible(page)
    page.fill("[name='options.0.opens']", "2026-02-01")
    save(page)
    expect(page).to_have_url(re.compile(r"/ballots/(#.*)?$"))


def test_an_organiser_opens_a_pledge_at_the_desk(page: Page, site, accessible):
    """A roll, a pledge and invitations without a file; the form is open, and no file of the house holds a code."""
    enter(page, invitation(site, "casting@example.org"))
    open_campaign(page)
    add_roll(page)
    add_pledge(page, accessible)
    page.goto(f"{DESK}/publish/")
    save(page)
    expect(page).to_have_url(re.compile(r"/published/\d+-\d+/$"))

    page.goto(f"{DESK}/rolls/")
    page.get_by_role("link", name="Invitations").click()
    accessible(page)
    page.fill("[name=count]", "11")
    save(page)
    expect(page.locator(".cards")).to_have_count(2)
    accessible(page)
    codes = page.locator(".invitation code").all_inner_texts()
    assert len(set(codes)) == 11
    for file in (one for one in site.var.rglob("*") if one.is_file()):
        held = file.read_bytes()
        assert not any(code.encode() in held for code in codes), file
        assert not any(code.replace("-", "").encode() in held for code in codes), file
    page.goto(f"{DESK}/casting/")
    expect(page.get_by_text("fewer than 50 so far")).to_be_visible()
    accessible(page)

    page.goto("/en/voices/take-part/")
    expect(page.get_by_role("group", name="Stop topping up")).to_be_visible()
    expect(page.get_by_label("No top-ups")).to_be_visible()
