"""The steps of taking part, as values: blind, unblind, cast. Random numbers come from the machine's own dice."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from cryptography.hazmat.primitives.asymmetric import ec

from sawtna.campaigns.caster.purse import Coin
from sawtna.campaigns.core.casting.blindrsa import SALT_BYTES, blind, finalize
from sawtna.campaigns.core.casting.casts import pack_point, pad_cast, sign_cast, unsigned_cast
from sawtna.campaigns.core.casting.register import BallotFacts, IssuerKey, Register
from sawtna.campaigns.core.casting.tokens import nonce_of, pack_challenge, token_input
from sawtna.ledger.core.encoding import encode_base64url
from sawtna.ledger.core.entry import pack_entry

CURVE = ec.SECP256R1()


def mint_coin(register: Register, ballot: BallotFacts, key: IssuerKey) -> Coin:
    """A fresh one-time key for a ballot, and the message that asks for its token."""
    private = ec.generate_private_key(CURVE)
    message = _message(register, ballot, key, private)
    factor = secrets.randbelow(key.public.n - 1) + 1
    return Coin(
        ballot.index, key.index, private, blind(key.public, message, secrets.token_bytes(SALT_BYTES), factor)
    )


def _message(
    register: Register, ballot: BallotFacts, key: IssuerKey, private: ec.EllipticCurvePrivateKey
) -> bytes:
    nonce = nonce_of(pack_point(private.public_key()))
    return token_input(nonce, pack_challenge(register.origin, ballot.leaf), key.kid)


def ask_for(coins: Sequence[Coin]) -> list[dict[str, object]]:
    """What goes to the issuer."""
    return [
        {"i": coin.key, "bm": encode_base64url(coin.blinded.message)}
        for coin in coins
        if coin.blinded is not None
    ]


def take_stamp(register: Register, coin: Coin, signature: bytes) -> None:
    """Unblind and verify the issuer's answer; then what unblinded it is forgotten. Raises BlindError."""
    key, ballot = register.keys[coin.key], register.ballots[coin.ballot]
    assert coin.blinded is not None
    message = _message(register, ballot, key, coin.private)
    coin.stamp = finalize(key.public, message, signature, coin.blinded.inverse)
    coin.blinded = None


def make_cast(coin: Coin, choice: Sequence[int], newcomer: bytes | None = None) -> bytes:
    """The padded bytes of a cast with the coin's next number."""
    assert coin.stamp is not None
    point = pack_point(coin.private.public_key())
    unsigned = unsigned_cast(coin.ballot, point, coin.q, choice, [(coin.key, coin.stamp)], newcomer=newcomer)
    return pad_cast(pack_entry(sign_cast(coin.private, unsigned)))
