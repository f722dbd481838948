"""The git objects and branches of one repository on GitHub, by its REST API.

The shapes and limits are those of GitHub's REST reference, "Git database" (blobs, trees, commits, references), "Get a
repository", "Compare two commits" and "Create or update file contents". PyGithub is loaded with the first
`GitDatabase`.
"""

import base64
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import msgspec

from erd.checks import Secret
from erd.github import failures, refusals
from erd.github.client import Client
from erd.github.failures import RefusedError
from erd.github.trees import Change, Folder, blob_sha

# What git allows in the name of a branch (git-check-ref-format).
_BRANCH = re.compile(r"(?!-|/|.*//|.*\.\.|.*@\{|.*/$|.*\.$|(?:.*/)?\.|.*\.lock(?:/|$)|@$)[^\x00-\x20\x7f~^:?*\[\\]+")
_SHA = re.compile(r"[0-9a-fA-F]{40}")
_OTHER_REFS = {"refs/tags/": "a tag", "refs/pull/": "a pull request's own ref", "refs/": "no branch"}
_MERGE_QUEUES = "gh-readonly-queue/"
GONE = "(404)"


class Commit(msgspec.Struct, frozen=True, kw_only=True):
    """A commit as git has it; verified, if GitHub says so."""

    sha: str
    tree: str
    parents: tuple[str, ...]
    message: str
    url: str
    is_verified: bool


class RepositoryFacts(msgspec.Struct, frozen=True):
    """What is asked about a repository as a whole."""

    default_branch: str
    html_url: str = ""


class GitDatabase(Client):
    """Reads and writes one repository's objects and branches, with a token that needs `contents: write`.

    Every method raises `GitHubError`; of these, a write that leaves open whether it is done an `UnansweredError`.
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
        super().__init__(
            api_url,
            repository,
            token,
            timeout_seconds=timeout_seconds,
            retries=retries,
            backoff_seconds=backoff_seconds,
        )
        # Both are named by what they hold, so what was seen once stays true.
        self._folders: dict[str, Folder] = {}
        self._blobs: set[str] = set()

    def facts(self) -> RepositoryFacts:
        """About the repository as a whole."""
        path = self.path("")
        found = self.connection.get(path, RepositoryFacts)
        if found is None:
            raise failures.invisible(self.connection.asked(path), self.name)
        return found  # type: ignore[no-any-return]

    def head(self, branch: str) -> Commit | None:
        """The commit that a branch is at; none if there is no such branch. Raises `EmptyRepositoryError`."""
        # Not "Get a commit" by the branch's name: that computes a difference, and fails where it is too large.
        with self._refusing():
            found = self.connection.get(self.path(f"/git/ref/heads/{quote(branch)}"), _Ref)
        return self.commit(found.object.sha) if found else None

    def commit(self, sha: str) -> Commit:
        """One commit, by its sha."""
        path = self.path(f"/git/commits/{quote(sha, safe='')}")
        found = self.connection.get(path, _Commit)
        if found is None:
            raise failures.vanished(self.connection.asked(path))
        return found.told()  # type: ignore[no-any-return]

    def is_tag(self, name: str) -> bool:
        """Whether there is a tag of this name."""
        return self.connection.get(self.path(f"/git/ref/tags/{quote(name)}"), _Ref) is not None

    def folder(self, sha: str) -> Folder:
        """One tree, without what is below."""
        if sha not in self._folders:
            path = self.path(f"/git/trees/{quote(sha, safe='')}")
            found = self.connection.get(path, Folder)
            if found is None:
                raise failures.vanished(self.connection.asked(path))
            self._folders[sha] = found
        return self._folders[sha]

    def contains(self, newer: str, older: str) -> bool:
        """Whether a commit is another one's ancestor, or that itself."""
        if newer == older:
            return True
        path = self.path(f"/compare/{quote(older, safe='')}...{quote(newer, safe='')}")
        found = self.connection.get(path, _Comparison, {"per_page": 1})
        return found is not None and found.status in {"ahead", "identical"}

    def add_blob(self, content: bytes) -> None:
        """Let GitHub have a file's content; nothing leads to it yet."""
        sha = blob_sha(content)
        if sha in self._blobs:
            return
        given = {"content": base64.b64encode(content).decode(), "encoding": "base64"}
        if self._post("/git/blobs", _Object, given).sha != sha:
            raise refusals.other_tree(self.name)
        self._blobs.add(sha)

    def add_tree(self, base: str | None, changes: Sequence[Change]) -> str:
        """A tree that is another one with these changes. Its sha."""
        entries = [{"path": one.path, "mode": one.mode, "type": "blob", "sha": one.sha} for one in changes]
        given = {"tree": entries} | ({"base_tree": base} if base else {})
        return str(self._post("/git/trees", _Object, given).sha)

    def add_commit(self, message: str, tree: str, parents: Sequence[str]) -> Commit:
        """A commit that no branch has yet. Without an author or a committer, so that GitHub signs an app's."""
        given = {"message": message, "tree": tree, "parents": list(parents)}
        return self._post("/git/commits", _Commit, given).told()  # type: ignore[no-any-return]

    def make_branch(self, branch: str, sha: str) -> None:
        """A new branch. Raises `MovedError` if there is one."""
        given = {"ref": f"refs/heads/{branch}", "sha": sha}
        with self._changing(branch):
            made = self.connection.post(self.path("/git/refs"), _Ref, given)
        if made is None:
            raise refusals.no_right(self.name, f"(POST {self.path('/git/refs')} → 404)")

    def move_branch(self, branch: str, sha: str) -> None:
        """Let a branch go on to a commit that comes after where it is. Raises `MovedError` if it does not."""
        self._move(branch, sha, force=False)

    def force_branch(self, branch: str, sha: str) -> None:
        """Let a branch of our own be at a commit, wherever it was. Raises `MovedError` if it is gone."""
        self._move(branch, sha, force=True)

    def delete_branch(self, branch: str) -> None:
        """Delete a branch, or find it gone. Raises `MovedError` if it is still there."""
        try:
            with self._changing(branch):
                self.connection.delete(self.path(f"/git/refs/heads/{quote(branch)}"))
        except refusals.MovedError:
            # It may be gone already: GitHub says the same to that.
            if self.head(branch) is not None:
                raise

    def put_first_file(self, branch: str, path: str, content: bytes, message: str) -> Commit:
        """The first commit of an empty repository, which has one file. Raises `MovedError` if it is not empty."""
        given = {"message": message, "content": base64.b64encode(content).decode(), "branch": branch}
        with self._changing(branch):
            made = self.connection.put(self.path(f"/contents/{quote(path)}"), _FileCommit, given)
        if made is None:
            raise refusals.moved(branch, GONE)
        return made.commit.told()  # type: ignore[no-any-return]

    def _move(self, branch: str, sha: str, *, force: bool) -> None:
        with self._changing(branch):
            found = self.connection.patch(
                self.path(f"/git/refs/heads/{quote(branch)}"), _Ref, {"sha": sha, "force": force}
            )
        if found is None:
            raise refusals.moved(branch, GONE)

    def _post(self, path: str, shape: Any, given: dict[str, Any]) -> Any:
        with self._refusing():
            made = self.connection.post(self.path(path), shape, given)
        if made is None:
            # Some tokens are told that there is nothing where they may not write.
            raise refusals.no_right(self.name, f"(POST {self.path(path)} → 404)")
        return made

    @contextmanager
    def _refusing(self) -> Iterator[None]:
        try:
            yield
        except RefusedError as error:
            raise refusals.not_done(error, self.name) from None

    @contextmanager
    def _changing(self, branch: str) -> Iterator[None]:
        try:
            yield
        except RefusedError as error:
            raise refusals.branch_not_done(error, self.name, branch) from None


def branch_name(ref: str) -> str:
    """The name of a branch, given as it is or as `refs/heads/…`. Raises `NotABranchError`."""
    name = ref.removeprefix("refs/heads/")
    if name.startswith(_MERGE_QUEUES):
        raise refusals.not_a_branch(ref, "a merge queue's own branch")
    for prefix, what in _OTHER_REFS.items():
        if name.startswith(prefix):
            raise refusals.not_a_branch(ref, what)
    if re.fullmatch(r"\d+/merge", name):
        raise refusals.not_a_branch(ref, "the merge that GitHub tries for a pull request")
    if _SHA.fullmatch(name) or name in {"", "HEAD"}:
        raise refusals.not_a_branch(ref, "a commit without a branch" if name else "no branch")
    if not _BRANCH.fullmatch(name) or not name.isprintable():
        raise refusals.not_a_branch(ref, "no name of a branch")
    return name


class _Object(msgspec.Struct, frozen=True):
    sha: str


class _Ref(msgspec.Struct, frozen=True):
    object: _Object


class _Verification(msgspec.Struct, frozen=True):
    verified: bool = False


class _Commit(msgspec.Struct, frozen=True):
    sha: str
    tree: _Object
    message: str = ""
    parents: tuple[_Object, ...] = ()
    html_url: str = ""
    verification: _Verification = _Verification()

    def told(self) -> Commit:
        return Commit(
            sha=self.sha,
            tree=self.tree.sha,
            parents=tuple(one.sha for one in self.parents),
            message=self.message,
            url=self.html_url,
            is_verified=self.verification.verified,
        )


class _FileCommit(msgspec.Struct, frozen=True):
    commit: _Commit


class _Comparison(msgspec.Struct, frozen=True):
    status: str
