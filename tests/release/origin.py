"""A project to be released: its repository behind `origin`, and a clone of it as a job has one."""

import subprocess
from pathlib import Path
from typing import NamedTuple

from release.repository import Repository
from tests.github.fake.git import BareRepository, surroundings

ACTION = "name: A\nruns:\n  using: docker\n  image: Dockerfile\n"


class Project(NamedTuple):
    """Where it is, and where jobs have their clones."""

    origin: BareRepository
    folder: Path

    def commit(self, name: str = "a file", branch: str = "main") -> str:
        """A commit that can be released. The sha."""
        return self.origin.commit({"action.yml": ACTION.encode(), name: name.encode()}, branch=branch)

    def tag(self, name: str, sha: str) -> str:
        """Somebody pushes a tag. The sha again."""
        self.origin.git("update-ref", f"refs/tags/{name}", sha)
        return sha

    def checked_out(self, commit: str) -> Repository:
        """A new clone with this commit, as a job has it."""
        clone = self.folder / f"clone-{len(list(self.folder.iterdir()))}"
        for words in (["clone", "--quiet", "--no-checkout", str(self.origin.folder), str(clone)],
                      ["-C", str(clone), "checkout", "--quiet", commit]):  # fmt: skip
            subprocess.run(["git", *words], env=surroundings(), check=True, capture_output=True)
        return Repository(clone, surroundings())

    @property
    def tags(self) -> dict[str, str]:
        """What each tag points to."""
        return {name.removeprefix("refs/tags/"): sha for name, sha in self.origin.refs("refs/tags/").items()}


def project_in(folder: Path) -> Project:
    """A project without commits."""
    (folder / "clones").mkdir()
    return Project(BareRepository(folder / "origin.git"), folder / "clones")
