"""Whatever bytes come to the counter, it answers with a sentence of its own: no other exception leaves what reads them."""

from __future__ import annotations

import asyncio
import base64
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sawtna.campaigns.ballots_of_book import CountersBook, read_book
from sawtna.campaigns.core.casting.casts import read_cast
from sawtna.campaigns.counter import app, brake, desk, requests
from sawtna.campaigns.turned import Turned
from sawtna.ledger.core.entry import pack_entry

from tests.campaigns.core.casting.station import Station, T

SENTENCE_ENDS = (".", "!")
NAMES = (
    "roll",
    "kind",
    "contact",
    "code",
    "reqs",
    "work",
    "language",
    "slip",
    "i",
    "bm",
    "b",
    "q",
    "c",
    "t",
    "g",
)
TEXTS = st.one_of(
    st.text(st.characters(), max_size=60),  # lone surrogates too: JSON can spell them
    st.sampled_from(["email", "invite", "peer", "sms", "a@example.org", "a@b\ud800.org", "K7QM-3XWP-2B9D-H4TN", "ａ＠ｂ．org"]),
)  # fmt: skip
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.integers(-(10**400), 10**400), st.floats(), TEXTS,
        st.sampled_from([0, 1, 2, 3, 4, 2**53, -1]),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.sampled_from(NAMES), inner, max_size=6)
    ),
    max_leaves=12,
)  # fmt: skip
REQUESTS = st.fixed_dictionaries(
    {},
    optional={
        "roll": st.one_of(st.just(2), VALUES),
        "kind": st.one_of(st.sampled_from(["email", "invite", "peer"]), VALUES),
        "contact": st.one_of(TEXTS, VALUES),
        "code": st.one_of(TEXTS, VALUES),
        "slip": st.one_of(TEXTS, VALUES),
        "language": st.one_of(TEXTS, VALUES),
        "reqs": st.one_of(
            st.lists(st.fixed_dictionaries({"i": st.one_of(st.just(4), VALUES), "bm": VALUES}), max_size=9),
            VALUES,
        ),
    },
)


@pytest.fixture(scope="module")
def station() -> Station:
    """A ballot with its keys."""
    station = Station(("email", "invite", "peer"))
    for number, kind in enumerate(("email", "invite", "peer")):
        station.log_key(number, kind)
    return station


@pytest.fixture(scope="module")
def book(station: Station) -> CountersBook:
    """What the counter knows of it."""
    bodies = [(index, station.body(index)) for index in range(len(station.told))]
    return read_book([pair for pair in bodies if pair[1]["k"] != "campaign"])


def ask_everything(data: bytes, book: CountersBook) -> None:
    """Read bytes in each way in which the counter reads them; a refusal must have its sentence."""
    try:
        asked = requests.read_json(data)
        requests.read_language(asked)
        requests.read_slip(asked)
        person = requests.read_person(asked, book, T)
        requests.read_token_requests(asked, person, book, T)
    except Turned as turned:
        check(turned)
    try:
        desk._read(data, book)
    except Turned as turned:
        check(turned)


def check(turned: Turned) -> None:
    """A refusal can be sent, and says something."""
    assert 400 <= turned.status < 500
    assert turned.sentence.endswith(SENTENCE_ENDS), turned.sentence
    json.dumps({"error": turned.code, "sentence": turned.sentence}, ensure_ascii=False).encode()


@given(st.binary(max_size=400))
@settings(max_examples=100, deadline=None)
def test_any_bytes_are_refused_with_a_sentence(book: CountersBook, data: bytes) -> None:
    """Bytes that mean nothing."""
    ask_everything(data, book)


@given(REQUESTS)
@settings(max_examples=150, deadline=None)
def test_any_request_is_refused_with_a_sentence(book: CountersBook, asked: dict[str, object]) -> None:
    """JSON that nearly means something: unknown rolls, huge numbers, other types, broken text."""
    ask_everything(json.dumps(asked).encode(), book)


@given(VALUES, st.integers(0, 2000), st.binary(max_size=3))
@settings(max_examples=100, deadline=None)
def test_any_spoiled_cast_is_refused_with_a_sentence(
    station: Station, book: CountersBook, value: object, place: int, bytes_there: bytes
) -> None:
    """A good cast in which some bytes, or a field, are others."""
    good = station.cast(SOMEBODY.setdefault("one", station.person(4)), [0])
    data = pack_entry(good)
    assert read_cast(data, book.register).checked.choice == (0,)
    place %= len(data)
    ask_everything(data[:place] + bytes_there + data[place + len(bytes_there) :], book)
    for name in good:
        ask_everything(json.dumps({**good, name: value}).encode(), book)


SOMEBODY: dict[str, object] = {}  # a signature takes a while, and one person is enough


@pytest.mark.parametrize(
    "data",
    [
        b'{"roll":' + b"[" * 8000 + b"}",
        b"[" * 16_000,
        b'{"a":' * 3000 + b"1" + b"}" * 3000,
        b'{"roll":' + b"9" * 16_000 + b"}",
        b'{"roll":2,"kind":"email","contact":"\xff\xfe@example.org"}',
        b'{"roll":2,"roll":3,"kind":"email","kind":"email","contact":"a@example.org","reqs":[],"reqs":[{}]}',
        b'{"roll":NaN,"kind":Infinity}',
        b'{"roll":true,"kind":"email","contact":"a@example.org"}',
        b'{"roll":2,"kind":"email","contact":"a@example.org\\r\\nBcc: b@example.org"}',
        "\ufeff{}".encode(),
        "{}".encode("utf-16"),
        b"\x00" * 100,
    ],
)
def test_what_breaks_other_readers_is_refused_with_a_sentence(book: CountersBook, data: bytes) -> None:
    """Depth, length, invalid UTF-8, doubled keys, numbers that are none, header injection, other encodings."""
    ask_everything(data, book)


@pytest.mark.parametrize(
    "payload",
    [
        "", "x" * 5000, "\ud800", "[", base64.b64encode(b"[" * 3000).decode(), base64.b64encode(b"null").decode(),
        base64.b64encode(b'{"challenge":{"parameters":{"expiresAt":1e999}},"solution":{}}').decode(),
        base64.b64encode(b'{"challenge":{"parameters":[]},"solution":null}').decode(), None, 7, ["a"],
    ],
)  # fmt: skip
def test_any_work_that_was_not_done_is_refused(payload: object) -> None:
    """The work of a browser may be anything."""
    with pytest.raises(Turned) as turned:
        brake.check_work(payload, 1_800_000_000)
    assert turned.value.code == "work"


@given(
    VALUES,
    st.sampled_from(["expiresAt", "cost", "keyPrefix", "salt", "nonce", "algorithm", "keyLength", "data"]),
)
@settings(max_examples=80, deadline=None)
def test_any_spoiled_work_is_refused(value: object, name: str) -> None:
    """A challenge of ours with one field changed, and no solution."""
    challenge = brake.make_challenge(1_800_000_000)
    parameters = challenge["parameters"]
    assert isinstance(parameters, dict)
    spoiled = {**challenge, "parameters": {**parameters, name: value}}
    told = json.dumps({"challenge": spoiled, "solution": {"counter": 1, "derivedKey": "00"}})
    with pytest.raises(Turned):
        brake.check_work(base64.b64encode(told.encode()).decode(), 1_800_000_000)


def test_a_request_that_never_ends_is_broken_off(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever sends a byte now and then is answered after a while, and the line is closed."""
    monkeypatch.setattr(app, "BODY_SECONDS", 0.2)
    sent: list[dict[str, object]] = []

    async def drip() -> dict[str, object]:
        await asyncio.sleep(0.01)
        return {"type": "http.request", "body": b" ", "more_body": True}

    async def send(message: dict[str, object]) -> None:
        sent.append(message)

    asyncio.run(app.counter({"path": "/t/v1/cast", "method": "POST"}, drip, send))  # type: ignore[arg-type]

    assert sent[0]["status"] == 408
    headers = sent[0]["headers"]
    assert isinstance(headers, list)
    assert (b"connection", b"close") in headers
