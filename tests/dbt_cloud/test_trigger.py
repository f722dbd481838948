"""A run is started where none was found, and cancelled where nobody waits for it any more."""

from collections.abc import Iterable

import pytest

from erd.ci.pull_request import Forge
from erd.dbt_cloud.matching import NUMBER_FIELDS
from erd.dbt_cloud.pull_requests import find_run_of_pull_request
from erd.dbt_cloud.waiting import Patience
from erd.demo.account import Job
from erd.demo.server import Request, Server
from erd.demo.timeline import CANCELLED, ERROR, QUEUED, RUNNING, SUCCESS, Timeline, passing
from erd.errors import DbtCloudError
from tests.demo.clock import FakeClock

from .faults import Wire, faults, json_answer, reset
from .reviews import (
    CI,
    HEAD,
    JOBS,
    PRODUCTION,
    STARTER,
    a_ci_run,
    a_production_run,
    a_pull_request,
    on,
    patience,
    scene,
    started,
)

TRIGGER = patience(trigger=True)
OTHER_CI = Job(id=8, name="Slim CI", project_id=2, environment_id=4, job_type="ci")

SEVERAL = (
    'Several jobs run for pull requests in project 2: job 7 "Pull requests" in project 2, job 8 "Slim CI" in project 2.'
)


def posts(server: Server) -> list[Request]:
    return [request for request in server.requests if request.method == "POST"]


def paths(requests: Iterable[Request]) -> list[str]:
    return [request.path.removeprefix("/api/v2/accounts/1/") for request in requests]


@pytest.mark.parametrize("job_id", [None, CI, PRODUCTION])
@pytest.mark.parametrize("forge", Forge)
def test_a_run_is_started_for_the_commit_when_none_appears(forge: Forge, job_id: int | None) -> None:
    became = started((0, QUEUED), (10, RUNNING), (90, SUCCESS))
    with scene(a_production_run(), tokens=(STARTER,), triggered=became) as (client, server, clock):
        found = find_run_of_pull_request(client, a_pull_request(forge=forge), job_id, TRIGGER)
    name = "merge request 17" if forge is Forge.GITLAB else "pull request 17"
    assert (found.run.id, found.run.status) == (11, SUCCESS)
    assert found.how == f"Reading run 11, the CI run of commit 4f0c2d9 of {name}"
    [request] = posts(server)
    assert paths([request]) == ["jobs/7/run/"]
    assert request.body == {
        "cause": f"dbt-cloud-erd, for commit 4f0c2d9 of {name}",
        "git_sha": HEAD,
        "git_branch": "discounts",
        NUMBER_FIELDS[forge]: 17,
        "schema_override": "dbt_cloud_pr_7_17",
    }
    assert 30 + 90 <= clock.seconds < 180


def test_dbt_cloud_has_half_a_minute_to_start_one_by_itself() -> None:
    run = a_ci_run(timeline=Timeline(moments=passing(appears=29, running=60)))
    with scene(run, tokens=(STARTER,)) as (client, server, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER).run.id == 20
    assert posts(server) == []


def test_none_is_started_while_one_of_the_pull_request_is_queued() -> None:
    queued = a_ci_run(sha=None, status=QUEUED)
    with scene(queued, tokens=(STARTER,)) as (client, server, _), pytest.raises(DbtCloudError, match="still queued"):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert posts(server) == []


@pytest.mark.parametrize("asked", [patience(), patience(0, trigger=True)])
def test_none_is_started_unless_asked_for_and_waited_for(asked: Patience) -> None:
    with scene(tokens=(STARTER,)) as (client, server, _), pytest.raises(DbtCloudError):
        find_run_of_pull_request(client, a_pull_request(), CI, asked)
    assert posts(server) == []


def test_none_is_started_for_an_unknown_commit() -> None:
    with scene(tokens=(STARTER,)) as (client, server, _), pytest.raises(DbtCloudError):
        find_run_of_pull_request(client, a_pull_request(head_sha=""), CI, TRIGGER)
    assert posts(server) == []


def test_a_short_wait_is_not_all_spent_before_the_start() -> None:
    became = started((0, RUNNING), (2, SUCCESS))
    with scene(tokens=(STARTER,), triggered=became) as (client, _, clock):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(0.25, trigger=True))
    assert clock.seconds == 12.5


@pytest.mark.parametrize(
    ("jobs", "happened"),
    [
        (JOBS[:1], "No job for pull requests was found in project 2, so no run can be started."),
        ((*JOBS, OTHER_CI), SEVERAL),
    ],
)
def test_it_must_be_clear_which_job_to_start(jobs: tuple[Job, ...], happened: str) -> None:
    with scene(tokens=(STARTER,), jobs=jobs) as (client, server, _), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), PRODUCTION, TRIGGER)
    assert raised.value.happened == happened
    assert "dbt-cloud-job-id" in raised.value.todo
    assert posts(server) == []


def test_starting_needs_a_wider_permission() -> None:
    with scene() as (client, _, _), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert raised.value.happened.startswith("No run could be started for commit 4f0c2d9 of pull request 17: ")
    assert '"Runs: Write" (the permission set Job Runner)' in raised.value.todo


def test_a_run_that_was_just_started_may_not_be_found_yet() -> None:
    became = started((29, QUEUED), (40, SUCCESS))
    with scene(tokens=(STARTER,), triggered=became) as (client, server, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER).run.id == 1
    assert "runs/1/" in paths(server.requests)


def test_but_not_for_ever() -> None:
    with (
        scene(tokens=(STARTER,), triggered=started((100, QUEUED))) as (client, server, clock),
        pytest.raises(DbtCloudError, match="Run 1 disappeared while it was waited for"),
    ):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert clock.seconds < 120
    assert paths(posts(server)) == ["jobs/7/run/"]


def test_a_lost_reply_is_not_asked_for_again(caplog: pytest.LogCaptureFixture) -> None:
    job = json_answer({"id": 7, "job_type": "ci"})
    ours = {"id": 30, "status": SUCCESS, "git_sha": HEAD, "job_definition_id": 7}
    empty = json_answer([])
    answers = [job, *[empty] * 5, reset, empty, json_answer([ours])]
    with faults(*answers) as server, on(server.url, FakeClock(), retries=3) as client:
        found = find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert found.run.id == 30
    assert [request.method for request in server.requests].count("POST") == 1
    assert "Whether a run of job 7 was started is seen when it appears." in caplog.text


def test_none_is_started_when_time_is_over() -> None:
    clock = FakeClock()

    def slowly(wire: Wire) -> None:
        clock.seconds += 60
        json_answer([])(wire)

    job = json_answer({"id": 7, "job_type": "ci"})
    with faults(job, slowly) as server, on(server.url, clock) as client, pytest.raises(DbtCloudError):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(1, trigger=True))
    assert [request.method for request in server.requests] == ["GET"] * 3


# The end of those that wait.


class Interrupted(FakeClock):
    """A clock at which somebody loses patience."""

    def __init__(self, at: float, error: type[BaseException]) -> None:
        super().__init__()
        self._at = at
        self._error = error

    def sleep(self, seconds: float) -> None:
        super().sleep(seconds)
        if self.seconds >= self._at:
            raise self._error


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit, RuntimeError])
def test_a_run_that_was_started_here_is_cancelled_with_us(
    error: type[BaseException], caplog: pytest.LogCaptureFixture
) -> None:
    clock = Interrupted(60, error)
    with (
        scene(clock=clock, tokens=(STARTER,), triggered=started((0, RUNNING))) as (client, server, _),
        pytest.raises(error),
    ):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert paths(posts(server)) == ["jobs/7/run/", "runs/1/cancel/"]
    assert caplog.messages == ["Cancelled run 1, which was started here"]


def test_it_is_cancelled_when_time_is_over_too() -> None:
    with (
        scene(tokens=(STARTER,), triggered=started((0, RUNNING))) as (client, server, _),
        pytest.raises(DbtCloudError, match="Run 1 is still running after 10 minutes"),
    ):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert paths(posts(server))[-1] == "runs/1/cancel/"
    assert server.account.runs[0].timeline.moments[-1].status == CANCELLED  # type: ignore[union-attr]


def test_a_run_that_has_ended_is_not_cancelled() -> None:
    with (
        scene(tokens=(STARTER,), triggered=started((0, RUNNING), (30, ERROR), message="No.")) as (client, server, _),
        pytest.raises(DbtCloudError, match=r"Run 1 failed: No\."),
    ):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert paths(posts(server)) == ["jobs/7/run/"]


def test_a_run_that_was_not_started_here_is_never_cancelled() -> None:
    clock = Interrupted(60, KeyboardInterrupt)
    with (
        scene(a_ci_run(status=RUNNING), clock=clock, tokens=(STARTER,)) as (client, server, _),
        pytest.raises(KeyboardInterrupt),
    ):
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert posts(server) == []


def test_that_it_could_not_be_cancelled_does_not_hide_why(caplog: pytest.LogCaptureFixture) -> None:
    job, empty = json_answer({"id": 7, "job_type": "ci"}), json_answer([])
    ours = {"id": 30, "status": RUNNING, "git_sha": HEAD, "job_definition_id": 7}
    refused = json_answer(None, 401, "No.")
    answers = [job, *[empty] * 5, json_answer(ours), json_answer([ours]), refused, refused]
    with faults(*answers) as server, on(server.url, FakeClock()) as client, pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), CI, TRIGGER)
    assert "rejected the token" in raised.value.happened
    assert [request.path for request in server.requests][-1] == "/api/v2/accounts/1/runs/30/cancel/"
    assert "Run 30, which was started here, could not be cancelled: " in caplog.text
