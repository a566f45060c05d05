"""What every template may ask of the frame: the languages, the page's one address, the site's name."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import get_language, get_language_bidi

from sawtna import __version__


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give `languages` (code, own name, path of this same page), `canonical`, `site_name` and `software`."""
    language = get_language() or settings.LANGUAGE_CODE
    rest = request.path.removeprefix(f"/{language}/").lstrip("/")
    return {
        "languages": [(code, name, f"/{code}/{rest}") for code, name in settings.LANGUAGES],
        "language": language,
        "direction": "rtl" if get_language_bidi() else "ltr",
        "canonical": f"{settings.SAWTNA_ORIGIN}{request.path}",
        "origin": settings.SAWTNA_ORIGIN,
        "site_name": "Sawtna",
        "software": f"Sawtna {__version__}",
    }
