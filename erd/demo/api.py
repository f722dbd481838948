"""dbt Cloud's Administrative API, as a function from a request to an answer and what became of the account.

It holds to dbt's documentation (paths with a trailing slash but for files, envelopes, filters, paging, statuses). What
is not documented it refuses, so that a client that relies on it is found out. Runs, jobs and artifacts are in v2,
environments in v3.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import TypeVar

import msgspec

from erd.demo.account import Account, Token
from erd.demo.answers import Answer, moved, no_such_page, not_found, refusal, refused
from erd.demo.parameters import Query, Refusal
from erd.demo.reading import Reading
from erd.demo.view import account_at
from erd.demo.writing import Writing

__all__ = ["Answer", "Asked", "Now", "answer", "refusal"]

Endpoint = TypeVar("Endpoint")


class Now(msgspec.Struct, frozen=True):
    """What the clock says: when the server started, and how long ago that is."""

    began: dt.datetime
    seconds: float


class Asked(msgspec.Struct, frozen=True):
    """A request; `token` is None if none was given or it is unknown, `body` the bytes of a POST."""

    path: str
    query: Query
    token: Token | None
    method: str = "GET"
    body: bytes = b""


def answer(account: Account, url: str, now: Now, asked: Asked) -> tuple[Answer, Account]:
    """The answer of the server at `url`, and the account after it, which only a POST changes."""
    found = re.fullmatch(r"/api/(v[23])/(.*)", asked.path)
    if not found:
        return no_such_page(), account
    try:
        rest = _inside_account(account, asked.token, found[2])
        if rest is None:
            return no_such_page(), account
        return _routed(account, url, now, asked, f"{found[1]}/{rest}")
    except Refusal as why:
        return refused(why), account


def _inside_account(account: Account, token: Token | None, path: str) -> str | None:
    """The part of the path after the account, once the token has been let in; None if the path has no account."""
    if token is None:
        raise Refusal(401, "Invalid token.")
    if not token.address_allowed:
        raise Refusal(403, "Forbidden: Access denied", {"account_access_denied": True})
    found = re.fullmatch(r"accounts/(\d{1,18})(/.*)?", path)
    if not found:
        return None
    if int(found[1]) != account.id:
        raise not_found()
    return (found[2] or "").removeprefix("/")


def _routed(account: Account, url: str, now: Now, asked: Asked, rest: str) -> tuple[Answer, Account]:
    """The endpoint for `rest` (`v2/runs/`), asked."""
    token = asked.token.permissions if asked.token else frozenset()
    reading = Reading(account_at(account, now.seconds, now.began), url, token)
    if asked.method == "GET" and (file := re.fullmatch(r"v2/runs/(\d{1,18})/artifacts/(.+[^/])", rest)):
        return reading.artifact(int(file[1]), file[2], asked.query), account
    slashed = rest if rest.endswith("/") else f"{rest}/"
    readable, writable = _match(reading.endpoints(), slashed), _match(Writing.endpoints(), slashed)
    if readable is None and writable is None:
        return no_such_page(), account
    if not asked.path.endswith("/"):
        return moved(f"{asked.path}/", asked.query), account
    if asked.method == "GET" and readable:
        endpoint, ids = readable
        return endpoint(*ids, asked.query), account
    if asked.method == "POST" and writable:
        endpoint_of, ids = writable
        writing = Writing(account, url, token, now.began, now.seconds)
        return endpoint_of(writing, *ids, asked.query, asked.body)
    return refusal(405), account


def _match(endpoints: Mapping[str, Endpoint], path: str) -> tuple[Endpoint, list[int]] | None:
    for pattern, endpoint in endpoints.items():
        if found := re.fullmatch(pattern, path):
            return endpoint, [int(number) for number in found.groups()]
    return None
