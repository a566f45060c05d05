"""The frame around every answer: headers, the language of the path, trouble told in three languages."""

import pytest
from django.test import Client

from sawtna.web.middleware import is_private_path, language_of_path

pytestmark = pytest.mark.django_db

POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


@pytest.mark.parametrize("path", ["/languages/", "/robots.txt", "/en/none/at/all/", "/"])
def test_every_answer_carries_the_security_headers(client, path):
    """Also a missing page and a redirect."""
    answer = client.get(path)
    assert set(answer["Content-Security-Policy"].split("; ")) == POLICY
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "DENY"
    assert answer["Referrer-Policy"] == "same-origin"
    assert "camera=()" in answer["Permissions-Policy"]


def test_only_an_encrypted_site_asks_to_stay_encrypted(client, settings):
    """HSTS on plain http would be ignored, and on one's own machine a nuisance."""
    assert "Strict-Transport-Security" not in client.get("/robots.txt")
    settings.SAWTNA_ORIGIN = "https://sawtna.example"
    assert client.get("/robots.txt")["Strict-Transport-Security"] == "max-age=31536000"


def test_the_first_address_leads_to_a_language_and_says_so_to_caches(client):
    """302 with Vary, so that a cache keeps the languages apart."""
    answer = client.get("/", headers={"accept-language": "fr-MA"})
    assert (answer.status_code, answer["Location"]) == (302, "/fr/")
    assert answer["Vary"] == "Accept-Language"


@pytest.mark.parametrize("spoken", ["ar", "fr", "en"])
def test_a_page_speaks_the_language_of_its_path_whatever_the_browser_asks(client, spoken):
    """Neither cookie nor Accept-Language may change a page."""
    client.cookies["django_language"] = "fr"
    answer = client.get(f"/{spoken}/no/such/page/", headers={"accept-language": "en"})
    assert answer["Content-Language"] == spoken
    assert f'<html lang="{spoken}" dir="{"rtl" if spoken == "ar" else "ltr"}">' in answer.content.decode()


@pytest.mark.parametrize("path", ["/de/book/", "/xx/", "/no/such/page/", "/ar/../en/", "/ar/%00/"])
def test_an_unknown_page_or_language_is_told_in_three_languages(client, path):
    """Whoever is lost is not asked to read a foreign language first."""
    answer = client.get(path)
    assert answer.status_code == 404
    page = answer.content.decode()
    assert page.count("<h1>") == 1
    for spoken in ("ar", "fr", "en"):
        assert f'lang="{spoken}"' in page
        assert f'href="/{spoken}/"' in page


def test_a_fault_of_ours_is_told_as_one(settings):
    """Status 500 and a sentence, in three languages, without the words of the fault."""
    settings.ROOT_URLCONF = "tests.web.broken_urls"
    client = Client(raise_request_exception=False)
    answer = client.get("/en/broken/")
    assert answer.status_code == 500
    page = answer.content.decode()
    assert "secret detail" not in page
    assert 'href="/ar/"' in page


def test_public_pages_leave_no_cookie(client):
    """Nobody who only reads is marked."""
    for path in ("/languages/", "/robots.txt", "/en/none/", "/"):
        assert not client.get(path).cookies


def test_the_choice_of_languages_needs_no_server(client):
    """The page that a mirror begins with links to each language."""
    page = client.get("/languages/").content.decode()
    for spoken, own_name in (("ar", "العربية"), ("fr", "Français"), ("en", "English")):
        assert f'href="/{spoken}/" lang="{spoken}"' in page
        assert own_name in page


def test_robots_stay_out_of_the_desk(client, settings):
    """And find the sitemap."""
    told = client.get("/robots.txt").content.decode()
    assert "Disallow: /ar/desk/\n" in told
    assert f"Sitemap: {settings.SAWTNA_ORIGIN}/sitemap.xml\n" in told


@pytest.mark.parametrize("method", ["post", "put", "delete", "patch"])
def test_public_pages_are_only_read(client, method):
    """Any other method is refused."""
    assert getattr(client, method)("/languages/").status_code == 405


@pytest.mark.parametrize(
    ("path", "spoken"),
    [
        ("/ar/", "ar"),
        ("/ar", "ar"),
        ("/arabic/", None),
        ("/", None),
        ("/EN/", None),
        ("//ar/", None),
        ("", None),
    ],
)
def test_a_path_names_its_language_with_its_first_word(path, spoken):
    """Exactly, in small letters."""
    assert language_of_path(path) == spoken


@pytest.mark.parametrize(
    ("path", "private"),
    [
        ("/ar/desk/", True),
        ("/ar/desk", True),
        ("/en/accounts/login/", True),
        ("/ar/", False),
        ("/ar/desktop/", False),
        ("/ar/morocco-2016/desk/", False),
        ("/desk/", False),
        ("/", False),
    ],
)
def test_only_the_desk_and_the_accounts_are_private(path, private):
    """Everything else is the same for everyone."""
    assert is_private_path(path) is private
