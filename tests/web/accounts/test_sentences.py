"""The desk speaks in one voice: what allauth says on pages of accounts is said in the words of this house."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import allauth
import polib
import pytest
from django.utils import translation

from sawtna.web.accounts.sentences import SENTENCES

from tests.house.plan import SOURCE

ALLAUTH = Path(allauth.__file__).parent
OURS = SOURCE / "web/accounts/templates"
# What the addresses of web/accounts/urls.py can show; mails about changes are off, a device is never trusted.
SHOWN = (
    "templates/account/account_inactive.html",
    "templates/account/base_*.html",
    "templates/account/logout.html",
    "templates/account/password_*.html",
    "templates/account/reauthenticate.html",
    "templates/account/snippets/already_logged_in.html",
    "templates/account/email/password_reset_key_*.txt",
    "templates/account/messages/password_*.txt",
    "templates/mfa/**/*.html",
    "templates/mfa/messages/*.txt",
    "account/adapter.py",
    "account/forms.py",
    "mfa/adapter.py",
    "mfa/*/forms.py",
)
# Nobody signs up here, confirms an address, has a name or a phone, is remembered or trusts a browser.
NEVER = {
    "A user is already registered with this email address.",
    "A user is already registered with this phone number.",
    "Create",
    "Create Passkey",
    "Don't Trust",
    "Email (again)",
    "Email (optional)",
    "Email address confirmation",
    "Email or phone",
    "If you choose to trust this browser, you will not be asked for a verification code the next time you sign in.",
    "Login",
    "Phone",
    "Please select only one.",
    "Remember Me",
    "Request new code",
    "The phone number and/or password you specified are not correct.",
    "The phone number is not assigned to any user account.",
    "The username and/or password you specified are not correct.",
    "This email address is already associated with this account.",
    "Trust for %(period)s",
    "Trust this Browser?",
    "Username",
    "Username (optional)",
    "Username can not be used. Please use other username.",
    "Username or email",
    "Username or phone",
    "Username, email or phone",
    "We've sent a code to %(recipient)s. The code expires shortly, so please enter it soon.",
    (
        "You are about to create a passkey for your account. As you can add additional keys later on, "
        "you can use a descriptive name to tell the keys apart."
    ),
    "You cannot add an email address to an account protected by two-factor authentication.",
    "You cannot add more than %d email addresses.",
    "You cannot remove your primary email address.",
    "You must type the same email each time.",
    "Your primary email address must be verified.",
}


@pytest.fixture(scope="module")
def said_by_allauth(tmp_path_factory) -> set[str]:
    """Give the sentences of those of its pages that this house has not written anew."""
    if not shutil.which("xgettext"):
        pytest.skip("gettext is not installed (on Debian: sudo apt install gettext)")
    home = tmp_path_factory.mktemp("allauth")
    (home / "locale").mkdir()
    for pattern in SHOWN:
        for found in ALLAUTH.glob(pattern):
            place = found.relative_to(ALLAUTH)
            if not (OURS / place.relative_to(place.parts[0])).is_file():
                (home / place).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(found, home / place)
    around = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    collect = [sys.executable, "-m", "django", "makemessages", "-l", "ar", "-e", "html,txt,py", "--no-wrap"]
    subprocess.run(collect, cwd=home, env=around, check=True, capture_output=True)
    return {entry.msgid for entry in polib.pofile(str(home / "locale/ar/LC_MESSAGES/django.po"))}


def test_sentences_of_allauth_are_in_our_catalogues(said_by_allauth):
    """A newer allauth may say something new; then it is added to `web/accounts/sentences.py` and translated, or never shown."""
    ours = {entry.msgid for entry in polib.pofile(str(SOURCE / "locale/ar/LC_MESSAGES/django.po"))}
    assert len(said_by_allauth) > 60
    assert sorted(said_by_allauth - ours - NEVER) == []


@pytest.mark.parametrize("language", ["ar", "fr"])
def test_our_words_win_over_those_of_allauth(language):
    """What Django finds is what our catalogue says."""
    catalogue = polib.pofile(str(SOURCE / f"locale/{language}/LC_MESSAGES/django.po"))
    ours = {entry.msgid: entry.msgstr for entry in catalogue}
    with translation.override(language):
        assert [said for said in SENTENCES if translation.gettext(said) != ours[said]] == []
