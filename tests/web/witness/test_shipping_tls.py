"""Heads that go to another machine: by TLS, to whom the machine's authorities vouch for, or not at all."""

from __future__ import annotations

import datetime as dt
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from almenara.witness.shipping import send_to_syslog

LINES = ['{"number": 1}', '{"number": 2}']


class Server:
    """Syslog by TLS, of localhost, which takes one connection after the other."""

    def __init__(self, certificate: Path) -> None:
        self.received: list[bytes] = []
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, args=(context,))
        self.thread.start()

    def _serve(self, context: ssl.SSLContext) -> None:
        with suppress(OSError):
            while True:
                plain, _ = self.listener.accept()
                with suppress(OSError), context.wrap_socket(plain, server_side=True) as stream:
                    while part := stream.recv(65_536):
                        self.received.append(part)

    def end(self) -> None:
        """May be said twice."""
        if not self.thread.is_alive():
            return
        self.listener.shutdown(socket.SHUT_RDWR)
        self.listener.close()
        self.thread.join()


@pytest.fixture
def certificate(tmp_path: Path) -> Path:
    """Of localhost, signed by itself: key and certificate in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("localhost")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    file = tmp_path / "server.pem"
    file.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return file


@pytest.fixture
def server(certificate: Path) -> Iterator[Server]:
    made = Server(certificate)
    yield made
    made.end()


def test_what_is_sent_arrives_each_after_its_length(
    server: Server, certificate: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.WITNESS_SYSLOG = f"tls://localhost:{server.port}"
    send_to_syslog(LINES)
    server.end()
    text, heads = b"".join(server.received), []
    while text:
        length, _, rest = text.partition(b" ")
        heads.append(rest[: int(length)].rpartition(b" - ")[2].decode())
        text = rest[int(length) :]
    assert heads == LINES


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_nobody_else_is_told(
    server: Server, certificate: Path, settings: Any, monkeypatch: pytest.MonkeyPatch, host: str
) -> None:
    """An authority that the machine does not know; and one that it knows, for another name."""
    if host != "localhost":
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate))
    settings.WITNESS_SYSLOG = f"tls://{host}:{server.port}"
    with pytest.raises(ssl.SSLCertVerificationError):
        send_to_syslog(LINES)
    assert server.received == []
