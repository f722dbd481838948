"""A bare repository, made with git's own plumbing."""

import contextlib
import os
import re
import subprocess
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

FILE, EXECUTABLE, LINK, SUBMODULE = "100644", "100755", "120000", "160000"
FIRST_SECOND = 1_700_000_000
SHA = re.compile(r"[0-9a-f]{40}")
# Git waits for who is changing the same ref, writes down where each ref was, and never tidies up.
SETTINGS = """
[core]
	filesRefLockTimeout = 10000
	logAllRefUpdates = always
[gc]
	auto = 0
[http]
	receivepack = true
"""
PERSON = {"NAME": "A Person", "EMAIL": "person@example.com"}


class Entry(NamedTuple):
    """What a tree says of one path."""

    mode: str
    kind: str
    sha: str
    size: int
    path: str


class GitError(Exception):
    """Git said no, in its words."""


class BareRepository:
    """A bare git repository in a folder of its own; commits have times that count up, so that their shas are known."""

    # GitHub's documentation: a tree that is longer, with all that is below, is cut.
    longest_tree = 100_000

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._seconds = FIRST_SECOND
        self._lock = threading.Lock()
        subprocess.run(
            ["git", "init", "--quiet", "--bare", "--initial-branch=main", str(folder)], check=True, env=surroundings()
        )
        with (folder / "config").open("a", encoding="utf-8") as config:
            config.write(SETTINGS)

    def commit(
        self,
        files: Mapping[str, bytes],
        *,
        branch: str = "main",
        parents: Sequence[str] | None = None,
        modes: Mapping[str, str] | None = None,
    ) -> str:
        """A commit on the branch that adds or changes these files; its parents, else the branch's tip. The sha."""
        parents = self._tip(branch) if parents is None else parents
        index = {"GIT_INDEX_FILE": str(self.folder / "index-of-tests")}
        self.git("read-tree", *(parents[:1] or ["--empty"]), environment=index)
        for path, content in files.items():
            mode = (modes or {}).get(path, FILE)
            # What is committed for a submodule is the sha of a commit elsewhere.
            sha = content.decode() if mode == SUBMODULE else self.git("hash-object", "-w", "--stdin", given=content)
            self.git("update-index", "--add", "--cacheinfo", f"{mode},{sha},{path}", environment=index)
        tree = self.git("write-tree", environment=index)
        named = [argument for parent in parents for argument in ("-p", parent)]
        self.tick()
        sha = self.git("commit-tree", tree, *named, "-m", "A commit", environment=self._times())
        self.git("update-ref", f"refs/heads/{branch}", sha)
        return sha

    def tick(self) -> int:
        """The time of the next commit."""
        with self._lock:
            self._seconds += 60
            return self._seconds

    def ref(self, name: str) -> str | None:
        """What a ref, named in full, points to."""
        with contextlib.suppress(OSError):
            # Most are files of their own, which are read much faster than git starts.
            if SHA.fullmatch(sha := (self.folder / name).read_text("utf-8").strip()):
                return sha
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", name)
        except GitError:
            return None

    def refs(self, prefix: str) -> dict[str, str]:
        """What the refs point to whose names begin like this, by their whole names."""
        lines = self.git("for-each-ref", "--format=%(refname) %(objectname)").splitlines()
        return dict(line.split(" ") for line in lines if line.startswith(prefix))

    @property
    def is_empty(self) -> bool:
        """Whether nothing was ever committed."""
        refs = (file for file in (self.folder / "refs").rglob("*") if file.is_file() and file.suffix != ".lock")
        return not (self.folder / "packed-refs").exists() and next(refs, None) is None

    def move(self, ref: str, new: str, old: str) -> bool:
        """Let a ref point to `new`, if it points to `old` at that moment (or is not there, if that is only zeros).

        Zeros as `new` delete it. False, if it is another than `old` or git will not have it.
        """
        try:
            self.git("update-ref", ref, new, old)
        except GitError:
            return False
        return True

    def moves(self, ref: str) -> list[tuple[str, str]]:
        """From where to where a ref, named in full, was moved since it was made, oldest first; zeros are nowhere."""
        lines = (self.folder / "logs" / ref).read_text("utf-8").splitlines()
        return [(line[:40], line[41:81]) for line in lines]

    def contains(self, newer: str, older: str) -> bool:
        """Whether a commit is another one's ancestor, or that itself."""
        return self.merge_base(older, newer) == older

    def resolved(self, ref: str) -> str | None:
        """The sha of the commit that a branch, a tag or a sha names."""
        try:
            return self.git("rev-parse", "--verify", "--quiet", "--end-of-options", f"{ref}^{{commit}}")
        except GitError:
            return None

    def entry(self, commit: str, path: str) -> Entry | None:
        """What is at the path in a commit."""
        return next((entry for entry in self._listed(commit, path) if entry.path == path), None)

    def folder_entries(self, commit: str, path: str) -> list[Entry]:
        """What is in a folder of a commit, without what is below that."""
        return self._listed(commit, f"{path}/")

    def blob(self, sha: str) -> bytes | None:
        """The content of a blob."""
        try:
            return self.raw("cat-file", "blob", sha)
        except GitError:
            return None

    def merge_base(self, one: str, other: str) -> str | None:
        """The sha of the commit where two commits part."""
        try:
            return self.git("merge-base", one, other)
        except GitError:
            return None

    def commits_between(self, older: str, newer: str) -> list[str]:
        """The shas that only the newer one has, oldest first."""
        return self.git("rev-list", "--reverse", f"{older}..{newer}").split()

    def branches(self) -> dict[str, str]:
        """The sha of each branch's tip, by name."""
        lines = self.git("for-each-ref", "--format=%(refname:lstrip=2) %(objectname)", "refs/heads").splitlines()
        return dict(tuple(line.rsplit(" ", 1)) for line in lines)  # type: ignore[misc]  # a pair

    def git(self, *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> str:
        """What git prints, as text without the last line break."""
        return self.raw(*arguments, given=given, environment=environment).decode().removesuffix("\n")

    def raw(self, *arguments: str, given: bytes = b"", environment: Mapping[str, str] | None = None) -> bytes:
        """What git prints. Raises `GitError`."""
        done = subprocess.run(
            ["git", "--literal-pathspecs", "-C", str(self.folder), *arguments],
            input=given, capture_output=True, check=False, env=surroundings() | dict(environment or {}),
        )  # fmt: skip
        if done.returncode != 0:
            raise GitError(done.stderr.decode())
        return done.stdout

    def _tip(self, branch: str) -> list[str]:
        tip = self.resolved(f"refs/heads/{branch}")
        return [tip] if tip else []

    def _listed(self, commit: str, path: str) -> list[Entry]:
        entries = []
        for line in self.git("ls-tree", "-z", "--long", "--full-tree", commit, "--", path).split("\0")[:-1]:
            head, _, name = line.partition("\t")
            mode, kind, sha, size = head.split()
            entries.append(Entry(mode, kind, sha, 0 if size == "-" else int(size), name))
        return entries

    def _times(self) -> dict[str, str]:
        return {f"GIT_{who}_DATE": f"{self._seconds} +0000" for who in ("AUTHOR", "COMMITTER")}


def surroundings() -> dict[str, str]:
    """This process's environment without what a user's or a surrounding repository's git would bring."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")}
    people = {f"GIT_{who}_{what}": value for who in ("AUTHOR", "COMMITTER") for what, value in PERSON.items()}
    return kept | people | {"GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": os.devnull, "GIT_TERMINAL_PROMPT": "0"}
