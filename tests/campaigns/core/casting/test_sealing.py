"""Sealed casts: the suite of RFC 9180 that clients and relays share, and what is refused."""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.casts import CAST_BYTES, pad_cast
from sawtna.campaigns.core.casting.sealing import (
    CURVE,
    SEALED_BYTES,
    SUITE,
    SealError,
    open_cast,
    pack_public,
    roll_of,
    seal_cast,
    seal_hash,
    unpack_public,
)

ORIGIN = "sawtna.example/log"
VECTOR = json.loads((Path(__file__).parents[3] / "vectors/rfc9180.json").read_text())
KEY, OTHER = ec.generate_private_key(CURVE), ec.generate_private_key(CURVE)
POINT = pack_public(KEY.public_key())
CAST = pad_cast(b'{"k":"cast"}')


def test_it_opens_what_rfc_9180_sealed():
    """The vector of appendix A.3.1 for this suite."""
    told = {name: bytes.fromhex(value) for name, value in VECTOR.items() if name != "source"}
    key = ec.derive_private_key(int.from_bytes(told["sk_r"], "big"), CURVE)
    assert pack_public(key.public_key()) == told["pk_r"]
    opens = openssl.hpke._decrypt_with_aad  # the vectors have an AAD, which a sealed cast has not
    found = opens(SUITE, told["enc"] + told["ct"], key, info=told["info"], aad=told["aad"])
    assert found == told["pt"]


def test_what_is_sealed_is_opened_by_its_relay_alone():
    """It comes out as it went in, names its roll, and has the length that all have."""
    sealed = seal_cast(CAST, 7, POINT, ORIGIN)
    assert (len(sealed), roll_of(sealed)) == (SEALED_BYTES, 7)
    assert open_cast(sealed, KEY, ORIGIN) == CAST
    assert b"cast" not in sealed
    for key, origin in ((OTHER, ORIGIN), (KEY, "other.example/log")):
        with pytest.raises(SealError):
            open_cast(sealed, key, origin)


def test_the_same_cast_never_looks_the_same():
    """Nobody can tell by comparing whether two people cast alike."""
    one, other = (seal_cast(CAST, 7, POINT, ORIGIN) for _ in range(2))
    assert one[8:] != other[8:]
    assert seal_hash(one) != seal_hash(other)


@given(st.binary(max_size=3000))
def test_garbage_is_refused(data):
    """Whatever the bytes, there is one error and no fault."""
    for garbage in (data, data[:SEALED_BYTES].ljust(SEALED_BYTES, b"\4")):
        with pytest.raises(SealError):
            open_cast(garbage, KEY, ORIGIN)


@given(st.integers(8, SEALED_BYTES - 1), st.integers(1, 255))
def test_a_changed_byte_is_seen(place, by):
    """Nothing of a sealed cast can be changed on its way."""
    sealed = bytearray(seal_cast(CAST, 7, POINT, ORIGIN))
    sealed[place] ^= by
    with pytest.raises(SealError):
        open_cast(bytes(sealed), KEY, ORIGIN)


@pytest.mark.parametrize("point", [b"", bytes(65), b"\4" + bytes(64), POINT[:-1], b"\2" + POINT[1:33]])
def test_a_key_that_is_no_point_seals_nothing(point):
    """A book may hold any 65 bytes; casts are sealed to a point of P-256 only."""
    with pytest.raises(SealError):
        unpack_public(point)
    with pytest.raises(SealError):
        seal_cast(CAST, 7, point, ORIGIN)


def test_a_cast_of_another_length_is_not_sealed():
    """Its length would tell something."""
    with pytest.raises(SealError, match=str(CAST_BYTES)):
        seal_cast(CAST[:-1], 7, POINT, ORIGIN)
