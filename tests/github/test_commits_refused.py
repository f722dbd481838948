"""Why nothing is committed: what happened and what to set, and that nothing is otherwise then."""

from collections.abc import Callable

import pytest

from erd.errors import GitHubError
from erd.github.failures import LimitError, RefusedError
from erd.github.refusals import (
    FileTooLargeError,
    NoWriteRightError,
    ProtectedBranchError,
    StuckError,
)
from tests.hidden import assert_hidden
from tests.tokens import GITHUB_ANOTHER

from .a_branch import ERD, OLD, Branches
from .builders import NAME
from .fake.exchange import error
from .fake.faults import answered, limited, meanwhile
from .fake.protection import Rule, protect
from .fake.tokens import OF_A_FORK, READER, Token


@pytest.fixture
def refused(branches: Branches, caplog: pytest.LogCaptureFixture) -> Callable[..., GitHubError]:
    """The error of a run after which all is as it was."""

    def run(**given: str) -> GitHubError:
        tips = branches.git.branches()
        with pytest.raises(GitHubError) as raised:
            branches.commit(**given)  # type: ignore[arg-type]
        assert branches.git.branches() == tips
        assert_hidden(raised.value, caplog)
        assert raised.value.happened.endswith(".")
        assert raised.value.todo
        branches.check()
        return raised.value

    return run


@pytest.mark.parametrize("rule", [*Rule])
def test_a_protected_branch_is_said_to_be_one(
    branches: Branches, refused: Callable[..., GitHubError], rule: Rule
) -> None:
    branches.git.commit({ERD: OLD})
    protect(branches.git, "main", rule)
    failure = refused()
    assert isinstance(failure, ProtectedBranchError)
    assert "The branch main of octo-org/shop is protected" in failure.happened
    assert "Changes must be made through a pull request" in failure.happened
    assert "commit: pull-request" in failure.todo
    assert branches.clock.slept == []


@pytest.mark.parametrize(
    ("status", "message"),
    [
        (403, "Protected branch update failed for refs/heads/main."),
        (409, "Could not update file: At least 1 approving review is required by reviewers with write access."),
        (422, 'Required status check "build" is expected.'),
        (422, "Repository rule violations found\n\nCommits must have verified signatures.\n\n"),
        (422, "Cannot change this locked branch"),
        (403, "You're not authorized to push to this branch."),
    ],
)
def test_each_word_for_protection_is_known(
    branches: Branches, refused: Callable[..., GitHubError], status: int, message: str
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(answered(error(status, message)), method="PATCH")
    assert isinstance(refused(), ProtectedBranchError)


def test_a_protected_empty_repository_is_said_to_be_one(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    protect(branches.git, "main")
    assert isinstance(refused(), ProtectedBranchError)


def test_a_branch_that_may_not_be_made_is_given_up_after_some_tries(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    protect(branches.git, "erd")
    with pytest.raises(StuckError, match="Reference update failed"):
        branches.commit(branch="erd", may_create=True)
    assert branches.asked().count("POST refs") == 4
    assert sum(branches.clock.slept) < 2


@pytest.mark.parametrize("permissions", [READER, OF_A_FORK])
def test_a_token_that_may_only_read_is_told_what_to_set(
    branches: Branches, refused: Callable[..., GitHubError], permissions: frozenset[str]
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), permissions))
    failure = refused(token=GITHUB_ANOTHER)
    assert isinstance(failure, NoWriteRightError)
    assert "contents: write" in failure.todo
    assert "fork" in failure.todo
    assert branches.fake.writes == []


@pytest.mark.parametrize("status", [403, 404])
@pytest.mark.parametrize("path", ["/git/blobs", "/git/trees", "/git/commits", "/git/refs"])
def test_no_right_is_known_at_each_write(
    branches: Branches, refused: Callable[..., GitHubError], path: str, status: int
) -> None:
    branches.git.commit({ERD: OLD})
    message = "Not Found" if status == 404 else "Resource not accessible by integration"
    method = "PATCH" if path == "/git/refs" else "POST"
    branches.fake.go_wrong(*[answered(error(status, message))] * 4, path=path, method=method)
    failure = refused()
    assert isinstance(failure, NoWriteRightError | StuckError)
    assert f"{status}" in failure.happened


@pytest.mark.parametrize(
    ("status", "message", "words"),
    [
        (403, "Repository was archived so is read-only.", "archive"),
        (403, "refusing to allow a GitHub App to create or update workflow without `workflows` permission", "workflow"),
        (403, "Resource protected by organization SAML enforcement.", "SAML"),
    ],
)
def test_other_reasons_not_to_write_are_said(
    branches: Branches, refused: Callable[..., GitHubError], status: int, message: str, words: str
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(answered(error(status, message)), method="POST")
    failure = refused()
    assert isinstance(failure, NoWriteRightError)
    assert words in str(failure)


@pytest.mark.parametrize(("status", "message"), [(413, "Payload too large"), (422, "Sorry, your input was too large")])
def test_a_file_that_github_finds_too_large_is_said_to_be(
    branches: Branches, refused: Callable[..., GitHubError], status: int, message: str
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(answered(error(status, message)), path="/git/blobs")
    assert isinstance(refused(), FileTooLargeError)


def test_an_unknown_refusal_of_the_swap_is_not_tried_for_long(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(*[answered(error(422, "Something new"))] * 99, method="PATCH")
    failure = refused()
    assert isinstance(failure, StuckError)
    assert "Something new" in failure.happened
    assert sum(branches.clock.slept) < 2


def test_an_unknown_refusal_of_an_object_is_github_s_own(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(answered(error(422, "GitRPC::BadObjectState")), path="/git/trees", method="POST")
    assert isinstance(refused(), RefusedError)


def test_a_repository_that_is_not_shown_is_said_not_to_be(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.let_in(Token(GITHUB_ANOTHER, frozenset()))
    assert "shows no repository octo-org/shop" in refused(token=GITHUB_ANOTHER).happened


def test_a_limit_longer_than_the_budget_is_not_waited_for(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(limited(403, 3600), method="POST")
    assert isinstance(refused(), LimitError)
    branches.fake.go_wrong(limited(429), method="POST")
    assert isinstance(refused(), LimitError)
    assert branches.clock.slept == []


def test_a_blob_that_is_another_than_was_sent_is_not_committed(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.commit({ERD: OLD})
    for path in ("/git/blobs", "/git/trees"):
        wrong = error(201, "")._replace(json={"sha": "1" * 40, "url": "", "tree": [], "truncated": False})
        branches.fake.go_wrong(answered(wrong), method="POST", path=path)
        assert "other files" in refused().happened


def test_what_is_refused_after_the_head_has_moved_leaves_the_others_commit(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})

    def moved_and_protected() -> None:
        branches.git.commit({"other": b""})
        protect(branches.git, "main")

    branches.fake.go_wrong(meanwhile(moved_and_protected), method="PATCH")
    with pytest.raises(ProtectedBranchError):
        branches.commit()
    assert branches.log() == ["A commit"] * 2
