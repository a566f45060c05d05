"""Where a check was made: a network by its number, and a vantage that lasts a day; never an address."""

from __future__ import annotations

import gzip
import secrets
import stat
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from sawtna.checks.core.vantage import vantage_of
from sawtna.checks.far_end.networks import Networks, NetworksError, Place, open_networks
from sawtna.checks.far_end.vantages import Vantages

TODAY, TOMORROW = date(2026, 11, 24), date(2026, 11, 25)
SECRET = bytes(32)

RANGES = """\
192.0.2.0\t192.0.2.127\t64500\tMA\tONE-AS
192.0.2.128\t192.0.2.255\t64501\tOM\tTWO-AS
198.51.100.0\t198.51.100.255\t0\tNone\tNot routed
2001:db8::\t2001:db8:0:ffff:ffff:ffff:ffff:ffff\t64502\tAE\tTHREE-AS
"""


def test_neighbours_share_a_vantage_and_days_do_not() -> None:
    """A /24 or a /48 is one vantage of a day; an IPv4 address inside of IPv6 is that address."""
    here = vantage_of(SECRET, "192.0.2.1", TODAY)
    assert here == vantage_of(SECRET, "192.0.2.254", TODAY) == vantage_of(SECRET, "::ffff:192.0.2.9", TODAY)
    assert vantage_of(SECRET, "2001:db8::1", TODAY) == vantage_of(SECRET, "2001:db8:0:7::2%eth0", TODAY)
    others = {
        vantage_of(SECRET, "192.0.3.1", TODAY),
        vantage_of(SECRET, "192.0.2.1", TOMORROW),
        vantage_of(bytes(31) + b"1", "192.0.2.1", TODAY),
        vantage_of(SECRET, "2001:db8:1::1", TODAY),
    }
    assert len({here, *others}) == 5
    assert len(here) == 16


def test_the_secret_of_a_day_is_kept_for_its_owner_and_then_forgotten(tmp_path: Path) -> None:
    """A far end that starts again names vantages as before; on the next day nothing of the old secret is left."""
    clock = [datetime(2026, 11, 24, 23, 59, tzinfo=UTC).timestamp()]
    place = tmp_path / "vantage.key"
    before = Vantages(place, lambda: clock[0]).name("192.0.2.1")
    kept = place.read_bytes()
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert Vantages(place, lambda: clock[0]).name("192.0.2.200") == before

    clock[0] += 120
    assert Vantages(place, lambda: clock[0]).name("192.0.2.1") != before
    assert kept.partition(b"\n")[2] not in place.read_bytes()
    assert place.read_bytes().startswith(b"2026-11-25\n")


@pytest.fixture(scope="module")
def ranges(tmp_path_factory: pytest.TempPathFactory) -> Networks:
    """Networks out of a compressed file of ranges."""
    place = tmp_path_factory.mktemp("networks") / "ip2asn.tsv.gz"
    place.write_bytes(gzip.compress(RANGES.encode()))
    return open_networks([place])


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("192.0.2.5", Place("AS64500", "MA")),
        ("192.0.2.127", Place("AS64500", "MA")),
        ("::ffff:192.0.2.128", Place("AS64501", "OM")),
        ("198.51.100.1", Place()),
        ("203.0.113.1", Place()),
        ("2001:db8::5", Place("AS64502", "AE")),
        ("2001:db8:1::5", Place()),
        ("nobody", Place()),
    ],
)
def test_a_network_is_found_in_ranges(ranges: Networks, address: str, place: Place) -> None:
    """The first and the last address of a range belong to it; what is not listed is AS0."""
    assert ranges.find(address) == place


def mmdb(told: dict[str, object]) -> bytes:
    """A MaxMind DB in which every IPv4 address has the same answer (MaxMind DB format 2.0)."""

    def pack(value: object) -> bytes:
        if isinstance(value, dict):
            return bytes([7 << 5 | len(value)]) + b"".join(
                pack(one) for pair in value.items() for one in pair
            )
        if isinstance(value, str):
            data = value.encode()
            return (
                bytes([2 << 5 | len(data)]) if len(data) < 29 else bytes([2 << 5 | 29, len(data) - 29])
            ) + data
        if isinstance(value, list):
            return bytes([len(value), 4]) + b"".join(map(pack, value))  # 4: an extended type, array
        assert isinstance(value, tuple)
        sort, size, number = value
        begin = bytes([sort << 5 | size]) if sort else bytes([size, 2])  # 2: an extended type, uint64
        return begin + int(number).to_bytes(size, "big")

    about = {
        "node_count": (6, 4, 1), "record_size": (5, 2, 24), "ip_version": (5, 2, 4), "database_type": "Test",
        "binary_format_major_version": (5, 2, 2), "binary_format_minor_version": (5, 2, 0),
        "build_epoch": (0, 8, 1_700_000_000), "description": {"en": "Test"}, "languages": ["en"],
    }  # fmt: skip
    leads_to_data = (1 + 16).to_bytes(3, "big")  # both halves of the only node
    return leads_to_data * 2 + bytes(16) + pack(told) + b"\xab\xcd\xefMaxMind.com" + pack(about)


def test_a_network_is_found_in_files_of_maxminds_format(tmp_path: Path) -> None:
    """One file knows numbers, another countries; what one does not know the next may."""
    numbers, countries = tmp_path / "asn.mmdb", tmp_path / "country.mmdb"
    numbers.write_bytes(mmdb({"autonomous_system_number": (6, 4, 64500)}))
    countries.write_bytes(mmdb({"country": {"iso_code": "MA"}}))
    assert open_networks([numbers, countries]).find("192.0.2.5") == Place("AS64500", "MA")
    assert open_networks([numbers]).find("2001:db8::1") == Place()

    other = tmp_path / "other.mmdb"
    other.write_bytes(mmdb({"asn": "AS64501", "country_code": "OM"}))
    assert open_networks([other]).find("192.0.2.5") == Place("AS64501", "OM")


@pytest.mark.parametrize(
    ("name", "data", "sentence"),
    [
        ("a.tsv", b"nonsense\n", "line 1"),
        ("a.tsv", b"192.0.2.0\t192.0.2.255\t1\tMA\n10.0.0.0\t10.0.0.255\t1\tMA\n", "line 2"),
        ("a.tsv", b"", "no ranges"),
        ("a.tsv.gz", b"no gzip", "could not be read"),
        ("a.mmdb", secrets.token_bytes(100), "no MaxMind DB"),
    ],
)
def test_a_file_that_is_no_list_of_networks_is_refused(
    tmp_path: Path, name: str, data: bytes, sentence: str
) -> None:
    """A far end does not start with half a list: it says which file and line."""
    place = tmp_path / name
    place.write_bytes(data)
    with pytest.raises(NetworksError, match=sentence):
        open_networks([place])
    with pytest.raises(NetworksError, match="could not be read"):
        open_networks([tmp_path / "missing.tsv"])
