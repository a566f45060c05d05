"""What a page quotes is compared with the opening of the entry that it names."""

import json

from sawtna.ledger.core.figures import Figure, Quote, shown_by, wrong_quotes
from sawtna.ledger.core.quoted import Quoted, quote_all, texts_of

WORDS = {
    "title": {"ar": "عنوان", "fr": "Un\u202ftitre"},
    "text": {"en": "One line.\nAnother.\n\nA paragraph & more."},
    "links": [{"url": "https://example.org/", "outlet": "Le Monde"}],
    "apps": ["Skype"],
}


def test_words_of_an_opening_remember_their_entry():
    """In maps and lists alike; they are plain texts in every other way."""
    words = quote_all(WORDS, 7)
    assert words == WORDS
    assert json.dumps(words) == json.dumps(WORDS)
    outlet = words["links"][0]["outlet"]
    assert isinstance(outlet, Quoted)
    assert (outlet.entry, words["title"]["ar"].entry, words["apps"][0].entry) == (7, 7, 7)


def test_quotes_are_read_as_people_read_them():
    """Paragraphs and breaks part words, marks inside do not; a figure inside a quote, or around it, is a figure too."""
    page = (
        '<div data-words="7"><p>One line.<br>Another.</p><p>A para<b>graph</b> &amp; more.</p></div>'
        '<li><p>unclosed<cite data-words="8">Le&nbsp;Monde</cite>'
        '<p data-words="9">in <data data-number="a/b" value="3">3</data> days</p><span data-words>free</span>'
        '<img data-words="4"><i data-words="x">no</i>'
    )
    shown = shown_by(page)
    assert shown.quotes == [
        Quote(7, "One line. Another. A paragraph & more."),
        Quote(8, "Le Monde"),
        Quote(9, "in 3 days"),
    ]
    assert shown.figures == [Figure("a/b", "3", "3")]
    texts = {7: frozenset(texts_of(WORDS)), 8: frozenset(["Other"]), 9: frozenset()}
    assert list(wrong_quotes(shown, texts.get)) == [
        "“Le Monde” stands as words of entry 8, but they are not among its words",
        "“in 3 days” stands as words of entry 9, but it has no words",
    ]
