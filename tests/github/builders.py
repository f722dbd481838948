"""The repository, the token and the client that the tests of GitHub have in common."""

from erd.checks import Secret
from erd.github.repository import LARGEST_FILE_BYTES, Repository
from tests.tokens import GITHUB

from .fake.server import FakeGitHub

NAME = "octo-org/shop"
NUMBER = 17


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
