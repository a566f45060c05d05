"""The pages that hang the rooms side by side: home, about, sitemap, robots, and what is said when a page cannot be shown."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

from sawtna.campaigns import reads as square
from sawtna.ledger import reads as book
from sawtna.web import addresses
from sawtna.web.languages import choose_language
from sawtna.web.sitemap import pack_sitemap, pack_sitemap_index

# Anyone may keep a page: ten seconds without asking, and for a day when the house does not answer.
for_everyone = cache_control(public=True, max_age=10, stale_if_error=86_400)


@require_safe
@vary_on_headers("Accept-Language")
def enter(request: HttpRequest) -> HttpResponse:
    """Send a visitor of `/` to the language that the browser asks for."""
    return HttpResponseRedirect(f"/{choose_language(request.headers.get('Accept-Language', ''))}/")


@require_safe
@for_everyone
def languages(request: HttpRequest) -> HttpResponse:
    """Let a visitor choose: the first page of a mirror, which cannot ask the browser."""
    return render(request, "web/languages.html", {})


@require_safe
@for_everyone
def home(request: HttpRequest) -> HttpResponse:
    """Show the campaigns of this house."""
    head = book.head()
    hung = {"stories": square.stories(), "numbers": book.numbers(), "as_of": head.as_of, "head": head}
    return render(request, "web/home.html", hung)


@require_safe
@for_everyone
def about(request: HttpRequest) -> HttpResponse:
    """Tell what Sawtna is, what it promises and what it cannot."""
    head = book.head()
    return render(request, "web/about.html", {"numbers": book.numbers(), "as_of": head.as_of, "head": head})


@require_safe
@for_everyone
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep machines out of the desk, and show them the sitemap."""
    closed = [f"Disallow: /{code}/{room}/" for code, _ in settings.LANGUAGES for room in ("desk", "accounts")]
    lines = ["User-agent: *", *closed, "", f"Sitemap: {settings.SAWTNA_ORIGIN}/sitemap.xml", ""]
    return HttpResponse("\n".join(lines), content_type="text/plain; charset=utf-8")


@require_safe
@for_everyone
def sitemap(_request: HttpRequest, number: int = 0) -> HttpResponse:
    """Name the public pages, or the files that name them when they are many."""
    files = list(addresses.sitemap_addresses())
    if number > len(files):
        raise Http404
    if files and not number:
        text = pack_sitemap_index(files, settings.SAWTNA_ORIGIN)
    else:
        first = max(number - 1, 0) * addresses.SITEMAP_PATHS
        paths = addresses.paths_for_search()[first : first + addresses.SITEMAP_PATHS]
        text = pack_sitemap(paths, settings.SAWTNA_ORIGIN)
    return HttpResponse(text, content_type="application/xml; charset=utf-8")


# ------------------------------------------------------------------ trouble, told in three languages
def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django gives it by name)
    """Say that the request made no sense."""
    return render(request, "400.html", {}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that this page is for others."""
    return render(request, "403.html", {}, status=403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001
    """Say that there is no such page."""
    return render(request, "404.html", {}, status=404)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return render(request, "500.html", {}, status=500)
