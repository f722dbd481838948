"""A server on loopback that answers as it is told, wrongly where it is told so: request by request, byte by byte."""

import contextlib
import datetime as dt
import gzip
import ipaddress
import json
import socket
import ssl
import struct
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

LOOPBACK = "127.0.0.1"
RESET_ON_CLOSE = struct.pack("ii", 1, 0)
LONGEST_STALL_SECONDS = 20.0


class Asked(NamedTuple):
    """A request as it came, with the names of headers in lower case."""

    path: str
    headers: dict[str, str]
    method: str = "GET"
    body: bytes = b""


class Wire(NamedTuple):
    """The connection that a reply writes to, and the event that ends all waiting."""

    connection: socket.socket
    ended: threading.Event


Reply = Callable[[Wire], None]


class FaultServer:
    """A running server: its address, and what it was asked so far, oldest first."""

    def __init__(self, url: str, script: Mapping[str, Sequence[Reply]]) -> None:
        self.url = url
        self.requests: list[Asked] = []
        self._script = {ending: list(replies) for ending, replies in script.items()}
        self._lock = threading.Lock()

    def next_reply(self, asked: Asked) -> Reply:
        """The reply that is next for the path; the last one is repeated."""
        with self._lock:
            self.requests.append(asked)
            for ending, replies in self._script.items():
                if asked.path.partition("?")[0].endswith(ending):
                    return replies.pop(0) if len(replies) > 1 else replies[0]
        return missing


@contextmanager
def faults(*script: Reply, tls: ssl.SSLContext | None = None, **by_path: Sequence[Reply]) -> Iterator[FaultServer]:
    """A server that gives the replies one by one, whatever is asked; or by the path's ending (`manifest=[…]`)."""
    replies = {f"{name}.json": given for name, given in by_path.items()} | ({"": script} if script else {})
    ended = threading.Event()
    with socket.create_server((LOOPBACK, 0)) as listener:
        scheme, port = ("https" if tls else "http"), listener.getsockname()[1]
        server = FaultServer(f"{scheme}://{LOOPBACK}:{port}", replies)
        listener.settimeout(0.02)
        accepting = threading.Thread(target=_accept, args=(listener, server, tls, ended))
        accepting.start()
        try:
            yield server
        finally:
            ended.set()
            accepting.join()


def _accept(listener: socket.socket, server: FaultServer, tls: ssl.SSLContext | None, ended: threading.Event) -> None:
    answering = []
    while not ended.is_set():
        with contextlib.suppress(TimeoutError):
            connection, _ = listener.accept()
            thread = threading.Thread(target=_answer, args=(connection, server, tls, ended))
            thread.start()
            answering.append(thread)
    for thread in answering:
        thread.join()


def _answer(connection: socket.socket, server: FaultServer, tls: ssl.SSLContext | None, ended: threading.Event) -> None:
    with contextlib.ExitStack() as closing, contextlib.suppress(OSError):
        closing.enter_context(connection)
        connection.settimeout(LONGEST_STALL_SECONDS)
        if tls:
            connection = closing.enter_context(tls.wrap_socket(connection, server_side=True))
        asked = read_request(connection)
        server.next_reply(asked)(Wire(connection, ended))


def read_request(connection: socket.socket) -> Asked:
    """The next request of the connection."""
    with connection.makefile("rb") as stream:
        method, path, _ = stream.readline().decode().split(" ")
        headers = {}
        while line := stream.readline().decode().strip():
            name, _, value = line.partition(":")
            headers[name.lower()] = value.strip()
        # A body left unread would end the connection with a reset, and the answer with it.
        body = stream.read(int(headers.get("content-length", "0")))
    return Asked(path, headers, method, body)


def raw(data: bytes) -> Reply:
    """These bytes, then the end of the connection."""
    return lambda wire: wire.connection.sendall(data)


def answer(status: int, body: bytes, *headers: str) -> Reply:
    """A whole answer with its right length."""
    return raw(head(status, f"Content-Length: {len(body)}", *headers) + body)


def json_answer(data: object, status: int = 200, message: str = "Success!") -> Reply:
    """Dbt Cloud's envelope around `data`."""
    head = {"code": status, "is_success": status == 200, "user_message": message, "developer_message": None}
    body = json.dumps({"status": head, "data": data}).encode()
    return answer(status, body, "Content-Type: application/json")


def file_answer(body: bytes) -> Reply:
    """An artifact as it is."""
    return answer(200, body, "Content-Type: application/json")


def gzipped(body: bytes) -> Reply:
    """An artifact, compressed on its way."""
    return answer(200, gzip.compress(body), "Content-Encoding: gzip")


def gzip_cut(body: bytes) -> Reply:
    """A compressed artifact whose end is missing, with a length that says that all is there."""
    whole = gzip.compress(body)
    return answer(200, whole[: len(whole) // 2], "Content-Encoding: gzip")


def chunked_cut(body: bytes) -> Reply:
    """An artifact in chunks, the last of which never comes."""
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    return raw(head(200, "Transfer-Encoding: chunked") + chunk)


def shorter_than_said(body: bytes) -> Reply:
    """Half of the body, with the length of the whole."""
    return raw(head(200, f"Content-Length: {len(body)}", "Content-Type: application/json") + body[: len(body) // 2])


def without_length(body: bytes) -> Reply:
    """A body that ends where the connection ends."""
    return raw(head(200) + body)


def redirect(url: str, status: int = 302) -> Reply:
    """To another address."""
    return answer(status, b"", f"Location: {url}")


def page(status: int = 200) -> Reply:
    """A web page, as a proxy or a login would give."""
    return answer(
        status, b"<!doctype html><p>Please log in, secret page body", "Content-Type: text/html; charset=utf-8"
    )


def then_stall(data: bytes = b"") -> Reply:
    """These bytes, then nothing, with the connection open."""

    def reply(wire: Wire) -> None:
        wire.connection.sendall(data)
        wire.ended.wait(LONGEST_STALL_SECONDS)

    return reply


def stalled_body(body: bytes) -> Reply:
    """Half of the body, then nothing, with the connection open."""
    return then_stall(head(200, f"Content-Length: {len(body)}") + body[: len(body) // 2])


def reset(wire: Wire) -> None:
    """The connection is torn down without an answer."""
    wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def missing(wire: Wire) -> None:
    """404 in an envelope."""
    json_answer(None, 404, "Not found.")(wire)


def repeated(piece: bytes, times: int) -> Reply:
    """A large artifact, made as it is sent: a JSON string of so many pieces, in constant memory here too."""

    def reply(wire: Wire) -> None:
        wire.connection.sendall(head(200, f"Content-Length: {len(piece) * times + 9}"))
        with wire.connection.makefile("wb") as stream:
            _write_repeated(stream, piece, times)

    return reply


def repeated_gzipped(piece: bytes, times: int) -> Reply:
    """The same, compressed: little on the wire, much on the disk."""

    def reply(wire: Wire) -> None:
        wire.connection.sendall(head(200, "Content-Encoding: gzip"))
        with wire.connection.makefile("wb") as wide, gzip.GzipFile(fileobj=wide, mode="wb", compresslevel=1) as stream:
            _write_repeated(stream, piece, times)

    return reply


def _write_repeated(stream: IO[bytes] | gzip.GzipFile, piece: bytes, times: int) -> None:
    stream.write(b'{"a": "')
    for _ in range(times):
        stream.write(piece)
    stream.write(b'"}')


def head(status: int, *headers: str) -> bytes:
    """The status line and the headers; the connection ends after the body."""
    return "\r\n".join([f"HTTP/1.1 {status} As told", *headers, "Connection: close", "", ""]).encode()


class Certificate(NamedTuple):
    """A certificate that signed itself: where it lies, and the server's side of TLS with it."""

    path: Path
    server_side: ssl.SSLContext


def certificate(folder: Path, name: str) -> Certificate:
    """A new certificate for `name`, a host name or an address."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([_general_name(name)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    path = folder / "certificate.pem"
    path.write_bytes(
        made.public_bytes(serialization.Encoding.PEM)
        + key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return Certificate(path, context)


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)
