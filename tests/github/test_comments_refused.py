"""Where a comment cannot be, or not yet, and who we are to GitHub: what is said, and what is never done."""

import logging

import pytest

from erd.errors import GitHubError
from erd.github.comments import keep_comment
from erd.github.conversation import (
    BodyRefusedError,
    CannotCommentError,
    LockedError,
    NoPullRequestError,
    NoRightError,
)
from erd.github.failures import LimitError
from erd.github.precedence import Done
from erd.github.saying import LONGEST
from tests.hidden import assert_hidden
from tests.tokens import GITHUB

from .a_pull_request import LOOK, MAKE, WHO, PullRequest, texts
from .builders import NAME, NUMBER
from .fake.exchange import NOT_FOUND, error
from .fake.faults import answered, limited, linked, redirected
from .fake.tokens import COMMENTER, OF_A_FORK, READER, WORKFLOWS_OWN, Kind, Token


def refused(
    pull: PullRequest, caplog: pytest.LogCaptureFixture, kind: type[GitHubError], number: int = NUMBER
) -> GitHubError:
    """The error that keeping the comment ends in, in which no token shows."""
    caplog.set_level(logging.DEBUG)
    with pytest.raises(kind) as caught:
        pull.keep(number=number)
    assert_hidden(caught.value, caplog)
    return caught.value


def test_a_next_page_on_another_host_is_not_asked_for(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    for number in range(101):
        pull.discussion.say(NUMBER, f"Comment {number}.")
    pull.fake.go_wrong(linked("https://github.invalid"))
    assert "names a next page that is not its own" in refused(pull, caplog, GitHubError).happened
    assert pull.asked() == [LOOK]


def test_a_list_without_an_end_has_one(pull: PullRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("erd.github.connection.MOST_PAGES", 2)
    for number in range(201):
        pull.discussion.say(NUMBER, f"Comment {number}.")
    with pytest.raises(GitHubError, match="a list without an end"):
        pull.keep()


def test_a_comment_that_may_not_be_changed_is_not_tried_for_ever(
    pull: PullRequest, caplog: pytest.LogCaptureFixture
) -> None:
    pull.stands(pull.saying("Earlier.", run=1))
    pull.fake.go_wrong(*[answered(NOT_FOUND)] * 9, method="PATCH")
    assert "does not let it be changed" in refused(pull, caplog, NoRightError).happened


def test_a_closed_pull_request_is_commented_all_the_same(pull: PullRequest) -> None:
    pull.pull.state = "closed"
    assert pull.keep().done is Done.CREATED


def test_a_locked_conversation_is_said(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    pull.pull.locked = True
    caught = refused(pull, caplog, LockedError)
    assert caught.happened == (
        f"The conversation of {NAME}#{NUMBER} is locked (POST /repos/{NAME}/issues/{NUMBER}/comments → 403: Unable to"
        " create comment because issue is locked)."
    )
    assert "Unlock it" in caught.todo


@pytest.mark.parametrize("permissions", [OF_A_FORK, READER])
@pytest.mark.parametrize("with_one", [False, True])
def test_a_token_without_the_right_is_told_which_and_that_of_forks(
    pull: PullRequest, permissions: frozenset[str], with_one: bool, caplog: pytest.LogCaptureFixture
) -> None:
    if with_one:
        pull.stands(pull.saying("Earlier.", run=1))
    pull.fake.let_in(Token(GITHUB, frozenset({NAME}), permissions))
    caught = refused(pull, caplog, NoRightError)
    assert "403: Resource not accessible by integration" in caught.happened
    assert "`pull-requests: write`" in caught.todo
    assert "docs/forks.md" in caught.todo
    assert pull.fake.writes == []


def test_a_token_that_is_unknown_is_rejected(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    pull.fake.tokens.clear()
    caught = refused(pull, caplog, GitHubError)
    assert not isinstance(caught, CannotCommentError)
    assert "rejected the token" in caught.happened


def test_a_pull_request_that_is_not_there_is_said(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    assert f"shows no pull request {NAME}#8 " in refused(pull, caplog, NoPullRequestError, number=8).happened


@pytest.mark.parametrize("at", [("GET", "/comments"), ("GET", "/pulls/"), ("POST", "/comments")])
@pytest.mark.parametrize("status", [404, 410])
def test_a_pull_request_that_vanishes_is_said(
    pull: PullRequest, at: tuple[str, str], status: int, caplog: pytest.LogCaptureFixture
) -> None:
    method, path = at
    pull.fake.go_wrong(answered(error(status, "Gone")), method=method, path=path)
    refused(pull, caplog, NoPullRequestError)


def test_a_comment_as_long_as_github_takes_is_made_and_a_longer_one_is_not_sent(
    pull: PullRequest, caplog: pytest.LogCaptureFixture
) -> None:
    room = LONGEST - len(pull.saying("").text)
    assert pull.keep(pull.saying("🟢" * room)).done is Done.CREATED
    pull.asked()
    caplog.set_level(logging.DEBUG)
    with pytest.raises(BodyRefusedError, match=f"too long for GitHub \\({LONGEST + 1} characters"):
        pull.keep(pull.saying("🟢" * (room + 1)))
    assert MAKE not in pull.asked()


def test_a_body_that_github_does_not_take_is_said_in_its_words(
    pull: PullRequest, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("erd.github.saying.LONGEST", LONGEST * 2)
    caplog.set_level(logging.DEBUG)
    with pytest.raises(BodyRefusedError) as caught:
        pull.keep(pull.saying("x" * LONGEST))
    assert "422: Validation Failed: Body is too long (maximum is 65536 characters)" in caught.value.happened


@pytest.mark.parametrize("at", [("GET", "/comments"), ("GET", "/pulls/"), ("POST", "/comments"), ("PATCH", "")])
@pytest.mark.parametrize("status", [403, 429])
def test_a_short_limit_is_waited_for(pull: PullRequest, at: tuple[str, str], status: int) -> None:
    method, path = at
    if method == "PATCH":
        pull.stands(pull.saying("Earlier.", run=1))
    pull.fake.go_wrong(limited(status, 30), limited(status, 60), method=method, path=path)
    assert pull.keep().done in {Done.CREATED, Done.UPDATED}
    assert pull.bodies() == texts([pull.saying()])
    assert pull.slept[:2] == [30, 60]


@pytest.mark.parametrize("retry_after", [61, 3600, None])
@pytest.mark.parametrize("at", [("GET", "/comments"), ("POST", "/comments")])
def test_a_long_limit_is_said(
    pull: PullRequest, at: tuple[str, str], retry_after: int | None, caplog: pytest.LogCaptureFixture
) -> None:
    method, path = at
    pull.fake.go_wrong(limited(429, retry_after), method=method, path=path)
    caught = refused(pull, caplog, LimitError)
    assert "takes no more requests of this token" in caught.happened
    assert pull.slept == []


def test_short_limits_are_not_waited_for_without_an_end(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    pull.fake.go_wrong(*[limited(429, 60)] * 9, method="POST")
    refused(pull, caplog, LimitError)
    assert pull.slept == [60, 60, 60]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("method", ["POST", "PATCH", "DELETE"])
def test_a_write_is_not_sent_on_to_another_place(
    pull: PullRequest, method: str, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    if method != "POST":
        pull.stands(pull.saying("Earlier.", run=1))
        pull.stands(pull.saying("Earlier.", run=2))
    pull.fake.go_wrong(redirected(status, f"{pull.fake.url}/elsewhere"), method=method, path="/comments")
    assert "was not followed" in refused(pull, caplog, GitHubError).happened
    assert not any("elsewhere" in asked.path for asked in pull.fake.requests)


def test_a_personal_tokens_comments_are_its_owners(pull: PullRequest) -> None:
    pull.fake.let_in(Token(GITHUB, frozenset({NAME}), COMMENTER, login="octocat", kind=Kind.PERSONAL))
    pull.stands(pull.saying("Another's.", run=1))
    assert [pull.keep().done for _ in range(2)] == [Done.CREATED, Done.UNCHANGED]
    assert pull.bodies("octocat") == texts([pull.saying()])


@pytest.mark.parametrize(("login", "kind"), [("octocat", Kind.PERSONAL), (WORKFLOWS_OWN, Kind.INSTALLATION)])
def test_without_graphql_who_we_are_is_asked_otherwise(pull: PullRequest, login: str, kind: Kind) -> None:
    pull.fake.let_in(Token(GITHUB, frozenset({NAME}), COMMENTER, login=login, kind=kind))
    pull.stands(pull.saying(), login)
    pull.fake.go_wrong(answered(NOT_FOUND), path="/graphql")
    assert pull.keep().done is Done.UNCHANGED
    assert pull.asked() == [LOOK, WHO, "GET user"]


def test_an_app_whose_name_cannot_be_asked_for_finds_its_comment_after_it_has_made_another(pull: PullRequest) -> None:
    pull.fake.let_in(Token(GITHUB, frozenset({NAME}), COMMENTER, login="an-app[bot]"))
    pull.stands(pull.saying("Earlier.", run=1), "an-app[bot]")
    pull.fake.go_wrong(answered(NOT_FOUND), path="/graphql")
    assert pull.keep()[::2] == (Done.CREATED, 1)
    assert pull.bodies("an-app[bot]") == texts([pull.saying()])


def test_an_enterprise_server_is_asked_under_its_prefix(pull: PullRequest) -> None:
    for number in range(101):
        pull.discussion.say(NUMBER, f"Comment {number}.")
    api_url = f"{pull.fake.url}/api/v3"
    assert pull.keep(api_url=api_url).done is Done.CREATED
    assert pull.keep(pull.saying("Another.", run=11), api_url=api_url).done is Done.UPDATED
    assert all(asked.api_url == api_url for asked in pull.fake.requests)


def test_nothing_of_a_run_shows_a_token(pull: PullRequest, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "github")
    kept = pull.keep()
    with pull.conversation() as conversation:
        assert GITHUB not in caplog.text + repr(kept) + repr(conversation)
        assert keep_comment(conversation, pull.saying()).done is Done.UNCHANGED
    assert not [record for record in caplog.records if record.name.startswith("github")]
