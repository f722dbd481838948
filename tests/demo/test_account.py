"""The demo's own account: two runs, whose artifacts are embedded, read through the same client as a customer's."""

from pathlib import Path
from typing import Any

import msgspec
import pytest

from erd.checks import Secret
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.connection import Pace
from erd.dbt_cloud.download import download_artifacts
from erd.dbt_cloud.runs import get_run, latest_of_job
from erd.demo.account import demo_account
from erd.demo.server import serve

PRODUCTION = 70437463654001
PULL_REQUEST = 70437463654017


def a_client(url: str, token: str) -> DbtCloudClient:
    return DbtCloudClient(url, 1, Secret(token), pace=Pace(0, 0.01))


def decoded(content: bytes) -> Any:
    return msgspec.json.decode(content)


def test_the_production_run_is_the_latest_of_its_job() -> None:
    with serve(demo_account()) as server, a_client(server.url, server.token) as client:
        run = latest_of_job(client, 43166).run
    assert (run.id, run.project_id, run.environment_id, run.git_branch) == (PRODUCTION, 2, 3, "main")


@pytest.mark.parametrize("run_id", [PRODUCTION, PULL_REQUEST])
def test_the_artifacts_of_a_run_are_those_of_its_last_step_and_name_the_run(run_id: int, tmp_path: Path) -> None:
    with serve(demo_account()) as server, a_client(server.url, server.token) as client:
        run = get_run(client, run_id)
        artifacts = download_artifacts(client, run, tmp_path)
    assert artifacts.catalog is not None
    assert artifacts.run_results is not None
    files = [artifacts.manifest, artifacts.catalog, artifacts.run_results]
    metadata = [decoded(path.read_bytes())["metadata"] for path in files]
    env = metadata[0]["env"]
    # The results are those of the build before, which ran the tests.
    assert metadata[0]["invocation_id"] == metadata[1]["invocation_id"] != metadata[2]["invocation_id"]
    assert (env["DBT_CLOUD_RUN_ID"], env["DBT_CLOUD_JOB_ID"]) == (str(run.id), str(run.job_definition_id))
    assert (env["DBT_CLOUD_PROJECT_ID"], env["DBT_CLOUD_ENVIRONMENT_ID"]) == ("2", str(run.environment_id))
    assert env.get("DBT_CLOUD_GIT_SHA", run.git_sha) == run.git_sha


@pytest.mark.parametrize("run_id", [PRODUCTION, PULL_REQUEST])
def test_the_results_of_the_build_lie_in_its_own_step(run_id: int) -> None:
    path = f"runs/{run_id}/artifacts/run_results.json?step=4"
    with (
        serve(demo_account()) as server,
        a_client(server.url, server.token) as client,
        client.open(path, "the build's results") as transfer,
    ):
        results = decoded(b"".join(transfer.pieces()))
    assert results["args"]["which"] == "build"


def test_the_pull_requests_run_deferred_to_the_production_run() -> None:
    production, pull_request = demo_account().runs
    assert (production.id, pull_request.id) == (PRODUCTION, PULL_REQUEST)
    assert (pull_request.job_definition_id, pull_request.pull_request) == (43167, 17)
    assert pull_request.deferring_run_id == PRODUCTION
