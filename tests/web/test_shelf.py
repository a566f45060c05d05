"""The shelf in front of a pretended application: who asks does not matter, what the book says does."""

import asyncio

import brotli
import pytest

from sawtna.web.copies import pack_copy
from sawtna.web.shelf import Drawer, Shelf, Surroundings

PUBLIC = [(b"content-type", b"text/html; charset=utf-8"), (b"cache-control", b"public, max-age=10")]


class Pages:
    """An application that counts what it is asked, and answers with what it was told about the visitor."""

    def __init__(self, headers=PUBLIC, status=200):
        self.headers, self.status = headers, status
        self.asked = []
        self.gate = None

    async def __call__(self, scope, receive, send):
        self.asked.append(scope)
        assert (await receive())["type"] == "http.request"
        if self.gate:
            await self.gate.wait()
        told = f"{scope['path']} {scope['query_string']} {sorted(scope['headers'])} {scope['method']}"
        await send({"type": "http.response.start", "status": self.status, "headers": self.headers})
        await send({"type": "http.response.body", "body": told.encode() * 10, "more_body": True})
        await send({"type": "http.response.body", "body": b"!"})


class NoFiles:
    """A house without files."""

    def holds(self, path):
        return False


class House:
    """A shelf with its pages and a book whose state can be moved."""

    def __init__(self, **kinds):
        self.pages = Pages(**kinds)
        self.state = 1
        self.shelf = Shelf(
            self.pages,
            lambda: self.state,
            NoFiles(),
            Surroundings(
                "https",
                b"sawtna.example",
                lambda path: "/desk/" in path,
                lambda said: "fr" if said.startswith("fr") else "ar",
            ),
        )

    async def ask(self, path, method="GET", query=b"", **headers):
        """Ask the shelf; gives status, headers and body."""
        sent = []
        asked = [(name.replace("_", "-").encode(), value) for name, value in headers.items()]
        scope = {
            "type": "http",
            "method": method,
            "path": path,
            "query_string": query,
            "headers": asked,
            "scheme": "http",
        }

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            sent.append(message)

        await self.shelf(scope, receive, send)
        return (
            sent[0]["status"],
            dict(sent[0]["headers"]),
            b"".join(part.get("body", b"") for part in sent[1:]),
        )


def test_two_visitors_with_nothing_in_common_get_the_same_bytes():
    """Cookies, languages, browsers and addresses of visitors never reach the page."""

    async def story():
        house = House()
        one = await house.ask("/ar/", cookie=b"session=1", accept_language=b"fr", user_agent=b"A")
        other = await house.ask(
            "/ar/", cookie=b"session=2", accept_language=b"en", user_agent=b"B", host=b"evil"
        )
        assert one == other
        assert b"session" not in one[2]
        assert len(house.pages.asked) == 1

    asyncio.run(story())


def test_a_query_changes_nothing_and_costs_nothing():
    """Links decorated by social networks open the same copy, and nobody can wear the house out with them."""

    async def story():
        house = House()
        pages = [await house.ask("/ar/", query=f"fbclid={number}".encode()) for number in range(5)]
        assert len({body for _, _, body in pages}) == 1
        assert len(house.pages.asked) == 1

    asyncio.run(story())


def test_a_visitor_who_holds_the_page_gets_304():
    """The tag alone is enough, and no body follows."""

    async def story():
        house = House()
        _, headers, _ = await house.ask("/ar/", accept_encoding=b"br")
        status, again, body = await house.ask("/ar/", accept_encoding=b"br", if_none_match=headers[b"etag"])
        assert (status, body) == (304, b"")
        assert again[b"etag"] == headers[b"etag"]
        assert again[b"cache-control"] == b"public, max-age=10"

    asyncio.run(story())


def test_head_has_the_headers_of_get_and_no_body():
    """RFC 9110 §9.3.2."""

    async def story():
        house = House()
        _, got, page = await house.ask("/ar/")
        status, headers, body = await house.ask("/ar/", method="HEAD")
        assert (status, body) == (200, b"")
        assert headers == got
        assert int(headers[b"content-length"]) == len(page)

    asyncio.run(story())


def test_brotli_and_gzip_are_ready():
    """Whoever takes a coding gets it; the copy is made once."""

    async def story():
        house = House()
        _, _, plain = await house.ask("/ar/")
        _, headers, coded = await house.ask("/ar/", accept_encoding=b"gzip, br")
        assert headers[b"content-encoding"] == b"br"
        assert brotli.decompress(coded) == plain
        assert len(house.pages.asked) == 1

    asyncio.run(story())


def test_a_new_entry_takes_every_page_off_the_shelf():
    """The state of the book is part of every page."""

    async def story():
        house = House()
        await house.ask("/ar/")
        house.state = 2
        await house.ask("/ar/")
        await house.ask("/ar/")
        assert len(house.pages.asked) == 2

    asyncio.run(story())


def test_a_page_made_while_the_book_moved_is_given_but_not_kept():
    """It may tell half of the old book and half of the new one."""

    async def story():
        house = House()
        house.pages.gate = asyncio.Event()
        waiting = asyncio.create_task(house.ask("/ar/"))
        await asyncio.sleep(0.01)
        house.state = 2
        other = asyncio.create_task(house.ask("/fr/"))
        await asyncio.sleep(0.01)
        house.pages.gate.set()
        assert (await waiting)[0] == 200
        await other
        assert list(house.shelf.drawer.copies) == ["/fr/"]

    asyncio.run(story())


def test_a_hundred_visitors_at_once_make_a_page_once():
    """A best day does not stampede Django."""

    async def story():
        house = House()
        house.pages.gate = asyncio.Event()
        visits = [asyncio.create_task(house.ask("/ar/")) for _ in range(100)]
        await asyncio.sleep(0.01)
        house.pages.gate.set()
        assert len({body for _, _, body in await asyncio.gather(*visits)}) == 1
        assert len(house.pages.asked) == 1

    asyncio.run(story())


def test_a_visitor_who_leaves_does_not_take_the_page_from_the_others():
    """Making goes on when the first who asked is gone."""

    async def story():
        house = House()
        house.pages.gate = asyncio.Event()
        first = asyncio.create_task(house.ask("/ar/"))
        second = asyncio.create_task(house.ask("/ar/"))
        await asyncio.sleep(0.01)
        first.cancel()
        await asyncio.sleep(0)
        house.pages.gate.set()
        assert (await second)[0] == 200

    asyncio.run(story())


def test_the_first_page_is_kept_once_a_language():
    """However browsers spell what they read, three copies are enough."""

    async def story():
        house = House(headers=[(b"location", b"/x/"), (b"vary", b"Accept-Language")], status=302)
        for said in (b"fr", b"fr-MA, fr;q=0.9", b"de", b"", b"ar"):
            await house.ask("/", accept_language=said)
        assert sorted(house.shelf.drawer.copies) == ["/ar", "/fr"]

    asyncio.run(story())


def test_the_desk_passes_through_with_everything_the_visitor_sent():
    """Organisers are somebody: their cookies reach Django, and nothing of theirs is kept."""

    async def story():
        house = House()
        await house.ask("/ar/desk/", cookie=b"session=1", query=b"page=2")
        assert (b"cookie", b"session=1") in house.pages.asked[0]["headers"]
        assert house.pages.asked[0]["query_string"] == b"page=2"
        assert house.pages.asked[0]["scheme"] == "https"
        assert not house.shelf.drawer.copies

    asyncio.run(story())


@pytest.mark.parametrize(
    "headers",
    [
        [(b"content-type", b"text/html")],
        [*PUBLIC, (b"Set-Cookie", b"a=b")],
        [*PUBLIC, (b"Vary", b"Cookie")],
        [*PUBLIC, (b"Vary", b"Accept-Encoding, Accept-Language")],
        [(b"cache-control", b"private")],
    ],
)
def test_a_page_that_is_not_for_everyone_is_never_kept(headers):
    """No promise to be public, a cookie, or words that vary: each is reason enough."""

    async def story():
        house = House(headers=headers)
        await house.ask("/ar/")
        assert not house.shelf.drawer.copies

    asyncio.run(story())


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_trouble_is_never_kept(status):
    """A page that is missing now may be there in a second."""

    async def story():
        house = House(status=status)
        assert (await house.ask("/ar/"))[0] == status
        assert not house.shelf.drawer.copies

    asyncio.run(story())


def test_the_drawer_lets_the_longest_unused_copy_go_first():
    """The room is bounded, and what is in use stays."""
    drawer = Drawer(10_000)
    copies = {name: pack_copy(200, [], name.encode()) for name in "abcdef"}
    for name in "abcd":
        drawer.put(name, copies[name])
    drawer.get("a")
    drawer.put("e", copies["e"])
    assert set(drawer.copies) == {"a", "c", "d", "e"}
    assert drawer.taken <= 10_000


def test_a_copy_that_would_fill_the_drawer_is_not_kept():
    """One huge page never drives all others out."""
    drawer = Drawer(10_000)
    drawer.put("huge", pack_copy(200, [], b"x" * 9_000))
    assert not drawer.copies
