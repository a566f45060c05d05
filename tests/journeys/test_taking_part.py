"""Stories of people who take part: choose, e-mail, code, done; and what happens when something is missing, lost or false."""

import json
import re
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import expect

from sawtna.ledger.core.note import Signer

from tests.campaigns.counter.conftest import Town
from tests.journeys.taking_part import (
    ARABIC,
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
    ticked,
    wait_for_mails,
)


@pytest.fixture(scope="session")
def polling_site(open_site, tmp_path_factory):
    """A site with a pledge and a poll that are open; mail goes into files, and the browser's work is light."""
    return open_with(open_site, tmp_path_factory, spoken_file())


@pytest.fixture(scope="session")
def base_url(polling_site):
    """The stories of this file are about their own site."""
    return polling_site.url


@pytest.fixture(scope="session")
def browser_context_args(base_url):
    """A reader of English, who asks that site."""
    return {"base_url": base_url, "locale": "en-US"}


@pytest.fixture(scope="session")
def post(polling_site):
    """The mails that were sent: `post.code_for(address)` gives the newest code."""
    return Town(polling_site)


@pytest.fixture
def sent(page):
    """What the page sends to the counter: the addresses, in order."""
    asked = []
    page.on(
        "request",
        lambda one: asked.append(urlsplit(one.url).path.split("/")[-1]) if "/t/v1/" in one.url else None,
    )
    return asked


def test_a_person_takes_part_and_comes_back(page, post, sent, accessible):
    """Choose, e-mail, code, done. The page then recalls it, changes it without another code, withdraws it, and forgets it."""
    take_part(page, post, "amina@example.org", "Stop: No top-ups", "Which: No bills")
    accessible(page)
    assert sent == ["challenge", "code", "issue", "cast", "cast"]

    page.reload()
    expect(page.locator("input:checked")).to_have_count(2)
    assert ticked(page) == ["No top-ups", "No bills"]

    sent.clear()
    choose(page, "Stop: No bills")
    step(page, "done")
    assert sent == ["cast"]
    assert sorted((coin["q"], coin["choice"]) for coin in kept(page)) == [(1, [1]), (2, [0, 1])]

    page.reload()
    expect(page.locator("input:checked")).to_have_count(3)
    press(page, "withdraw")
    expect(page.locator("input:checked")).to_have_count(0)
    assert all(coin["choice"] == [] for coin in kept(page))

    choose(page, "Stop: No top-ups")
    step(page, "done")
    press(page, "forget")
    step(page, "choose")
    expect(page.locator("[data-do=withdraw]")).to_be_hidden()
    assert kept(page) == []


def test_every_step_can_be_used_by_everyone(page, post, accessible):
    """Choosing, the address, the code and a refusal keep to WCAG 2.2 AA, and the focus follows the steps."""
    page.goto(PLACE)
    step(page, "choose")
    accessible(page)
    choose(page, "Stop: No top-ups")
    expect(page.get_by_label("Your e-mail address")).to_be_focused()
    page.locator("[name=contact]").fill("no address")
    press(page, "ask")
    says(page, "contact")
    accessible(page)
    ask_for_code(page, "everyone@example.org")
    expect(page.get_by_label("The code from the mail")).to_be_focused()
    accessible(page)


def test_a_wrong_code_keeps_what_was_typed(page, post, sent):
    """The choices, the address and the code stay, and the right code then goes through."""
    page.goto(PLACE)
    choose(page, "Stop: No bills", "Which: No top-ups")
    ask_for_code(page, "typo@example.org")
    code = post.code_for("typo@example.org")
    wrong = f"{(int(code) + 1) % 10**8:08d}"
    page.locator("[name=code]").fill(wrong)
    press(page, "cast")
    says(page, "code")

    assert page.locator("[name=code]").input_value() == wrong
    assert page.locator("[name=contact]").input_value() == "typo@example.org"
    assert page.locator("input:checked").count() == 2
    assert "cast" not in sent
    page.locator("[name=code]").fill(f"{code[:4]} {code[4:]}")
    press(page, "cast")
    step(page, "done")


def test_what_cannot_be_cast_is_said_before_an_address_is_asked(page, sent):
    """Nothing chosen is no pledge: there is a sentence, and no word of being counted."""
    page.goto(PLACE)
    press(page, "choose")
    says(page, "nothing")
    step(page, "choose")
    choose(page, "Stop: No bills")
    step(page, "contact")
    assert sent == []


def test_the_enter_key_goes_on(page, post):
    """Whoever types and presses Enter needs no button."""
    page.goto(PLACE)
    page.get_by_label("No bills").first.check()
    page.keyboard.press("Enter")
    page.locator("[name=contact]").fill("enter@example.org")
    page.keyboard.press("Enter")
    step(page, "code")
    page.locator("[name=code]").fill(post.code_for("enter@example.org"))
    page.keyboard.press("Enter")
    step(page, "done")


def test_a_reload_between_code_and_cast_goes_on(page, post, sent):
    """The answer of the counter is lost after it issued; after a reload the same tokens come again, and nobody is locked out."""
    lost = []

    def lose(route):
        if not lost:
            lost.append(route.fetch().status)
            route.fulfill(status=502, body="the line broke")
        else:
            route.continue_()

    page.route("**/t/v1/issue", lose)
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    ask_for_code(page, "unlucky@example.org")
    before = sorted(coin["point"] for coin in kept(page))
    page.locator("[name=code]").fill(post.code_for("unlucky@example.org"))
    press(page, "cast")
    says(page, "network")
    assert lost == [200]

    page.reload()
    choose(page, "Stop: No top-ups")
    ask_for_code(page, "unlucky@example.org")
    wait_for_mails(page, post, "unlucky@example.org", 2)
    page.locator("[name=code]").fill(post.code_for("unlucky@example.org"))
    press(page, "cast")
    step(page, "done")
    assert sorted(coin["point"] for coin in kept(page)) == before


def test_a_reload_between_token_and_cast_needs_no_code(page, post, sent):
    """With the token at hand the cast goes straight in after a reload; a cast whose answer was lost counts once."""
    taken = []

    def lose(route):
        if not taken:
            taken.append(route.fetch().status)
            route.fulfill(status=502, body="the line broke")
        else:
            route.continue_()

    page.route("**/t/v1/cast", lose)
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    ask_for_code(page, "train@example.org")
    page.locator("[name=code]").fill(post.code_for("train@example.org"))
    press(page, "cast")
    says(page, "network")
    assert taken == [200]

    page.reload()
    sent.clear()
    choose(page, "Stop: No bills")
    step(page, "done")
    assert sent == ["cast", "cast"]  # the lost one as it was, then the new choice
    assert [coin["choice"] for coin in kept(page) if coin["promise"]] == [[1]]


@pytest.mark.parametrize("days", [1, -1])
def test_a_phone_whose_clock_is_wrong_by_a_day_takes_part(page, post, sent, days):
    """Nothing on the phone depends on its clock: the whole way works, and a change afterwards."""
    page.clock.set_system_time(datetime.now(UTC) + timedelta(days=days))  # noqa: TID251 (a test stands at the edge)
    take_part(page, post, f"clock{days}@example.org", "Stop: No top-ups", "Which: No bills")
    assert sent == ["challenge", "code", "issue", "cast", "cast"]
    page.reload()
    sent.clear()
    choose(page, "Stop: No bills")
    step(page, "done")
    assert sent == ["cast"]


def test_two_tabs_are_one_person(page, context, post):
    """What one tab cast, another tab of the same browser changes; both together count once, and neither is locked out."""
    other = context.new_page()
    other.goto(PLACE)
    step(other, "choose")
    page.bring_to_front()
    take_part(page, post, "tabs@example.org", "Stop: No top-ups")

    other.bring_to_front()
    choose(other, "Stop: No bills")
    step(other, "done")
    page.bring_to_front()
    press(page, "change")
    choose(page, "Stop: No top-ups", "Stop: No bills")
    step(page, "done")

    assert [(coin["q"], coin["choice"]) for coin in kept(page) if coin["promise"]] == [(3, [0, 1])]


def test_a_number_that_is_taken_locks_nobody_out(page, post):
    """When the counter says that another cast has this number, the person is told, and the next try goes through."""
    take_part(page, post, "double@example.org", "Stop: No top-ups")
    refusal = json.dumps({"error": "double", "sentence": "Taken."})
    page.route("**/t/v1/cast", lambda route: route.fulfill(status=409, body=refusal), times=1)
    press(page, "change")
    choose(page, "Stop: No bills")
    says(page, "double")

    page.reload()
    expect(page.locator("input:checked")).to_have_count(1)
    choose(page, "Stop: No bills")
    step(page, "done")


MISSING = {
    "WebCrypto": "Object.defineProperty(Crypto.prototype, 'subtle', { value: undefined })",
    "workers": "Object.defineProperty(globalThis, 'Worker', { value: undefined })",
}


@pytest.mark.parametrize("missing", MISSING)
def test_a_browser_that_cannot_says_so_and_sends_nothing(page, sent, missing):
    """Without what a token needs there is one sentence with ways out, no form, and never a pledge that can be traced."""
    page.add_init_script(MISSING[missing])
    page.goto(PLACE)
    expect(page.locator("[data-unable]")).to_be_visible()
    expect(page.locator("[data-unable]")).to_contain_text("Nothing was sent")
    expect(page.locator("form[data-casting]")).to_be_hidden()
    assert sent == []


def swap_keys(told):
    """Each ballot with the key of the other."""
    keys = [one["keys"] for one in told["ballots"]][::-1]
    pairs = zip(told["ballots"], keys, strict=True)
    return {**told, "ballots": [{**one, "keys": key} for one, key in pairs]}


def name_no_key(told):
    """Entries as keys that are none."""
    return {**told, "ballots": [{**one, "keys": {"email": [one["index"]]}} for one in told["ballots"]]}


def name_another_log(told):
    """The key of a log that somebody else made under the same name."""
    return {**told, "vkey": Signer(told["vkey"].split("+")[0], bytes(32)).verifier.vkey}


@pytest.mark.parametrize(
    ("tamper", "code"),
    [
        (swap_keys, "altered"),
        (name_no_key, "altered"),
        (name_another_log, "unsigned"),
    ],
    ids=["another ballot's key", "another entry as key", "another log"],
)
def test_another_key_than_the_books_is_refused_before_anything_is_sent(page, sent, tamper, code):
    """A server that shows one person another key learns nothing: the browser finds that the book does not have it."""

    def change(route):
        answer = route.fetch()
        text = answer.text()
        found = re.search(r'data-casting="([^"]*)"', text)
        told = json.loads(found[1].replace("&quot;", '"'))
        changed = json.dumps(tamper(told)).replace('"', "&quot;")
        route.fulfill(response=answer, body=text.replace(found[1], changed))

    page.route(f"**{PLACE}", change)
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    page.locator("[name=contact]").fill("target@example.org")
    press(page, "ask")
    says(page, code)
    assert sent == []


def test_without_javascript_the_page_says_why_and_what_works(browser, base_url):
    """The sentence for browsers without JavaScript is there, the form is not."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto(PLACE)
    expect(page.locator("main noscript")).to_be_visible()
    assert "Taking part needs JavaScript" in page.locator("main").inner_text()
    expect(page.locator("form[data-casting]")).to_be_hidden()
    context.close()


def test_a_small_phone_in_arabic(page, post, accessible):
    """At 360 pixels, from right to left, every step fits and the way is the same."""
    page.set_viewport_size({"width": 360, "height": 740})
    page.goto(PLACE.replace("/en/", "/ar/"))
    choose(page, f"{ARABIC['title'][0]}: {ARABIC['options']['bills']}")
    for name in ("contact", "code", "done"):
        if name == "code":
            ask_for_code(page, "phone@example.org")
        if name == "done":
            page.locator("[name=code]").fill(post.code_for("phone@example.org"))
            press(page, "cast")
        step(page, name)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), name
    accessible(page)
    assert page.locator("html").get_attribute("dir") == "rtl"


def test_what_is_protected_is_one_click_away(page, accessible):
    """The page that explains is linked above the form, and leads back."""
    page.goto(PLACE)
    page.locator("main").get_by_role("link", name="What is protected, and what is not").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("What is protected, and what is not")
    accessible(page)
    page.locator("main").get_by_role("link", name="Take part").click()
    step(page, "choose")
