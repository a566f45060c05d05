"""Checking a number: from a figure on the campaign's page down to the signed line, in the browser alone."""

import re
import subprocess

import pytest

LANGUAGES = ("ar", "fr", "en")
PAGES = (
    "book/",
    "book/pages/0/",
    "book/1/",
    "book/0/",
    "checks/",
    "checks/data/",
    "numbers/book/entries/",
    "numbers/morocco-2016/days-without-calls/",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_reader_follows_a_number_down_to_the_signature(page, site, language):
    """The star of a figure leads to its entries, an entry to its bytes, and the browser proves that they are in the book."""
    page.goto(f"/{language}/morocco-2016/")
    page.locator('a.figure-link[href$="/numbers/morocco-2016/days-without-calls/"]').first.click()
    assert page.locator("data.figure").first.get_attribute("value") == "304"
    page.locator(".entry-list a").first.click()
    assert re.fullmatch(rf"{site.url}/{language}/book/\d+/", page.url)
    page.locator("[data-check-start]").click()
    page.locator('[data-check-state="passed"]').wait_for()
    assert page.locator("[data-check-outcome]").inner_text().strip()


def test_a_receipt_from_the_page_convinces_the_audit(page, site, tmp_path):
    """The file that a reader keeps is verified on another day, by the command line, against the book."""
    page.goto("/en/book/5/")
    with page.expect_download() as download:
        page.get_by_role("link", name="Keep a receipt").click()
    kept = tmp_path / download.value.suggested_filename
    download.value.save_as(kept)
    assert kept.name == "entry-5.tlog-proof"
    audit = site.sawtna("audit", str(site.var / "log"), "--receipt", str(kept))
    assert isinstance(audit, subprocess.CompletedProcess)
    assert audit.returncode == 0, audit.stdout + audit.stderr


def forge(answer: bytes) -> bytes:
    """Change one letter inside of a bundle of entries."""
    return answer.replace(b"morocco-2016", b"morocco-2017", 1)


def test_a_forged_file_is_noticed_by_the_browser(page):
    """Whoever changes the files on their way cannot make the browser say that all is well."""
    page.route("**/log/tile/entries/**", lambda route: route.fulfill(body=forge(route.fetch().body())))
    page.goto("/en/book/1/")
    page.locator("[data-check-start]").click()
    page.locator(
        '[data-check-state="altered"], [data-check-state="outside"], [data-check-state="malformed"]'
    ).wait_for()
    assert "not" in page.locator("[data-check-outcome]").inner_text()


def test_a_forged_page_is_noticed_by_the_browser(page):
    """A page that shows another entry than the book holds is told apart from it, byte by byte."""
    page.goto("/en/book/1/")
    page.evaluate("document.querySelector('[data-check-entry]').textContent += ' '")
    page.locator("[data-check-start]").click()
    page.locator('[data-check-state="altered"]').wait_for()


def test_the_book_is_readable_without_javascript(browser, base_url):
    """Every number, entry and proof is there; only the button that needs JavaScript is not."""
    context = browser.new_context(java_script_enabled=False, base_url=base_url)
    page = context.new_page()
    page.goto("/en/book/1/")
    assert page.locator("[data-check-entry]").inner_text().startswith("{")
    assert not page.locator("[data-check-start]").is_visible()
    assert page.get_by_role("link", name="Keep a receipt").is_visible()
    context.close()


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("path", PAGES)
def test_pages_of_the_book_can_be_used_by_everyone(page, accessible, language, path):
    """They keep to WCAG 2.2 AA and fit a small phone, in light and in dark, from right to left and from left to right."""
    page.set_viewport_size({"width": 360, "height": 740})
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/{language}/{path}")
        accessible(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")
