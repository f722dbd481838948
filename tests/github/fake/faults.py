"""What goes wrong on purpose with one request: before it is done, after it is done, or in between.

A fault that answers something else instead (`failing`, `reset`, `limited` …) keeps the request from being done;
`after` lets it be done all the same, and `late` when the client has already been told.
"""

import contextlib
import re
import select
import socket
import struct
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import Enum

from .exchange import Answer, Asked, error

RESET_ON_CLOSE = struct.pack("ii", 1, 0)
LONGEST_SILENCE_SECONDS = 20
SECONDARY_LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


class Effect(Enum):
    """When a request is done: never, before it is answered (as it should be), or after."""

    NEVER = "never"
    FIRST = "first"
    LAST = "last"


@dataclass(frozen=True)
class Fault:
    """What happens to one request, in this order; without anything given, what should.

    `meanwhile` is done first. What is answered goes through `alter`, and its bytes to `strike`, which has the
    connection.
    """

    meanwhile: Callable[[], object] = lambda: None
    effect: Effect = Effect.FIRST
    alter: Callable[[Answer], Answer] = lambda answer: answer
    strike: Callable[[socket.socket, bytes], None] = lambda connection, whole: connection.sendall(whole)
    later_seconds: float = 0


@dataclass(frozen=True)
class Due:
    """A fault that strikes the next request of a kind."""

    is_meant: Callable[[Asked], bool]
    fault: Fault


FINE = Fault()
"""Nothing goes wrong: put before others, it lets some requests pass."""


def after(fault: Fault) -> Fault:
    """The request is done, and then this goes wrong."""
    return replace(fault, effect=Effect.FIRST)


def late(fault: Fault, seconds: float) -> Fault:
    """This goes wrong, and some time after the client knows it, the request is done."""
    return replace(fault, effect=Effect.LAST, later_seconds=seconds)


def meanwhile(action: Callable[[], object]) -> Fault:
    """This happens when the request has come, before it is done; nothing goes wrong with the request itself."""
    return Fault(meanwhile=action)


def slow(seconds: float) -> Fault:
    """The request is done and answered, only later."""
    return meanwhile(lambda: time.sleep(seconds))


def slow_to_answer(seconds: float) -> Fault:
    """The request is done at once, and answered later."""

    def strike(connection: socket.socket, whole: bytes) -> None:
        time.sleep(seconds)
        connection.sendall(whole)

    return Fault(strike=strike)


def linked(origin: str) -> Fault:
    """The answer names its other pages on another host."""

    def alter(answer: Answer) -> Answer:
        link = re.sub(r"<https?://[^/]+", f"<{origin}", answer.headers.get("Link", ""))
        return answer._replace(headers={**answer.headers, "Link": link})

    return Fault(alter=alter)


def raw(data: bytes) -> Fault:
    """These bytes instead of the answer."""
    return _instead(lambda connection, _: connection.sendall(data))


def answered(answer: Answer) -> Fault:
    """Another answer instead."""
    body = answer.body()
    return raw(_head(answer.status, *(f"{n}: {v}" for n, v in answer.headers.items()), length=len(body)) + body)


def failing(status: int) -> Fault:
    """An error of GitHub's own making."""
    return answered(error(status, "Server Error"))


def limited(status: int, retry_after: int | None = None) -> Fault:
    """One of GitHub's secondary limits, which are told by a 403 or a 429, with or without how long to wait."""
    headers = {} if retry_after is None else {"retry_after": str(retry_after)}
    return answered(error(status, SECONDARY_LIMIT, **headers))


def text(status: int, body: str, content_type: str = "text/html; charset=utf-8") -> Fault:
    """Something else than GitHub's API gives."""
    data = body.encode()
    return raw(_head(status, length=len(data), content_type=content_type) + data)


def redirected(status: int, url: str) -> Fault:
    """To another address."""
    moved = error(status, "Moved Permanently", location=url)
    return answered(moved._replace(json=moved.json | {"url": url}))


def _instead(strike: Callable[[socket.socket, bytes], None]) -> Fault:
    return Fault(effect=Effect.NEVER, strike=strike)


def _reset(connection: socket.socket, _: bytes) -> None:
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def _silent(connection: socket.socket, _: bytes) -> None:
    # It can be read from when the client has gone.
    with contextlib.suppress(OSError):
        select.select([connection], [], [], LONGEST_SILENCE_SECONDS)


def _cut(connection: socket.socket, whole: bytes) -> None:
    connection.sendall(whole[:-20])


def _cut_without_length(connection: socket.socket, whole: bytes) -> None:
    body = whole.partition(b"\r\n\r\n")[2]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n\r\n"
    connection.sendall(head + body[:-20])


reset = _instead(_reset)
"""The connection is torn down without an answer."""

silent = _instead(_silent)
"""Nothing is answered until the client has gone."""

cut = Fault(strike=_cut)
"""The request is done; the answer ends before its end, and its length tells."""

cut_without_length = Fault(strike=_cut_without_length)
"""The request is done; the answer ends before its end, and only its JSON tells."""


def _head(status: int, *headers: str, length: int, content_type: str = "application/json; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status} As told", f"Content-Type: {content_type}", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()
