"""Time as it passes while dbt Cloud is asked, and how much of it there is: handed in, so that tests need not wait."""

import datetime as dt
import time
from typing import Protocol

ENOUGH_SECONDS = 15 * 60.0


class Clock(Protocol):
    """What knows the time and can let it pass."""

    def monotonic(self) -> float:
        """Seconds that never go back."""

    def now(self) -> dt.datetime:
        """The time of day, with its time zone."""

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""


class SystemClock:
    """This machine's clock."""

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return time.monotonic()

    def now(self) -> dt.datetime:
        """The time of day in UTC."""
        return dt.datetime.now(dt.UTC)

    def sleep(self, seconds: float) -> None:
        """Let so much time pass."""
        time.sleep(seconds)


class Budget:
    """So many seconds from now, for all that is asked of dbt Cloud; used from several threads."""

    def __init__(self, seconds: float, clock: Clock | None = None) -> None:
        self.clock: Clock = clock or SystemClock()
        self.seconds = seconds
        self._end = self.clock.monotonic() + seconds

    def left(self) -> float:
        """Seconds that are left, never less than none."""
        return max(0.0, self._end - self.clock.monotonic())

    def allows(self, seconds: float) -> bool:
        """Whether a pause of so many seconds leaves time to do something after it."""
        return seconds < self.left()
