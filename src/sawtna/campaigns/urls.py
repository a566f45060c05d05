"""The addresses of the square, under the page's language. The campaign's own comes last: it takes whatever word is left."""

from importlib.util import find_spec

from django.urls import URLPattern, URLResolver, include, path

from sawtna.campaigns import feeds
from sawtna.campaigns.views import campaign, casting, things

app_name = "campaigns"
_DESK = "sawtna.campaigns.desk_urls"

urlpatterns: list[URLPattern | URLResolver] = [
    *([path("desk/", include(_DESK))] if find_spec(_DESK) else []),
    path("<slug:campaign_id>/", campaign.show_campaign, name="campaign"),
    path("<slug:campaign_id>/feed.atom", feeds.show_feed, name="feed"),
    path("<slug:campaign_id>/take-part/", casting.show_taking_part, name="take-part"),
    path("<slug:campaign_id>/protection/", casting.show_protection, name="protection"),
    path("<slug:campaign_id>/targets/<slug:name>/", things.show_target, name="target"),
    path("<slug:campaign_id>/stages/<slug:name>/", things.show_stage, name="stage"),
    path("<slug:campaign_id>/stands/<slug:name>/", things.show_stand, name="stand"),
    path("<slug:campaign_id>/claims/", things.show_claims, name="claims"),
    path("<slug:campaign_id>/claims/<slug:name>/", things.show_topic, name="topic"),
    path("<slug:campaign_id>/news/<slug:name>/", things.show_news, name="news"),
]
