"""The Administrative API of dbt Cloud over HTTP: auth, retries, time-outs, redirects, and what errors mean."""

import logging
import random
import socket
import ssl
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from types import GenericAlias, TracebackType
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
from erd.dbt_cloud.failures import Asked, BrokenAnswerError, Refused
from erd.dbt_cloud.transfer import Transfer

log = logging.getLogger(__name__)

T = TypeVar("T")

RETRIED_STATUSES = frozenset({408, 500, 502, 503, 504})
# A broken body is asked for this many times in all, each time with the connection's own retries.
BODY_TRIES = 3
LONGEST_PAUSE_SECONDS = 20.0
MOST_REDIRECTS = 5
# The API's lists are at most 100 entries; only artifacts are larger, and those are streamed.
LARGEST_ANSWER_BYTES = 16 * 1024 * 1024


class DbtCloudClient:
    """Asks one dbt Cloud account, and only asks: every request is a GET.

    `base_url` is a scheme and a host, plain http on loopback only. Safe to use from several threads. Use it in a
    `with` block, or `close` it. Every method raises `DbtCloudError`.
    """

    def __init__(
        self,
        base_url: str,
        account_id: int,
        token: Secret,
        *,
        api_version: str = "v2",
        retries: int = 4,
        backoff_seconds: float = 1.0,
        connect_seconds: float = 10.0,
        read_seconds: float = 60.0,
    ) -> None:
        self.base_url = base_url
        self.account_id = account_id
        self._token = token
        self._prefix = f"/api/{api_version}/accounts/{account_id}/"
        self._retries = retries
        self._backoff_seconds = backoff_seconds
        self._timeouts = (connect_seconds, read_seconds)
        self._session = _session(base_url, token, _retry(retries, backoff_seconds))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}, {self.account_id})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._session.close()

    def get(self, path: str, shape: type[T], subject: str, params: Mapping[str, str | int] | None = None) -> T:
        """The `data` of the answer, as `shape`.

        `path` is relative to the account and ends with a slash (`runs/5/`); `subject` names what is asked for in
        errors ("run 5").
        """
        asked = self._asked(path, subject)
        envelope = self.until_whole(lambda: self._envelope(asked, params))
        if envelope.is_empty():
            raise failures.no_data(asked, envelope.status.user_message if envelope.status else None)
        data: T = self._decoded(asked, envelope, shape)
        return data

    def get_list(
        self, path: str, item: type[T], subject: str, params: Mapping[str, str | int] | None = None
    ) -> list[T]:
        """The `data` of the answer as a list of `item`; where dbt Cloud has null instead of a list, it is empty."""
        asked = self._asked(path, subject)
        envelope = self.until_whole(lambda: self._envelope(asked, params))
        if envelope.is_empty():
            return []
        items: list[T] = self._decoded(asked, envelope, GenericAlias(list, (item,)))
        return items

    @contextmanager
    def open(self, path: str, subject: str) -> Iterator[Transfer]:
        """The file at `path` (relative to the account, no slash at the end), ready to be read piece by piece."""
        asked = self._asked(path, subject)
        with self._answer(asked, None, {"Accept": "*/*", "Accept-Encoding": "gzip"}) as response:
            yield Transfer(asked, response)

    def url(self, path: str) -> str:
        """The address of `path`, for people to read."""
        return f"{self.base_url}{self._prefix}{path}"

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

    def _asked(self, path: str, subject: str) -> Asked:
        return Asked(
            host=urlsplit(self.base_url).netloc,
            path=f"{self._prefix}{path}",
            account_id=self.account_id,
            subject=subject,
            tries=self._retries + 1,
            connect_seconds=self._timeouts[0],
            read_seconds=self._timeouts[1],
            token=self._token,
        )

    def _envelope(self, asked: Asked, params: Mapping[str, str | int] | None) -> "_Envelope":
        with self._answer(asked, params, {"Accept": "application/json"}) as response:
            host, content_type = urlsplit(response.url).netloc, response.headers.get("Content-Type", "")
            body = _body(asked, response)
        try:
            return msgspec.json.decode(body, type=_Envelope)
        except msgspec.ValidationError as error:
            raise failures.not_documented(asked, error) from None
        except failures.UNREADABLE:
            if "json" in content_type.lower():
                raise failures.broken(asked, "is not whole JSON") from None
            raise failures.not_json(asked, host, content_type) from None

    def _decoded(self, asked: Asked, envelope: "_Envelope", shape: Any) -> Any:
        try:
            return msgspec.json.decode(envelope.data, type=shape)
        except failures.UNREADABLE as error:
            raise failures.not_documented(asked, error) from None

    @contextmanager
    def _answer(
        self, asked: Asked, params: Mapping[str, str | int] | None, headers: Mapping[str, str]
    ) -> Iterator[requests.Response]:
        with self._sent(asked, params, headers) as response:
            if response.status_code != requests.codes.ok:
                host = urlsplit(response.url).netloc
                raise failures.refusal(asked, Refused(response.status_code, host, _body(asked, response)))
            yield response

    def _sent(
        self, asked: Asked, params: Mapping[str, str | int] | None, headers: Mapping[str, str]
    ) -> requests.Response:
        try:
            return self._session.get(
                f"{self.base_url}{asked.path}", params=params, headers=headers, stream=True, timeout=self._timeouts
            )
        except (OSError, urllib3.exceptions.HTTPError) as error:
            failure = failures.unreachable(asked, error)
        # Raised here, not above: requests' own errors hold the request, and that the token.
        raise failure


class _Status(msgspec.Struct, frozen=True):
    user_message: str | None = None


class _Envelope(msgspec.Struct, frozen=True):
    """What every answer but a file is wrapped in."""

    status: _Status | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")

    def is_empty(self) -> bool:
        return bytes(self.data) == b"null"


class _TokenAuth(AuthBase):
    """The token as dbt Cloud wants it; being an auth object, it is not replaced by a line of ~/.netrc."""

    def __init__(self, token: Secret) -> None:
        self._token = token

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        request.headers["Authorization"] = f"Token {self._token.reveal()}"
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


def _retry(retries: int, backoff_seconds: float) -> _Retry:
    return _Retry(
        total=retries,
        allowed_methods={"GET"},
        status_forcelist=RETRIED_STATUSES,
        backoff_factor=backoff_seconds,
        backoff_jitter=backoff_seconds,
        backoff_max=LONGEST_PAUSE_SECONDS,
        raise_on_status=False,
        respect_retry_after_header=False,
    )


def _session(base_url: str, token: Secret, retry: _Retry) -> requests.Session:
    session = _Session()
    session.auth = _TokenAuth(token)
    session.headers["User-Agent"] = f"dbt-cloud-erd/{__version__}"
    session.max_redirects = MOST_REDIRECTS
    session.adapters.clear()
    session.mount("https://", HTTPAdapter(max_retries=retry))
    if base_url.startswith("http://"):
        # Loopback: the only place without TLS, and no proxy leads there.
        session.mount("http://", HTTPAdapter(max_retries=retry))
        session.trust_env = False
    return session


def _body(asked: Asked, response: requests.Response) -> bytes:
    """The body, cut at a size that no honest answer has."""
    try:
        body: bytes = response.raw.read(LARGEST_ANSWER_BYTES, decode_content=True)
    except (OSError, urllib3.exceptions.HTTPError) as error:
        failure = failures.broken_by(asked, error)
    else:
        return body
    raise failure
