"""Files committed to a branch on GitHub: all in one commit, only what has changed, and nobody else's commit lost.

By the REST API's git objects (blobs, a tree upon the head's tree, a commit), then a compare-and-swap on the branch:

- GitHub signs the commit of an app or a workflow, as it does in GraphQL's `createCommitOnBranch`: no author is given.
- A file keeps its mode, and a link is seen before it is written through; `createCommitOnBranch` knows no modes.
- A file may have 100 MB; there, all of a commit together some 40 (peter-evans/create-pull-request#3057).
- A new branch begins with its commit; there, the branch must be made first, and stays if the commit then fails.
- It costs a request a file and 7 more, there 4 in all: that matters to nobody who commits a few files.
- What a swap is that lost: `expectedHeadOid` gives 200 with STALE_DATA; `force: false` a 422 ("Update is not a fast
  forward", "Reference cannot be updated"). Of these words nothing is made: after a 422 the branch is looked at again.
  `force: false` is a little weaker: to who takes back commits between our look and our swap, they come back.

In an empty repository there are no git objects to begin with (409), so "Create or update file contents" makes the first
file; if there are more, a second commit has them.

Whatever failed, the next round begins by looking: at where the branch is, whether a commit of ours is in it whose swap
was not answered, and what is still to be changed. So a commit is made once, however often it is tried.
"""

import logging
from collections.abc import Mapping

import msgspec

from erd.errors import GitHubError
from erd.github import refusals
from erd.github.commit_message import is_own_commit
from erd.github.drafts import Content, Drafts
from erd.github.git_database import Commit, GitDatabase, branch_name
from erd.github.patience import Pace, Patience
from erd.github.refusals import EmptyRepositoryError, MovedError

log = logging.getLogger(__name__)


class Committed(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the paths that changed (none: all was there already), and the commit that has the files.

    That is ours, or if nothing changed the one where the branch is (or would begin).
    """

    branch: str
    sha: str
    url: str
    changed: tuple[str, ...] = ()
    is_new_branch: bool = False
    is_verified: bool = False


def commit_files(
    git: GitDatabase,
    *,
    branch: str,
    files: Mapping[str, Content],
    message: str,
    may_create: bool = False,
    pace: Pace | None = None,
) -> Committed:
    """Let a branch have these files, by their paths in the repository, in one commit if any of them is otherwise.

    A file that is an `Edit` is one that is there, changed upon whatever is in it by then.
    `branch` is a name, or `refs/heads/…`. One that is missing is made from the default branch if it `may_create`. The
    message gets a trailer by which `is_own_commit` knows it. Raises `GitHubError`: a `CannotCommitError` for what no
    trying again would help.
    """
    return _Committer(git, branch_name(branch), Drafts(git, files, message), pace or Pace(), may_create).committed()


class _Committer:
    """The rounds until it is done. What is remembered is what was sent, never where the branch was."""

    def __init__(self, git: GitDatabase, branch: str, drafts: Drafts, pace: Pace, may_create: bool) -> None:
        self._git = git
        self._branch = branch
        self._drafts = drafts
        self._patience = Patience(pace)
        self._may_create = may_create
        # Commits of ours that the branch was to be at, with what they changed; and where it was when it was refused.
        self._sent: dict[str, Committed] = {}
        self._refused_at: tuple[str | None, MovedError] | None = None
        self._first = ""

    def committed(self) -> Committed:
        while True:
            try:
                return self._round()
            except GitHubError as error:
                self._patience.after(error)

    def _round(self) -> Committed:
        try:
            head = self._git.head(self._branch)
        except EmptyRepositoryError:
            return self._begin()
        if head is not None and (landed := self._landed(head)):
            return landed
        self._check_standstill(head)
        start = head or self._start()
        plan = self._drafts.plan(start.tree)
        if not plan.changes:
            return self._nothing_to_do(start)
        made = self._drafts.commit(start, plan)
        done = Committed(
            branch=self._branch,
            sha=made.sha,
            url=made.url,
            changed=tuple(sorted({change.path for change in plan.changes} | self._begun(start))),
            is_new_branch=head is None or bool(self._begun(start)),
            is_verified=made.is_verified,
        )
        self._sent[made.sha] = done
        try:
            if head is None:
                self._git.make_branch(self._branch, made.sha)
            else:
                self._git.move_branch(self._branch, made.sha)
        except MovedError as error:
            self._refused_at = (head.sha if head else None, error)
            raise
        return done

    def _landed(self, head: Commit) -> Committed | None:
        """What was sent, and is in the branch though nobody told us so."""
        return next((done for sha, done in self._sent.items() if self._git.contains(head.sha, sha)), None)

    def _check_standstill(self, head: Commit | None) -> None:
        """A branch that is refused again and again, and has not moved, is refused for another reason."""
        if self._refused_at is not None:
            sha, error = self._refused_at
            self._refused_at = None
            if sha == (head.sha if head else None):
                self._patience.after_standstill(error)

    def _start(self) -> Commit:
        """The commit that a branch which is not there begins at."""
        default = self._git.facts().default_branch
        if self._git.is_tag(self._branch):
            raise refusals.not_a_branch(self._branch, "a tag")
        if not self._may_create:
            raise refusals.no_branch(self._git.name, self._branch)
        start = None if default == self._branch else self._git.head(default)
        if start is None:
            raise refusals.no_default_branch(self._git.name, default)
        return start

    def _begin(self) -> Committed:
        """The first file of an empty repository; the rest is as everywhere."""
        if not self._may_create and self._branch != self._git.facts().default_branch:
            raise refusals.no_branch(self._git.name, self._branch)
        self._first, content, message = self._drafts.first()
        made = self._git.put_first_file(self._branch, self._first, content, message)
        if self._drafts.are_several:
            return self._round()
        return self._done_first(made)

    def _nothing_to_do(self, head: Commit) -> Committed:
        if self._begun(head):
            return self._done_first(head)
        log.info("All files are on %s as they should be: nothing to commit.", self._branch)
        return Committed(branch=self._branch, sha=head.sha, url=head.url, is_verified=head.is_verified)

    def _begun(self, head: Commit) -> set[str]:
        """The first file of an empty repository, if we have brought it."""
        is_ours = not head.parents and is_own_commit(head.message, head.tree)
        return {self._first} if self._first and is_ours else set()

    def _done_first(self, made: Commit) -> Committed:
        return Committed(
            branch=self._branch,
            sha=made.sha,
            url=made.url,
            changed=(self._first,),
            is_new_branch=True,
            is_verified=made.is_verified,
        )
