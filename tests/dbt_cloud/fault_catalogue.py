"""The faults by name, each with the words in which users are told of it."""

import gzip
import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec

from . import fault_plays as plays
from .fault_plays import answered, chunk, chunked, dripped, dripping, gzipped, headed, page, redirected, status, up_to
from .fault_proxy import Exchange, Play
from .faults import head

ONCE, TWICE, THRICE, ALWAYS = 1, 2, 3, None
NOT_FOUND = "The requested resource was not found or you do not have access to it."
SOON, LATE = "Retry-After: 7", "Retry-After: 4000"
# Newer than any run of the account.
OTHERS = range(80_000_000_000_000, 80_000_000_000_100)


class Fault(msgspec.Struct, frozen=True):
    """What is played; `turns` are the numbers of times that make a difference, None for ever.

    What stalls or drips is known by the waiting for it, so it needs clients in a hurry: `hurried` if it is a byte or a
    connection that does not come, `endless` if the whole answer does not. `places` are where it has a meaning, None for
    everywhere.
    """

    name: str
    play: Play
    turns: tuple[int | None, ...] = (ONCE, ALWAYS)
    hurried: bool = False
    endless: bool = False
    tls: bool = False
    places: frozenset[str] | None = None

    def places_of(self, known: Iterable[str]) -> list[str]:
        """Those of the places that are known where it has a meaning."""
        return [place for place in known if self.places is None or place in self.places]


def _half(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _damaged(body: bytes) -> bytes:
    """With another checksum at the end of the gzip stream."""
    return body[:-6] + bytes([body[-6] ^ 0xFF]) + body[-5:]


def _bomb(_: bytes) -> bytes:
    return gzip.compress(b'{"status": {}, "data": "' + b"x" * plays.BOMB_BYTES + b'"}')


def _large(exchange: Exchange) -> None:
    body = b'{"status": {}, "data": "' + b"x" * plays.BOMB_BYTES + b'"}'
    exchange.send(head(200, f"Content-Length: {len(body)}", "Content-Type: application/json") + body)


def _cut_between(body: bytes) -> Iterator[bytes]:
    yield chunk(_half(body))


def _cut_inside(body: bytes) -> Iterator[bytes]:
    yield _half(chunk(body))


def _bad_size(body: bytes) -> Iterator[bytes]:
    yield chunk(_half(body)) + b"not a number\r\n"


def _deep(_: bytes) -> bytes:
    return b'{"status": {}, "data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}"


def _with_a_wrong_byte(body: bytes) -> bytes:
    found = re.search(rb'"(?:dbt_schema_version|href|name)": ?"', body) or re.search(rb'"', body)
    at = found.end() if found else 0
    return body[:at] + b"\xff" + body[at:]


def _numbers_for_texts(data: Any) -> Any:
    match data:
        case dict():
            return {key: _numbers_for_texts(value) for key, value in data.items()}
        case list():
            return [_numbers_for_texts(value) for value in data]
        case str():
            return 5
        case int():
            return "five"
    return data


def _as(**fields: Any) -> Play:
    """The runs in the answer, with other fields."""

    def changed(data: Any) -> Any:
        return [run | fields for run in data] if isinstance(data, list) else data | fields

    return plays.with_data(changed)


def _shifting(exchange: Exchange) -> None:
    """A hundred newer runs come between a page and the next, so that the next has much of the one before."""
    if "offset=0" in exchange.asked.path:
        of_others = [{"id": run, "status": 3, "git_sha": None} for run in reversed(OTHERS)]
        plays.with_data(lambda _: of_others)(exchange)
        return
    body = json.loads(
        exchange.proxy.true_answer(
            exchange.asked._replace(path=exchange.asked.path.replace("offset=100", "offset=0"))
        ).body
    )
    again = [{"id": run, "status": 3, "git_sha": None} for run in reversed(OTHERS[:60])]
    answered(200, json.dumps({"status": {}, "data": [*again, *body["data"]]}).encode())(exchange)


LISTS = frozenset({"runs"})
RUNS = frozenset({"runs", "base"})
FILES = frozenset({"manifest", "catalog", "results"})
ANSWERS = frozenset({"runs", "base", "steps", "environments", "artifacts"})

FAULTS = (
    # The connection.
    Fault("connections are refused", plays.refused),
    Fault("nobody takes the connection", plays.not_taken, hurried=True),
    Fault("the connection is reset before an answer", plays.reset),
    Fault("the connection is closed before an answer", plays.ended),
    Fault("there is no answer", plays.stalled, hurried=True),
    Fault("the answer stalls in the status line", up_to("status", plays.stalled), hurried=True),
    Fault("the answer stalls in its headers", up_to("headers", plays.stalled), hurried=True),
    Fault("the answer stalls before its body", up_to("all headers", plays.stalled), hurried=True),
    Fault("the answer stalls in its body", up_to("body", plays.stalled), hurried=True),
    Fault("the connection is reset in the status line", up_to("status", plays.reset)),
    Fault("the connection is reset in the headers", up_to("headers", plays.reset)),
    Fault("the connection is reset before the body", up_to("all headers", plays.reset)),
    Fault("the connection is reset in the body", up_to("body", plays.reset)),
    Fault("the connection is closed in the headers", up_to("headers", plays.ended)),
    Fault("the connection is closed in the body", up_to("body", plays.ended)),
    Fault("the connection is closed one byte too early", up_to("almost all", plays.ended)),
    Fault("the headers drip", dripped("nothing")),
    Fault("the body drips", dripped("all headers")),
    Fault(
        "the headers drip and never end",
        dripping(lambda _: b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
        turns=(ALWAYS,),
        endless=True,
    ),
    Fault(
        "the body drips and never ends",
        dripping(lambda _: head(200, "Content-Length: 1000000", "Content-Type: application/json") + b"{", b" "),
        turns=(ALWAYS,),
        endless=True,
    ),
    Fault(
        'the server says "100 Continue" for ever',
        dripping(lambda _: b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        turns=(ALWAYS,),
        endless=True,
    ),
    Fault("something that is not HTTP answers", plays.raw(b"SSH-2.0-OpenSSH_9.9\r\n")),
    Fault("a header is longer than headers may be", headed(f"X-Long: {'x' * 70_000}", length=int)),
    Fault("there are more headers than there may be", headed(*[f"X-{n}: x" for n in range(200)], length=int)),
    # The body.
    Fault("the body is cut, without a length that says so", headed(body=_half)),
    Fault("the length is too short for the body", headed(length=lambda size: size // 2)),
    Fault("the length is too long for the body", headed(length=lambda size: size + 100)),
    Fault("the length is no number", headed(length=lambda _: "many")),
    Fault("the last chunk is missing", chunked(_cut_between)),
    Fault("a chunk is cut", chunked(_cut_inside)),
    Fault("a chunk has no size", chunked(_bad_size)),
    Fault("the compressed body is cut", gzipped(_half)),
    Fault("the compressed body has a wrong checksum", gzipped(_damaged)),
    Fault("the body is said to be compressed and is not", headed("Content-Encoding: gzip", length=int)),
    Fault("the body is encoded as nobody asked", headed("Content-Encoding: br", length=int)),
    Fault("the body is compressed, and too large", gzipped(_bomb), places=FILES),
    Fault("the body is too large", _large, places=FILES),
    Fault("the body is empty", plays.with_body(lambda _: b"")),
    Fault("there is no content (204)", plays.raw(head(204))),
    Fault("a web page comes with 200", page(200)),
    Fault("a web page comes with 200 and says that it is JSON", page(200, "application/json")),
    Fault("plain text comes with 200", answered(200, b"OK", "Content-Type: text/plain")),
    Fault("a byte is not UTF-8", plays.with_body(_with_a_wrong_byte)),
    Fault("the JSON is nested too deep", plays.with_body(_deep)),
    Fault("the JSON is null", plays.with_body(lambda _: b"null")),
    Fault("the data are null", plays.with_data(lambda _: None), places=ANSWERS),
    Fault("the list is empty", plays.with_data(lambda _: [])),
    Fault("the types are wrong", plays.with_data(_numbers_for_texts)),
    # Redirects.
    *[
        Fault(f"a redirect ({code})", redirected(code, plays.here), turns=(ONCE, THRICE, ALWAYS))
        for code in (301, 302, 303, 307, 308)
    ],
    Fault("a redirect to another host, which answers", redirected(302, plays.elsewhere)),
    Fault("a redirect to another host, which does not find it", redirected(302, plays.elsewhere_missing)),
    Fault("a redirect to another host, which refuses", redirected(302, plays.elsewhere_refused)),
    Fault("a redirect to a host without encryption", redirected(302, plays.elsewhere), tls=True),
    Fault("a redirect to something else than HTTP", redirected(302, lambda _: "ftp://127.0.0.1/x")),
    Fault("a redirect to no address", redirected(302, lambda _: "http://[")),
    Fault("a redirect that does not say where", plays.raw(head(302, "Content-Length: 0"))),
    # Refusals and trouble.
    Fault("400", status(400, message="Invalid order_by: -id")),
    Fault("401", status(401, message="Invalid token.")),
    Fault("402", status(402, message="Payment required.")),
    Fault(
        "403, the account restricts IP addresses",
        status(403, message="Forbidden: Access denied", data={"account_access_denied": True}),
    ),
    Fault("403, a permission is missing", status(403, message="You do not have permission to perform this action.")),
    Fault("403 with a web page", page(403)),
    Fault("404", status(404, message=NOT_FOUND)),
    Fault("404, a permission is missing", status(404, message="You do not have permission to read it.")),
    Fault("404 with a web page", page(404)),
    Fault("408", status(408, message="Request timeout."), turns=(ONCE, THRICE, ALWAYS)),
    Fault("409", status(409, message="Conflict.")),
    Fault("410", status(410, message="Gone.")),
    Fault("429", status(429, message="Too many requests.")),
    Fault("429 with a time to wait", status(429, SOON, message="Too many requests."), turns=(ONCE, THRICE, ALWAYS)),
    Fault("429 with a time to wait that is too long", status(429, LATE, message="Too many requests.")),
    *[
        Fault(str(code), status(code, message="Something went wrong."), turns=(ONCE, THRICE, ALWAYS))
        for code in (500, 502, 503, 504)
    ],
    Fault("501", status(501, message="Not implemented.")),
    Fault("502 with a web page", page(502)),
    Fault("503 with a time to wait", status(503, SOON, message="Maintenance."), turns=(ONCE, THRICE, ALWAYS)),
    Fault("503 with a time to wait that is too long", status(503, LATE, message="Maintenance.")),
    Fault("200 around an error", status(200, message="Something went wrong."), places=ANSWERS),
    # What dbt Cloud says changes.
    Fault("the pages of the list change while they are read", _shifting, turns=(TWICE, ALWAYS), places=LISTS),
    Fault("the run runs again", _as(status=3, is_complete=False, finished_at=None), places=RUNS),
    Fault("the run is queued again", _as(status=1, is_complete=False, git_sha=None, finished_at=None), places=RUNS),
    Fault(
        "the run disappears", plays.with_data(lambda data: data[:0] if isinstance(data, list) else None), places=RUNS
    ),
    Fault("the run failed", _as(status=20, status_message="Database Error in model orders"), places=RUNS),
    Fault("the run was cancelled", _as(status=30, status_message="Cancelled by a newer commit."), places=RUNS),
    Fault("the run has a status that nobody knows", _as(status=99, is_complete=True), places=RUNS),
    Fault("nothing was saved of the run", _as(artifacts_saved=False), places=RUNS),
)
BY_NAME = {fault.name: fault for fault in FAULTS}
