"""Every digit on a public page is a figure with its key, a date, or a word that somebody else wrote."""

import unicodedata
from html.parser import HTMLParser

import pytest

from sawtna.ledger.core.figures import NEVER_CLOSED

# Where digits may stand: figures, dates, quoted words, code, and what is not shown.
MAY_HOLD_DIGITS = {
    "data",
    "time",
    "q",
    "blockquote",
    "cite",
    "code",
    "pre",
    "kbd",
    "script",
    "style",
    "title",
}
PARTS = 30  # pages of one sort that are looked at, such as single entries of the book


class LooseDigits(HTMLParser):
    """Collects the words with digits that stand outside of the elements that may hold them."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self._sheltered: list[bool] = []  # one for each open element: whether digits may stand in it

    def handle_starttag(self, tag, attrs):
        if tag in NEVER_CLOSED:
            return
        around = bool(self._sheltered) and self._sheltered[-1]
        names = {name for name, _ in attrs}
        self._sheltered.append(
            around or tag in MAY_HOLD_DIGITS or bool(names & {"data-words", "data-number"})
        )

    def handle_endtag(self, tag):
        if tag not in NEVER_CLOSED and self._sheltered:
            self._sheltered.pop()

    def handle_data(self, data):
        if (
            self._sheltered
            and not self._sheltered[-1]
            and any(unicodedata.decimal(sign, None) is not None for sign in data)
        ):
            self.found.append(" ".join(data.split()))


def loose_digits(page: str) -> list[str]:
    """Find the digits of a page that nobody answers for."""
    parser = LooseDigits()
    parser.feed(page)
    parser.close()
    return parser.found


def test_the_finder_of_digits_finds_them():
    """Digits in bare text are found in any script of numerals; figures, dates and quoted words are left alone."""
    page = (
        '<p>It lasted <data data-number="x" value="3">٣</data> days from <time>5 January</time>, <q>all 5</q><br>'
        "and <b>٤ more</b></p><svg><text>7</text><text data-number='y' data-value='1'>1</text></svg>"
    )
    assert loose_digits(page) == ["٤ more", "7"]


@pytest.fixture
def addresses(db) -> list[str]:
    """Give the addresses of the public pages of a house with the example; of many alike, the first and the last few."""
    from sawtna.web.actions.furnish_book import furnish_book
    from sawtna.web.addresses import public_paths

    furnish_book(example=True)
    groups: dict[str, list[str]] = {}
    for path in public_paths():
        groups.setdefault(
            "/".join(path.split("/")[:2]) if path.count("/") > 2 else path.split("/")[0], []
        ).append(path)
    return [
        f"/{language}/{path}"
        for paths in groups.values()
        for path in dict.fromkeys([*paths[:PARTS], *paths[-PARTS:]])
        for language in ("ar", "fr", "en")
    ]


@pytest.mark.slow
def test_every_digit_of_a_public_page_has_someone_who_answers_for_it(client, addresses):
    """A digit outside of figures, dates and quoted words could be checked by nobody."""
    loose = {}
    for address in addresses:
        answer = client.get(address)
        assert answer.status_code == 200, address
        if found := loose_digits(answer.content.decode()):
            loose[address] = found
    shown = "\n".join(f"{address}: {found[:5]}" for address, found in list(loose.items())[:40])
    assert not loose, f"{len(loose)} of {len(addresses)} pages:\n{shown}"
