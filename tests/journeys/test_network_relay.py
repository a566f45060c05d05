"""The page "Check this network" tries the host's relay: a real coturn that runs, that refuses, and that was killed."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, BrowserType, Page, Response

from sawtna.checks.window import RELAY_SECONDS, Relay

from tests.journeys.conftest import CHROMIUM, QUIET, Site
from tests.journeys.test_network import press
from tests.journeys.turnserver import PROGRAM, TurnServer, set_up_turnserver

pytestmark = pytest.mark.skipif(
    PROGRAM is None, reason="turnserver is not installed (Debian: apt install coturn)"
)
UDP, TCP, TLS = (f"The relay, by {way}" for way in ("UDP", "TCP", "TLS"))


@pytest.fixture(scope="module")
def coturn(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TurnServer]:
    """Coturn, with the secret that the site is told."""
    server = set_up_turnserver(tmp_path_factory.mktemp("turnserver"))
    yield server
    server.kill()


@pytest.fixture
def turnserver(coturn: TurnServer) -> TurnServer:
    """The same, and it runs."""
    coturn.start()
    return coturn


@pytest.fixture(scope="module")
def relaying_site(open_site: Callable[..., Site], coturn: TurnServer) -> Site:
    """A site with a far end beside it, whose host has a relay."""
    settings = {"SAWTNA_TURN": " ".join(coturn.addresses()), "SAWTNA_TURN_SECRET": coturn.secret}
    return open_site("--no-example", far_end=True, **settings)


@pytest.fixture(scope="module")
def trusting(browser_type: BrowserType, coturn: TurnServer) -> Iterator[Browser]:
    """Chromium that was told to accept this one certificate, which nobody vouches for, and no other such."""
    pin = f"--ignore-certificate-errors-spki-list={coturn.pin}"
    browser = browser_type.launch(executable_path=CHROMIUM, args=[*QUIET, pin])
    yield browser
    browser.close()


def open_page(browser: Browser, site: Site) -> Page:
    """The page of the check."""
    page = browser.new_context(base_url=site.url).new_page()
    page.goto("/en/check/")
    return page


def check(page: Page) -> dict[str, str]:
    """Check until the network is found open, as a busy machine loses packets of its own; what the table says of the relay."""
    for _ in range(3):
        if (verdict := press(page)) == "not_blocked":
            break
        page.goto("/en/check/")
    assert verdict == "not_blocked", page.locator("[data-check]").inner_text()
    rows = page.locator("[data-rows] tr").filter(has_text="The relay").all()
    return {row.locator("th").inner_text(): row.locator("[data-state]").inner_text() for row in rows}


def try_relay(page: Page, relay_pass: dict[str, object]) -> list[str]:
    """What the page's own script says of a relay with this pass."""
    return page.evaluate(
        """async (pass) => {
          const loaded = performance.getEntriesByType("resource").map((one) => one.name);
          const { tryRelays } = await import(loaded.find((name) => /\\/relay\\b[^/]*\\.js/.test(name)));
          return (await tryRelays(pass)).map((one) => one.answer);
        }""",
        relay_pass,
    )


def take_places(page: Page) -> list[str]:
    """Ask the site for a pass, take a place by UDP and one by TCP, and keep both; their candidates."""
    return page.evaluate(
        """async () => {
          const { relay } = await (await fetch("/c/v1/open", { method: "POST" })).json();
          const ask = ({ urls, ...pass }) => urls.filter((url) => url.startsWith("turn:")).map((url) => {
            const iceServers = [{ urls: url, ...pass }];
            const peer = new RTCPeerConnection({ iceTransportPolicy: "relay", iceServers });
            (globalThis.kept ??= []).push(peer);
            peer.createDataChannel("check");
            return new Promise((resolve, reject) => {
              peer.onicecandidate = ({ candidate }) => candidate?.candidate && resolve(candidate.candidate);
              peer.onicecandidateerror = (error) => reject(new Error(`${error.errorCode} ${error.errorText}`));
              peer.setLocalDescription();
            });
          });
          return await Promise.all(ask(relay));
        }"""
    )


def test_a_relay_that_runs_lets_every_way_through(trusting, relaying_site, turnserver) -> None:
    """By UDP, TCP and TLS; the pass is made for this visit and ends, and nothing that the site sent holds the secret."""
    page = trusting.new_context(base_url=relaying_site.url).new_page()
    came: list[Response] = []
    page.on("response", lambda one: came.append(one))  # noqa: PLW0108 (Playwright marks what it is given)
    page.goto("/en/check/")
    began = time.time()  # noqa: TID251 (a test stands at the edge)
    assert check(page) == {UDP: "passes", TCP: "passes", TLS: "passes"}
    assert "relay" not in page.locator("[data-reasons]").inner_text()
    passes = [one.json()["relay"] for one in came if one.url.endswith("/c/v1/open")]
    assert passes
    for one in passes:
        until = re.fullmatch(r"(\d+):[0-9a-f]{16}", one["username"])
        assert until
        assert began - 1 < int(until[1]) - RELAY_SECONDS < time.time() + 1  # noqa: TID251
    assert not [one.url for one in came if one.status == 200 and turnserver.secret in one.text()]
    assert turnserver.secret not in page.content()


def test_a_pass_is_worth_nothing_once_it_is_over_or_signed_by_another(
    browser, relaying_site, turnserver
) -> None:
    """Coturn refuses both, and the page knows a refusal from silence; a certificate of nobody and a typing error are silence."""
    page = open_page(browser, relaying_site)
    ways, now = tuple(turnserver.addresses()), time.time()  # noqa: TID251
    assert try_relay(page, Relay(ways[:2], turnserver.secret).pass_until(now - 60, "late")) == ["refused"] * 2
    assert try_relay(page, Relay(ways[:2], "another").pass_until(now + 60, "forged")) == ["refused"] * 2
    right = Relay((*ways, "turn.example:3478"), turnserver.secret).pass_until(now + 60, "right")
    assert try_relay(page, right) == ["open", "open", "silent", "silent"]


def test_visitors_do_not_take_each_others_places(browser, relaying_site, turnserver) -> None:
    """Coturn lets each name have three places (`user-quota`), and two visitors have four between them."""
    pages = [open_page(browser, relaying_site) for _ in range(2)]
    assert [len(take_places(page)) for page in pages] == [2, 2]


def test_a_relay_that_was_killed_is_said_to_be_silent_and_nobody_is_accused(
    browser, relaying_site, turnserver
) -> None:
    """The verdict on the network stays as it was."""
    turnserver.kill()
    page = open_page(browser, relaying_site)
    assert check(page) == {UDP: "no answer", TCP: "no answer", TLS: "no answer"}
    reasons = page.locator("[data-reasons]").inner_text()
    assert "The relay of this site does not answer." in reasons
    assert "accuses nobody" in reasons
    assert not page.locator("[data-rows] [data-state=blocked]").count()
    assert "operator" not in reasons
