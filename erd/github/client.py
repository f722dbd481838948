"""What every client of one repository on GitHub is: a name, its files' contents, and a connection that ends with it.

A blob is as in GitHub's REST reference, "Get a blob".
"""

import base64
import re
from typing import Self
from urllib.parse import quote

import msgspec

from erd.checks import Secret
from erd.github import failures

_NAME = re.compile(r"(?!\.{1,2}/)[A-Za-z0-9_.-]+/(?!\.{1,2}$)[A-Za-z0-9_.-]+")


class Client:
    """Asks about one repository.

    `api_url` is what a runner gives as `GITHUB_API_URL`: `https://api.github.com`, or `https://HOST/api/v3` on an
    Enterprise server. `repository` is `owner/name`. Use it in a `with` block, or `close` it. Raises `GitHubError` for
    what can be neither.
    """

    def __init__(
        self,
        api_url: str,
        repository: str,
        token: Secret,
        *,
        timeout_seconds: int = 15,
        retries: int = 3,
        backoff_seconds: float = 0.5,
    ) -> None:
        from erd.github.connection import Connection  # noqa: PLC0415 - it loads PyGithub, which few runs need

        if not _NAME.fullmatch(repository):
            raise failures.no_name(repository)
        self.repository = repository
        # What it is called in errors.
        self.name = repository
        self.connection = Connection(
            api_url, token, timeout_seconds=timeout_seconds, retries=retries, backoff_seconds=backoff_seconds
        )

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self.connection.api_url!r}, {self.name!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self.connection.close()

    def path(self, path: str) -> str:
        """A path in this repository's part of the API."""
        return f"/repos/{self.repository}{path}"

    def blob(self, sha: str) -> bytes:
        """The content of a file, by the sha of it."""
        path = self.path(f"/git/blobs/{quote(sha, safe='')}")
        found = self.connection.get(path, Encoded)
        if found is None:
            raise failures.vanished(self.connection.asked(path))
        return self.decoded(path, found)

    def decoded(self, path: str, found: "Encoded") -> bytes:
        """The content that was found at a path."""
        try:
            if found.encoding == "base64":
                return base64.b64decode(found.content)
        except ValueError:
            pass
        raise failures.not_documented(self.connection.asked(path), "its content is not Base64")


class Encoded(msgspec.Struct, frozen=True, kw_only=True):
    """A content as GitHub sends it."""

    encoding: str = ""
    content: str = ""
