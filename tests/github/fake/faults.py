"""What goes wrong on purpose: instead of an answer, some bytes or none."""

import socket
import struct
from collections.abc import Callable
from typing import NamedTuple

from .exchange import Answer, error

RESET_ON_CLOSE = struct.pack("ii", 1, 0)

# What is done to the connection, given the answer's bytes if there were no fault.
Fault = Callable[[socket.socket, bytes], None]


class Due(NamedTuple):
    """A fault that strikes the next requests whose path holds a text."""

    part: str
    fault: Fault


def raw(data: bytes) -> Fault:
    """These bytes instead of the answer."""
    return lambda connection, _: connection.sendall(data)


def answered(answer: Answer) -> Fault:
    """Another answer instead."""
    body = answer.body()
    return raw(_head(answer.status, *(f"{n}: {v}" for n, v in answer.headers.items()), length=len(body)) + body)


def failing(status: int) -> Fault:
    """An error of GitHub's own making."""
    return answered(error(status, "Server Error"))


def text(status: int, body: str, content_type: str = "text/html; charset=utf-8") -> Fault:
    """Something else than GitHub's API gives."""
    data = body.encode()
    return raw(_head(status, length=len(data), content_type=content_type) + data)


def redirected(status: int, url: str) -> Fault:
    """To another address."""
    moved = error(status, "Moved Permanently", location=url)
    return answered(moved._replace(json=moved.json | {"url": url}))


def reset(connection: socket.socket, _: bytes) -> None:
    """The connection is torn down without an answer."""
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def cut(connection: socket.socket, whole: bytes) -> None:
    """The answer ends before its end, and its length tells."""
    connection.sendall(whole[:-20])


def cut_without_length(connection: socket.socket, whole: bytes) -> None:
    """The answer ends before its end, and only its JSON tells."""
    body = whole.partition(b"\r\n\r\n")[2]
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close\r\n\r\n"
    connection.sendall(head + body[:-20])


def _head(status: int, *headers: str, length: int, content_type: str = "application/json; charset=utf-8") -> bytes:
    lines = [f"HTTP/1.1 {status} As told", f"Content-Type: {content_type}", f"Content-Length: {length}", *headers]
    return "\r\n".join([*lines, "Connection: close", "", ""]).encode()
