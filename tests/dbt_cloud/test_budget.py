"""All that is asked of dbt Cloud fits into one budget of time, and what it says of pauses is heeded."""

import time

import msgspec
import pytest

from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.failures import UnansweredError
from erd.errors import DbtCloudError

from .builders import a_client
from .faults import Reply, Wire, answer, faults, json_answer, then_stall
from .quick_clock import QuickClock


class Thing(msgspec.Struct):
    id: int


THING = json_answer({"id": 1})


def test_after_too_many_requests_the_five_minutes_are_waited_out_once() -> None:
    clock = QuickClock()
    with (
        faults(json_answer(None, 429), THING) as server,
        a_client(server.url, budget=Budget(900, clock)) as client,
    ):
        assert client.get("things/1/", Thing, "thing 1").id == 1
    assert clock.slept == [300]


def test_too_many_requests_after_the_five_minutes_are_an_error() -> None:
    clock = QuickClock()
    with (
        faults(json_answer(None, 429)) as server,
        a_client(server.url, budget=Budget(5000, clock)) as client,
        pytest.raises(DbtCloudError, match="takes no more requests") as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert clock.slept == [300]
    assert not isinstance(raised.value, UnansweredError)


def test_five_minutes_that_do_not_fit_into_the_budget_are_not_waited_for() -> None:
    clock = QuickClock()
    with (
        faults(json_answer(None, 429)) as server,
        a_client(server.url, budget=Budget(200, clock)) as client,
        pytest.raises(DbtCloudError, match="takes no more requests") as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert (clock.slept, len(server.requests)) == ([], 1)
    assert "raise dbt-cloud-timeout-minutes" in raised.value.todo


@pytest.mark.parametrize(
    ("said", "pause"), [("7", 7), ("0", 0), ("Fri, 31 Dec 1999 23:59:59 GMT", 0), ("soon", 300), ("-5", 300)]
)
def test_a_pause_that_dbt_cloud_names_is_the_one_that_is_made(said: str, pause: float) -> None:
    clock = QuickClock()
    busy = answer(429, b"{}", f"Retry-After: {said}")
    with faults(busy, THING) as server, a_client(server.url, budget=Budget(900, clock)) as client:
        client.get("things/1/", Thing, "thing 1")
    assert clock.slept == [pause]


def test_trouble_with_a_named_pause_is_not_asked_again_before_it() -> None:
    clock = QuickClock()
    busy = answer(503, b"{}", "Retry-After: 40")
    with faults(busy, THING) as server, a_client(server.url, budget=Budget(900, clock)) as client:
        client.get("things/1/", Thing, "thing 1")
    assert clock.slept == [40]


def test_a_next_try_that_does_not_fit_into_the_budget_is_not_made() -> None:
    with (
        faults(answer(503, b"", "Retry-After: 40")) as server,
        a_client(server.url, budget=Budget(30, QuickClock())) as client,
        pytest.raises(DbtCloudError, match=r"The time was over before dbt Cloud had answered for thing 1") as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert "→ 503): all requests together may take 30 seconds" in raised.value.happened
    assert "raise dbt-cloud-timeout-minutes" in raised.value.todo


def drip(head: bytes) -> Reply:
    def reply(wire: Wire) -> None:
        wire.connection.sendall(head)
        while not wire.ended.wait(0.05):
            wire.connection.sendall(b" ")

    return reply


@pytest.mark.parametrize(
    "head",
    [b"", b"HTTP/1.1 200 OK\r\nX-Slow: ", b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n"],
    ids=["status", "headers", "body"],
)
def test_an_answer_that_drips_is_given_up_when_the_time_is_over(head: bytes) -> None:
    began = time.monotonic()
    with (
        faults(drip(head)) as server,
        a_client(server.url, budget=Budget(0.5, QuickClock())) as client,
        pytest.raises(DbtCloudError, match="The time was over"),
    ):
        client.get("things/1/", Thing, "thing 1")
    assert time.monotonic() - began < 3


def test_a_post_is_sent_once_whatever_comes_of_it() -> None:
    for trouble in (json_answer(None, 503), then_stall(), answer(200, b"{", "Content-Type: application/json")):
        with (
            faults(trouble) as server,
            a_client(server.url, read=0.2) as client,
            pytest.raises(UnansweredError, match=r"POST /api/v2/accounts/1/jobs/7/run/"),
        ):
            client.post("jobs/7/run/", {"cause": "a test"}, Thing, "a run of job 7")
        assert [asked.method for asked in server.requests] == ["POST"]


def test_a_post_sends_json_and_returns_what_came_of_it() -> None:
    with faults(json_answer({"id": 9}, 201)) as server, a_client(server.url) as client:
        assert client.post("jobs/7/run/", {"cause": "a test"}, Thing, "a run of job 7").id == 9
    (asked,) = server.requests
    assert msgspec.json.decode(asked.body) == {"cause": "a test"}


def test_another_version_of_the_api_is_asked_under_its_own_path() -> None:
    with faults(json_answer([{"id": 9}])) as server, a_client(server.url) as client:
        client.get_list("projects/2/environments/", Thing, "the environments", version="v3")
    assert server.requests[0].path == "/api/v3/accounts/1/projects/2/environments/"
