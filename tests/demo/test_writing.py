"""Runs are started and cancelled, by those who may and in the documented way."""

import socket
from urllib.parse import urlsplit

import msgspec
import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.demo.account import PREPARATION, Account, Step, Triggered
from erd.demo.server import BODY_BYTES, serve
from erd.demo.timeline import Timeline, passing
from tests.demo.caller import ACCOUNT, Caller, envelope
from tests.demo.clock import FakeClock
from tests.tokens import READER, TOKEN, WRONG

STARTED = msgspec.structs.replace(
    ACCOUNT,
    triggered=Triggered(
        timeline=Timeline(moments=passing(queued=1, running=2), uploaded_after=1, sha_while_queued=False),
        steps=(*PREPARATION, Step("Invoke dbt with `dbt build`", {"manifest.json": b'{"started": 1}'})),
    ),
)
BODY = {"cause": "A test", "git_sha": "ccc", "git_branch": "x", "github_pull_request_id": 18}


def test_a_run_is_started_goes_its_way_and_leaves_its_files() -> None:
    clock = FakeClock()
    clock.seconds = 100
    with serve(STARTED, clock) as server, requests.Session() as session:
        caller = Caller(server, session)
        clock.sleep(5)
        run = envelope(caller.post("jobs/8/run/", {**BODY, "schema_override": "mine"}))
        assert (run["id"], run["status"], run["git_sha"], run["trigger"]) == (61, 1, None, None)
        assert (run["job_definition_id"], run["project_id"], run["environment_id"]) == (8, 2, 4)
        statuses = []
        for _ in range(5):
            statuses.append(envelope(caller.get("runs/61/"))["status"])
            file = caller.get("runs/61/artifacts/manifest.json")
            clock.sleep(1)
        run = envelope(caller.get("runs/61/", {"include_related": '["trigger"]'}))
    assert statuses == [1, 3, 3, 10, 10]
    assert file.content == b'{"started": 1}'
    assert (run["created_at"], run["finished_at"]) == (
        "2026-11-22 06:01:45.000000+00:00",
        "2026-11-22 06:01:48.000000+00:00",
    )
    assert (run["git_sha"], run["git_branch"], run["artifacts_saved"]) == ("ccc", "x", True)
    trigger = run["trigger"]
    assert (trigger["cause"], trigger["cause_category"], trigger["git_sha"]) == ("A test", "api", "ccc")
    assert (trigger["github_pull_request_id"], trigger["schema_override"]) == (18, "mine")


def test_a_started_run_defers_to_the_latest_success_of_its_jobs_environment(caller: Caller) -> None:
    assert envelope(caller.post("jobs/8/run/", BODY))["deferring_run_id"] == 50
    assert envelope(caller.post("jobs/7/run/", BODY))["deferring_run_id"] is None


def test_two_posts_start_two_runs(caller: Caller) -> None:
    assert [envelope(caller.post("jobs/8/run/", BODY))["id"] for _ in range(2)] == [61, 62]
    assert caller.ids({"order_by": "-id", "limit": 2}) == [62, 61]


@pytest.mark.parametrize(
    "field",
    [
        "github_pull_request_id",
        "gitlab_merge_request_id",
        "azure_pull_request_id",
        "non_native_pull_request_id",
    ],
)
def test_the_number_of_a_pull_request_stays_in_the_field_of_its_service(caller: Caller, field: str) -> None:
    run = envelope(caller.post("jobs/8/run/", {"cause": "A test", field: 5}))
    shown = envelope(caller.get(f"runs/{run['id']}/", {"include_related": '["trigger"]'}))["trigger"]
    assert {name: value for name, value in shown.items() if name.endswith("request_id") and value} == {field: 5}


def test_a_started_run_may_not_be_found_for_a_while() -> None:
    clock = FakeClock()
    late = Triggered(timeline=Timeline(moments=passing(appears=2)))
    with serve(msgspec.structs.replace(ACCOUNT, triggered=late), clock) as server, requests.Session() as session:
        caller = Caller(server, session)
        assert envelope(caller.post("jobs/8/run/", BODY))["status"] == 1
        before = caller.get("runs/61/").status_code
        clock.sleep(2)
        after = caller.get("runs/61/").status_code
    assert (before, after) == (404, 200)


@pytest.mark.parametrize(
    "body",
    [
        None,
        b"",
        b"cause=A+test",
        b'{"cause": "cut',
        b"\xff\xfe",
        b"[" * 100_000,
        ["A test"],
        {},
        {"cause": ""},
        {"cause": None},
        {"cause": "x" * 256},
        {"cause": "A test", "git_commit": "ccc"},
        {"cause": "A test", "git_sha": 5},
        {"cause": "A test", "github_pull_request_id": "18"},
        {"cause": "A test", "github_pull_request_id": -1},
        {"cause": "A test", "github_pull_request_id": 1, "gitlab_merge_request_id": 1},
        {"cause": "A test", "steps_override": "dbt build"},
        {"cause": "A test", "generate_docs_override": "true"},
        b'{"cause": "A test", "github_pull_request_id": 99999999999999999999}',
    ],
)
def test_a_body_that_is_not_as_documented_is_a_400_and_starts_nothing(caller: Caller, body: object) -> None:
    answer = caller.post("jobs/8/run/", body)
    assert (answer.status_code, envelope(answer)) == (400, None)
    assert caller.ids({}) == [40, 50, 60]


def test_all_fields_that_are_documented_are_taken(caller: Caller) -> None:
    body = {
        "cause": "x" * 255,
        "git_sha": "ccc",
        "git_branch": "x",
        "schema_override": "s",
        "dbt_version_override": "latest",
        "threads_override": 4,
        "target_name_override": "t",
        "generate_docs_override": True,
        "timeout_seconds_override": 60,
        "steps_override": ["dbt build"],
    }
    assert caller.post("jobs/8/run/", body).status_code == 200


@pytest.mark.parametrize(
    ("path", "query", "token", "status"),
    [
        ("jobs/8/run/", {}, f"Token {READER}", 403),
        ("runs/60/cancel/", {}, f"Token {READER}", 403),
        ("jobs/8/run/", {}, f"Token {WRONG}", 401),
        ("jobs/99/run/", {}, f"Token {TOKEN}", 404),
        ("runs/99/cancel/", {}, f"Token {TOKEN}", 404),
        ("jobs/8/run/", {"cause": "A test"}, f"Token {TOKEN}", 400),
        ("runs/", {}, f"Token {TOKEN}", 405),
        ("jobs/8/", {}, f"Token {TOKEN}", 405),
    ],
)
def test_what_may_not_be_written_is_refused_in_an_envelope(
    caller: Caller, path: str, query: dict[str, str], token: str, status: int
) -> None:
    answer = caller.post(path, BODY, query, authorization=token)
    assert (answer.status_code, envelope(answer)) == (status, None)
    assert caller.ids({}) == [40, 50, 60]


def test_a_post_to_a_path_that_is_not_the_apis_is_a_404_without_json(caller: Caller) -> None:
    answer = caller.post("jobs/8/stop/", BODY)
    assert (answer.status_code, answer.headers["Content-Type"][:9]) == (404, "text/html")


def test_a_post_without_the_slash_is_a_308_and_starts_nothing(caller: Caller) -> None:
    answer = caller.post("jobs/8/run", BODY)
    assert (answer.status_code, answer.headers["Location"]) == (308, "/api/v2/accounts/1/jobs/8/run/")
    assert caller.ids({}) == [40, 50, 60]


def test_reading_from_where_runs_are_started_is_a_405(caller: Caller) -> None:
    assert caller.get("jobs/8/run/").status_code == 405


def test_a_run_that_goes_on_is_cancelled_and_stays_so(caller: Caller, clock: FakeClock) -> None:
    run = envelope(caller.post("jobs/8/run/", BODY))
    clock.sleep(1.5)
    cancelled = envelope(caller.post(f"runs/{run['id']}/cancel/"))
    clock.sleep(100)
    later = envelope(caller.get(f"runs/{run['id']}/"))
    for seen in (cancelled, later):
        assert (seen["status"], seen["is_cancelled"], seen["finished_at"][11:21]) == (30, True, "06:00:01.5")


def test_a_run_without_a_timeline_is_cancelled_too() -> None:
    running = msgspec.structs.replace(ACCOUNT.runs[0], status=3, finished_at=None)
    account = msgspec.structs.replace(ACCOUNT, runs=(running,))
    with serve(account, FakeClock()) as server, requests.Session() as session:
        run = envelope(Caller(server, session).post("runs/50/cancel/"))
    assert (run["status"], run["created_at"]) == (30, running.created_at)
    assert run["finished_at"] == "2026-11-22 06:00:00.000000+00:00"


def test_a_run_that_has_ended_is_not_cancelled(caller: Caller) -> None:
    assert envelope(caller.post("runs/50/cancel/"))["status"] == 10
    assert envelope(caller.get("runs/50/"))["status"] == 10


def test_what_is_written_to_one_server_is_not_in_another() -> None:
    before: Account = ACCOUNT
    with serve(ACCOUNT) as one, serve(ACCOUNT) as other, requests.Session() as session:
        Caller(one, session).post("jobs/8/run/", BODY)
        assert len(one.account.runs) == len(before.runs) + 1
        assert Caller(other, session).ids({}) == [40, 50, 60]
    assert before == ACCOUNT


def test_the_ledger_keeps_the_body_of_a_post(caller: Caller) -> None:
    caller.post("jobs/8/run/", BODY)
    caller.post("jobs/8/run/", b"no JSON")
    caller.get("runs/")
    assert [(request.method, request.body) for request in caller.server.requests] == [
        ("POST", BODY),
        ("POST", None),
        ("GET", None),
    ]


def test_a_body_that_is_too_long_is_refused_unread(caller: Caller) -> None:
    address = urlsplit(caller.server.url)
    with socket.create_connection((address.hostname, address.port), timeout=5) as connection:
        head = f"POST /api/v2/accounts/1/jobs/8/run/ HTTP/1.1\r\nHost: x\r\nContent-Length: {BODY_BYTES + 1}\r\n\r\n"
        connection.sendall(head.encode())
        answer = b"".join(iter(lambda: connection.recv(65536), b""))
    assert answer.startswith(b"HTTP/1.1 413 ")


def test_a_body_of_unknown_length_is_refused(caller: Caller) -> None:
    answer = requests.post(f"{caller.server.url}/api/v2/accounts/1/jobs/8/run/", data=iter([b"{}"]), timeout=5)
    assert (answer.status_code, envelope(answer)) == (411, None)


@settings(max_examples=100, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.binary(max_size=200) | st.dictionaries(st.sampled_from([*BODY, "x"]), st.text(max_size=300) | st.integers()))
def test_whatever_the_body_the_answer_is_a_run_or_a_refusal(caller: Caller, body: object) -> None:
    try:
        answer = caller.post("jobs/8/run/", body)
    except (OverflowError, UnicodeEncodeError):  # this test's own encoder cannot write it
        return
    assert (answer.status_code, envelope(answer) is None) in {(200, False), (400, True)}
