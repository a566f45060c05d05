"""How the mail address of a house becomes Django's settings."""

from pathlib import Path

import pytest

from sawtna.web.mail import mail_settings

VAR = Path("/srv/sawtna")


def test_mail_appears_on_the_console_by_default():
    """Good enough for one's own machine."""
    assert mail_settings("console:", VAR)["EMAIL_BACKEND"].endswith("console.EmailBackend")


@pytest.mark.parametrize(
    ("address", "folder"), [("file:", "/srv/sawtna/mail"), ("file:/tmp/mail", "/tmp/mail")]
)
def test_mail_can_go_to_files(address, folder):
    """Tests and a house without network read them there."""
    assert mail_settings(address, VAR)["EMAIL_FILE_PATH"] == folder


def test_a_mail_server_is_named_by_one_address():
    """User and password may hold any sign, written as in other addresses."""
    found = mail_settings("smtp://amina%40example.org:p%2Fw@mail.example.org:587/", VAR)
    assert found["EMAIL_HOST"] == "mail.example.org"
    assert found["EMAIL_HOST_USER"] == "amina@example.org"
    assert found["EMAIL_HOST_PASSWORD"] == "p/w"
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (587, True, False)


def test_smtps_speaks_tls_from_the_first_byte():
    """On port 465 unless told otherwise."""
    found = mail_settings("smtps://mail.example.org/", VAR)
    assert (found["EMAIL_PORT"], found["EMAIL_USE_TLS"], found["EMAIL_USE_SSL"]) == (465, False, True)


@pytest.mark.parametrize("address", ["mail.example.org", "smtp://", "imap://mail.example.org", ""])
def test_any_other_address_is_refused_without_telling_the_password(address):
    """The sentence shows what is expected."""
    with pytest.raises(ValueError, match="expected console:"):
        mail_settings(address, VAR)


def test_a_refused_address_does_not_show_its_password():
    """It may be written to a log that others read."""
    with pytest.raises(ValueError, match="expected") as refused:
        mail_settings("imap://amina:hunter2@mail.example.org", VAR)
    assert "hunter2" not in str(refused.value)
