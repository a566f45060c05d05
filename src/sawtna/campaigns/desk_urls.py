"""The addresses of the desk, under `/{language}/desk/`. The name `desk` is what the door of the second factor guards."""

from django.urls import URLPattern, URLResolver, include, path

from sawtna.campaigns.views.desk import (
    casting,
    erase,
    files,
    home,
    invitations,
    members,
    overview,
    preview,
    publish,
    sections,
    things,
    trail,
)

app_name = "desk"

# Things with a public page of their own: the section, and the name of that page's address.
PAGES = (("targets", "target"), ("stages", "stage"), ("stands", "stand"), ("news", "news"))

_previews = [
    path("", preview.preview_campaign, name="preview"),
    path("claims/", preview.preview_claims),
    path("claims/<slug:name>/", preview.preview_thing, {"section": "topics"}),
    *(path(f"{section}/<slug:name>/", preview.preview_thing, {"section": section}) for section, _ in PAGES),
]
_campaign: list[URLPattern | URLResolver] = [
    path("", overview.show_overview, name="overview"),
    path("campaign/", things.edit_campaign, name="campaign"),
    path("preview/", include(_previews)),
    path("publish/", publish.publish, name="publish"),
    path("published/<int:first>-<int:last>/", publish.show_published, name="published"),
    path("discard/", publish.discard, name="discard"),
    path("withdraw/", publish.withdraw, name="withdraw"),
    path("members/", members.show_members, name="members"),
    path("members/invite/", members.invite, name="invite"),
    path("members/<int:member>/role/", members.change_role, name="change-role"),
    path("members/<int:member>/remove/", members.remove, name="remove-member"),
    path("trail/", trail.show_trail, name="trail"),
    path("file/", files.show_file, name="file"),
    path("file/draft.json", files.export_draft, name="export"),
    path("file/published.json", files.export_published, name="export-published"),
    path("casting/", casting.show_casting, name="casting"),
    path("rolls/<slug:key>/invitations/", invitations.show_invitations, name="invitations"),
    path("<slug:section_name>/", sections.show_section, name="section"),
    path("<slug:section_name>/put-back/", sections.put_back_thing, name="put-back"),
    path("<slug:section_name>/<str:key>/", things.edit_thing, name="thing"),
    path("<slug:section_name>/<str:key>/remove/", sections.remove_thing, name="remove"),
    path("<slug:section_name>/<str:key>/restore/", sections.restore_thing, name="restore"),
    path("<slug:section_name>/<str:key>/erase/", erase.erase, name="erase"),
]
urlpatterns = [
    path("", home.show_home, name="home"),
    path("new/", home.open_campaign, name="new"),
    path("new/file/", files.open_from_file, name="new-from-file"),
    path("<slug:campaign_id>/", include(_campaign)),
]
