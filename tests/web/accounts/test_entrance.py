"""The desk opens with a password and a second factor, and with nothing less."""

import pytest
from allauth.mfa.models import Authenticator
from django.conf import settings
from django.test import Client

from sawtna.web.accounts.forms import plain_digits
from sawtna.web.accounts.models import Organiser
from sawtna.web.accounts.options import account_settings

from tests.authenticator import code_of
from tests.web.accounts.conftest import ADDRESS, PASSWORD, set_up_app

DESK, LOGIN = "/en/desk/", "/en/accounts/login/"


def log_in(client, password=PASSWORD, address=ADDRESS):
    """Type address and password."""
    return client.post(LOGIN, {"login": address, "password": password})


def test_a_stranger_is_led_to_the_entrance(client, db):
    """Without a login the desk is closed, and one comes back to where one wanted to go."""
    answer = client.get("/fr/desk/?page=2")
    assert answer.headers["Location"] == "/fr/accounts/login/?next=%2Ffr%2Fdesk%2F%3Fpage%3D2"


def test_a_password_alone_does_not_open_the_desk(entered):
    """Who has no second factor is led to set one up."""
    assert entered.get(DESK).headers["Location"].startswith("/en/accounts/2fa/?")


def test_the_app_opens_the_desk(entered):
    """After the second factor is set up, the same session is at the desk, and there are ten recovery codes."""
    set_up_app(entered)
    assert entered.get(DESK).text == "the desk is open"
    assert len(entered.get("/en/accounts/2fa/recovery-codes/").context["unused_codes"]) == 10


def test_a_login_asks_for_the_code(entered):
    """The next login needs password and code; the code may be typed in Arabic digits and with a space."""
    secret = set_up_app(entered)
    Authenticator.objects.filter(type="totp").update(last_used_at=None)
    client = Client()
    assert log_in(client).headers["Location"] == "/en/accounts/2fa/authenticate/"
    assert client.get(DESK).headers["Location"].startswith(LOGIN)
    code = code_of(secret).translate({48 + digit: 0x660 + digit for digit in range(10)})
    answer = client.post("/en/accounts/2fa/authenticate/", {"code": f"{code[:3]} {code[3:]}"})
    # The very code that set the app up cannot be used again within its half minute; a recovery code can.
    if answer.status_code == 200:
        spare = entered.get("/en/accounts/2fa/recovery-codes/").context["unused_codes"][0]
        answer = client.post("/en/accounts/2fa/authenticate/", {"code": spare})
    assert answer.headers["Location"] == DESK
    assert client.get(DESK).text == "the desk is open"


def test_an_older_session_shows_the_second_factor_too(entered):
    """A session that was opened before there was a second factor must show it before the desk opens."""
    other = Client()
    log_in(other)
    set_up_app(entered)
    assert other.get(DESK).headers["Location"].startswith("/en/accounts/2fa/reauthenticate/")


def test_a_second_factor_of_one_serves_no_other(entered, db):
    """What one organiser has shown in a browser does not open the desk to the next who logs in there."""
    set_up_app(entered)
    session = entered.session
    other = Organiser.objects.create_user("other@example.org", PASSWORD)
    Authenticator.objects.create(user=other, type="totp", data={"secret": "sealed"})
    client = Client()
    client.force_login(other)
    held = client.session
    held["second_factor_shown_by"] = session["second_factor_shown_by"]
    held.save()
    assert client.get(DESK).status_code == 302


def test_removing_the_second_factor_closes_the_desk(entered):
    """Who removes the app is led to set one up again."""
    set_up_app(entered)
    entered.post("/en/accounts/2fa/totp/deactivate/")
    assert not Authenticator.objects.exists()
    assert entered.get(DESK).headers["Location"].startswith("/en/accounts/2fa/?")


def test_what_was_posted_to_a_closed_desk_is_not_done(client, db):
    """A post without a login is led to the entrance and comes back to the first page of the desk."""
    assert client.post(DESK, {"x": "1"}).headers["Location"] == f"{LOGIN}?next=%2Fen%2Fdesk%2F"


def test_wrong_passwords_are_counted(organiser, client):
    """After a few wrong passwords the account waits, also for the right one."""
    for _ in range(6):
        page = log_in(client, "wrong password")
    assert "Too many" in page.text
    assert log_in(client).status_code == 200


def test_guesses_at_one_account_shut_nobody_else_out(organiser, client):
    """Behind a proxy all come from one address: tries are counted by account, not by where they come from."""
    Organiser.objects.create_user("other@example.org", PASSWORD)
    for number in range(40):
        log_in(client, "wrong password", f"guess{number % 8}@example.org")
    assert log_in(client, address="other@example.org").status_code == 302


def test_codes_are_counted_too(entered):
    """Six digits cannot be guessed: after a few wrong codes the account waits."""
    set_up_app(entered)
    client = Client()
    log_in(client)
    for _ in range(6):
        page = client.post("/en/accounts/2fa/authenticate/", {"code": "000000"})
    assert "Too many" in page.text


def test_an_unknown_address_and_a_wrong_password_look_the_same(organiser, client):
    """The entrance does not tell who has an account."""
    wrong, unknown = log_in(client, "wrong password"), log_in(client, address="nobody@example.org")
    assert wrong.context["form"].non_field_errors() == unknown.context["form"].non_field_errors()


def test_who_was_shut_out_stays_out(organiser, client):
    """An account that the host closed cannot log in."""
    organiser.is_active = False
    organiser.save()
    log_in(client)
    assert client.get(DESK).status_code == 302


@pytest.mark.parametrize(
    "path", ["signup/", "login/code/", "email/", "3rdparty/", "social/signup/", "confirm-email/"]
)
def test_there_is_no_other_way_in(client, db, path):
    """No sign-up, no login by mailed code, no third party."""
    assert client.get(f"/en/accounts/{path}").status_code == 404


def test_the_secret_of_the_app_is_sealed(entered):
    """Who reads the database alone cannot make codes."""
    secret = set_up_app(entered)
    assert secret not in str(list(Authenticator.objects.values_list("data", flat=True)))


def test_only_the_database_forgets(entered):
    """Nothing is stored of when, from where and with what someone was here."""
    set_up_app(entered)
    fields = {field.name for field in Organiser._meta.get_fields()}
    assert not fields & {"last_login", "date_joined", "ip", "user_agent", "username"}


def test_mail_notifications_are_off():
    """Allauth's mails about logins would quote an IP address and a browser."""
    assert settings.ACCOUNT_EMAIL_NOTIFICATIONS is False


def test_passkeys_need_a_name():
    """Browsers refuse keys for an address such as 127.0.0.1, so they are not offered there."""
    assert "webauthn" not in account_settings("http://127.0.0.1:8000")["MFA_SUPPORTED_TYPES"]
    assert "webauthn" not in account_settings("http://[::1]:8000")["MFA_SUPPORTED_TYPES"]
    assert "webauthn" in account_settings("https://sawtna.example")["MFA_SUPPORTED_TYPES"]


def test_codes_are_read_in_any_numerals():
    """Arabic, Persian and full-width digits, with spaces."""
    assert plain_digits("٠٤٢ ۱۹۳") == "042193"
    assert plain_digits("１２３456\u00a0") == "123456"
    assert plain_digits("a²") == "a²"


@pytest.mark.parametrize(("language", "said"), [("ar", "كلمة المرور"), ("fr", "Mot de passe")])
def test_the_entrance_speaks_the_language_of_the_page(client, db, language, said):
    """Allauth's own catalogues are used for what it says."""
    page = client.get(f"/{language}/accounts/login/")
    assert said in page.text
    assert f'lang="{language}"' in page.text


PAGES = [
    "login/",
    "logout/",
    "inactive/",
    "password/reset/",
    "password/reset/done/",
    "",
    "2fa/",
    "password/change/",
]


@pytest.mark.parametrize(
    "path", [*PAGES, "2fa/totp/activate/", "2fa/recovery-codes/generate/", "reauthenticate/"]
)
def test_pages_hold_nothing_that_the_policy_refuses(entered, path):
    """No inline style, script or handler; never kept by anyone on the way."""
    page = entered.get(f"/en/accounts/{path}", follow=True)
    assert page.status_code == 200
    assert "<style" not in page.text
    assert " style=" not in page.text
    assert " onclick=" not in page.text
    assert "no-store" in page.headers["Cache-Control"]
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]


def test_the_language_of_mails_is_chosen(entered):
    """One's language is saved and the page goes on in it."""
    answer = entered.post("/en/accounts/", {"language": "fr"})
    assert answer.headers["Location"] == "/fr/accounts/"
    assert Organiser.objects.get().language == "fr"


def test_a_house_without_mail_says_how_to_get_in_again(client, db, settings):
    """Where no mail leaves the house, a forgotten password is a matter for the host."""
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    assert "sawtna organiser add --again" in client.get("/en/accounts/password/reset/").text


def test_a_forgotten_password_is_mended_by_mail(organiser, client, mailoutbox, settings):
    """Where mail leaves the house, a link in it leads to a new password, in the language of the page."""
    client.post("/fr/accounts/password/reset/", {"email": ADDRESS})
    (mail,) = mailoutbox
    assert mail.subject == "Un nouveau mot de passe pour Sawtna"
    assert "Choisissez le nouveau mot de passe" in mail.body
    path = next(word for word in mail.body.split() if "/password/reset/key/" in word).split("testserver", 1)[
        1
    ]
    page = client.get(path, follow=True)
    new = {"password1": "a quite new password", "password2": "a quite new password"}
    client.post(page.request["PATH_INFO"], new)
    organiser.refresh_from_db()
    assert organiser.check_password("a quite new password")


def test_a_mail_to_nobody_is_not_sent(organiser, client, mailoutbox):
    """Asking for the password of an unknown address sends nothing and says the same."""
    answer = client.post("/en/accounts/password/reset/", {"email": "nobody@example.org"})
    assert answer.headers["Location"] == "/en/accounts/password/reset/done/"
    assert not mailoutbox
