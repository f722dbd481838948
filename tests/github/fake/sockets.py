"""Requests off the wire, and answers on it, as they are told."""

import contextlib
import socket
import time
import traceback
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Protocol
from urllib.parse import parse_qsl, urlsplit

from . import smart_http
from .exchange import ENTERPRISE_PREFIX, GRAPH, NO_CONTENT, NOT_FOUND, Answer, Asked, error
from .faults import Effect, Fault

ENTERPRISE_GRAPH = "/api/graphql"


class Playing(Protocol):
    """Who answers."""

    url: str
    complaints: list[str]

    def fault(self, asked: Asked) -> Fault:
        """What goes wrong with a request."""

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request."""

    def told(self, wanted: smart_http.Wanted) -> smart_http.Told:
        """The answer to git."""


class Server(ThreadingHTTPServer):
    """Waits for its requests in the end, and lets many clients knock at once."""

    daemon_threads = False
    request_queue_size = 128
    github: Playing


class Exchange(BaseHTTPRequestHandler):
    """One request a connection, so that no connection outlives its test."""

    timeout = 20

    def do_GET(self) -> None:
        self._exchange()

    do_POST = do_PATCH = do_PUT = do_DELETE = do_GET  # noqa: N815 - `http.server` looks for these names

    def log_message(self, *_: Any) -> None:
        """Nothing: the ledger has it all."""

    def _exchange(self) -> None:
        assert isinstance(self.server, Server)
        github = self.server.github
        if self._git(github):
            return
        asked = self._asked(github)
        fault = github.fault(asked)
        fault.meanwhile()
        answer = self._answer(github, asked) if fault.effect is Effect.FIRST else NOT_FOUND
        self.close_connection = True
        with contextlib.suppress(OSError):
            fault.strike(self.connection, _bytes(fault.alter(answer)))
        if fault.effect is Effect.LAST:
            with contextlib.suppress(OSError):
                self.connection.shutdown(socket.SHUT_RDWR)
            time.sleep(fault.later_seconds)
            self._answer(github, asked)

    def _answer(self, github: Playing, asked: Asked) -> Answer:
        try:
            return github.answer(asked)
        except Exception:  # noqa: BLE001 - whatever it is, the test is to hear of it, in its own thread
            github.complaints.append(traceback.format_exc())
            return error(500, "The fake is broken")

    def _git(self, github: Playing) -> bool:
        """Answer git, if it is that."""
        split = urlsplit(self.path)
        found = smart_http.PATH.fullmatch(split.path)
        if found is None:
            return False
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = smart_http.body(headers, self.rfile)
        wanted = smart_http.Wanted(found["name"], found["rest"], self.command, split.query, headers, body)
        told = github.told(wanted)
        lines = [f"{name}: {value}" for name, value in told.headers.items()]
        head = [f"HTTP/1.1 {told.status} As told", f"Content-Length: {len(told.body)}", "Connection: close", *lines]
        self.close_connection = True
        with contextlib.suppress(OSError):
            self.connection.sendall("\r\n".join([*head, "", ""]).encode() + told.body)
        return True

    def _asked(self, github: Playing) -> Asked:
        split = urlsplit(self.path)
        path, api_url = split.path, github.url
        if path.startswith(f"{ENTERPRISE_PREFIX}/") or path == ENTERPRISE_GRAPH:
            api_url += ENTERPRISE_PREFIX
            path = GRAPH if path == ENTERPRISE_GRAPH else path.removeprefix(ENTERPRISE_PREFIX)
        headers = {name.lower(): value for name, value in self.headers.items()}
        body = self.rfile.read(int(headers.get("content-length", "0")))
        query = dict(parse_qsl(split.query, keep_blank_values=True))
        return Asked(self.command, path, query, headers, body, api_url)


def _bytes(answer: Answer) -> bytes:
    body = answer.body()
    headers = {"Connection": "close", **answer.headers}
    if answer.status != NO_CONTENT:
        headers = {"Content-Type": "application/json; charset=utf-8", "Content-Length": str(len(body)), **headers}
    lines = [f"HTTP/1.1 {answer.status} As told", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode() + body
