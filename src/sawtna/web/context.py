"""What every template may ask of the frame: the languages, the page's one address, the site's name, the country of the house."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject
from django.utils.translation import get_language, get_language_bidi

from sawtna import __version__
from sawtna.campaigns import reads as square


def frame(request: HttpRequest) -> dict[str, Any]:
    """Give `languages` (code, own name, path of this same page), `canonical`, `site_name`, `software` and `country`.

    A page about a campaign gives a `country` of its own, which wins.
    """
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
        # Asked only by a page that shows a figure or a day: a page that tells of a fault must not need the database.
        "country": SimpleLazyObject(country_of_the_house),
    }


def country_of_the_house() -> str:
    """The country in whose way pages of no campaign are written: as the host says, else the one that all campaigns share."""
    if settings.SAWTNA_COUNTRY:
        return str(settings.SAWTNA_COUNTRY)
    countries = {str(story.campaign.body.get("country") or "") for story in square.stories()}
    return countries.pop() if len(countries) == 1 else ""
