"""A fake GitHub with one repository, for the tests of what is asked of it."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from .builders import NAME, TOKEN
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
    """The empty git repository behind `NAME`, which `TOKEN` may read."""
    repository = BareRepository(tmp_path / "behind.git")
    fake.repositories[NAME] = repository
    fake.let_in(Token(TOKEN, frozenset({NAME})))
    return repository
