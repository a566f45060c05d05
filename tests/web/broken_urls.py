"""Addresses with a page that fails, for the tests of what a visitor then sees."""

from django.http import HttpRequest, HttpResponse
from django.urls import path

from sawtna.web import urls


def break_down(request: HttpRequest) -> HttpResponse:
    """Fail with words that no visitor should read."""
    raise RuntimeError("secret detail")


urlpatterns = [path("en/broken/", break_down), *urls.urlpatterns]
handler404 = urls.handler404
handler500 = urls.handler500
