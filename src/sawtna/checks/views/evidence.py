"""The raw files behind checks, byte for byte as they were handed in."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from sawtna.checks.evidence_files import EvidenceFolder

FOR_EVER = "public, max-age=31536000, immutable"


@require_safe
def show_file(_request: HttpRequest, name: str) -> HttpResponse:
    """Serve a file by its SHA-256."""
    try:
        data = EvidenceFolder().read(name)
    except (OSError, EOFError):
        raise Http404 from None
    answer = HttpResponse(data, content_type="application/json")
    answer["Cache-Control"] = FOR_EVER
    answer["Access-Control-Allow-Origin"] = "*"  # anyone may check, from any page
    return answer
