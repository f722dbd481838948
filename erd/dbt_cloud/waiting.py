"""Waiting for a run: looks at growing pauses, a last one at the deadline, and few words in the log."""

import logging
from collections.abc import Callable, Iterator
from typing import TypeVar

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.failures import NotFoundError, UnansweredError, span
from erd.dbt_cloud.runs import ERROR, MANIFEST, Found, Run, artifact_names, check_saved, check_succeeded, read_run
from erd.errors import DbtCloudError

log = logging.getLogger(__name__)

T = TypeVar("T")

FIRST_PAUSE_SECONDS = 5.0
LONGEST_PAUSE_SECONDS = 30.0
PAUSE_GROWTH = 1.5
# A wait ends so much before the budget does, so that there is time for its last look.
KEPT_FOR_THE_LAST_LOOK_SECONDS = 15.0


class Patience(msgspec.Struct, frozen=True, kw_only=True):
    """How long to wait for a run, whether a failed one is good enough, and whether to start one if there is none."""

    wait_seconds: float = 0.0
    allow_failed: bool = False
    trigger: bool = False


class Wait:
    """One wait, from now on; it is shorter than asked for where the budget is."""

    def __init__(self, budget: Budget, seconds: float) -> None:
        self.seconds = max(0.0, min(seconds, budget.left() - KEPT_FOR_THE_LAST_LOOK_SECONDS))
        self._clock = budget.clock
        self._start = self._clock.monotonic()

    @property
    def passed(self) -> float:
        """Seconds since it began."""
        return self._clock.monotonic() - self._start

    @property
    def span(self) -> str:
        """Its whole length in words."""
        return span(self.seconds)

    def until(self, look: Callable[[], T | None]) -> T | None:
        """What `look` finds at last, or None when time is over.

        That dbt Cloud does not answer is an error if it never has (the host may be wrong), or at the last look.
        """
        answered: bool | None = None
        for is_last in self._looks():
            try:
                found = look()
            except UnansweredError as error:
                if is_last or answered is None:
                    raise
                if answered:
                    log.info("%s The wait goes on.", error.happened)
                answered = False
                continue
            answered = True
            if found is not None:
                return found
        return None

    def _looks(self) -> Iterator[bool]:
        """One value for each look, after the pause before it: whether it is the last."""
        pause = FIRST_PAUSE_SECONDS
        while (left := self.seconds - self.passed) > 0:
            yield False
            left = self.seconds - self.passed
            if left <= 0:
                break
            self._clock.sleep(min(pause, left))
            pause = min(pause * PAUSE_GROWTH, LONGEST_PAUSE_SECONDS)
        yield True


class Watch:
    """Tells in the log what is waited for: once, and again when that changes."""

    def __init__(self, wait: Wait) -> None:
        self._wait = wait
        self._run: Run | None = None
        self._told = wait.seconds <= 0

    def misses(self, what: str) -> None:
        """What is not there yet, after "Waiting for"."""
        if not self._told:
            log.info("Waiting up to %s for %s", self._wait.span, what)
        self._told = True

    def sees(self, run: Run) -> None:
        """The unfinished run, as it is now."""
        before, self._run = self._run, run
        if self._wait.seconds <= 0 or (before and (before.id, before.status) == (run.id, run.status)):
            return
        if before and before.id == run.id:
            log.info("Run %s is %s", run.id, run.state)
        elif before:
            log.info("Run %s takes the place of run %s: %s is %s", run.id, before.id, run.page, run.state)
        elif self._told:
            log.info("Run %s (%s) is %s", run.id, run.page, run.state)
        else:
            self.misses(f"run {run.id} ({run.page}): it is {run.state}")


def wait_for_run(client: DbtCloudClient, run_id: int, patience: Patience) -> Found:
    """The run with this id, when it is finished and can be used.

    Raises `DbtCloudError` if it failed or was cancelled, with dbt's own message, and if it takes too long.
    """
    wait = Wait(client.budget, patience.wait_seconds)
    watch = Watch(wait)
    seen: list[Run] = []

    def look() -> Run | None:
        try:
            run = read_run(client, run_id)
        except NotFoundError as error:
            raise (disappeared(seen[-1]) if seen else error) from None
        seen.append(run)
        if run.is_finished:
            return run
        watch.sees(run)
        return None

    run = wait.until(look)
    if run is None:
        raise unfinished(seen[-1], wait)
    check_usable(client, run, patience)
    if len(seen) == 1 and run.status != ERROR:
        # What has just ended may not be saved yet.
        check_saved(run)
    return Found(run, f"Reading run {run.id}")


def check_usable(client: DbtCloudClient, run: Run, patience: Patience) -> None:
    """Raise `DbtCloudError` unless the finished run succeeded, or failed with a manifest and that is good enough."""
    if run.status == ERROR and patience.allow_failed:
        if MANIFEST not in artifact_names(client, run):
            raise DbtCloudError(
                f"Run {run.id} failed{run.message}, and left no {MANIFEST}.",
                f"Look at {run.page}, mend it and run it again.",
            )
        log.warning("Run %s failed%s. It left a %s, which is read all the same.", run.id, run.message, MANIFEST)
        return
    check_succeeded(run)


def unfinished(run: Run, wait: Wait) -> DbtCloudError:
    """The error for a run that took too long."""
    if wait.seconds <= 0:
        return DbtCloudError(
            f"Run {run.id} is not finished: it is {run.state}.",
            f"Look at {run.page}; to wait for it, give dbt-cloud-wait-minutes.",
        )
    return DbtCloudError(
        f"Run {run.id} is still {run.state} after {wait.span}.",
        f"Look at {run.page}; if it is well, raise dbt-cloud-wait-minutes.",
    )


def disappeared(run: Run) -> DbtCloudError:
    """The error for a run that was there."""
    return DbtCloudError(
        f"Run {run.id} disappeared while it was waited for: dbt Cloud does not find it any more.",
        f"Look at {run.page}, and at whether its job was deleted.",
    )
