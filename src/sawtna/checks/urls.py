"""The addresses of the instrument: its pages under each language, and the raw files, the same for all."""

from django.urls import URLPattern, URLResolver

app_name = "checks"

urlpatterns: list[URLPattern | URLResolver] = []
plain_urlpatterns: list[URLPattern | URLResolver] = []
