"""The door: whoever comes finds the page in a language that they read, from right to left where it must be."""

import pytest

DIRECTIONS = {"ar": "rtl", "fr": "ltr", "en": "ltr"}


@pytest.mark.parametrize(("language", "direction"), DIRECTIONS.items())
def test_a_visitor_is_greeted_in_their_language(browser, base_url, language, direction):
    """A browser that asks for a language is led to the pages in it, read in its direction."""
    context = browser.new_context(locale=language, base_url=base_url)
    page = context.new_page()
    page.goto("/")
    assert page.url == f"{base_url}/{language}/"
    html = page.locator("html")
    assert (html.get_attribute("lang"), html.get_attribute("dir")) == (language, direction)
    context.close()


@pytest.mark.parametrize("language", DIRECTIONS)
def test_the_first_page_can_be_used_by_everyone(page, accessible, language):
    """The first page keeps to WCAG 2.2 AA in each language, in light and in dark."""
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        page.goto(f"/{language}/")
        accessible(page)


def test_the_first_page_fits_a_small_phone(page):
    """At 360 pixels nothing sticks out to the side."""
    page.set_viewport_size({"width": 360, "height": 740})
    for language in DIRECTIONS:
        page.goto(f"/{language}/")
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), language


def test_the_first_page_can_be_left_by_keyboard(page):
    """The first stop of the Tab key leads past the header, into the content."""
    page.goto("/en/")
    page.keyboard.press("Tab")
    first = page.evaluate("document.activeElement.getAttribute('href')")
    assert first is not None
    assert first.startswith("#")


def test_each_language_leads_to_the_others(page):
    """The first page in each language links to itself in the other two."""
    for language in DIRECTIONS:
        page.goto(f"/{language}/")
        for other in set(DIRECTIONS) - {language}:
            assert page.locator(f'a[hreflang="{other}"], a[lang="{other}"]').count() >= 1, (language, other)
