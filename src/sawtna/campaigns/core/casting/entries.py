"""The kinds of entry that casting writes: keys, invitations, how many tokens were issued, and the casts themselves.

Short names keep a cast near 530 bytes (memo trust 6.2 and 6.4 to 6.6). A cast holds random-looking values and option numbers
only; no entry of these kinds has words, a name, or a time finer than a batch.
"""

from __future__ import annotations

from sawtna.campaigns.core.casting.blindrsa import EXPONENT
from sawtna.campaigns.core.entries import VOUCHERS
from sawtna.ledger.core.entry import Kind
from sawtna.ledger.core.schema import (
    Form,
    bytes_of,
    choice,
    list_of,
    optional,
    record,
    required,
    slug,
    whole,
)

ALGORITHM = "RSABSSA-SHA384-PSS-Deterministic"
KEYEND_REASONS = ("closed", "rotated", "compromised")
HIGHEST_Q = 15
MOST_OPTIONS = 50
MOST_STAMPS = 5


def _index(sample: int = 12) -> Form:
    return whole(sample=sample)


def _options() -> Form:
    return list_of(whole(0, MOST_OPTIONS - 1, 0), 0, MOST_OPTIONS)


KEY = Kind(
    "key",
    "campaigns",
    "The key with which an issuer signs tokens of one voucher kind for ballot entry b; it stands here before the first token. "
    "g is the signature of an issuer who is not the site.",
    {
        "b": required(_index()),
        "issuer": required(slug("site")),
        "kind": required(choice(*VOUCHERS)),
        "alg": required(choice(ALGORITHM)),
        "n": required(bytes_of(256)),
        "e": required(whole(EXPONENT, EXPONENT, EXPONENT)),
        "kid": required(bytes_of(32)),
        "g": optional(bytes_of(64)),
    },
)
KEYEND = Kind(
    "keyend",
    "campaigns",
    "No token is signed under the key of entry i after this; where it was `closed`, the key is destroyed.",
    {"i": required(_index(13)), "why": required(choice(*KEYEND_REASONS))},
)
INVITE = Kind(
    "invite",
    "campaigns",
    "An organiser commits to n invitation codes for the roll of entry i before giving them out.",
    {"i": required(_index(11)), "n": required(whole(1, 1_000_000, 200)), "root": required(bytes_of(32))},
)
ISSUED = Kind(
    "issued",
    "campaigns",
    "n tokens were signed under the key of entry i since the last such entry; sum is all of them so far. "
    "g is the signature of an issuer who is not the site.",
    {
        "i": required(_index(13)),
        "n": required(whole(1, sample=120)),
        "sum": required(whole(1, sample=620)),
        "g": optional(bytes_of(64)),
    },
)
CAST = Kind(
    "cast",
    "campaigns",
    "What one person chose: options c; of a pledge what was done (d) and not (n). The highest q counts; an empty c withdraws.",
    {
        "b": required(_index()),
        "c": required(_options()),
        "d": optional(_options()),
        "n": optional(_options()),
        "h": optional(bytes_of(32)),
        "p": required(bytes_of(33)),
        "q": required(whole(0, HIGHEST_Q, 0)),
        "t": required(
            list_of(
                record({"i": required(_index(13)), "s": required(bytes_of(256))}),
                1,
                MOST_STAMPS,
            )
        ),
        "g": required(bytes_of(64)),
    },
)

CASTING_KINDS = (KEY, KEYEND, INVITE, ISSUED, CAST)
