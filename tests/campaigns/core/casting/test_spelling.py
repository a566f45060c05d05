"""The short way of reading casts says what the long way says, or nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.core.casting.casts import check_cast, pad_cast, read_cast, stamps_of
from sawtna.campaigns.core.casting.choices import paper_of
from sawtna.campaigns.core.casting.entries import CAST
from sawtna.campaigns.core.casting.examiner import CastExaminer
from sawtna.campaigns.core.casting.spelling import read_spelt_cast, spell_out
from sawtna.ledger.core.encoding import decode_base64url, encode_base64url, encode_canonical
from sawtna.ledger.core.entry import Kinds, pack_entry, unpack_entry
from sawtna.ledger.core.errors import BookError

from tests.campaigns.core.casting.station import Station, register_of

KINDS = Kinds([CAST])
SPARE = {"g": 64, "h": 32, "s": 256}


def bytes_of(length):
    """That many bytes in Base 64."""
    return st.binary(min_size=length, max_size=length).map(encode_base64url)


INDEX = st.integers(0, 10**15 - 1)
OPTIONS = st.lists(st.integers(0, 49), max_size=50)
STAMPS = st.lists(st.fixed_dictionaries({"i": INDEX, "s": bytes_of(256)}), min_size=1, max_size=5)
CASTS = st.fixed_dictionaries(
    {
        "v": st.just(1), "k": st.just("cast"), "b": INDEX, "c": OPTIONS, "q": st.integers(0, 15),
        "p": bytes_of(33), "t": STAMPS, "g": bytes_of(64),
    },
    optional={"d": OPTIONS, "n": OPTIONS, "h": bytes_of(32)},
)  # fmt: skip


def long_way(data):
    """The body of a cast as it is read otherwise, or None."""
    try:
        body = unpack_entry(data)
    except BookError:
        return None
    return body if body.get("k") == "cast" and not KINDS.problems(body) else None


def compare(data):
    """Whatever the short way reads, the long way reads the same; what it read, or None."""
    spelt = spell_out(data)
    if spelt is None:
        return None
    body = long_way(data)
    assert body is not None
    assert spelt.paper == paper_of(body)
    assert (spelt.point, spelt.signature) == (decode_base64url(body["p"]), decode_base64url(body["g"]))
    assert spelt.stamps == stamps_of(body)
    assert spelt.signed == encode_canonical({name: value for name, value in body.items() if name != "g"})
    return spelt


@settings(deadline=None)
@given(CASTS)
def test_every_cast_of_valid_form_is_read_the_short_way(body):
    """Paper, point, stamps, signature and the signed bytes come out as they would by way of JSON."""
    assert compare(encode_canonical(body)) is not None


@settings(deadline=None)
@given(CASTS, st.data())
def test_a_changed_byte_is_never_read_otherwise(body, data):
    """One byte changed, left out or put in: both ways agree, or the short way says nothing."""
    entry = bytearray(encode_canonical(body))
    place = data.draw(st.integers(0, len(entry) - 1))
    sign = data.draw(st.sampled_from(b'0123456789-_AQgwZz"{}[],:. \n\\\xff'))
    change = data.draw(st.sampled_from(["put", "replace", "drop"]))
    entry[place : place + (change != "put")] = b"" if change == "drop" else bytes([sign])
    compare(bytes(entry))


@pytest.mark.parametrize(
    "change",
    [
        {"b": 10**15}, {"q": 16}, {"c": [50]}, {"c": [0] * 51}, {"t": []}, {"v": 2}, {"k": "casts"}, {"x": 1}, {"b": -1},
        {"g": "B" * 86}, {"h": "B" * 43}, {"p": "A" * 43}, {"t": [{"i": 1, "s": "B" * 342}]}, {"c": [True]}, {"g": "=" * 86},
        {"t": [{"i": 1, "s": "A" * 342, "x": 1}]}, {"t": [{"i": 1, "s": "A" * 342}] * 6},
    ],
    ids=str,
)  # fmt: skip
def test_unusual_casts_are_left_to_the_long_way(change):
    """Past the form, with spare bits set, or in numbers that nobody reaches: not read the short way."""
    usual = {"v": 1, "k": "cast", "b": 1, "c": [0], "q": 0, "p": "A" * 44, "g": "A" * 86}
    usual["t"] = [{"i": 1, "s": "A" * 342}]
    assert spell_out(encode_canonical(usual))
    assert spell_out(encode_canonical({**usual, **change})) is None


@pytest.mark.parametrize("spelling", [b" %s", b"%s\n", b"%s%s", b""])
def test_white_space_and_repetition_are_left_to_the_long_way(spelling):
    """One cast, one spelling."""
    usual = {"v": 1, "k": "cast", "b": 1, "c": [0], "q": 0, "p": "A" * 44, "g": "A" * 86}
    entry = encode_canonical({**usual, "t": [{"i": 1, "s": "A" * 342}]})
    assert spell_out(spelling.replace(b"%s", entry)) is None


def test_a_glance_is_enough_for_a_cast_that_holds():
    """Of a valid cast nothing more is asked; of an invalid one the long way says what is wrong."""
    station = Station()
    station.log_key()
    examiner = CastExaminer(register_of(station))
    cast = station.cast(station.person(4), [0, 1])
    assert examiner.glance(pack_entry(cast)) == ("cast", tuple(check_cast(cast, examiner.register)))
    for change in ({"c": [0]}, {"b": 1}, {"q": 16}, {"c": [0, 9]}):
        changed = {**cast, **change}
        assert not examiner.glance(encode_canonical(changed))
        assert KINDS.problems(changed) or examiner.problem(9, changed, encode_canonical(changed))


def test_the_counter_reads_a_cast_in_either_way_alike():
    """A cast in its one spelling, one in unusual numbers, and one that does not hold: the same answer as the long way."""
    station = Station(counting="approval")
    station.log_key(0)
    register, person = register_of(station), station.person(4)
    sound = pad_cast(pack_entry({"v": 1, **station.cast(person, [0, 1])}))
    assert read_spelt_cast(sound, register) == read_cast(sound, register)
    for broken in (sound.replace(b'"q":0', b'"q":1'), sound.replace(b'"q":0', b'"q":00'), b"{}"):
        sentences = []
        for way in (read_cast, read_spelt_cast):
            with pytest.raises(BookError) as refused:
                way(broken, register)
            sentences.append(str(refused.value))
        assert sentences[0] == sentences[1]
