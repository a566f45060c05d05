"""Templates show figures that the audit can read back, days, and words in the reader's language or the next best."""

from datetime import date

import pytest
from django.template import Context, Template
from django.utils import translation

from sawtna.ledger.core.figures import Figure, figures_of, wrong_figures
from sawtna.ledger.core.fold import Number
from sawtna.ledger.templatetags.book import UnknownNumberError

NUMBERS = {
    "a/days": Number("a/days", 304, "day", "days_blocked", ((3, 4),)),
    "a/one": Number("a/one", 1, "day", "days_blocked", ((3, 4),)),
    "a/many": Number("a/many", 1_470_000, "follower", "newest_reading", ((3, 4),)),
    "a/share": Number("a/share", 562, "basis-point", "stated", ()),
    "a/rate": Number("a/rate", 132, "follower-a-minute", "stated", ()),
    "a/other": Number("a/other", 7, "unheard-of", "stated", ()),
}


def show(source: str, language: str = "en", country: str | None = "MA", **context: object) -> str:
    """Render a template in a language and a country."""
    with translation.override(language):
        return Template("{% load book %}" + source).render(
            Context({"numbers": NUMBERS, "country": country, **context})
        )


# ------------------------------------------------------------------ figures
def test_a_figure_carries_its_key_its_value_and_a_link():
    """The exact markup that the audit and the pages rely on."""
    assert show('{% number "a/days" %}') == (
        '<a class="figure-link" href="/en/numbers/a/days/">'
        '<data class="figure" data-number="a/days" value="304">304</data></a>'
    )
    assert (
        show('{% number "a/days" link=False %}')
        == '<data class="figure" data-number="a/days" value="304">304</data>'
    )


@pytest.mark.parametrize(
    ("language", "country", "shown"),
    [
        ("ar", "MA", "1.470.000"),
        ("ar", "EG", "١٬٤٧٠٬٠٠٠"),
        ("fr", None, "1\u202f470\u202f000"),
        ("en", "MA", "1,470,000"),
    ],
)
def test_digits_follow_the_language_and_the_country(language, country, shown):
    """The value stays an ASCII integer, the digits are the reader's; the audit reads both."""
    page = show('{% number "a/many" %}', language, country)
    assert f'value="1470000">{shown}</data>' in page
    assert f'href="/{language}/numbers/a/many/"' in page
    assert figures_of(page) == [Figure("a/many", "1470000", "1470000")]
    assert list(wrong_figures(page, NUMBERS)) == []


def test_a_share_is_shown_in_per_cent_and_still_audits():
    """562 basis points are shown as 5.62%, whose digits are those of the value."""
    page = show('{% number "a/share" %}', "fr", None)
    assert "5,62" in page
    assert list(wrong_figures(page, NUMBERS)) == []


def test_a_figure_can_be_set_into_a_sentence_with_its_plural():
    """`as shown` gives the value for the plural and the figure for the sentence, unescaped where it belongs."""
    source = (
        '{% load i18n %}{% number "a/days" as shown %}{% blocktranslate count n=shown.value with number=shown.html %}'
        "{{ number }} person{% plural %}{{ number }} people{% endblocktranslate %} {{ shown.unit }} {{ shown.text }}"
    )
    page = show(source)
    assert page.endswith(">304</data></a> people day 304")
    assert show(source.replace("a/days", "a/one")).endswith(">1</data></a> person day 1")


@pytest.mark.parametrize("tag", ["number", "counted", "figure_text"])
def test_an_unknown_number_is_a_fault_while_testing(tag):
    """A template that asks for a number that no fold gives fails its test."""
    with pytest.raises(UnknownNumberError, match="a/nothing"):
        show("{% " + tag + ' "a/nothing" %}')


def test_visitors_see_a_question_mark_for_an_unknown_number(monkeypatch):
    """On a running site one missing number does not take the page away."""
    monkeypatch.setattr("sawtna.ledger.templatetags.book.is_strict", lambda: False)
    assert show('{% number "a/nothing" %}') == '<span class="figure-missing">?</span>'
    assert show('{% counted "a/nothing" %}') == '<span class="figure-missing">?</span>'
    assert show('{% figure_text "a/nothing" %}') == "?"
    assert show('{% number "a/nothing" as shown %}{{ shown }}') == '<span class="figure-missing">?</span>'
    assert (
        Template('{% load book %}{% number "a/days" %}').render(Context())
        == '<span class="figure-missing">?</span>'
    )


def test_drawings_get_the_digits_alone():
    """In an SVG the key stands in an attribute, so the tag gives text."""
    assert show(
        '<text data-number="a/many" data-value="1470000">{% figure_text "a/many" %}</text>', "ar", "EG"
    ) == ('<text data-number="a/many" data-value="1470000">١٬٤٧٠٬٠٠٠</text>')


def test_a_preview_shows_its_own_numbers():
    """The tag reads the context's numbers, not the published ones."""
    mine = {"a/days": Number("a/days", 9, "day", "x", ())}
    assert ">9</data>" in show('{% number "a/days" %}', numbers=mine)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("a/days", "</data> days"),
        ("a/one", "</data> day"),
        ("a/many", "</data> followers"),
        ("a/rate", "</data> followers a minute"),
        ("a/other", ">7</data>"),
        ("a/share", "%</data>"),
    ],
)
def test_a_figure_is_counted_in_its_unit(key, words):
    """The unit comes in the plural that the number asks for; one that nobody named is left out."""
    page = show("{% counted key link=False %}", key=key)
    assert page.endswith(words)
    assert list(wrong_figures(page, NUMBERS)) == []


def test_the_number_of_an_entry_is_no_figure():
    """An index carries its value but no key, and no separators."""
    assert show("{% index 1204 %}") == '<data class="index" value="1204">1204</data>'
    assert show("{% index 1204 %}", "ar", "EG") == '<data class="index" value="1204">١٢٠٤</data>'
    assert show("{% plain_index 1204 %}", "ar", "EG") == "١٢٠٤"
    assert show("{% index_range 2 100 %}") == (
        '<data class="index" value="200">200</data>–<data class="index" value="299">299</data>'
    )


# ------------------------------------------------------------------ days
def test_scripts_are_told_how_the_page_writes():
    """By the name of a locale, of which a browser has the same data: one month has one name in a visit."""
    assert show("{% locale_name %}", "ar", "MA") == "ar-MA"
    assert show("{% locale_name %}", "en", "MA") == "en-001"


@pytest.mark.parametrize(
    ("moment", "shown"),
    [
        ("2016-02-28T12:00", '<time datetime="2016-02-28T12:00">28 February 2016, 12:00</time>'),
        ("2016-02-28", '<time datetime="2016-02-28">28 February 2016</time>'),
        ("2016-02", '<time datetime="2016-02">February 2016</time>'),
        ("2016", '<time datetime="2016">2016</time>'),
        (
            "2016-01-16/2016-01-17",
            '<time datetime="2016-01-16" data-until="2016-01-17">16–17 January 2016</time>',
        ),
        (date(2026, 11, 24), '<time datetime="2026-11-24">24 November 2026</time>'),
        (1456660800, '<time datetime="2016-02-28T12:00Z">28 February 2016, 12:00 UTC</time>'),
        (None, ""),
        ("", ""),
    ],
)
def test_days_are_told_to_machines_and_people(moment, shown):
    """The attribute keeps what the book says; the text says it in words."""
    assert show("{% day moment %}", moment=moment) == shown


def test_days_follow_the_country():
    """A Moroccan page calls the month as Moroccans do."""
    assert "غشت 2016" in show('{% day "2016-08-03" %}', "ar", "MA")
    assert "أغسطس ٢٠١٦" in show('{% day "2016-08-03" %}', "ar", "EG")


# ------------------------------------------------------------------ words
WORDS = {"ar": "مرحبا", "fr": "Salut"}


@pytest.mark.parametrize(
    ("language", "shown"),
    [
        ("ar", "<span data-words>مرحبا</span>"),
        ("fr", "<span data-words>Salut</span>"),
        ("en", '<span data-words lang="ar" dir="rtl">مرحبا</span>'),
    ],
)
def test_words_come_in_the_page_s_language_or_say_which_they_are_in(language, shown):
    """A screen reader and the direction of writing need to know when words are in another language."""
    assert show("{% say words %}", language, words=WORDS) == shown


def test_french_words_on_an_arabic_page_run_from_left_to_right():
    """The first language that is there is taken, in the order ar, fr, en."""
    assert show("{% say words %}", "ar", words={"fr": "Salut", "en": "Hi"}) == (
        '<span data-words lang="fr" dir="ltr">Salut</span>'
    )


def test_words_of_unknown_language_find_their_own_direction():
    """A plain text has no language; the browser looks at its first letters."""
    assert show("{% say words %}", words="WhatsApp") == '<span data-words dir="auto">WhatsApp</span>'


def test_words_are_escaped():
    """What people wrote is text, never markup."""
    words = {"en": '<script>alert("1")</script>\n<b>'}
    escaped = "&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt;"
    assert show("{% say words %}", words=words) == f"<span data-words>{escaped}\n&lt;b&gt;</span>"
    assert f"<p>{escaped}<br>&lt;b&gt;</p>" in show("{% say words paragraphs=True %}", words=words)


def test_paragraphs_and_line_breaks_are_kept():
    """Empty lines part paragraphs, line breaks stay line breaks."""
    page = show("{% say words paragraphs=True %}", words={"en": "a\nb\n\nc\n\n\n\nd"})
    assert page == '<div class="words" data-words><p>a<br>b</p><p>c</p><p>d</p></div>'


@pytest.mark.parametrize("words", [None, {}, "", {"de": "Hallo"}, 5, []])
def test_no_words_show_nothing(words):
    """What is not there leaves no empty element behind."""
    assert show("{% say words %}{% plain_say words %}", words=words) == ""


def test_words_for_titles_come_without_markup():
    """Attributes and titles take text."""
    assert show("{% plain_say words %}", "fr", words=WORDS) == "Salut"


def test_sources_are_links_that_tell_nothing_to_their_sites():
    """Each source has its address, its title or the address itself, and its outlet, all escaped."""
    links = [
        {"url": "https://example.org/?a=1&b=2", "title": "T <i>", "outlet": "O"},
        {"url": "https://example.org/x"},
    ]
    page = show("{% links_of links %}", links=links)
    assert (
        'href="https://example.org/?a=1&amp;b=2" rel="nofollow noopener external" data-words dir="auto">T &lt;i&gt;</a>'
        in page
    )
    assert ">https://example.org/x</a>" in page
    assert '<cite data-words dir="auto">O</cite>' in page
    assert show("{% links_of links %}", links=None).strip() == ""
