"""The private operation: the same on every backend as RFC 9474 publishes, and nothing is given out that does not verify."""

import gc
import random
import threading

import pytest

from sawtna.campaigns.core.casting.blindrsa import blind, finalize, verifies
from sawtna.campaigns.issuer import backend as choice
from sawtna.campaigns.issuer import openssl
from sawtna.campaigns.issuer.backend import check_backend, open_backend, published_vectors
from sawtna.campaigns.issuer.openssl import OpenSSL
from sawtna.campaigns.issuer.raw import BackendMissing, BlindSigner, IssuerError

from tests.vectors.read_vectors import read_vectors

DICE = random.Random(3)


@pytest.fixture(scope="module")
def signer(backend):
    """A fresh key of a backend."""
    kept = backend.create()
    yield BlindSigner(backend.open(kept))
    backend.forget(kept)


def test_each_backend_signs_as_rfc_9474_publishes(backend):
    """The four vectors of appendix A, with the check after each signature."""
    check_backend(backend)


def test_the_vectors_that_run_at_start_are_the_published_ones():
    """What lies beside the module is what RFC 9474 publishes, all of it."""
    published = {one["name"]: one for one in read_vectors("rfc9474")["vectors"]}
    pairs = {name: (blinded.hex(), signed.hex()) for name, blinded, signed in published_vectors().pairs}
    assert pairs == {name: (one["blinded_msg"], one["blind_sig"]) for name, one in published.items()}
    assert len(pairs) == 4


def test_a_person_gets_a_signature_that_holds(signer):
    """Blind, sign and unblind with a key that was made just now."""
    key, message = signer.public, DICE.randbytes(98)
    assert key.is_fit
    blinded = blind(key, message, DICE.randbytes(48), DICE.randrange(1, key.n))
    final = finalize(key, message, signer.sign(blinded.message), blinded.inverse)
    assert verifies(key, message, final)


def test_the_same_message_is_signed_the_same_again(signer):
    """A phone that lost the answer asks again and gets what it would have got."""
    message = bytes(1) + DICE.randbytes(255)
    assert signer.sign(message) == signer.sign(message)


@pytest.mark.parametrize("number", [0, 1, 255])
def test_signatures_are_as_long_as_the_modulus(signer, number):
    """Leading zeros are kept: a small number in, a number of 256 bytes out."""
    assert len(signer.sign(number.to_bytes(256, "big"))) == 256


@pytest.mark.parametrize("message", [b"", bytes(255), bytes(257), b"\xff" * 256])
def test_what_is_no_blinded_message_is_refused(signer, message):
    """Another length, or a number that is not below the modulus."""
    with pytest.raises(IssuerError, match="expected 256"):
        signer.sign(message)


def test_threads_sign_side_by_side(signer):
    """Eight threads with one key get what one thread gets."""
    messages = [bytes(1) + DICE.randbytes(255) for _ in range(24)]
    expected = [signer.sign(message) for message in messages]
    found: dict[int, list[bytes]] = {}
    threads = [
        threading.Thread(
            target=lambda number: found.update({number: [signer.sign(m) for m in messages]}), args=(n,)
        )
        for n in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    gc.collect()  # the contexts of threads that have ended are given back
    assert list(found.values()) == [expected] * 8


def test_a_closed_key_signs_no_more(backend):
    """After close nothing is signed, and closing again is harmless."""
    kept = backend.create()
    closed = BlindSigner(backend.open(kept))
    closed.sign(bytes(256))
    closed.close()
    closed.close()
    with pytest.raises(IssuerError, match="closed"):
        closed.sign(bytes(256))
    backend.forget(kept)
    backend.forget(kept)


@pytest.mark.parametrize("kept", [b"", b"\0" * 1700, b"-----BEGIN RSA PRIVATE KEY-----\nx\n", b"pkcs11:zz"])
def test_a_damaged_key_file_is_refused_with_a_sentence(backend, kept):
    """An empty file, one that was overwritten, and garbage."""
    with pytest.raises(IssuerError, match=r"got .*expected|module refused"):
        backend.open(kept)


def test_a_key_of_another_sort_is_refused():
    """A P-256 key is no RSA key."""
    from cryptography.hazmat.primitives.asymmetric import ec
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    key = ec.generate_private_key(ec.SECP256R1())
    pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with pytest.raises(IssuerError, match="no RSA key"):
        OpenSSL().open(pem)


class Faulty:
    """A backend on a machine whose memory flips a bit now and then."""

    name = "faulty"

    def __init__(self, spoil):
        self._sound, self._spoil = OpenSSL(), spoil

    def create(self):
        """A sound key."""
        return self._sound.create()

    def open(self, kept):
        """The key, with a fault in what it signs."""
        raw = self._sound.open(kept)
        raw.sign_raw = lambda message, sound=raw.sign_raw: self._spoil(sound(message))
        return raw

    def forget(self, kept):
        """Nothing to forget."""


def test_a_spoilt_signature_is_never_given_out():
    """One flipped bit, and nothing is returned: it could give the key away."""
    faulty = Faulty(lambda signature: signature[:-1] + bytes([signature[-1] ^ 1]))
    signer = BlindSigner(faulty.open(faulty.create()))
    with pytest.raises(IssuerError, match="does not verify"):
        signer.sign(bytes(255) + b"\x05")


def test_a_backend_that_signs_otherwise_than_published_does_not_serve(monkeypatch):
    """It is not passed over for the next one: something is wrong with this machine."""
    monkeypatch.setitem(choice.SOFTWARE, "openssl", lambda: Faulty(lambda signature: bytes(len(signature))))
    with pytest.raises(IssuerError, match=r"does not verify|RFC 9474"):
        open_backend()


def test_another_signature_than_the_published_one_is_named(monkeypatch):
    """Even one that verifies: the sentence says which vector and what to do."""
    vectors = published_vectors()
    name, blinded, signed = vectors.pairs[0]
    changed = choice.PublishedVectors(vectors.pem, ((name, blinded, signed[::-1]),))
    monkeypatch.setattr(choice, "published_vectors", lambda: changed)
    with pytest.raises(IssuerError, match="RFC 9474 publishes for RSABSSA"):
        open_backend("openssl")


def test_the_next_backend_serves_where_the_first_cannot(monkeypatch):
    """On a Python without a libcrypto of its own, PyCryptodome signs; without both a sentence says what to do."""
    pytest.importorskip("Crypto", reason="pip install pycryptodome brings it")
    openssl.open_library.cache_clear()
    monkeypatch.setattr(openssl, "LIBRARY", None)
    assert open_backend().name == "pycryptodome"
    monkeypatch.setattr("sawtna.campaigns.issuer.pycryptodome.RSA", None)
    with pytest.raises(
        IssuerError, match=r"openssl: this Python .*; pycryptodome: PyCryptodome is not installed"
    ):
        open_backend()
    openssl.open_library.cache_clear()


def test_openssl_comes_first():
    """It is twice as fast, and constant-time by its makers' care."""
    assert open_backend().name == "openssl"


def test_a_libcrypto_without_the_functions_is_passed_over(monkeypatch):
    """OpenSSL before 3 has one of them as a macro only."""
    openssl.open_library.cache_clear()
    monkeypatch.setitem(openssl._PROTOTYPES, "EVP_PKEY_no_such_function", (None, []))
    with pytest.raises(BackendMissing, match="lacks what is needed"):
        OpenSSL()
    openssl.open_library.cache_clear()


@pytest.mark.parametrize("name", ["pkcs11", "abacus"])
def test_a_backend_that_cannot_be_had_is_refused_with_a_sentence(name):
    """A hardware module that nobody named, and a backend that does not exist."""
    with pytest.raises(IssuerError, match="Tokens cannot be signed on this machine"):
        open_backend(name)


def test_a_key_in_hardware_never_leaves_it(hardware):
    """What is kept in the file is a name; with a wrong PIN or a lost key come sentences."""
    found = open_backend("pkcs11", hardware)
    kept = found.create()
    assert kept.startswith(b"pkcs11:")
    assert len(kept) < 50
    found.forget(kept)
    with pytest.raises(IssuerError, match="hardware module refused"):
        found.open(kept)
