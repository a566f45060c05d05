"""The addresses while a preview is rendered: pages of a campaign lead to its preview, everything else where it always leads.

Never served: `views.desk.preview` turns to it for the time of one page (`django.urls.set_urlconf`).
"""

from importlib import import_module

from django.conf import settings
from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from sawtna.campaigns import desk_urls, urls
from sawtna.campaigns.views.desk import preview

_preview = "desk/<slug:campaign_id>/preview"
_pages: list[URLPattern | URLResolver] = [
    path(f"{_preview}/", preview.preview_campaign, name="campaign"),
    path(f"{_preview}/", preview.preview_campaign, name="feed"),
    path(f"{_preview}/claims/", preview.preview_claims, name="claims"),
    path(f"{_preview}/claims/<slug:name>/", preview.preview_thing, name="topic"),
    *(
        path(f"{_preview}/{section}/<slug:name>/", preview.preview_thing, name=name)
        for section, name in desk_urls.PAGES
    ),
]
# Of two addresses of one name Django links to the later; what has no preview leads to its public page.
_square: tuple[list[URLPattern | URLResolver], str] = ([*urls.urlpatterns, *_pages], urls.app_name)

urlpatterns = [*i18n_patterns(path("", include(_square))), *import_module(settings.ROOT_URLCONF).urlpatterns]
