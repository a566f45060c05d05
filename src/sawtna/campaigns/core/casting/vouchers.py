"""How a person shows to be one: contacts made alike, tags that count each contact once, codes that are good for 15 minutes.

All of it is keyed by the roll key, which is destroyed when the roll closes (memo trust 6.3 and 6.5). Whoever holds the roll key
can ask "is this address among the tags?"; nobody else can.
"""

from __future__ import annotations

import hmac
import re
import unicodedata
from hashlib import sha256

from sawtna.campaigns.core.entries import VOUCHERS_OF_PEOPLE
from sawtna.ledger.core.errors import BookError

TAG_DOMAIN = b"sawtna/v1/tag\n"
CODE_DOMAIN = b"sawtna/v1/code\n"
ROLL_KEY_BYTES = 32
CODE_DIGITS = 8
LONG_CODE_DIGITS = 12  # of codes that open for whoever asks while an address is flooded (decision 74)
CODE_SECONDS = 900
CODE_TRIES = 5
LONGEST_ADDRESS = 254  # RFC 5321 4.5.3.1.3, without the angle brackets

MAILBOX = re.compile(
    r"[^\s@\"(),:;<>\[\\\]]{1,64}@[^\s@\"(),:;<>\[\\\]]{1,253}\.[^\s@\"(),:;<>\[\\\].]{2,63}"
)
PHONE = re.compile(r"\+[1-9][0-9]{6,14}")  # E.164
DOTLESS = frozenset({"gmail.com", "googlemail.com"})
PEOPLE = frozenset(VOUCHERS_OF_PEOPLE)


class ContactError(BookError):
    """A contact that cannot be one."""

    code = "contact"


def normal_contact(kind: str, contact: str) -> str:
    """The one spelling of an e-mail address (`email`) or a telephone number (`sms`); raises ContactError.

    NFKC, small letters, without +tag, Gmail without dots, domains in ASCII; numbers as E.164 in ASCII digits.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", contact).strip().lower())
    if kind == "sms":
        return _normal_phone(plain, contact)
    if kind == "email":
        return _normal_mailbox(plain, contact)
    raise ContactError(f"got a contact of kind {kind}, expected email or sms")


def _normal_phone(plain: str, given: str) -> str:
    digits = "".join(str(unicodedata.decimal(sign, sign)) for sign in re.sub(r"[\s().-]", "", plain))
    digits = re.sub(r"^00", "+", digits)
    if not PHONE.fullmatch(digits):
        raise ContactError(
            f"got {given[:40]!r}, expected a number with its country, such as +212 6 12 34 56 78"
        )
    return digits


def _normal_mailbox(plain: str, given: str) -> str:
    local, _, domain = plain.rpartition("@")
    try:
        domain = domain.encode("idna").decode()
    except UnicodeError:
        domain = ""
    local = local.partition("+")[0] or local
    if domain in DOTLESS:
        local, domain = local.replace(".", ""), "gmail.com"
    address = f"{local}@{domain}"
    if len(address) > LONGEST_ADDRESS or not address.isprintable() or not MAILBOX.fullmatch(address):
        raise ContactError(f"got {given[:40]!r}, expected an e-mail address such as name@example.org")
    return address


def tag_of(roll_key: bytes, kind: str, contact: str) -> bytes:
    """What is kept in place of a contact in its one spelling: HMAC-SHA256 under the roll key, 32 bytes."""
    _check_roll_key(roll_key)
    return hmac.new(roll_key, TAG_DOMAIN + kind.encode() + b"\n" + contact.encode(), sha256).digest()


def code_seal(roll_key: bytes, tag: bytes, code: str) -> bytes:
    """What is kept, in memory, in place of a code: HMAC-SHA256 under the roll key, 32 bytes."""
    _check_roll_key(roll_key)
    return hmac.new(roll_key, CODE_DOMAIN + tag + code.encode(), sha256).digest()


def _check_roll_key(roll_key: bytes) -> None:
    if len(roll_key) != ROLL_KEY_BYTES:
        raise ContactError(f"got a roll key of {len(roll_key)} bytes, expected {ROLL_KEY_BYTES}")


def write_code(number: int, digits: int = CODE_DIGITS) -> str:
    """The digits of a code out of a random number in [0, 10**digits)."""
    return f"{number:0{digits}d}"


def read_code(typed: str) -> str:
    """A code as a person typed it: digits of any script, all else passed over."""
    digits = (unicodedata.decimal(sign, None) for sign in typed[:80])
    return "".join(str(digit) for digit in digits if digit is not None)
