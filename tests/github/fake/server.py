"""The server: tokens and permissions first, then faults, then the resource's own module."""

import contextlib
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from . import blobs, branches, comparisons, contents
from .description import complaints
from .exchange import NOT_FOUND, Answer, Asked, Route, Site, error
from .faults import Due, Fault
from .git import BareRepository
from .tokens import Token

LOOPBACK = "127.0.0.1"
ENTERPRISE_PREFIX = "/api/v3"
ROUTES = (*contents.ROUTES, *blobs.ROUTES, *comparisons.ROUTES, *branches.ROUTES)
LIMITS = {"X-RateLimit-Limit": "1000", "X-RateLimit-Remaining": "999", "X-RateLimit-Reset": "1700003600"}


class FakeGitHub:
    """A running server: its address, the repositories it has, whom it lets in, and what it was asked, oldest first.

    `complaints` are where an exchange is not as GitHub describes it; `running_github` raises them in the end.
    """

    def __init__(self, origin: str) -> None:
        self.url = origin
        self.repositories: dict[str, BareRepository] = {}
        self.tokens: dict[str, Token] = {}
        self.requests: list[Asked] = []
        self.complaints: list[str] = []
        self._due: list[Due] = []
        self._lock = threading.Lock()

    def let_in(self, token: Token) -> None:
        """Know this token from now on."""
        self.tokens[token.text] = token

    def go_wrong(self, *faults: Fault, path: str = "") -> None:
        """Let the next requests whose path holds `path` go wrong, one after the other, each once."""
        self._due += [Due(path, fault) for fault in faults]

    def go_right(self) -> None:
        """Forget all faults that have not struck yet."""
        self._due.clear()

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request, as if nothing went wrong."""
        for route in ROUTES:
            parts = route.matched(asked.path) if route.method == asked.method else None
            if parts is not None:
                name = f"{parts['owner']}/{parts['repo']}"
                refused = self._refused(asked, name, route)
                answer = refused or route.handler(self._site(asked, name), asked, parts)
                self.complaints += complaints(route, asked, parts, answer)
                return answer
        self.complaints.append(f"{asked.method} {asked.path} is nothing that the fake knows")
        return NOT_FOUND

    def fault(self, asked: Asked) -> Fault | None:
        """What goes wrong with this request, if anything; written into the ledger with it."""
        with self._lock:
            self.requests.append(asked)
            for due in self._due:
                if due.part in asked.path:
                    self._due.remove(due)
                    return due.fault
        return None

    def _refused(self, asked: Asked, name: str, route: Route) -> Answer | None:
        scheme, _, text = asked.headers.get("authorization", "").partition(" ")
        token = self.tokens.get(text) if scheme.lower() in {"token", "bearer"} else None
        if token is None:
            return error(401, "Bad credentials")
        if name not in self.repositories or name not in token.repositories:
            return NOT_FOUND
        if not token.may(route.permission):
            return error(403, "Resource not accessible by integration")
        return None

    def _site(self, asked: Asked, name: str) -> Site:
        return Site(name, f"{asked.api_url}/repos/{name}", self.repositories[name])


@contextmanager
def running_github() -> Iterator[FakeGitHub]:
    """A GitHub on a free port."""
    with ThreadingHTTPServer((LOOPBACK, 0), _Exchange) as server:
        server.daemon_threads = False
        github = FakeGitHub(f"http://{LOOPBACK}:{server.server_address[1]}")
        server.github = github  # type: ignore[attr-defined]  # for the handlers
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        try:
            yield github
        finally:
            server.shutdown()
            serving.join()
    if github.complaints:
        raise AssertionError("\n".join(github.complaints))


class _Exchange(BaseHTTPRequestHandler):
    """One request a connection, so that no connection outlives its test."""

    timeout = 20

    def do_GET(self) -> None:
        self._exchange()

    def log_message(self, *_: Any) -> None:
        """Nothing: the ledger has it all."""

    def _exchange(self) -> None:
        github: FakeGitHub = self.server.github  # type: ignore[attr-defined]
        asked = self._asked(github)
        fault = github.fault(asked)
        answer = _bytes(self._answer(github, asked))
        self.close_connection = True
        with contextlib.suppress(OSError):
            if fault:
                fault(self.connection, answer)
            else:
                self.connection.sendall(answer)

    def _answer(self, github: FakeGitHub, asked: Asked) -> Answer:
        try:
            return github.answer(asked)
        except Exception:  # noqa: BLE001 - whatever it is, the test is to hear of it, in its own thread
            github.complaints.append(traceback.format_exc())
            return error(500, "The fake is broken")

    def _asked(self, github: FakeGitHub) -> Asked:
        split = urlsplit(self.path)
        prefix = ENTERPRISE_PREFIX if split.path.startswith(f"{ENTERPRISE_PREFIX}/") else ""
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        return Asked(self.command, split.path.removeprefix(prefix), query, headers, body, f"{github.url}{prefix}")


def _bytes(answer: Answer) -> bytes:
    body = answer.body()
    headers = LIMITS | {
        "Content-Type": "application/json; charset=utf-8",
        "Content-Length": str(len(body)),
        "Connection": "close",
        **answer.headers,
    }
    lines = [f"HTTP/1.1 {answer.status} As told", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body
