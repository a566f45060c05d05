"""Writes the casts and tokens that Python and JavaScript make alike: `python -m tests.vectors.make_cast_vectors`.

The issuer's key is the one that RFC 9578 publishes, the one-time key and the ballot are ours; signatures follow RFC 6979, so that
the same bytes come out each time. A test makes them again and compares.
"""

import json
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from sawtna.campaigns.core.casting.blindrsa import PublicKey
from sawtna.campaigns.core.casting.casts import CAST_DOMAIN, pack_point, unsigned_cast
from sawtna.campaigns.core.casting.tokens import key_id, nonce_of, pack_challenge, token_input
from sawtna.ledger.core.encoding import encode_base64url, encode_canonical

HERE = Path(__file__).parent
NAME = "cast.json"
ORIGIN = "sawtna.example/log"
LEAF = sha256(b"the ballot of the vectors").digest()
BALLOT, KEY = 7, 9
STAMP = bytes(range(256))  # stands for a token: no cast is judged here
ONE_TIME = ec.derive_private_key(
    int.from_bytes(sha256(b"the one-time key of the vectors").digest()), ec.SECP256R1()
)
CASTS: list[dict[str, Any]] = [
    {"q": 0, "choice": [0]},
    {"q": 1, "choice": [2, 0, 1]},
    {"q": 15, "choice": []},
    {"q": 2, "choice": [0, 1], "did": [1], "did_not": [0]},
    {"q": 3, "choice": [1], "did": [], "did_not": []},
]
VALUES: list[object] = [
    {"b": 1, "a": [True, False, -3, 'é"\\\n\u2028 ص'], "aa": {}, "a-b": [], "a1": 0, "z_": 9007199254740991},
    ["ß", "/", {"z": {"y": 1, "x": 2}}],
]


@cache
def issuer() -> rsa.RSAPrivateKey:
    """The first key of RFC 9578 appendix B.2."""
    published = json.loads((HERE / "rfc9578.json").read_text(encoding="utf-8"))["vectors"][0]["skS"]
    key = load_pem_private_key(bytes.fromhex(published), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


def _sign(signed: bytes) -> bytes:
    r, s = decode_dss_signature(ONE_TIME.sign(signed, ec.ECDSA(SHA256(), deterministic_signing=True)))
    return r.to_bytes(32, "big") + s.to_bytes(32, "big")


def _cast(told: dict[str, Any]) -> dict[str, object]:
    point = pack_point(ONE_TIME.public_key())
    checked_in = {name: told[name] for name in ("did", "did_not") if name in told}
    unsigned = unsigned_cast(BALLOT, point, told["q"], told["choice"], [(KEY, STAMP)], **checked_in)
    signed = CAST_DOMAIN + encode_canonical(unsigned)
    entry = encode_canonical({**unsigned, "g": encode_base64url(_sign(signed))})
    return {**told, "signed": signed.decode(), "entry": entry.decode()}


def _token() -> dict[str, object]:
    private = issuer().private_numbers()
    public = PublicKey(private.p * private.q, private.public_numbers.e)
    point = pack_point(ONE_TIME.public_key())
    kid = key_id(public)
    return {
        "n": encode_base64url(public.n.to_bytes(public.size, "big")),
        "d": f"{private.d:x}",
        "kid": encode_base64url(kid),
        "challenge": pack_challenge(ORIGIN, LEAF).hex(),
        "input": token_input(nonce_of(point), pack_challenge(ORIGIN, LEAF), kid).hex(),
    }


def cast_vectors() -> dict[str, object]:
    """A one-time key, the token that it asks for, and casts that it signed."""
    secret = ONE_TIME.private_numbers()
    numbers = secret.public_numbers
    x, y, d = (
        encode_base64url(one.to_bytes(32, "big")) for one in (numbers.x, numbers.y, secret.private_value)
    )
    return {
        "about": "Keys that everybody knows; `signed` and `entry` are texts of ASCII, what ends in no word is hex or Base 64 URL",
        "origin": ORIGIN,
        "leaf": LEAF.hex(),
        "ballot": BALLOT,
        "key": KEY,
        "one_time": {"kty": "EC", "crv": "P-256", "x": x, "y": y, "d": d},
        "point": encode_base64url(pack_point(ONE_TIME.public_key())),
        "stamp": encode_base64url(STAMP),
        "token": _token(),
        "casts": [_cast(told) for told in CASTS],
        "canonical": [{"value": value, "text": encode_canonical(value).decode()} for value in VALUES],
    }


def cast_text() -> str:
    """The text of the file."""
    return json.dumps(cast_vectors(), ensure_ascii=False, indent=1) + "\n"


if __name__ == "__main__":
    (HERE / NAME).write_text(cast_text(), encoding="utf-8")
