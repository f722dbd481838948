"""Which run is that of a pull request, and what is said when it cannot be told."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.ci.pull_request import Forge
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.failures import UnansweredError
from erd.dbt_cloud.matching import NUMBER_FIELDS, is_of_commit
from erd.dbt_cloud.production import base_of
from erd.dbt_cloud.pull_requests import MOST_PAGES, RUNS_A_PAGE, find_run_of_pull_request
from erd.dbt_cloud.runs import Run
from erd.demo.account import JOBS_READ, RUNS_READ, CloudRun, Job, Token
from erd.demo.pull_request import pull_request_account
from erd.demo.server import serve
from erd.demo.timeline import CANCELLED, ERROR, QUEUED, RUNNING, SUCCESS, Timeline, passing
from erd.errors import DbtCloudError
from tests.demo.clock import FakeClock
from tests.tokens import TOKEN

from .builders import a_client
from .faults import FaultServer, Reply, faults, json_answer
from .reviews import (
    CI,
    HEAD,
    JOBS,
    OLDER,
    PRODUCTION,
    a_ci_run,
    a_production_run,
    a_pull_request,
    moments,
    on,
    patience,
    scene,
)

OTHER_CI = Job(id=8, name="Slim\nCI", project_id=9, environment_id=4, job_type="ci")


# At what commit.


@pytest.mark.parametrize("job_id", [None, CI, PRODUCTION])
def test_the_run_of_the_head_commit_is_found(job_id: int | None) -> None:
    runs = a_production_run(), a_ci_run(19, sha=OLDER), a_ci_run(20), a_ci_run(21, sha=OLDER[::-1], number=18)
    with scene(*runs) as (client, server, clock):
        found = find_run_of_pull_request(client, a_pull_request(), job_id, patience())
    assert found.run.id == 20
    assert found.how == "Reading run 20, the CI run of commit 4f0c2d9 of pull request 17"
    assert found.run.href == f"{server.url}/deploy/1/projects/2/runs/20/"
    assert clock.slept == []


@pytest.mark.parametrize(
    ("git_sha", "trigger_sha"), [(HEAD.upper(), None), (HEAD[:7], None), (None, HEAD), (OLDER, HEAD)]
)
def test_the_commit_may_be_written_in_other_ways(git_sha: str | None, trigger_sha: str | None) -> None:
    with scene(a_ci_run(sha=git_sha, trigger_sha=trigger_sha, number=None, cause_category="ci")) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience(0)).run.id == 20


def test_six_characters_of_a_commit_are_too_few() -> None:
    with scene(a_ci_run(sha=HEAD[:6], number=None)) as (client, _, _), pytest.raises(DbtCloudError):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(0))


def test_a_run_of_the_same_commit_that_is_not_for_pull_requests_is_not_it() -> None:
    runs = a_production_run(sha=HEAD), a_ci_run(20)
    with scene(*runs) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), None, patience(0)).run.id == 20


def test_but_it_is_if_its_job_was_given() -> None:
    with scene(a_production_run(21, sha=HEAD), a_ci_run(22)) as (client, _, _):
        found = find_run_of_pull_request(client, a_pull_request(), PRODUCTION, patience(0))
    assert (found.run.id, found.how) == (21, "Reading run 21, the run of commit 4f0c2d9 of pull request 17")


def test_a_run_that_an_api_call_started_in_the_schema_of_a_pull_request_is_one_of_ci() -> None:
    with scene(a_ci_run(20, cause_category="api", job_id=99)) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), None, patience(0)).run.id == 20


@pytest.mark.parametrize("permissions", [frozenset({RUNS_READ}), frozenset({RUNS_READ, JOBS_READ})])
def test_a_job_that_may_not_be_read_is_taken_for_the_ci_job(permissions: frozenset[str]) -> None:
    jobs = JOBS if JOBS_READ not in permissions else ()
    with scene(a_ci_run(cause_category="other"), jobs=jobs, tokens=(Token(TOKEN, permissions),)) as (client, server, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience(0)).run.id == 20
    assert server.requests[-1].query["job_definition_id"] == str(CI)


def test_so_is_a_job_of_which_dbt_cloud_does_not_say_what_it_is_for() -> None:
    job, runs = json_answer({"id": 7, "project_id": 2}), json_answer([of_number(status=SUCCESS, git_sha=HEAD)])
    with faults(job, runs) as server, on(server.url, FakeClock()) as client:
        find_run_of_pull_request(client, a_pull_request(), 7, patience(0))
    assert "job_definition_id=7" in server.requests[-1].path


def test_the_newest_runs_are_looked_through_and_no_more() -> None:
    others = [a_ci_run(n, sha=OLDER, number=18) for n in range(1000, 1000 + MOST_PAGES * RUNS_A_PAGE)]
    with scene(a_ci_run(999), *others[1:]) as (client, server, _):
        assert find_run_of_pull_request(client, a_pull_request(), None, patience(0)).run.id == 999
    assert [request.query["offset"] for request in server.requests] == ["0", "100", "200", "300", "400"]
    with scene(a_ci_run(999), *others) as (client, _, _), pytest.raises(DbtCloudError, match="has no run"):
        find_run_of_pull_request(client, a_pull_request(), None, patience(0))


# Waiting.


def test_a_run_that_appears_late_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.waiting")
    run = a_ci_run(timeline=Timeline(moments=passing(appears=50, queued=20, starting=5, running=60)))
    with scene(a_production_run(), run) as (client, server, clock):
        assert find_run_of_pull_request(client, a_pull_request(), PRODUCTION, patience()).run.id == 20
    assert clock.seconds < 170
    page = f"{server.url}/deploy/1/projects/2/runs/20/"
    assert caplog.messages == [
        "Waiting up to 10 minutes for a run of commit 4f0c2d9 of pull request 17 to appear in project 2",
        f"Run 20 ({page}) is queued",
        "Run 20 is running",
    ]


def test_after_the_first_look_only_the_newest_page_is_read() -> None:
    others = [a_ci_run(n, sha=OLDER, number=18) for n in range(1000, 1300)]
    run = a_ci_run(2000, timeline=Timeline(moments=passing(appears=50, queued=20, running=60)))
    with scene(*others, run) as (client, server, clock):
        assert find_run_of_pull_request(client, a_pull_request(), None, patience()).run.id == 2000
    offsets = [request.query["offset"] for request in server.requests]
    assert offsets == ["0", "100", "200", "300"] + ["0"] * len(clock.slept)


def of_number(run_id: int = 20, forge: Forge = Forge.GITHUB, **fields: Any) -> dict[str, Any]:
    """A run of pull request 17 as the API has it, queued and with no commit yet."""
    trigger = {**dict.fromkeys(NUMBER_FIELDS.values()), NUMBER_FIELDS[forge]: 17, "cause_category": "ci"}
    return {"id": run_id, "status": QUEUED, "job_definition_id": 7, "project_id": 2, "trigger": trigger, **fields}


@contextmanager
def looks(*answers: Reply | list[dict[str, Any]]) -> Iterator[tuple[DbtCloudClient, FaultServer, FakeClock]]:
    """The answers to one look after the other, at the runs of CI job 7."""
    job = json_answer({"id": 7, "job_type": "ci", "project_id": 2})
    clock = FakeClock()
    replies = [json_answer(answer) if isinstance(answer, list) else answer for answer in answers]
    with faults(job, *replies) as server, on(server.url, clock) as client:
        yield client, server, clock


@pytest.mark.parametrize("forge", Forge)
def test_an_unfinished_run_of_the_number_without_a_commit_yet_is_waited_for(forge: Forge) -> None:
    queued = of_number(forge=forge)
    with looks([queued], [{**queued, "status": SUCCESS, "git_sha": HEAD}]) as (client, _, clock):
        assert find_run_of_pull_request(client, a_pull_request(forge=forge), CI, patience()).run.id == 20
    assert clock.slept == [5]


def test_the_schema_says_the_number_too() -> None:
    queued = of_number(trigger={"schema_override": "DBT_CLOUD_PR_7_17"})
    with looks([queued]) as (client, _, _), pytest.raises(DbtCloudError, match="Run 20 is still queued after 1 minute"):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(1))


def test_it_is_given_up_when_its_commit_turns_out_to_be_another() -> None:
    other = of_number(status=RUNNING, git_sha=OLDER)
    with looks([of_number()], [other], [of_number(21, status=SUCCESS, git_sha=HEAD), other]) as (client, _, clock):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 21
    assert clock.slept == [5, 7.5]


def test_a_run_of_which_nothing_is_known_yet_may_turn_out_to_be_it() -> None:
    blank = of_number(trigger=None)
    other = of_number(21, status=RUNNING, git_sha=OLDER, trigger=None)
    with looks([blank], [other, blank], [other, {**blank, "status": SUCCESS, "git_sha": HEAD}]) as (client, _, clock):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 20
    assert clock.slept == [5, 7.5]


def test_two_queued_runs_of_the_number_may_still_turn_out_to_be_one_of_ours() -> None:
    ours, theirs = of_number(20), of_number(21, job_definition_id=8)
    known = {**ours, "git_sha": HEAD, "status": SUCCESS}
    answers = json_answer([theirs, ours]), json_answer([theirs, known])
    with faults(*answers) as server, on(server.url, FakeClock()) as client:
        assert find_run_of_pull_request(client, a_pull_request(), None, patience()).run.id == 20


def test_a_newer_run_of_the_commit_takes_over(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.waiting")
    first = a_ci_run(20, timeline=moments((-60, RUNNING), (30, CANCELLED)))
    second = a_ci_run(21, timeline=Timeline(moments=passing(appears=20, queued=15, running=60)))
    with scene(first, second) as (client, server, _):
        found = find_run_of_pull_request(client, a_pull_request(), CI, patience())
    assert (found.run.id, found.how) == (21, "Reading run 21, the CI run of commit 4f0c2d9 of pull request 17")
    page = f"{server.url}/deploy/1/projects/2/runs"
    assert caplog.messages == [
        f"Waiting up to 10 minutes for run 20 ({page}/20/): it is running",
        f"Run 21 takes the place of run 20: {page}/21/ is queued",
        "Run 21 is running",
    ]


def test_a_run_that_is_not_finished_in_time_is_an_error_with_its_address() -> None:
    with scene(a_ci_run(status=RUNNING)) as (client, server, clock), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), CI, patience(3))
    assert raised.value.happened == "Run 20 is still running after 3 minutes."
    assert f"{server.url}/deploy/1/projects/2/runs/20/" in raised.value.todo
    assert "dbt-cloud-wait-minutes" in raised.value.todo
    assert clock.seconds == 180


def test_a_run_that_disappears_is_said_and_another_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    gone = a_ci_run(20, timeline=moments((0, QUEUED), (30, None)))
    late = a_ci_run(21, timeline=Timeline(moments=passing(appears=100)))
    with scene(gone, late) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 21
    assert caplog.messages == ["Run 20 disappeared: dbt Cloud does not find it any more"]


def test_a_run_that_the_list_no_longer_has_is_asked_for_by_its_id() -> None:
    running = of_number(status=RUNNING, git_sha=HEAD)
    with looks([running], [], json_answer({**running, "status": SUCCESS})) as (client, server, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 20
    assert server.requests[-1].path.startswith("/api/v2/accounts/1/runs/20/?")


def test_no_answer_counts_against_the_deadline_only() -> None:
    trouble = json_answer(None, 502, "Bad gateway.")
    with looks([], trouble, trouble, [of_number(status=SUCCESS, git_sha=HEAD)]) as (client, _, clock):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 20
    assert len(clock.slept) == 3


def test_no_answer_at_the_deadline_is_an_error() -> None:
    with looks([], json_answer(None, 502, "Bad gateway.")) as (client, _, clock), pytest.raises(UnansweredError):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(1))
    assert clock.seconds == 60


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_ends_the_wait_at_once(status: int) -> None:
    with looks([], json_answer(None, status, "No.")) as (client, _, clock), pytest.raises(DbtCloudError):
        find_run_of_pull_request(client, a_pull_request(), CI, patience())
    assert clock.slept == [5]


# How it ended.


def test_an_older_run_of_the_commit_is_taken_if_the_newer_one_was_cancelled() -> None:
    with scene(a_ci_run(20), a_ci_run(21, status=CANCELLED)) as (client, _, _):
        found = find_run_of_pull_request(client, a_pull_request(), CI, patience())
    assert found.how == (
        "Reading run 20, the CI run of commit 4f0c2d9 of pull request 17 (run 21, newer, was cancelled)"
    )


def test_an_older_run_that_goes_on_is_waited_for_if_the_newer_one_was_cancelled() -> None:
    older = a_ci_run(20, timeline=moments((0, RUNNING), (60, SUCCESS)))
    with scene(older, a_ci_run(21, status=CANCELLED)) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 20


def test_it_is_that_one_which_is_not_finished_in_time() -> None:
    runs = a_ci_run(20, status=RUNNING), a_ci_run(21, status=CANCELLED)
    with scene(*runs) as (client, _, _), pytest.raises(DbtCloudError, match="Run 20 is still running after 1 minute"):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(1))


def test_an_older_run_is_remembered_when_it_is_no_longer_among_the_newest() -> None:
    older, newer = of_number(20, status=SUCCESS, git_sha=HEAD), of_number(21, status=RUNNING, git_sha=HEAD)
    with looks([newer, older], [{**newer, "status": CANCELLED}]) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience()).run.id == 20


@pytest.mark.parametrize("older", [ERROR, CANCELLED])
@pytest.mark.parametrize(("status", "how"), [(ERROR, "failed"), (CANCELLED, "was cancelled")])
def test_a_run_that_ended_badly_ends_the_wait_with_dbts_own_message(status: int, how: str, older: int) -> None:
    runs = a_ci_run(20, status=older, message="Of old."), a_ci_run(21, status=status, message="A test failed.")
    with scene(*runs) as (client, _, clock), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), CI, patience())
    assert raised.value.happened == f"Run 21 {how}: A test failed."
    assert clock.slept == []


def test_a_newer_failure_is_not_hidden_by_an_older_success() -> None:
    runs = a_ci_run(20), a_ci_run(21, status=ERROR)
    with scene(*runs) as (client, _, _), pytest.raises(DbtCloudError, match=r"Run 21 failed\."):
        find_run_of_pull_request(client, a_pull_request(), CI, patience())


@pytest.mark.parametrize("newer", [(), (a_ci_run(21, status=CANCELLED),)])
def test_a_failed_run_may_be_allowed(newer: tuple[CloudRun, ...], caplog: pytest.LogCaptureFixture) -> None:
    failed = a_ci_run(20, timeline=moments((0, RUNNING), (60, ERROR), message="A test failed."))
    with scene(failed, *newer) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), CI, patience(allow_failed=True)).run.id == 20
    assert caplog.messages == ["Run 20 failed: A test failed. It left a manifest.json, which is read all the same."]


# None, or too many.


def test_runs_in_several_jobs_are_listed() -> None:
    runs = a_ci_run(20), a_ci_run(21, status=CANCELLED), a_ci_run(22, job_id=8, project_id=9), a_production_run()
    with (
        scene(*runs, jobs=(*JOBS, OTHER_CI)) as (client, _, _),
        pytest.raises(DbtCloudError) as raised,
    ):
        find_run_of_pull_request(client, a_pull_request(), None, patience())
    assert raised.value.happened == (
        "Several jobs ran for commit 4f0c2d9 of pull request 17:"
        ' run 22 of job 8 "Slim CI" in project 9, run 21 of job 7 "Pull requests" in project 2.'
    )
    assert "dbt-cloud-job-id" in raised.value.todo


def test_a_job_that_is_given_decides_between_several() -> None:
    runs = a_ci_run(20), a_ci_run(22, job_id=8, project_id=9)
    for job_id, run_id in ((7, 20), (8, 22), (PRODUCTION, 20)):
        with scene(*runs, jobs=(*JOBS, OTHER_CI)) as (client, _, _):
            assert find_run_of_pull_request(client, a_pull_request(), job_id, patience()).run.id == run_id


def test_an_older_commit_is_better_than_nothing(caplog: pytest.LogCaptureFixture) -> None:
    runs = (
        a_ci_run(18, sha=OLDER, status=SUCCESS),
        a_ci_run(19, sha=OLDER, status=SUCCESS),
        a_ci_run(20, sha="2" * 40, status=ERROR),
        a_ci_run(21, sha="3" * 40, number=18),
    )
    with scene(*runs) as (client, _, clock):
        found = find_run_of_pull_request(client, a_pull_request(), CI, patience(2))
    assert (found.run.id, found.how) == (19, "Reading run 19, the latest successful one of pull request 17")
    assert clock.seconds == 120
    [warning] = [record.getMessage() for record in caplog.records if record.levelname == "WARNING"]
    assert warning == (
        "Run 19 is of commit 1111111, an older one:"
        " no run of commit 4f0c2d9 of pull request 17 appeared within 2 minutes"
    )


def test_a_run_of_an_older_commit_is_not_what_is_waited_for() -> None:
    with scene(a_ci_run(sha=OLDER, status=RUNNING)) as (client, _, _), pytest.raises(DbtCloudError, match="No run of"):
        find_run_of_pull_request(client, a_pull_request(), CI, patience(1))


@pytest.mark.parametrize("branch", [None, "discounts", "refs/pull/17/head"])
def test_a_branch_that_may_be_the_same_is(branch: str | None) -> None:
    with scene(a_ci_run(sha=OLDER, git_branch=branch)) as (client, _, _):
        assert find_run_of_pull_request(client, a_pull_request(), None, patience(0)).run.id == 20


def test_a_number_of_another_repository_is_told_by_its_branch() -> None:
    run = a_ci_run(sha=OLDER, git_branch="something-else")
    with scene(run) as (client, _, _), pytest.raises(DbtCloudError, match="has no run for"):
        find_run_of_pull_request(client, a_pull_request(), None, patience(0))


@pytest.mark.parametrize(("job_id", "where"), [(None, "the account"), (CI, "job 7"), (PRODUCTION, "project 2")])
def test_if_none_appears_the_likely_reasons_are_named(job_id: int | None, where: str) -> None:
    with scene(a_production_run()) as (client, _, clock), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(), job_id, patience(10))
    assert raised.value.happened == (
        f"No run of dbt Cloud for commit 4f0c2d9 of pull request 17 appeared within 10 minutes in {where}."
    )
    for reason in ("CI job", "dbt-cloud-job-id", "forks", "skipped"):
        assert reason in raised.value.todo
    assert "draft" not in raised.value.todo
    assert clock.seconds == 600


def test_a_draft_needs_a_job_that_runs_for_drafts() -> None:
    with scene() as (client, _, _), pytest.raises(DbtCloudError, match="a draft, for which CI must be enabled"):
        find_run_of_pull_request(client, a_pull_request(draft=True), CI, patience(0))


def test_without_waiting_there_is_one_look() -> None:
    with scene() as (client, server, clock), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(forge=Forge.GITLAB), None, patience(0))
    assert raised.value.happened == "dbt Cloud has no run for commit 4f0c2d9 of merge request 17 in the account."
    assert "dbt-cloud-wait-minutes" in raised.value.todo
    assert (len(server.requests), clock.slept) == (1, [])


def test_a_fork_is_not_waited_for() -> None:
    with scene() as (client, server, clock), pytest.raises(DbtCloudError) as raised:
        find_run_of_pull_request(client, a_pull_request(fork=True), None, patience(trigger=True))
    assert raised.value.happened == (
        "dbt Cloud has no run for commit 4f0c2d9 of pull request 17, which comes from a fork:"
        " it runs nothing for forks."
    )
    assert (len(server.requests), clock.slept) == (1, [])


def test_the_pull_request_of_the_demo_is_found_and_compared_without_an_id() -> None:
    clock = FakeClock()
    account = pull_request_account()
    pull_request = a_pull_request(head_sha=HEAD, branch="pull-request-17")
    with (
        serve(account, clock) as server,
        a_client(server.url, token=server.token, budget=Budget(900, clock)) as client,
    ):
        head = find_run_of_pull_request(client, pull_request, None, patience())
        base = base_of(client, head.run)
        by_production = base_of(client, msgspec.structs.replace(head.run, deferring_run_id=None))
    assert head.how == "Reading run 70437463654017, the CI run of commit 4f0c2d9 of pull request 17"
    assert base
    assert base.how == "Compared with run 70437463654001, which run 70437463654017 deferred to"
    assert by_production
    assert by_production.run == base.run
    assert clock.seconds < 60


SHAS = st.text("0123456789abcdef", min_size=40, max_size=40)


@given(sha=SHAS, length=st.integers(1, 40), other=SHAS)
def test_a_commit_is_the_same_if_one_begins_with_the_other(sha: str, length: int, other: str) -> None:
    assert is_of_commit(Run(id=1, git_sha=sha[:length].upper()), sha) is (length >= 7)
    assert is_of_commit(Run(id=1, git_sha=sha), sha[:length]) is (length >= 7)
    assert is_of_commit(Run(id=1, git_sha=other), sha) is (other == sha)
