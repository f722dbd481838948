"""The account of `demo --pull-request`: the right run appears late, among others that are not it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest
import requests

from erd.ci.detection import pull_request
from erd.ci.pull_request import Forge, PullRequest
from erd.demo.account import demo_account
from erd.demo.event import MERGE_COMMIT, pull_request_event
from erd.demo.pull_request import OLDER_COMMIT, pull_request_account
from erd.demo.server import serve
from tests.demo.caller import Caller, envelope
from tests.demo.clock import FakeClock

HEAD = "4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619"
RUN = 70437463654017
PRODUCTION = 70437463654001
CI_JOB = 43167
TOKEN = f"Token {demo_account().tokens[0].value}"


class Demo:
    """Its server, asked with its token."""

    def __init__(self, caller: Caller) -> None:
        self.caller = caller

    def get(self, path: str, query: dict[str, str | int] | None = None) -> requests.Response:
        return self.caller.get(path, query, authorization=TOKEN)

    def runs(self, query: dict[str, str | int] | None = None) -> list[Any]:
        """Newest first."""
        related = {"include_related": '["trigger","job"]', "order_by": "-id"}
        runs: list[Any] = envelope(self.get("runs/", {**related, **(query or {})}))
        return runs

    def status_of_file(self, name: str, step: int | None = None) -> int:
        return self.get(f"runs/{RUN}/artifacts/{name}", {"step": step} if step else {}).status_code


@pytest.fixture
def demo(clock: FakeClock) -> Iterator[Demo]:
    with serve(pull_request_account(), clock) as server, requests.Session() as session:
        yield Demo(Caller(server, session))


def test_its_run_appears_is_queued_runs_succeeds_and_then_has_files(demo: Demo, clock: FakeClock) -> None:
    seen = []
    for _ in range(8):
        answer = demo.get(f"runs/{RUN}/")
        status = envelope(answer)["status"] if answer.ok else answer.status_code
        seen.append((clock.seconds, status, demo.status_of_file("catalog.json", 5)))
        clock.sleep(1)
    assert seen == [
        (0, 404, 404),
        (1, 404, 404),
        (2, 1, 404),
        (3, 3, 404),
        (4, 3, 404),
        (5, 10, 404),
        (6, 10, 200),
        (7, 10, 200),
    ]


def test_only_its_run_is_for_the_commit_first_by_its_trigger_then_by_itself(demo: Demo, clock: FakeClock) -> None:
    clock.sleep(2)
    by_trigger = [run for run in demo.runs() if run["trigger"]["git_sha"] == HEAD]
    assert [(run["id"], run["git_sha"]) for run in by_trigger] == [(RUN, None)]
    clock.sleep(10)
    assert [run["id"] for run in demo.runs() if run["git_sha"] == HEAD] == [RUN]


def test_the_latest_success_of_its_job_and_the_latest_run_of_all_are_of_other_pull_requests(
    demo: Demo, clock: FakeClock
) -> None:
    success = demo.runs({"job_definition_id": CI_JOB, "status": 10})[0]
    clock.sleep(10)
    latest = demo.runs({"job_definition_id": CI_JOB})[0]
    assert (success["trigger"]["github_pull_request_id"], latest["trigger"]["github_pull_request_id"]) == (16, 18)


def test_the_run_of_the_older_commit_runs_until_that_of_the_newer_one_takes_its_place(
    demo: Demo, clock: FakeClock
) -> None:
    def of_pull_request() -> list[tuple[str, int]]:
        runs = [run for run in demo.runs() if run["trigger"]["github_pull_request_id"] == 17]
        return [(run["trigger"]["git_sha"], run["status"]) for run in runs]

    assert of_pull_request() == [(OLDER_COMMIT, 3)]
    clock.sleep(2)
    assert of_pull_request() == [(HEAD, 1), (OLDER_COMMIT, 30)]


def test_its_last_step_has_neither_manifest_nor_catalog_and_the_one_before_has_both(
    demo: Demo, clock: FakeClock
) -> None:
    clock.sleep(10)
    run = envelope(demo.get(f"runs/{RUN}/", {"include_related": '["run_steps"]'}))
    assert [step["name"] for step in run["run_steps"]][3:] == [
        "Invoke dbt with `dbt build --select state:modified+`",
        "Invoke dbt with `dbt docs generate`",
        "Invoke dbt with `dbt source freshness`",
    ]
    names = ("manifest.json", "catalog.json", "run_results.json", "sources.json")
    found = {step: [name for name in names if demo.status_of_file(name, step) == 200] for step in (None, 4, 5, 6)}
    assert found == {
        None: ["sources.json"],
        4: ["manifest.json", "run_results.json"],
        5: ["manifest.json", "catalog.json", "run_results.json"],
        6: ["sources.json"],
    }


def test_it_deferred_to_the_production_run_which_is_not_the_environments_latest(demo: Demo, clock: FakeClock) -> None:
    clock.sleep(10)
    path = "/api/v3/accounts/1/projects/2/environments/"
    environments = envelope(demo.get(path, {"deployment_type": "production"}))
    assert [environment["id"] for environment in environments] == [3]
    assert envelope(demo.get(f"runs/{RUN}/"))["deferring_run_id"] == PRODUCTION
    latest, before = demo.runs({"environment_id": 3, "status": 10})
    assert envelope(demo.get(f"runs/{latest['id']}/artifacts/")) == ["sources.json"]
    assert (before["id"], before["finished_at"] < latest["finished_at"]) == (PRODUCTION, True)


def test_ids_and_times_of_its_runs_grow_together(demo: Demo, clock: FakeClock) -> None:
    clock.sleep(10)
    created = [run["created_at"] for run in demo.runs()]
    assert created == sorted(created, reverse=True)
    assert len(created) == len(pull_request_account().runs)


def test_a_run_that_is_started_has_the_same_files_and_base(demo: Demo, clock: FakeClock) -> None:
    body = {"cause": "A test", "git_sha": HEAD, "github_pull_request_id": 17}
    run = envelope(demo.caller.post(f"jobs/{CI_JOB}/run/", body, authorization=TOKEN))
    assert (run["id"] > RUN, run["status"], run["deferring_run_id"]) == (True, 1, PRODUCTION)
    clock.sleep(4)
    answer = demo.get(f"runs/{run['id']}/artifacts/catalog.json", {"step": 5})
    assert answer.json()["metadata"]["env"]["DBT_CLOUD_GIT_SHA"] == HEAD


def test_the_plain_demo_has_the_same_token_and_runs() -> None:
    assert {run.id for run in demo_account().runs} <= {run.id for run in pull_request_account().runs}
    assert demo_account().tokens[0].value == pull_request_account().tokens[0].value


def test_the_event_tells_of_the_commit_that_the_run_is_for(tmp_path: Path) -> None:
    assert pull_request(pull_request_event(tmp_path)) == PullRequest(
        forge=Forge.GITHUB,
        number=17,
        head_sha=HEAD,
        head_branch="pull-request-17",
        base_branch="main",
        base_sha=str(demo_account().runs[0].git_sha),
        repository="toasted-counters/jaffle-shop",
        head_owner="toasted-counters",
    )


def test_the_variables_name_the_merge_commit_which_no_run_is_for(tmp_path: Path) -> None:
    variables = pull_request_event(tmp_path)
    event = msgspec.json.decode(Path(variables["GITHUB_EVENT_PATH"]).read_bytes())
    assert (variables["GITHUB_SHA"], variables["GITHUB_REF"]) == (MERGE_COMMIT, "refs/pull/17/merge")
    assert (event["pull_request"]["merge_commit_sha"], event["after"], event["number"]) == (MERGE_COMMIT, HEAD, 17)
    assert MERGE_COMMIT not in {run.git_sha for run in pull_request_account().runs}


def test_the_event_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    for folder in (first, second):
        folder.mkdir()
        pull_request_event(folder)
    assert (first / "event.json").read_bytes() == (second / "event.json").read_bytes()
