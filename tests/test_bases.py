"""Which run is drawn on a pull request and elsewhere, and what it is compared with: as far as the settings say it."""

from pathlib import Path

import pytest

from erd.bases import ByItself
from erd.checks import Secret
from erd.ci.pull_request import Forge, PullRequest
from erd.destinations import GitHubAccess
from erd.given import Door
from erd.sources import CloudSource, DiagramFile, LatestInEnvironment, LatestRun, LocalSource, OneRun, RunOfPullRequest
from tests.ci.events import REPOSITORY, github_event
from tests.given import every_door, problem, settings
from tests.tokens import GITHUB, TOKEN

SHA = "4f0c2d9b" * 5
ACCESS = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN, "DBTERD_DBT_CLOUD_ACCOUNT_ID": "1"}
MERGE_REQUEST = {"CI_MERGE_REQUEST_IID": "17", "CI_COMMIT_SHA": SHA, "CI_MERGE_REQUEST_EVENT_TYPE": "detached"}

in_ci = pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER], ids=lambda door: door.value)


def on_pull_request(folder: Path) -> dict[str, str]:
    return ACCESS | github_event(folder, number=17, head_sha=SHA)


@in_ci
def test_on_a_pull_request_its_own_run_is_drawn(door: Door, tmp_path: Path) -> None:
    source = settings(tmp_path, {}, on_pull_request(tmp_path), door=door).source
    assert isinstance(source, CloudSource)
    assert isinstance(source.run, RunOfPullRequest)
    assert (source.run.pull_request.number, source.run.pull_request.head_sha, source.run.job_id) == (17, SHA, None)


@pytest.mark.parametrize(
    ("given", "job_id"), [({"dbt-cloud-job-id": "7"}, 7), ({"dbt-cloud-environment-id": "3"}, None)]
)
@in_ci
def test_on_a_pull_request_a_job_says_which_run_and_an_environment_does_not(
    given: dict[str, str], job_id: int | None, door: Door, tmp_path: Path
) -> None:
    source = settings(tmp_path, given, on_pull_request(tmp_path), door=door).source
    assert isinstance(source, CloudSource)
    assert isinstance(source.run, RunOfPullRequest)
    assert source.run.job_id == job_id


@every_door
def test_on_a_pull_request_a_run_that_is_given_is_the_one_that_is_drawn(door: Door, tmp_path: Path) -> None:
    source = settings(tmp_path, {"dbt-cloud-run-id": "5"}, on_pull_request(tmp_path), door=door).source
    assert isinstance(source, CloudSource)
    assert source.run == OneRun(5)


@pytest.mark.parametrize(
    ("given", "environ", "run"),
    [
        ({"dbt-cloud-environment-id": "3"}, {}, LatestInEnvironment(3)),
        ({"dbt-cloud-environment-id": "3", "dbt-cloud-job-id": "7"}, {}, LatestRun(7)),
        ({"dbt-cloud-environment-id": "3"}, {"DBTERD_DBT_CLOUD_JOB_ID": "7"}, LatestInEnvironment(3)),
        ({"dbt-cloud-job-id": "7"}, {"DBTERD_DBT_CLOUD_ENVIRONMENT_ID": "3"}, LatestRun(7)),
        ({}, {"DBTERD_DBT_CLOUD_ENVIRONMENT_ID": "3", "DBTERD_DBT_CLOUD_RUN_ID": "5"}, OneRun(5)),
    ],
)
@in_ci
def test_elsewhere_it_is_the_latest_of_a_job_or_an_environment(
    given: dict[str, str], environ: dict[str, str], run: object, door: Door, tmp_path: Path
) -> None:
    source = settings(tmp_path, given, ACCESS | environ, door=door).source
    assert isinstance(source, CloudSource)
    assert source.run == run


def test_an_environment_for_run_metadata_does_not_make_the_command_leave_local_files(tmp_path: Path) -> None:
    environ = ACCESS | {"DBTERD_DBT_CLOUD_ENVIRONMENT_ID": "3"}
    assert settings(tmp_path, {}, environ).source == LocalSource(Path("target"))


@in_ci
def test_a_broken_event_is_a_problem_only_where_no_run_is_given(door: Door, tmp_path: Path) -> None:
    environ = on_pull_request(tmp_path)
    Path(environ["GITHUB_EVENT_PATH"]).write_text("[")
    assert "dbt-cloud-run-id" in problem(tmp_path, {}, environ, door=door).todo
    assert settings(tmp_path, {"dbt-cloud-run-id": "5"}, environ, door=door).base is None


def test_there_must_be_time_to_wait_for_a_run_that_is_started(tmp_path: Path) -> None:
    environ = on_pull_request(tmp_path) | {"DBTERD_TRIGGER": "yes", "DBTERD_DBT_CLOUD_WAIT_MINUTES": "0"}
    error = problem(tmp_path, {}, environ, door=Door.CONTAINER)
    assert error.happened == (
        "DBTERD_TRIGGER starts a run, but DBTERD_DBT_CLOUD_WAIT_MINUTES leaves no time to wait for it."
    )


@pytest.mark.parametrize(
    ("run", "seconds"), [({"dbt-cloud-run-id": "5"}, 2700), ({"dbt-cloud-job-id": "7"}, 900)], ids=["a run", "a job"]
)
def test_waiting_has_time_of_its_own_where_something_is_waited_for(
    run: dict[str, str], seconds: float, tmp_path: Path
) -> None:
    source = settings(tmp_path, run, ACCESS).source
    assert isinstance(source, CloudSource)
    assert source.budget_seconds == seconds


def test_a_size_is_in_millions_of_bytes(tmp_path: Path) -> None:
    source = settings(tmp_path, {"dbt-cloud-run-id": "5", "dbt-cloud-max-file-mb": "3"}, ACCESS).source
    assert isinstance(source, CloudSource)
    assert source.largest_file_bytes == 3_000_000


@every_door
def test_without_a_pull_request_and_without_a_base_nothing_is_compared(door: Door, tmp_path: Path) -> None:
    assert settings(tmp_path, {"dbt-cloud-run-id": "5"}, ACCESS, door=door).base is None


@in_ci
def test_a_pull_request_is_compared_by_itself(door: Door, tmp_path: Path) -> None:
    environ = on_pull_request(tmp_path)
    base = settings(tmp_path, {}, environ, door=door).base
    assert isinstance(base, ByItself)
    assert (base.pull_request.number, base.github) == (17, None)


@pytest.mark.parametrize(
    ("api", "asked"),
    [({}, "https://api.github.com"), ({"GITHUB_API_URL": "https://ghe.example/api/v3"}, "https://ghe.example/api/v3")],
)
@pytest.mark.parametrize("variable", ["GITHUB_TOKEN", "DBTERD_GITHUB_TOKEN"])
def test_with_a_token_github_is_asked_where_the_runner_says(
    variable: str, api: dict[str, str], asked: str, tmp_path: Path
) -> None:
    environ = on_pull_request(tmp_path) | {variable: GITHUB} | api
    base = settings(tmp_path, {}, environ, door=Door.ACTION).base
    assert isinstance(base, ByItself)
    assert base.github == GitHubAccess(asked, REPOSITORY, Secret(GITHUB))


def test_elsewhere_than_on_github_no_token_is_handed_on(tmp_path: Path) -> None:
    environ = ACCESS | MERGE_REQUEST | {"GITHUB_TOKEN": GITHUB}
    base = settings(tmp_path, {}, environ, door=Door.CONTAINER).base
    assert base == ByItself(PullRequest(forge=Forge.GITLAB, number=17, head_sha=SHA), None)


@pytest.mark.parametrize(
    ("given", "environ", "base"),
    [
        ({"dbt-cloud-base-run-id": "5"}, {}, OneRun(5)),
        ({"dbt-cloud-base-job-id": "6"}, {}, LatestRun(6)),
        ({"base-artifacts-dir": "there"}, {}, LocalSource(Path("there"))),
        ({"base-file": "old.dbml"}, {}, DiagramFile(Path("old.dbml"))),
        ({"base-file": "old.dbml", "dbt-cloud-base-job-id": "6"}, {}, LatestRun(6)),
        ({"base-file": "old.dbml"}, {"DBTERD_DBT_CLOUD_BASE_RUN_ID": "5"}, DiagramFile(Path("old.dbml"))),
    ],
)
@in_ci
def test_a_base_that_is_given_counts_the_most_direct_one_first(
    given: dict[str, str], environ: dict[str, str], base: object, door: Door, tmp_path: Path
) -> None:
    assert settings(tmp_path, given, on_pull_request(tmp_path) | environ, door=door).base == base


@pytest.mark.parametrize("name", ["dbt-cloud-base-run-id", "dbt-cloud-base-job-id"])
def test_local_files_are_not_compared_with_a_run(name: str, tmp_path: Path) -> None:
    error = problem(tmp_path, {name: "5", "artifacts-dir": "here"})
    assert error.happened == f"`--{name}` is of dbt Cloud, but what is drawn is not."


def test_a_base_that_is_an_address_says_account_and_host_and_must_agree(tmp_path: Path) -> None:
    page = "https://ab1.us1.dbt.com/deploy/{}/projects/2/runs/{}"
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN}
    given = {"dbt-cloud-run-id": "5", "dbt-cloud-base-run-id": page.format(7, 4)}
    assert settings(tmp_path, given, environ).dbt_cloud_account_id == 7
    error = problem(tmp_path, given | {"dbt-cloud-run-id": page.format(8, 5)}, environ)
    assert error.happened == "`--dbt-cloud-base-run-id` is an address of account 7, but the other address says 8."


@in_ci
def test_the_address_of_a_base_in_a_file_does_not_say_where_the_token_goes(door: Door, tmp_path: Path) -> None:
    file = {"dbt-cloud-base-run-id": "https://evil.example.com/deploy/1/projects/2/runs/5"}
    (tmp_path / ".dbterd.yml").write_text("".join(f"{name}: {value}\n" for name, value in file.items()))
    error = problem(tmp_path, {"dbt-cloud-run-id": "5"}, ACCESS, door=door)
    assert "a file of the repository must not say where the token goes" in error.happened
