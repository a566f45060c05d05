"""What else is in the lab's world: a resolver that knows every name, and a captive portal's page. Started by the lab."""

from __future__ import annotations

import asyncio
import hashlib
import sys
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from typing import cast

from sawtna.checks.far_end.identity import load_identity
from sawtna.checks.lab.inspection import question

PORTAL_PAGE = b"HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"


class Resolver(asyncio.DatagramProtocol):
    """Answers each A question with an address made from the name, each other with nothing."""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep the way back."""
        self.transport = cast("asyncio.DatagramTransport", transport)  # it is no subclass before Python 3.12

    def datagram_received(self, data: bytes, source: tuple[str, int]) -> None:
        """One question."""
        name = question(data)
        end = 12 + sum(len(label) + 1 for label in name.split(".")) + 5
        asked = data[12:end]
        digest = hashlib.sha256(name.lower().encode()).digest()
        address = bytes([93, 184, digest[0], digest[1] % 254 + 1])
        answer = (
            b"\xc0\x0c\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04" + address
            if asked[-4:-2] == b"\x00\x01"
            else b""
        )
        head = data[:2] + b"\x81\x80\x00\x01" + (b"\x00\x01" if answer else b"\x00\x00") + bytes(4)
        self.transport.sendto(head + asked + answer, source)


async def _portal(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        async with asyncio.timeout(5):
            await reader.read(4096)
            writer.write(PORTAL_PAGE)
            await writer.drain()
    except (OSError, TimeoutError):
        pass
    finally:
        writer.close()


async def serve(resolver: str, portal: str) -> None:
    """Serve until the lab ends it."""
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(Resolver, local_addr=(resolver, 53))
    with tempfile.TemporaryDirectory() as folder:
        foreign = load_identity(Path(folder), datetime.now(UTC))  # noqa: TID251 (an edge)
        await asyncio.start_server(_portal, portal, 443, ssl=foreign.context)
        await asyncio.start_server(_portal, portal, 80)
        sys.stdout.write("The world is open.\n")
        sys.stdout.flush()
        await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(serve(sys.argv[1], sys.argv[2]))
