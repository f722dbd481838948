"""One repository on GitHub, read by its REST API: a committed file, and where two commits stand to each other.

The shapes and limits are those of GitHub's REST reference: "Get repository content", "Compare two commits" and "List
branches". PyGithub is not loaded with this module, but with the first `Repository`.
"""

from enum import Enum
from typing import Any
from urllib.parse import quote

import msgspec

from erd.checks import Secret
from erd.github import failures
from erd.github.client import Client, Encoded

LARGEST_FILE_BYTES = 100 * 1024 * 1024
"""GitHub gives no larger file."""


class Standing(Enum):
    """Where a commit stands as seen from another one, in GitHub's words."""

    IDENTICAL = "identical"
    AHEAD = "ahead"
    BEHIND = "behind"
    DIVERGED = "diverged"


class Comparison(msgspec.Struct, frozen=True, kw_only=True):
    """Where the newer of two commits stands as seen from the older one, if they are what they are called.

    `ahead_by` counts the commits that only the newer one has, which is how far the older one is behind; `behind_by`
    those that only the older one has. The merge base is the commit where the two part.
    """

    status: Standing
    merge_base_sha: str
    ahead_by: int
    behind_by: int


class Repository(Client):
    """Reads one repository with a token that needs `contents: read`, and changes nothing.

    A `ref` is a branch, a tag or the sha of a commit. Every method raises `GitHubError`.
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
        largest_file_bytes: int = LARGEST_FILE_BYTES,
    ) -> None:
        super().__init__(
            api_url,
            repository,
            token,
            timeout_seconds=timeout_seconds,
            retries=retries,
            backoff_seconds=backoff_seconds,
        )
        self._largest_file_bytes = largest_file_bytes

    def committed_file(self, path: str, ref: str) -> bytes | None:
        """The file as it is committed there; none if the commit, or a file at that path of it, does not exist.

        A folder or a submodule is no file. Of a symbolic link that stays in the repository GitHub gives the file it
        leads to; any other link is no file either.
        """
        names = [name for name in path.split("/") if name not in {"", "."}]
        if not names or ".." in names:
            return None
        path = "/".join(names)
        found = self._found(f"contents/{quote(path)}", list[Any] | _Content, {"ref": ref})
        if not isinstance(found, _Content) or found.type != "file":
            return None
        if found.size > self._largest_file_bytes:
            raise failures.too_large(f"{path} at {ref}", found.size, self._largest_file_bytes)
        if found.encoding == "none":
            # GitHub's way of saying that it is over 1 MB.
            return self.blob(found.sha)
        return self.decoded(self.path(f"/contents/{quote(path)}"), found)

    def commits_behind(self, older: str, newer: str) -> Comparison | None:
        """Where `newer` stands as seen from `older`; none if GitHub does not know one of them, or no merge base.

        Each is a ref. For the commit of a run and the merge base of a pull request, in this order: `AHEAD` says that
        the run is older than the merge base, by `ahead_by` commits.
        """
        # One commit a page: the answer would else hold up to 250, of which none is read.
        found = self._found(f"compare/{quote(older, safe='')}...{quote(newer, safe='')}", _Comparison, {"per_page": 1})
        if found is None:
            return None
        return Comparison(
            status=found.status,
            merge_base_sha=found.merge_base_commit.sha,
            ahead_by=found.ahead_by,
            behind_by=found.behind_by,
        )

    def merge_base(self, base: str, head: str) -> str | None:
        """The sha of the commit where two refs part; none if GitHub does not know one of them, or no such commit."""
        comparison = self.commits_behind(base, head)
        return comparison.merge_base_sha if comparison else None

    def _found(self, path: str, shape: Any, params: dict[str, str | int] | None = None) -> Any:
        """What is at the path in this repository; none if GitHub says 404 for it, but not for the repository itself."""
        found = self.connection.get(self.path(f"/{path}"), shape, params)
        if found is None:
            self._check_visible()
        return found

    def _check_visible(self) -> None:
        """GitHub says 404 too for what a token may not see: raise if that is the whole repository."""
        path = self.path("/branches")
        if self.connection.get(path, list[Any], {"per_page": 1}) is None:
            raise failures.invisible(self.connection.asked(path), self.name)


class _Content(Encoded, frozen=True, kw_only=True):
    type: str
    sha: str
    size: int


class _Commit(msgspec.Struct, frozen=True):
    sha: str


class _Comparison(msgspec.Struct, frozen=True):
    status: Standing
    merge_base_commit: _Commit
    ahead_by: int
    behind_by: int
