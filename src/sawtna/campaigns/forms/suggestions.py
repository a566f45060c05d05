"""A name in the book for a thing that has none yet.

Only things that are no person's are named after their words; the rest are numbered, so that no name of a person slips into
the log, where it would stay for ever (memo trust 10).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping

from sawtna.campaigns.core.entries import RESERVED
from sawtna.campaigns.forms.sorts import WORDS

NAMED_BY = {
    "campaign": "title",
    "target": "name",
    "stage": "title",
    "event": "title",
    "letter": "title",
    "topic": "title",
}
PREFIX = {
    "stand": "s",
    "reading": "r",
    "moment": "moment-",
    "claim": "claim-",
    "reply": "reply-",
    "news": "news-",
}
MOST = 40

# Enough of ISO 233-2 for a readable address; vowels that are not written are not guessed.
PAIRS = (
    "ا=a أ=a إ=i آ=a ى=a ة=a ب=b ت=t ث=th ج=j ح=h خ=kh د=d ذ=dh ر=r ز=z س=s ش=sh ص=s ض=d ط=t ظ=z ع=a غ=gh ف=f ق=q "
    "ك=k ل=l م=m ن=n ه=h و=w ؤ=w ي=y ئ=y ء= پ=p چ=ch ژ=j گ=g"
)
LETTERS = dict(pair.split("=") for pair in PAIRS.split())


def suggest_name(kind: str, item: Mapping[str, object], taken: set[str]) -> str:
    """A free name for a thing of that kind."""
    if kind in NAMED_BY:
        words = item.get(WORDS)
        said = words.get(NAMED_BY[kind]) if isinstance(words, Mapping) else None
        name = next((slug for slug in map(slug_of, _tongues(said)) if slug), "")
        if name:
            return _free(name, taken | (RESERVED if kind == "campaign" else set()))
    prefix = PREFIX.get(kind, f"{kind}-")
    return next(name for number in range(1, len(taken) + 2) if (name := f"{prefix}{number}") not in taken)


def _tongues(said: object) -> list[str]:
    return (
        [str(said[code]) for code in ("en", "fr", "ar") if said.get(code)]
        if isinstance(said, Mapping)
        else []
    )


def slug_of(text: str) -> str:
    """Words in small letters, digits and hyphens: `Téléphones éteints` gives `telephones-eteints`."""
    latin = "".join(LETTERS.get(one, one) for one in text.lower())
    plain = unicodedata.normalize("NFKD", latin).encode("ascii", "ignore").decode()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    return slug if len(slug) <= MOST else slug[:MOST].rsplit("-", 1)[0].strip("-")


def _free(name: str, taken: set[str]) -> str:
    names = (name, *(f"{name}-{number}" for number in range(2, len(taken) + 3)))
    return next(one for one in names if one not in taken)
