"""The settings of the tests: those of the site, with a place of their own for everything that is stored."""

import atexit
import os
import shutil
import tempfile

# Before the settings of the site are read: a test must never touch the book of a person who works on Sawtna.
os.environ["SAWTNA_VAR"] = tempfile.mkdtemp(prefix="sawtna-tests-")
atexit.register(shutil.rmtree, os.environ["SAWTNA_VAR"], ignore_errors=True)

from sawtna.web.settings import *  # noqa: E402, F403 (the order is the point; Django reads settings by star)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # quick: these passwords guard nothing
