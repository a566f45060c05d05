"""The files of the log over HTTP. A web server or a mirror may serve the same folder; this is for houses that have none."""

from __future__ import annotations

import re

from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from sawtna.ledger import reads
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.tiles import parse_tile_path
from sawtna.ledger.folder import CHECKPOINT, NUMBERS, POLICY, LogFolder

FOR_EVER = "public, max-age=31536000, immutable"
BRIEFLY = "public, max-age=5"  # seconds: how long a reader may miss a new checkpoint or an erasure
PLAIN, JSON, BYTES = "text/plain; charset=utf-8", "application/json", "application/octet-stream"

OPENING = re.compile(r"open/(?:0|[1-9][0-9]{0,18})\.json", re.ASCII)
TYPES = {CHECKPOINT: PLAIN, POLICY: PLAIN, NUMBERS: JSON}


@require_safe
def log_file(_request: HttpRequest, name: str) -> HttpResponse:
    """Serve one of the files that docs/formats/checkpoint.md names; any other path is not found, whatever lies there."""
    kind, age = type_of(name)
    try:
        data = LogFolder().read(name)
    except OSError:
        raise Http404 from None
    return _answer(data, kind, age)


@require_safe
def receipt(_request: HttpRequest, index: int) -> HttpResponse:
    """Serve the receipt of an entry under the published checkpoint, as a file to keep."""
    if index >= reads.head().size:
        raise Http404
    try:
        text = reads.receipt_of(index)
    except BookError as error:  # a file of the tree is missing until the publisher looks next
        return HttpResponse(
            _("The files of the log are not complete: %(fault)s") % {"fault": error},
            status=503,
            content_type=PLAIN,
        )
    answer = _answer(text.encode(), PLAIN, BRIEFLY)
    answer["Content-Disposition"] = f'attachment; filename="entry-{index}.tlog-proof"'
    return answer


def type_of(name: str) -> tuple[str, str]:
    """Type and age of a file of the log; raises Http404 for what is no file of the log."""
    if name in TYPES:
        return TYPES[name], BRIEFLY
    if OPENING.fullmatch(name):
        return JSON, BRIEFLY
    try:
        parse_tile_path(name)
    except BookError:
        raise Http404 from None
    return BYTES, FOR_EVER


def _answer(data: bytes, kind: str, age: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=kind)
    answer["Cache-Control"] = age
    answer["Access-Control-Allow-Origin"] = "*"  # anyone may check, from any page
    return answer
