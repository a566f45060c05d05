"""A real coturn on the loopback, as a host would set it up who shares a secret with the site."""

from __future__ import annotations

import contextlib
import ipaddress
import secrets
import shutil
import socket
import subprocess
import time
from base64 import b64encode
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

PROGRAM = shutil.which("turnserver")
HOST = "127.0.0.1"
CONFIG = """\
listening-ip={host}
relay-ip={host}
listening-port={port}
tls-listening-port={tls_port}
min-port=61000
max-port=65000
realm=test
use-auth-secret
user-quota=3
static-auth-secret={secret}
cert={folder}/cert.pem
pkey={folder}/key.pem
userdb={folder}/users
pidfile={folder}/pid
log-file=stdout
simple-log
no-cli
"""


@dataclass
class TurnServer:
    """A coturn that can be started again: its folder, its ports, its secret, and the pin of its certificate."""

    folder: Path
    port: int
    tls_port: int
    secret: str
    pin: str
    process: subprocess.Popen[bytes] | None = None

    def addresses(self) -> list[str]:
        """By UDP, by TCP and by TLS, as browsers want to read them (RFC 7065)."""
        plain = f"turn:{HOST}:{self.port}?transport="
        return [f"{plain}udp", f"{plain}tcp", f"turns:{HOST}:{self.tls_port}?transport=tcp"]

    def start(self, *, seconds: float = 60) -> None:
        """Start it if it does not run, and wait until it answers."""
        if self.process:
            return
        log = self.folder / "log"
        with log.open("wb") as out:
            command = [PROGRAM or "turnserver", "-c", self.folder / "turnserver.conf"]
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out)
        until = time.monotonic() + seconds
        while not answers(self.port):
            if self.process.poll() is not None or time.monotonic() > until:
                pytest.fail(f"coturn did not open: {log.read_text(errors='replace')[-2000:]}", pytrace=False)
            time.sleep(0.1)

    def kill(self) -> None:
        """End it as a power cut would."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None


def make_certificate(folder: Path) -> str:
    """Write a certificate that nobody vouches for; its pin, as Chromium wants it."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, HOST)])
    now = datetime.now(UTC)  # noqa: TID251 (a test stands at the edge)
    place = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(HOST))])
    builder = x509.CertificateBuilder(name, name, key.public_key(), x509.random_serial_number())
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=7))
    certificate = builder.add_extension(place, critical=False).sign(key, SHA256())
    (folder / "cert.pem").write_bytes(certificate.public_bytes(Encoding.PEM))
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    public = key.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return b64encode(sha256(public).digest()).decode()


def free_ports() -> tuple[int, int]:
    """Two ports of the loopback that nobody uses, neither by TCP nor by UDP."""
    while True:
        with socket.socket() as first, socket.socket() as second:
            first.bind((HOST, 0))
            second.bind((HOST, 0))
            ports = first.getsockname()[1], second.getsockname()[1]
            with contextlib.suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as other:
                other.bind((HOST, ports[0]))
                return ports


def answers(port: int) -> bool:
    """Whether it answers by UDP (STUN, RFC 8489) and takes connections."""
    request = b"\x00\x01\x00\x00\x21\x12\xa4\x42" + secrets.token_bytes(12)
    with contextlib.suppress(OSError), socket.socket(type=socket.SOCK_DGRAM) as door:
        door.settimeout(0.5)
        door.sendto(request, (HOST, port))
        if door.recv(1500)[8:20] == request[8:20]:
            socket.create_connection((HOST, port), timeout=0.5).close()
            return True
    return False


def set_up_turnserver(folder: Path) -> TurnServer:
    """Write its configuration, with a secret of its own."""
    (port, tls_port), secret = free_ports(), secrets.token_hex(20)
    server = TurnServer(folder, port, tls_port, secret, make_certificate(folder))
    config = CONFIG.format(host=HOST, port=port, tls_port=tls_port, secret=secret, folder=folder)
    (folder / "turnserver.conf").write_text(config)
    return server
