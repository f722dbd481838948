"""What a run is at a time, as a function of its timeline."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.demo.account import PREPARATION, CloudRun, Step
from erd.demo.timeline import (
    CANCELLED,
    ERROR,
    FINISHED,
    QUEUED,
    RUNNING,
    STARTING,
    SUCCESS,
    SUPERSEDED,
    Moment,
    Timeline,
    passing,
    queued_only,
)
from erd.demo.view import run_at

BEGAN = dt.datetime(2026, 11, 22, 6, tzinfo=dt.UTC)
STEPS = (*PREPARATION, Step("Invoke dbt with `dbt build`", {"manifest.json": b"{}"}), Step("Invoke dbt with `dbt x`"))


def a_run(timeline: Timeline | None) -> CloudRun:
    return CloudRun(
        id=5, job_definition_id=7, project_id=2, environment_id=3, git_sha="aaa", steps=STEPS, timeline=timeline
    )


def seen(timeline: Timeline | None, seconds: float) -> CloudRun:
    run = run_at(a_run(timeline), seconds, BEGAN)
    assert run is not None
    return run


def statuses(timeline: Timeline, *seconds: float) -> list[int | None]:
    runs = [run_at(a_run(timeline), second, BEGAN) for second in seconds]
    return [run.status if run else None for run in runs]


def test_without_a_timeline_a_run_is_at_all_times_what_it_is() -> None:
    assert seen(None, -1e6) == seen(None, 1e6) == a_run(None)


def test_a_run_appears_is_queued_starts_runs_and_ends() -> None:
    timeline = Timeline(moments=passing(appears=2, queued=1, starting=1, running=2))
    assert statuses(timeline, 1.9, 2, 2.9, 3, 4, 5.9, 6, 1e6) == [
        None,
        QUEUED,
        QUEUED,
        STARTING,
        RUNNING,
        RUNNING,
        SUCCESS,
        SUCCESS,
    ]


def test_its_times_follow_as_dbt_cloud_writes_them() -> None:
    timeline = Timeline(moments=passing(appears=-60, queued=1, running=2.5))
    times = [
        (seen(timeline, second).created_at, seen(timeline, second).started_at, seen(timeline, second).finished_at)
        for second in (-60, -59, 0)
    ]
    created, started = "2026-11-22 05:59:00.000000+00:00", "2026-11-22 05:59:01.000000+00:00"
    assert times == [
        (created, None, None),
        (created, started, None),
        (created, started, "2026-11-22 05:59:03.500000+00:00"),
    ]


def test_its_files_come_some_seconds_after_its_end() -> None:
    timeline = Timeline(moments=passing(queued=1, running=2), uploaded_after=4)
    ended, there = seen(timeline, 6.9), seen(timeline, 7)
    assert (ended.status, ended.artifacts_saved, [step.artifacts for step in ended.steps]) == (SUCCESS, False, [{}] * 5)
    assert (there.artifacts_saved, there.steps) == (True, STEPS)


def test_dbt_cloud_may_say_that_files_are_saved_before_they_can_be_had() -> None:
    timeline = Timeline(moments=passing(queued=1, running=2), uploaded_after=4, saved_after=0)
    ended = seen(timeline, 3)
    assert ended.artifacts_saved
    assert [step.artifacts for step in ended.steps] == [{}] * 5


def test_the_steps_are_told_as_far_as_they_have_come() -> None:
    timeline = Timeline(moments=passing(queued=1, running=2))
    assert seen(timeline, 0).steps == ()
    assert [(step.name, step.status) for step in seen(timeline, 1).steps[2:]] == [
        ("Invoke dbt with `dbt deps`", SUCCESS),
        ("Invoke dbt with `dbt build`", RUNNING),
    ]
    assert len(seen(timeline, 3).steps) == 5


def test_the_commit_of_a_queued_run_may_be_unknown_but_to_its_trigger() -> None:
    timeline = Timeline(moments=passing(queued=1), sha_while_queued=False)
    queued, started = seen(timeline, 0), seen(timeline, 1)
    assert (queued.git_sha, queued.trigger_sha, started.git_sha) == (None, "aaa", "aaa")


def test_a_run_that_is_superseded_in_the_queue_has_no_commit_and_no_files() -> None:
    run = seen(Timeline(moments=queued_only(), sha_while_queued=False), 10)
    assert (run.status, run.status_message, run.git_sha) == (CANCELLED, SUPERSEDED, None)
    assert (run.artifacts_saved, run.steps, run.started_at) == (False, (), None)


def test_a_run_that_is_cancelled_while_it_runs_keeps_the_steps_so_far_without_files() -> None:
    run = seen(Timeline(moments=passing(ends=CANCELLED, message="Too slow")), 10)
    assert (run.status, run.status_message, run.artifacts_saved) == (CANCELLED, "Too slow", False)
    assert [step.status for step in run.steps] == [SUCCESS, SUCCESS, SUCCESS, CANCELLED]


def test_a_failed_run_may_leave_files() -> None:
    run = seen(Timeline(moments=passing(ends=ERROR, message="It broke")), 10)
    assert (run.status, run.status_message, run.steps) == (ERROR, "It broke", STEPS)


def test_a_run_may_disappear() -> None:
    assert statuses(Timeline(moments=(*passing(queued=1, running=1), Moment(5, None))), 4, 5, 6) == [
        SUCCESS,
        None,
        None,
    ]


def test_a_run_may_restart_after_its_end() -> None:
    timeline = Timeline(moments=(*passing(queued=1, running=1), *passing(appears=5, queued=1, running=1)))
    assert statuses(timeline, 3, 5, 6, 7) == [SUCCESS, QUEUED, RUNNING, SUCCESS]
    again = seen(timeline, 5)
    assert (again.created_at[11:19], again.started_at, again.finished_at) == ("06:00:00", None, None)
    assert (again.artifacts_saved, again.steps) == (False, ())
    assert str(seen(timeline, 9).started_at)[11:19] == "06:00:06"


@pytest.mark.parametrize("moments", [(), (Moment(2, QUEUED), Moment(1, RUNNING))])
def test_moments_stand_in_order(moments: tuple[Moment, ...]) -> None:
    with pytest.raises(ValueError, match="in order"):
        Timeline(moments=moments)


TIMELINES = st.builds(
    Timeline,
    moments=st.lists(
        st.builds(
            Moment,
            at=st.integers(-9, 9).map(float),
            status=st.sampled_from([None, QUEUED, STARTING, RUNNING, SUCCESS, ERROR, CANCELLED]),
        ),
        min_size=1,
        max_size=6,
    ).map(lambda moments: tuple(sorted(moments, key=lambda moment: moment.at))),
    uploaded_after=st.integers(0, 5).map(float),
    sha_while_queued=st.booleans(),
)


@given(TIMELINES, st.integers(-12, 20))
def test_only_a_run_that_has_ended_has_an_end_or_files(timeline: Timeline, second: int) -> None:
    run = run_at(a_run(timeline), second, BEGAN)
    if run is None:
        return
    assert (run.finished_at is not None) is (run.status in FINISHED)
    assert run.status in FINISHED or not run.artifacts_saved
    assert run.artifacts_saved or not any(step.artifacts for step in run.steps)


@given(TIMELINES, st.integers(-12, 20), st.integers(-50, 50))
def test_a_timeline_that_is_moved_shows_the_same_so_much_later(timeline: Timeline, second: int, later: int) -> None:
    before, after = run_at(a_run(timeline), second, BEGAN), run_at(a_run(timeline.after(later)), second + later, BEGAN)
    assert (before and before.status) == (after and after.status)
    assert (before and before.steps) == (after and after.steps)
