"""What a run does next, for what stands there: each case by itself, without a request."""

from typing import Any

import pytest

from erd.github.precedence import (
    AskForHead,
    Done,
    Leave,
    Make,
    Past,
    Remove,
    Rewrite,
    Step,
    next_step,
)
from erd.github.saying import Order, Said, Saying

OURS = Saying(comment_id="erd", body="Ours.", commit="b", order=Order(20, 1))


def saying(body: str = "Ours.", *, commit: str = "b", run: int = 20) -> Saying:
    return Saying(comment_id="erd", body=body, commit=commit, order=Order(run, 1 if run else 0))


def standing(number: int, of: Saying, body: str = "") -> Said:
    return Said(id=number, url=f"#{number}", marker=of.marker, body=body or of.body)


def step(*there: Said, of: Saying = OURS, head: str | None = "b", may_make: bool = True, **past: Any) -> Step:
    return next_step(there, of, Past(**past), head=head, may_make=may_make)


OLDER = standing(1, saying("Older.", commit="a", run=10))
EARLIER = standing(1, saying("Earlier.", run=19))
LATER = standing(2, saying("Later.", run=21))
MINE = standing(3, OURS)


def test_without_any_one_is_made_after_the_head_has_been_asked_for() -> None:
    assert step(head=None) == AskForHead()
    assert step() == Make()


def test_none_is_made_by_a_run_of_an_older_commit() -> None:
    assert step(head="c") == Leave(Done.OUTDATED, "")


def test_none_is_made_where_only_an_earlier_one_is_to_be_replaced_and_nobody_is_asked() -> None:
    assert step(head=None, may_make=False) == Leave(Done.NOTHING, "")


def test_without_a_commit_the_head_is_not_asked_for() -> None:
    assert step(of=saying(commit=""), head=None) == Make()
    assert step(OLDER, of=saying(commit=""), head=None) == Rewrite(OLDER, ())


def test_an_older_one_is_rewritten_also_where_none_would_be_made() -> None:
    assert step(OLDER) == step(OLDER, may_make=False) == Rewrite(OLDER, ())
    assert step(EARLIER) == Rewrite(EARLIER, ())


def test_one_that_says_the_same_stays_and_nobody_is_asked() -> None:
    assert step(standing(1, OURS), head=None) == Leave(Done.UNCHANGED, "#1")
    assert step(standing(1, saying(commit="a", run=3)), head=None) == Leave(Done.UNCHANGED, "#1")


def test_one_that_somebody_has_edited_is_rewritten() -> None:
    edited = standing(1, OURS, "Edited.")
    assert step(edited) == Rewrite(edited, ())


def test_a_later_run_of_the_same_commit_stays_and_nobody_is_asked() -> None:
    assert step(LATER, head=None) == Leave(Done.OVERTAKEN, "#2")


def test_a_later_run_of_another_commit_is_rewritten_if_ours_is_the_head() -> None:
    # The branch has been set back.
    back = standing(1, saying("Later.", commit="c", run=99))
    assert step(back) == Rewrite(back, ())
    assert step(back, head="c") == Leave(Done.OUTDATED, "#1")


def test_the_newest_writes_into_the_oldest_and_deletes_the_others() -> None:
    assert step(OLDER, MINE, done=Done.CREATED, made=MINE) == Rewrite(OLDER, (MINE,))
    assert step(EARLIER, MINE, done=Done.CREATED, made=MINE) == Rewrite(EARLIER, (MINE,))
    assert step(standing(1, OURS), OLDER, MINE) == Remove(standing(1, OURS), (OLDER, MINE))


def test_who_is_not_the_newest_deletes_its_own_unless_it_is_the_oldest() -> None:
    assert step(LATER, MINE, done=Done.CREATED) == Leave(Done.OVERTAKEN, "#2", (MINE,))
    first = standing(1, OURS)
    assert step(first, LATER, done=Done.CREATED) == Leave(Done.OVERTAKEN, "#1")
    newer = standing(2, saying("Newer.", commit="c", run=30))
    assert step(newer, MINE, done=Done.CREATED, head="c") == Leave(Done.OUTDATED, "#2", (MINE,))
    assert step(first, newer, done=Done.CREATED, head="c") == Leave(Done.OUTDATED, "#1")


def test_who_has_made_none_deletes_none_of_others() -> None:
    assert step(OLDER, standing(2, saying("Newer.", commit="c")), head="c") == Leave(Done.OUTDATED, "#1")


def test_one_that_was_made_and_is_not_to_be_seen_is_not_made_again() -> None:
    assert step(done=Done.CREATED, made=MINE) == Leave(Done.CREATED, "#3")
    assert step(done=Done.CREATED) == Make()


@pytest.mark.parametrize("other", [saying("Other."), saying("Other.", run=0)])
def test_of_runs_in_no_order_the_last_one_stays(other: Saying) -> None:
    first = standing(1, other)
    assert step(first) == Rewrite(first, ())
    assert step(first, done=Done.UPDATED) == Leave(Done.UPDATED, "#1")


def test_who_has_been_written_over_by_an_older_run_writes_again() -> None:
    assert step(EARLIER, done=Done.UPDATED) == Rewrite(EARLIER, ())
    assert step(OLDER, done=Done.UPDATED) == Rewrite(OLDER, ())


def test_what_github_makes_of_our_text_is_not_written_again_and_again() -> None:
    assert step(standing(1, OURS, "Ours, in GitHub's way."), done=Done.UPDATED) == Leave(Done.UPDATED, "#1")
