"""What goes wrong in the fake GitHub on purpose, and whether what was asked is done all the same."""

import threading
import time
from collections.abc import Callable

import pytest
import requests

from tests.tokens import GITHUB

from .builders import NAME, NUMBER
from .fake.discussion import Discussion
from .fake.faults import (
    FINE,
    Fault,
    after,
    cut,
    cut_without_length,
    failing,
    late,
    limited,
    linked,
    meanwhile,
    raw,
    reset,
    silent,
    slow,
    slow_to_answer,
)
from .fake.git import BareRepository
from .fake.server import FakeGitHub

COMMENTS = f"/repos/{NAME}/issues/{NUMBER}/comments"


@pytest.fixture
def say(fake: FakeGitHub, discussion: Discussion) -> Callable[[str], int]:
    """Says something in the pull request, and tells the status that it gets; 0 if there is no answer."""
    assert discussion.pulls

    def posted(body: str) -> int:
        try:
            return requests.post(
                f"{fake.url}{COMMENTS}",
                json={"body": body},
                headers={"Authorization": f"token {GITHUB}"},
                timeout=0.5,
            ).status_code
        except requests.RequestException:
            return 0

    return posted


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (failing(500), 500), (failing(502), 502), (limited(403), 403), (limited(429, 60), 429), (reset, 0),
        (silent, 0), (raw(b""), 0), (raw(b"HTTP/1.1 200 OK\r\n"), 200),
    ],
)  # fmt: skip
def test_what_goes_wrong_instead_is_not_done_and_after_it_is(
    fake: FakeGitHub, discussion: Discussion, say: Callable[[str], int], fault: Fault, status: int
) -> None:
    fake.go_wrong(fault, after(fault))
    assert say("One") == status
    assert discussion.bodies(NUMBER) == []
    assert fake.ledger == []
    assert say("Two") == status
    assert discussion.bodies(NUMBER) == ["Two"]
    assert [done.status for done in fake.writes] == [201]
    assert len(fake.requests) == 2


@pytest.mark.parametrize("fault", [cut, cut_without_length, slow_to_answer(1)])
def test_what_goes_wrong_with_the_answer_leaves_the_request_done(
    fake: FakeGitHub, discussion: Discussion, say: Callable[[str], int], fault: Fault
) -> None:
    fake.go_wrong(fault)
    say("One")
    assert discussion.bodies(NUMBER) == ["One"]


def test_what_is_late_is_done_when_the_client_has_long_been_told(
    fake: FakeGitHub, discussion: Discussion, say: Callable[[str], int]
) -> None:
    fake.go_wrong(late(failing(502), 0.3))
    assert say("One") == 502
    assert discussion.bodies(NUMBER) == []
    _until(lambda: discussion.bodies(NUMBER) == ["One"])


def test_what_is_slow_is_done_after_its_seconds_even_if_nobody_waits(
    fake: FakeGitHub, discussion: Discussion, say: Callable[[str], int]
) -> None:
    fake.go_wrong(slow(0.8))
    assert say("One") == 0
    assert discussion.bodies(NUMBER) == []
    _until(lambda: discussion.bodies(NUMBER) == ["One"])


def test_what_is_slow_keeps_nobody_else_waiting(
    fake: FakeGitHub, discussion: Discussion, say: Callable[[str], int]
) -> None:
    fake.go_wrong(slow(0.4))
    waiting = threading.Thread(target=say, args=("First asked",))
    waiting.start()
    _until(lambda: len(fake.requests) == 1)
    say("Second asked")
    waiting.join()
    assert discussion.bodies(NUMBER) == ["Second asked", "First asked"]


def test_something_happens_between_two_requests(
    fake: FakeGitHub, discussion: Discussion, git: BareRepository, say: Callable[[str], int]
) -> None:
    def pushed_and_said() -> None:
        git.commit({"erd.dbml": b"Table c {}"}, branch="feature")
        discussion.say(NUMBER, "Meanwhile")

    before = git.resolved("feature")
    fake.go_wrong(meanwhile(pushed_and_said), method="POST")
    assert say("One") == 201
    assert discussion.bodies(NUMBER) == ["Meanwhile", "One"]
    assert git.resolved("feature") != before


def test_faults_strike_the_requests_that_they_are_meant_for_each_once(
    fake: FakeGitHub, say: Callable[[str], int]
) -> None:
    fake.go_wrong(failing(500), method="PATCH")
    fake.go_wrong(failing(501), path="/pulls/")
    fake.go_wrong(failing(503), when=lambda asked: b"Three" in asked.body)
    fake.go_wrong(FINE, failing(502))
    assert [say(body) for body in ("One", "Two", "Three", "Three")] == [201, 502, 503, 201]


def test_a_link_leads_to_another_host(fake: FakeGitHub, discussion: Discussion) -> None:
    for number in range(3):
        discussion.say(NUMBER, f"{number}")
    fake.go_wrong(linked("http://elsewhere.invalid"))
    headers = {"Authorization": f"token {GITHUB}"}
    answer = requests.get(f"{fake.url}{COMMENTS}?per_page=1", headers=headers, timeout=5)
    assert answer.status_code == 200
    assert answer.links["next"]["url"].startswith("http://elsewhere.invalid/repositories/1/")


@pytest.mark.parametrize(("fault", "seconds"), [(limited(403), None), (limited(403, 60), "60"), (limited(429, 1), "1")])
def test_a_limit_tells_how_long_to_wait_or_does_not(
    fake: FakeGitHub, discussion: Discussion, fault: Fault, seconds: str | None
) -> None:
    assert discussion.pulls
    fake.go_wrong(fault)
    answer = requests.get(f"{fake.url}{COMMENTS}", timeout=5)
    assert answer.headers.get("Retry-After") == seconds
    assert "secondary rate limit" in answer.json()["message"]


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 5
    while not holds():
        assert time.monotonic() < end
        time.sleep(0.01)
