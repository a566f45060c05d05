"""Public pages over real HTTP: the same bytes for everyone, kept by anyone, changed only by the book."""

import json
import re
import time
from pathlib import Path

import httpx
import pytest

from tests.web.conftest import run

pytestmark = pytest.mark.slow

CAMPAIGN = "/ar/morocco-2016/"
PHONE = {
    "cookie": "session=stolen; csrf=x",
    "accept-language": "fr",
    "user-agent": "Phone/1.0",
    "x-forwarded-for": "203.0.113.7",
}
LAPTOP = {
    "cookie": "other=1",
    "accept-language": "en",
    "user-agent": "Laptop/2.0",
    "referer": "https://elsewhere.example/",
}


CLIENT = httpx.Client(headers={"accept-encoding": "identity"}, timeout=60, verify=False)  # noqa: S501 (plain HTTP)


def raw(house, path, method="GET", **headers):
    """Ask without decompressing."""
    CLIENT.cookies.clear()
    with CLIENT.stream(method, f"{house.url}{path}", headers=headers) as answer:
        return answer.status_code, dict(answer.headers), b"".join(answer.iter_raw())


def addresses(house):
    """Every address that the sitemap names."""
    found = re.findall(r"<loc>([^<]+)</loc>", house.get("/sitemap.xml").text)
    return [address.removeprefix(house.url) for address in found]


@pytest.mark.parametrize(
    "path", [CAMPAIGN, "/en/", "/fr/about/", "/en/book/", "/robots.txt", "/sitemap.xml", "/log/checkpoint"]
)
def test_visitors_with_nothing_in_common_get_the_same_bytes(house, path):
    """Cookies, language, browser and where one comes from change nothing, and nothing is set."""
    one, other = raw(house, path, **PHONE), raw(house, path, **LAPTOP)
    for volatile in ("date",):
        one[1].pop(volatile)
        other[1].pop(volatile)
    assert one == other
    assert one[0] == 200
    assert "set-cookie" not in one[1]
    assert "public" in one[1]["cache-control"]
    assert set(one[1].get("vary", "accept-encoding").lower().split(", ")) == {"accept-encoding"}


def test_every_page_of_the_sitemap_is_there_and_public(house):
    """200, a strong tag, no cookie: in each language."""
    found = addresses(house)
    assert len(found) > 30
    for path in found:
        status, headers, _ = raw(house, path, **PHONE)
        assert status == 200, path
        assert "set-cookie" not in headers, path
        assert headers["etag"].startswith('"'), path
        assert "public" in headers["cache-control"], path


def test_the_sitemap_names_each_page_in_the_other_languages(house):
    """Each of the three, from each of the three."""
    sitemap = house.get("/sitemap.xml").text
    assert sitemap.count(f"<loc>{house.url}{CAMPAIGN}</loc>") == 1
    assert sitemap.count(f'hreflang="ar" href="{house.url}{CAMPAIGN}"') == 3


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_page_comes_compressed_with_its_own_tag(house, coding):
    """And 304 to whoever has it."""
    _, headers, body = raw(house, CAMPAIGN, **{"accept-encoding": coding})
    assert headers["content-encoding"] == coding
    assert len(body) == int(headers["content-length"])
    again = raw(house, CAMPAIGN, **{"accept-encoding": coding, "if-none-match": headers["etag"]})
    assert (again[0], again[2]) == (304, b"")
    assert (
        httpx.get(f"{house.url}{CAMPAIGN}", headers={"accept-encoding": coding}).content
        == raw(house, CAMPAIGN)[2]
    )


def test_head_tells_what_get_would_send(house):
    """The same headers, no body."""
    got, told = raw(house, CAMPAIGN), raw(house, CAMPAIGN, method="HEAD")
    got[1].pop("date")
    told[1].pop("date")
    assert got[:2] == told[:2]
    assert told[2] == b""


def test_a_query_is_ignored(house):
    """Links from social networks open the same page."""
    assert raw(house, f"{CAMPAIGN}?fbclid=1")[2] == raw(house, CAMPAIGN)[2]


def test_browser_files_may_be_kept_for_ever(house):
    """Their names carry their content."""
    page = house.get(CAMPAIGN).text
    sheets = re.findall(r'href="(/static/[^"]+\.css)"', page)
    assert sheets
    for sheet in sheets:
        status, headers, _ = raw(house, sheet, **{"accept-encoding": "br"})
        assert status == 200
        assert headers["cache-control"] == "public, max-age=31536000, immutable"
        assert headers["content-type"] == "text/css; charset=utf-8"
        assert headers["content-encoding"] == "br"


def test_pages_name_no_file_that_is_missing(house):
    """Each picture, sheet, script and font of the main pages is there."""
    named = re.compile(rf'(?:href|src|content)="(?:{re.escape(house.url)})?(/static/[^"]+)"')
    for path in ("/ar/", "/en/", CAMPAIGN, "/en/book/", "/fr/about/"):
        for file in set(named.findall(house.get(path).text)):
            assert house.get(file).status_code == 200, f"{path} names {file}"


def test_an_unknown_language_is_a_missing_page_in_three_languages(house):
    """404, not a guess."""
    answer = house.get("/de/morocco-2016/")
    assert answer.status_code == 404
    for language in ("ar", "fr", "en"):
        assert f'href="/{language}/"' in answer.text


def test_what_is_public_is_only_read(house):
    """POST to a page is refused."""
    assert httpx.post(f"{house.url}{CAMPAIGN}").status_code in {403, 405}


def test_the_desk_is_never_kept(house):
    """Neither by the shelf nor by anybody on the way."""
    answer = house.get("/en/accounts/login/")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "private, no-store"


def test_a_new_entry_changes_the_page_and_its_tag(new_house, tmp_path):
    """Within a moment, without a restart, on every page that may tell of it."""
    new_house.open()
    before = new_house.get("/en/morocco-2016/").headers["etag"]
    exported = new_house.run(
        "campaign", "export", "morocco-2016", "--output", str(tmp_path / "campaign.json")
    )
    assert exported.returncode == 0, exported.stderr
    document = json.loads((tmp_path / "campaign.json").read_text(encoding="utf-8"))
    document["news"].append(
        {
            "id": "fresh",
            "on": "2016-03-02",
            "words": {"title": {"en": "Fresh news"}, "text": {"en": "It moved."}},
        }
    )
    (tmp_path / "campaign.json").write_text(json.dumps(document), encoding="utf-8")
    imported = new_house.run("campaign", "import", str(tmp_path / "campaign.json"))
    assert imported.returncode == 0, imported.stderr
    time.sleep(0.3)
    page = new_house.get("/en/morocco-2016/")
    assert page.headers["etag"] != before
    assert "Fresh news" in page.text


def test_published_files_are_the_bytes_that_the_house_sends(house, tmp_path):
    """Page by page, file by file; and the copy audits."""
    done = house.run("publish", str(tmp_path / "site"))
    assert done.returncode == 0, done.stderr
    for path in addresses(house)[:60]:
        name = path.lstrip("/") + ("index.html" if path.endswith("/") else "")
        assert (tmp_path / "site" / name).read_bytes() == raw(house, path)[2], path
    for name in (
        "404.html",
        "index.html",
        "robots.txt",
        "sitemap.xml",
        "log/checkpoint",
    ):
        assert (tmp_path / "site" / name).is_file(), name
    for file in Path(tmp_path / "site/log").rglob("*"):
        if file.is_file():
            assert (
                file.read_bytes()
                == raw(house, f"/log/{file.relative_to(tmp_path / 'site/log').as_posix()}")[2]
            ), file
    again = house.run("publish", str(tmp_path / "site"))
    assert " 0 files written" in again.stdout
    assert " 0 removed" in again.stdout
    audited = run("audit", str(tmp_path / "site"), "--json")
    assert audited.returncode == 0, audited.stdout + audited.stderr
    assert json.loads(audited.stdout)["quotes"] > 3000
