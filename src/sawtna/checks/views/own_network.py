"""The page "Check this network": the same for everyone; what it measures stays in the browser of whoever pressed the button."""

from __future__ import annotations

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.html import format_html
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from sawtna.checks.far_end.kept_port import FOLDER, read_port

for_everyone = cache_control(public=True, max_age=60, stale_while_revalidate=300, stale_if_error=86_400)

SLOTS = ("port", "tries", "packets", "seconds")


def probe_port() -> int:
    """Where the far end beside this site listens for probes."""
    return read_port(settings.SAWTNA_VAR / FOLDER)


@require_safe
@for_everyone
def own_network(request: HttpRequest) -> HttpResponse:
    """Offer to check the network of whoever looks at it."""
    slots = {f"the_{name}": format_html('<data data-slot="{}"></data>', name) for name in SLOTS}
    origin = urlsplit(settings.SAWTNA_ORIGIN)
    context = {"host": origin.hostname, "origin": settings.SAWTNA_ORIGIN, "probe_port": probe_port(), **slots}
    page = render(request, "checks/own_network.html", context)
    socket = f"{'wss' if origin.scheme == 'https' else 'ws'}://{origin.netloc}"
    page.connect_to = [socket]  # type: ignore[attr-defined] # older browsers do not count it to 'self'
    return page
