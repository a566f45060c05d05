"""Stories of people who take part through a relay: sealed in the browser and in the terminal, and never sent in the clear."""

import json
import re
import subprocess
import time
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from sawtna.campaigns.relay.key_file import make_keys

from tests.campaigns.counter.conftest import Town
from tests.campaigns.counter.relayed import Relay
from tests.journeys.conftest import SAWTNA, surroundings
from tests.journeys.taking_part import (
    PLACE,
    ask_for_code,
    bring_in,
    choose,
    kept,
    press,
    says,
    spoken_file,
    step,
    take_part,
)
from tests.web.conftest import House


@pytest.fixture(scope="session")
def relay(tmp_path_factory):
    """A relay, with its keys; it does not run yet."""
    found = Relay(tmp_path_factory.mktemp("relay"), "")
    yield found
    found.kill()


@pytest.fixture(scope="session")
def relayed_site(open_site, tmp_path_factory, relay):
    """A site whose roll is cast through the relay."""
    site = open_site("--no-example", SAWTNA_MAIL="file:", SAWTNA_BRAKE="10")
    relay.url = site.url
    document = spoken_file()
    document["rolls"] = [{**roll, "relay": "partner"} for roll in document["rolls"]]
    name = {"en": "The Partner", "ar": "الشريك"}
    document["relays"] = [{"id": "partner", **make_keys(relay.var).entry, "words": {"name": name}}]
    bring_in(site, tmp_path_factory, document)
    return site


@pytest.fixture(scope="session")
def base_url(relayed_site):
    """The stories of this file are about their own site."""
    return relayed_site.url


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    """A reader of English, who asks that site."""
    return {"base_url": base_url, "locale": "en-US"}


@pytest.fixture(scope="session")
def post(relayed_site):
    """The mails that were sent, and the numbers that were published."""
    return Town(House(relayed_site.var, urlsplit(relayed_site.url).port))


@pytest.fixture
def sent(page):
    """What the page sends to the counter: the addresses, in order."""
    asked = []
    page.on(
        "request",
        lambda one: asked.append(urlsplit(one.url).path.split("/")[-1]) if "/t/v1/" in one.url else None,
    )
    return asked


def cast_in_terminal(site, post, folder):
    """Take part with `sawtna cast`; what it said."""
    words = ["cast", site.url, "--campaign", "trial", "--ballot", "stop", "--choose", "bills"]
    many = len(post.mails())
    process = subprocess.Popen(
        [SAWTNA, *words, "--purse", folder / "purse.json", "--email", "t@example.org", "--code-from-stdin"],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env=surroundings(),
    )  # fmt: skip
    while len(post.mails()) == many and process.poll() is None:
        time.sleep(0.05)
    out, err = process.communicate(f"{post.code_for('t@example.org')}\n", timeout=120)
    assert process.returncode == 0, err
    return out


def test_choices_are_sealed_and_counted_when_the_relay_has_opened_them(  # noqa: PLR0917 (fixtures, by name)
    page, post, sent, accessible, relay, relayed_site, tmp_path
):
    """A browser and a terminal leave sealed casts, change one of them, and both count once the relay comes."""
    page.goto(PLACE)
    expect(page.locator("form")).to_contain_text("The Partner")
    take_part(page, post, "amina@example.org", "Stop: No top-ups")
    accessible(page)
    assert sent == ["challenge", "code", "issue", "sealed"]
    (promise,) = [coin["promise"] for coin in kept(page) if coin["promise"]]
    assert re.fullmatch(
        r"sawtna/v1/sealed-promise\n[^\n]+\n[^\n]+\n\d+\n\n— [^\n]+\n\ncast \S{44}\n", promise
    )
    page.reload()
    sent.clear()
    choose(page, "Stop: No bills")
    step(page, "done")
    assert sent == ["sealed"]
    assert "sealed, for the relay partner" in cast_in_terminal(relayed_site, post, tmp_path)

    relay.start()
    post.wait_for_number("ballots/stop/counted", 2, 240)
    assert post.number("ballots/stop/options/top-ups") == 1
    assert post.number("ballots/stop/options/bills") == 2
    (tmp_path / "promise.txt").write_text(next(coin["promise"] for coin in kept(page) if coin["promise"]))
    audited = relayed_site.sawtna("audit", relayed_site.url, "--promise", str(tmp_path / "promise.txt"))
    assert audited.returncode == 0, audited.stdout
    assert "was kept" in audited.stdout


def leave_out(told):
    """The relay, out of what the page says."""
    return {name: value for name, value in told.items() if name != "relay"}


def name_another(told):
    """Another entry as the relay."""
    return {**told, "relay": told["roll"]}


@pytest.mark.parametrize("tamper", [leave_out, name_another])
def test_a_page_that_names_no_relay_or_another_gets_no_choice(page, post, sent, tamper):
    """The book says that the roll is cast through a relay, so nothing is ever sent that the site could read."""

    def change(route):
        answer = route.fetch()
        text = answer.text()
        found = re.search(r'data-casting="([^"]*)"', text)
        told = json.loads(found[1].replace("&quot;", '"'))
        route.fulfill(
            response=answer, body=text.replace(found[1], json.dumps(tamper(told)).replace('"', "&quot;"))
        )

    page.route(f"**{PLACE}", change)
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    address = f"{tamper.__name__}@example.org"
    ask_for_code(page, address)
    page.locator("[name=code]").fill(post.code_for(address))
    press(page, "cast")
    says(page, "altered")
    assert not {"cast", "sealed"} & set(sent)


def test_what_a_relay_protects_is_said(page, accessible):
    """The page of what is protected has a part on relays, in each language, with their names."""
    page.goto("/en/trial/protection/")
    expect(page.get_by_role("heading", name="Through a relay")).to_be_visible()
    expect(page.locator("main")).to_contain_text("The Partner")
    accessible(page)
    page.goto("/ar/trial/protection/")
    expect(page.locator("main")).to_contain_text("الشريك")
