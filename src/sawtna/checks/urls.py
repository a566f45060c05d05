"""The addresses of the instrument: its pages under each language, and the raw files, the same for all."""

from django.urls import URLPattern, URLResolver, path, re_path

from sawtna.checks.views import findings
from sawtna.checks.views.evidence import show_file
from sawtna.checks.views.own_network import own_network

app_name = "checks"

urlpatterns: list[URLPattern | URLResolver] = [
    path("check/", own_network, name="own-network"),
    path("checks/", findings.show_findings, name="findings"),
    path("checks/data/", findings.show_data, name="data"),
    re_path(r"^checks/(?P<net>AS[0-9]{1,10})/$", findings.show_network, name="network"),
]
plain_urlpatterns: list[URLPattern | URLResolver] = [
    re_path(r"^checks/(?P<file>[a-z]+\.(?:csv|jsonl|parquet|json))$", findings.send_data),
    re_path(r"^evidence/(?P<name>[0-9a-f]{64})\.json$", show_file),
]
