"""GitHub's REST API by PyGithub, all of whose settings are given: nothing waits without an end, and nothing leaks."""

import http.client
import logging
import socket
import ssl
from collections.abc import Mapping
from types import TracebackType
from typing import Any, NamedTuple, Self
from urllib.parse import urlsplit

import github
import msgspec
import requests
import urllib3
from github.Consts import DEFAULT_PER_PAGE

from erd import __version__
from erd.checks import Secret
from erd.github import failures
from erd.github.failures import Asked, BrokenAnswerError, Refused, UnansweredError

log = logging.getLogger(__name__)

# PyGithub tells of each exchange with all of its body, by a handler of its own that goes past our formatter.
logging.getLogger("github.Requester").setLevel(logging.WARNING)

API_VERSION = "2022-11-28"
# There is nothing of this name; there was, and is no more.
GONE = frozenset({404, 410})
RETRIED_STATUSES = frozenset({500, 502, 503, 504})
# PyGithub repeats a request without an end for the first, and drops a redirected request's query: the file would then
# be that of another branch.
NOT_TAKEN = frozenset({202, 301, 302, 307, 308})
LONGEST_PAUSE_SECONDS = 5.0
LONGEST_CHAIN = 20
# GitHub closes a conversation at 2,500 comments; no list that we ask for is longer than this many pages.
MOST_PAGES = 300
# A cut body is noticed too late for urllib3's retries, so it is asked for this many times in all, each with its own.
BODY_TRIES = 2


class Connection:
    """Asks GitHub, and writes to it. `close` it in the end. Its methods raise `GitHubError`."""

    def __init__(
        self, api_url: str, token: Secret, *, timeout_seconds: int, retries: int, backoff_seconds: float
    ) -> None:
        if not _is_address(api_url):
            raise failures.no_api(api_url)
        self.api_url = failures.without_password(api_url.rstrip("/"))
        self._token = token
        self._timeout_seconds = timeout_seconds
        self._tries = retries + 1
        self._github = github.Github(
            auth=github.Auth.Token(token.reveal()),
            base_url=self.api_url,
            timeout=timeout_seconds,
            user_agent=f"dbt-cloud-erd/{__version__}",
            per_page=DEFAULT_PER_PAGE,
            verify=True,
            retry=_retry(retries, backoff_seconds),
            pool_size=None,
            seconds_between_requests=None,
            seconds_between_writes=None,
            lazy=True,
            api_version=API_VERSION,
        )

    def close(self) -> None:
        """End all connections."""
        self._github.close()

    def asked(self, path: str, method: str = "GET") -> Asked:
        """What a request to this path is, for the sentences of errors."""
        tries = self._tries if method == "GET" else 1
        return Asked(method, self.api_url, path, tries, self._timeout_seconds, self._token)

    def get(self, path: str, shape: Any, params: dict[str, str | int] | None = None) -> Any:
        """The answer to a GET, of this shape (a type that msgspec knows); none for what is not there."""
        asked = self.asked(path)
        return _shaped(asked, self._read(asked, params or {}), shape)

    def pages(self, path: str, shape: Any, params: dict[str, str | int]) -> Any:
        """All pages of a list, of this shape (a list's type), one after the other; none for what is not there."""
        asked, whole = self.asked(path), []
        for _ in range(MOST_PAGES):
            answer = self._read(asked, params)
            page = _shaped(asked, answer, shape)
            if answer is None or page is None:
                return None
            whole += page
            following = next_page(answer.headers.get("link", ""))
            if not following:
                return whole
            asked, params = self.asked(self._own(asked, following)), {}
        raise failures.endless(self.asked(path))

    def post(self, path: str, shape: Any, body: Mapping[str, Any]) -> Any:
        """The answer to a POST; none for what is not there. Sent once: an `UnansweredError` leaves open if it is done.

        So are the other writes. Only who could not be connected to is asked again, who has then heard nothing.
        """
        asked = self.asked(path, "POST")
        return _shaped(asked, self._exchanged(asked, {}, body), shape)

    def patch(self, path: str, shape: Any, body: Mapping[str, Any]) -> Any:
        """The answer to a PATCH, as for `post`."""
        asked = self.asked(path, "PATCH")
        return _shaped(asked, self._exchanged(asked, {}, body), shape)

    def put(self, path: str, shape: Any, body: Mapping[str, Any]) -> Any:
        """The answer to a PUT, as for `post`."""
        asked = self.asked(path, "PUT")
        return _shaped(asked, self._exchanged(asked, {}, body), shape)

    def delete(self, path: str) -> None:
        """Delete what is at the path, or was."""
        self._exchanged(self.asked(path, "DELETE"), {}, None)

    def query(self, query: str, shape: Any) -> Any:
        """The answer to a question in GraphQL; none where GitHub has no such thing."""
        asked = self.asked(self._github.requester.graphql_url, "POST")
        return _shaped(asked, self._read(asked, {}, {"query": query}), shape)

    def _read(
        self, asked: Asked, params: dict[str, str | int], body: Mapping[str, Any] | None = None
    ) -> "_Answer | None":
        """The answer to what may be asked twice."""
        # Of a POST, urllib3 has tried nothing again.
        passing = BrokenAnswerError if asked.method == "GET" else UnansweredError
        for tried in range(1, BODY_TRIES):
            try:
                return self._exchanged(asked, params, body)
            except passing as error:
                log.info("%s Asking again (%d of %d).", error.happened, tried + 1, BODY_TRIES)
        return self._exchanged(asked, params, body)

    def _exchanged(
        self, asked: Asked, params: dict[str, str | int], body: Mapping[str, Any] | None
    ) -> "_Answer | None":
        """The answer, or none for what is not there."""
        try:
            headers, answer = self._github.requester.requestJsonAndCheck(
                asked.method, asked.path, parameters=params, input=body
            )
        except github.GithubException as error:
            refused = _refused(error)
            if refused.status in GONE and refused.message:
                return None
            failure = failures.refusal(asked, refused)
        except (requests.exceptions.ChunkedEncodingError, requests.exceptions.ContentDecodingError) as error:
            failure = failures.broken(asked, self._reason(error))
        except (requests.RequestException, urllib3.exceptions.HTTPError, OSError) as error:
            failure = failures.unreachable(asked, self._reason(error))
        except ValueError:
            failure = failures.not_json(asked)
        except (AssertionError, AttributeError, TypeError, KeyError, RuntimeError) as error:
            # PyGithub's assertions and slips on answers that it does not expect: an error whose body is a list, JSON
            # that is nested without an end.
            failure = failures.not_documented(asked, type(error).__name__)
        else:
            if answer is not None or asked.method == "DELETE":
                return _Answer(headers, answer)
            failure = failures.not_json(asked)
        # Raised here, not above: the errors of requests and PyGithub hold requests and headers.
        raise failure

    def _own(self, asked: Asked, url: str) -> str:
        """What to ask for, for an address that must be of this API: its path within, with its query."""
        if not url.startswith(f"{self.api_url}/"):
            raise failures.leads_elsewhere(asked, url)
        return url.removeprefix(self.api_url)

    def _reason(self, error: BaseException) -> str:
        """Why there was no whole answer, by the innermost error: the outer ones quote addresses."""
        causes = [error]
        while (cause := causes[-1].__cause__ or causes[-1].__context__) and len(causes) < LONGEST_CHAIN:
            causes.append(cause)
        match causes[-1]:
            case socket.gaierror():
                return "there is no host of this name"
            case ssl.SSLCertVerificationError() as wrong:
                return f"its certificate is not accepted, {failures.one_line(wrong.verify_message)}"
            case TimeoutError():
                return f"nothing came for {self._timeout_seconds} seconds"
            case ConnectionRefusedError():
                return "the connection was refused"
            case ConnectionError() | http.client.HTTPException() | urllib3.exceptions.ProtocolError():
                return "the connection broke"
        return type(causes[-1]).__name__


class _Retry(urllib3.Retry):
    """Retries what may pass, tells of it in one line, and lets nothing happen behind our back."""

    def is_retry(self, method: str, status_code: int, has_retry_after: bool = False) -> bool:
        """As in urllib3; what is not taken passes by `increment`, whichever method it answers."""
        return status_code in NOT_TAKEN or super().is_retry(method, status_code, has_retry_after)

    def increment(
        self,
        method: str | None = None,
        url: str | None = None,
        response: urllib3.BaseHTTPResponse | None = None,
        error: Exception | None = None,
        _pool: urllib3.connectionpool.ConnectionPool | None = None,
        _stacktrace: TracebackType | None = None,
    ) -> Self:
        """As in urllib3, where this is called after each failure with its response or error."""
        if response is not None and response.status in NOT_TAKEN:
            response.drain_conn()
            raise github.GithubException(response.status, {"message": response.reason}, {})
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        reason = type(error).__name__ if error else response.status if response else "no answer"
        log.info("GitHub did not answer (%s): asking again, %s tries left.", reason, left.total)
        return left


class _Answer(NamedTuple):
    headers: Mapping[str, str]
    json: Any


def _shaped(asked: Asked, answer: _Answer | None, shape: Any) -> Any:
    if answer is None:
        return None
    try:
        return msgspec.convert(answer.json, shape)
    except msgspec.ValidationError as error:
        failure = failures.not_documented(asked, str(error))
    raise failure


def next_page(link: str) -> str:
    """The address of the next page in a `Link` header (RFC 8288); empty if it is the last."""
    for value in requests.utils.parse_header_links(link):
        if value.get("rel") == "next":
            return str(value["url"])
    return ""


def _retry(retries: int, backoff_seconds: float) -> _Retry:
    """Limits are not waited for: a `Retry-After` of an hour is said, not slept."""
    return _Retry(
        total=retries,
        redirect=0,
        allowed_methods={"GET"},
        status_forcelist=RETRIED_STATUSES | NOT_TAKEN,
        backoff_factor=backoff_seconds,
        backoff_jitter=backoff_seconds / 2,
        backoff_max=LONGEST_PAUSE_SECONDS,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


def _is_address(url: str) -> bool:
    try:
        split = urlsplit(url)
        return split.scheme in {"http", "https"} and bool(split.hostname) and split.port != 0
    except ValueError:
        return False


def _refused(error: github.GithubException) -> Refused:
    return Refused(error.status, _words(error.data), error.headers or {})


def _words(said: Any) -> str:
    """GitHub's message, with those of the errors in it."""
    try:
        told = msgspec.convert(said, _Told)
    except msgspec.ValidationError:
        return ""
    whys = [one.get("message") for one in told.errors if isinstance(one, dict)]
    return ": ".join([told.message, *(why for why in whys if isinstance(why, str))])


class _Told(msgspec.Struct, frozen=True):
    message: str
    errors: list[Any] = []
