"""Contacts, tags and codes: one person is one contact, however it is written."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.vouchers import (
    ContactError,
    code_seal,
    normal_contact,
    read_code,
    tag_of,
    write_code,
)

ROLL_KEY = bytes(range(32))


@pytest.mark.parametrize(
    "written",
    [
        "amal.b@gmail.com",
        "Amal.B@Gmail.com",
        " amalb+news@googlemail.com ",
        "a.m.a.l.b@GMAIL.COM",
        "ａｍａｌｂ@gmail.com",
    ],
)
def test_one_mailbox_written_in_many_ways_is_one_contact(written):
    """Capitals, dots at Gmail, +tags, wide letters and Gmail's other name lead to one mailbox."""
    assert normal_contact("email", written) == "amalb@gmail.com"


@pytest.mark.parametrize(
    ("written", "normal"),
    [
        ("a.b@example.org", "a.b@example.org"),
        ("+x@example.org", "+x@example.org"),
        ("info@EXÄMPLE.org", "info@xn--exmple-cua.org"),
        ("سلوى@example.ma", "سلوى@example.ma"),
        ("a@b.co.uk", "a@b.co.uk"),
    ],
)
def test_other_mailboxes_keep_what_tells_them_apart(written, normal):
    """Dots matter elsewhere; a domain has its one spelling in ASCII."""
    assert normal_contact("email", written) == normal


@pytest.mark.parametrize(
    "written",
    ["+212 6 12 34 56 78", "00212 612-345-678", "+212(6)12.34.56.78", "+٢١٢٦١٢٣٤٥٦٧٨", "+۲۱۲۶۱۲۳۴۵۶۷۸"],
)
def test_one_number_written_in_many_ways_is_one_contact(written):
    """Spaces, hyphens, 00 and digits of other scripts."""
    assert normal_contact("sms", written) == "+212612345678"


@pytest.mark.parametrize(
    ("kind", "written"),
    [
        ("email", ""),
        ("email", "amal"),
        ("email", "amal@localhost"),
        ("email", "@example.org"),
        ("email", "a@b@c.org"),
        ("email", "a b@example.org"),
        ("email", "a\nBcc: x@example.org"),
        ("email", "a\x00b@example.org"),
        ("email", "a\u202eb@example.org"),
        ("email", "a@exa..mple.org"),
        ("email", "a@" + "x" * 64 + ".org"),
        ("email", "a" * 65 + "@example.org"),
        ("email", "a@" + "abcdefgh." * 30 + "org"),
        ("sms", "0612345678"),
        ("sms", "+0612345678"),
        ("sms", "+21"),
        ("sms", "+212 612 345 678 901 234"),
        ("sms", "+212 six"),
        ("peer", "x"),
    ],
)
def test_what_is_no_contact_is_refused_with_a_sentence(kind, written):
    """Nothing that could hold a second header line or no address at all passes."""
    with pytest.raises(ContactError, match=r"got .*expected"):
        normal_contact(kind, written)


@settings(deadline=None)
@given(st.text(max_size=60), st.sampled_from(["email", "sms"]))
def test_whatever_is_typed_is_a_contact_or_refused(written, kind):
    """No text of a person breaks the reading, and a contact in its one spelling is read as itself."""
    try:
        normal = normal_contact(kind, written)
    except ContactError:
        return
    assert normal_contact(kind, normal) == normal
    assert normal.isprintable()


def test_a_tag_depends_on_the_roll_the_kind_and_the_contact():
    """The same contact has unlike tags in two rolls and for two kinds of voucher, and always the same in one."""
    tags = {
        tag_of(key, kind, contact)
        for key in (ROLL_KEY, bytes(32))
        for kind in ("email", "sms")
        for contact in ("a@example.org", "b@example.org")
    }
    assert len(tags) == 8
    assert tag_of(ROLL_KEY, "email", "a@example.org") == tag_of(ROLL_KEY, "email", "a@example.org")
    with pytest.raises(ContactError, match="roll key"):
        tag_of(b"", "email", "a@example.org")


def test_a_code_is_read_in_any_digits_and_spacing():
    """People type what they see, on the keyboard that they have."""
    assert read_code(" 1234 5678") == read_code("١٢٣٤-٥٦٧٨") == read_code("१२३४५६७८") == "12345678"
    assert (write_code(0), write_code(99_999_999), write_code(7, 12)) == (
        "00000000",
        "99999999",
        "000000000007",
    )


def test_what_is_kept_of_a_code_is_not_the_code():
    """Whoever reads the memory without the roll key finds no digits."""
    tag = tag_of(ROLL_KEY, "email", "a@example.org")
    seal = code_seal(ROLL_KEY, tag, "12345678")
    assert b"12345678" not in seal
    assert seal != code_seal(ROLL_KEY, tag_of(ROLL_KEY, "email", "b@example.org"), "12345678")
