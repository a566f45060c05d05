"""Two small things around each page: its language comes from its path alone, and its headers promise what we promise.

A public page must be the same for everyone, so neither cookies nor Accept-Language may choose its words.
"""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils import translation
from django.utils.cache import patch_vary_headers

Answer = Callable[[HttpRequest], HttpResponse]

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
POLICY = "Content-Security-Policy"
HEADERS = {
    POLICY: CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",  # "no-referrer" would break the desk's forms over https (CSRF asks for a referrer)
    "Permissions-Policy": "browsing-topics=(), camera=(), geolocation=(), microphone=(), payment=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}
HSTS = "max-age=31536000"


class LanguageOfThePath:
    """Activates the language that the path begins with, else the site's own; nothing else is asked."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer in the language of the path."""
        language = language_of_path(request.path_info) or settings.LANGUAGE_CODE
        with translation.override(language):
            request.LANGUAGE_CODE = language
            response = self.get_response(request)
        response.headers.setdefault("Content-Language", language)
        return response


class PublicHeaders:
    """Puts the security headers on each response, and forbids to keep what is not public."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer with the headers."""
        response = self.get_response(request)
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        origins = getattr(response, "connect_to", ())  # a page may name whom its script asks beside the site
        if origins:
            asked = f"connect-src 'self' {' '.join(origins)}"
            response.headers[POLICY] = CONTENT_SECURITY_POLICY.replace("connect-src 'self'", asked)
        if settings.SAWTNA_ORIGIN.startswith("https:"):
            response.headers.setdefault("Strict-Transport-Security", HSTS)
        if is_private_path(request.path_info):
            response.headers["Cache-Control"] = "private, no-store"
            patch_vary_headers(response, ["Cookie"])
        return response


def language_of_path(path: str) -> str | None:
    """Tell the language that a path begins with, such as "ar" of "/ar/book/"."""
    first = path[1:].split("/", 1)[0]
    return first if any(first == code for code, _ in settings.LANGUAGES) else None


def is_private_path(path: str) -> bool:
    """Tell whether a path belongs to the desk or to accounts: the only places where someone is signed in."""
    parts = path.split("/", 3)
    return language_of_path(path) is not None and len(parts) > 2 and parts[2] in {"desk", "accounts"}
