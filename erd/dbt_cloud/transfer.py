"""One file on its way from dbt Cloud: read piece by piece, and known to be whole when it ends.

The transfer is decoded here, not by requests, whose gzip decoder takes a cut stream for a whole one.
"""

import contextlib
import gzip
import zlib
from collections.abc import Iterator
from typing import IO, cast
from urllib.parse import urlsplit

import requests
import urllib3

from erd.dbt_cloud import failures
from erd.dbt_cloud.asked import Asked
from erd.dbt_cloud.completeness import Completeness

PIECE_BYTES = 256 * 1024


class Transfer:
    """The answer to a request for a file of JSON; `wire_bytes` is how much will come, if the server said so.

    The file may not be larger than `largest_bytes`, decompressed.
    """

    def __init__(self, asked: Asked, response: requests.Response, largest_bytes: int) -> None:
        self.status = response.status_code
        self.wire_bytes = _length(response)
        self._asked = asked
        self._response = response
        self._largest_bytes = largest_bytes

    @property
    def received(self) -> int:
        """How much came so far, in the same bytes as `wire_bytes`."""
        return int(self._response.raw.tell())

    def cut(self) -> None:
        """End the transfer from another thread: whoever waits for its next piece gets a `BrokenAnswerError`."""
        with contextlib.suppress(OSError, RuntimeError, ValueError):
            self._response.raw.shutdown()

    def pieces(self) -> Iterator[bytes]:
        """The file, decompressed, in pieces of a bounded size.

        Raises `BrokenAnswerError` when the end is missing, and `DbtCloudError` when it is a web page or too large. What
        the wire says of the end (a length, the last chunk, gzip's checksum) is held to; but a server can be wrong about
        it, and need not say it, so the end of the JSON must have come too.
        """
        size, json = 0, Completeness()
        for piece in self._read():
            if not size and piece.strip() == b"null":
                break
            if not size and not self._may_be_json(piece):
                raise failures.not_json(self._asked, self._host(), self._content_type())
            size += len(piece)
            if size > self._largest_bytes:
                raise failures.too_large(self._asked, self._largest_bytes)
            json.feed(piece)
            yield piece
        if not size:
            raise failures.broken(self._asked, "is empty")
        if not json.reached:
            raise failures.broken(self._asked, "was cut off")

    def _read(self) -> Iterator[bytes]:
        stream = self._decoded()
        while True:
            try:
                piece = stream.read(PIECE_BYTES)
            except (OSError, EOFError, zlib.error, urllib3.exceptions.HTTPError) as error:
                failure = failures.broken_by(self._asked, error)
                break
            if not piece:
                return
            yield piece
        raise failure

    def _decoded(self) -> IO[bytes]:
        raw = cast("IO[bytes]", self._response.raw)
        match self._response.headers.get("Content-Encoding", "").strip().lower():
            case "" | "identity":
                return raw
            case "gzip" | "x-gzip":
                return cast("IO[bytes]", gzip.GzipFile(fileobj=raw, mode="rb"))
            case other:
                raise failures.broken(self._asked, f"is encoded as {other[:20]!r}, which was not asked for")

    def _may_be_json(self, beginning: bytes) -> bool:
        """Whether it begins as artifacts do, which are objects."""
        return "html" not in self._content_type().lower() and beginning.lstrip()[:1] in {b"{", b"[", b""}

    def _host(self) -> str:
        return urlsplit(self._response.url).netloc

    def _content_type(self) -> str:
        return self._response.headers.get("Content-Type", "")


def _length(response: requests.Response) -> int | None:
    length = response.headers.get("Content-Length", "")
    return int(length) if length.isascii() and length.isdecimal() else None
