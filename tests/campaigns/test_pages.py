"""The visitor's pages of the square: each in three languages, the same for everyone, every number from the book."""

import json
import re
from datetime import UTC, datetime
from html.parser import HTMLParser
from importlib.resources import files
from xml.etree import ElementTree as ET

import brotli
import pytest

from sawtna.campaigns.core.planning import plan_entries
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.open_book import open_book
from sawtna.ledger.actions.publish_checkpoint import publish_checkpoint

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
EXAMPLE = json.loads(files("sawtna.campaigns").joinpath("examples/morocco-2016.json").read_text("utf-8"))
LANGUAGES = ("ar", "fr", "en")
PAGES = (
    "",
    "about/",
    "morocco-2016/",
    "morocco-2016/targets/inwi/",
    "morocco-2016/targets/anrt/",
    "morocco-2016/stages/unlike/",
    "morocco-2016/stages/letter/",
    "morocco-2016/stands/s1/",
    "morocco-2016/stands/s9/",
    "morocco-2016/claims/",
    "morocco-2016/claims/inwi-lost-a-minute/",
    "morocco-2016/claims/no-reply/",
    "morocco-2016/news/second-step/",
)
BARE = {
    "format": EXAMPLE["format"],
    "campaign": {
        "id": "bare",
        "country": "MA",
        "zone": "Africa/Casablanca",
        "mark": "real",
        "opens": "2026-11-01",
        "words": {"title": {"ar": "حملة"}, "summary": {"ar": "لم يبدأ شيء."}},
    },
}
VOID = {"meta", "link", "br", "hr", "img", "input", "path", "circle", "line", "rect"}
DIGIT = re.compile(r"\d")
LATIN_COMMA = re.compile(r"^\s*,\s*$|[\u0600-\u06ff][^\n]*,\s|,\s[^\n]*[\u0600-\u06ff]")


class Reader(HTMLParser):
    """Reads a page as a visitor does: its outline, its numbers, and the digits that are no number, date or quotation."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict]] = []
        self.counts: dict[str, int] = {}
        self.numbers: list[tuple[str, str, str]] = []
        self.stray: list[str] = []
        self.texts: list[str] = []
        self.ids: list[str] = []
        self.links: list[dict] = []
        self.feed(page)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.counts[tag] = self.counts.get(tag, 0) + 1
        if "id" in attributes:
            self.ids.append(attributes["id"])
        if tag in {"a", "link"}:
            self.links.append(attributes)
        if tag not in VOID:
            self.open.append((tag, attributes))

    def handle_endtag(self, tag):
        if tag not in VOID:
            opened, _ = self.open.pop()
            assert opened == tag, f"got </{tag}>, expected </{opened}>"

    def handle_data(self, text):
        if not {"code", "pre", "script", "style"} & {tag for tag, _ in self.open}:
            self.texts.append(text)
        if not DIGIT.search(text):
            return
        numbers = [one for _, one in self.open if "data-number" in one]
        if numbers:
            self.numbers.append(
                (numbers[0]["data-number"], numbers[0].get("value", numbers[0].get("data-value")), text)
            )
        elif not any(
            tag in {"title", "time", "code", "pre", "q", "cite", "blockquote"} or "data-words" in one
            for tag, one in self.open
        ):
            self.stray.append(text.strip())


@pytest.fixture
def square(db, settings, tmp_path, client):
    """Publish campaign files into a book of their own, and give a visitor."""
    settings.SAWTNA_VAR = tmp_path / "var"
    settings.SAWTNA_VAR.mkdir()
    open_book()

    def publish(*documents):
        for document in documents:
            append_entries([NewEntry(entry.body, entry.words) for entry in plan_entries(document, None)])
        publish_checkpoint(NOON)
        return client

    return publish


def read(response) -> Reader:
    """Read an answer, which must be a page."""
    assert response.status_code == 200, response.request["PATH_INFO"]
    return Reader(response.content.decode())


def test_each_page_answers_in_three_languages_and_is_the_same_for_everyone(square):
    """A page sets no cookie, may be kept anywhere, has one headline, one main part, and points at its other languages."""
    visitor = square(EXAMPLE)
    for language in LANGUAGES:
        for page in PAGES:
            response = visitor.get(f"/{language}/{page}")
            seen = read(response)
            assert not response.cookies
            assert "public" in response.headers["Cache-Control"]
            assert "Cookie" not in response.headers.get("Vary", "")
            assert (seen.counts["h1"], seen.counts["main"], seen.counts["html"]) == (1, 1, 1)
            assert len(seen.ids) == len(set(seen.ids)), page
            others = {
                one["hreflang"] for one in seen.links if one.get("rel") == "alternate" and "hreflang" in one
            }
            assert others >= set(LANGUAGES)


def test_every_digit_is_a_number_of_the_book_a_date_or_a_quotation(square):
    """Nothing on a page counts but the book; a digit that nobody can check has no place there."""
    visitor = square(EXAMPLE)
    from sawtna.ledger.reads import numbers

    known = numbers()
    for language in LANGUAGES:
        for page in PAGES:
            seen = read(visitor.get(f"/{language}/{page}"))
            assert seen.stray == [], page
            for key, value, _ in seen.numbers:
                assert str(known[key].value) == value


def test_the_campaign_page_shows_the_clock_and_what_contradicts(square):
    """304 days, and the question on which the papers differ most."""
    seen = read(square(EXAMPLE).get("/ar/morocco-2016/"))
    shown = {key: text for key, _, text in seen.numbers}
    assert shown["morocco-2016/days-without-calls"] == "304"
    assert shown["morocco-2016/topics/page-lost-a-minute/times"] == "136"


def test_what_is_left_out_or_of_other_days_is_said(square):
    """A range without a doubted claim says so; counts of January and November are not called a contradiction."""
    visitor = square(EXAMPLE)
    assert "Doubted claims are left out." in visitor.get("/en/morocco-2016/").content.decode()
    signatures = visitor.get("/en/morocco-2016/claims/signatures/").content.decode()
    assert "These figures are of different days" in signatures
    assert "times the other" not in signatures


def test_arabic_pages_have_arabic_commas(square):
    """What templates put together is put together as the language does; the words of others are theirs."""
    visitor = square(EXAMPLE)
    pages = (*PAGES, "book/", "morocco-2016/take-part/", "morocco-2016/protection/")
    for page in pages:
        assert [text for text in read(visitor.get(f"/ar/{page}")).texts if LATIN_COMMA.search(text)] == []


def test_what_is_protected_is_one_click_away(square):
    """Each page of a campaign leads to it, the others to the same words in what is said about the site."""
    visitor = square(EXAMPLE)
    for page in PAGES:
        links = {one.get("href") for one in read(visitor.get(f"/fr/{page}")).links}
        assert links & {"/fr/morocco-2016/protection/", "/fr/about/#taking-part"}, page


def test_every_link_of_a_page_leads_somewhere(square):
    """No link of our own ends at a missing page."""
    visitor = square(EXAMPLE)
    seen = read(visitor.get("/fr/morocco-2016/"))
    ours = {one["href"].partition("#")[0] for one in seen.links if one.get("href", "").startswith("/fr/")}
    assert len(ours) > 40
    assert {link: code for link in ours if (code := visitor.get(link).status_code) != 200} == {}


def test_every_jump_inside_the_page_lands(square):
    """The contents of the long page name parts that are there."""
    seen = read(square(EXAMPLE).get("/en/morocco-2016/"))
    jumps = {one["href"][1:] for one in seen.links if one.get("href", "").startswith("#")}
    assert jumps <= set(seen.ids)
    assert len(jumps) > 10


def test_a_campaign_without_anything_is_a_page_all_the_same(square):
    """No clock, no steps, no targets: the page says what it is about and how to check it."""
    page = square(BARE).get("/fr/bare/")
    seen = read(page)
    assert seen.stray == []
    said = page.content.decode()
    assert 'lang="ar"' in said  # the words are Arabic, and say so to the browser
    assert 'class="instead' in said  # and to the reader
    assert "sawtna audit" not in said  # there is nothing to check yet
    assert 'class="instead' not in square().get("/ar/bare/").content.decode()


def test_five_hundred_stages_fold(square):
    """The page of a campaign with 500 stages shows a few and keeps the rest behind "all", within its weight."""
    stages = [
        {
            "id": f"step-{place}",
            "sort": "custom",
            "opens": f"2026-11-{place % 30 + 1:02}",
            "words": {"title": {"ar": "خطوة"}},
        }
        for place in range(500)
    ]
    response = square({**BARE, "stages": stages}).get("/ar/bare/")
    page = response.content.decode()
    shown = page.partition('<ol class="path" role="list">')[2].partition("</ol>")[0]
    assert shown.count("<h3>") == 7
    assert page.count("/stages/step-") == 507
    assert len(brotli.compress(response.content, quality=5)) < 20_000


def test_the_campaign_page_is_light(square):
    """The page itself takes at most 20 kB of the 60 that a first visit may weigh with sheets, script and type."""
    response = square(EXAMPLE).get("/ar/morocco-2016/")
    assert len(brotli.compress(response.content, quality=5)) < 20_000


def test_words_of_strangers_stay_words(square):
    """What an organiser writes is shown, never obeyed."""
    wicked = {"ar": '<script>alert("!")</script>'}
    document = {**BARE, "campaign": {**BARE["campaign"], "words": {"title": wicked, "summary": wicked}}}
    page = square(document).get("/ar/bare/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_the_feed_is_atom_in_each_language(square):
    """A reader of feeds gets news, moments and answers, the newest first."""
    visitor = square(EXAMPLE)
    atom = "{http://www.w3.org/2005/Atom}"
    for language in LANGUAGES:
        response = visitor.get(f"/{language}/morocco-2016/feed.atom")
        feed = ET.fromstring(response.content)  # noqa: S314 (our own feed)
        entries = feed.findall(f"{atom}entry")
        assert response.headers["Content-Type"].startswith("application/atom+xml")
        assert not response.cookies
        assert len(entries) == 19 + 7 + 4
        moments = [entry.findtext(f"{atom}updated") for entry in entries]
        assert moments == sorted(moments, reverse=True)
        assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)


@pytest.mark.parametrize("path", ["ar/nothing/", "ar/morocco-2016/targets/nobody/", "xx/morocco-2016/"])
def test_a_missing_page_says_so_in_three_languages(square, path):
    """Whoever mistyped an address is told in a language that they read."""
    response = square(EXAMPLE).get(f"/{path}")
    page = response.content.decode()
    assert response.status_code == 404
    assert all(f'lang="{language}"' in page for language in LANGUAGES)
    assert page.count("<h1>") == 1
