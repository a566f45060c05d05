"""The site does not wait for ever: who says nothing, a head without an end, a body that never comes, are let go."""

from __future__ import annotations

import asyncio
import resource
import socket
import threading
import time

import httpx
import pytest
import uvicorn

from sawtna.web.patience import PatientProtocol, allow_many_files

PATIENCE = 60  # seconds that a busy machine may take; what is waited for comes in one
LINE = b"GET / HTTP/1.1\r\nhost: here\r\n"


class Hasty(PatientProtocol):
    """It waits for nobody."""

    head_seconds, request_seconds, look_every, most_head_bytes = 0.5, 1.0, 0.1, 4096


class Calm(PatientProtocol):
    """It waits for whoever is on a busy machine, and not as long as the slow answer takes."""

    head_seconds, request_seconds, look_every, most_head_bytes = 8.0, 8.0, 0.2, 4096


async def echo(scope, receive, send):
    """Answers with how much it was sent; slowly where it is asked to."""
    if scope["type"] != "http":
        return
    if scope["path"] == "/slow":
        await asyncio.sleep(Calm.request_seconds + 1)
    size, more = 0, True
    while more:
        message = await receive()
        size, more = size + len(message.get("body", b"")), message.get("more_body", False)
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"7")]})
    await send({"type": "http.response.body", "body": b"%07d" % size})


def serve(protocol):
    """A server of that sort, as a house has one."""
    door = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(
        echo, http=protocol, loop="uvloop", lifespan="off", log_config=None, timeout_keep_alive=60
    )
    server = uvicorn.Server(config)
    serving = threading.Thread(target=server.run, args=([door],), daemon=True)
    serving.start()
    while not server.started:
        time.sleep(0.01)
    yield door.getsockname()
    server.should_exit = True
    serving.join(PATIENCE)


@pytest.fixture(scope="module")
def address():
    """Where nobody is waited for."""
    yield from serve(Hasty)


@pytest.fixture(scope="module")
def calm():
    """Where a busy machine is waited for."""
    yield from serve(Calm)


def heard(address, *said: bytes) -> bytes:
    """What comes back until the other side hangs up."""
    with socket.create_connection(address, timeout=PATIENCE) as line:
        for part in said:
            line.sendall(part)
        answer = b""
        try:
            while part := line.recv(4096):
                answer += part
        except ConnectionError:
            pass
        return answer


@pytest.mark.parametrize(
    "said",
    [b"", b"GET", LINE, b"POST / HTTP/1.1\r\nhost: here\r\ncontent-length: 9\r\n\r\nhal"],
    ids=["nothing", "half a line", "half a head", "half a body"],
)
def test_who_does_not_finish_is_let_go(address, said):
    """Whatever is lacking, the connection ends without an answer, and holds nothing any more."""
    assert heard(address, said) == b""


def drip(line, drop: bytes, rest: float) -> None:
    """Say it again and again."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        line.sendall(drop)
        time.sleep(rest)


@pytest.mark.parametrize(
    ("drop", "rest"), [(b"x-drip: 1\r\n", 0.05), (b"x-more: " + b"y" * 1000 + b"\r\n", 0)]
)
def test_a_head_without_an_end_is_cut_off(address, drop, rest):
    """Neither header by header, as the head has its time as a whole, nor faster than memory would bear."""
    with socket.create_connection(address, timeout=PATIENCE) as line:
        line.sendall(LINE)
        with pytest.raises(ConnectionError):
            drip(line, drop, rest)


def test_a_head_that_is_too_long_is_told_so(calm):
    """With the status that says it."""
    assert heard(calm, LINE + b"x-more: " + b"y" * 4200).startswith(b"HTTP/1.1 431 ")


def test_who_finishes_is_answered_however_long_the_answer_takes(calm):
    """The clock runs for the one who asks: not while the site works, not for what queues behind, not between two requests."""
    slow = LINE.replace(b"/ ", b"/slow ") + b"\r\n"
    last = LINE + b"connection: close\r\n\r\n"
    with httpx.Client(base_url="http://{}:{}".format(*calm), timeout=PATIENCE) as client:
        assert client.get("/").text == "0000000"
        assert heard(calm, slow + last).count(b"0000000") == 2
        assert client.post("/", content=b"x" * 300_000).text == "0300000"


@pytest.mark.parametrize(
    ("now", "asked"),
    [
        ((1024, 4096), (4096, 4096)),
        ((1024, 1_000_000), (65_536, 1_000_000)),
        ((1024, resource.RLIM_INFINITY), (65_536, resource.RLIM_INFINITY)),
        ((100_000, 1_000_000), None),
        ((resource.RLIM_INFINITY, resource.RLIM_INFINITY), None),
    ],
)
def test_as_many_connections_are_allowed_as_the_system_lets(now, asked):
    """Never fewer than before, never more than may be had."""
    put = []
    allow_many_files(lambda _which: now, lambda _which, limits: put.append(limits))
    assert put == ([asked] if asked else [])
