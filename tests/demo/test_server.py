"""The demo's dbt Cloud: it holds to the documented API, and refuses what is not documented."""

import threading

import pytest
import requests

from erd.demo.server import serve
from tests.demo.caller import ACCOUNT, Caller, Query, envelope
from tests.tokens import FROM_ELSEWHERE, TOKEN, WITHOUT_RIGHTS, WRONG


@pytest.mark.parametrize("token", [f"Token {TOKEN}", f"Bearer {TOKEN}"])
def test_both_ways_to_give_a_token_are_accepted(caller: Caller, token: str) -> None:
    assert envelope(caller.get("", authorization=token)) == {"id": 1, "name": "Jaffle Shop", "state": 1}


@pytest.mark.parametrize("token", ["", TOKEN, f"Basic {TOKEN}", f"Token {WRONG}", "Token"])
def test_anything_else_is_a_401_in_an_envelope(caller: Caller, token: str) -> None:
    answer = caller.get("runs/", authorization=token)
    assert answer.status_code == 401
    assert envelope(answer) is None


def test_a_token_without_the_permission_gets_a_403(caller: Caller) -> None:
    for path in ("runs/", "runs/50/", "runs/50/artifacts/", "runs/50/artifacts/manifest.json", "jobs/", "jobs/7/"):
        answer = caller.get(path, authorization=f"Token {WITHOUT_RIGHTS}")
        assert (answer.status_code, envelope(answer)) == (403, None)


def test_an_address_off_the_allowlist_gets_a_403_that_says_so(caller: Caller) -> None:
    answer = caller.get("runs/", authorization=f"Token {FROM_ELSEWHERE}")
    assert (answer.status_code, envelope(answer)) == (403, {"account_access_denied": True})


@pytest.mark.parametrize(
    "path",
    ["runs/99/", "runs/99/artifacts/", "runs/99/artifacts/manifest.json", "jobs/99/", "/api/v2/accounts/2/runs/"],
)
def test_what_is_not_there_is_a_404_in_an_envelope(caller: Caller, path: str) -> None:
    answer = caller.get(path)
    assert (answer.status_code, envelope(answer)) == (404, None)


@pytest.mark.parametrize(
    "path", ["/", "/deploy/1/", "/api/v3/accounts/1/", "/api/v2/", "nothing/", "runs/50/artifacts/manifest.json/"]
)
def test_a_path_that_is_not_the_apis_is_a_404_without_json(caller: Caller, path: str) -> None:
    answer = caller.get(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"].startswith("text/html")


def test_a_missing_slash_is_a_redirect_that_keeps_the_query(caller: Caller) -> None:
    answer = caller.get("runs", {"status": 10})
    assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v2/accounts/1/runs/?status=10")


def test_runs_are_listed_oldest_id_first_with_an_account_of_the_page(caller: Caller) -> None:
    answer = caller.get("runs/", {"status": 10, "limit": 1})
    assert [run["id"] for run in envelope(answer)] == [40]
    assert answer.json()["extra"] == {
        "filters": {"status": "10", "limit": 1, "offset": 0},
        "order_by": "id",
        "pagination": {"count": 1, "total_count": 2},
    }


@pytest.mark.parametrize(
    ("query", "ids"),
    [
        ({}, [40, 50, 60]),
        ({"job_definition_id": 7}, [50, 60]),
        ({"project_id": 3}, []),
        ({"environment_id": 4}, [40]),
        ({"status": 20}, [60]),
        ({"status__in": "[10,30]"}, [40, 50]),
        ({"deferring_run_id": 50}, [40]),
        ({"has_docs_generated": "true"}, [50]),
        ({"has_docs_generated": "false"}, [40, 60]),
        ({"order_by": "-id"}, [60, 50, 40]),
        ({"order_by": "finished_at", "status": 10}, [50, 40]),
        ({"order_by": "-finished_at", "status": 10}, [40, 50]),
        ({"limit": 2, "offset": 1}, [50, 60]),
        ({"limit": 2, "offset": 3}, []),
    ],
)
def test_runs_are_filtered_ordered_and_paged(caller: Caller, query: Query, ids: list[int]) -> None:
    assert caller.ids(query) == ids


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 101},
        {"limit": 0},
        {"limit": "x"},
        {"offset": "-1"},
        {"status": "Success"},
        {"status__in": "10,20"},
        {"has_docs_generated": "maybe"},
        {"order_by": "git_sha"},
        {"git_sha": "aaa"},
        {"include_related": "trigger"},
        {"include_related": '["run_steps"]'},
    ],
)
def test_a_parameter_that_is_not_documented_is_a_400_in_an_envelope(caller: Caller, query: Query) -> None:
    answer = caller.get("runs/", query)
    assert (answer.status_code, envelope(answer)) == (400, None)


def test_a_run_has_its_fields_and_no_related_objects_unless_asked_for(caller: Caller) -> None:
    run = envelope(caller.get("runs/40/"))
    assert (run["status"], run["status_humanized"], run["is_success"], run["deferring_run_id"]) == (
        10,
        "Success",
        True,
        50,
    )
    assert run["href"] == f"{caller.server.url}/deploy/1/projects/2/runs/40/"
    assert (run["trigger"], run["job"], run["run_steps"]) == (None, None, [])


def test_related_objects_come_when_asked_for(caller: Caller) -> None:
    run = envelope(caller.get("runs/40/", {"include_related": '["trigger","job","run_steps"]'}))
    assert run["trigger"]["github_pull_request_id"] == 17
    assert run["trigger"]["schema_override"] == "dbt_cloud_pr_8_17"
    assert run["job"]["job_type"] == "ci"
    assert [step["index"] for step in run["run_steps"]] == [1, 2, 3, 4]
    assert run["run_steps"][3]["name"] == "Invoke dbt with `dbt build`"


def test_artifacts_are_listed_by_name_and_a_run_that_wrote_nothing_has_null(caller: Caller) -> None:
    assert envelope(caller.get("runs/50/artifacts/")) == ["manifest.json", "run_results.json", "catalog.json"]
    assert envelope(caller.get("runs/60/artifacts/")) is None


@pytest.mark.parametrize(
    ("path", "step", "status", "body"),
    [
        ("runs/50/artifacts/manifest.json", None, 200, b'{"docs": 1}'),
        ("runs/50/artifacts/catalog.json", None, 200, b'{"docs": 2}'),
        ("runs/50/artifacts/manifest.json", 4, 200, b'{"build": 1}'),
        ("runs/50/artifacts/manifest.json", 5, 200, b'{"docs": 1}'),
        ("runs/50/artifacts/catalog.json", 4, 404, None),
        ("runs/50/artifacts/manifest.json", 1, 404, None),
        ("runs/50/artifacts/manifest.json", 0, 404, None),
        ("runs/50/artifacts/manifest.json", 6, 404, None),
        ("runs/50/artifacts/manifest.json", "x", 400, None),
        ("runs/60/artifacts/manifest.json", None, 404, None),
    ],
)
def test_a_file_comes_raw_from_the_step_that_is_asked_for_or_the_last(
    caller: Caller, path: str, step: int | None, status: int, body: bytes | None
) -> None:
    answer = caller.get(path, {} if step is None else {"step": step})
    assert answer.status_code == status
    if body is None:
        assert envelope(answer) is None
    else:
        assert answer.content == body


def test_jobs_are_listed_and_found(caller: Caller) -> None:
    assert [job["name"] for job in envelope(caller.get("jobs/", {"environment_id": 4}))] == ["Review"]
    assert envelope(caller.get("jobs/7/"))["generate_docs"] is True


def test_no_other_method_is_allowed(caller: Caller) -> None:
    for method in ("PUT", "PATCH", "DELETE"):
        answer = requests.request(method, f"{caller.server.url}/api/v2/accounts/1/jobs/7/run/", json={}, timeout=5)
        assert (answer.status_code, envelope(answer)) == (405, None)


def test_the_ledger_has_every_request_but_no_token(caller: Caller) -> None:
    caller.get("runs/", {"status": 10})
    caller.get("runs/", authorization="")
    first, second = caller.server.requests
    assert (first.method, first.path, first.query) == ("GET", "/api/v2/accounts/1/runs/", {"status": "10"})
    assert (first.authorization, second.authorization) == ("Token", None)
    assert first.headers["Host"] == caller.server.url.removeprefix("http://")
    assert TOKEN not in repr(caller.server.requests)
    assert TOKEN not in repr(ACCOUNT.tokens)


def test_nothing_is_left_when_the_block_ends_though_a_client_keeps_its_connection() -> None:
    before = threading.active_count()
    with requests.Session() as session:
        with serve(ACCOUNT) as server:
            Caller(server, session).get("runs/")
        assert threading.active_count() == before
        with pytest.raises(requests.ConnectionError):
            Caller(server, session).get("runs/")


def test_two_servers_do_not_share_a_port() -> None:
    with serve(ACCOUNT) as one, serve(ACCOUNT) as other:
        assert one.url != other.url
        assert one.url.startswith("http://127.0.0.1:")
