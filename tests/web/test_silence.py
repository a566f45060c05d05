"""What is never written down: who visits, from where, with which browser."""

import logging

import pytest
from django.conf import settings


@pytest.mark.django_db
def test_the_log_has_no_line_for_a_visit(client, caplog):
    """Neither a page that is there nor one that is missing leaves a line with an address or a browser."""
    with caplog.at_level(logging.WARNING):
        for path in ("/languages/", "/en/none/", "/"):
            client.get(path, headers={"user-agent": "Spy/1.0"}, REMOTE_ADDR="203.0.113.7")
    loud = [
        record for record in caplog.records if logging.getLogger(record.name).isEnabledFor(record.levelno)
    ]
    assert not [
        record for record in loud if "203.0.113.7" in record.getMessage() or "Spy" in record.getMessage()
    ]


def test_missing_pages_are_not_logged_at_all():
    """A missing page says what somebody looked for."""
    assert settings.LOGGING["loggers"]["django.request"]["level"] == "ERROR"


def test_the_server_keeps_no_access_log():
    """An access log is a list of addresses."""
    from sawtna.web import serving

    assert "access_log=False" in open(serving.__file__, encoding="utf-8").read()  # noqa: PTH123, SIM115


def test_no_surrounding_goes_unexplained():
    """Each SAWTNA_ variable that the settings read stands in the one list."""
    import re
    from pathlib import Path

    from sawtna.web import settings as of_the_site

    read = set(re.findall(r'_told\("(SAWTNA_\w+)"', Path(of_the_site.__file__).read_text(encoding="utf-8")))
    assert read == set(of_the_site.SURROUNDINGS)
