"""An account as it is so many seconds after the server started: a pure function of its timelines."""

import datetime as dt

import msgspec

from erd.demo.account import PREPARATION, Account, CloudRun, Step
from erd.demo.timeline import CANCELLED, FINISHED, QUEUED, RUNNING, Moment, Timeline

replace = msgspec.structs.replace


def account_at(account: Account, seconds: float, began: dt.datetime) -> Account:
    """The account `seconds` after `began`, when the server started, without the runs that it does not know then."""
    seen = (run_at(run, seconds, began) for run in account.runs)
    return replace(account, runs=tuple(run for run in seen if run is not None))


def run_at(run: CloudRun, seconds: float, began: dt.datetime) -> CloudRun | None:
    """The run as it is then, None if dbt Cloud does not know it. A run without a timeline is what it is."""
    if run.timeline is None:
        return run
    past = [moment for moment in run.timeline.moments if moment.at <= seconds]
    if not past or past[-1].status is None:
        return None
    now, since_end = past[-1], seconds - past[-1].at
    ended = now.status in FINISHED
    saves = ended and now.status != CANCELLED and run.artifacts_saved
    return replace(
        run,
        status=now.status,
        status_message=now.message,
        git_sha=run.git_sha if run.timeline.sha_while_queued or _was_begun(past) else None,
        trigger_sha=run.trigger_sha or run.git_sha,
        created_at=time_of_run(began, past[0].at),
        started_at=_started_at(past, began),
        finished_at=time_of_run(began, now.at) if ended else None,
        artifacts_saved=saves and since_end >= _saved_after(run.timeline),
        steps=_steps(run.steps, past, files=saves and since_end >= run.timeline.uploaded_after),
    )


def _saved_after(timeline: Timeline) -> float:
    return timeline.uploaded_after if timeline.saved_after is None else timeline.saved_after


def _started_at(past: list[Moment], began: dt.datetime) -> str | None:
    """When it last began to run, None if it has been queued anew since."""
    started = None
    for moment in past:
        match moment.status:
            case 1 | 2:
                started = None
            case 3:
                started = time_of_run(began, moment.at)
    return started


def _was_begun(past: list[Moment]) -> bool:
    return any(moment.status not in {QUEUED, CANCELLED} for moment in past)


def _steps(steps: tuple[Step, ...], past: list[Moment], *, files: bool) -> tuple[Step, ...]:
    """The steps so far: none before it runs; while it runs, and if it is cancelled then, up to the one at work."""
    status = past[-1].status
    if status == RUNNING or (status == CANCELLED and past[-2:-1] and past[-2].status == RUNNING):
        *done, at_work = steps[: len(PREPARATION) + 1] or PREPARATION
        return (*(replace(step, artifacts={}) for step in done), replace(at_work, artifacts={}, status=status))
    if status not in FINISHED or status == CANCELLED:
        return ()
    return steps if files else tuple(replace(step, artifacts={}) for step in steps)


def time_of_run(began: dt.datetime, seconds: float) -> str:
    """A time as dbt Cloud writes those of runs: a space in the middle, and always microseconds."""
    moment = (began + dt.timedelta(seconds=seconds)).astimezone(dt.UTC)
    return moment.isoformat(sep=" ", timespec="microseconds")
