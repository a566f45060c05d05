"""The pages of the book and the files of the log: what a visitor, a browser's check and a mirror get."""

import json
import re

import pytest
from django.test import Client

from sawtna.ledger import reads
from sawtna.ledger.actions.append_entries import NewEntry, append_entries
from sawtna.ledger.actions.erase_opening import erase_opening
from sawtna.ledger.core.figures import wrong_figures
from sawtna.ledger.core.note import Verifier
from sawtna.ledger.core.proof import unpack_receipt, verify_receipt

pytestmark = pytest.mark.django_db
LANGUAGES = ("ar", "fr", "en")


@pytest.fixture
def opened(book):
    """Give a book with words, an annulment and enough entries for two pages of the list."""
    book.open()
    book.write("one <b>", "two\n\nwith 2 paragraphs", "three")
    append_entries([NewEntry({"k": "void", "i": 2, "why": "mistake"})])
    book.write_many(120)
    book.publish()
    return book


@pytest.fixture
def visit(client: Client):
    """Give a function that visits an address and returns the answer of a page that is the same for everyone."""

    def go(address: str, status: int = 200):
        answer = client.get(address)
        assert answer.status_code == status, address
        assert not answer.cookies
        if status == 200:
            assert "public" in answer["Cache-Control"]
            assert "Cookie" not in answer.get("Vary", "")
        return answer

    return go


def text_outside_of_figures(page: str) -> str:
    """What is left of a page's text without figures, indices, times, code, quoted words and templates."""
    page = re.sub(r"<(script|template|pre|code|time|data|title)\b.*?</\1>", " ", page, flags=re.DOTALL)
    page = re.sub(r"<(\w+)[^>]*\bdata-words\b.*?</\1>", " ", page, flags=re.DOTALL)
    return re.sub(r"<[^>]*>", " ", page)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "path", ["book/", "book/pages/1/", "book/1/", "book/4/", "book/0/", "numbers/book/entries/"]
)
def test_pages_of_the_book_show_only_figures_that_can_be_checked(opened, visit, language, path):
    """Each figure is what the book gives, and no digit stands outside of figures, dates, code and quoted words."""
    page = visit(f"/{language}/{path}").content.decode()
    assert list(wrong_figures(page, reads.numbers())) == []
    assert not re.search(r"\d", text_outside_of_figures(page))
    assert f'<html lang="{language}" dir="{"rtl" if language == "ar" else "ltr"}"' in page


def test_pages_may_be_kept_by_anyone(opened, visit):
    """A minute without asking, a while longer when the house is slow or silent."""
    kept = visit("/en/book/")["Cache-Control"]
    assert "max-age=60" in kept
    assert "stale-while-revalidate=" in kept


def test_the_book_tells_its_size_its_signature_and_how_to_check(opened, visit):
    """Everything that an auditor needs stands on one page."""
    page = visit("/en/book/").content.decode()
    head = reads.head()
    assert 'data-number="book/entries" value="125"' in page
    assert head.vkey in page.replace("&#x27;", "'").replace("&#43;", "+")
    assert head.note.split("\n\n")[0] in page
    assert "sawtna audit http://127.0.0.1:8000" in page
    assert page.index('href="/en/book/124/"') < page.index('href="/en/book/123/"')
    assert 'href="/en/book/pages/1/"' in page


def test_an_empty_house_has_an_empty_book(book, visit):
    """Before the book is opened its page says so."""
    assert "not been opened" in visit("/en/book/").content.decode()
    visit("/en/book/0/", 404)
    visit("/en/book/pages/0/", 404)


def test_lists_of_entries_are_pages_of_a_hundred(opened, visit):
    """The list can be read to its end without JavaScript, older to newer."""
    first, second = (visit(f"/en/book/pages/{page}/").content.decode() for page in (0, 1))
    assert 'href="/en/book/99/"' in first
    assert 'href="/en/book/100/"' not in first
    assert 'rel="next" href="/en/book/pages/1/"' in first
    assert 'href="/en/book/124/"' in second
    visit("/en/book/pages/2/", 404)


def test_an_entry_shows_its_words_its_bytes_and_its_place(opened, visit):
    """Words are escaped and keep their paragraphs; bytes and leaf are what the browser's check compares."""
    page = visit("/en/book/1/").content.decode()
    entry = reads.entry_at(1)
    assert "one &lt;b&gt;" in page
    shown = re.search(r"data-check-entry>(.*?)</pre>", page, re.DOTALL)[1]
    assert shown.replace("&quot;", '"').encode() == entry.data
    assert f'data-entry-leaf="{entry.leaf.hex()}"' in page
    assert all(step.hex() in page for step in reads.place_of(1))
    assert 'href="/log/receipts/1.tlog-proof"' in page
    assert 'href="/log/open/1.json"' in page
    assert "<p>with 2 paragraphs</p>" in visit("/en/book/2/").content.decode()


def test_an_entry_has_all_that_the_check_in_the_browser_asks_for(opened, visit):
    """Each outcome of static/ledger/check.js has its sentence in the page."""
    from tests.house.plan import SOURCE

    script = (SOURCE / "ledger/static/ledger/check.js").read_text()
    outcomes = re.findall(r'"(\w+)"', re.search(r"OUTCOMES = \[(.*?)\]", script, re.DOTALL)[1])
    page = visit("/en/book/1/").content.decode()
    assert len(outcomes) == 10
    for outcome in outcomes:
        assert re.search(rf'<template data-check-say="{outcome}">[^<]', page), outcome
    for attribute in (
        "data-check ",
        "data-log-url=",
        "data-vkey=",
        "data-index=",
        "data-check-start",
        "data-check-outcome",
    ):
        assert attribute in page


def test_an_entry_tells_what_became_of_it(opened, visit):
    """An annulled entry names the entry that annulled it, and that one what it annulled."""
    assert re.search(
        r'href="/en/book/4/">.*Annulled by entry', visit("/en/book/2/").content.decode(), re.DOTALL
    )
    assert 'href="/en/book/2/"' in visit("/en/book/4/").content.decode()


def test_an_entry_whose_words_were_deleted_says_so(opened, visit, django_capture_on_commit_callbacks):
    """The words are gone, the entry and the reason stay."""
    opened.publish()
    with django_capture_on_commit_callbacks():
        erase_opening(3, "request")
    opened.publish()
    page = visit("/en/book/3/").content.decode()
    assert "The words of this entry were deleted" in page
    assert "three" not in text_outside_of_figures(page)
    assert "Its words were deleted: entry" in page
    assert "its words were deleted" in visit("/en/book/pages/0/").content.decode()
    visit("/log/open/3.json", 404)


def test_a_newer_version_is_named(book, visit):
    """Two entries about the same thing know of each other, and the way back to the campaign is shown."""
    book.open()
    body = {"k": "news", "c": "rif", "id": "first", "on": "2016-03-01"}
    words = {"title": {"ar": "خبر"}, "text": {"ar": "نص"}}
    append_entries([NewEntry(body, words), NewEntry(body, words)])
    book.publish()
    assert re.search(r'href="/en/book/2/">.*newer version', visit("/en/book/1/").content.decode(), re.DOTALL)
    page = visit("/en/book/2/").content.decode()
    assert re.search(r'href="/en/book/1/">.*replaces', page, re.DOTALL)
    assert '<time datetime="2016-03-01">1 March 2016</time>' in page


def test_a_number_is_shown_with_all_that_it_is_made_of(opened, visit):
    """Figure, rule, entries, command, data: one page."""
    page = visit("/en/numbers/book/kinds/void/").content.decode()
    assert '<data class="figure" data-number="book/kinds/void" value="1">1</data>' in page
    assert "It is the number of entries of this kind." in page
    assert 'href="/en/book/0/"' in page
    assert "sawtna audit http://127.0.0.1:8000" in page
    assert "&quot;rule&quot;: &quot;count_kind&quot;" in page
    assert page.count("<details>") == 1  # more than fifty entries are folded away


def test_a_number_of_very_many_entries_names_them_by_runs(book, visit):
    """Beyond five hundred entries the page stays light."""
    book.open()
    book.write_many(900)
    book.publish()
    page = visit("/en/numbers/book/entries/").content.decode()
    assert len(page) < 120_000
    assert 'href="/en/book/499/"' in page
    assert 'href="/en/book/500/"' not in page
    assert re.search(r"All of them, from and to:.*?<data class=\"index\" value=\"900\">", page, re.DOTALL)


@pytest.mark.parametrize(
    "path",
    [
        "numbers/nothing/",
        "numbers/book/entries/x/",
        "book/125/",
        "book/x/",
        "book/-1/",
        "numbers/%2e%2e/",
        "book/99999999999999999999/",
    ],
)
def test_what_is_not_in_the_book_is_not_found(opened, visit, path):
    """A wrong address is a missing page, not a fault."""
    visit(f"/en/{path}", 404)


# ------------------------------------------------------------------ the files of the log
def test_files_of_the_log_come_with_their_type_and_age(opened, visit):
    """Tiles for ever, the rest for seconds, and for any page that wants to check."""
    ages = {
        "checkpoint": ("text/plain; charset=utf-8", "max-age=5"),
        "numbers.json": ("application/json", "max-age=5"),
        "policy": ("text/plain; charset=utf-8", "max-age=5"),
        "open/1.json": ("application/json", "max-age=5"),
        "tile/0/000.p/125": ("application/octet-stream", "immutable"),
        "tile/entries/000.p/125": ("application/octet-stream", "immutable"),
    }
    for name, (kind, age) in ages.items():
        answer = visit(f"/log/{name}")
        assert answer.content == (opened.log / name).read_bytes()
        assert answer["Content-Type"] == kind
        assert age in answer["Cache-Control"]
        assert answer["Access-Control-Allow-Origin"] == "*"


@pytest.mark.parametrize(
    "name",
    [
        "", "x", ".new/0", "open/", "open/01.json", "open/1.json.bak", "open/../checkpoint", "../keys/log.key",
        "..%2fkeys%2flog.key", "%2e%2e/keys/log.key", "tile/0/000.p/124", "tile/0/0", "tile/0/x000/000", "tile/64/000",
        "tile/entries/000.p/0", "tile//0/000", "/etc/passwd", "checkpoint/", "open/٣.json", "receipts/999.tlog-proof",
        "receipts/x.tlog-proof", "publisher.lock",
    ],
)  # fmt: skip
def test_nothing_but_the_files_of_the_log_is_served(opened, client, name):
    """No path leads out of the folder, to keys, to half-written files or to a second spelling."""
    (opened.log / ".new").mkdir()
    (opened.log / ".new/0").write_bytes(b"half")
    (opened.log / "open/1.json.bak").write_bytes(b"half")
    assert client.get(f"/log/{name}").status_code == 404
    (opened.log / "open/1.json.bak").unlink()


def test_the_log_is_read_only(opened, client):
    """Nothing can be sent to it."""
    for ask in (client.post, client.put, client.delete):
        assert ask("/log/checkpoint").status_code == 405
    assert client.head("/log/checkpoint").status_code == 200


def test_a_receipt_can_be_kept(opened, visit):
    """It comes as a file with a name, and proves its entry with the log's key alone."""
    answer = visit("/log/receipts/3.tlog-proof")
    assert answer["Content-Disposition"] == 'attachment; filename="entry-3.tlog-proof"'
    assert len(answer.content) < 2000
    receipt = unpack_receipt(answer.content)
    head = reads.head()
    assert verify_receipt(receipt, reads.entry_at(3).data, Verifier.parse(head.vkey)).root == head.root


def test_a_receipt_waits_while_files_are_missing(opened, client):
    """A lost tile is told as such, and the page of the entry still opens."""
    tile = opened.log / "tile/0/000.p/125"
    kept = tile.read_bytes()
    tile.unlink()
    assert client.get("/log/receipts/3.tlog-proof").status_code == 503
    page = client.get("/en/book/3/").content.decode()
    assert "Some files of the book are missing" in page
    tile.write_bytes(kept)


def test_every_public_path_of_the_book_opens(opened, client):
    """What the sitemap and the published folder name exists, in each language."""
    for path in reads.public_paths():
        for language in LANGUAGES:
            assert client.get(f"/{language}/{path}").status_code == 200, path
    for path in reads.receipt_paths():
        assert client.get(f"/{path}").status_code == 200


def test_numbers_as_data_are_json(opened, client):
    """The block on the page and the published file say the same."""
    page = client.get("/en/numbers/book/entries/").content.decode()
    block = re.search(r"<pre[^>]*aria-labelledby=\"data\"><code>(.*?)</code>", page, re.DOTALL)[1].replace(
        "&quot;", '"'
    )
    stated = json.loads((opened.log / "numbers.json").read_bytes())["numbers"]["book/entries"]
    assert json.loads(f"{{{block}}}") == {"book/entries": stated}
