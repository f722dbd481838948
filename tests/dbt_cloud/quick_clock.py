"""A clock on which pauses take no time: real time goes on, and what is slept is added to it."""

import datetime as dt
import threading
import time
from collections.abc import Callable


class QuickClock:
    """Passes as the machine's clock does, and jumps ahead wherever somebody would sleep; `slept` has every pause.

    Whoever gives `on_sleep` is told of each.
    """

    def __init__(self) -> None:
        self.slept: list[float] = []
        self.on_sleep: Callable[[], None] = lambda: None
        self._began = dt.datetime.now(dt.UTC)
        self._at = time.monotonic()
        self._lock = threading.Lock()

    def monotonic(self) -> float:
        with self._lock:
            return time.monotonic() + sum(self.slept)

    def now(self) -> dt.datetime:
        return self._began + dt.timedelta(seconds=self.monotonic() - self._at)

    def sleep(self, seconds: float) -> None:
        with self._lock:
            self.slept.append(seconds)
        self.on_sleep()
