"""The git repository that is released: its commits and tags, and those of `origin`."""

import base64
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from release.errors import ReleaseError

# GitHub's own account for what a workflow commits.
_AUTHOR = {"NAME": "github-actions[bot]", "EMAIL": "41898282+github-actions[bot]@users.noreply.github.com"}
_FILE = "100644"
_THEIRS = "refs/tags-of-origin"


class Move(NamedTuple):
    """What a tag of `origin` is to point to, and what it must point to until then (empty: it must not be there)."""

    tag: str
    old: str
    new: str


class Repository:
    """A clone. `environ` is git's; a `GITHUB_TOKEN` in it is what it signs in with at `GITHUB_SERVER_URL`."""

    def __init__(self, folder: Path, environ: Mapping[str, str]) -> None:
        self._folder = folder
        self._environ = {**environ, **_signed_in(environ)}

    def commit(self, name: str) -> str:
        """The sha of the commit that a name stands for. Raises `ReleaseError`."""
        return self._git("rev-parse", "--verify", "--quiet", f"{name}^{{commit}}").strip()

    def file(self, commit: str, path: str) -> str:
        """A file in a commit, or nothing if it is not in it."""
        listed = self._git("ls-tree", "--name-only", commit, "--", path)
        return self._git("show", f"{commit}:{path}") if listed else ""

    def seconds(self, commit: str) -> int:
        """When it was committed, in seconds since 1970."""
        return int(self._git("show", "--no-patch", "--format=%ct", commit))

    def fetched_tags(self) -> dict[str, str]:
        """What each tag of `origin` points to. Those of the clone stay as they are."""
        self._git("fetch", "--quiet", "--no-tags", "--prune", "origin", f"+refs/tags/*:{_THEIRS}/*")
        lines = self._git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", _THEIRS).splitlines()
        return {name: sha for name, _, sha in (line.partition(" ") for line in lines)}

    def commit_with(self, parent: str, path: str, content: str, message: str) -> str:
        """The sha of a commit that changes one file of its parent, in no branch.

        It has the time of its parent: made twice, it is the same commit.
        """
        time = f"{self.seconds(parent)} +0000"
        people = {f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in _AUTHOR.items()}
        times = {f"GIT_{who}_DATE": time for who in ("AUTHOR", "COMMITTER")}
        blob = self._git("hash-object", "-w", "--stdin", given=content).strip()
        with tempfile.TemporaryDirectory() as folder:
            index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}
            self._git("read-tree", parent, environ=index)
            self._git("update-index", "--cacheinfo", f"{_FILE},{blob},{path}", environ=index)
            tree = self._git("write-tree", environ=index).strip()
        return self._git("commit-tree", tree, "-p", parent, given=message, environ=people | times).strip()

    def move_tags(self, moves: list[Move]) -> None:
        """Move tags of `origin`, all or none. Raises `ReleaseError` if one is no longer where it was."""
        leases = [f"--force-with-lease=refs/tags/{move.tag}:{move.old}" for move in moves]
        self._git(
            "push", "--quiet", "--atomic", *leases, "origin", *(f"{one.new}:refs/tags/{one.tag}" for one in moves)
        )

    def _git(self, *arguments: str, given: str = "", environ: Mapping[str, str] | None = None) -> str:
        ended = subprocess.run(
            ["git", "-C", str(self._folder), *arguments],
            env={**self._environ, **(environ or {})},
            input=given,
            capture_output=True,
            encoding="utf-8",
            check=False,
        )
        if ended.returncode:
            msg = f"git {arguments[0]} failed: {ended.stderr.strip()} Nothing was released; run the job again."
            raise ReleaseError(msg)
        return ended.stdout


def _signed_in(environ: Mapping[str, str]) -> dict[str, str]:
    """The token as git takes it from its environment: in no file, no address and no argument."""
    if not (token := environ.get("GITHUB_TOKEN")):
        return {}
    basic = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{environ['GITHUB_SERVER_URL']}/.extraheader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {basic}",
    }
