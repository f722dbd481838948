"""Waiting for a run whose id is known, and the pauses of any wait."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.failures import NotFoundError, UnansweredError
from erd.dbt_cloud.waiting import Wait, wait_for_run
from erd.demo.account import CloudRun
from erd.demo.timeline import CANCELLED, ERROR, QUEUED, RUNNING, STARTING, SUCCESS
from erd.errors import DbtCloudError
from tests.demo.clock import FakeClock

from .builders import a_run
from .faults import Reply, faults, json_answer, page
from .reviews import a_ci_run, moments, on, patience, scene


def a_run_that(*statuses: tuple[float, int | None], message: str | None = None) -> CloudRun:
    return a_ci_run(5, timeline=moments(*statuses, message=message))


def test_a_finished_run_is_not_waited_for() -> None:
    with scene(a_run(5)) as (client, server, clock):
        found = wait_for_run(client, 5, patience())
    assert (found.run.id, found.how) == (5, "Reading run 5")
    assert (len(server.requests), clock.slept) == (1, [])


def test_a_run_is_waited_for_until_it_succeeded(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.waiting")
    run = a_run_that((0, QUEUED), (20, STARTING), (21, RUNNING), (100, SUCCESS))
    with scene(run) as (client, server, clock):
        assert wait_for_run(client, 5, patience()).run.status == SUCCESS
    page = f"{server.url}/deploy/1/projects/2/runs/5/"
    assert caplog.messages == [f"Waiting up to 10 minutes for run 5 ({page}): it is queued", "Run 5 is running"]
    assert clock.slept == [5, 7.5, 11.25, 16.875, 25.3125, 30, 30]


def test_without_waiting_there_is_one_look() -> None:
    with scene(a_run_that((0, RUNNING))) as (client, server, clock), pytest.raises(DbtCloudError) as raised:
        wait_for_run(client, 5, patience(0))
    assert raised.value.happened == "Run 5 is not finished: it is running."
    assert "dbt-cloud-wait-minutes" in raised.value.todo
    assert (len(server.requests), clock.slept) == (1, [])


def test_a_run_that_takes_too_long_is_an_error_with_its_address() -> None:
    with scene(a_run_that((0, RUNNING))) as (client, server, clock), pytest.raises(DbtCloudError) as raised:
        wait_for_run(client, 5, patience(10))
    assert raised.value.happened == "Run 5 is still running after 10 minutes."
    assert raised.value.todo == (
        f"Look at {server.url}/deploy/1/projects/2/runs/5/; if it is well, raise dbt-cloud-wait-minutes."
    )
    assert clock.seconds == 600


def test_the_last_look_is_exactly_at_the_deadline() -> None:
    with scene(a_run_that((0, RUNNING), (600, SUCCESS))) as (client, _, clock):
        assert wait_for_run(client, 5, patience(10)).run.status == SUCCESS
    assert clock.seconds == 600


@pytest.mark.parametrize(
    ("status", "happened"),
    [(ERROR, "Run 5 failed: A test failed."), (CANCELLED, "Run 5 was cancelled: A test failed.")],
)
def test_a_run_that_ends_badly_ends_the_wait_with_dbts_own_message(status: int, happened: str) -> None:
    run = a_run_that((0, RUNNING), (60, status), message="A test\nfailed.")
    with scene(run) as (client, _, clock), pytest.raises(DbtCloudError) as raised:
        wait_for_run(client, 5, patience())
    assert raised.value.happened == happened
    assert clock.seconds < 120


def test_a_failed_run_that_left_a_manifest_may_be_read(caplog: pytest.LogCaptureFixture) -> None:
    run = a_run_that((0, RUNNING), (60, ERROR), message="A test failed.")
    with scene(run) as (client, _, _):
        assert wait_for_run(client, 5, patience(allow_failed=True)).run.status == ERROR
    assert caplog.messages == ["Run 5 failed: A test failed. It left a manifest.json, which is read all the same."]


def test_a_failed_run_without_a_manifest_may_not() -> None:
    run = a_ci_run(5, status=ERROR, message="No compiling.", artifacts={})
    with scene(run) as (client, _, _), pytest.raises(DbtCloudError) as raised:
        wait_for_run(client, 5, patience(allow_failed=True))
    assert raised.value.happened == "Run 5 failed: No compiling, and left no manifest.json."


def test_a_cancelled_run_is_never_read() -> None:
    run = a_ci_run(5, status=CANCELLED)
    with scene(run) as (client, _, _), pytest.raises(DbtCloudError, match=r"Run 5 was cancelled\."):
        wait_for_run(client, 5, patience(allow_failed=True))


def test_a_run_that_is_not_there_is_not_waited_for() -> None:
    with scene() as (client, _, clock), pytest.raises(NotFoundError):
        wait_for_run(client, 5, patience())
    assert clock.slept == []


def test_a_run_that_disappears_ends_the_wait() -> None:
    run = a_run_that((0, RUNNING), (60, None))
    with scene(run) as (client, _, clock), pytest.raises(DbtCloudError) as raised:
        wait_for_run(client, 5, patience())
    assert raised.value.happened == "Run 5 disappeared while it was waited for: dbt Cloud does not find it any more."
    assert clock.seconds < 120


def test_a_run_that_is_queued_again_is_waited_for_again(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.waiting")
    run = a_run_that((0, RUNNING), (30, QUEUED), (60, RUNNING), (90, SUCCESS))
    with scene(run) as (client, _, _):
        wait_for_run(client, 5, patience())
    assert caplog.messages[1:] == ["Run 5 is queued", "Run 5 is running"]


def test_a_success_without_saved_artifacts_is_an_error_unless_it_has_just_ended() -> None:
    with scene(a_run(5, saved=False)) as (client, _, _), pytest.raises(DbtCloudError, match="saved no artifacts of it"):
        wait_for_run(client, 5, patience())
    timeline = moments((0, RUNNING), (3, SUCCESS))
    late = a_ci_run(5, timeline=type(timeline)(moments=timeline.moments, uploaded_after=50))
    with scene(late) as (client, _, _):
        assert wait_for_run(client, 5, patience()).run.artifacts_saved is False


@pytest.mark.parametrize("data", [{"id": 5, "status": 42}, {"id": 5}, {"id": 5, "status": 3, "is_complete": True}])
def test_a_status_that_is_not_documented_is_unfinished(data: dict[str, object]) -> None:
    answers = json_answer(data), json_answer({"id": 5, "status": 10})
    clock = FakeClock()
    with faults(*answers) as server, on(server.url, clock) as client:
        assert wait_for_run(client, 5, patience()).run.status == SUCCESS
    assert clock.slept == [5]


def test_unless_the_run_says_that_it_is_complete() -> None:
    data = {"id": 5, "status": 42, "is_complete": True}
    with (
        faults(json_answer(data)) as server,
        on(server.url, FakeClock()) as client,
        pytest.raises(DbtCloudError, match="has the status 42, which dbt Cloud does not document"),
    ):
        wait_for_run(client, 5, patience())


def test_no_answer_counts_against_the_deadline_only(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.waiting")
    trouble = json_answer(None, 503, "Try later.")
    running = json_answer({"id": 5, "status": 3})
    answers: list[Reply] = [running, trouble, running, trouble, trouble]
    with faults(*answers, json_answer({"id": 5, "status": 10})) as server, on(server.url, FakeClock()) as client:
        assert wait_for_run(client, 5, patience()).run.id == 5
    assert len(server.requests) == 6
    assert [message.endswith("The wait goes on.") for message in caplog.messages] == [False, True, True]


def test_no_answer_at_the_first_look_is_an_error_at_once() -> None:
    clock = FakeClock()
    with (
        faults(json_answer(None, 503, "Try later.")) as server,
        on(server.url, clock) as client,
        pytest.raises(UnansweredError),
    ):
        wait_for_run(client, 5, patience())
    assert clock.seconds == 0


def test_no_answer_at_the_deadline_is_an_error() -> None:
    clock = FakeClock()
    with (
        faults(json_answer({"id": 5, "status": 3}), json_answer(None, 503, "Try later.")) as server,
        on(server.url, clock) as client,
        pytest.raises(UnansweredError),
    ):
        wait_for_run(client, 5, patience(1))
    assert clock.seconds == 60


@pytest.mark.parametrize("refusal", [json_answer(None, 401, "No."), json_answer(None, 403, "No."), page(200)])
def test_what_asking_later_cannot_mend_ends_the_wait_at_once(refusal: Reply) -> None:
    clock = FakeClock()
    with (
        faults(json_answer({"id": 5, "status": 3}), refusal) as server,
        on(server.url, clock) as client,
        pytest.raises(DbtCloudError),
    ):
        wait_for_run(client, 5, patience())
    assert (len(server.requests), clock.slept) == (2, [5])


@given(seconds=st.floats(0, 7200), look_takes=st.floats(0, 100))
def test_a_wait_ends_with_a_look_and_never_sleeps_past_its_end(seconds: float, look_takes: float) -> None:
    clock = FakeClock()
    wait = Wait(Budget(10_000, clock), seconds)
    looks = []

    def look() -> None:
        looks.append(clock.seconds)
        clock.seconds += look_takes

    assert wait.until(look) is None
    assert seconds - 1e-6 <= looks[-1] <= seconds + look_takes + 1e-6
    assert all(0 < pause <= 30 for pause in clock.slept)


def test_a_wait_ends_before_the_budget_does() -> None:
    clock = FakeClock()
    wait = Wait(Budget(120, clock), 600)
    assert wait.until(lambda: None) is None
    assert clock.seconds == 105
