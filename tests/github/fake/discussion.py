"""The pull requests of a repository and the comments in them, in memory: what a test puts there, and looks at."""

import itertools
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .git import BareRepository

A_PERSON = "a-person"


@dataclass
class Comment:
    """A comment as it stands now."""

    id: int
    number: int
    login: str
    body: str
    created: float
    updated: float


@dataclass
class PullRequest:
    """A pull request. Its head is the tip of a branch in the git repository, also that of a fork (of `head_owner`).

    A test may close and lock it by its fields.
    """

    number: int
    branch: str
    base: str
    head_owner: str
    login: str
    title: str
    created: float
    body: str | None = None
    draft: bool = False
    updated: float = 0
    closed: float = 0
    state: str = "open"
    merged: bool = False
    locked: bool = False
    # The head when it was last looked at: it outlives its branch, and stays where it was when it was closed.
    last_sha: str = ""


class Discussion:
    """All pull requests of one repository. Every method may be called from any thread.

    `now` is the clock of what is written; `keeps` is what the server makes of a body that it is given.
    `lets_workflows_propose` is the repository's setting that lets Actions create pull requests.
    """

    def __init__(self) -> None:
        self.now: Callable[[], float] = time.time
        self.keeps: Callable[[str], str] = lambda body: body
        self.lets_workflows_propose = True
        self.pulls: dict[int, PullRequest] = {}
        self._comments: dict[int, Comment] = {}
        self._ids = itertools.count(1_000_001)
        self._lock = threading.RLock()

    def open_pull(
        self, number: int, branch: str, *, base: str = "main", head_owner: str = "", login: str = A_PERSON
    ) -> PullRequest:
        """A new pull request; from a fork, if the head has another owner."""
        with self._lock:
            pull = PullRequest(number, branch, base, head_owner, login, f"Pull request {number}", self.now())
            self.pulls[number] = pull
            return pull

    def next_number(self) -> int:
        """The number of the next pull request."""
        return max(self.pulls, default=0) + 1

    def open_pulls(self) -> list[PullRequest]:
        """The pull requests that are open, oldest first."""
        return [pull for _, pull in sorted(self.pulls.items()) if pull.state == "open"]

    def close(self, pull: PullRequest, *, merged: bool = False) -> None:
        """Close a pull request."""
        pull.state, pull.merged, pull.closed = "closed", merged, self.now()

    def settle(self, git: BareRepository) -> None:
        """Close the pull requests of our own branches that lost a branch, or whose base has all that they bring.

        Merged is what was not moved itself.
        """
        with self._lock:
            for pull in self.open_pulls():
                if pull.head_owner:
                    continue
                head, base = (git.ref(f"refs/heads/{name}") for name in (pull.branch, pull.base))
                if head is None or base is None:
                    self.close(pull)
                elif git.contains(base, head):
                    self.close(pull, merged=pull.last_sha == head)
                pull.last_sha = head or pull.last_sha

    def comments(self, number: int) -> list[Comment]:
        """The comments in a pull request as they stand now, oldest first."""
        with self._lock:
            return [one for _, one in sorted(self._comments.items()) if one.number == number]

    def bodies(self, number: int) -> list[str]:
        """What the comments in a pull request say now, oldest first."""
        return [one.body for one in self.comments(number)]

    def comment(self, comment_id: int) -> Comment | None:
        """The comment of this id, if it is there."""
        return self._comments.get(comment_id)

    def say(self, number: int, body: str, login: str = A_PERSON) -> Comment:
        """A new comment."""
        with self._lock:
            now = self.now()
            made = Comment(next(self._ids), number, login, self.keeps(body), now, now)
            self._comments[made.id] = made
            return made

    def edit(self, comment_id: int, body: str) -> Comment:
        """Let a comment say something else."""
        with self._lock:
            edited = self._comments[comment_id]
            edited.body, edited.updated = self.keeps(body), self.now()
            return edited

    def delete(self, comment_id: int) -> None:
        """A comment less."""
        with self._lock:
            del self._comments[comment_id]
