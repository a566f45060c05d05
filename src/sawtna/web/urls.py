"""The addresses of the house: each room hangs its own under the page's language.

A room's `urls` module gives `urlpatterns` (under /ar/, /fr/, /en/) and may give `plain_urlpatterns` (the same in every language).
"""

from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from sawtna.campaigns import urls as square
from sawtna.checks import urls as instrument
from sawtna.ledger import urls as book
from sawtna.web import pages
from sawtna.web.accounts import urls as accounts

# The square comes last: it takes whatever first word is left as the name of a campaign.
ROOMS = (book, accounts, instrument, square)

urlpatterns = [
    path("", pages.enter, name="enter"),
    path("languages/", pages.languages, name="languages"),
    path("robots.txt", pages.robots, name="robots"),
    path("sitemap.xml", pages.sitemap, name="sitemap"),
    path("sitemap-<int:number>.xml", pages.sitemap, name="sitemap-part"),
    *(pattern for room in ROOMS for pattern in getattr(room, "plain_urlpatterns", [])),
    *i18n_patterns(
        path("", pages.home, name="home"),
        path("about/", pages.about, name="about"),
        *(path("", include(room)) for room in ROOMS),
    ),
]
handler400 = "sawtna.web.pages.bad_request"
handler403 = "sawtna.web.pages.forbidden"
handler404 = "sawtna.web.pages.not_found"
handler500 = "sawtna.web.pages.server_fault"
