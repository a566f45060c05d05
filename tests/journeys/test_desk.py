"""Stories of organisers: from the link of an invitation to a campaign that everyone can read."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.authenticator import code_of

PASSWORD = "correct horse battery"
PHONE, LAPTOP = {"width": 360, "height": 740}, {"width": 1280, "height": 800}


def invitation(site, address, *options):
    """Ask the host for a link, and return its path in Arabic."""
    told = site.sawtna("organiser", "add", address, "--var", str(site.var), "--origin", site.url, *options)
    assert told.returncode == 0, told.stderr
    return re.search(r"https?://\S+(/\w\w/accounts/invitation/\S+)", told.stdout)[1]


def enter(page: Page, path, language="en"):
    """Choose a password, set up the app, note the recovery codes, and arrive at the desk; returns one of these."""
    page.goto(re.sub(r"^/\w\w/", f"/{language}/", path))
    page.fill("[name=password1]", PASSWORD)
    page.fill("[name=password2]", PASSWORD)
    page.locator("main form button[type=submit]").click()
    page.locator("a[href*='totp/activate']").click()
    secret = page.locator("#authenticator_secret").text_content()
    page.fill("[name=code]", code_of(secret))
    page.locator("main form button[type=submit]").click()
    expect(page.locator(".codes li")).to_have_count(10)
    spare = page.locator(".codes li").first.text_content()
    page.locator("main .actions a").first.click()
    expect(page).to_have_url(re.compile(rf"/{language}/desk/$"))
    return spare


def log_in(page: Page, address, code, language="en"):
    """Log in again, with password and code; an app's own code is good once in half a minute."""
    page.goto(f"/{language}/accounts/login/")
    page.fill("[name=login]", address)
    page.fill("[name=password]", PASSWORD)
    page.locator("main form button[type=submit]").first.click()
    page.fill("[name=code]", code)
    page.locator("main form button[type=submit]").first.click()
    expect(page).to_have_url(re.compile(rf"/{language}/desk/$"))


def save(page: Page):
    """Press the loud button at the end of the page."""
    page.locator(".bar-at-end button.button:not(.quiet)").click()


def open_campaign(page: Page):
    """Open a campaign in Arabic, with a date in Arabic digits, and say what it is about."""
    page.goto("/ar/desk/new/")
    page.fill("[name='words.title.ar']", "نريد المكالمات")
    page.select_option("[name=country]", "AE")
    page.fill("[name=zone]", "Asia/Dubai")
    page.fill("[name=opens]", "٢٠٢٦-١١-٠١")
    page.fill("[name=id]", "we-want-calls")
    page.locator("main form button.button:not(.quiet)").click()
    expect(page).to_have_url(re.compile("/ar/desk/we-want-calls/campaign/$"))
    page.fill("[name='words.summary.ar']", "المكالمات محجوبة منذ سنوات.")
    save(page)


def add_target(page: Page):
    """Add a company; its name in the book is suggested."""
    page.goto("/ar/desk/we-want-calls/targets/new/")
    page.fill("[name='words.name.ar']", "الشركة")
    page.fill("[name='words.name.en']", "The Company")
    page.check("[name=sort][value=company]")
    save(page)
    expect(page.locator(".rows li")).to_have_count(1)


def add_stage(page: Page, accessible):
    """Add a stage with a date that is none; the page says so, keeps everything, and takes the mended date."""
    page.goto("/ar/desk/we-want-calls/stages/new/")
    page.fill("[name='words.title.ar']", "هواتف مغلقة")
    page.fill("[name='words.title.en']", "Phones off")
    page.check("[name=sort][value='phones-off']")
    page.check("[name=targets][value='the-company']")
    page.fill("[name=opens]", "غدا")
    save(page)
    expect(page).to_have_url(re.compile("/stages/phones-off/$"))
    expect(page.locator("#wrong")).to_be_focused()
    expect(page.locator("[name=opens]")).to_have_value("غدا")
    expect(page.locator("[name='words.title.ar']")).to_have_value("هواتف مغلقة")
    accessible(page)
    page.locator("#wrong a").first.click()
    expect(page.locator("[name=opens]")).to_be_focused()
    page.fill("[name=opens]", "2026-12-01")
    save(page)
    expect(page).to_have_url(re.compile(r"/stages/(#.*)?$"))


def test_an_invited_organiser_publishes_a_campaign_in_arabic(page: Page, site, accessible):
    """A link, a password, an app; then a campaign with a target and a stage, a wrong date first, and it is public."""
    page.set_viewport_size(PHONE)
    enter(page, invitation(site, "amina@example.org"), "ar")
    open_campaign(page)
    add_target(page)
    add_stage(page, accessible)

    page.goto("/ar/desk/we-want-calls/preview/")
    expect(page.locator(".preview-bar")).to_be_visible()
    expect(page.get_by_text("هواتف مغلقة").first).to_be_visible()
    assert page.goto("/ar/we-want-calls/").status == 404

    page.set_viewport_size(LAPTOP)
    page.goto("/ar/desk/we-want-calls/publish/")
    accessible(page)
    save(page)
    expect(page.locator(".rows li")).to_have_count(3)
    page.locator(".rows a").first.click()
    expect(page).to_have_url(re.compile(r"/ar/book/\d+/$"))
    page.goto("/ar/we-want-calls/")
    expect(page.locator("h1")).to_contain_text("نريد المكالمات")
    expect(page.get_by_text("هواتف مغلقة").first).to_be_visible()


def test_owners_invite_and_moderators_moderate(page: Page, browser, site, base_url, accessible):
    """The owner gives a link; who follows it may edit stands and delete words, and nothing else."""
    enter(page, invitation(site, "owner@example.org", "--campaign", "morocco-2016"))
    page.goto("/en/desk/morocco-2016/members/")
    accessible(page)
    page.fill("[name=address]", "moderator@example.org")
    page.locator("#role").select_option("moderator")
    page.locator("#language").select_option("fr")
    page.get_by_role("button", name="Invite").click()
    link = page.locator("#link").input_value()
    assert "/fr/accounts/invitation/" in link

    other = browser.new_context(base_url=base_url).new_page()
    enter(other, link.removeprefix(base_url), "fr")
    other.goto("/fr/desk/morocco-2016/stands/s1/")
    other.fill("[name=people]", "٢")
    save(other)
    expect(other.locator(".chip.newer")).to_have_count(1)
    closed = other.goto("/fr/desk/morocco-2016/stages/")
    assert closed.status == 200
    expect(other.locator("main form")).to_have_count(0)
    assert other.goto("/fr/desk/morocco-2016/stages/new/").status == 403
    assert other.goto("/fr/desk/morocco-2016/publish/").status == 403
    accessible(other)
    other.context.close()

    page.goto("/en/desk/morocco-2016/")
    expect(page.locator(".differences")).to_have_count(1)
    accessible(page)
    page.locator("summary", has_text="Throw these changes away").click()
    page.get_by_role("button", name="Throw them away").click()
    expect(page.locator(".differences")).to_have_count(0)


def test_the_desk_works_without_scripts(browser, site, base_url):
    """Log in, add rows, make a mistake, mend it: all of it by plain forms."""
    context = browser.new_context(base_url=base_url, java_script_enabled=False)
    page = context.new_page()
    spare = enter(page, invitation(site, "plain@example.org", "--campaign", "morocco-2016"))
    page.get_by_role("button", name="Log out").click()
    log_in(page, "plain@example.org", spare)

    page.goto("/en/desk/morocco-2016/news/new/")
    page.fill("[name='words.title.en']", "Plain news")
    page.fill("[name='words.links.0.url']", "https://example.org/first")
    page.get_by_role("button", name="One more row").click()
    page.fill("[name='words.links.1.url']", "no address")
    page.fill("[name=on]", "2016-02-30")
    save(page)
    expect(page.locator("#wrong li")).to_have_count(3)  # the text, the date, the second source
    expect(page.locator("[name='words.title.en']")).to_have_value("Plain news")
    expect(page.locator("[name='words.links.1.url']")).to_have_value("no address")
    page.fill("[name='words.links.1.url']", "https://example.org/second")
    page.fill("[name='words.text.en']", "Text")
    page.fill("[name=on]", "2016-02-29")
    save(page)
    expect(page).to_have_url(re.compile("/news/$"))
    page.locator("li", has_text="Plain news").get_by_role("button", name="Remove").click()
    expect(page.get_by_text("was taken out of the draft")).to_be_visible()
    page.get_by_role("button", name="Put it back").click()
    expect(page.get_by_role("link", name="Plain news")).to_be_visible()
    page.goto("/en/desk/morocco-2016/")
    page.locator("summary", has_text="Throw these changes away").click()
    page.get_by_role("button", name="Throw them away").click()
    context.close()


def test_rows_are_added_in_the_page_and_work_is_guarded(page: Page, site):
    """With a script a row appears at once; leaving with something typed asks first."""
    enter(page, invitation(site, "scripted@example.org", "--campaign", "morocco-2016"))
    page.goto("/en/desk/morocco-2016/news/new/")
    page.get_by_role("button", name="One more row").click()
    expect(page.locator("[name='words.links.1.url']")).to_be_focused()
    page.fill("[name='words.title.en']", "Typed")
    asked = []
    page.on("dialog", lambda dialog: (asked.append(dialog.type), dialog.accept()))
    page.get_by_role("link", name="Cancel").click()
    expect(page).to_have_url(re.compile("/news/$"))
    assert asked == ["beforeunload"]


@pytest.mark.parametrize(("language", "scheme"), [("ar", "dark"), ("fr", "light"), ("en", "light")])
def test_every_page_of_the_desk_is_accessible(page: Page, site, accessible, language, scheme):
    """Each page on a phone, in each language: WCAG 2.2 AA as far as axe can tell, and nothing wider than the window."""
    page.emulate_media(color_scheme=scheme)
    enter(page, invitation(site, f"walker.{language}@example.org", "--campaign", "morocco-2016"), language)
    page.set_viewport_size(PHONE)
    desk = f"/{language}/desk/morocco-2016"
    places = [
        "",
        "campaign/",
        "stages/",
        "stages/phones-off/",
        "claims/new/",
        "ballots/new/",
        "publish/",
        "members/",
    ]
    for path in (
        f"/{language}/desk/",
        *(f"{desk}/{place}" for place in places),
        f"{desk}/trail/",
        f"{desk}/file/",
        f"{desk}/stands/s1/erase/",
        f"{desk}/preview/",
        f"/{language}/accounts/",
        f"/{language}/accounts/2fa/",
    ):
        page.goto(path)
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"], path
