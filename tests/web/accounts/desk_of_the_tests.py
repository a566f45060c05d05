"""The addresses of accounts with a desk of one page behind them, so that accounts are tested without the square."""

from django.conf.urls.i18n import i18n_patterns
from django.http import HttpRequest, HttpResponse
from django.urls import include, path

from sawtna.web import pages
from sawtna.web.accounts.urls import urlpatterns as accounts


def desk(request: HttpRequest) -> HttpResponse:
    """Say that the desk is open."""
    return HttpResponse("the desk is open")


DESK = ([path("", desk, name="home")], "desk")
SQUARE = ([path("desk/", include(DESK))], "campaigns")

urlpatterns = i18n_patterns(
    path("", pages.home, name="home"),
    path("about/", pages.about, name="about"),
    path("", include(accounts)),
    path("", include(SQUARE)),
)
handler403 = "sawtna.web.pages.forbidden"
