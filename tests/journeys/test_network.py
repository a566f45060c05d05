"""Somebody checks the network with the browser: on an open one, behind operators who block, and where it cannot be done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserType, Page

from sawtna.checks.lab.network import why_not

from tests.journeys.behind_an_operator import PATIENCE, Behind, browser_behind
from tests.journeys.conftest import Site

needs_root = pytest.mark.skipif(bool(why_not()), reason=why_not() or "-")


def press(page: Page) -> str:
    """Press the button and wait for the verdict."""
    page.locator("[data-step=before] [data-do=check]").click()
    page.locator("[data-check][data-at=done]").wait_for(timeout=PATIENCE)
    return str(page.locator("[data-check]").get_attribute("data-verdict"))


@pytest.fixture(scope="module")
def measuring_site(open_site: Callable[..., Site]) -> Site:
    """A site with a far end beside it."""
    return open_site("--no-example", far_end=True)


@pytest.fixture
def measuring_page(measuring_site: Site, browser: Browser) -> Iterator[Page]:
    """A page of that site; fails when it asks a stranger, or when the browser complains."""
    context = browser.new_context(base_url=measuring_site.url)
    page, trouble = context.new_page(), []
    page.on("pageerror", lambda error: trouble.append(str(error)))
    page.on("console", lambda said: trouble.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: None if asked.url.startswith(measuring_site.url) else trouble.append(asked.url),
    )
    yield page
    context.close()
    assert not trouble


def test_an_open_network_is_found_open(measuring_page, accessible) -> None:
    """The sentence, a star for each try, the table with what the server saw, and the command with the right port."""
    page = measuring_page
    page.goto("/en/check/")
    accessible(page)
    for _ in range(3):  # a machine that does other things may lose packets of its own
        if (verdict := press(page)) == "not_blocked":
            break
        page.goto("/en/check/")
    assert verdict == "not_blocked", page.locator("[data-check]").inner_text()
    assert "Calls get through here" in page.locator("[data-verdict].verdict").inner_text()
    first = page.locator("[data-rows] tr").first.locator("td")
    assert int(first.nth(1).inner_text()) >= int(first.nth(2).inner_text()) >= 15
    assert page.locator(".try.open").count() >= 12  # of some fifty, fewer where the machine is busy
    assert "sawtna check 127.0.0.1:" in page.locator("pre").inner_text()
    accessible(page)


def test_the_verdict_fits_a_small_phone_in_arabic(measuring_page) -> None:
    """At 360 pixels nothing sticks out, from right to left, in the dark; no digit waits for its place."""
    page = measuring_page
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")
    page.goto("/ar/check/")
    press(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
    assert not page.locator("[data-slot]:empty").count()


def test_a_site_without_a_far_end_says_so_and_accuses_nobody(page) -> None:
    """As on a mirror: nobody answers, and that says nothing about the network."""
    page.goto("/en/check/")
    assert press(page) == "no_far_end"
    assert "says nothing about your network" in page.locator("[data-reasons]").inner_text()
    assert page.locator("[data-expert]").is_hidden()


def test_a_browser_without_webrtc_is_told_what_to_do(page) -> None:
    """No button that would do nothing, but a sentence, and the program."""
    page.add_init_script("delete globalThis.RTCPeerConnection")
    page.goto("/en/check/")
    assert page.locator("[data-check]").get_attribute("data-verdict") == "unable"
    assert "It has no WebRTC" in page.locator("[data-reasons]").inner_text()
    assert not page.locator("[data-do=check]:visible").count()
    assert page.get_by_text("pip install sawtna").is_visible()


def test_a_copy_names_the_site_that_can_measure(page) -> None:
    """On another host than the site's own the page leads to where a measuring server is."""
    page.goto("/fr/check/")
    page.evaluate("document.querySelector('[data-check]').dataset.host = 'sawtna.example'")
    assert press(page) == "no_far_end"
    told = page.locator("[data-reasons]").inner_text()
    assert "est une copie" in told
    assert told.rstrip().endswith("/fr/check/")


def test_a_browser_that_may_not_send_is_told_so(measuring_page) -> None:
    """A rule that keeps WebRTC from sending looks like a block; the page notices that nothing was sent."""
    page = measuring_page
    page.add_init_script(
        "RTCPeerConnection.prototype.setRemoteDescription = () => new Promise((done) => setTimeout(done, 100));"
    )
    page.goto("/en/check/")
    assert press(page) == "unable"


def test_without_javascript_the_page_says_what_it_needs(browser, base_url) -> None:
    """And what can be done without."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    page.goto("/en/check/")
    assert page.locator("main noscript").is_visible()
    assert page.get_by_text("pip install sawtna").is_visible()
    assert not page.locator("[data-do=check]:visible").count()
    context.close()


def test_the_first_page_and_a_campaign_lead_to_the_check(page) -> None:
    """One press from either."""
    for address in ("/en/", "/en/morocco-2016/"):
        page.goto(address)
        page.locator("main a[href='/en/check/']").first.click()
        assert page.url.endswith("/en/check/")


@pytest.fixture(scope="module")
def behind(tmp_path_factory: pytest.TempPathFactory, browser_type: BrowserType) -> Iterator[Behind]:
    """A browser behind the lab's operator; the site has been reached from there once, so a silence is no firewall of its own."""
    folder: Path = tmp_path_factory.mktemp("behind")
    with browser_behind(folder, browser_type) as one:
        said = [one.check("clear")]
        while said[-1] != "not_blocked" and len(said) < 3:
            said.append(one.check("clear"))
        assert said[-1] == "not_blocked", said
        yield one


@needs_root
@pytest.mark.slow
@pytest.mark.timeout(240)
@pytest.mark.parametrize(
    ("scenario", "verdict", "reason"),
    [
        ("port-3478", "blocked", "Port 3478, which calls use, is shut."),
        ("udp", "blocked", "Not one packet of a call arrived at the server"),
        ("stun-cookie", "blocked", "Not one packet of a call arrived at the server"),
        ("answers-dropped", "blocked", "no answer came back"),
        ("dtls", "blocked", "encryption"),
        ("rtp", "blocked", "their sound is cut"),
    ],
)
def test_behind_an_operator_the_verdict_is_right(behind, scenario, verdict, reason) -> None:
    """What the operator does is named as far as a browser can tell; a machine too busy to tell gets another try."""
    said = []
    for _ in range(3):
        said.append((behind.check(scenario), behind.reasons()))
        if said[-1][0] == verdict and reason in said[-1][1]:
            return
    pytest.fail(f"{scenario}: {said}")
