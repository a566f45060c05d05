"""Runs the ASGI server (uvicorn, decision 0010) on a port that is already taken, and says when it answers."""

from __future__ import annotations

import http.client
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable

import uvicorn
from uvicorn.supervisors import Multiprocess

from sawtna.web.patience import PatientProtocol, allow_many_files

BACKLOG = 2048
PATIENCE = 30.0  # seconds for one try at the first answer


def serve(door: socket.socket, *, workers: int, announce: Callable[[], None]) -> int:
    """Serve until SIGINT or SIGTERM; requests that are being answered are finished first."""
    config = uvicorn.Config(
        "sawtna.web.asgi:application",
        workers=workers,
        http=PatientProtocol,
        loop="uvloop",
        lifespan="on",
        ws="wsproto",
        ws_max_size=1024,  # bytes: one address echoes, and nothing else is a WebSocket here
        ws_per_message_deflate=False,
        backlog=BACKLOG,
        access_log=False,  # an access log is a list of addresses: none is kept
        log_config=None,  # Django's settings say what is logged
        server_header=False,
        proxy_headers=False,  # nobody asks where a visitor comes from
        timeout_keep_alive=20,
        timeout_graceful_shutdown=10,
        timeout_worker_healthcheck=30,  # a busy machine is no reason to kill a worker
    )
    allow_many_files()
    door.listen(BACKLOG)
    threading.Thread(target=wait_and_announce, args=(door, announce), daemon=True).start()
    # uvicorn finishes what is going on, and then sends itself the signal again: to be told to close is no failure.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
    if workers > 1:
        Multiprocess(config, sockets=[door]).run()
    else:
        uvicorn.Server(config).run(sockets=[door])
    return 0


def wait_and_announce(door: socket.socket, announce: Callable[[], None]) -> None:
    """Ask for the first page until it comes, however busy the machine is; that also puts it on the shelf."""
    host, port = door.getsockname()[:2]
    while True:
        try:
            connection = http.client.HTTPConnection(host, port, timeout=PATIENCE)
            connection.request("GET", "/")
            if connection.getresponse().status < 500:
                announce()
                return
        except (OSError, http.client.HTTPException):
            pass
        time.sleep(0.05)
