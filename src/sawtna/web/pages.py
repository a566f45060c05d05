"""The pages that hang the rooms side by side: home, about, sitemap, robots, and what is said when a page is missing."""

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe
from django.views.decorators.vary import vary_on_headers

KEPT = {"public": True, "max_age": 60}


@require_safe
@vary_on_headers("Accept-Language")
def choose_language(request: HttpRequest) -> HttpResponse:
    """Send a visitor of `/` to the language that the browser asks for."""
    language = translation.get_language_from_request(request)
    return HttpResponseRedirect(f"/{language}/")


@require_safe
@cache_control(**KEPT)
def home(request: HttpRequest) -> HttpResponse:
    """Show the campaigns of this house."""
    return render(request, "web/home.html", {})


@require_safe
@cache_control(**KEPT)
def about(request: HttpRequest) -> HttpResponse:
    """Tell what Sawtna is, what it promises and what it cannot."""
    return render(request, "web/about.html", {})


@require_safe
def robots(_request: HttpRequest) -> HttpResponse:
    """Keep machines out of the desk."""
    return HttpResponse("User-agent: *\n", content_type="text/plain; charset=utf-8")


@require_safe
def sitemap(_request: HttpRequest) -> HttpResponse:
    """List the public pages."""
    return HttpResponse("", content_type="application/xml")


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django gives it by name)
    """Say that there is no such page."""
    return render(request, "404.html", {}, status=404)


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django gives it by name)
    """Say that the request made no sense."""
    return render(request, "400.html", {}, status=400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:  # noqa: ARG001 (Django gives it by name)
    """Say that this page is for others."""
    return render(request, "403.html", {}, status=403)


def server_fault(request: HttpRequest) -> HttpResponse:
    """Say that the fault is ours."""
    return render(request, "500.html", {}, status=500)
