"""Addresses of accounts, under `/{language}/accounts/`: only the pages of allauth that this house wants.

The names are allauth's own, because it looks them up. There is no sign-up, no login by mailed code and no third party.
"""

from allauth.account import views as entrance
from django.urls import include, path, re_path

from sawtna.web.accounts import views

_pages = [
    path("", views.my_account, name="account_mine"),
    path("invitation/<str:token>/", views.invitation, name="account_choose_password"),
    path("login/", entrance.login, name="account_login"),
    path("logout/", entrance.logout, name="account_logout"),
    path("inactive/", entrance.account_inactive, name="account_inactive"),
    path("reauthenticate/", entrance.reauthenticate, name="account_reauthenticate"),
    path("password/change/", entrance.password_change, name="account_change_password"),
    path("password/set/", entrance.password_set, name="account_set_password"),
    path("password/reset/", views.ForgottenPassword.as_view(), name="account_reset_password"),
    path("password/reset/done/", entrance.password_reset_done, name="account_reset_password_done"),
    re_path(
        r"^password/reset/key/(?P<uidb36>[0-9A-Za-z]+)-(?P<key>.+)/$",
        entrance.password_reset_from_key,
        name="account_reset_password_from_key",
    ),
    path(
        "password/reset/key/done/",
        entrance.password_reset_from_key_done,
        name="account_reset_password_from_key_done",
    ),
    path("2fa/", include("allauth.mfa.urls")),
]
urlpatterns = [path("accounts/", include(_pages))]
