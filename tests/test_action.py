"""The Action's own part of the story: what it makes of its runner's files and folders."""

import subprocess
import sys
from pathlib import Path

import pytest

from erd.action import action
from tests.builders import a_manifest, a_model, write_artifacts


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
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": "x", "DBTERD_DBT_CLOUD_RUN_ID": "5"}
    environ |= {"DBTERD_DBT_CLOUD_ACCOUNT_ID": "1", "DBTERD_DBT_CLOUD_HOST_URL": "http://127.0.0.1:9"}
    environ |= {"DBTERD_ARTIFACTS_DIR": "../elsewhere", "DBTERD_DBT_CLOUD": "true"}
    assert action(environ, workspace) == 1
    assert [path.name for path in tmp_path.iterdir()] == ["workspace"]


def test_the_command_writes_something_or_fails(tmp_path: Path) -> None:
    write_artifacts(tmp_path, a_manifest(a_model()))
    program = [sys.executable, "-m", "erd", "run", "-ad", ".", "--target", ""]
    done = subprocess.run(program, check=False, capture_output=True, cwd=tmp_path)
    assert done.returncode != 0 or (tmp_path / "target" / "output.dbml").exists()
