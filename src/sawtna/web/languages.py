"""Which language a visitor of `/` is sent to."""

from django.conf import settings


def choose_language(accept_language: str) -> str:
    """The language of the site that an Accept-Language header likes best (RFC 9110 §12.5.4), else the site's own.

    >>> choose_language("fr-MA,fr;q=0.9,en;q=0.5")
    'fr'
    """
    spoken = [code for code, _ in settings.LANGUAGES]
    best, best_weight = str(settings.SAWTNA_LANGUAGE), 0.0
    for choice in accept_language[:1000].split(","):
        name, _, parameter = choice.partition(";")
        language = name.strip().lower().split("-", 1)[0]
        if language in spoken and (weight := _weight_of(parameter)) > best_weight:
            best, best_weight = language, weight
    return best


def _weight_of(parameter: str) -> float:
    name, _, value = parameter.strip().partition("=")
    if name.strip() != "q":
        return 1.0
    try:
        return min(max(float(value), 0.0), 1.0)
    except ValueError:
        return 0.0
