"""Faults at each request of each way to keep our pull request: what was or what is to be, and never two."""

import logging
import time
from collections.abc import Callable

import msgspec
import pytest

from erd.errors import GitHubError
from erd.github.failures import UnansweredError
from erd.github.own_pull_request import Kept, Outcome
from erd.github.patience import Pace
from tests.hidden import assert_hidden

from .a_branch import ERD, NEW, OLD, OWN, Branches
from .builders import NAME
from .fake.faults import FINE
from .fake.protection import protect
from .test_commits_faults import FATAL, LATE_SECONDS, PASSING

# All of them are played where files are committed; here, one of each kind.
KINDS = ("reset", "502", "502, though done", "502, then done late", "cut", "a limit of 30 seconds")
WORDS = ("403", "422", "a limit of an hour")

BROUGHT = {ERD: NEW}


def nothing(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})


def an_older_one(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.bring({ERD: b"Older"}, body="Older")


def one_without_use(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.bring()
    branches.git.commit(BROUGHT)


def a_closed_one(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.bring()
    branches.fake.discussion(NAME).pulls.popitem()[1].state = "closed"
    pull = branches.fake.discussion(NAME).open_pull(77, OWN)
    pull.state, pull.last_sha = "closed", branches.tip(OWN)


Before = Callable[[Branches], None]
BASE = ["GET ref main", "GET commits", "GET trees", "GET trees"]
MAKE = ["POST blobs", "POST trees", "POST commits"]
# Seen again: what is named by its content is not read twice.
OWN_LOOK = [f"GET ref {OWN}", "GET commits", "GET pulls"]
WAYS: dict[Before, list[str]] = {
    nothing: [*BASE, f"GET ref {OWN}", "GET pulls", *MAKE, "POST refs", *OWN_LOOK, "POST pulls", *OWN_LOOK],
    an_older_one: [*BASE, *OWN_LOOK, *MAKE, f"PATCH refs {OWN}", *OWN_LOOK, "PATCH pulls", *OWN_LOOK],
    a_closed_one: [*BASE, *OWN_LOOK, "PATCH pulls", *OWN_LOOK, "PATCH pulls", *OWN_LOOK],
    one_without_use: [
        *BASE, *OWN_LOOK, "GET compare", "PATCH pulls", *BASE[:2], *OWN_LOOK, "GET compare", f"DELETE refs {OWN}",
        *BASE[:2], f"GET ref {OWN}", "GET pulls",
    ],
}  # fmt: skip
PLACES = [(before, place) for before, way in WAYS.items() for place in range(len(way))]
named = pytest.mark.parametrize(
    ("before", "place"), PLACES, ids=[f"{before.__name__}-{place}-{WAYS[before][place]}" for before, place in PLACES]
)


def begin(branches: Branches, before: Before) -> None:
    """As at first, whatever was before."""
    branches.fake.go_right()
    for name in branches.git.branches():
        branches.git.git("update-ref", "-d", f"refs/heads/{name}")
    branches.fake.discussion(NAME).pulls.clear()
    protect(branches.git, "main")
    before(branches)
    branches.fake.requests.clear()


def run(branches: Branches, pace: Pace | None = None) -> Kept | GitHubError:
    """What a run comes to."""
    try:
        return branches.bring(BROUGHT, pace=pace)
    except GitHubError as failure:
        return failure


def assert_kept(branches: Branches, before: Before, kept: Kept, name: str) -> None:
    """There is one that brings the files, in one commit; or none, and no branch."""
    pulls = branches.fake.discussion(NAME).pulls.values()
    is_open = [pull for pull in pulls if pull.state == "open"]
    if before is one_without_use:
        assert (is_open, branches.tip(OWN)) == ([], ""), name
        assert kept.outcome in {Outcome.CLOSED, Outcome.NOTHING}, name
        return
    (pull,) = is_open
    assert (pull.title, pull.body) == ("The ERD", "+1 table"), name
    assert branches.content(branch=OWN) == NEW, name
    assert branches.git.git("rev-list", "--count", f"main..{OWN}") == "1", name
    assert (kept.number, kept.sha) == (pull.number, branches.tip(OWN)), name
    assert len(pulls) == 1 or before is a_closed_one, name


@pytest.mark.parametrize("before", WAYS)
def test_the_ways_are_those_that_are_gone(branches: Branches, before: Before) -> None:
    begin(branches, before)
    kept = run(branches)
    assert isinstance(kept, Kept)
    assert [words.split(" 7")[0] for words in map(_short, branches.asked())] == WAYS[before]
    assert_kept(branches, before, kept, "")


@pytest.mark.faults
@pytest.mark.commits
@named
def test_what_may_pass_leaves_one_that_is_right(
    branches: Branches, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in KINDS:
        begin(branches, before)
        branches.fake.go_wrong(*[FINE] * place, PASSING[name])
        is_late = "late" in name
        pace = branches.pace
        if is_late:
            pace = msgspec.structs.replace(pace, sleep=lambda seconds: time.sleep(min(seconds, 2) / 20))
        kept = run(branches, pace)
        time.sleep(LATE_SECONDS * 2 * is_late)
        if isinstance(kept, GitHubError):
            assert isinstance(kept, UnansweredError), name
            assert_hidden(kept, caplog)
            kept = run(branches)
        assert isinstance(kept, Kept), name
        assert_kept(branches, before, kept, name)
    branches.check_objects()


@pytest.mark.faults
@pytest.mark.commits
@named
def test_what_does_not_pass_is_said_and_the_next_run_puts_it_right(
    branches: Branches, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in WORDS:
        begin(branches, before)
        branches.fake.go_wrong(*[FINE] * place, FATAL[name])
        kept = run(branches)
        assert len([one for one in branches.fake.discussion(NAME).pulls.values() if one.state == "open"]) <= 1, name
        if isinstance(kept, GitHubError):
            assert kept.todo, name
            assert_hidden(kept, caplog)
            branches.fake.go_right()
            kept = run(branches)
        assert isinstance(kept, Kept), name
        assert_kept(branches, before, kept, name)


def _short(words: str) -> str:
    return words.partition(" 1")[0]
