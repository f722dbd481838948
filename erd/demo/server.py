"""A dbt Cloud account on loopback: the API of `erd.demo.api` behind a real socket, with a ledger of what was asked."""

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SHUT_RDWR, socket
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

import msgspec

from erd.dbt_cloud.clock import Clock, SystemClock
from erd.demo import api
from erd.demo.account import Account, Token, demo_account

__all__ = ["Request", "Server", "demo_account", "serve"]

LOOPBACK = "127.0.0.1"
# How often the accepting thread looks whether it is to end.
POLL_SECONDS = 0.02
# No body of a request is longer.
BODY_BYTES = 1 << 20


class Request(msgspec.Struct, frozen=True):
    """A request that came. Of the Authorization header only the scheme is kept (`Token`, `Bearer`), None without.

    `body` is the JSON of a POST, decoded; None for one without, or of something else.
    """

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    authorization: str | None
    body: Any = None


class Server:
    """A running server: its address, a token that it accepts, and what it was asked so far, oldest first.

    `account` has also the runs that clients have started. Time is that of `clock`, from when the server started.
    """

    def __init__(self, account: Account, url: str, clock: Clock) -> None:
        self.account = account
        self.url = url
        self.requests: list[Request] = []
        self._clock = clock
        self._began, self._started = clock.now(), clock.monotonic()
        self._changing = threading.Lock()

    @property
    def token(self) -> str:
        """The first token of the account."""
        return self.account.tokens[0].value

    def answer(self, asked: api.Asked) -> api.Answer:
        """The answer to a request, now."""
        now = api.Now(self._began, self._clock.monotonic() - self._started)
        if asked.method == "GET":
            # Not one after the other: a file may be slow to come.
            return api.answer(self.account, self.url, now, asked)[0]
        with self._changing:
            answer, self.account = api.answer(self.account, self.url, now, asked)
        return answer


@contextmanager
def serve(account: Account, clock: Clock | None = None) -> Iterator[Server]:
    """A server for `account` on a free port of loopback; it, its connections and its threads end with the block.

    Without a clock, time is this machine's.
    """
    with _Listener(account, clock or SystemClock()) as listener:
        accepting = threading.Thread(target=listener.serve_forever, args=(POLL_SECONDS,), name="demo dbt Cloud")
        accepting.start()
        try:
            yield listener.server
        finally:
            listener.shutdown()
            accepting.join()
            listener.hang_up()


class _Listener(ThreadingHTTPServer):
    daemon_threads = False

    def __init__(self, account: Account, clock: Clock) -> None:
        super().__init__((LOOPBACK, 0), _Handler)
        self.server = Server(account, f"http://{LOOPBACK}:{self.server_port}", clock)
        self._connections: set[socket] = set()

    def get_request(self) -> tuple[socket, Any]:
        connection, address = super().get_request()
        self._connections.add(connection)
        return connection, address

    def shutdown_request(self, request: Any) -> None:
        self._connections.discard(request)
        super().shutdown_request(request)

    def hang_up(self) -> None:
        """End connections that clients keep open, for which threads wait."""
        for connection in tuple(self._connections):
            try:
                connection.shutdown(SHUT_RDWR)
            except OSError:
                continue

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up early is no news; for anything else the standard library prints a traceback."""
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Head and body leave together: apart, the body would wait for the client's delayed acknowledgement of the head.
    wbufsize = -1
    server: _Listener

    def do_GET(self) -> None:
        path, query = self._note()
        self._send(self.server.server.answer(api.Asked(path, query, self._token())))

    def do_POST(self) -> None:
        body = self._body()
        path, query = self._note(body or b"")
        if body is None:
            self._refuse_unread(413 if self.headers.get("Content-Length") else 411)
        else:
            self._send(self.server.server.answer(api.Asked(path, query, self._token(), "POST", body)))

    def do_PUT(self) -> None:
        self._note()
        self._refuse_unread(405)

    do_PATCH = do_PUT  # noqa: N815 (the standard library's name)
    do_DELETE = do_PUT  # noqa: N815 (the standard library's name)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the standard library's name)
        """Nothing: the ledger has it."""

    def _note(self, body: bytes = b"") -> tuple[str, dict[str, str]]:
        parts = urlsplit(self.path)
        path, query = unquote(parts.path), dict(parse_qsl(parts.query, keep_blank_values=True))
        headers = {name: value for name, value in self.headers.items() if name.lower() != "authorization"}
        scheme = self.headers.get("Authorization", "").partition(" ")[0] or None
        self.server.server.requests.append(Request(self.command, path, query, headers, scheme, _decoded(body)))
        return path, query

    def _body(self) -> bytes | None:
        """The whole body; None if its length is not given, or too much."""
        length = self.headers.get("Content-Length", "")
        if not re.fullmatch(r"[0-9]{1,18}", length) or int(length) > BODY_BYTES:
            return None
        return self.rfile.read(int(length))

    def _refuse_unread(self, status: int) -> None:
        # The body was not read, so what follows on this connection cannot be understood.
        self.close_connection = True
        self._send(api.refusal(status))

    def _token(self) -> Token | None:
        scheme, _, value = self.headers.get("Authorization", "").partition(" ")
        known = {token.value: token for token in self.server.server.account.tokens}
        return known.get(value) if scheme in {"Token", "Bearer"} else None

    def _send(self, answer: api.Answer) -> None:
        self.send_response(answer.status)
        self.send_header("Content-Type", answer.content_type)
        self.send_header("Content-Length", str(len(answer.body)))
        if answer.location:
            self.send_header("Location", answer.location)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(answer.body)


def _decoded(body: bytes) -> Any:
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
