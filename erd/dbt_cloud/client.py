"""The Administrative API of dbt Cloud: what it wraps its answers in, and what errors mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import GenericAlias, TracebackType
from typing import Any, Self, TypeVar

import msgspec

from erd.checks import Secret
from erd.dbt_cloud import failures
from erd.dbt_cloud.asked import ADMINISTRATIVE, Asked
from erd.dbt_cloud.clock import ENOUGH_SECONDS, Budget
from erd.dbt_cloud.connection import Connection, Pace
from erd.dbt_cloud.transfer import Transfer
from erd.errors import DbtCloudError

T = TypeVar("T")

LARGEST_FILE_BYTES = 2_000_000_000


class DbtCloudClient:
    """Asks one dbt Cloud account; only `post` changes anything.

    `base_url` is a scheme and a host, plain http on loopback only. All that is asked must fit into `budget`, waiting
    included; no file may be larger than `largest_file_bytes`, decompressed. Safe to use from several threads. Use it in
    a `with` block, or `close` it. Every method raises `DbtCloudError`.
    """

    def __init__(
        self,
        base_url: str,
        account_id: int,
        token: Secret,
        *,
        budget: Budget | None = None,
        api_version: str = "v2",
        largest_file_bytes: int = LARGEST_FILE_BYTES,
        pace: Pace = Pace(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self.account_id = account_id
        self.budget = budget or Budget(ENOUGH_SECONDS)
        self._api_version = api_version
        self._largest_file_bytes = largest_file_bytes
        self._connection = Connection(base_url, token, ADMINISTRATIVE, self.budget, pace)
        self.until_whole = self._connection.until_whole

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.base_url!r}, {self.account_id})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    @property
    def base_url(self) -> str:
        """The scheme and the host."""
        return self._connection.base_url

    def close(self) -> None:
        """End all connections."""
        self._connection.close()

    def get(
        self,
        path: str,
        shape: type[T],
        subject: str,
        params: Mapping[str, str | int] | None = None,
        *,
        version: str | None = None,
    ) -> T:
        """The `data` of the answer, as `shape`.

        `path` is relative to the account and ends with a slash (`runs/5/`); `subject` names what is asked for in
        errors ("run 5"). `version` is of the API, where it is another than the client's ("v3").
        """
        asked = self._asked(path, subject, version)
        data: T = self._data(asked, self._got(asked, params), shape)
        return data

    def get_list(
        self,
        path: str,
        item: type[T],
        subject: str,
        params: Mapping[str, str | int] | None = None,
        *,
        version: str | None = None,
    ) -> list[T]:
        """The `data` of the answer as a list of `item`; where dbt Cloud has null instead of a list, it is empty."""
        asked = self._asked(path, subject, version)
        envelope = self._got(asked, params)
        if envelope.is_empty():
            return []
        items: list[T] = self._decoded(asked, envelope, GenericAlias(list, (item,)))
        return items

    def post(self, path: str, body: Mapping[str, Any], shape: type[T], subject: str) -> T:
        """The `data` of the answer to a POST of `body`, as `shape`.

        It is sent once. With an `UnansweredError` it is not known whether dbt Cloud did what was asked.
        """
        asked = self._connection.asked(self._path(path), subject, self.account_id, "POST")
        data: T = self._data(asked, self._connection.in_time(asked, lambda: self._posted(asked, body)), shape)
        return data

    @contextmanager
    def open(self, path: str, subject: str, params: Mapping[str, str | int] | None = None) -> Iterator[Transfer]:
        """The file at `path` (relative to the account, no slash at the end), ready to be read piece by piece."""
        asked = self._asked(path, subject)
        with self._connection.answer(asked, {"Accept": "*/*", "Accept-Encoding": "gzip"}, params) as response:
            yield Transfer(asked, response, self._largest_file_bytes)

    def out_of_time(self, path: str, subject: str) -> DbtCloudError:
        """The error for what did not arrive within the budget."""
        return failures.out_of_time(self._asked(path, subject))

    def url(self, path: str) -> str:
        """The address of `path`, for people to read."""
        return f"{self.base_url}{self._path(path)}"

    def _path(self, path: str, version: str | None = None) -> str:
        return f"/api/{version or self._api_version}/accounts/{self.account_id}/{path}"

    def _asked(self, path: str, subject: str, version: str | None = None) -> Asked:
        return self._connection.asked(self._path(path, version), subject, self.account_id)

    def _got(self, asked: Asked, params: Mapping[str, str | int] | None) -> "_Envelope":
        return self.until_whole(lambda: self._connection.in_time(asked, lambda: self._envelope(asked, params)))

    def _envelope(self, asked: Asked, params: Mapping[str, str | int] | None) -> "_Envelope":
        with self._connection.answer(asked, {"Accept": "application/json"}, params) as response:
            return self._connection.decoded(asked, response, _Envelope)

    def _posted(self, asked: Asked, body: Mapping[str, Any]) -> "_Envelope":
        with self._connection.answer_to(asked, body) as response:
            self._connection.check(asked, response)
            return self._connection.decoded(asked, response, _Envelope)

    def _data(self, asked: Asked, envelope: "_Envelope", shape: Any) -> Any:
        if envelope.is_empty():
            raise failures.no_data(asked, envelope.status.user_message if envelope.status else None)
        return self._decoded(asked, envelope, shape)

    def _decoded(self, asked: Asked, envelope: "_Envelope", shape: Any) -> Any:
        try:
            return msgspec.json.decode(envelope.data, type=shape)
        except failures.UNREADABLE as error:
            raise failures.not_documented(asked, error) from None


class _Status(msgspec.Struct, frozen=True):
    user_message: str | None = None


class _Envelope(msgspec.Struct, frozen=True):
    """What every answer but a file is wrapped in."""

    status: _Status | None = None
    data: msgspec.Raw = msgspec.Raw(b"null")

    def is_empty(self) -> bool:
        return bytes(self.data) == b"null"
