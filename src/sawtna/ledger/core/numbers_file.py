"""`numbers.json`: what a site says its numbers are, for one size of the book and one day.

Canonical JSON as RFC 8785 has it; keys are ASCII paths, so plain order is its order. Not under the signed root: whoever doubts it
folds the book.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sawtna.ledger.core.encoding import decode_base64url, encode_base64url
from sawtna.ledger.core.errors import BookError
from sawtna.ledger.core.fold import FOLD_VERSION, Number

KEY = re.compile(r"[a-z0-9][a-z0-9-]*(?:/[a-z0-9][a-z0-9-]*)*")


class NumbersError(BookError):
    """A file of numbers that cannot be read."""

    code = "numbers"


@dataclass(frozen=True, slots=True)
class NumbersFile:
    """The numbers of a book of `size` entries with that `root`, for the day `as_of`; as JSON values, by key."""

    origin: str
    size: int
    root: bytes
    as_of: date
    numbers: Mapping[str, object]
    fold: int = FOLD_VERSION


def pack_numbers(file: NumbersFile) -> bytes:
    """The bytes of `numbers.json`."""
    stated = {
        "as_of": file.as_of.isoformat(),
        "fold": file.fold,
        "numbers": {
            key: number.as_json() if isinstance(number, Number) else number
            for key, number in file.numbers.items()
        },
        "origin": file.origin,
        "root": encode_base64url(file.root),
        "size": file.size,
    }
    return json.dumps(stated, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()


def unpack_numbers(data: bytes) -> NumbersFile:
    """The inverse of `pack_numbers`; raises NumbersError."""
    try:
        stated = json.loads(data)
        numbers, size = stated["numbers"], stated["size"]
        if (
            not isinstance(numbers, dict)
            or not isinstance(size, int)
            or not all(KEY.fullmatch(key) for key in numbers)
        ):
            raise NumbersError(
                "got another form, expected an object with origin, size, root, fold, as_of and numbers"
            )
        day, root = date.fromisoformat(stated["as_of"]), decode_base64url(stated["root"])
        return NumbersFile(str(stated["origin"]), size, root, day, numbers, int(stated["fold"]))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise NumbersError(
            f"got {type(error).__name__} ({error}), expected the form of numbers.json"
        ) from None
