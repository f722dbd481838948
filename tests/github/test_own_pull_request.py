"""The pull request of our own: one at a time, from a branch that is one commit of ours, and gone when it has no use."""

from collections.abc import Callable

import pytest

from erd.errors import GitHubError
from erd.github.own_pull_request import Outcome
from erd.github.refusals import (
    ActionsNotPermittedError,
    EmptyRepositoryError,
    NoBranchError,
    NoPullRequestRightError,
    NotABranchError,
    NotOursError,
    NoWriteRightError,
    PathRefusedError,
    TooLongError,
)
from erd.github.saying import LONGEST
from tests.hidden import assert_hidden
from tests.tokens import GITHUB_ANOTHER

from .a_branch import ERD, NEW, OLD, OWN, PICTURE, Branches
from .builders import NAME
from .fake.discussion import PullRequest
from .fake.exchange import error
from .fake.faults import FINE, answered, meanwhile
from .fake.protection import Rule, protect
from .fake.tokens import READER, WRITER, Token

NEWER = b"Table c {}\n"


@pytest.fixture(autouse=True)
def base(branches: Branches) -> str:
    """The protected branch, whose ERD is old."""
    sha = branches.git.commit({ERD: OLD, "README.md": b"# Shop"})
    protect(branches.git, "main")
    return sha


def pulls(branches: Branches) -> list[PullRequest]:
    return list(branches.fake.discussion(NAME).pulls.values())


def states(branches: Branches) -> list[str]:
    return [pull.state for pull in pulls(branches)]


def test_one_is_opened_from_a_branch_of_our_own(branches: Branches, base: str) -> None:
    kept = branches.bring()
    (pull,) = pulls(branches)
    assert (kept.outcome, kept.branch, kept.number) == (Outcome.CREATED, OWN, pull.number)
    assert kept.url.endswith(f"/octo-org/shop/pull/{pull.number}")
    assert (kept.sha, kept.changed) == (branches.tip(OWN), (ERD,))
    assert (pull.branch, pull.base, pull.title, pull.body) == (OWN, "main", "The ERD", "+1 table")
    assert branches.git.git("rev-parse", f"{OWN}^") == base
    assert branches.stat(kept.sha) == [ERD]
    assert branches.tip() == base
    branches.check()


def test_a_second_run_of_the_same_writes_nothing(branches: Branches) -> None:
    first = branches.bring()
    writes = len(branches.fake.writes)
    again = branches.bring()
    assert (again.outcome, again.sha, again.number) == (Outcome.UNCHANGED, first.sha, first.number)
    assert len(branches.fake.writes) == writes


def test_what_has_changed_is_brought_by_the_same_one(branches: Branches, base: str) -> None:
    first = branches.bring({ERD: NEW, PICTURE: NEW})
    second = branches.bring({ERD: NEWER}, title="The ERD again", body="+2 tables")
    (pull,) = pulls(branches)
    assert (second.outcome, second.number) == (Outcome.UPDATED, first.number)
    assert (pull.title, pull.body) == ("The ERD again", "+2 tables")
    assert branches.content(branch=OWN) == NEWER
    # What an earlier run brought and this one does not is gone as well.
    assert branches.stat(second.sha) == [ERD]
    assert branches.git.git("rev-parse", f"{OWN}^") == base
    branches.check()


def test_it_follows_the_base(branches: Branches) -> None:
    branches.bring()
    moved = branches.git.commit({"other": b""})
    kept = branches.bring()
    assert kept.outcome is Outcome.UPDATED
    assert branches.git.git("rev-parse", f"{OWN}^") == moved
    assert branches.git.git("rev-list", "--count", f"main..{OWN}") == "1"
    branches.check()


@pytest.mark.parametrize(("title", "body"), [("Another", "+1 table"), ("The ERD", "Another")])
def test_a_title_or_a_text_that_is_otherwise_is_put_right(branches: Branches, title: str, body: str) -> None:
    branches.bring()
    (pull,) = pulls(branches)
    pull.title, pull.body = title, body
    kept = branches.bring()
    assert (kept.outcome, pull.title, pull.body) == (Outcome.UPDATED, "The ERD", "+1 table")
    pull.body = "+1 table\r\n"
    assert branches.bring().outcome is Outcome.UNCHANGED


def test_it_is_closed_and_its_branch_deleted_when_the_base_has_the_files(branches: Branches) -> None:
    branches.bring()
    branches.git.commit({ERD: NEW})
    kept = branches.bring()
    assert (kept.outcome, kept.number, states(branches)) == (Outcome.CLOSED, 0, ["closed"])
    assert not branches.tip(OWN)
    assert branches.bring().outcome is Outcome.NOTHING
    branches.check()


@pytest.mark.parametrize("way", ["merge", "rebase", "squash"])
def test_what_is_left_of_a_merged_one_is_put_away(branches: Branches, base: str, way: str) -> None:
    kept = branches.bring()
    if way == "rebase":
        branches.git.git("update-ref", "refs/heads/main", kept.sha)
    else:
        parents = ["-p", base, *(["-p", kept.sha] if way == "merge" else [])]
        merged = branches.git.git("commit-tree", f"{kept.sha}^{{tree}}", *parents, "-m", "Merged")
        branches.git.git("update-ref", "refs/heads/main", merged)
    pulls(branches)[0].state, pulls(branches)[0].merged = "closed", True
    assert branches.bring().outcome is Outcome.NOTHING
    assert not branches.tip(OWN)
    new = branches.bring({ERD: NEWER})
    assert (new.outcome, len(pulls(branches))) == (Outcome.CREATED, 2)


def test_nothing_is_opened_for_what_is_there_already(branches: Branches) -> None:
    branches.git.commit({ERD: NEW})
    assert branches.bring().outcome is Outcome.NOTHING
    assert branches.fake.writes == []
    assert pulls(branches) == []


def test_a_closed_one_is_opened_again_if_its_branch_is_as_it_was(branches: Branches) -> None:
    first = branches.bring()
    pulls(branches)[0].state = "closed"
    kept = branches.bring()
    assert (kept.outcome, kept.number, states(branches)) == (Outcome.REOPENED, first.number, ["open"])


def test_a_closed_one_whose_branch_has_moved_on_is_followed_by_a_new_one(branches: Branches) -> None:
    first = branches.bring()
    pull = pulls(branches)[0]
    pull.state, pull.last_sha = "closed", first.sha
    kept = branches.bring({ERD: NEWER})
    assert (kept.outcome, states(branches)) == (Outcome.CREATED, ["closed", "open"])
    branches.check()


def test_one_that_github_does_not_open_again_is_followed_by_a_new_one(branches: Branches) -> None:
    branches.bring()
    pulls(branches)[0].state = "closed"
    branches.fake.go_wrong(answered(error(422, "Validation Failed")), method="PATCH", path="/pulls/")
    assert branches.bring().outcome is Outcome.CREATED
    assert states(branches) == ["closed", "open"]


def test_a_deleted_branch_is_made_anew_and_so_is_its_pull_request(branches: Branches) -> None:
    branches.bring()
    branches.git.git("update-ref", "-d", f"refs/heads/{OWN}")
    pulls(branches)[0].state = "closed"
    assert branches.bring().outcome is Outcome.CREATED
    assert states(branches) == ["closed", "open"]


def on_top(branches: Branches) -> None:
    branches.git.commit({"by-hand": b""}, branch=OWN)


def amended(branches: Branches) -> None:
    message = branches.git.git("show", "-s", "--format=%B", OWN)
    tree = branches.git.git("rev-parse", f"{branches.git.commit({'by-hand': b''}, branch=OWN)}^{{tree}}")
    sha = branches.git.git("commit-tree", tree, "-p", "main", "-m", message)
    branches.git.git("update-ref", f"refs/heads/{OWN}", sha)


def below(branches: Branches) -> None:
    ours = branches.git.git("show", "-s", "--format=%T", OWN)
    hand = branches.git.git("commit-tree", ours, "-p", "main", "-m", "By hand")
    message = branches.git.git("show", "-s", "--format=%B", OWN)
    sha = branches.git.git("commit-tree", ours, "-p", hand, "-m", message)
    branches.git.git("update-ref", f"refs/heads/{OWN}", sha)


@pytest.mark.parametrize("by_hand", [on_top, amended, below])
def test_what_somebody_else_has_committed_on_our_branch_stays(
    branches: Branches, by_hand: Callable[[Branches], None]
) -> None:
    branches.bring()
    by_hand(branches)
    tip = branches.tip(OWN)
    for files in ({ERD: NEWER}, {ERD: NEW}):
        with pytest.raises(NotOursError, match="Somebody else has committed on dbt-cloud-erd/main"):
            branches.bring(files)
    # Also when it is of no use any more.
    branches.git.commit({ERD: NEW})
    assert branches.bring().outcome is Outcome.NOTHING
    assert (branches.tip(OWN), states(branches)) == (tip, ["open"])


@pytest.mark.parametrize("at", ["main", "behind", "ours"])
def test_a_branch_of_others_is_neither_taken_over_nor_deleted(branches: Branches, at: str) -> None:
    if at == "ours":
        # Committed by us on another branch: that makes this one no less theirs.
        branches.commit({"x": NEW}, branch="develop", may_create=True)
    elif at == "main":
        branches.git.git("update-ref", "refs/heads/develop", "main")
    else:
        branches.git.git("update-ref", "refs/heads/develop", "main")
        branches.git.commit({"other": b""})
    tip = branches.tip("develop")
    with pytest.raises(NotOursError, match="commit-branch"):
        branches.bring(branch="develop")
    branches.git.commit({ERD: NEW, "x": NEW})
    assert branches.bring(branch="develop").outcome is Outcome.NOTHING
    assert branches.tip("develop") == tip


def test_another_branch_is_ours_if_it_is_given(branches: Branches) -> None:
    kept = branches.bring(branch="docs/erd")
    assert (kept.branch, pulls(branches)[0].branch) == ("docs/erd", "docs/erd")


def test_pull_requests_of_others_are_not_touched(branches: Branches) -> None:
    branches.git.commit({"x": b""}, branch="feature", parents=[branches.tip()])
    discussion = branches.fake.discussion(NAME)
    theirs = discussion.open_pull(41, "feature")
    fork = discussion.open_pull(42, OWN, head_owner="somebody")
    titles = theirs.title, fork.title
    kept = branches.bring()
    assert kept.number not in {41, 42}
    branches.git.commit({ERD: NEW})
    branches.bring()
    assert (theirs.title, fork.title) == titles
    assert (theirs.state, fork.state) == ("open", "open")


@pytest.fixture
def refused(branches: Branches, caplog: pytest.LogCaptureFixture) -> Callable[..., GitHubError]:
    """The error of a run that opens no pull request."""

    def run(**given: str) -> GitHubError:
        with pytest.raises(GitHubError) as raised:
            branches.bring(**given)  # type: ignore[arg-type]
        assert_hidden(raised.value, caplog)
        assert raised.value.happened.endswith(".")
        assert [pull for pull in pulls(branches) if pull.state == "open"] == []
        branches.check()
        return raised.value

    return run


def test_a_setting_against_pull_requests_is_said_with_what_to_tick(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.fake.discussion(NAME).lets_workflows_propose = False
    failure = refused()
    assert isinstance(failure, ActionsNotPermittedError)
    assert "Allow GitHub Actions to create and approve pull requests" in failure.todo
    assert f"The branch {OWN} is there" in failure.happened
    branches.fake.discussion(NAME).lets_workflows_propose = True
    assert branches.bring().outcome is Outcome.CREATED


def test_the_same_as_422_is_said_too(branches: Branches, refused: Callable[..., GitHubError]) -> None:
    words = "GitHub Actions is not permitted to create or approve pull requests."
    branches.fake.go_wrong(answered(error(422, words)), method="POST", path="/pulls")
    assert isinstance(refused(), ActionsNotPermittedError)


@pytest.mark.parametrize(
    ("permissions", "expected", "words"),
    [
        (WRITER - {"contents: write"} | READER, NoWriteRightError, "contents: write"),
        (WRITER - {"pull-requests: write"} | {"pull-requests: read"}, NoPullRequestRightError, "pull-requests: write"),
        (WRITER - {"pull-requests: write"}, NoPullRequestRightError, "pull-requests: write"),
    ],
)
def test_each_right_that_is_missing_is_named(
    branches: Branches,
    refused: Callable[..., GitHubError],
    permissions: frozenset[str],
    expected: type[GitHubError],
    words: str,
) -> None:
    branches.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), permissions))
    failure = refused(token=GITHUB_ANOTHER)
    assert isinstance(failure, expected)
    assert words in failure.todo


def test_a_text_that_is_too_long_is_not_sent(branches: Branches, refused: Callable[..., GitHubError]) -> None:
    assert isinstance(refused(body="x" * (LONGEST + 1)), TooLongError)
    assert branches.asked() == []
    branches.bring(title="x" * 300, body="y" * LONGEST)
    assert pulls(branches)[0].title == f"{'x' * 255}…"


def test_bases_that_are_none_are_refused(refused: Callable[..., GitHubError]) -> None:
    assert isinstance(refused(base="missing"), NoBranchError)
    assert isinstance(refused(base="refs/tags/v1"), NotABranchError)
    assert isinstance(refused(branch="main"), NotABranchError)
    assert isinstance(refused(files={"../erd.dbml": NEW}), PathRefusedError)


def test_an_empty_repository_has_nothing_to_bring_it_to(
    branches: Branches, refused: Callable[..., GitHubError]
) -> None:
    branches.git.git("update-ref", "-d", "refs/heads/main")
    assert isinstance(refused(), EmptyRepositoryError)


def test_our_own_branch_that_is_protected_is_said_to_be(branches: Branches) -> None:
    branches.bring()
    protect(branches.git, OWN, Rule.RULESET)
    with pytest.raises(GitHubError, match=f"The branch {OWN} of {NAME} is protected"):
        branches.bring({ERD: NEWER})


@pytest.mark.parametrize("place", range(14))
@pytest.mark.parametrize("newer", [True, False])
def test_of_two_runs_at_once_one_brings_its_files_and_there_is_one_pull_request(
    branches: Branches, place: int, newer: bool
) -> None:
    other = {ERD: NEWER if newer else NEW}
    branches.fake.go_wrong(*[FINE] * place, meanwhile(lambda: branches.bring(other)))
    kept = branches.bring()
    branches.fake.go_right()
    assert states(branches) == ["open"]
    assert kept.outcome in {Outcome.CREATED, Outcome.UPDATED, Outcome.UNCHANGED, Outcome.OVERTAKEN}
    assert branches.content(branch=OWN) in {NEW, other[ERD]}
    assert branches.git.git("rev-list", "--count", f"main..{OWN}") == "1"
    branches.check()


def test_a_run_that_is_overtaken_leaves_the_rest_to_the_later_one(branches: Branches) -> None:
    branches.bring({ERD: b"Older"})
    later = meanwhile(lambda: branches.bring({ERD: NEWER}, body="Later"))
    # Our commit is on the branch, and it is looked at again.
    branches.fake.go_wrong(FINE, later, method="GET", path=f"/git/ref/heads/{OWN}")
    kept = branches.bring()
    assert (kept.outcome, kept.sha) == (Outcome.OVERTAKEN, branches.tip(OWN))
    assert branches.content(branch=OWN) == NEWER
    assert [(pull.state, pull.body) for pull in pulls(branches)] == [("open", "Later")]
    branches.check()


@pytest.mark.parametrize("place", range(12))
def test_of_two_runs_that_put_away_nobody_fails(branches: Branches, place: int) -> None:
    branches.bring()
    branches.git.commit({ERD: NEW})
    branches.fake.go_wrong(*[FINE] * place, meanwhile(branches.bring))
    assert branches.bring().outcome in {Outcome.CLOSED, Outcome.NOTHING}
    assert states(branches) == ["closed"]
    assert not branches.tip(OWN)
