"""One comment in a pull request, on a GitHub with sockets: what is asked, what is written, and what stands then."""

import logging
from collections.abc import Callable

import pytest

from erd.github.comments import Kept, Pace, keep_comment, replace_comment
from erd.github.precedence import Done
from erd.github.saying import Order, Saying

from .a_pull_request import HEAD, LOOK, MAKE, REWRITE, WHO, PullRequest, texts
from .builders import NAME, NUMBER
from .fake.exchange import error
from .fake.faults import answered, failing, meanwhile
from .fake.tokens import WORKFLOWS_OWN


def test_the_first_run_makes_the_comment_in_four_requests(pull: PullRequest) -> None:
    kept = pull.keep()
    assert pull.bodies() == texts([pull.saying()])
    (made,) = pull.discussion.comments(NUMBER)
    assert kept == Kept(Done.CREATED, f"{pull.fake.url}/{NAME}/pull/{NUMBER}#issuecomment-{made.id}")
    assert pull.asked() == [LOOK, HEAD, MAKE, LOOK]
    assert pull.slept == []


def test_the_same_again_writes_nothing(pull: PullRequest) -> None:
    first = pull.keep()
    pull.asked()
    assert pull.keep() == Kept(Done.UNCHANGED, first.url)
    assert pull.asked() == [LOOK, WHO]
    # Nor does a later run, or one of a later commit, that says the same.
    pull.push()
    assert pull.keep(pull.saying(run=11)).done is Done.UNCHANGED
    assert len(pull.fake.writes) == 1


def test_a_later_run_writes_into_the_same_comment(pull: PullRequest) -> None:
    first = pull.keep()
    pull.push()
    pull.asked()
    later = pull.saying("Another review.", run=11)
    assert pull.keep(later) == Kept(Done.UPDATED, first.url)
    assert pull.bodies() == [later.text]
    assert pull.asked() == [LOOK, WHO, HEAD, REWRITE, LOOK]
    assert pull.slept == [2.0]


@pytest.mark.parametrize("keeps", [lambda body: body.replace("\n", "\r\n"), str.rstrip, lambda body: f"{body}\n"])
def test_what_github_makes_of_a_body_is_not_written_again(pull: PullRequest, keeps: Callable[[str], str]) -> None:
    pull.discussion.keeps = keeps
    saying = pull.saying("The review.\n\nOf two paragraphs.\n")
    assert [pull.keep(saying).done for _ in range(2)] == [Done.CREATED, Done.UNCHANGED]


def test_a_body_that_github_keeps_in_a_way_of_its_own_is_written_once_a_run(pull: PullRequest) -> None:
    pull.discussion.keeps = lambda body: body.replace("é", "e\u0301")
    assert [pull.keep(pull.saying("é")).done for _ in range(2)] == [Done.CREATED, Done.UPDATED]
    assert pull.asked().count(REWRITE) == 1


def test_comments_of_other_ids_are_others(pull: PullRequest) -> None:
    one, two = (Saying(comment_id=name, body="Hello.", commit=pull.head) for name in ("one", "two"))
    assert [pull.keep(saying).done for saying in (one, two, one)] == [Done.CREATED, Done.CREATED, Done.UNCHANGED]
    assert pull.bodies() == texts([one, two])


def test_the_comment_is_found_on_the_last_of_many_pages(pull: PullRequest) -> None:
    for number in range(250):
        pull.discussion.say(NUMBER, f"Comment {number}.")
    earlier = pull.stands(pull.saying("Earlier.", run=3))
    assert pull.keep().done is Done.UPDATED
    comment = pull.discussion.comment(earlier.id)
    assert comment is not None
    assert comment.body == pull.saying().text
    assert pull.asked() == [LOOK, LOOK, LOOK, WHO, HEAD, REWRITE, LOOK, LOOK, LOOK]


def test_a_marker_that_somebody_else_has_planted_is_not_ours(pull: PullRequest) -> None:
    planted = pull.saying("Planted.", run=99)
    pull.stands(planted, "somebody")
    pull.stands(planted, "github-actions")
    assert pull.keep().done is Done.CREATED
    assert pull.bodies("somebody") == pull.bodies("github-actions") == [planted.text]
    assert pull.bodies() == texts([pull.saying()])


def test_a_comment_that_quotes_ours_is_not_ours(pull: PullRequest) -> None:
    quoting = f"> {pull.saying('Quoted.').text}\n\nNo!"
    pull.discussion.say(NUMBER, quoting, WORKFLOWS_OWN)
    assert pull.keep().done is Done.CREATED
    assert pull.bodies() == [quoting, pull.saying().text]


def test_a_comment_that_somebody_has_edited_is_written_anew_and_that_is_said(
    pull: PullRequest, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    pull.keep()
    (made,) = pull.discussion.comments(NUMBER)
    pull.discussion.edit(made.id, f"{made.body}\n\nI do not think so.")
    assert pull.keep().done is Done.UPDATED
    assert pull.bodies() == texts([pull.saying()])
    assert "edited the comment" in caplog.text


def test_a_comment_whose_marker_somebody_has_taken_away_is_left_to_them(pull: PullRequest) -> None:
    pull.keep()
    (made,) = pull.discussion.comments(NUMBER)
    pull.discussion.edit(made.id, "Mine now.")
    assert pull.keep().done is Done.CREATED
    assert pull.bodies() == ["Mine now.", pull.saying().text]


def test_where_nothing_is_to_be_said_no_comment_is_made_and_an_earlier_one_becomes_the_quiet_line(
    pull: PullRequest,
) -> None:
    quiet = pull.saying("No change to the data model.", run=11)
    assert pull.keep(quiet, by=replace_comment) == Kept(Done.NOTHING, "")
    assert pull.asked() == [LOOK]
    first = pull.keep()
    assert pull.keep(quiet, by=replace_comment) == Kept(Done.UPDATED, first.url)
    assert pull.bodies() == [quiet.text]
    assert pull.keep(quiet, by=replace_comment).done is Done.UNCHANGED


def test_duplicates_become_the_oldest_of_them_which_says_the_newest(pull: PullRequest) -> None:
    first = pull.stands(pull.saying("One.", run=1))
    pull.stands(pull.saying("Two.", run=3))
    pull.stands(pull.saying("Three.", run=2))
    pull.discussion.say(NUMBER, "A person's.")
    kept = pull.keep()
    assert kept == Kept(Done.UPDATED, f"{pull.fake.url}/{NAME}/pull/{NUMBER}#issuecomment-{first.id}", 2)
    assert [one.body for one in pull.discussion.comments(NUMBER)] == [pull.saying().text, "A person's."]


def test_duplicates_of_a_comment_that_is_right_are_deleted(pull: PullRequest) -> None:
    pull.stands(pull.saying())
    pull.stands(pull.saying("Earlier.", run=9))
    assert pull.keep()[::2] == (Done.UNCHANGED, 1)
    assert pull.bodies() == texts([pull.saying()])


def test_a_run_of_an_older_commit_writes_nothing(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    older, newer = pull.saying("Older.", run=99), pull.push()
    assert pull.keep(older) == Kept(Done.OUTDATED, "")
    assert pull.bodies() == []
    standing = pull.saying("Newer.", commit=newer, run=2)
    url = pull.keep(standing).url
    assert pull.keep(older) == Kept(Done.OUTDATED, url)
    assert pull.bodies() == [standing.text]
    assert "the pull request has newer commits" in caplog.text


def test_an_earlier_run_of_the_same_commit_writes_nothing(pull: PullRequest) -> None:
    url = pull.keep(pull.saying("Later.", run=11)).url
    assert pull.keep(pull.saying("Earlier.", run=9)) == Kept(Done.OVERTAKEN, url)
    later_attempt = Saying(comment_id="erd", body="Again.", commit=pull.head, order=Order(11, 2))
    assert pull.keep(later_attempt).done is Done.UPDATED
    assert pull.bodies() == [later_attempt.text]


def test_a_run_that_cannot_tell_its_commit_writes(pull: PullRequest) -> None:
    pull.keep()
    untold = Saying(comment_id="erd", body="Untold.")
    pull.asked()
    assert pull.keep(untold).done is Done.UPDATED
    assert pull.asked() == [LOOK, WHO, REWRITE, LOOK]


def test_a_run_that_is_overtaken_by_a_push_before_it_writes_does_not_write(pull: PullRequest) -> None:
    saying = pull.saying()
    pull.fake.go_wrong(meanwhile(pull.push), path=f"/pulls/{NUMBER}")
    assert pull.keep(saying).done is Done.OUTDATED
    assert pull.bodies() == []


@pytest.mark.parametrize("within", [MAKE, REWRITE])
def test_a_run_that_is_overtaken_while_it_writes_leaves_one_comment(pull: PullRequest, within: str) -> None:
    if within == REWRITE:
        pull.keep(pull.saying("Earlier.", run=1))
    newer = pull.saying("Newer.", run=11)

    def overtake() -> None:
        one = pull.discussion.comments(NUMBER)
        pull.discussion.edit(one[0].id, newer.text) if one else pull.stands(newer)

    pull.fake.go_wrong(meanwhile(overtake), method=within.partition(" ")[0], path="/comments")
    kept = pull.keep()
    if within == MAKE:
        assert kept[::2] == (Done.OVERTAKEN, 1)
        assert pull.bodies() == [newer.text]
    else:
        # It cannot know: the newer one looks again, and puts it right.
        assert kept.done is Done.UPDATED
        assert pull.keep(newer).done is Done.UPDATED


def test_a_run_that_is_written_over_while_it_settles_writes_again(pull: PullRequest) -> None:
    first = pull.keep(pull.saying("Earlier.", run=1))
    (made,) = pull.discussion.comments(NUMBER)
    late = pull.saying("Late.", run=2)
    pull.fake.go_wrong(meanwhile(lambda: pull.discussion.edit(made.id, late.text)), path="/comments", when=_second())
    assert pull.keep() == Kept(Done.UPDATED, first.url)
    assert pull.bodies() == texts([pull.saying()])
    assert pull.slept == [2.0, 2.0]


def _second() -> Callable[[object], bool]:
    """The second list that is asked for."""
    lists: list[object] = []

    def is_it(asked: object) -> bool:
        if getattr(asked, "method", "") == "GET":
            lists.append(asked)
        return len(lists) == 2

    return is_it


def test_a_comment_that_is_deleted_before_it_is_rewritten_is_made_anew(pull: PullRequest) -> None:
    pull.keep(pull.saying("Earlier.", run=1))
    (made,) = pull.discussion.comments(NUMBER)
    pull.fake.go_wrong(meanwhile(lambda: pull.discussion.delete(made.id)), method="PATCH")
    assert pull.keep().done is Done.CREATED
    assert pull.bodies() == texts([pull.saying()])


def test_a_comment_that_is_gone_is_made_anew_too(pull: PullRequest) -> None:
    pull.keep(pull.saying("Earlier.", run=1))
    (made,) = pull.discussion.comments(NUMBER)
    pull.fake.go_wrong(meanwhile(lambda: pull.discussion.delete(made.id)), method="PATCH", path=str(made.id))
    pull.fake.go_wrong(answered(error(410, "Gone")), method="PATCH", path=str(made.id))
    assert pull.keep().done is Done.CREATED


def test_a_comment_that_is_deleted_as_soon_as_it_is_made_stays_so(pull: PullRequest) -> None:
    def delete() -> None:
        for one in pull.discussion.comments(NUMBER):
            pull.discussion.delete(one.id)

    pull.fake.go_wrong(meanwhile(delete), method="GET", path="/comments", when=lambda _: bool(pull.bodies()))
    assert pull.keep().done is Done.CREATED
    assert pull.bodies() == []
    assert pull.asked().count(MAKE) == 1


def test_a_duplicate_that_somebody_else_deletes_first_is_no_error(pull: PullRequest) -> None:
    pull.stands(pull.saying())
    other = pull.stands(pull.saying("Other.", run=1))
    pull.fake.go_wrong(meanwhile(lambda: pull.discussion.delete(other.id)), method="DELETE")
    assert pull.keep().done is Done.UNCHANGED
    assert pull.bodies() == texts([pull.saying()])


def test_a_comment_that_is_made_long_after_it_looked_failed_is_seen_and_deleted(pull: PullRequest) -> None:
    pauses = []

    def sleep(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 2:
            pull.stands(pull.saying())

    pull.fake.go_wrong(failing(502), method="POST")
    with pull.conversation() as conversation:
        assert keep_comment(conversation, pull.saying(), Pace(sleep=sleep))[::2] == (Done.CREATED, 1)
    assert pull.bodies() == texts([pull.saying()])
    assert pauses == [1.0, 2.0]
