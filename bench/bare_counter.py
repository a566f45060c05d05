"""The peer of casting.py: an application that reads a request, answers 4,096 bytes, and for /issue makes BALLOTS signatures.

It checks nothing, stores nothing and sends no mail: what is left of a run when all that protects people is taken away.
"""

from __future__ import annotations

import asyncio
import base64
import json
import os

from sawtna.campaigns.issuer.openssl import OpenSSL

BALLOTS = int(os.environ.get("BALLOTS", "1"))
_BACKEND = OpenSSL()
SIGNER = _BACKEND.open(_BACKEND.create())
MESSAGE = bytes(1) + os.urandom(255)


def _sign() -> list[str]:
    return [base64.b64encode(SIGNER.sign_raw(MESSAGE)).decode() for _ in range(BALLOTS)]


async def application(scope, receive, send) -> None:
    """Answer."""
    if scope["type"] != "http":
        return
    while (await receive()).get("more_body"):
        pass
    answer = {}
    if scope["path"].endswith("/issue"):
        answer = {"sigs": await asyncio.get_running_loop().run_in_executor(None, _sign)}
    body = json.dumps(answer).encode().ljust(4096)
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": 200, "headers": [length]})
    await send({"type": "http.response.body", "body": body})
