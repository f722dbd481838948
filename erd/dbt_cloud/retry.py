"""What is asked again, and when: as urllib3 does it, on a clock that is handed in and within one budget.

dbt's documentation knows one rule: after a 429, all requests of the account are refused for five minutes. A header that
says otherwise is not documented there, and is honoured.
"""

import logging
import socket
import ssl
from collections.abc import Collection
from types import TracebackType
from typing import Any, Self

import urllib3

from erd.dbt_cloud.clock import Budget

log = logging.getLogger(__name__)

RETRIED_STATUSES = frozenset({408, *range(500, 600)})
TOO_MANY = 429
COOLDOWN_SECONDS = 300.0
LONGEST_PAUSE_SECONDS = 20.0


class OutOfTimeError(Exception):
    """The next try would not fit into the budget; `last` is how the last one ended, a status or an error."""

    def __init__(self, last: "int | Exception | None") -> None:
        super().__init__(last)
        self.last = last


class Retry(urllib3.Retry):
    """Retries what may pass, tells of it in one line, and gives up at once on what cannot pass."""

    budget: Budget
    pause = 0.0
    cooled_down = False

    @classmethod
    def within(cls, budget: Budget, methods: Collection[str], retries: int, backoff_seconds: float) -> Self:
        """At most so many retries of requests by these methods, with growing pauses, all within the budget."""
        retry = cls(
            total=retries,
            allowed_methods=methods,
            status_forcelist=RETRIED_STATUSES | {TOO_MANY},
            backoff_factor=backoff_seconds,
            backoff_jitter=backoff_seconds,
            backoff_max=LONGEST_PAUSE_SECONDS,
            raise_on_status=False,
        )
        retry.budget = budget
        return retry

    def new(self, **changed: Any) -> Self:
        """As in urllib3, where each try has a copy of its own."""
        copy = super().new(**changed)
        copy.budget, copy.cooled_down = self.budget, self.cooled_down
        return copy

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
        said = self.get_retry_after(response) if response else None
        if response and response.status == TOO_MANY:
            left.pause = COOLDOWN_SECONDS if said is None else said
            if (self.cooled_down and said is None) or not self.budget.allows(left.pause):
                raise urllib3.exceptions.MaxRetryError(_pool, url or "")  # type: ignore[arg-type]  # None, as in urllib3
            left.cooled_down = True
            log.info("dbt Cloud takes no more requests of this account for now: waiting %.0f s.", left.pause)
            return left
        left.pause = max(left.get_backoff_time(), said or 0)
        if not self.budget.allows(left.pause):
            raise OutOfTimeError(error or (response.status if response else None))
        reason = type(error).__name__ if error else response.status if response else "no answer"
        log.info("dbt Cloud did not answer (%s): asking again, %s tries left.", reason, left.total)
        return left

    def get_retry_after(self, response: urllib3.BaseHTTPResponse) -> float | None:
        """The seconds that the answer asks for; None if it does not, or in no words that have a meaning."""
        try:
            return super().get_retry_after(response)
        except urllib3.exceptions.InvalidHeader:
            return None

    def sleep(self, response: urllib3.BaseHTTPResponse | None = None) -> None:  # noqa: ARG002 - urllib3's own
        """As in urllib3, where this is called before each further try."""
        self.budget.clock.sleep(self.pause)


def _is_final(error: Exception) -> bool:
    """Whether asking again cannot help: there is no such name, or the certificate is not for it."""
    cause = error.__cause__ or next(iter(error.args), None)
    if isinstance(cause, socket.gaierror):
        return cause.errno != socket.EAI_AGAIN
    return isinstance(cause, ssl.SSLCertVerificationError)
