"""The image in any other CI: `docker run` with variables and a mounted folder, and nothing of GitHub's."""

import os
import subprocess
import threading
import uuid
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from erd.demo.account import PREPARATION, Account, Step
from erd.demo.server import Server, demo_account, serve
from tests.container.engine import docker
from tests.tokens import WRONG

pytestmark = pytest.mark.container

PATIENCE_SECONDS = 30


@pytest.fixture
def dbt_cloud() -> Iterator[Server]:
    """The demo's account."""
    with serve(demo_account()) as server:
        yield server


def test_the_diagram_is_written_into_the_mounted_folder(image: str, tmp_path: Path, dbt_cloud: Server) -> None:
    ran = _run(image, tmp_path, _variables(dbt_cloud))
    assert ran.returncode == 0, ran.stderr
    assert "Table" in (tmp_path / "target" / "output.dbml").read_text(encoding="utf-8")
    assert dbt_cloud.token not in ran.stdout + ran.stderr


def test_the_log_is_plain_text(image: str, tmp_path: Path, dbt_cloud: Server) -> None:
    ran = _run(image, tmp_path, _variables(dbt_cloud) | {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": WRONG})
    assert ran.returncode == 1
    assert "::" not in ran.stdout + ran.stderr


def test_a_missing_variable_is_named_as_such(image: str, tmp_path: Path) -> None:
    ran = _run(image, tmp_path, {})
    assert ran.returncode == 2
    assert "DBTERD_DBT_CLOUD_SERVICE_TOKEN is missing" in ran.stdout + ran.stderr


def test_with_arguments_it_is_the_command_line(image: str, tmp_path: Path) -> None:
    ran = _run(image, tmp_path, {}, "run", "--help")
    assert ran.returncode == 0
    assert "--dbt-cloud-run-id" in ran.stdout


def test_a_stopped_container_ends_at_once_and_leaves_the_old_diagram(image: str, tmp_path: Path) -> None:
    old = tmp_path / "target" / "output.dbml"
    old.parent.mkdir()
    old.write_text("the old diagram", encoding="utf-8")
    asked, stopped = threading.Event(), threading.Event()

    def slow() -> bytes:
        asked.set()
        stopped.wait(PATIENCE_SECONDS)
        return b"{}"

    name = f"erd-{uuid.uuid4().hex}"
    with serve(_account_with(slow)) as dbt_cloud:
        arguments = _arguments(image, tmp_path, _variables(dbt_cloud))
        with subprocess.Popen(
            ["docker", *arguments[:1], "--name", name, *arguments[1:]],
            env=dict(os.environ) | _variables(dbt_cloud),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        ) as running:
            assert asked.wait(PATIENCE_SECONDS), "no artifact was asked for"
            # Ten seconds pass before an engine kills what does not end by itself; its exit code would be 137.
            docker("stop", "--time", "10", name)
            said, _ = running.communicate(timeout=PATIENCE_SECONDS)
            stopped.set()
    assert running.returncode == 143, said
    assert "Traceback" not in said
    assert [path.name for path in old.parent.iterdir()] == ["output.dbml"]
    assert old.read_text(encoding="utf-8") == "the old diagram"


def _account_with(manifest: Callable[[], bytes]) -> Account:
    account = demo_account()
    steps = (*PREPARATION, Step("Invoke dbt with `dbt build`", {"manifest.json": manifest}))
    return msgspec.structs.replace(account, runs=(msgspec.structs.replace(account.runs[0], steps=steps),))


def _variables(dbt_cloud: Server) -> dict[str, str]:
    run = dbt_cloud.account.runs[0]
    return {
        "DBTERD_DBT_CLOUD_HOST_URL": dbt_cloud.url,
        "DBTERD_DBT_CLOUD_ACCOUNT_ID": str(dbt_cloud.account.id),
        "DBTERD_DBT_CLOUD_SERVICE_TOKEN": dbt_cloud.token,
        "DBTERD_DBT_CLOUD_RUN_ID": str(run.id),
    }


def _run(image: str, folder: Path, variables: Mapping[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return docker(*_arguments(image, folder, variables), *command, environ=variables)


def _arguments(image: str, folder: Path, variables: Mapping[str, str]) -> list[str]:
    by_name = [word for name in variables for word in ("-e", name)]
    return ["run", "--rm", "--network", "host", *by_name, "-v", f"{folder}:/workspace", image]
