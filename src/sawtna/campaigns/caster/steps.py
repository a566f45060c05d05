"""The steps of taking part, as values: blind, unblind, cast. Random numbers come from the machine's own dice."""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence

from cryptography.hazmat.primitives.asymmetric import ec

from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.blindrsa import SALT_BYTES, blind, finalize
from sawtna.campaigns.core.casting.casts import pack_point, pad_cast, sign_cast, unsigned_cast
from sawtna.campaigns.core.casting.register import BallotFacts, IssuerKey, Register
from sawtna.campaigns.core.casting.tokens import nonce_of, pack_challenge, token_input
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import pack_entry

CURVE = ec.SECP256R1()


def mint_coin(register: Register, ballot: BallotFacts, *keys: IssuerKey) -> Coin:
    """A fresh one-time key for a ballot, and for each issuer's key the message that asks for a token."""
    coin = Coin(ballot.index, ec.generate_private_key(CURVE), need=ballot.need)
    for key in keys:
        ask_with(register, coin, key)
    return coin


def ask_with(register: Register, coin: Coin, key: IssuerKey) -> None:
    """Blind the coin's message for one issuer's key, unless that is under way or done."""
    if key.index in coin.asked or key.index in coin.stamps:
        return
    message = _message(register, register.ballots[coin.ballot], key, coin.private)
    factor = secrets.randbelow(key.public.n - 1) + 1
    coin.asked[key.index] = blind(key.public, message, secrets.token_bytes(SALT_BYTES), factor)


def _message(
    register: Register, ballot: BallotFacts, key: IssuerKey, private: ec.EllipticCurvePrivateKey
) -> bytes:
    nonce = nonce_of(pack_point(private.public_key()))
    return token_input(nonce, pack_challenge(register.origin, ballot.leaf), key.kid)


def ask_for(coins: Sequence[Coin], keys: Collection[int] | None = None) -> list[dict[str, object]]:
    """What goes to the issuer: all that is asked for under these keys, or under any; one answer comes for each."""
    return [
        {"i": key, "bm": encode_base64url(asked.message)}
        for coin in coins
        for key, asked in coin.asked.items()
        if keys is None or key in keys
    ]


def take_stamp(register: Register, coin: Coin, signature: bytes, key: int | None = None) -> None:
    """Unblind and verify the answer of an issuer (of the only one that was asked where `key` is left out); raises BlindError.

    What unblinded it is forgotten.
    """
    index = next(iter(coin.asked)) if key is None else key
    issuer, ballot = register.keys[index], register.ballots[coin.ballot]
    message = _message(register, ballot, issuer, coin.private)
    coin.stamps[index] = finalize(issuer.public, message, signature, coin.asked[index].inverse)
    del coin.asked[index]


def make_cast(
    coin: Coin,
    choice: Sequence[int],
    newcomer: bytes | None = None,
    *,
    told: tuple[Sequence[int], Sequence[int]] | None = None,
) -> bytes:
    """The padded bytes of a cast with the coin's next number; `told` is what was done of a pledge, and what was not."""
    assert coin.is_stamped
    point, (did, did_not) = pack_point(coin.private.public_key()), told or (None, None)
    stamps = sorted(coin.stamps.items())
    unsigned = unsigned_cast(
        coin.ballot, point, coin.q, choice, stamps, did=did, did_not=did_not, newcomer=newcomer
    )
    return pad_cast(pack_entry(sign_cast(coin.private, unsigned)))
