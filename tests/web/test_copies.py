"""Ready answers: codings, tags, what a visitor is given."""

import gzip

import brotli
import pytest

from sawtna.web.copies import BROTLI, GZIP, PLAIN, choose_coding, codings_of, pack_copy, tag_in

HTML = [
    (b"Content-Type", b"text/html; charset=utf-8"),
    (b"Cache-Control", b"public, max-age=10"),
    (b"X-Own", b"1"),
]
PAGE = "<p>الأرقام من الكتاب</p>".encode() * 50


def test_each_coding_unpacks_to_the_same_page():
    """Brotli, gzip and plain bytes all say the same."""
    copy = pack_copy(200, HTML, PAGE)
    assert brotli.decompress(copy.bodies[BROTLI]) == PAGE
    assert gzip.decompress(copy.bodies[GZIP]) == PAGE
    assert copy.bodies[PLAIN] == PAGE


def test_each_coding_has_its_own_length_and_strong_tag():
    """A strong tag promises equal bytes, so each coding needs its own."""
    copy = pack_copy(200, HTML, PAGE)
    tags = set()
    for coding, body in copy.bodies.items():
        headers = dict(copy.headers[coding])
        assert int(headers[b"content-length"]) == len(body)
        assert headers[b"vary"] == b"Accept-Encoding"
        assert not headers[b"etag"].startswith(b"W/")
        tags.add(headers[b"etag"])
    assert len(tags) == 3


def test_the_same_page_made_twice_has_the_same_bytes_and_tags():
    """Nothing of the moment (such as gzip's clock) enters a copy."""
    assert pack_copy(200, HTML, PAGE) == pack_copy(200, HTML, PAGE)


def test_another_page_has_another_tag():
    """One byte is enough."""
    assert pack_copy(200, HTML, PAGE).tags != pack_copy(200, HTML, PAGE + b" ").tags


def test_small_answers_and_pictures_are_not_compressed():
    """Below 256 bytes, and for what is compressed already, plain bytes are best."""
    assert list(pack_copy(200, HTML, b"short").bodies) == [PLAIN]
    assert list(pack_copy(200, [(b"content-type", b"font/woff2")], PAGE).bodies) == [PLAIN]


def test_a_length_that_the_page_claimed_is_replaced():
    """Only one Content-Length leaves the house, and it is right."""
    copy = pack_copy(200, [*HTML, (b"Content-Length", b"7"), (b"ETag", b'"mine"')], PAGE)
    names = [name for name, _ in copy.headers[PLAIN]]
    assert names.count(b"content-length") == 1
    assert names.count(b"etag") == 1


def test_a_missing_page_has_no_tag():
    """Nobody should be told that a missing page has not changed."""
    assert pack_copy(404, HTML, PAGE).tags == {}


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        (b"", PLAIN),
        (b"gzip, deflate", GZIP),
        (b"gzip, deflate, br, zstd", BROTLI),
        (b"br;q=0, gzip", GZIP),
        (b"gzip;q=0.000, br;q=0.0", PLAIN),
        (b"br;q=0.5", BROTLI),
        (b"*", BROTLI),
        (b"identity", PLAIN),
        (b"GZIP", GZIP),
        (b";;,,=", PLAIN),
    ],
)
def test_a_visitor_gets_the_best_coding_that_the_browser_takes(asked, given):
    """Accept-Encoding decides, and rubbish in it means plain bytes."""
    assert choose_coding(pack_copy(200, HTML, PAGE), asked) == given


def test_plain_bytes_are_always_among_the_choices():
    """Whatever is asked, something can be given."""
    assert codings_of(b"br, identity;q=0")[-1] == PLAIN


def test_a_held_tag_is_found_in_a_list_and_when_weakened():
    """Proxies weaken tags when they compress; it is the same page all the same."""
    copy = pack_copy(200, HTML, PAGE)
    tag = copy.tags[GZIP]
    assert tag_in(copy, b'"other", W/' + tag) == tag
    assert tag_in(copy, b"*") is not None
    assert tag_in(copy, b'"other"') is None
