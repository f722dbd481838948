"""One host of dbt Cloud over HTTP: the token and where it goes, time-outs, redirects, whole bodies, and a budget."""

import logging
import random
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from types import TracebackType
from typing import Any, NamedTuple, NoReturn, Self, TypeVar
from urllib.parse import urlsplit

import msgspec
import requests
import urllib3
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from erd import __version__
from erd.checks import Secret
from erd.dbt_cloud import failures
from erd.dbt_cloud.asked import Api, Asked
from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.failures import BrokenAnswerError, Refused
from erd.dbt_cloud.retry import OutOfTimeError, Retry
from erd.dbt_cloud.unreachable import unreachable
from erd.errors import DbtCloudError

log = logging.getLogger(__name__)

T = TypeVar("T")

# A broken body is asked for this many times in all, each time with the connection's own retries.
BODY_TRIES = 3
MOST_REDIRECTS = 5
OK, REDIRECT = 200, 300
NOTHING = (b"", b"null")
# No honest answer that is held in memory is larger; artifacts are, and those are streamed.
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


class Pace(NamedTuple):
    """How often a request is repeated, after which first pause, and how long a connection and a byte are waited for."""

    retries: int = 4
    backoff_seconds: float = 1.0
    connect_seconds: float = 10.0
    read_seconds: float = 60.0


class Connection:
    """Asks one API on one host. Only requests by the method with which the API is asked are ever repeated.

    `base_url` is a scheme and a host, plain http on loopback only. All that is asked, waited for and read must fit
    into the budget. Safe to use from several threads. Use it in a `with` block, or `close` it. Every method raises
    `DbtCloudError`.
    """

    def __init__(
        self,
        base_url: str,
        token: Secret,
        api: Api,
        budget: Budget,
        pace: Pace,
    ) -> None:
        self.base_url = base_url
        self.budget = budget
        self._api = api
        self._token = token
        self._pace = pace
        retry = Retry.within(budget, {api.method}, pace.retries, pace.backoff_seconds)
        self._session = _session(base_url, _TokenAuth(api.scheme, token), retry)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._session.close()

    def asked(self, path: str, subject: str, account_id: int | None = None, method: str | None = None) -> Asked:
        """What is about to be asked, for the sentences of errors: `subject` names it ("run 5")."""
        return Asked(
            host=urlsplit(self.base_url).netloc,
            method=method or self._api.method,
            path=path,
            account_id=account_id,
            subject=subject,
            tries=self._pace.retries + 1,
            connect_seconds=self._pace.connect_seconds,
            read_seconds=self._pace.read_seconds,
            budget_seconds=self.budget.seconds,
            token=self._token,
            api=self._api,
        )

    @contextmanager
    def answer(
        self, asked: Asked, headers: Mapping[str, str], params: Mapping[str, str | int] | None = None
    ) -> Iterator[requests.Response]:
        """The answer to a GET, its body not read yet. A redirect to another host is followed without the token."""
        with self._sent(asked, params=params, headers=headers) as response:
            self.check(asked, response)
            yield response

    @contextmanager
    def answer_to(self, asked: Asked, json: Any) -> Iterator[requests.Response]:
        """The answer to a POST of `json`, whatever its status, its body not read yet.

        Redirects are followed on the same host only, and the POST stays one: what a browser makes of a 302, a GET
        without a body, asks nothing.
        """
        url = f"{self.base_url}{asked.path}"
        for _ in range(MOST_REDIRECTS + 1):
            with self._sent(asked, url, json=json, headers={"Accept": "application/json"}, allow_redirects=False) as (
                response
            ):
                if not response.is_redirect:
                    yield response
                    return
                url = _redirected(asked, response)
        raise unreachable(asked, requests.TooManyRedirects())

    def check(self, asked: Asked, response: requests.Response) -> None:
        """Raise what the answer says if it is a refusal."""
        if not OK <= response.status_code < REDIRECT:
            host = urlsplit(response.url).netloc
            raise failures.refusal(asked, Refused(response.status_code, host, self.body(asked, response)))

    def body(self, asked: Asked, response: requests.Response) -> bytes:
        """The body, cut at a size that no honest answer has."""
        try:
            body: bytes = response.raw.read(LARGEST_ANSWER_BYTES, decode_content=True)
        except (OSError, urllib3.exceptions.HTTPError) as error:
            failure = failures.broken_by(asked, error)
        else:
            return body
        raise failure

    def decoded(self, asked: Asked, response: requests.Response, shape: type[T]) -> T:
        """The body as JSON of this shape."""
        host, content_type = urlsplit(response.url).netloc, response.headers.get("Content-Type", "")
        body = self.body(asked, response)
        if body.strip() in NOTHING:
            raise failures.broken(asked, "is empty")
        if len(body) >= LARGEST_ANSWER_BYTES:
            raise failures.too_long(asked, LARGEST_ANSWER_BYTES)
        try:
            return msgspec.json.decode(body, type=shape)
        except (msgspec.ValidationError, RecursionError) as error:
            raise failures.not_documented(asked, error) from None
        except failures.UNREADABLE:
            if "json" in content_type.lower() and not failures.begins_like_a_page(body):
                raise failures.broken(asked, "is not whole JSON") from None
            raise failures.not_json(asked, host, content_type) from None

    def until_whole(self, ask: Callable[[], T]) -> T:
        """What `ask` returns, asking again a few times while it raises `BrokenAnswerError`."""
        for tried in range(1, BODY_TRIES):
            try:
                return ask()
            except BrokenAnswerError as error:
                # Jitter keeps several jobs from coming back at the same moment; nothing secret hangs on it.
                pause = self._pace.backoff_seconds * (tried + random.random())  # noqa: S311 (jitter, see above)
                if not self.budget.allows(pause):
                    raise
                log.info("%s Asking again (%d of %d).", error.happened, tried + 1, BODY_TRIES)
            self.budget.clock.sleep(pause)
        return ask()

    def in_time(self, asked: Asked, ask: Callable[[], T]) -> T:
        """What `ask` returns, if it does so within the budget, however slowly an answer drips.

        It runs in a thread, which is left to itself when the time is over; being a daemon, it holds nothing up.
        """
        outcome: list[Callable[[], T]] = []

        def run() -> None:
            try:
                answer = ask()
            except BaseException as error:  # noqa: BLE001 - it is raised again where it is waited for
                outcome.append(partial(_raise, error))
            else:
                outcome.append(lambda: answer)

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        thread.join(self.budget.left())
        if not outcome:
            raise failures.out_of_time(asked)
        return outcome[0]()

    def _sent(self, asked: Asked, url: str | None = None, **request: Any) -> requests.Response:
        # Never zero, which would mean "do not wait" to a socket.
        left = self.budget.left() + 0.01
        timeouts = min(self._pace.connect_seconds, left), min(self._pace.read_seconds, left)
        try:
            return self._session.request(
                asked.method, url or f"{self.base_url}{asked.path}", stream=True, timeout=timeouts, **request
            )
        except OutOfTimeError as error:
            failure: DbtCloudError = failures.out_of_time(asked, error.last)
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            failure = unreachable(asked, error)
        # Raised here, not above: requests' own errors hold the request, and that the token.
        raise failure


def _redirected(asked: Asked, response: requests.Response) -> str:
    """Where the answer says to go on, if that is the same host: nobody else gets the token, nor the question."""
    url = (response.next and response.next.url) or response.url
    host = urlsplit(url).netloc
    if host.lower() != urlsplit(response.url).netloc.lower():
        raise failures.sent_on(asked, host)
    return url


class _TokenAuth(AuthBase):
    """The token as dbt Cloud wants it; being an auth object, it is not replaced by a line of ~/.netrc."""

    def __init__(self, scheme: str, token: Secret) -> None:
        self._scheme = scheme
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"{self._scheme} {self._token.reveal()}"
        return request


class _Session(requests.Session):
    """Takes the token off a request that is redirected to another host, and puts nothing in its place."""

    def rebuild_auth(self, prepared_request: requests.PreparedRequest, response: requests.Response) -> None:
        """As in requests, but without a look into ~/.netrc: on the same host, that would replace the token."""
        if self.should_strip_auth(response.request.url, prepared_request.url):  # type: ignore[no-untyped-call]  # untyped there
            prepared_request.headers.pop("Authorization", None)


def _raise(error: BaseException) -> NoReturn:
    raise error


def _session(base_url: str, auth: _TokenAuth, retry: Retry) -> requests.Session:
    session = _Session()
    session.auth = auth
    session.headers["User-Agent"] = f"dbt-cloud-erd/{__version__}"
    session.max_redirects = MOST_REDIRECTS
    session.adapters.clear()
    session.mount("https://", HTTPAdapter(max_retries=retry))
    if base_url.startswith("http://"):
        # Loopback: the only place without TLS, and no proxy leads there.
        session.mount("http://", HTTPAdapter(max_retries=retry))
        session.trust_env = False
    return session
