"""The addresses of the instrument: its pages under each language, and the raw files, the same for all."""

from django.urls import URLPattern, URLResolver, re_path

from sawtna.checks.views.evidence import show_file

app_name = "checks"

urlpatterns: list[URLPattern | URLResolver] = []
plain_urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^evidence/(?P<name>[0-9a-f]{64})\.json$", show_file),
]
