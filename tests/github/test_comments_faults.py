"""Each fault at each request of each way to keep the comment: one comment with the right body, or a clear error."""

import itertools
import logging
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.errors import GitHubError
from erd.github.comments import Kept, Pace, keep_comment, replace_comment
from erd.github.conversation import CannotCommentError
from erd.github.failures import UnansweredError
from erd.github.precedence import Done
from tests.examples import many_documents, so_many
from tests.hidden import assert_hidden

from .a_pull_request import HEAD, LOOK, MAKE, REMOVE, REWRITE, WHO, PullRequest, texts
from .fake.exchange import Answer, error
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
    raw,
    redirected,
    reset,
    silent,
    text,
)

LATE_SECONDS = 0.03
# The pauses of a run: a part of what they are, which is longer than what is late; or none.
SHORT = Pace(sleep=lambda seconds: time.sleep(min(seconds, 2) / 20))
NONE = Pace(sleep=lambda _: None)

BEFORE = {
    "reset": reset,
    "500": failing(500),
    "502": failing(502),
    "503": failing(503),
    "504": failing(504),
    "408": failing(408),
    "a page of a proxy": text(200, "<html>Please log in"),
    "a page of a gateway": text(502, "<html>Bad gateway"),
    "an empty answer": text(200, ""),
    "half JSON": text(200, '{"id": ', "application/json"),
    "no JSON of GitHub's": answered(Answer(200, {"id": "x"})),
    "an end": raw(b""),
    "half a head": raw(b"HTTP/1.1 200 OK\r\n"),
    "no HTTP": raw(b"220 not HTTP\r\n"),
}
# With these a GET is not asked again: a server that talks so is none of GitHub's.
NOT_ASKED_AGAIN = {"408", "a page of a proxy", "no JSON of GitHub's"}
PASSING: dict[str, Fault] = {
    **BEFORE,
    **{f"{name}, though done": after(fault) for name, fault in BEFORE.items()},
    **{f"{name}, then done late": late(BEFORE[name], LATE_SECONDS) for name in ("reset", "502", "an end")},
    "cut": cut,
    "cut without a length": cut_without_length,
    "a limit of 30 seconds": limited(403, 30),
}
FATAL = {
    "400": failing(400),
    "401": failing(401),
    "403": answered(error(403, "Resource not accessible by integration")),
    "404": failing(404),
    "409": failing(409),
    "410": failing(410),
    "422": failing(422),
    "a limit of an hour": limited(429, 3600),
    "a redirect": redirected(307, "http://127.0.0.1:9/"),
}


def nothing(_: PullRequest) -> None:
    """There is no comment."""


def an_earlier_one(pull: PullRequest) -> None:
    """There is a comment of an earlier run."""
    pull.stands(pull.saying("Earlier.", run=1))


def two(pull: PullRequest) -> None:
    """There are two of earlier runs."""
    pull.stands(pull.saying("Earlier.", run=1))
    pull.stands(pull.saying("As early.", run=2))


def one_too_many(pull: PullRequest) -> None:
    """There are the right one and another one."""
    pull.stands(pull.saying())
    pull.stands(pull.saying("Earlier.", run=1))


def the_same(pull: PullRequest) -> None:
    """There is the right one."""
    pull.stands(pull.saying())


Before = Callable[[PullRequest], None]
WAYS: dict[Before, list[str]] = {
    nothing: [LOOK, HEAD, MAKE, LOOK],
    an_earlier_one: [LOOK, WHO, HEAD, REWRITE, LOOK],
    two: [LOOK, WHO, HEAD, REWRITE, REMOVE, LOOK],
    one_too_many: [LOOK, WHO, HEAD, REMOVE, LOOK],
    the_same: [LOOK, WHO],
}
PLACES = [(before, place) for before, way in WAYS.items() for place in range(len(way))]
named = pytest.mark.parametrize(
    ("before", "place"), PLACES, ids=[f"{before.__name__}-{place}-{WAYS[before][place]}" for before, place in PLACES]
)


def keep(pull: PullRequest, pace: Pace = NONE, *, by: Callable[..., Kept] = keep_comment) -> Kept | GitHubError:
    """What a run comes to."""
    with pull.conversation() as conversation:
        try:
            return by(conversation, pull.saying(), pace)
        except GitHubError as failure:
            return failure


@pytest.mark.parametrize("before", WAYS)
def test_the_ways_are_those_that_are_gone(pull: PullRequest, before: Before) -> None:
    before(pull)
    assert isinstance(keep(pull), Kept)
    assert pull.asked() == WAYS[before]


@pytest.mark.faults
@named
def test_what_may_pass_leaves_one_comment_with_the_right_body(
    pull: PullRequest, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    request = WAYS[before][place]
    for name, fault in PASSING.items():
        pull.reset()
        before(pull)
        pull.fake.go_wrong(*[FINE] * place, fault)
        writes = len(pull.fake.writes)
        kept = keep(pull, SHORT if "late" in name else NONE)
        time.sleep(LATE_SECONDS * 2 * ("late" in name))
        if isinstance(kept, GitHubError):
            # Only a question: nothing has been written then, and the error says what talks so.
            assert request in {LOOK, HEAD}, name
            assert name.partition(",")[0] in NOT_ASKED_AGAIN, name
            assert isinstance(kept, UnansweredError)
            assert_hidden(kept, caplog)
            assert len(pull.fake.writes) == writes, name
        else:
            assert pull.bodies() == texts([pull.saying()]), name
            assert kept.done is not Done.OVERTAKEN, name


@pytest.mark.faults
@named
def test_what_does_not_pass_leaves_what_is_right_or_was_there_and_says_why(
    pull: PullRequest, before: Before, place: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name, fault in FATAL.items():
        pull.reset()
        before(pull)
        there = pull.bodies()
        pull.fake.go_wrong(*[FINE] * place, fault)
        kept = keep(pull)
        if isinstance(kept, Kept):
            assert pull.bodies() == texts([pull.saying()]), name
        else:
            assert_hidden(kept, caplog)
            assert kept.todo, name
            assert pull.bodies() in ([pull.saying().text, *there[1:]], there), name
            assert isinstance(kept, CannotCommentError) or name not in {"403", "422"}, name


@pytest.mark.parametrize("fault", [failing(502), reset, cut, after(failing(502)), after(reset)])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_that_goes_on_failing_is_given_up_and_never_makes_a_second_comment(
    pull: PullRequest, method: str, fault: Fault
) -> None:
    before = nothing if method == "POST" else two
    before(pull)
    pull.fake.go_wrong(*[fault] * 99, method=method, path="/comments")
    kept = keep(pull)
    if isinstance(kept, Kept):
        assert pull.bodies() == texts([pull.saying()])
    else:
        assert pull.bodies() == [] if method == "POST" else len(pull.bodies()) == 2
    assert len([asked for asked in pull.fake.requests if asked.method == method]) < 10


def test_a_server_that_falls_silent_while_the_comment_is_made_is_looked_at_again(pull: PullRequest) -> None:
    pull.fake.go_wrong(silent, method="POST")
    assert isinstance(keep(pull), Kept)
    pull.reset()
    pull.fake.go_wrong(after(silent), method="POST")
    kept = keep(pull)
    assert isinstance(kept, Kept)
    assert kept.done is Done.CREATED
    assert pull.bodies() == texts([pull.saying()])


@settings(many_documents, max_examples=so_many(25))
@given(
    before=st.sampled_from([*WAYS]),
    faults=st.lists(st.sampled_from([FINE, *PASSING.values(), *FATAL.values()]), max_size=8),
    by=st.sampled_from([keep_comment, replace_comment]),
)
def test_whatever_goes_wrong_the_next_run_finds_or_makes_the_one(
    pull: PullRequest,
    caplog: pytest.LogCaptureFixture,
    before: Before,
    faults: list[Fault],
    by: Callable[..., Kept],
) -> None:
    caplog.set_level(logging.DEBUG)
    pull.reset()
    before(pull)
    pull.fake.go_wrong(*faults)
    kept = keep(pull, SHORT, by=by)
    if isinstance(kept, GitHubError):
        assert_hidden(kept, caplog)
    pull.fake.go_right()
    time.sleep(LATE_SECONDS * 2)
    assert isinstance(keep(pull), Kept)
    assert pull.bodies() == texts([pull.saying()])


def test_every_fault_is_played_everywhere() -> None:
    assert len(list(itertools.product(PLACES, [*PASSING, *FATAL]))) == 22 * 43
