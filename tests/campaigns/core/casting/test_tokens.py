"""Tokens in the layout of Privacy Pass, type 0x0002: what RFC 9578 publishes."""

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sawtna.campaigns.core.casting.blindrsa import BlindError, PublicKey, blind, finalize, verifies
from sawtna.campaigns.core.casting.tokens import (
    key_id,
    nonce_of,
    nullifier_of,
    pack_challenge,
    pack_der,
    pack_spki,
    token_input,
)

from tests.vectors.read_vectors import read_vectors

VECTORS = read_vectors("rfc9578")["vectors"]
NAMES = [f"{one['by']}-{number}" for number, one in enumerate(VECTORS)]
INPUT_BYTES = 98


@pytest.fixture(params=VECTORS, ids=NAMES)
def vector(request):
    """One published vector, its hex read."""
    return {name: bytes.fromhex(value) for name, value in request.param.items() if name != "by"}


def key_of(vector) -> tuple[PublicKey, int]:
    """The public key of a vector, and the exponent of its private half."""
    private = load_pem_private_key(vector["skS"], None).private_numbers()
    return PublicKey(private.p * private.q, private.public_numbers.e), private.d


def test_a_published_key_is_spelt_as_published(vector):
    """The SubjectPublicKeyInfo of RFC 9578 6.5, byte for byte."""
    assert pack_spki(key_of(vector)[0]) == vector["pkS"]


def test_a_published_token_is_made_of_what_is_published(vector):
    """Type, nonce, hash of the challenge and key id are the first 98 bytes of the token."""
    message = token_input(vector["nonce"], vector["token_challenge"], key_id(key_of(vector)[0]))
    assert message == vector["token"][:INPUT_BYTES]


def test_a_published_token_holds(vector):
    """The rest of the token is a signature that verifies, and not of anything else."""
    key, message, signature = key_of(vector)[0], vector["token"][:INPUT_BYTES], vector["token"][INPUT_BYTES:]
    assert verifies(key, message, signature)
    assert not verifies(key, message[:-1] + b"\0", signature)


def test_a_published_request_and_answer_are_made_again(vector):
    """From salt and factor comes the blinded message of the request, from the answer the token."""
    key, exponent = key_of(vector)
    message = token_input(vector["nonce"], vector["token_challenge"], key_id(key))
    blinded = blind(key, message, vector["salt"], int.from_bytes(vector["blind"], "big"))
    # TokenRequest (RFC 9578 6.1): two bytes of type, the last byte of the key id, the blinded message.
    assert vector["token_request"] == b"\x00\x02" + key_id(key)[-1:] + blinded.message
    answer = pow(int.from_bytes(blinded.message, "big"), exponent, key.n).to_bytes(256, "big")
    assert vector["token_response"] == answer
    assert message + finalize(key, message, answer, blinded.inverse) == vector["token"]


def test_a_challenge_has_the_layout_of_rfc_9577():
    """Type, issuer name, redemption context and origin, each with its length."""
    packed = pack_challenge("sawtna.example/log", bytes(range(32)))
    assert (
        packed == b"\x00\x02\x00\x12sawtna.example/log\x20" + bytes(range(32)) + b"\x00\x12sawtna.example/log"
    )


@pytest.mark.parametrize(("origin", "leaf"), [("", bytes(32)), ("x", bytes(31)), ("x" * 65536, bytes(32))])
def test_a_challenge_without_origin_or_ballot_is_refused(origin, leaf):
    """A token that is bound to no ballot could be cast in any."""
    with pytest.raises(BlindError):
        pack_challenge(origin, leaf)


@pytest.mark.parametrize(
    "point", [b"", bytes(33), b"\x04" + bytes(32), b"\x02" + bytes(31), b"\x02" + bytes(64)]
)
def test_only_a_compressed_point_has_a_nonce(point):
    """Two spellings of one key would be two people."""
    with pytest.raises(BlindError, match="compressed"):
        nonce_of(point)


def test_one_key_is_somebody_else_in_another_ballot():
    """Nullifiers of one nonce in two ballots have nothing in common."""
    nonce = nonce_of(b"\x02" + bytes(32))
    assert nullifier_of(bytes(32), nonce) != nullifier_of(b"\1" * 32, nonce)


@pytest.mark.parametrize(
    ("length", "head"), [(0, "0400"), (127, "047f"), (128, "048180"), (255, "0481ff"), (256, "04820100")]
)
def test_lengths_of_der_are_the_shortest(length, head):
    """X.690 10.1: one byte up to 127, then 0x81, then 0x82."""
    assert pack_der(0x04, bytes(length)) == bytes.fromhex(head) + bytes(length)
