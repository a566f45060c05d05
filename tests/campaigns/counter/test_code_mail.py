"""The mail with a code: written from a form it is the mail that Django would write, in each language."""

from __future__ import annotations

import email
from datetime import UTC
from email import policy
from email.utils import parsedate_to_datetime

import pytest

from sawtna.campaigns.counter.code_mail import CodeMail
from sawtna.ledger.core.schema import LANGUAGES


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("is_known", [True, False])
@pytest.mark.parametrize("code", ["1234 5678", "1234 5678 9012", "0000 0000"])
def test_a_form_that_is_filled_in_is_the_same_mail(language, is_known, code):
    """Text, headers and sender are alike; date and name are fresh."""
    mail = CodeMail("person@example.org", code, language, is_known=is_known)
    ours = email.message_from_bytes(mail.written(), policy=policy.default)
    theirs = email.message_from_bytes(mail.message().as_bytes(linesep="\r\n"), policy=policy.default)
    assert ours.get_content() == theirs.get_content()
    assert code in ours.get_content()
    assert sorted(ours.keys()) == sorted(theirs.keys())
    assert {name: ours[name] for name in ("To", "From", "Subject", "Content-Type")} == {
        name: theirs[name] for name in ("To", "From", "Subject", "Content-Type")
    }
    moments = [parsedate_to_datetime(one["Date"]).replace(tzinfo=UTC) for one in (ours, theirs)]
    assert abs((moments[0] - moments[1]).total_seconds()) < 60
    again = email.message_from_bytes(mail.written(), policy=policy.default)
    assert ours["Message-ID"] != again["Message-ID"]
    assert b"\n" not in mail.written().replace(b"\r\n", b"")
