"""One value, one spelling: canonical JSON for entries (RFC 8785 on a subset), and strict Base 64.

The subset: objects, arrays, strings, integers and booleans. No null, no floats. Strings are in NFC, without
control characters (Unicode class Cc) other than newline and without lone surrogates. Integers are below 2**53
in size, so that a browser reads them exactly. Keys match `[a-z0-9][a-z0-9_-]*` (words of a poll are keyed by the
slugs of its options): on these, RFC 8785's order by UTF-16 units is plain order. Nesting stops at 32 levels
everywhere, so that an entry is not valid on one machine and too deep on the next.

Two spellings of one value would be two leaves of the tree, so a reader encodes again and compares; this also
refuses repeated keys, `-0`, needless escapes and spaces.
"""

import base64
import binascii
import json
import re
from collections.abc import Iterable
from typing import Any, NoReturn, TypeAlias
from unicodedata import is_normalized

from sawtna.ledger.core.errors import EncodingError

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | bool"

MAX_ENTRY_BYTES = 16_384
MAX_DEPTH = 32
INTEGER_BOUND = 2**53  # RFC 8785 section 3.2.2.3: integers are safe below this

_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, check_circular=False
)
_TO_URL, _FROM_URL = bytes.maketrans(b"+/", b"-_"), bytes.maketrans(b"-_", b"+/")
_UNFIT_CHARACTER = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\ud800-\udfff]")
_KEY = re.compile("[a-z0-9][a-z0-9_-]*")


def encode_canonical(value: object, most: int = MAX_ENTRY_BYTES) -> bytes:
    """The only bytes that spell `value`, at most `most` of them.

    :raises EncodingError: `value` is outside of the subset, or its spelling is longer than `most`.
    """
    _check((("", value),), "", 0)
    data = _ENCODER.encode(value).encode()
    if len(data) > most:
        raise EncodingError(f"got {len(data)} bytes of JSON, expected at most {most}")
    return data


def decode_canonical(data: bytes, most: int = MAX_ENTRY_BYTES) -> Json:
    """The value that `data` spells, if `data` is its canonical spelling and at most `most` bytes.

    :raises EncodingError: for anything else.
    """
    if len(data) > most:
        raise EncodingError(f"got {len(data)} bytes of JSON, expected at most {most}")
    text = _decode_text(data)
    value = _read_json(text)
    _check((("", value),), "", 0)
    spelling = _ENCODER.encode(value)
    if spelling != text:
        raise EncodingError(_describe_difference(text, spelling))
    return value


def encode_base64url(data: bytes) -> str:
    """Base 64 URL alphabet without padding (RFC 4648 section 5): `B(x)` of the entry format."""
    return binascii.b2a_base64(data, newline=False).translate(_TO_URL, b"=").decode()


def decode_base64url(text: str) -> bytes:
    """The inverse of `encode_base64url`; a second spelling is refused (RFC 4648 section 3.5)."""
    try:
        data = binascii.a2b_base64(text.encode("ascii").translate(_FROM_URL) + b"=" * (-len(text) % 4))
    except ValueError:  # also for what is not ASCII
        data = b""
    if encode_base64url(data) != text:
        raise EncodingError(f"got {_quote(text)}, expected Base 64 of the URL alphabet without padding")
    return data


def format_base64(data: bytes) -> str:
    """Standard Base 64 with padding (RFC 4648 section 4), as in notes, checkpoints and proofs."""
    return base64.b64encode(data).decode()


def parse_base64(text: str) -> bytes:
    """The inverse of `format_base64`; line breaks, missing padding and spare bits are refused."""
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        data = b""
    if format_base64(data) != text:
        raise EncodingError(f"got {_quote(text)}, expected standard Base 64 with padding")
    return data


def _decode_text(data: bytes) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        message = f"got byte 0x{data[error.start]:02x} at offset {error.start}, expected UTF-8"
        raise EncodingError(message) from None


def _refuse_number(text: str) -> NoReturn:
    raise EncodingError(f"got the number {_quote(text)}, expected an integer without fraction or exponent")


_DECODER = json.JSONDecoder(parse_float=_refuse_number, parse_constant=_refuse_number)


def _read_json(text: str) -> Json:
    try:
        value: Json = _DECODER.raw_decode(text)[0]
    except json.JSONDecodeError as error:
        fault = f"{error.msg.lower()} at character {error.pos}"
        raise EncodingError(f"got text that is not JSON ({fault}), expected canonical JSON") from None
    except RecursionError:
        raise EncodingError(f"got JSON nested too deeply, expected at most {MAX_DEPTH} levels") from None
    except ValueError:  # Python's guard against integers of thousands of digits
        raise EncodingError("got an integer of thousands of digits, expected one below 2**53") from None
    return value


def _check(pairs: Iterable[tuple[object, object]], where: str, depth: int) -> None:
    """Refuse what is outside of the subset: one call a container, as an audit does this for every entry."""
    if depth > MAX_DEPTH:
        raise EncodingError(f"got nesting deeper than {MAX_DEPTH} levels, expected at most {MAX_DEPTH}")
    for key, item in pairs:
        if isinstance(item, str):
            if not (item.isascii() and item.isprintable()):
                _check_string(item, f"/{where}{key}")
        elif isinstance(item, int):  # a boolean too: it is within the bound
            if not -INTEGER_BOUND < item < INTEGER_BOUND:
                raise EncodingError(f"got an integer of 2**53 or more at /{where}{key}, expected less")
        elif isinstance(item, dict):
            inside = f"{where}{key}/" if depth else ""
            _check_keys(item, f"/{inside}")
            _check(item.items(), inside, depth + 1)
        elif isinstance(item, list):
            _check(enumerate(item), f"{where}{key}/" if depth else "", depth + 1)
        else:
            _refuse_kind(item, f"/{where}{key}")


def _check_keys(value: dict[Any, object], where: str) -> None:
    """Equal to matching each key with `_KEY`, but in one look where none has a hyphen or begins with a digit."""
    try:
        joined = "".join(value)
    except TypeError:  # a key that is not text: named below
        joined = ""
    if joined.isascii() and joined.isidentifier() and joined.islower() and min(value) >= "a":
        return
    for key in value:
        if not isinstance(key, str) or not _KEY.fullmatch(key):
            raise EncodingError(
                f"got the key {_quote(key)} at {where}, expected a-z or 0-9, then a-z, 0-9, _ or -"
            )


def _check_string(text: str, where: str) -> None:
    unfit = _UNFIT_CHARACTER.search(text)
    if unfit:
        character = f"U+{ord(unfit[0]):04X}"
        raise EncodingError(f"got the character {character} at {where}, expected no control character")
    if not is_normalized("NFC", text):
        raise EncodingError(f"got text at {where} that is not in Unicode form NFC, expected NFC")


def _refuse_kind(item: object, where: str) -> NoReturn:
    name = "null" if item is None else type(item).__name__
    raise EncodingError(f"got {name} at {where}, expected an object, array, string, integer or boolean")


def _describe_difference(text: str, spelling: str) -> str:
    common = 0
    while text[common : common + 1] == spelling[common : common + 1]:
        common += 1
    got, expected = (_quote(side[common:]) if side[common:] else "the end" for side in (text, spelling))
    return f"got {got} at character {common}, expected {expected}: the canonical spelling (RFC 8785)"


def _quote(value: object) -> str:
    """At most 40 characters of what was got, visible and on one line."""
    text = value if isinstance(value, str) else repr(value)
    return ascii(text if len(text) <= 40 else text[:40] + "...")
