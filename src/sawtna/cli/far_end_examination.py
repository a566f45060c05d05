"""What `sawtna doctor` sees of the far end beside a house: is it there, does it answer itself, has anybody outside reached it?"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sawtna.checks.far_end.identity import KEY_FILE, KEY_NAME
from sawtna.checks.far_end.knock import NobodyThereError, knock
from sawtna.checks.key_file import open_key
from sawtna.cli.examination import BAD, OK, WARN, Finding

OPEN_THEM = "Open UDP and TCP 20000 to 60000, 1400, 3478, 3480, 5004, 5060, 5243, 7985 and TCP {port} in the firewall."


def examine_far_end(var: Path) -> Iterator[Finding]:
    """Knock at it; a house that never had one says nothing."""
    if not (var / "far-end").is_dir():
        return
    try:
        found = knock(var / "far-end" / "window")
    except NobodyThereError:
        yield Finding(
            WARN,
            "no far end runs beside the site, so pages cannot check networks",
            "sawtna serve starts it, unless it is told --no-far-end; its log says why it ended.",
        )
        return
    if not found.is_well:
        yield Finding(BAD, "the far end does not answer itself over UDP", "Look for a local firewall.")
    elif not (found.answers_udp and found.answers_tcp):
        yield Finding(
            WARN,
            f"the far end does not answer from here at {found.address}, port {found.port}",
            "Behind a NAT this may be so; is it the public address? Else say it in SAWTNA_FAR_END_ADDRESSES.",
        )
    else:
        key = open_key(var / "far-end" / KEY_FILE, KEY_NAME).verifier.vkey
        yield Finding(
            OK, f"the far end answers from here at {found.address}, port {found.port}; its key: {key}"
        )
    if not found.was_reached:
        yield Finding(
            WARN,
            "nobody outside has reached the far end over UDP in thirty days; until then no network is accused",
            f"{OPEN_THEM.format(port=found.port)} Then check a network from another machine.",
        )
