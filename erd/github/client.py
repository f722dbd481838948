"""What every client of one repository on GitHub is: a name, and a connection that ends with it."""

import re
from typing import Self

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
