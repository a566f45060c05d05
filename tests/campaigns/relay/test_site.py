"""What a relay makes of the answers of a site: whatever they are, there is one error, and it is tried again."""

import subprocess
import sys
from contextlib import suppress

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from sawtna.campaigns.relay.site import Site, SiteError
from sawtna.ledger.core.encoding import encode_base64url

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                ["casts", "rolls", "past", "sealed", "roll", "ballots", "keys", "told", "promise"]
            ),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)


def site_that_says(answer) -> Site:
    """A site that answers everything in one way."""
    client = httpx.Client(transport=httpx.MockTransport(lambda _: answer))
    key = Ed25519PrivateKey.from_private_bytes(bytes(32))
    return Site("https://site.example", client, None, key, lambda _: b"", lambda: 0, "site.example/log")


@given(JSON)
def test_no_answer_breaks_a_relay(told):
    """A site may say what it likes to each request; the relay refuses with a sentence."""
    site = site_that_says(httpx.Response(200, json=told))
    for ask in (lambda: site.deliver([b"{}"]), lambda: site.release([bytes(32)])):
        with suppress(SiteError):
            ask()


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(200, text="no JSON"),
        httpx.Response(200, json=[]),
        httpx.Response(403, json={"error": "relay", "sentence": "Set the clocks."}),
        httpx.Response(200, json={"casts": [{"past": 0, "sealed": 7}], "rolls": []}),
        httpx.Response(200, json={"casts": 7, "rolls": []}),
        httpx.Response(200, json={"casts": [], "rolls": [{"roll": 3, "ballots": 7}]}),
        httpx.Response(
            200, json={"casts": [{"past": 0, "sealed": encode_base64url(b"x")}] * 300, "rolls": 1}
        ),
    ],
)
def test_an_answer_of_another_form_is_an_error(answer):
    """With a sentence that says what to do."""
    with pytest.raises(SiteError):
        site_that_says(answer).fetch()


@pytest.mark.bare
def test_it_needs_no_django():
    """A partner installs the light part."""
    program = "import sys, sawtna.cli.relay; sys.exit('django' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], check=False, timeout=60).returncode == 0
