"""The repository, the token and the client that the tests of GitHub have in common."""

import traceback
from collections.abc import Iterator

import pytest

from erd.checks import Secret
from erd.github.repository import LARGEST_FILE_BYTES, Repository
from tests.tokens import GITHUB

from .fake.server import FakeGitHub

NAME = "octo-org/shop"


def a_repository(
    fake: FakeGitHub,
    *,
    api_url: str = "",
    token: str = GITHUB,
    name: str = NAME,
    largest_file_bytes: int = LARGEST_FILE_BYTES,
) -> Repository:
    """The client, which does not wait between its tries."""
    return Repository(
        api_url or fake.url,
        name,
        Secret(token),
        timeout_seconds=2,
        backoff_seconds=0,
        largest_file_bytes=largest_file_bytes,
    )


def assert_hidden(error: BaseException, log: pytest.LogCaptureFixture) -> None:
    """The token is nowhere: not in the error, what it came from, its traceback, or any library's log."""
    shown = [log.text, *traceback.format_exception(error)]
    for link in _chain(error):
        shown += [str(link), repr(link), repr(link.args), repr(vars(link))]
        request = getattr(link, "request", None)
        shown.append(str(getattr(request, "headers", "")))
    assert GITHUB not in "\n".join(shown)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if error.__context__ is not error.__cause__ and error.__context__ is not None:
            yield error.__context__
        error = error.__cause__
