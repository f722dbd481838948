"""The Administrative API of dbt Cloud: what it wraps its answers in, and what errors mean."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from types import GenericAlias, TracebackType
from typing import Any, Self, TypeVar

import msgspec

from erd.checks import Secret
from erd.dbt_cloud import failures
from erd.dbt_cloud.asked import ADMINISTRATIVE, Asked
from erd.dbt_cloud.connection import Connection
from erd.dbt_cloud.transfer import Transfer

T = TypeVar("T")


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
        self.account_id = account_id
        self._prefix = f"/api/{api_version}/accounts/{account_id}/"
        self._connection = Connection(
            base_url,
            token,
            ADMINISTRATIVE,
            retries=retries,
            backoff_seconds=backoff_seconds,
            connect_seconds=connect_seconds,
            read_seconds=read_seconds,
        )
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
        with self._connection.answer(asked, {"Accept": "*/*", "Accept-Encoding": "gzip"}) as response:
            yield Transfer(asked, response)

    def url(self, path: str) -> str:
        """The address of `path`, for people to read."""
        return f"{self.base_url}{self._prefix}{path}"

    def _asked(self, path: str, subject: str) -> Asked:
        return self._connection.asked(f"{self._prefix}{path}", subject, self.account_id)

    def _envelope(self, asked: Asked, params: Mapping[str, str | int] | None) -> "_Envelope":
        with self._connection.answer(asked, {"Accept": "application/json"}, params) as response:
            return self._connection.decoded(asked, response, _Envelope)

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
