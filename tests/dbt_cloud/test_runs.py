"""Which run it is, and whether it can be used."""

import pytest

from erd.dbt_cloud.runs import (
    MOST_RUNS_TRIED,
    MOST_TRIED_FOR_A_CATALOG,
    Run,
    get_run,
    latest_of_environment,
    latest_of_job,
    listed_runs,
)
from erd.demo.account import Content
from erd.demo.server import serve
from erd.errors import DbtCloudError

from .builders import a_client, a_run, an_account
from .faults import faults, json_answer


def test_a_run_is_found_by_its_id() -> None:
    with serve(an_account(a_run(70437463654557))) as server, a_client(server.url) as client:
        run = get_run(client, 70437463654557)
    assert run == Run(
        id=70437463654557,
        status=10,
        href=f"{server.url}/deploy/1/projects/2/runs/70437463654557/",
        git_sha="981c5cf1",
        git_branch="main",
        job_definition_id=7,
        project_id=2,
        environment_id=3,
        created_at="2026-08-07 10:32:24.326116+00:00",
        finished_at="2026-08-07 10:34:14.435474+00:00",
        artifacts_saved=True,
        has_docs_generated=False,
        is_complete=True,
    )


def test_a_run_of_which_dbt_cloud_says_little_is_still_a_run() -> None:
    data = {"id": 5, "status": 10, "git_sha": None, "project_id": 2, "job": None}
    with faults(json_answer(data)) as server, a_client(server.url) as client:
        run = get_run(client, 5)
    assert run == Run(id=5, status=10, project_id=2, href=f"{server.url}/deploy/1/projects/2/runs/5/")


@pytest.mark.parametrize("href", [None, "", "/deploy/1/", "javascript:alert(1)", "https://x.invalid/\n::error::y"])
def test_a_run_always_has_the_address_of_its_page(href: str | None) -> None:
    data = {"id": 5, "status": 10, "project_id": 2, "href": href}
    with faults(json_answer(data)) as server, a_client(server.url) as client:
        assert get_run(client, 5).href == f"{server.url}/deploy/1/projects/2/runs/5/"


@pytest.mark.parametrize(
    ("status", "happened"),
    [
        (1, "Run 5 is not finished: it is queued."),
        (2, "Run 5 is not finished: it is starting."),
        (3, "Run 5 is not finished: it is running."),
        (20, "Run 5 failed: This run timed out after running for 1 hour."),
        (30, "Run 5 was cancelled: This run timed out after running for 1 hour."),
        (42, "Run 5 has the status 42, which dbt Cloud does not document."),
    ],
)
def test_a_run_that_did_not_succeed_is_an_error_with_dbts_own_message(status: int, happened: str) -> None:
    run = a_run(5, status=status, message="This run timed out\nafter running for 1 hour.")
    with serve(an_account(run)) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        get_run(client, 5)
    assert raised.value.happened == happened
    assert f"{server.url}/deploy/1/projects/2/runs/5/" in raised.value.todo
    assert "dbt-cloud-job-id" in raised.value.todo


def test_a_run_that_failed_without_a_message_is_an_error_too() -> None:
    with (
        faults(json_answer({"id": 5, "status": 20})) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"^Run 5 failed\. Look at run 5 in dbt Cloud"),
    ):
        get_run(client, 5)


def test_a_run_without_saved_artifacts_is_an_error() -> None:
    with (
        serve(an_account(a_run(5, saved=False))) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="Run 5 succeeded, but dbt Cloud saved no artifacts of it"),
    ):
        get_run(client, 5)


def test_the_latest_run_of_a_job_is_its_latest_success_whatever_its_id() -> None:
    account = an_account(
        a_run(5, finished_at="2026-08-07 10:00:00+00:00"),
        a_run(6, finished_at="2026-08-07 12:00:00+00:00", status=20),
        a_run(7, finished_at="2026-08-07 13:00:00+00:00", job_id=8),
        a_run(4, finished_at="2026-08-07 11:00:00+00:00"),
        a_run(9, finished_at=None, status=3),
    )
    with serve(account) as server, a_client(server.url) as client:
        assert latest_of_job(client, 7).run.id == 4


def test_runs_without_a_manifest_are_passed_over() -> None:
    account = an_account(
        a_run(5, finished_at="2026-08-07 10:00:00+00:00"),
        a_run(6, finished_at="2026-08-07 11:00:00+00:00", artifacts={"sources.json": b"{}"}),
        a_run(7, finished_at="2026-08-07 12:00:00+00:00", artifacts={}),
        a_run(8, finished_at="2026-08-07 13:00:00+00:00", saved=False),
    )
    with serve(account) as server, a_client(server.url) as client:
        run = latest_of_job(client, 7).run
    assert (run.id, run.git_sha, run.project_id) == (5, "981c5cf1", 2)
    listed = [request.path for request in server.requests if "/artifacts/" in request.path]
    assert listed == [f"/api/v2/accounts/1/runs/{run_id}/artifacts/" for run_id in (7, 6, 5)]


def test_a_failed_run_is_passed_over_even_if_dbt_cloud_lists_it() -> None:
    runs = json_answer([{"id": 6, "status": 20}, {"id": 7}, {"id": 5, "status": 10}])
    with faults(runs, json_answer(["manifest.json"])) as server, a_client(server.url) as client:
        assert latest_of_job(client, 7).run.id == 5


def test_the_search_goes_on_over_all_pages() -> None:
    empty = [a_run(100 + n, finished_at=f"2026-08-07 10:{n:02}:00+00:00", artifacts={}) for n in range(30)]
    account = an_account(a_run(5, finished_at="2026-08-06 10:00:00+00:00"), *empty)
    with serve(account) as server, a_client(server.url) as client:
        assert latest_of_job(client, 7).run.id == 5
    offsets = [request.query["offset"] for request in server.requests if "offset" in request.query]
    assert offsets == ["0", "10", "20", "30"]


def test_a_job_without_a_successful_run_is_an_error() -> None:
    with (
        serve(an_account(a_run(5, status=20))) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        latest_of_job(client, 7)
    assert raised.value.happened == "dbt Cloud lists no successful run of job 7 in account 1."
    assert "365 days" in raised.value.todo


def test_a_null_instead_of_a_list_of_runs_is_no_runs() -> None:
    with (
        faults(json_answer(None)) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="lists no successful run of job 7"),
    ):
        latest_of_job(client, 7)


def test_a_job_whose_runs_never_have_a_manifest_is_given_up() -> None:
    runs = [a_run(n, artifacts={"sources.json": b"{}"}) for n in range(1, MOST_RUNS_TRIED + 20)]
    with serve(an_account(*runs)) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        latest_of_job(client, 7)
    assert raised.value.happened == (
        "Of the job 7, the latest successful run has no manifest.json, nor have those before (50 tried)."
    )
    assert len(server.requests) == 50 + 5


def test_how_the_latest_run_was_found_is_said() -> None:
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client:
        assert latest_of_job(client, 7).how == "Reading run 5, the latest successful one of job 7"
        assert latest_of_environment(client, 3).how == "Reading run 5, the latest successful one of environment 3"


def test_an_environment_without_a_successful_run_is_an_error() -> None:
    with (
        serve(an_account()) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="lists no successful run of environment 3 in account 1") as raised,
    ):
        latest_of_environment(client, 3)
    assert "dbt-cloud-environment-id" in raised.value.todo


def test_the_search_for_a_catalog_ends_with_the_commit_and_soon() -> None:
    bare: dict[str, Content] = {"manifest.json": b"{}"}
    runs = [a_run(n, finished_at=f"2026-08-07 10:{n:02}:00+00:00", artifacts=bare) for n in range(40)]
    with serve(an_account(*runs)) as server, a_client(server.url) as client:
        assert latest_of_environment(client, 3).run.id == 39
    assert sum(request.path.endswith("/artifacts/") for request in server.requests) == 1 + MOST_TRIED_FOR_A_CATALOG


def test_a_page_that_repeats_runs_is_read_for_those_that_are_new() -> None:
    pages = [[{"id": 9}, {"id": 8}], [{"id": 8}, {"id": 7}], [{"id": 6}]]
    with faults(*map(json_answer, pages)) as server, a_client(server.url) as client:
        runs = list(listed_runs(client, "the runs", {}, a_page=2))
    assert [run.id for run in runs] == [9, 8, 7, 6]
    assert [request.path.rpartition("?")[2] for request in server.requests] == [
        "limit=2&offset=0",
        "limit=2&offset=2",
        "limit=2&offset=4",
    ]


def test_the_same_page_again_and_again_is_the_last() -> None:
    with faults(json_answer([{"id": 9}, {"id": 8}])) as server, a_client(server.url) as client:
        assert len(list(listed_runs(client, "the runs", {}, a_page=2))) == 2
    assert len(server.requests) == 2


def test_related_objects_may_be_there_null_or_in_part() -> None:
    trigger = {"cause_category": "ci", "git_sha": None, "github_pull_request_id": "17", "more": 1}
    data = [{"id": 9, "trigger": trigger, "job": {"id": 7}}, {"id": 8, "trigger": None, "job": None}, {"id": 7}]
    with faults(json_answer(data)) as server, a_client(server.url) as client:
        first, *others = listed_runs(client, "the runs", {}, a_page=100)
    assert first.trigger
    assert (first.trigger.cause_category, first.trigger.github_pull_request_id) == ("ci", "17")
    assert first.job
    assert first.job.name is None
    assert [(run.trigger, run.job) for run in others] == [(None, None), (None, None)]
