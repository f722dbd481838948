"""Lets a machine reach a dbt Cloud on loopback by its own name, over TLS: by a proxy, as companies put before theirs.

So workflows can be run as they stand, with the address that is written in them.
"""

import datetime as dt
import select
import socket
import socketserver
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

LOOPBACK = "127.0.0.1"
_CHUNK = 65_536


class Front(NamedTuple):
    """The proxy's address, the certificate by which its host is known, and which hosts were asked for in vain."""

    url: str
    certificate: Path
    refused: list[str]

    def environ(self, certificate: str) -> dict[str, str]:
        """What a machine behind the proxy has in its environment, where its copy of the certificate is at that path."""
        return {"HTTPS_PROXY": self.url, "NO_PROXY": LOOPBACK, "REQUESTS_CA_BUNDLE": certificate}


@contextmanager
def front(host: str, port: int, folder: Path) -> Iterator[Front]:
    """A proxy that lets through to `host` only, which is what listens on `port` of loopback."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate, key = _certificate(host, folder)
    context.load_cert_chain(certificate, key)
    refused: list[str] = []

    class Handler(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            wanted = self.rfile.readline().split(b" ")[1].decode()
            while self.rfile.readline().strip():
                pass
            if wanted != f"{host}:443":
                refused.append(wanted)
                self.wfile.write(b"HTTP/1.1 403 Forbidden\r\n\r\n")
                return
            self.wfile.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            with suppress(OSError), context.wrap_socket(self.connection, server_side=True) as theirs:
                _relay(theirs, port)

    class Listener(socketserver.ThreadingTCPServer):
        daemon_threads = True
        block_on_close = False

    with Listener((LOOPBACK, 0), Handler) as listener:
        accepting = threading.Thread(target=listener.serve_forever, args=(0.02,))
        accepting.start()
        try:
            yield Front(f"http://{LOOPBACK}:{listener.server_address[1]}", certificate, refused)
        finally:
            listener.shutdown()
            accepting.join()


def _relay(theirs: ssl.SSLSocket, port: int) -> None:
    """Until one of them hangs up. The TLS socket is used by this thread only."""
    with socket.create_connection((LOOPBACK, port)) as ours:
        while True:
            ready = [theirs] if theirs.pending() else select.select([theirs, ours], [], [])[0]
            for one, other in ((theirs, ours), (ours, theirs)):
                if one in ready:
                    data = one.recv(_CHUNK)
                    if not data:
                        return
                    other.sendall(data)


def _certificate(host: str, folder: Path) -> tuple[Path, Path]:
    """A certificate of the host's that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    certificate, private = folder / "front.pem", folder / "front.key"
    certificate.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    private.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return certificate, private
