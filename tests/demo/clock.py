"""A clock that stands still until it is told, or asked to sleep: tests that wait take no time."""

import datetime as dt


class FakeClock:
    """Time as a number; whoever sleeps moves it on for all."""

    def __init__(self, began: dt.datetime = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)) -> None:
        self.seconds = 0.0
        self.slept: list[float] = []
        self._began = began

    def monotonic(self) -> float:
        """Seconds that never go back."""
        return self.seconds

    def now(self) -> dt.datetime:
        """The time of day."""
        return self._began + dt.timedelta(seconds=self.seconds)

    def sleep(self, seconds: float) -> None:
        """Move on at once."""
        self.slept.append(seconds)
        self.seconds += seconds
