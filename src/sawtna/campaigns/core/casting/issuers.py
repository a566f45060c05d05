"""The rules of having other issuers than the site, as anyone can check them in the book (memo trust 6.6, decision 68).

An issuer keeps the key of its first entry for ever, so that the host cannot put another one behind the same name; it is nobody
else's key; and what is said in its name carries its signature.
"""

from __future__ import annotations

from sawtna.campaigns.core.casting.register import OWN_ISSUER, IssuerKey, Register
from sawtna.ledger.core.encoding import decode_base64url
from sawtna.ledger.core.entry import Body

Fault = tuple[str, str]  # the code and the sentence of a finding


def fault_of_issuer(register: Register, body: Body) -> Fault | None:
    """What is wrong with an entry `issuer` that the register has learnt."""
    campaign, name, vk = str(body["c"]), str(body["id"]), decode_base64url(str(body["vk"]))
    known = register.issuers[campaign, name]
    if name == OWN_ISSUER:
        return "issuer", f"got an issuer named {name}, expected another name, as that is the site itself"
    if vk != known.vk:
        return "issuer", f"got another key for the issuer {name}, expected the one of entry {known.index}"
    if vk in register.site_keys:
        return (
            "issuer",
            f"got a key of the site itself for the issuer {name}, expected one of another organisation",
        )
    for other in register.issuers.values():
        if other.campaign == campaign and other.id != name and other.vk == vk:
            return "issuer", f"got the key of the issuer {other.id} for {name}, expected one of its own"
    return None


def fault_of_key(register: Register, key: IssuerKey) -> Fault | None:
    """Whether the issuer whom a key names has signed it."""
    if register.is_own(key):
        return None
    return (
        "key",
        f"got a key of {key.issuer} that the issuer {key.issuer} did not sign, expected its signature",
    )


def fault_of_count(register: Register, key: IssuerKey, total: int, signature: bytes) -> Fault | None:
    """Whether the issuer of a key has signed how many tokens it issued."""
    if register.is_count(key, total, signature):
        return None
    return (
        "issued",
        f"got {total} tokens of key entry {key.index} that the issuer {key.issuer} did not sign for, expected its signature",
    )
