"""Ready answers: one page or file as plain, gzip and brotli bytes, with the headers of each already spelled.

A copy never changes; whoever holds it may send it to anyone. The tag is strong (RFC 9110 §8.8.3): the hash of the plain bytes,
and the coding's name after it, because each coding is other bytes.
"""

from __future__ import annotations

import base64
import gzip
import hashlib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

import brotli

Headers = list[tuple[bytes, bytes]]

PLAIN, GZIP, BROTLI = b"identity", b"gzip", b"br"
SUFFIXES = {PLAIN: b"", GZIP: b"-gz", BROTLI: b"-br"}
WORTH_IT = 256  # bytes; below, a coding saves less than its header costs
COMPRESSIBLE = (
    b"text/",
    b"application/json",
    b"application/javascript",
    b"application/xml",
    b"application/atom+xml",
    b"image/svg",
)
NOT_MODIFIED_KEEPS = {b"cache-control", b"vary", b"content-location", b"expires"}  # RFC 9110 §15.4.5
BROTLI_QUALITY = (
    5  # 2 ms for a campaign page; 11 would save an eighth of the bytes and take 128 ms (decision 0011)
)
GZIP_LEVEL = 6


class Copy(NamedTuple):
    """One answer in each of its codings."""

    status: int
    bodies: Mapping[bytes, bytes]
    headers: Mapping[bytes, Headers]
    tags: Mapping[bytes, bytes]
    unchanged: Headers
    size: int  # bytes in memory, about


def pack_copy(
    status: int,
    headers: Iterable[tuple[bytes, bytes]],
    body: bytes,
    *,
    ready: Mapping[bytes, bytes] | None = None,
    squeeze: bool = False,
) -> Copy:
    """Make a copy of an answer; `ready` are codings of the body that exist already (compressed files).

    `squeeze` says that the bytes get smaller although their type does not tell.
    """
    own = [
        (name.lower(), value) for name, value in headers if name.lower() not in {b"content-length", b"etag"}
    ]
    kind = next((value for name, value in own if name == b"content-type"), b"")
    if ready is None:
        ready = _codings(body) if squeeze or is_compressible(kind, body) else {}
    bodies = {PLAIN: body, **ready}
    if len(bodies) > 1 and not any(
        name == b"vary" and b"accept-encoding" in value.lower() for name, value in own
    ):
        own.append((b"vary", b"Accept-Encoding"))
    digest = base64.urlsafe_b64encode(hashlib.sha256(body).digest()[:16]).rstrip(b"=")
    tags = {coding: b'"' + digest + SUFFIXES[coding] + b'"' for coding in bodies} if status == 200 else {}
    return Copy(
        status,
        bodies,
        {coding: _spell(own, coding, coded, tags.get(coding)) for coding, coded in bodies.items()},
        tags,
        [(name, value) for name, value in own if name in NOT_MODIFIED_KEEPS],
        sum(map(len, bodies.values())) + 2000,
    )


def is_compressible(kind: bytes, body: bytes) -> bool:
    """Tell whether bytes of a content type get much smaller."""
    return len(body) >= WORTH_IT and kind.startswith(COMPRESSIBLE)


def _codings(body: bytes) -> dict[bytes, bytes]:
    coded = {
        BROTLI: brotli.compress(body, quality=BROTLI_QUALITY),
        GZIP: gzip.compress(body, GZIP_LEVEL, mtime=0),
    }
    return {coding: smaller for coding, smaller in coded.items() if len(smaller) < len(body)}


def _spell(own: Headers, coding: bytes, body: bytes, tag: bytes | None) -> Headers:
    spelled = [*own, (b"content-length", str(len(body)).encode())]
    if coding != PLAIN:
        spelled.append((b"content-encoding", coding))
    if tag:
        spelled.append((b"etag", tag))
    return spelled


@lru_cache(maxsize=512)
def codings_of(accept_encoding: bytes) -> tuple[bytes, ...]:
    """The codings that a visitor takes, best first: brotli, gzip, then plain bytes, which everyone takes."""
    taken: dict[bytes, bool] = {}
    for choice in accept_encoding.lower().split(b","):
        name, _, rest = choice.partition(b";")
        taken[name.strip()] = not _is_zero(rest)
    everything = taken.get(b"*", False)
    return (*(coding for coding in (BROTLI, GZIP) if taken.get(coding, everything)), PLAIN)


def _is_zero(parameters: bytes) -> bool:
    name, _, weight = parameters.strip().partition(b"=")
    return name.strip() == b"q" and weight.strip().rstrip(b"0").rstrip(b".") in {b"", b"0"}


def choose_coding(copy: Copy, accept_encoding: bytes) -> bytes:
    """The best coding that the copy has and the visitor takes."""
    return next(coding for coding in codings_of(accept_encoding) if coding in copy.bodies)


def tag_in(copy: Copy, if_none_match: bytes) -> bytes | None:
    """The tag of this copy that a visitor holds already (weak comparison, RFC 9110 §13.1.2), or None."""
    if if_none_match.strip() == b"*":
        return next(iter(copy.tags.values()), None)
    held = {tag.strip().removeprefix(b"W/") for tag in if_none_match.split(b",")}
    return next((tag for tag in copy.tags.values() if tag in held), None)
