"""Stories of keys: a passkey as the second factor, and then alone, with allauth's scripts under our policy."""

import re

import pytest
from playwright.sync_api import expect

from tests.journeys.conftest import free_port
from tests.journeys.test_desk import PASSWORD, invitation

KEY = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named_site(open_site):
    """Open a site that has a name: browsers keep no key for an address such as 127.0.0.1."""
    port = free_port()
    site = open_site("--port", str(port), "--origin", f"http://localhost:{port}")
    return site, f"http://localhost:{port}"


def with_key(page, **changes):
    """Plug a key into the browser, or one that behaves otherwise."""
    device = page.context.new_cdp_session(page)
    device.send("WebAuthn.enable")
    device.send("WebAuthn.addVirtualAuthenticator", {"options": {**KEY, **changes}})


def choose_password(page, site, address):
    """Follow the link of an invitation as far as the second factor."""
    page.goto(re.sub(r"^/\w\w/", "/fr/", invitation(site, address)))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("a[href*='webauthn/add']").click()
    page.wait_for_load_state("load")  # the scripts of the key have run


def test_a_passkey_opens_the_desk(browser, named_site):
    """Set up once; then it is the second factor of that session, and the whole login of the next."""
    site, origin = named_site
    complaints = []
    page = browser.new_context(base_url=origin).new_page()
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    with_key(page)
    choose_password(page, site, "key@example.org")
    page.check("[name=passwordless]")
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator(".codes li")).to_have_count(10)
    page.goto("/fr/desk/")
    expect(page).to_have_url(re.compile("/fr/desk/$"))
    page.locator("form[action$='/logout/'] button").click()
    expect(page).to_have_url(re.compile("/accounts/login/"))
    page.wait_for_load_state("load")
    page.locator("#passkey_login").click()
    expect(page).to_have_url(re.compile("/fr/desk/$"))
    assert not complaints
    page.context.close()


def test_a_key_that_does_not_answer_is_explained(browser, named_site):
    """When the key fails, the page says so in a sentence and the app can still be chosen."""
    site, origin = named_site
    page = browser.new_context(base_url=origin).new_page()
    with_key(page, hasUserVerification=False, isUserVerified=False, hasResidentKey=False)
    choose_password(page, site, "broken@example.org")
    page.check("[name=passwordless]")
    expect(page.locator("#key-trouble")).to_be_hidden()
    page.locator("#mfa_webauthn_add").click()
    expect(page.locator("#key-trouble")).to_be_visible(timeout=70_000)
    page.context.close()
