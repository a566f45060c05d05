"""Which language a visitor of `/` is sent to."""

import pytest

from sawtna.web.languages import choose_language


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "ar"),
        ("fr", "fr"),
        ("fr-MA,fr;q=0.9,en;q=0.5", "fr"),
        ("en-GB;q=0.4, fr;q=0.6", "fr"),
        ("de, ja", "ar"),
        ("de, en;q=0.1", "en"),
        ("zgh, ar-MA;q=0.8, fr;q=0.7", "ar"),
        ("*", "ar"),
        ("en;q=0, fr;q=0.0", "ar"),
        ("en;q=high", "ar"),
        ("EN", "en"),
        (",;=;q=1,,", "ar"),
        ("x" * 100_000 + ", en", "ar"),
    ],
)
def test_a_visitor_gets_the_language_that_the_browser_likes_best(asked, given):
    """Weights count; what is not spoken here, or makes no sense, leads to the site's own language."""
    assert choose_language(asked) == given


def test_the_site_says_which_language_it_is_at_home_in(settings):
    """A house in Paris may begin in French."""
    settings.SAWTNA_LANGUAGE = "fr"
    assert choose_language("de") == "fr"
