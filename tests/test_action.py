"""The Action's own part of the story: what it makes of its runner's files and folders."""

import subprocess
import sys
from pathlib import Path

import pytest

from erd.action import action
from erd.options import OPTIONS
from tests.builders import a_manifest, a_model, write_artifacts
from tests.integration.doors import REPOSITORY, command
from tests.secrecy.ledger import is_input
from tests.tokens import ANOTHER, PERSONAL, TOKEN, TWO_LINES


@pytest.mark.parametrize("variable", ["GITHUB_STEP_SUMMARY", "GITHUB_OUTPUT"])
def test_a_file_of_the_runner_that_cannot_be_written_ends_in_words(
    variable: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_artifacts(tmp_path, a_manifest(a_model()))
    code = action({"GITHUB_ACTIONS": "true", "INPUT_ARTIFACTS-DIR": str(tmp_path), variable: str(tmp_path)}, tmp_path)
    assert code == 1
    assert "could not be written: Is a directory." in caplog.text


def test_wrong_usage_stays_wrong_usage_when_the_summary_cannot_be_written(tmp_path: Path) -> None:
    environ = {"GITHUB_ACTIONS": "true", "INPUT_ARTIFACTS-DIR": str(tmp_path), "INPUT_TARGET": "svg"}
    assert action(environ | {"GITHUB_STEP_SUMMARY": str(tmp_path)}, tmp_path) == 2


def test_in_ci_a_file_of_the_repository_does_not_say_where_downloads_go(tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    (workspace / ".dbterd.yml").write_text("dbt-cloud: true\nartifacts-dir: ../elsewhere\n", encoding="utf-8")
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN, "DBTERD_DBT_CLOUD_RUN_ID": "5"}
    environ |= {"DBTERD_DBT_CLOUD_ACCOUNT_ID": "1", "DBTERD_DBT_CLOUD_HOST_URL": "http://127.0.0.1:9"}
    environ |= {"DBTERD_ARTIFACTS_DIR": "../elsewhere", "DBTERD_DBT_CLOUD": "true"}
    assert action(environ, workspace) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_the_command_writes_something_or_fails(tmp_path: Path) -> None:
    write_artifacts(tmp_path, a_manifest(a_model()))
    program = [sys.executable, "-m", "erd", "run", "-ad", ".", "--target", ""]
    done = subprocess.run(program, check=False, capture_output=True, cwd=tmp_path)
    assert done.returncode != 0 or (tmp_path / "target" / "output.dbml").exists()


IN_ENVIRONMENT = "DBTERD_DBT_CLOUD_SERVICE_TOKEN"
INPUT = "INPUT_DBT-CLOUD-SERVICE-TOKEN"


def configured(folder: Path, content: str, name: str = ".dbterd.yml") -> None:
    (folder / name).write_text(content, encoding="utf-8")
    is_input(folder / name)


def printed(environ: dict[str, str], folder: Path, capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The lines that the Action prints; a target that there is not ends it before it begins."""
    assert action({"GITHUB_ACTIONS": "true", "INPUT_TARGET": "svg"} | environ, folder) == 2
    return capsys.readouterr().out.splitlines()


@pytest.mark.parametrize("variable", [IN_ENVIRONMENT, INPUT])
@pytest.mark.parametrize("token", [TOKEN, f" {TOKEN}\t\n"], ids=["alone", "with blanks"])
def test_a_token_is_masked_though_the_settings_are_wrong(
    variable: str, token: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed({variable: token}, tmp_path, capsys) == [f"::add-mask::{TOKEN}"]


def test_a_token_of_two_lines_is_masked_though_it_is_none(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    masked = TWO_LINES.replace("\n", "%0A")
    assert printed({INPUT: TWO_LINES}, tmp_path, capsys) == [f"::add-mask::{masked}"]


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".dbterd.yml", f"dbt-cloud-service-token: {TOKEN}"),
        (".dbterd.yml", f"dbt_cloud_service_token: [{TOKEN}]"),
        ("pyproject.toml", f"[tool.dbterd]\ndbt-cloud-service-token = '{TOKEN}'"),
    ],
    ids=["yaml", "list", "toml"],
)
def test_a_token_in_the_configuration_is_masked(
    name: str, content: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(tmp_path, content, name)
    assert printed({}, tmp_path, capsys) == [f"::add-mask::{TOKEN}"]


def test_a_token_that_does_not_count_is_masked_as_well_and_each_once(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(tmp_path, f"dbt-cloud-service-token: {PERSONAL}")
    lines = printed({INPUT: TOKEN, IN_ENVIRONMENT: ANOTHER}, tmp_path, capsys)
    assert lines == [f"::add-mask::{token}" for token in (TOKEN, ANOTHER, PERSONAL)]
    configured(tmp_path, f"dbt-cloud-service-token: {TOKEN}")
    assert printed({INPUT: TOKEN, IN_ENVIRONMENT: f"{TOKEN}\n"}, tmp_path, capsys) == [f"::add-mask::{TOKEN}"]


def test_a_configuration_that_cannot_be_read_keeps_no_token_from_being_masked(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    configured(tmp_path, "select: [")
    assert printed({INPUT: TOKEN}, tmp_path, capsys) == [f"::add-mask::{TOKEN}"]


@pytest.mark.parametrize(
    "environ", [{}, {INPUT: ""}, {INPUT: " \n", IN_ENVIRONMENT: "\t"}], ids=["no", "empty", "blank"]
)
def test_without_a_token_nothing_is_masked(
    environ: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert printed(environ, tmp_path, capsys) == []


@pytest.mark.parametrize("value", ["", "false"])
def test_the_container_by_itself_prints_no_mask(value: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed({IN_ENVIRONMENT: TOKEN, "GITHUB_ACTIONS": value, "DBTERD_TARGET": "svg"}, tmp_path, capsys) == []


def test_every_option_that_holds_a_secret_is_masked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    secrets = [option for option in OPTIONS if option.is_secret]
    assert secrets
    for option in secrets:
        for name in (f"INPUT_{option.name.upper()}", option.variable, *option.variables):
            assert printed({name: ANOTHER}, tmp_path, capsys) == [f"::add-mask::{ANOTHER}"]
        configured(tmp_path, f"{option.name}: {PERSONAL}")
        assert printed({}, tmp_path, capsys) == [f"::add-mask::{PERSONAL}"]
        (tmp_path / ".dbterd.yml").unlink()


@pytest.mark.parametrize("debug", ["", "true"])
def test_the_mask_is_the_first_that_a_runner_reads(debug: str, tmp_path: Path) -> None:
    environ = {"GITHUB_ACTIONS": "true", "ACTIONS_STEP_DEBUG": debug, "GITHUB_WORKSPACE": str(tmp_path), INPUT: TOKEN}
    program = [sys.executable, str(REPOSITORY / "entrypoint.py")]
    done = subprocess.run(
        program, check=False, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, env=environ
    )
    assert done.returncode == 2
    assert done.stdout.startswith(f"::add-mask::{TOKEN}\n::")
    assert done.stdout.count("::add-mask::") == 1


def test_the_command_prints_no_mask_not_even_in_a_job(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", environ={"GITHUB_ACTIONS": "true", IN_ENVIRONMENT: TOKEN})
    assert "dbt-cloud-service-token" in answer.log
    assert "::add-mask::" not in answer.log
