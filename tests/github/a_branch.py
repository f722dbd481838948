"""The repository `NAME` on the fake GitHub, to which our runs commit, and what plain git finds there afterwards."""

from collections.abc import Mapping

from erd.checks import Secret
from erd.github.commits import Committed, commit_files
from erd.github.drafts import Content
from erd.github.git_database import GitDatabase
from erd.github.own_pull_request import Kept, keep_pull_request
from erd.github.patience import Pace
from tests.tokens import GITHUB

from .builders import NAME
from .fake.exchange import Asked
from .fake.git import BareRepository
from .fake.server import FakeGitHub

ERD, PICTURE = "docs/erd.dbml", "docs/erd.mmd"
OLD, NEW = b"Table a {}\r\n", b"Table b {}\n"
OWN = "dbt-cloud-erd/main"
NO_SHA = "0" * 40


class Clock:
    """Time that passes by sleeping, and not otherwise."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


class Branches:
    """The repository's branches, as our runs and plain git see them."""

    def __init__(self, fake: FakeGitHub, git: BareRepository) -> None:
        self.fake = fake
        self.git = git
        self.clock = Clock()

    @property
    def pace(self) -> Pace:
        return Pace(sleep=self.clock.sleep, clock=self.clock, draw=lambda: 0.5)

    def database(self, *, token: str = GITHUB, name: str = NAME) -> GitDatabase:
        """The client, which does not wait between its tries."""
        return GitDatabase(self.fake.url, name, Secret(token), timeout_seconds=1, retries=2, backoff_seconds=0)

    def commit(
        self,
        files: Mapping[str, Content] | None = None,
        *,
        branch: str = "main",
        message: str = "ERD: +1 table",
        may_create: bool = False,
        token: str = GITHUB,
        pace: Pace | None = None,
    ) -> Committed:
        """A run that commits, without waiting in truth."""
        with self.database(token=token) as git:
            return commit_files(
                git,
                branch=branch,
                files={ERD: NEW} if files is None else files,
                message=message,
                may_create=may_create,
                pace=pace or self.pace,
            )

    def bring(
        self,
        files: Mapping[str, Content] | None = None,
        *,
        base: str = "main",
        title: str = "The ERD",
        body: str = "+1 table",
        branch: str = "",
        token: str = GITHUB,
        pace: Pace | None = None,
    ) -> Kept:
        """A run that keeps the pull request, without waiting in truth."""
        with self.database(token=token) as git:
            return keep_pull_request(
                git,
                base=base,
                files={ERD: NEW} if files is None else files,
                message=title,
                title=title,
                body=body,
                branch=branch,
                pace=pace or self.pace,
            )

    def tip(self, branch: str = "main") -> str:
        """The branch's commit; empty if there is no branch."""
        return self.git.ref(f"refs/heads/{branch}") or ""

    def content(self, path: str = ERD, branch: str = "main") -> bytes:
        """A file as it is committed."""
        return self.git.raw("cat-file", "blob", f"{branch}:{path}")

    def log(self, branch: str = "main") -> list[str]:
        """The titles of its commits, oldest first."""
        return self.git.git("log", "--reverse", "--format=%s", branch).splitlines()

    def stat(self, commit: str) -> list[str]:
        """The paths that a commit changes."""
        return sorted(self.git.git("show", "--format=", "--name-only", "-m", "--first-parent", commit).splitlines())

    def modes(self, branch: str = "main") -> dict[str, str]:
        """The mode of each path."""
        lines = self.git.git("ls-tree", "-r", branch).splitlines()
        return {line.partition("\t")[2]: line.split()[0] for line in lines}

    def check(self) -> None:
        """What git itself says of it, and that no branch but our own was ever forced."""
        self.check_objects()
        for branch in self.git.branches():
            if branch != OWN:
                moves = self.git.moves(f"refs/heads/{branch}")
                assert all(self.git.contains(new, old) for old, new in moves if old != NO_SHA), branch

    def check_objects(self) -> None:
        """What git itself says of it."""
        assert self.git.git("fsck", "--strict", "--no-dangling", "--no-progress") == ""

    def asked(self) -> list[str]:
        """What came to GitHub, in few words, and since then nothing."""
        words = [_words(asked) for asked in self.fake.requests]
        self.fake.requests.clear()
        return words


def _words(asked: Asked) -> str:
    path = asked.path.removeprefix(f"/repos/{NAME}").removeprefix("/git")
    head, _, rest = path.strip("/").partition("/")
    return f"{asked.method} {head}" + (f" {rest.removeprefix('heads/')}" if head in {"ref", "refs"} and rest else "")
