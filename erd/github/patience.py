"""How long it is tried to write to GitHub, and what is waited for in between, whatever it is that is written."""

import logging
import random
import time
from collections.abc import Callable

import msgspec

from erd.errors import GitHubError
from erd.github.failures import LimitError, UnansweredError
from erd.github.refusals import MovedError, StuckError

log = logging.getLogger(__name__)

LONGEST_PAUSE_SECONDS = 2.0
FIRST_PAUSE_SECONDS = 0.1
MOST_DOUBTS = 6
MOST_REFUSALS = 4


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How time passes: injected, so that no test sleeps. `draw` gives a number from 0 up to 1."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    draw: Callable[[], float] = random.random
    budget_seconds: float = 120.0
    backoff_seconds: float = 1.0


class Patience:
    """What is left of the budget. Its methods pause, or raise what they are given if there is no time for it."""

    def __init__(self, pace: Pace) -> None:
        self._pace = pace
        self._end = pace.clock() + pace.budget_seconds
        self._rounds = self._doubts = self._refusals = 0

    def after(self, error: GitHubError) -> None:
        """Pause as long as is right after this failure."""
        match error:
            case LimitError(seconds=int(seconds)):
                log.info("GitHub asks for %d seconds of pause.", seconds)
                self._pause(seconds, error)
            case UnansweredError() if self._doubts < MOST_DOUBTS:
                self._doubts += 1
                log.info("%s It may have been done all the same: looking.", error.happened)
                self._pause(self._pace.backoff_seconds * 2 ** (self._doubts - 1), error)
            case MovedError():
                # All who lost against the same rival would else come back at the same time.
                self._rounds += 1
                log.info("%s Trying again from where it is now.", error.happened)
                most = min(LONGEST_PAUSE_SECONDS, FIRST_PAUSE_SECONDS * 2 ** min(self._rounds, 10))
                self._pause(self._pace.draw() * most, error)
            case _:
                raise error

    def after_standstill(self, error: MovedError) -> None:
        """Count what GitHub refused though the branch is where it was: that is no race if it goes on."""
        self._refusals += 1
        if self._refusals >= MOST_REFUSALS:
            raise StuckError(
                error.happened, "Look for a rule of the repository that keeps this branch from being made or moved."
            )

    def _pause(self, seconds: float, error: GitHubError) -> None:
        if self._pace.clock() + seconds > self._end:
            raise error
        self._pace.sleep(seconds)
