"""What can go wrong with one answer, byte by byte: each function plays it in place of the answer or upon it."""

import gzip
import json
import socket
from collections.abc import Callable, Iterator
from typing import Any

import msgspec

from erd.demo.api import Answer

from .fault_proxy import Exchange, Play, whole
from .faults import RESET_ON_CLOSE, head

# So many of a client's pauses long a port is closed: one before which it was torn down, one before which it was closed.
PAUSES = 2
DRIP_SECONDS = 0.004
KEEP_DRIPPING_SECONDS = 0.03
# More than the largest file that the story takes, and little of it on the wire.
BOMB_BYTES = 8_000_000


def reset(exchange: Exchange) -> None:
    """Tear the connection down when it is closed, instead of ending it."""
    exchange.wire.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET_ON_CLOSE)


def refused(exchange: Exchange) -> None:
    """Tear it down, and take no other."""
    exchange.proxy.door.refuse(None if exchange.is_lasting else PAUSES)
    reset(exchange)


def not_taken(exchange: Exchange) -> None:
    """Tear it down, and leave others waiting."""
    exchange.proxy.door.fill(None if exchange.is_lasting else PAUSES)
    reset(exchange)


def up_to(where: str, then: Callable[[Exchange], Any]) -> Play:
    """The answer up to a place in it, then something else."""

    def play(exchange: Exchange) -> None:
        exchange.send(_part(exchange.answer, where))
        then(exchange)

    return play


def ended(exchange: Exchange) -> None:
    """Nothing more: the connection ends."""


def stalled(exchange: Exchange) -> None:
    """Nothing more, and the connection stays."""
    exchange.wait()


def dripped(where: str) -> Play:
    """The answer, from a place on in little pieces."""

    def play(exchange: Exchange) -> None:
        data = whole(exchange.answer)
        begin = len(_part(exchange.answer, where))
        exchange.send(data[:begin])
        size = max(1, (len(data) - begin) // 20)
        for at in range(begin, len(data), size):
            exchange.send(data[at : at + size])
            exchange.wait(DRIP_SECONDS)

    return play


def dripping(start: Callable[[Exchange], bytes], drop: bytes) -> Play:
    """A beginning, then the same for ever."""

    def play(exchange: Exchange) -> None:
        exchange.send(start(exchange))
        while not exchange.wait(KEEP_DRIPPING_SECONDS):
            exchange.send(drop)

    return play


def raw(data: bytes) -> Play:
    """These bytes."""
    return lambda exchange: exchange.send(data)


def status(code: int, *headers: str, message: str | None = "", data: object = None) -> Play:
    """A refusal in dbt Cloud's envelope."""
    said = {"code": code, "is_success": False, "user_message": message, "developer_message": None}
    return answered(
        code, json.dumps({"status": said, "data": data}).encode(), "Content-Type: application/json", *headers
    )


def answered(code: int, body: bytes, *headers: str) -> Play:
    """A whole answer with this body."""
    return raw(head(code, f"Content-Length: {len(body)}", *headers) + body)


def page(code: int, kind: str = "text/html; charset=utf-8") -> Play:
    """A web page, as a proxy or a login would give."""
    return answered(code, b"<!doctype html><p>Please log in, secret page body", f"Content-Type: {kind}")


def headed(
    *headers: str, body: Callable[[bytes], bytes] = bytes, length: Callable[[int], object] | None = None
) -> Play:
    """The answer with other headers, perhaps with another body, and with a length that is said of the true body."""

    def play(exchange: Exchange) -> None:
        said = (f"Content-Length: {length(len(exchange.answer.body))}",) if length else ()
        kind = f"Content-Type: {exchange.answer.content_type}"
        exchange.send(head(exchange.answer.status, kind, *said, *headers) + body(exchange.answer.body))

    return play


def with_body(change: Callable[[bytes], bytes]) -> Play:
    """The answer with another body, of the right length."""

    def play(exchange: Exchange) -> None:
        exchange.send(whole(msgspec.structs.replace(exchange.answer, body=change(exchange.answer.body))))

    return play


def with_data(change: Callable[[Any], Any]) -> Play:
    """The answer with other data in its envelope; a file, which has none, is itself other."""

    def changed(body: bytes) -> bytes:
        content = json.loads(body)
        if isinstance(content, dict) and "status" in content and "data" in content:
            return json.dumps(content | {"data": change(content["data"])}).encode()
        return json.dumps(change(content)).encode()

    return with_body(changed)


def gzipped(change: Callable[[bytes], bytes] = bytes) -> Play:
    """The answer compressed, with a length that says that all is there."""

    def play(exchange: Exchange) -> None:
        body = change(gzip.compress(exchange.answer.body))
        exchange.send(
            head(200, f"Content-Length: {len(body)}", "Content-Encoding: gzip", "Content-Type: application/json") + body
        )

    return play


def chunked(pieces: Callable[[bytes], Iterator[bytes]]) -> Play:
    """The answer in chunks, as they are given."""

    def play(exchange: Exchange) -> None:
        exchange.send(head(200, "Transfer-Encoding: chunked", "Content-Type: application/json"))
        for piece in pieces(exchange.answer.body):
            exchange.send(piece)

    return play


def chunk(data: bytes) -> bytes:
    """One chunk."""
    return b"%x\r\n%s\r\n" % (len(data), data)


def redirected(code: int, to: Callable[[Exchange], str]) -> Play:
    """To another address."""
    return lambda exchange: exchange.send(head(code, "Content-Length: 0", f"Location: {to(exchange)}"))


def here(exchange: Exchange) -> str:
    """The address that was asked for."""
    return exchange.asked.path


def elsewhere(exchange: Exchange) -> str:
    """An address on another host, which has the answer."""
    return exchange.proxy.elsewhere.hold(exchange.asked.path, exchange.answer)


def elsewhere_missing(exchange: Exchange) -> str:
    """An address on another host, which does not find it."""
    answer = Answer(404, b"<Error>NoSuchKey</Error>", "application/xml")
    return exchange.proxy.elsewhere.hold(exchange.asked.path, answer)


def elsewhere_refused(exchange: Exchange) -> str:
    """An address on another host, which refuses."""
    return f"http://{exchange.proxy.elsewhere.host}/?signature=secret"


def _part(answer: Answer, where: str) -> bytes:
    """The answer as far as the place that `where` names."""
    data = whole(answer)
    first, headers = data.index(b"\r\n"), data.index(b"\r\n\r\n") + 4
    body = len(answer.body)
    ends = {
        "nothing": 0,
        "status": first - 4,
        "headers": (first + headers) // 2,
        "all headers": headers,
        "body": headers + body // 2,
        "almost all": headers + body - 1,
    }
    return data[: ends[where]]
