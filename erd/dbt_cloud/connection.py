"""One host of dbt Cloud over HTTP: the token and where it goes, retries, time-outs, redirects, whole bodies."""

import logging
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import TracebackType
from typing import Any, Self, TypeVar
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
from erd.dbt_cloud.failures import BrokenAnswerError, Refused

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRIED_STATUSES = frozenset({408, 500, 502, 503, 504})
# A broken body is asked for this many times in all, each time with the connection's own retries.
BODY_TRIES = 3
LONGEST_PAUSE_SECONDS = 20.0
MOST_REDIRECTS = 5
# No honest answer that is held in memory is larger; artifacts are, and those are streamed.
LARGEST_ANSWER_BYTES = 64 * 1024 * 1024


class Connection:
    """Asks one API on one host, and only asks: every request, a POST too, may safely be repeated.

    `base_url` is a scheme and a host, plain http on loopback only. Safe to use from several threads. Use it in a
    `with` block, or `close` it. Every method raises `DbtCloudError`.
    """

    def __init__(
        self,
        base_url: str,
        token: Secret,
        api: Api,
        *,
        retries: int = 4,
        backoff_seconds: float = 1.0,
        connect_seconds: float = 10.0,
        read_seconds: float = 60.0,
    ) -> None:
        self.base_url = base_url
        self._api = api
        self._token = token
        self._retries = retries
        self._backoff_seconds = backoff_seconds
        self._timeouts = (connect_seconds, read_seconds)
        self._session = _session(base_url, _TokenAuth(api.scheme, token), _retry(api.method, retries, backoff_seconds))

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._session.close()

    def asked(self, path: str, subject: str, account_id: int | None = None) -> Asked:
        """What is about to be asked, for the sentences of errors: `subject` names it ("run 5")."""
        return Asked(
            host=urlsplit(self.base_url).netloc,
            path=path,
            account_id=account_id,
            subject=subject,
            tries=self._retries + 1,
            connect_seconds=self._timeouts[0],
            read_seconds=self._timeouts[1],
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
        raise failures.unreachable(asked, requests.TooManyRedirects())

    def check(self, asked: Asked, response: requests.Response) -> None:
        """Raise what the answer says if it is a refusal."""
        if response.status_code != requests.codes.ok:
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
        try:
            return msgspec.json.decode(body, type=shape)
        except msgspec.ValidationError as error:
            raise failures.not_documented(asked, error) from None
        except failures.UNREADABLE:
            if "json" in content_type.lower():
                raise failures.broken(asked, "is not whole JSON") from None
            raise failures.not_json(asked, host, content_type) from None

    def until_whole(self, ask: Callable[[], T]) -> T:
        """What `ask` returns, asking again a few times while it raises `BrokenAnswerError`."""
        for tried in range(1, BODY_TRIES):
            try:
                return ask()
            except BrokenAnswerError as error:
                log.info("%s Asking again (%d of %d).", error.happened, tried + 1, BODY_TRIES)
            # Jitter keeps several jobs from coming back at the same moment; nothing secret hangs on it.
            time.sleep(self._backoff_seconds * (tried + random.random()))  # noqa: S311 (jitter, see above)
        return ask()

    def _sent(self, asked: Asked, url: str | None = None, **request: Any) -> requests.Response:
        try:
            return self._session.request(
                self._api.method, url or f"{self.base_url}{asked.path}", stream=True, timeout=self._timeouts, **request
            )
        except (OSError, ValueError, urllib3.exceptions.HTTPError) as error:
            failure = failures.unreachable(asked, error)
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


class _Retry(urllib3.Retry):
    """Retries what may pass, tells of it in one line, and gives up at once on what cannot pass."""

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
        if error is not None and _is_final(error):
            raise urllib3.exceptions.MaxRetryError(_pool, url or "", error)  # type: ignore[arg-type]  # None, as in urllib3
        left = super().increment(method, url, response, error, _pool, _stacktrace)
        reason = type(error).__name__ if error else response.status if response else "no answer"
        log.info("dbt Cloud did not answer (%s): asking again, %s tries left.", reason, left.total)
        return left


def _is_final(error: Exception) -> bool:
    """Whether asking again cannot help: there is no such name, or the certificate is not for it."""
    cause = error.__cause__ or next(iter(error.args), None)
    if isinstance(cause, socket.gaierror):
        return cause.errno != socket.EAI_AGAIN
    return isinstance(cause, ssl.SSLCertVerificationError)


def _retry(method: str, retries: int, backoff_seconds: float) -> _Retry:
    return _Retry(
        total=retries,
        allowed_methods={method},
        status_forcelist=RETRIED_STATUSES,
        backoff_factor=backoff_seconds,
        backoff_jitter=backoff_seconds,
        backoff_max=LONGEST_PAUSE_SECONDS,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


def _session(base_url: str, auth: _TokenAuth, retry: _Retry) -> requests.Session:
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
