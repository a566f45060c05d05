"""What the doctor says of a relay that browsers could not use."""

import pytest
from django.test import override_settings

from sawtna.web.commands.examination import examine_relay
from sawtna.web.site import open_window


@pytest.mark.parametrize(
    ("addresses", "secret", "said"),
    [
        ("", "", []),
        ("turn:a:3478?transport=udp turns:a:5349", "of both", []),
        ("turn:a:3478", "", ["no secret"]),
        ("a:3478", "of both", ["no browser understands a:3478"]),
    ],
)
def test_a_relay_that_no_browser_could_use_is_found(addresses, secret, said):
    """A forgotten secret and a typing error; each with what to do."""
    with override_settings(SAWTNA_TURN=addresses, SAWTNA_TURN_SECRET=secret):
        found = list(examine_relay())
        relay = open_window().relay
    assert len(found) == len(said)
    assert all(word in one[1] and one[2] for word, one in zip(said, found, strict=True))
    assert bool(relay) == bool(addresses and secret)
