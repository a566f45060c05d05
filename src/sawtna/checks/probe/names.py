"""What this network's resolver says of names, beside what the far end's says."""

from __future__ import annotations

import asyncio
import socket

from sawtna.checks.flows.dns import NAMES

SECONDS = 5.0


async def ask_resolver() -> dict[str, list[str]]:
    """Addresses of each name by the system's resolver; an empty list: there is no such name; a missing name: no answer."""
    loop = asyncio.get_running_loop()

    async def ask(name: str) -> tuple[str, list[str] | None]:
        try:
            async with asyncio.timeout(SECONDS):
                found = await loop.getaddrinfo(name, 443, type=socket.SOCK_STREAM)
        except socket.gaierror as error:
            return name, [] if error.errno == socket.EAI_NONAME else None
        except (OSError, TimeoutError):
            return name, None
        return name, sorted({str(one[4][0]) for one in found})

    answers = await asyncio.gather(*map(ask, NAMES))
    return {name: addresses for name, addresses in answers if addresses is not None}
