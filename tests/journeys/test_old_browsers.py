"""Stories of old browsers, and of a book that grows while somebody takes part or lacks a part."""

import re

import pytest

from tests.campaigns.counter.conftest import Town
from tests.journeys.taking_part import PLACE, choose, open_with, press, says, spoken_file, step, take_part


@pytest.fixture(scope="session")
def open_house(open_site, tmp_path_factory):
    """A site with a pledge and a poll that are open."""
    return open_with(open_site, tmp_path_factory, spoken_file())


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


LACKING = """
for (const name of ["importKey", "verify"]) {
  const does = SubtleCrypto.prototype[name];
  SubtleCrypto.prototype[name] = function (...asked) {
    const refused = name === "REFUSED" && asked.includes("Ed25519");
    return refused ? Promise.reject(new DOMException("", "NotSupportedError")) : does.apply(this, asked);
  };
}
"""


@pytest.fixture
def loaded(page):
    """The browser files that the page loads."""
    found = []
    page.on(
        "request", lambda one: found.append(one.url.rpartition("/")[2]) if one.url.endswith(".js") else None
    )
    return found


@pytest.mark.parametrize("refused", ["importKey", "verify"])
def test_a_browser_without_ed25519_verifies_by_a_library_and_takes_part(page, post, loaded, refused):
    """Chromium before 137: the book is verified all the same, by a module that no other browser loads."""
    page.add_init_script(LACKING.replace("REFUSED", refused))
    take_part(page, post, f"old-{refused.lower()}@example.org", "Stop: No top-ups")
    assert any(name.startswith("ed25519.") for name in loaded)


def test_a_browser_with_ed25519_loads_no_library_for_it(page, post, loaded):
    """What few browsers need costs the others nothing."""
    take_part(page, post, "new@example.org", "Stop: No top-ups")
    assert not any(name.startswith("ed25519.") for name in loaded)


def test_a_tile_that_was_completed_meanwhile_is_read_whole(page, post):
    """Between the checkpoint and the tile the book grew: the partial file is gone, and its first part stands in the full one."""
    fuller = {}

    def take_away(route):
        path, _, width = route.request.url.partition(".p/")
        body, spare = route.fetch().body(), 256 - int(width)
        fuller[path] = body + spare * bytes(2 if "/entries/" in path else 32)
        route.fulfill(status=404)

    page.route(re.compile(r"/log/tile/.*\.p/"), take_away)
    page.route(re.compile(r"/log/tile/[^.]*$"), lambda route: route.fulfill(body=fuller[route.request.url]))
    take_part(page, post, "meanwhile@example.org", "Stop: No top-ups")
    assert fuller


def test_a_site_that_is_gone_is_no_broken_book(new_context):
    """The cable is pulled after the page came: the sentence of the network, and with it back all goes on."""
    page = new_context().new_page()
    sent = []
    page.on("request", lambda one: sent.append(one.url) if "/t/v1/" in one.url else None)
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    page.locator("[name=contact]").fill("unplugged@example.org")
    page.context.set_offline(True)
    press(page, "ask")
    says(page, "network")
    page.context.set_offline(False)
    page.route("**/log/tile/**", lambda route: route.fulfill(status=503), times=1)
    press(page, "ask")
    says(page, "network")
    assert sent == []
    press(page, "ask")
    step(page, "code")


def test_a_book_that_lacks_a_tile_is_said_to_lack_it(page, sent):
    """Neither the partial tile nor the full one is there: a sentence, and nothing is sent."""
    page.route("**/log/tile/**", lambda route: route.fulfill(status=404))
    page.goto(PLACE)
    choose(page, "Stop: No top-ups")
    page.locator("[name=contact]").fill("lacking@example.org")
    press(page, "ask")
    says(page, "missing")
    assert sent == []
