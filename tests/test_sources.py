"""Where the artifacts come from: a run, a job or a folder, and what may say so."""

from pathlib import Path

import pytest

from erd.checks import Reference, Secret
from erd.given import Door
from erd.sources import CloudSource, LatestRun, LocalSource, OneRun
from tests.given import ENOUGH, every_door, problem, settings
from tests.tokens import TOKEN


def test_an_address_gives_account_and_host(tmp_path: Path) -> None:
    given = {"dbt-cloud-run-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/runs/5", "dbt-cloud-service-token": TOKEN}
    assert settings(tmp_path, given).source == CloudSource(
        base_url="https://ab1.us1.dbt.com",
        api_version="v2",
        account_id=7,
        token=Secret(TOKEN),
        run=OneRun(5),
        keep_in=None,
        step=None,
        wait_seconds=1800,
        timeout_seconds=900,
        largest_file_bytes=2_000_000_000,
        allow_failed=False,
        trigger=False,
    )


def test_an_address_of_a_job_gives_them_too(tmp_path: Path) -> None:
    given = {"dbt-cloud-job-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/jobs/5", "dbt-cloud-service-token": TOKEN}
    source = settings(tmp_path, given).source
    assert isinstance(source, CloudSource)
    assert (source.base_url, source.account_id, source.run) == ("https://ab1.us1.dbt.com", 7, LatestRun(5))


def test_an_address_may_be_confirmed_by_account_and_host(tmp_path: Path) -> None:
    given = {
        "dbt-cloud-run-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/runs/5",
        "dbt-cloud-account-id": "7",
        "dbt-cloud-host-url": "AB1.us1.dbt.com/",
    }
    found = settings(tmp_path, given, {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN})
    assert found.dbt_cloud_run_id == Reference(5, 7, "https://ab1.us1.dbt.com")


def test_an_address_that_contradicts_account_and_host_is_refused_with_both(tmp_path: Path) -> None:
    given = {
        "dbt-cloud-job-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/jobs/5",
        "dbt-cloud-account-id": "8",
    }
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN, "DBTERD_DBT_CLOUD_HOST_URL": "ab2.us1.dbt.com"}
    error = problem(tmp_path, given, environ)
    assert "- `--dbt-cloud-job-id` is an address of account 7, but `--dbt-cloud-account-id` says 8." in error.happened
    assert (
        "- `--dbt-cloud-job-id` is an address of host https://ab1.us1.dbt.com, but DBTERD_DBT_CLOUD_HOST_URL says"
        " https://ab2.us1.dbt.com. Leave dbt-cloud-host-url out, or make the two agree." in error.happened
    )


@pytest.mark.parametrize("door", Door)
def test_a_job_given_at_the_door_beats_a_run_of_the_environment(door: Door, tmp_path: Path) -> None:
    found = settings(tmp_path, {"dbt-cloud-job-id": "7"}, ENOUGH | {"DBTERD_DBT_CLOUD_RUN_ID": "5"}, door=door)
    assert isinstance(found.source, CloudSource)
    assert found.source.run == LatestRun(7)


@pytest.mark.parametrize("door", Door)
def test_a_run_given_at_the_door_beats_a_folder_of_the_file(door: Door, tmp_path: Path) -> None:
    found = settings(tmp_path, {"dbt-cloud-run-id": "5"}, ENOUGH, door=door, file={"artifacts-dir": "kept"})
    assert isinstance(found.source, CloudSource)
    assert (found.source.run, found.source.keep_in) == (OneRun(5), None)


HOSTS_IN_A_FILE = {
    "dbt-cloud-host-url": "evil.example.com",
    "dbt-cloud-run-id": "https://evil.example.com/deploy/1/projects/2/runs/5",
    "dbt-cloud-job-id": "https://evil.example.com/deploy/1/projects/2/jobs/5",
}


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
@pytest.mark.parametrize("name", HOSTS_IN_A_FILE)
def test_in_ci_no_file_of_the_repository_says_where_the_token_goes(door: Door, name: str, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text(f"{name}: {HOSTS_IN_A_FILE[name]}\n", encoding="utf-8")
    environ = {key: value for key, value in ENOUGH.items() if not key.endswith(("RUN_ID", "JOB_ID"))}
    run = {} if name != "dbt-cloud-host-url" else {"dbt-cloud-run-id": "5"}
    error = problem(tmp_path, run, environ, door=door)
    assert error.happened == (
        f"`{name}` in .dbterd.yml names a host, but a file of the repository must not say where the token goes."
    )
    assert error.todo == f"Set {name} where DBTERD_DBT_CLOUD_SERVICE_TOKEN is set."


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_the_host_of_an_input_is_taken_whatever_the_file_says(door: Door, tmp_path: Path) -> None:
    given = {"dbt-cloud-host-url": "emea.dbt.com"}
    found = settings(tmp_path, given, ENOUGH, door=door, file={"dbt-cloud-host-url": "evil.example.com"})
    assert found.dbt_cloud_host_url == "https://emea.dbt.com"


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_a_file_may_name_the_run_and_the_usual_host(door: Door, tmp_path: Path) -> None:
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN}
    file = {"dbt-cloud-run-id": "https://cloud.getdbt.com/deploy/1/projects/2/runs/5"}
    source = settings(tmp_path, {}, environ, door=door, file=file).source
    assert isinstance(source, CloudSource)
    assert source.run == OneRun(5)


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_a_file_may_say_where_its_own_token_goes(door: Door, tmp_path: Path) -> None:
    environ = {key: value for key, value in ENOUGH.items() if not key.endswith("TOKEN")}
    file = {"dbt-cloud-host-url": "emea.dbt.com", "dbt-cloud-service-token": TOKEN}
    assert settings(tmp_path, {}, environ, door=door, file=file).dbt_cloud_host_url == "https://emea.dbt.com"


def test_at_a_terminal_the_readers_own_file_may_name_the_host(tmp_path: Path) -> None:
    found = settings(tmp_path, {}, ENOUGH, file={"dbt-cloud-host-url": "emea.dbt.com"})
    assert found.dbt_cloud_host_url == "https://emea.dbt.com"


@every_door
def test_dbt_and_dbt_cloud_exclude_each_other(door: Door, tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt": True, "dbt-cloud": True}, ENOUGH, door=door)
    assert "exclude each other" in error.happened
    assert error.todo == "Leave `dbt` out: tables are selected without running dbt."


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({}, "target"),
        ({"dbt": True}, "target"),
        ({"artifacts-dir": "there"}, "there"),
        ({"artifacts-dir": "there", "dbt-cloud-run-id": "5"}, "there"),
        ({"artifacts-dir": "there", "dbt-cloud": "false", "dbt-cloud-job-id": "5"}, "there"),
    ],
)
def test_the_command_reads_local_files_unless_dbt_cloud_is_asked_for(
    given: dict[str, object], folder: str, tmp_path: Path
) -> None:
    assert settings(tmp_path, given).source == LocalSource(Path(folder))


@pytest.mark.parametrize(
    ("given", "run", "keep_in"),
    [
        ({"dbt-cloud-run-id": "5"}, OneRun(5), None),
        ({"dbt-cloud-job-id": "6"}, LatestRun(6), None),
        ({"dbt-cloud-run-id": "5", "dbt-cloud-job-id": "6"}, OneRun(5), None),
        ({"dbt-cloud": True, "dbt-cloud-run-id": "5", "artifacts-dir": "kept"}, OneRun(5), Path("kept")),
    ],
)
def test_the_command_reads_dbt_cloud_when_asked(
    given: dict[str, object], run: OneRun | LatestRun, keep_in: Path | None, tmp_path: Path
) -> None:
    access = {"dbt-cloud-service-token": TOKEN, "dbt-cloud-account-id": "1"}
    source = settings(tmp_path, access | given).source
    assert isinstance(source, CloudSource)
    assert (source.run, source.keep_in) == (run, keep_in)


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_action_and_container_read_dbt_cloud_unless_local_files_are_asked_for(door: Door, tmp_path: Path) -> None:
    assert isinstance(settings(tmp_path, {}, ENOUGH, door=door).source, CloudSource)
    assert settings(tmp_path, {"artifacts-dir": "x"}, door=door).source == LocalSource(Path("x"))


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
@pytest.mark.parametrize("name", ["dbt-cloud-run-id", "dbt-cloud-job-id"])
def test_action_and_container_refuse_a_run_besides_local_files(door: Door, name: str, tmp_path: Path) -> None:
    error = problem(tmp_path, {"artifacts-dir": "x", name: "5"}, door=door)
    assert error.happened.endswith("are both given.")
    assert name.upper().replace("-", "_") in error.happened.upper().replace("-", "_")


def test_host_and_version_of_the_api_reach_the_source(tmp_path: Path) -> None:
    source = settings(tmp_path, {"dbt-cloud-host-url": "emea.dbt.com", "dbt-cloud-api-version": "V3"}, ENOUGH).source
    assert isinstance(source, CloudSource)
    assert (source.base_url, source.api_version) == ("https://emea.dbt.com", "v3")


@pytest.fixture
def projects(tmp_path: Path) -> Path:
    """A folder with projects in it, some of which have a manifest."""
    for folder in ("built", "shop/target", "bare"):
        (tmp_path / folder).mkdir(parents=True)
    for folder in ("built", "shop/target"):
        (tmp_path / folder / "manifest.json").touch()
    return tmp_path


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({"artifacts-dir": "built", "dbt-project-dir": "shop"}, "built"),
        ({"artifacts-dir": "bare", "dbt-project-dir": "shop"}, "shop/target"),
        ({"artifacts-dir": "nowhere", "dbt-project-dir": "shop"}, "shop/target"),
        ({"dbt-project-dir": "shop"}, "shop/target"),
        ({"dbt-project-dir": "built"}, "built"),
        ({"dbt-project-dir": "bare"}, "bare/target"),
        ({"artifacts-dir": "bare", "dbt-project-dir": "."}, "target"),
    ],
)
def test_without_a_manifest_in_artifacts_dir_the_projects_target_is_read(
    given: dict[str, str], folder: str, projects: Path
) -> None:
    assert settings(projects, given).source == LocalSource(Path(folder))


def test_a_folder_given_alone_is_meant_even_if_it_has_no_manifest(projects: Path) -> None:
    (projects / "target").mkdir()
    (projects / "target/manifest.json").touch()
    assert settings(projects, {"artifacts-dir": "bare"}).source == LocalSource(Path("bare"))


def test_in_the_folder_of_the_artifacts_nothing_need_be_said(projects: Path) -> None:
    assert settings(projects / "built").source == LocalSource(Path())


@pytest.mark.parametrize("variable", ["DBTERD_DBT_PROJECT_DIR", "DBT_PROJECT_DIR"])
def test_the_project_may_come_from_dbterds_variable_and_from_dbts_own(variable: str, projects: Path) -> None:
    assert settings(projects, {}, {variable: "shop"}).source == LocalSource(Path("shop/target"))


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_dbts_own_variable_turns_no_action_away_from_dbt_cloud(door: Door, projects: Path) -> None:
    source = settings(projects, {}, ENOUGH | {"DBT_PROJECT_DIR": "shop"}, door=door).source
    assert isinstance(source, CloudSource)
    assert source.keep_in is None


def test_the_configuration_is_that_of_the_current_folder_not_of_the_project(projects: Path) -> None:
    (projects / "shop/.dbterd.yml").write_text("target: no such thing", encoding="utf-8")
    assert settings(projects, {"dbt-project-dir": "shop"}).target == ("dbml",)
