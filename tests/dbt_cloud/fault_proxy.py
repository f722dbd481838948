"""A dbt Cloud account behind a socket that does not always hold: each request gets its answer, or a fault instead.

What is answered is what `erd.demo.api` answers. Which request gets which fault is for the plan to say.
"""

import contextlib
import select
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import parse_qsl, urlsplit

from erd.demo import api
from erd.demo.account import Account

from .faults import LONGEST_STALL_SECONDS, LOOPBACK, Asked, Wire, head, read_request
from .quick_clock import QuickClock

POLL_SECONDS = 0.02
ENOUGH_CONNECTIONS = 128


class Exchange(NamedTuple):
    """A request and what dbt Cloud would answer it; a fault makes of that what it will, and may be there to stay."""

    wire: Wire
    asked: Asked
    answer: api.Answer
    proxy: "Proxy"
    is_lasting: bool = False

    def send(self, data: bytes) -> None:
        """These bytes, as they are."""
        self.wire.connection.sendall(data)

    def wait(self, seconds: float = LONGEST_STALL_SECONDS) -> bool:
        """Do nothing for so long; whether the end of the story came before."""
        return self.wire.ended.wait(seconds)


Play = Callable[[Exchange], None]


class Planned(NamedTuple):
    """What to play now, and whether it will always be played from now on."""

    play: Play
    is_lasting: bool = False


Plan = Callable[[Asked, api.Answer], Planned | None]


class Door:
    """A port on loopback that takes connections, refuses them, or leaves them waiting."""

    def __init__(self) -> None:
        with socket.create_server((LOOPBACK, 0)) as chosen:
            address = chosen.getsockname()
        # Bound to a port that was named, it keeps it while it does not listen.
        self._socket = socket.create_server(address)
        self._socket.setblocking(False)
        self._waiting: list[socket.socket] = []
        self._is_open = True
        self._pauses: int | None = None
        self._lock = threading.Lock()
        self.port: int = address[1]

    def taken(self) -> socket.socket | None:
        """The next connection, if one comes in a moment."""
        select.select([self._socket] if self._is_open else [], [], [], POLL_SECONDS)
        with self._lock, contextlib.suppress(BlockingIOError):
            if self._is_open:
                return self._socket.accept()[0]
        return None

    def refuse(self, pauses: int | None) -> None:
        """Refuse connections from now on, until somebody has paused so many times."""
        with self._lock:
            if self._is_open:
                self._is_open, self._pauses = False, pauses
                self._socket.shutdown(socket.SHUT_RDWR)

    def fill(self, pauses: int | None) -> None:
        """The same, but leave them waiting: the queue is full."""
        with self._lock:
            if not self._is_open:
                return
            self._is_open, self._pauses = False, pauses
            self._socket.listen(0)
            while True:
                waiting = socket.socket()
                waiting.settimeout(POLL_SECONDS)
                self._waiting.append(waiting)
                try:
                    waiting.connect((LOOPBACK, self.port))
                except OSError:
                    return

    def pass_a_pause(self) -> None:
        """Take connections again, if there were pauses enough."""
        with self._lock:
            if self._is_open or self._pauses is None:
                return
            self._pauses -= 1
            if self._pauses > 0:
                return
            for waiting in self._waiting:
                waiting.close()
            self._waiting.clear()
            self._socket.listen(ENOUGH_CONNECTIONS)
            self._is_open = True

    def close(self) -> None:
        """Give the port back."""
        for waiting in self._waiting:
            waiting.close()
        self._socket.close()


class Elsewhere:
    """Another host, to which requests are sent on: it answers what it holds, and 403 to everything else."""

    def __init__(self, port: int) -> None:
        self.host = f"{LOOPBACK}:{port}"
        self.requests: list[Asked] = []
        self._held: dict[str, api.Answer] = {}

    def hold(self, path: str, answer: api.Answer) -> str:
        """Where the answer can be had from now on."""
        self._held[f"/held{path}"] = answer
        return f"http://{self.host}/held{path}"

    def answer(self, wire: Wire) -> None:
        """Answer one request."""
        asked = read_request(wire.connection)
        self.requests.append(asked)
        held = self._held.get(asked.path, api.Answer(403, b"<Error>AccessDenied</Error>", "application/xml"))
        wire.connection.sendall(whole(held))


class Proxy:
    """The account's host: its address, and what it was asked so far, oldest first."""

    def __init__(self, account: Account, door: Door, clock: QuickClock, elsewhere: Elsewhere, plan: Plan) -> None:
        self.door = door
        self.elsewhere = elsewhere
        self.host = f"{LOOPBACK}:{door.port}"
        self.url = f"http://{self.host}"
        self.requests: list[Asked] = []
        self._account = account
        self._clock = clock
        self._plan = plan
        self._began, self._started = clock.now(), clock.monotonic()
        self._choosing = threading.Lock()

    def answer(self, wire: Wire) -> None:
        """Answer one request, or play the fault that the plan has for it."""
        asked = read_request(wire.connection)
        answer = self.true_answer(asked)
        with self._choosing:
            self.requests.append(asked)
            play, is_lasting = self._plan(asked, answer) or Planned(honest)
        play(Exchange(wire, asked, answer, self, is_lasting))

    def true_answer(self, asked: Asked) -> api.Answer:
        """What dbt Cloud would answer now."""
        parts = urlsplit(asked.path)
        query = dict(parse_qsl(parts.query, keep_blank_values=True))
        known = {f"Token {token.value}": token for token in self._account.tokens}
        token = known.get(asked.headers.get("authorization", ""))
        now = api.Now(self._began, self._clock.monotonic() - self._started)
        question = api.Asked(parts.path, query, token, asked.method, asked.body)
        return api.answer(self._account, f"http://{self.host}", now, question)[0]


def honest(exchange: Exchange) -> None:
    """The answer as it is."""
    exchange.send(whole(exchange.answer))


def whole(answer: api.Answer) -> bytes:
    """An answer with its right length."""
    location = (f"Location: {answer.location}",) if answer.location else ()
    length, kind = f"Content-Length: {len(answer.body)}", f"Content-Type: {answer.content_type}"
    return head(answer.status, length, kind, *location) + answer.body


@contextmanager
def proxy(account: Account, clock: QuickClock, plan: Plan, tls: ssl.SSLContext | None = None) -> Iterator[Proxy]:
    """The account on a free port of loopback; it, its connections and its threads end with the block."""
    with contextlib.ExitStack() as closing:
        ended = threading.Event()
        here, there = (
            closing.enter_context(contextlib.closing(Door())),
            closing.enter_context(contextlib.closing(Door())),
        )
        elsewhere = Elsewhere(there.port)
        server = Proxy(account, here, clock, elsewhere, plan)
        server.url = f"{'https' if tls else 'http'}://{server.host}"
        doors: list[tuple[Door, Callable[[Wire], None], ssl.SSLContext | None]] = [
            (here, server.answer, tls),
            (there, elsewhere.answer, None),
        ]
        threads = [threading.Thread(target=_serve, args=(*door, ended)) for door in doors]
        for thread in threads:
            thread.start()
            closing.callback(thread.join)
        closing.callback(ended.set)
        yield server


def _serve(door: Door, answer: Callable[[Wire], None], tls: ssl.SSLContext | None, ended: threading.Event) -> None:
    answering = []
    while not ended.is_set():
        if connection := door.taken():
            thread = threading.Thread(target=_answer, args=(connection, answer, tls, ended))
            thread.start()
            answering.append(thread)
    for thread in answering:
        thread.join()


def _answer(
    connection: socket.socket, answer: Callable[[Wire], None], tls: ssl.SSLContext | None, ended: threading.Event
) -> None:
    # A client that hangs up early, or asks nothing, is no news.
    with contextlib.ExitStack() as closing, contextlib.suppress(OSError, ValueError):
        closing.enter_context(connection)
        connection.settimeout(LONGEST_STALL_SECONDS)
        if tls:
            connection = closing.enter_context(tls.wrap_socket(connection, server_side=True))
        answer(Wire(connection, ended))
