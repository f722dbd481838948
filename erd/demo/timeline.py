"""What becomes of a run as time passes: its statuses, each from a moment on.

A moment is counted in seconds after the server started, and may lie before it (a run of yesterday, told in today's
time). Whatever a run of dbt Cloud does is a row of moments: it is queued, starts, runs and ends; ends, and runs again;
is cancelled for a newer one; is gone.
"""

from collections.abc import Iterable

import msgspec

# Run statuses are integers in the API; these are all that it documents.
QUEUED = 1
STARTING = 2
RUNNING = 3
SUCCESS = 10
ERROR = 20
CANCELLED = 30
FINISHED = frozenset({SUCCESS, ERROR, CANCELLED})

# That a newer commit cancels the run of an older one is documented, the words for it are not: these are ours.
SUPERSEDED = "Cancelled: a newer commit was pushed to the pull request, and its run takes the place of this one."


class Moment(msgspec.Struct, frozen=True):
    """From `at` on the run has this status and message. Without a status it is gone: not listed, and a 404."""

    at: float
    status: int | None
    message: str | None = None


class Timeline(msgspec.Struct, frozen=True, kw_only=True):
    """The moments of a run, in order. Before the first one dbt Cloud does not know the run.

    Its files are there `uploaded_after` seconds after it ended. From `saved_after` on dbt Cloud says that it saved
    them, by default when they are there. A run whose commit dbt Cloud has yet to look up has `git_sha` null
    until it starts; its trigger names the commit all the same.
    """

    moments: tuple[Moment, ...]
    uploaded_after: float = 0.0
    saved_after: float | None = None
    sha_while_queued: bool = True

    def __post_init__(self) -> None:
        times = [moment.at for moment in self.moments]
        if not times or times != sorted(times):
            raise ValueError("a run's moments stand in order, and there is at least one")

    def after(self, seconds: float) -> "Timeline":
        """The same, so many seconds later."""
        return msgspec.structs.replace(self, moments=tuple(_later(self.moments, seconds)))


def passing(
    *,
    appears: float = 0.0,
    queued: float = 1.0,
    starting: float = 0.0,
    running: float = 2.0,
    ends: int = SUCCESS,
    message: str | None = None,
) -> tuple[Moment, ...]:
    """The moments of a run that is listed from `appears` on, then queued, starting and running for so many seconds."""
    begins, runs = appears + queued, appears + queued + starting
    return (
        Moment(appears, QUEUED),
        Moment(begins, STARTING),
        Moment(runs, RUNNING),
        Moment(runs + running, ends, message),
    )


def queued_only(*, appears: float = 0.0, queued: float = 1.0, message: str = SUPERSEDED) -> tuple[Moment, ...]:
    """The moments of a run that is cancelled before it starts."""
    return (Moment(appears, QUEUED), Moment(appears + queued, CANCELLED, message))


def _later(moments: Iterable[Moment], seconds: float) -> Iterable[Moment]:
    return (msgspec.structs.replace(moment, at=moment.at + seconds) for moment in moments)
