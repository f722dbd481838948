"""A fake GitHub with one repository, for the tests of what is asked of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tokens import GITHUB, GITHUB_PERSONAL

from .a_branch import Branches
from .a_pull_request import PullRequest
from .builders import NAME, NUMBER
from .client import Client
from .fake.discussion import Discussion
from .fake.git import BareRepository
from .fake.server import FakeGitHub, running_github
from .fake.tokens import COMMENTER, WRITER, Kind, Token


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    """GitHub, running, with nothing in it."""
    with running_github() as running:
        yield running


@pytest.fixture
def git(fake: FakeGitHub, tmp_path: Path) -> BareRepository:
    """The empty git repository behind `NAME`, which `GITHUB` may read."""
    repository = BareRepository(tmp_path / "behind.git")
    fake.repositories[NAME] = repository
    fake.let_in(Token(GITHUB, frozenset({NAME})))
    return repository


@pytest.fixture
def discussion(fake: FakeGitHub, git: BareRepository) -> Discussion:
    """What is said in `NAME`, where `NUMBER` is a pull request of `feature`, and `GITHUB` may comment."""
    first = git.commit({"erd.dbml": b"Table a {}"})
    git.commit({"erd.dbml": b"Table b {}"}, branch="feature", parents=[first])
    fake.let_in(Token(GITHUB, frozenset({NAME}), COMMENTER))
    discussion = fake.discussion(NAME)
    discussion.open_pull(NUMBER, "feature")
    return discussion


@pytest.fixture
def ask(fake: FakeGitHub, discussion: Discussion) -> Client:
    """Somebody who asks; `NUMBER` is open, and a comment of a person's is in it."""
    discussion.say(NUMBER, "Hello.")
    fake.let_in(Token(GITHUB_PERSONAL, frozenset({NAME}), COMMENTER, "octocat", Kind.PERSONAL))
    return Client(fake)


@pytest.fixture
def write(fake: FakeGitHub, git: BareRepository) -> Client:
    """Somebody who may commit to `NAME`, where nothing is committed yet; a person may as well."""
    fake.let_in(Token(GITHUB, frozenset({NAME}), WRITER))
    fake.let_in(Token(GITHUB_PERSONAL, frozenset({NAME}), WRITER, "octocat", Kind.PERSONAL))
    assert git.is_empty
    return Client(fake)


@pytest.fixture
def badly(fake: FakeGitHub, ask: Client) -> Iterator[Client]:
    """Somebody who asks what is no question in GitHub's terms, and is told so."""
    yield ask
    assert fake.complaints
    fake.complaints.clear()


@pytest.fixture
def pull(fake: FakeGitHub, git: BareRepository, discussion: Discussion) -> PullRequest:
    """The same pull request, as those see it who comment in it: without a comment."""
    return PullRequest(fake, git, discussion)


@pytest.fixture
def branches(fake: FakeGitHub, git: BareRepository, write: Client) -> Branches:
    """The same repository, as those see it who commit to it: without a commit."""
    assert write.fake is fake
    return Branches(fake, git)
