"""Which run head is compared with."""

from typing import Any

import pytest

from erd.dbt_cloud.failures import UnansweredError
from erd.dbt_cloud.production import base_by_id, base_of, base_of_job
from erd.dbt_cloud.runs import Run
from erd.demo.account import JOBS_READ, RUNS_READ, Environment, Token
from erd.demo.timeline import ERROR
from erd.errors import DbtCloudError
from tests.demo.clock import FakeClock
from tests.tokens import TOKEN

from .builders import CATALOG, MANIFEST
from .faults import faults, json_answer
from .reviews import CI, ENVIRONMENTS, JOBS, PRODUCTION, a_ci_run, a_production_run, on, scene

HEAD_RUN = Run(id=20, status=10, project_id=2, job_definition_id=CI)
DEFERRED = Run(id=20, status=10, project_id=2, job_definition_id=CI, deferring_run_id=10)
# A token that may not read environments.
NO_ENVIRONMENTS = (Token(TOKEN, frozenset({RUNS_READ, JOBS_READ})),)


def test_it_is_the_run_that_head_deferred_to() -> None:
    with scene(a_production_run(10), a_production_run(11)) as (client, server, _):
        found = base_of(client, DEFERRED)
    assert found
    assert (found.run.id, found.how) == (10, "Compared with run 10, which run 20 deferred to")
    assert len(server.requests) == 1


def test_if_that_is_gone_it_is_what_production_runs(caplog: pytest.LogCaptureFixture) -> None:
    with scene(a_production_run(11)) as (client, _, _):
        found = base_of(client, DEFERRED)
    assert found
    assert found.run.id == 11
    [warning] = caplog.messages
    assert warning.startswith("Run 20 deferred to run 10, which cannot be read: dbt Cloud does not find run 10")


def test_so_it_is_if_nothing_was_saved_of_that() -> None:
    with scene(a_production_run(10, artifacts_saved=False), a_production_run(11)) as (client, _, _):
        found = base_of(client, DEFERRED)
    assert found
    assert found.run.id == 11


def test_else_it_is_the_latest_success_of_the_production_environment() -> None:
    runs = (
        a_production_run(10),
        a_production_run(11),
        a_production_run(12, status=ERROR),
        a_production_run(13, artifacts={}),
        a_ci_run(30),
    )
    with scene(*runs) as (client, server, _):
        found = base_of(client, HEAD_RUN)
    assert found
    assert (found.run.id, found.how) == (
        11,
        "Compared with run 11, the latest successful one of environment 3, the production of project 2",
    )
    assert server.requests[0].path == "/api/v3/accounts/1/projects/2/environments/"


def test_head_is_not_compared_with_itself() -> None:
    head = Run(id=11, status=10, project_id=2, job_definition_id=PRODUCTION, deferring_run_id=11)
    with scene(a_production_run(10), a_production_run(11)) as (client, _, _):
        found = base_of(client, head)
    assert found
    assert found.run.id == 10


def test_an_environment_that_is_not_production_is_passed_over_even_if_dbt_cloud_lists_it() -> None:
    environments = json_answer([{"id": 4, "deployment_type": None}, {"id": 3, "deployment_type": "production"}])
    runs, names = json_answer([{"id": 10, "status": 10}]), json_answer(["manifest.json", "catalog.json"])
    with faults(environments, runs, names) as server, on(server.url, FakeClock()) as client:
        found = base_of(client, HEAD_RUN)
    assert found
    assert found.run.id == 10
    assert "environment_id=3" in server.requests[1].path


@pytest.mark.parametrize("given", [{"tokens": NO_ENVIRONMENTS}, {"environments": ENVIRONMENTS[1:]}])
def test_without_a_production_environment_it_is_the_one_that_the_job_defers_to(given: dict[str, Any]) -> None:
    with scene(a_production_run(10), **given) as (client, _, _):
        found = base_of(client, HEAD_RUN)
    assert found
    assert found.how == "Compared with run 10, the latest successful one of environment 3, which job 7 defers to"


@pytest.mark.parametrize(
    "given",
    [
        {"tokens": NO_ENVIRONMENTS, "jobs": ()},
        {"tokens": NO_ENVIRONMENTS, "jobs": JOBS[:1]},
        {"environments": (Environment(id=3, name="P", project_id=2, deployment_type="production"),)},
    ],
)
def test_there_may_be_none(given: dict[str, Any], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO", "erd.dbt_cloud.production")
    with scene(**given) as (client, _, _):
        assert base_of(client, HEAD_RUN) is None
    assert caplog.messages[-1] == "No run to compare run 20 with was found"


def test_head_of_an_unknown_project_has_none() -> None:
    with scene(a_production_run()) as (client, server, _):
        assert base_of(client, Run(id=20)) is None
    assert server.requests == []


def test_no_answer_is_not_taken_for_no_production() -> None:
    trouble = json_answer(None, 503, "Later.")
    with faults(trouble) as server, on(server.url, FakeClock()) as client, pytest.raises(UnansweredError):
        base_of(client, DEFERRED)


def test_a_run_that_is_given_must_have_succeeded() -> None:
    with scene(a_production_run(10), a_production_run(11, status=ERROR)) as (client, _, _):
        assert base_by_id(client, HEAD_RUN, 10).how == "Compared with run 10"
        with pytest.raises(DbtCloudError, match="Run 11 failed"):
            base_by_id(client, HEAD_RUN, 11)


def test_a_job_may_be_given() -> None:
    with scene(a_production_run(10)) as (client, _, _):
        found = base_of_job(client, HEAD_RUN, PRODUCTION)
    assert found.how == "Compared with run 10, the latest successful one of job 6"


def test_a_run_of_another_project_is_said_to_be_one(caplog: pytest.LogCaptureFixture) -> None:
    with scene(a_production_run(10, project_id=9)) as (client, _, _):
        base_by_id(client, HEAD_RUN, 10)
        base_of_job(client, HEAD_RUN, PRODUCTION)
        base_of(client, DEFERRED)
    warning = "Run 20 is of project 2, and run 10, which it is compared with, of project 9"
    assert caplog.messages == [warning] * 3


@pytest.mark.parametrize(("sha", "taken"), [("1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", 10), ("2" * 40, 12)])
def test_a_run_of_the_same_commit_with_a_catalog_is_better_than_one_without(sha: str, taken: int) -> None:
    without = {"manifest.json": MANIFEST}
    runs = (
        a_production_run(10, sha=sha, artifacts={"manifest.json": MANIFEST, "catalog.json": CATALOG}),
        a_production_run(11, artifacts=without),
        a_production_run(12, artifacts=without),
    )
    with scene(*runs) as (client, _, _):
        found = base_of(client, HEAD_RUN)
    assert found
    assert found.run.id == taken
    if taken == 10:
        assert found.how == (
            "Compared with run 10, the latest successful one of environment 3 with a catalog.json"
            " (run 12, newer and of the same commit, has none), the production of project 2"
        )
