"""Django's settings. What differs between houses comes through the variables of `SURROUNDINGS`, and from nowhere else.

Reading this module writes nothing: `sawtna serve` makes VAR and the secret before it starts Django.
Whoever can change VAR/secret can sign in as any organiser; whoever can change VAR/keys can sign checkpoints of this book.
"""

import os
import secrets
from pathlib import Path
from urllib.parse import urlsplit

import dj_database_url

from sawtna.web.accounts.options import account_settings
from sawtna.web.mail import mail_settings

# ------------------------------------------------------------------ surroundings
# Each variable, what it means, and what it is when nobody says anything. `sawtna serve` sets them from its options.
SURROUNDINGS = {
    "SAWTNA_VAR": ("The folder of everything that must be kept: database, keys, log, secret.", "var"),
    "SAWTNA_DATABASE": (
        "The address of the database, such as postgresql://sawtna@localhost/sawtna.",
        "sqlite:///VAR/sawtna.sqlite3",
    ),
    "SAWTNA_ORIGIN": ("The public address of the site; the book is named after it.", "http://127.0.0.1:8000"),
    "SAWTNA_LANGUAGE": ("The language of visitors who do not say which they read: ar, fr or en.", "ar"),
    "SAWTNA_COUNTRY": (
        "The country (two capital letters) in whose way pages of no campaign write months and numbers.",
        "the country of the campaigns here, when they share one",
    ),
    "SAWTNA_MAIL": (
        "How mail leaves: console:, file:FOLDER, smtp://USER:PASSWORD@HOST:587/ or smtps://….",
        "console:",
    ),
    "SAWTNA_MAIL_FROM": ("The sender of mails.", "sawtna@HOST of the origin"),
    "SAWTNA_REDIS": (
        "Where codes are kept when several processes share the counter: redis://HOST:6379/0.",
        "",
    ),
    "SAWTNA_BRAKE": (
        "How much a browser must work before it may ask for a code: PBKDF2 rounds a step, x, and the most steps.",
        "1000x1000",
    ),
    "SAWTNA_POLICY": (
        "The policy file (c2sp.org/tlog-policy): which witnesses are asked to sign, and how many must.",
        "VAR/policy, when it is there; else no witness",
    ),
    "SAWTNA_FAR_END_ADDRESSES": (
        "The public IP addresses of the far end beside the site, with commas between: where browsers and probes send.",
        "what the name of the origin leads to",
    ),
    "SAWTNA_FAR_ENDS": (
        "The keys of further far ends whose evidence counts here, with spaces between, as `sawtna far-end` prints them.",
        "only the one beside the site",
    ),
    "SAWTNA_NETWORKS": (
        "Files that tell the far end a network's number and country by address, with colons between: .mmdb, or ip2asn .tsv.gz.",
        "none: networks are AS0",
    ),
    "SAWTNA_TURN": (
        "The addresses of the host's TURN server, with spaces between: turn:HOST:3478?transport=udp turns:HOST:443.",
        "",
    ),
    "SAWTNA_TURN_SECRET": ("The secret that it shares with the site (coturn: static-auth-secret).", ""),
    "SAWTNA_DEBUG": ("1 shows faults on the page. Never on a public site.", "0"),
}


def _told(name: str, default: str = "") -> str:
    return os.environ.get(name) or default


SAWTNA_VAR = Path(_told("SAWTNA_VAR", "var")).resolve()
SAWTNA_ORIGIN = _told("SAWTNA_ORIGIN", "http://127.0.0.1:8000").rstrip("/")
SAWTNA_LANGUAGE = _told("SAWTNA_LANGUAGE", "ar")
SAWTNA_COUNTRY = _told("SAWTNA_COUNTRY").upper()
SAWTNA_POLICY = _told("SAWTNA_POLICY")
_ORIGIN = urlsplit(SAWTNA_ORIGIN)
_IS_HTTPS = _ORIGIN.scheme == "https"

DEBUG = _told("SAWTNA_DEBUG") == "1"
_SECRET = SAWTNA_VAR / "secret"
SECRET_KEY = _SECRET.read_text(encoding="ascii").strip() if _SECRET.is_file() else secrets.token_urlsafe(48)

ALLOWED_HOSTS = list({_ORIGIN.hostname or "localhost", "localhost", "127.0.0.1", "[::1]"})
CSRF_TRUSTED_ORIGINS = [SAWTNA_ORIGIN]

# ------------------------------------------------------------------ rooms
INSTALLED_APPS = [
    "sawtna.web",
    "sawtna.ledger",
    "sawtna.campaigns",
    "sawtna.checks",
    "sawtna.web.accounts",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
]
ROOT_URLCONF = "sawtna.web.urls"
ASGI_APPLICATION = "sawtna.web.asgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "sawtna.web.middleware.PublicHeaders",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "sawtna.web.middleware.LanguageOfThePath",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "sawtna.web.accounts.second_factor.DeskDoor",
]
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "sawtna.web.context.frame",
            ],
        },
    }
]

# ------------------------------------------------------------------ database
# WAL lets readers read while one writes; FULL makes each commit survive a power cut, which is the promise of the book;
# IMMEDIATE takes the writer's lock at the start, so that two writers wait for each other instead of failing half way.
_DATABASE = _told("SAWTNA_DATABASE", f"sqlite:///{SAWTNA_VAR / 'sawtna.sqlite3'}")
DATABASES = {"default": dj_database_url.parse(_DATABASE, conn_max_age=600)}
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["CONN_MAX_AGE"] = None
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 30,  # seconds
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-16000; PRAGMA temp_store=MEMORY;",
    }

# ------------------------------------------------------------------ the counter
# Codes live in memory alone: in this process, or in Redis. Nothing of them is ever written to a disk of ours.
SAWTNA_BRAKE = _told("SAWTNA_BRAKE", "1000x1000")
_REDIS = _told("SAWTNA_REDIS", "")
_IN_MEMORY = {"BACKEND": "sawtna.web.memory.SteadyMemory", "OPTIONS": {"MAX_ENTRIES": 500_000}}
_IN_REDIS = {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": _REDIS}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "codes": {**(_IN_REDIS if _REDIS else {**_IN_MEMORY, "LOCATION": "codes"}), "KEY_PREFIX": "sawtna-codes"},
}

# ------------------------------------------------------------------ the far end of network checks
SAWTNA_FAR_END_ADDRESSES = _told("SAWTNA_FAR_END_ADDRESSES")
SAWTNA_FAR_ENDS = _told("SAWTNA_FAR_ENDS").split()
SAWTNA_NETWORKS = [one for one in _told("SAWTNA_NETWORKS").split(":") if one]
SAWTNA_TURN = _told("SAWTNA_TURN")
SAWTNA_TURN_SECRET = _told("SAWTNA_TURN_SECRET")

# ------------------------------------------------------------------ languages and time
LANGUAGE_CODE = SAWTNA_LANGUAGE
LANGUAGES = [("ar", "العربية"), ("fr", "Français"), ("en", "English")]
LOCALE_PATHS = [Path(__file__).resolve().parent.parent / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# ------------------------------------------------------------------ files
STATIC_URL = "/static/"
STATIC_ROOT = SAWTNA_VAR / "static"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},  # nobody uploads files
    # Whoever works on Sawtna sees a changed sheet at once; everyone else may keep it for ever.
    "staticfiles": {
        "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        if DEBUG
        else "sawtna.web.static_files.NamedByContent"
    },
}

# ------------------------------------------------------------------ organisers' sessions and sign-in
AUTH_USER_MODEL = "accounts.Organiser"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "campaigns:desk:home"
SESSION_COOKIE_AGE = 60 * 60 * 24 * 7  # a week
SESSION_COOKIE_HTTPONLY = CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = CSRF_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = _IS_HTTPS
SESSION_COOKIE_NAME = "__Host-session" if _IS_HTTPS else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if _IS_HTTPS else "csrf"

globals().update(account_settings(SAWTNA_ORIGIN))

# ------------------------------------------------------------------ mail
globals().update(mail_settings(_told("SAWTNA_MAIL", "console:"), SAWTNA_VAR))
DEFAULT_FROM_EMAIL = SERVER_EMAIL = _told("SAWTNA_MAIL_FROM", f"sawtna@{_ORIGIN.hostname or 'localhost'}")

# ------------------------------------------------------------------ what is said in the log
# Faults only: no request line, no address of a visitor, no browser. tests/web/test_silence.py holds it.
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "WARNING"},
    "loggers": {
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},  # a missing page is no fault of ours
        "django.security.DisallowedHost": {"level": "CRITICAL"},  # whoever tries names would write our log
        "sawtna": {"level": "INFO"},
    },
}
