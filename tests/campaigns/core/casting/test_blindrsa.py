"""Blind RSA: what RFC 9474 publishes, and what happens when somebody does not keep to it."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.blindrsa import (
    BlindError,
    PublicKey,
    blind,
    encode_pss,
    finalize,
    verifies,
)

from tests.campaigns.core.casting.station import private_key, public_key
from tests.vectors.read_vectors import read_vectors

PUBLISHED = read_vectors("rfc9474")
KEY = PublicKey(int(PUBLISHED["n"], 16), int(PUBLISHED["e"], 16))
VECTORS = {one["name"]: one for one in PUBLISHED["vectors"]}
MESSAGE = b"a message of 256 unguessable bits, in the real case"


def raw_sign(number: int, message: bytes) -> bytes:
    """The issuer's private operation, slowly."""
    numbers = private_key(number).private_numbers()
    return pow(int.from_bytes(message, "big"), numbers.d, numbers.p * numbers.q).to_bytes(256, "big")


@pytest.mark.parametrize("name", VECTORS)
def test_published_messages_are_blinded_as_published(name):
    """With the salt and the factor of RFC 9474, appendix A, comes its blinded message."""
    vector = VECTORS[name]
    inverse = int(vector["inv"], 16)
    blinded = blind(
        KEY, bytes.fromhex(vector["input_msg"]), bytes.fromhex(vector["salt"]), pow(inverse, -1, KEY.n)
    )
    assert blinded.message.hex() == vector["blinded_msg"]
    assert blinded.inverse == inverse


@pytest.mark.parametrize("name", [name for name in VECTORS if "PSSZERO" not in name])
def test_published_signatures_are_unblinded_as_published(name):
    """From the blind signature of RFC 9474, appendix A, comes its signature, and it holds."""
    vector = VECTORS[name]
    message = bytes.fromhex(vector["input_msg"])
    final = finalize(KEY, message, bytes.fromhex(vector["blind_sig"]), int(vector["inv"], 16))
    assert final.hex() == vector["sig"]


@settings(max_examples=15, deadline=None)
@given(st.binary(max_size=200), st.randoms(use_true_random=False))
def test_whatever_is_blinded_and_signed_holds_after_unblinding(message, dice):
    """Blind, sign, finalize gives a signature that anyone can verify, for any message and any factor."""
    key = public_key(0)
    blinded = blind(key, message, dice.randbytes(48), dice.randrange(1, key.n))
    final = finalize(key, message, raw_sign(0, blinded.message), blinded.inverse)
    assert verifies(key, message, final)
    assert not verifies(key, message + b".", final)


def test_one_message_is_blinded_differently_each_time():
    """Two factors give two messages that have nothing in common for who sees them."""
    key, dice = public_key(0), random.Random(1)
    salt = bytes(48)
    first, second = (blind(key, MESSAGE, salt, dice.randrange(1, key.n)) for _ in range(2))
    assert first.message != second.message


def test_the_secret_of_a_blinding_is_not_shown():
    """Who prints what was blinded, in a log or an error, does not print what links it."""
    blinded = blind(public_key(0), MESSAGE, bytes(48), 12345)
    assert str(blinded.inverse) not in repr(blinded)


def test_a_wrong_answer_of_the_issuer_is_refused():
    """A signature of another message, by another key, or of another length is not taken for one."""
    key, other = public_key(0), private_key(1)
    blinded = blind(key, MESSAGE, bytes(48), 3)
    right = raw_sign(0, blinded.message)
    numbers = other.private_numbers()
    foreign = pow(int.from_bytes(blinded.message, "big"), numbers.d, numbers.p * numbers.q).to_bytes(
        256, "big"
    )
    for answer in (foreign, right[:-1], right + b"\0", bytes(256), b"\xff" * 256):
        with pytest.raises(BlindError):
            finalize(key, MESSAGE, answer, blinded.inverse)
    assert finalize(key, MESSAGE, right, blinded.inverse)


@pytest.mark.parametrize("factor", [0, -1, public_key(0).n, private_key(0).private_numbers().p])
def test_a_factor_that_does_not_blind_is_refused(factor):
    """Zero, a number outside of the modulus, and a multiple of its primes would not blind or could not be undone."""
    with pytest.raises(BlindError, match="another factor"):
        blind(public_key(0), MESSAGE, bytes(48), factor)


def test_a_modulus_too_short_for_the_padding_is_refused():
    """SHA-384 with a salt of 48 bytes needs 98 bytes."""
    with pytest.raises(BlindError, match="at least 784"):
        encode_pss(MESSAGE, 767, bytes(48))


@pytest.mark.parametrize(
    ("key", "is_fit"),
    [
        (public_key(0), True),
        (PublicKey(public_key(0).n, 3), False),
        (PublicKey(public_key(0).n - 1), False),
        (PublicKey(public_key(0).n >> 1 | 1), False),
        (KEY, False),
    ],
)
def test_only_odd_keys_of_2048_bits_and_exponent_65537_are_fit(key, is_fit):
    """Token type 0x0002 fixes the size; anything else is no key of it."""
    assert key.is_fit is is_fit


def test_an_impossible_key_verifies_nothing():
    """An even modulus or a tiny one in somebody's entry is a key under which no signature holds."""
    for key in (PublicKey(4), PublicKey(public_key(0).n - 1), PublicKey(0)):
        assert not verifies(key, MESSAGE, bytes(256))
