"""Somebody else's GitHub: ours does the same as it, where it is right, and our comment is one there too."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from erd.checks import Secret
from erd.github.comments import Pace, keep_comment
from erd.github.conversation import Conversation
from erd.github.precedence import Done
from erd.github.saying import Order, Saying
from tests.tokens import GITHUB
from tests.tools.node import ToolMissing

from .builders import NAME, NUMBER
from .emulate.running import Emulated, running_emulate
from .fake.discussion import Discussion
from .fake.git import BareRepository
from .fake.server import FakeGitHub
from .fake.tokens import WRITER, Token
from .scenario import Place, Step, contradictions, played, types
from .scenario_of_git import committed


@pytest.fixture
def emulated() -> Iterator[Emulated]:
    """`emulate`, with a pull request; without Node its tests are skipped, except in CI."""
    try:
        with running_emulate(GITHUB) as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no second opinion on GitHub: {missing}")


def test_both_answer_the_same_where_the_other_is_right(
    fake: FakeGitHub, discussion: Discussion, emulated: Emulated
) -> None:
    assert discussion.pulls
    ours = played(Place(fake.url, NAME, NUMBER, GITHUB))
    theirs = played(Place(emulated.url, emulated.name, emulated.number, GITHUB))
    assert [_comparable(step) for step in ours] == [_comparable(step) for step in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert (one.name, contradictions(types(one.json), types(other.json))) == (one.name, [])
    # GitHub's own description takes the other's answers as well.
    assert [step.complaints for step in theirs] == [[]] * len(theirs)
    # The scenario's two requests that are none.
    assert {complaint.partition(":")[0] for complaint in fake.complaints} == {
        f"POST /repos/{NAME}/issues/{NUMBER}/comments  → {status}" for status in (400, 422)
    }
    fake.complaints.clear()


def test_both_have_the_same_git_where_the_other_is_right(
    fake: FakeGitHub, git: BareRepository, emulated: Emulated
) -> None:
    git.commit({"README.md": b""})
    fake.let_in(Token(GITHUB, frozenset({NAME}), WRITER))
    ours = committed(Place(fake.url, NAME, NUMBER, GITHUB))
    theirs = committed(Place(emulated.url, emulated.name, emulated.number, GITHUB))
    assert [_of_git(step) for step in ours] == [_of_git(step) for step in theirs]
    for one, other in zip(ours, theirs, strict=True):
        assert (one.name, contradictions(types(one.json), types(other.json))) == (one.name, [])
    assert [step.complaints for step in theirs] == [[]] * len(theirs)


def test_a_contradiction_is_noticed() -> None:
    comment = {"id": 1, "user": {"login": "a"}, "app": None}
    assert contradictions(types([comment]), types([comment | {"app": {"id": 1}, "body": "b"}])) == []
    assert contradictions(types([comment]), types([comment | {"user": {"login": 1}}])) == ["[].user.login: str and int"]
    assert contradictions(types(comment), types([comment]))


def test_our_comment_is_one_there_too(emulated: Emulated) -> None:
    with Conversation(emulated.url, emulated.name, Secret(GITHUB), emulated.number) as conversation:
        outcomes = [
            keep_comment(
                conversation, Saying(comment_id="erd", body=body, commit=emulated.head), Pace(settle_seconds=0)
            )
            for body in ("One", "Two", "Two")
        ]
        (said,) = conversation.standing("erd")
    assert [kept.done for kept in outcomes] == [Done.CREATED, Done.UPDATED, Done.UNCHANGED]
    assert {kept.url for kept in outcomes} == {said.url}
    assert said.body == "Two"


def test_runs_that_speak_at_once_leave_one_comment_there_too(emulated: Emulated) -> None:
    def kept(run: int) -> None:
        saying = Saying(comment_id="erd", body=f"Run {run}", commit=emulated.head, order=Order(run))
        with Conversation(emulated.url, emulated.name, Secret(GITHUB), emulated.number) as conversation:
            keep_comment(conversation, saying, Pace(settle_seconds=0.3))

    with ThreadPoolExecutor() as threads:
        list(threads.map(kept, range(1, 5)))
    with Conversation(emulated.url, emulated.name, Secret(GITHUB), emulated.number) as conversation:
        (said,) = conversation.standing("erd")
    assert said.body == "Run 4"


def _of_git(step: Step) -> tuple[object, ...]:
    """Blobs and trees have the same shas everywhere; commits tell who made them, and when."""
    is_content = step.status < 300 and ("tree" in step.name or "blob" in step.name or step.name == "with changes")
    return step.name, step.status, step.json["sha"] if is_content else None


def _comparable(step: Step) -> tuple[object, ...]:
    """What must be the same, wherever it is asked."""
    said = [one.get("body") for one in step.json] if isinstance(step.json, list) else None
    return step.name, step.status, step.pages, said
