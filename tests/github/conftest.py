"""A fake GitHub with one repository, for the tests of what is asked of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.tokens import GITHUB

from .builders import NAME
from .fake.git import BareRepository
from .fake.server import FakeGitHub, running_github
from .fake.tokens import Token


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
