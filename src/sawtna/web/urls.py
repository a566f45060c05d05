"""The addresses of the house: each room hangs its own under the page's language.

A room's `urls` module gives `urlpatterns` (under /ar/, /fr/, /en/) and may give `plain_urlpatterns` (the same in every language).
"""

from importlib import import_module
from importlib.util import find_spec

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from sawtna.web import pages

# The square comes last: it takes whatever first word is left as the name of a campaign.
ROOMS = ("sawtna.ledger.urls", "sawtna.web.accounts.urls", "sawtna.campaigns.urls")
_rooms = [import_module(name) for name in ROOMS if find_spec(name)]

urlpatterns = [
    path("", pages.choose_language, name="choose-language"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    *(pattern for room in _rooms for pattern in getattr(room, "plain_urlpatterns", [])),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("about/", pages.about, name="about"),
        *(path("", include(room)) for room in _rooms),
    ),
]
handler400 = "sawtna.web.pages.bad_request"
handler403 = "sawtna.web.pages.forbidden"
handler404 = "sawtna.web.pages.not_found"
handler500 = "sawtna.web.pages.server_fault"
