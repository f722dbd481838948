"""Each fault at each request of each way to commit: the old commit or the new one, once."""

import itertools
import logging
import time
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.errors import GitHubError
from erd.github.commits import Committed
from erd.github.failures import UnansweredError
from erd.github.patience import Pace
from tests.examples import many_documents, so_many
from tests.hidden import assert_hidden

from .a_branch import ERD, NEW, OLD, PICTURE, Branches
from .fake.exchange import error
from .fake.faults import (
    FINE,
    Fault,
    after,
    answered,
    cut,
    cut_without_length,
    failing,
    late,
    limited,
    meanwhile,
    raw,
    reset,
    silent,
    text,
)

LATE_SECONDS = 0.03
BEFORE = {
    "reset": reset,
    "500": failing(500),
    "502": failing(502),
    "503": failing(503),
    "408": failing(408),
    "a page of a proxy": text(200, "<html>Please log in"),
    "an end": raw(b""),
    "half JSON": text(200, '{"sha": ', "application/json"),
}
# With these a GET is not asked again.
NOT_ASKED_AGAIN = {"408", "a page of a proxy"}
PASSING: dict[str, Fault] = {
    **BEFORE,
    **{f"{name}, though done": after(fault) for name, fault in BEFORE.items()},
    **{f"{name}, then done late": late(BEFORE[name], LATE_SECONDS) for name in ("reset", "502")},
    "cut": cut,
    "cut without a length": cut_without_length,
    "a limit of 30 seconds": limited(403, 30),
    "a limit of a minute": limited(429, 60),
}
FATAL = {
    "401": failing(401),
    "403": answered(error(403, "Resource not accessible by integration")),
    "404": failing(404),
    "409": failing(409),
    "422": failing(422),
    "a limit of an hour": limited(429, 3600),
    "a limit without a time": limited(403),
}
FILES = {ERD: NEW, PICTURE: NEW}


def a_change(branches: Branches) -> None:
    branches.git.commit({ERD: OLD, PICTURE: NEW})


def a_new_branch(branches: Branches) -> None:
    branches.git.commit({ERD: OLD, PICTURE: NEW}, branch="develop")
    branches.git.git("symbolic-ref", "HEAD", "refs/heads/develop")


def an_empty_repository(_: Branches) -> None:
    pass


def nothing_to_do(branches: Branches) -> None:
    branches.git.commit(FILES)


Before = Callable[[Branches], None]
LOOK = ["GET ref main", "GET commits", "GET trees", "GET trees"]
MAKE = ["POST blobs", "POST trees", "POST commits"]
WAYS: dict[Before, list[str]] = {
    a_change: [*LOOK, *MAKE, "PATCH refs main"],
    an_empty_repository: ["GET ref main", "GET ", "PUT contents", *LOOK, *MAKE, "PATCH refs main"],
    nothing_to_do: LOOK,
}
PLACES = [(before, place) for before, way in WAYS.items() for place in range(len(way))]
named = pytest.mark.parametrize(
    ("before", "place"), PLACES, ids=[f"{before.__name__}-{place}-{WAYS[before][place]}" for before, place in PLACES]
)


def begin(branches: Branches, before: Before) -> None:
    """As at first, whatever was before."""
    branches.fake.go_right()
    for name in branches.git.branches():
        branches.git.git("update-ref", "-d", f"refs/heads/{name}")
    before(branches)
    branches.fake.requests.clear()


def run(branches: Branches, pace: Pace | None = None) -> Committed | GitHubError:
    """What a run comes to."""
    try:
        return branches.commit(FILES, message="Ours", pace=pace)
    except GitHubError as failure:
        return failure


def assert_once(branches: Branches, before: Before, done: Committed) -> None:
    """The new commit is there once; of an empty repository, each file's."""
    assert {path: branches.content(path) for path in FILES} == FILES
    ours = branches.log().count("Ours")
    assert ours == {a_change: 1, an_empty_repository: 2, nothing_to_do: 0}[before]
    assert done.sha == branches.tip()
    assert done.changed == {a_change: (ERD,), an_empty_repository: (ERD, PICTURE), nothing_to_do: ()}[before]


@pytest.mark.parametrize("before", WAYS)
def test_the_ways_are_those_that_are_gone(branches: Branches, before: Before) -> None:
    begin(branches, before)
    done = run(branches)
    assert isinstance(done, Committed)
    assert branches.asked() == [one for one in WAYS[before] if one != "GET " or before is an_empty_repository]
    assert_once(branches, before, done)


@pytest.mark.faults
@pytest.mark.commits
@named
def test_what_may_pass_leaves_the_new_commit_once(
    branches: Branches, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, fault in PASSING.items():
        begin(branches, before)
        branches.fake.go_wrong(*[FINE] * place, fault)
        tips = branches.git.branches()
        is_late = "late" in name
        pace = branches.pace
        if is_late:
            pace = msgspec.structs.replace(pace, sleep=lambda seconds: time.sleep(min(seconds, 2) / 20))
        done = run(branches, pace)
        time.sleep(LATE_SECONDS * 2 * is_late)
        if isinstance(done, GitHubError):
            # A question that is not asked again where the answer is none of GitHub's.
            assert isinstance(done, UnansweredError), name
            assert_hidden(done, caplog)
            assert branches.git.branches() == tips, name
        else:
            assert_once(branches, before, done)
    branches.check_objects()


@pytest.mark.faults
@pytest.mark.commits
@named
def test_what_does_not_pass_leaves_the_old_or_the_new_commit_and_says_why(
    branches: Branches, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, fault in FATAL.items():
        begin(branches, before)
        tips = branches.git.branches()
        branches.fake.go_wrong(*[FINE] * place, fault)
        done = run(branches)
        if isinstance(done, Committed):
            assert_once(branches, before, done)
        else:
            assert done.todo, name
            assert_hidden(done, caplog)
            # Of an empty repository, the first file may be there.
            assert branches.git.branches() == tips or branches.log() == ["Ours"], name


@pytest.mark.parametrize("fault", [failing(502), reset, cut, after(failing(502)), after(reset)])
@pytest.mark.parametrize(("method", "path"), [("PATCH", ""), ("POST", "/git/commits"), ("PUT", "")])
def test_a_write_that_goes_on_failing_is_given_up_and_done_once_at_most(
    branches: Branches, method: str, path: str, fault: Fault
) -> None:
    before = an_empty_repository if method == "PUT" else a_change
    begin(branches, before)
    branches.fake.go_wrong(*[fault] * 99, method=method, path=path)
    done = run(branches)
    if isinstance(done, Committed):
        assert_once(branches, before, done)
    elif not branches.git.is_empty:
        assert branches.log().count("Ours") <= 1
    assert len([asked for asked in branches.fake.requests if (asked.method == method and path in asked.path)]) < 12


def test_a_commit_whose_swap_was_not_answered_is_found_below_those_of_others(branches: Branches) -> None:
    begin(branches, a_change)

    def others() -> None:
        branches.git.commit({"other": b""})
        branches.git.commit({ERD: b"Table theirs {}"})

    branches.fake.go_wrong(after(failing(502)), method="PATCH")
    branches.fake.go_wrong(FINE, meanwhile(others), method="GET", path="/git/ref/")
    done = run(branches)
    assert isinstance(done, Committed)
    assert branches.log() == ["A commit", "Ours", "A commit", "A commit"]
    assert done.sha == branches.git.git("rev-parse", "main~2")
    # Theirs came later, and stays.
    assert branches.content() == b"Table theirs {}"


def test_a_swap_that_takes_effect_after_others_is_refused_by_git_and_ours_is_there_once(branches: Branches) -> None:
    begin(branches, a_change)
    branches.fake.go_wrong(late(failing(502), 0.2), method="PATCH")
    branches.fake.go_wrong(FINE, meanwhile(lambda: branches.git.commit({"other": b""})), path="/git/ref/")
    done = run(branches)
    time.sleep(0.4)
    assert isinstance(done, Committed)
    assert branches.log() == ["A commit", "A commit", "Ours"]
    branches.check()


def test_a_new_branch_whose_making_was_not_answered_is_made_once(branches: Branches) -> None:
    for fault in (after(failing(502)), late(failing(502), LATE_SECONDS), after(reset), cut, after(silent)):
        begin(branches, a_new_branch)
        branches.git.git("update-ref", "refs/heads/main", "develop")
        branches.fake.go_wrong(fault, path="/git/refs", method="POST")
        done = branches.commit(FILES, branch="erd", message="Ours", may_create=True)
        time.sleep(LATE_SECONDS * 2)
        assert (done.changed, done.is_new_branch) == ((ERD,), True)
        assert branches.log("erd") == ["A commit", "Ours"]
        assert branches.tip("erd") == done.sha


@pytest.mark.faults
@pytest.mark.commits
@settings(many_documents, max_examples=so_many(20))
@given(
    before=st.sampled_from([*WAYS]),
    faults=st.lists(st.sampled_from([FINE, *PASSING.values(), *FATAL.values()]), max_size=10),
)
def test_whatever_goes_wrong_the_next_run_finds_or_makes_the_one(
    branches: Branches, before: Before, faults: list[Fault]
) -> None:
    begin(branches, before)
    branches.fake.go_wrong(*faults)
    run(branches)
    branches.fake.go_right()
    time.sleep(LATE_SECONDS * 2)
    done = run(branches)
    assert isinstance(done, Committed)
    assert {path: branches.content(path) for path in FILES} == FILES
    assert branches.log().count("Ours") == {a_change: 1, an_empty_repository: 2, nothing_to_do: 0}[before]
    branches.check_objects()


def test_every_fault_is_played_everywhere() -> None:
    assert len(list(itertools.product(PLACES, [*PASSING, *FATAL]))) == len(PLACES) * 29
    assert len(PLACES) == 23
