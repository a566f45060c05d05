"""Stories of people whom two organisations must let in: two mails, two codes, one voice; and what if one of them is away."""

import re

import pytest
from playwright.sync_api import expect

from tests.campaigns.co_issuer.conftest import Pair, Partner, joint_file, wait_for
from tests.campaigns.counter.conftest import Town
from tests.journeys.conftest import free_port
from tests.journeys.taking_part import PLACE, choose, kept, open_with, press, says, spoken_file, step
from tests.web.conftest import run


@pytest.fixture(scope="session")
def pair(open_site, tmp_path_factory):
    """A site and the organisation beside it, as real processes, with the keys of both in the book."""
    partner = Partner(tmp_path_factory.mktemp("partner") / "partner", free_port())
    document = joint_file(partner.key(), document=spoken_file())
    site = open_with(open_site, tmp_path_factory, document)
    partner.open(site.url)
    both = Pair(Town(site), partner)
    both.town.learn()
    wait_for(both.are_open)
    yield both
    if partner.process is not None and partner.process.poll() is None:
        partner.kill()


@pytest.fixture(scope="session")
def base_url(pair):
    """The stories of this file are about their own site."""
    return pair.town.house.url


@pytest.fixture(scope="session")
def friends(pair):
    """Pages where people take part may ask the other organisation too."""
    return (pair.partner.url,)


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    """A reader of English, who asks that site."""
    return {"base_url": base_url, "locale": "en-US"}


def ask_both(page, pair, address):
    """Choose, and have both send a code; the two codes."""
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    page.locator("[name=contact]").fill(address)
    press(page, "ask")
    step(page, "code")
    return pair.town.code_for(address), pair.partner.code_for(address)


def away(route, pair):
    """Answer as a web server whose co-issuer is down, readable for the page."""
    route.fulfill(status=502, body="", headers={"access-control-allow-origin": pair.town.house.url})


def test_two_codes_and_done(page, pair, accessible):
    """The page says who must let one in, asks for both codes, and the voice carries two stamps."""
    answer = page.goto(PLACE)
    assert f"connect-src 'self' {pair.partner.url};" in answer.headers["content-security-policy"]
    assert "connect-src 'self';" in page.request.get("/en/trial/").headers["content-security-policy"]
    expect(page.get_by_text("This organisation must let you in too:")).to_contain_text("The Organisation")
    own, other = ask_both(page, pair, "both@example.org")
    expect(page.get_by_text("Only an e-mail address lets you in here")).to_have_count(1)
    accessible(page)
    page.locator("[name=code]").fill(own)
    page.get_by_label("The code from the mail of: The Organisation").fill(other)
    press(page, "cast")
    step(page, "done")
    stamped = [len(coin["stamps"]) for coin in kept(page)]
    assert stamped == [2, 2]


def test_a_lost_answer_of_either_is_given_again(page, pair):
    """What one gave is kept while the other's answer is lost, also over a reload; only the lacking code is asked for."""
    own, other = ask_both(page, pair, "lost@example.org")
    lost = []

    def lose(route):
        if not lost and route.request.url.startswith(pair.partner.url):
            lost.append(route.fetch().status)
            away(route, pair)
        else:
            route.continue_()

    page.route("**/t/v1/issue", lose)
    page.locator("[name=code]").fill(own)
    page.locator("[name=code-ngo]").fill(other)
    press(page, "cast")
    says(page, "other_network")
    assert lost == [200]
    expect(page.locator("[data-issuer=site]")).to_be_hidden()
    press(page, "cast")  # the same code gives the same answer again
    step(page, "done")


def test_one_of_the_two_is_away(page, pair):
    """A clear sentence, no mail of the other, nothing lost; when it is back, one goes on."""
    page.goto(PLACE)
    page.route(re.compile(f"{re.escape(pair.partner.url)}/.*"), lambda route: away(route, pair))
    choose(page, "Which: No bills")
    page.locator("[name=contact]").fill("away@example.org")
    press(page, "ask")
    says(page, "other_network")
    assert pair.town.mails_to("away@example.org") == []
    page.unroute_all()
    own, other = ask_both(page, pair, "away@example.org")
    page.locator("[name=code]").fill(own)
    page.locator("[name=code-ngo]").fill(other)
    press(page, "cast")
    step(page, "done")


def test_the_page_of_what_is_protected_names_the_other(page, pair):
    """With two issuers no host invents people, and the page says who the other is."""
    page.goto("/en/trial/protection/")
    expect(page.get_by_text("That no host invents people")).to_contain_text("The Organisation")


def test_the_audit_agrees(pair):
    """After all that."""
    audited = run("audit", pair.town.house.url, "--no-pages", "--json")
    assert audited.returncode == 0, audited.stdout
