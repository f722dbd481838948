"""Jobs and environments are listed, filtered and paged as documented; so are runs, as they are now."""

from typing import Any

import msgspec
import pytest
import requests

from erd.demo.account import Account, CloudRun
from erd.demo.server import serve
from erd.demo.timeline import Timeline, passing
from tests.demo.caller import ACCOUNT, Caller, Query, envelope
from tests.demo.clock import FakeClock
from tests.tokens import READER, WITHOUT_RIGHTS

ENVIRONMENTS = "/api/v3/accounts/1/projects/2/environments/"


def ids(answer: requests.Response) -> list[int]:
    return [entry["id"] for entry in envelope(answer)]


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [3, 4, 5, 6]),
        ({"deployment_type": "production"}, [3, 6]),
        ({"deployment_type": "production", "state": "active"}, [3]),
        ({"deployment_type__in": '["production","staging"]'}, [3, 5, 6]),
        ({"name": "Production"}, [3]),
        ({"name": "production"}, []),
        ({"name__icontains": "production"}, [3, 6]),
        ({"state": "deleted"}, [6]),
        ({"state": "all"}, [3, 4, 5, 6]),
        ({"order_by": "-id"}, [6, 5, 4, 3]),
        ({"order_by": "name"}, [6, 3, 4, 5]),
        ({"limit": 2, "offset": 1}, [4, 5]),
    ],
)
def test_environments_are_filtered_ordered_and_paged(caller: Caller, query: Query, found: list[int]) -> None:
    assert ids(caller.get(ENVIRONMENTS, query)) == found


def test_an_environment_has_its_fields(caller: Caller) -> None:
    answer = caller.get(ENVIRONMENTS, {"deployment_type": "production", "limit": 1})
    assert envelope(answer) == [
        {
            "id": 3,
            "account_id": 1,
            "project_id": 2,
            "name": "Production",
            "type": "deployment",
            "deployment_type": "production",
            "state": 1,
        }
    ]
    assert answer.json()["extra"]["pagination"] == {"count": 1, "total_count": 2}


@pytest.mark.parametrize(
    "query", [{"deployment_type": "prod"}, {"deployment_type__in": "production"}, {"state": 1}, {"project_id": 2}]
)
def test_what_environments_cannot_be_asked_is_a_400(caller: Caller, query: Query) -> None:
    answer = caller.get(ENVIRONMENTS, query)
    assert (answer.status_code, envelope(answer)) == (400, None)


def test_environments_need_a_permission_of_their_own(caller: Caller) -> None:
    assert caller.get(ENVIRONMENTS, authorization=f"Token {READER}").status_code == 200
    answer = caller.get(ENVIRONMENTS, authorization=f"Token {WITHOUT_RIGHTS}")
    assert (answer.status_code, envelope(answer)) == (403, None)


@pytest.mark.parametrize(
    ("path", "status", "is_json"),
    [
        ("/api/v3/accounts/1/projects/5/environments/", 404, True),
        ("/api/v3/accounts/2/projects/2/environments/", 404, True),
        ("/api/v2/accounts/1/projects/2/environments/", 404, False),
        ("/api/v3/accounts/1/runs/", 404, False),
        ("/api/v3/accounts/1/jobs/", 404, False),
        ("/api/v4/accounts/1/runs/", 404, False),
        (ENVIRONMENTS.removesuffix("/"), 308, False),
    ],
)
def test_each_version_has_its_own_endpoints(caller: Caller, path: str, status: int, is_json: bool) -> None:
    answer = caller.get(path)
    assert (answer.status_code, answer.content.startswith(b"{")) == (status, is_json)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, [7, 8]),
        ({"state": "all"}, [7, 8, 9]),
        ({"state": "deleted"}, [9]),
        ({"project_id": 9}, []),
        ({"project_id__in": "[2,9]"}, [7, 8]),
        ({"environment_id": 4}, [8]),
        ({"name__icontains": "REV"}, [8]),
        ({"triggers_schedule": "true"}, [7]),
        ({"triggers_schedule": "false"}, [8]),
        ({"order_by": "-id", "limit": 1}, [8]),
    ],
)
def test_jobs_are_filtered_ordered_and_paged(caller: Caller, query: Query, found: list[int]) -> None:
    assert ids(caller.get("jobs/", query)) == found


@pytest.mark.parametrize(
    "query", [{"job_type": "ci"}, {"state": 1}, {"triggers_schedule": "x"}, {"include_related": '["runs"]'}]
)
def test_what_jobs_cannot_be_asked_is_a_400(caller: Caller, query: Query) -> None:
    assert caller.get("jobs/", query).status_code == 400


def test_a_job_says_what_starts_it_and_what_it_defers_to(caller: Caller) -> None:
    production, review = envelope(caller.get("jobs/"))
    assert (review["job_type"], review["deferring_environment_id"], review["environment"]) == ("ci", 3, None)
    assert production["triggers"] == {
        "github_webhook": False,
        "git_provider_webhook": False,
        "schedule": True,
        "on_merge": False,
    }


@pytest.mark.parametrize("path", ["jobs/", "jobs/7/"])
def test_what_is_related_to_a_job_comes_when_asked_for(caller: Caller, path: str) -> None:
    related = '["environment","most_recent_run","most_recent_completed_run"]'
    data: Any = envelope(caller.get(path, {"include_related": related}))
    job = data[0] if isinstance(data, list) else data
    assert (job["environment"]["name"], job["most_recent_run"]["id"], job["most_recent_completed_run"]["id"]) == (
        "Production",
        60,
        60,
    )


def an_account(*timelines: Timeline) -> Account:
    """Runs 1, 2, … of the job 8, with these timelines."""
    runs = tuple(
        CloudRun(id=number, job_definition_id=8, project_id=2, environment_id=4, timeline=timeline)
        for number, timeline in enumerate(timelines, start=1)
    )
    return msgspec.structs.replace(ACCOUNT, runs=runs)


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"pk": 50}, [50]),
        ({"pk__in": "[40,60]"}, [40, 60]),
        ({"id__gt": 40}, [50, 60]),
        ({"project_id__in": "[2]"}, [40, 50, 60]),
        ({"state": "all"}, [40, 50, 60]),
        ({"state": "deleted"}, []),
    ],
)
def test_runs_are_filtered_by_more_than_their_job(caller: Caller, query: Query, found: list[int]) -> None:
    assert caller.ids(query) == found


@pytest.mark.parametrize("name", ["created_at__range", "finished_at__range", "pull_request_id", "status_in"])
def test_a_filter_whose_form_is_not_documented_is_a_400(caller: Caller, name: str) -> None:
    assert caller.get("runs/", {name: "1"}).status_code == 400


def test_lists_have_the_runs_of_this_moment_with_the_status_of_this_moment() -> None:
    clock = FakeClock()
    account = an_account(Timeline(moments=passing(running=3)), Timeline(moments=passing(appears=3)))
    with serve(account, clock) as server, requests.Session() as session:
        caller = Caller(server, session)
        seen = []
        for _ in range(5):
            seen.append((caller.ids({}), caller.ids({"status": 10}), caller.ids({"status__in": "[1,2,3]"})))
            clock.sleep(1)
    assert seen == [
        ([1], [], [1]),
        ([1], [], [1]),
        ([1], [], [1]),
        ([1, 2], [], [1, 2]),
        ([1, 2], [1], [2]),
    ]


def test_a_job_knows_its_latest_run_and_the_latest_that_ended() -> None:
    related = '["most_recent_run","most_recent_completed_run"]'
    account = an_account(Timeline(moments=passing(appears=-9)), Timeline(moments=passing()))
    with serve(account, FakeClock()) as server, requests.Session() as session:
        job = envelope(Caller(server, session).get("jobs/8/", {"include_related": related}))
    assert (job["most_recent_run"]["id"], job["most_recent_completed_run"]["id"]) == (2, 1)


def test_files_come_when_they_are_uploaded_and_not_before() -> None:
    clock = FakeClock()
    timeline = Timeline(moments=passing(queued=0, running=1), uploaded_after=2)
    run = msgspec.structs.replace(ACCOUNT.runs[0], timeline=timeline)
    with serve(msgspec.structs.replace(ACCOUNT, runs=(run,)), clock) as server, requests.Session() as session:
        caller = Caller(server, session)
        seen = []
        for _ in range(4):
            listed = envelope(caller.get("runs/50/artifacts/"))
            seen.append((listed is not None, caller.get("runs/50/artifacts/manifest.json").status_code))
            clock.sleep(1)
    assert seen == [(False, 404), (False, 404), (False, 404), (True, 200)]
