"""Which network an address belongs to, out of files that the host supplies; nobody is asked over the network.

Two sorts of file are read: MaxMind DB (`.mmdb`: GeoLite2, DB-IP, IPinfo; needs the package `maxminddb`), and the tab-separated
ranges of iptoasn.com (`ip2asn-combined.tsv`, also `.gz`). Several files may be given: one for numbers, one for countries.
"""

from __future__ import annotations

import gzip
import io
from array import array
from bisect import bisect_right
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from ipaddress import IPv4Address, IPv6Address, ip_address
from pathlib import Path
from typing import Any, Protocol, TextIO

from sawtna.checks.core.entries import NO_COUNTRY, NO_NETWORK
from sawtna.ledger.core.schema import COUNTRY

_Address = IPv4Address | IPv6Address
TOP = 64  # bits of an IPv6 address that are compared: no network is smaller


class NetworksError(Exception):
    """A file that cannot be used; the sentence says why."""


@dataclass(frozen=True, slots=True)
class Place:
    """What is known of an address: AS number and country, or AS0 and ZZ."""

    asn: str = NO_NETWORK
    cc: str = NO_COUNTRY


class _Source(Protocol):
    def find(self, address: _Address) -> Place: ...


@dataclass(frozen=True, slots=True)
class Networks:
    """What all files together know. Owner: the far end's process."""

    sources: Sequence[_Source] = ()

    def find(self, address: str) -> Place:
        """The network of an address; what one file does not know, the next may."""
        try:
            place = ip_address(address.partition("%")[0])
        except ValueError:
            return Place()
        if isinstance(place, IPv6Address) and place.ipv4_mapped:
            place = place.ipv4_mapped
        found = [source.find(place) for source in self.sources]
        asn = next((one.asn for one in found if one.asn != NO_NETWORK), NO_NETWORK)
        return Place(asn, next((one.cc for one in found if one.cc != NO_COUNTRY), NO_COUNTRY))


def open_networks(paths: Sequence[Path]) -> Networks:
    """Read the files; raises NetworksError."""
    return Networks([_open(path) for path in paths])


def _open(path: Path) -> _Source:
    try:
        if path.suffix == ".mmdb":
            return _Database(_reader(path))
        return _read_ranges(path)
    except OSError as error:
        raise NetworksError(f"{path} could not be read: {error.strerror or error}.") from None


# ------------------------------------------------------------------ MaxMind DB
@dataclass(frozen=True, slots=True)
class _Database:
    reader: Any

    def find(self, address: _Address) -> Place:
        try:
            told = self.reader.get(str(address))
        except ValueError:  # an IPv6 address and a file of IPv4
            return Place()
        if not isinstance(told, Mapping):
            return Place()
        country = told.get("country")
        cc = country.get("iso_code") if isinstance(country, Mapping) else told.get("country_code", country)
        number = told.get("autonomous_system_number", told.get("asn"))
        return _place(str(number or "").removeprefix("AS"), str(cc or ""))


def _reader(path: Path) -> Any:
    try:
        return import_module("maxminddb").open_database(str(path))
    except ModuleNotFoundError:
        raise NetworksError(f'{path} needs one more package: pip install "sawtna[networks]".') from None
    except (ValueError, RuntimeError) as error:  # its own error is a RuntimeError
        raise NetworksError(f"{path} is no MaxMind DB: {error}.") from None


# ------------------------------------------------------------------ iptoasn.com
@dataclass(slots=True)
class _Ranges:
    """Ranges of one family, by their first address; all columns have one length."""

    first: array[int] = field(default_factory=lambda: array("Q"))
    last: array[int] = field(default_factory=lambda: array("Q"))
    asn: array[int] = field(default_factory=lambda: array("L"))
    cc: array[int] = field(default_factory=lambda: array("H"))


@dataclass(slots=True)
class _Table:
    v4: _Ranges = field(default_factory=_Ranges)
    v6: _Ranges = field(default_factory=_Ranges)
    countries: list[str] = field(default_factory=list)

    def of(self, address: _Address) -> _Ranges:
        """The ranges of an address's family."""
        return self.v4 if address.version == 4 else self.v6

    def find(self, address: _Address) -> Place:
        ranges, number = self.of(address), _key(address)
        row = bisect_right(ranges.first, number) - 1
        if row < 0 or ranges.last[row] < number:
            return Place()
        return _place(str(ranges.asn[row]), self.countries[ranges.cc[row]])


def _key(address: _Address) -> int:
    return int(address) if address.version == 4 else int(address) >> TOP


def _place(number: str, country: str) -> Place:
    asn = f"AS{int(number)}" if number.isdecimal() and len(number) <= 10 and int(number) else NO_NETWORK
    return Place(asn, country.upper() if COUNTRY.fullmatch(country.upper()) else NO_COUNTRY)


def _read_ranges(path: Path) -> _Table:
    table, places, count = _Table(), dict[str, int](), 0
    with _lines_of(path) as lines:
        for count, line in enumerate(lines, 1):
            try:
                first, last, asn, cc = line.rstrip("\n").split("\t")[:4]
                _add(table, _address(first), _address(last), int(asn), places.setdefault(cc, len(places)))
            except (ValueError, OverflowError):
                raise NetworksError(
                    f"{path}, line {count}: got something else, expected first address, last address, AS number and country, "
                    "the lines in order of addresses."
                ) from None
    if not count:
        raise NetworksError(f"{path} holds no ranges of networks.")
    table.countries = list(places)
    return table


def _lines_of(path: Path) -> TextIO:
    if path.suffix == ".gz":
        return io.TextIOWrapper(gzip.GzipFile(path), encoding="utf-8")
    return path.open(encoding="utf-8")


def _add(table: _Table, first: _Address, last: _Address, asn: int, cc: int) -> None:
    """Add a range behind the others; raises ValueError when it does not belong there."""
    ranges, number = table.of(first), _key(first)
    if (ranges.first and ranges.first[-1] > number) or first.version != last.version:
        raise ValueError("not in order")
    ranges.first.append(number)
    ranges.last.append(_key(last))
    ranges.asn.append(asn)
    ranges.cc.append(cc)


def _address(text: str) -> _Address:
    return IPv4Address(int(text)) if text.isdecimal() else ip_address(text)
