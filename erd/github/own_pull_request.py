"""Files brought by a pull request from a branch of our own, for a base branch that is protected.

The branch is one commit on top of where the base is, and moved by force: nobody else works on it. That it is ours is
seen by its commit (`is_own_commit`, for this branch, and nothing else between it and the base); else it is left alone.
When the base has the files, the pull request is closed, and the branch deleted.

Each round looks at all of it and does the first thing that is not as it should be, so that what failed, was not
answered, or was done by another run is no special case. Of two runs at once, each brings its commit at most once, so
the later one's stays, and the other one leaves the rest to it. Of two swaps GitHub's API cannot compare the first one's
state: who commits on our branch in the moment between our look and our swap loses that commit from it.
"""

import logging
from collections.abc import Mapping
from enum import Enum

import msgspec

from erd.errors import GitHubError
from erd.github import refusals
from erd.github.commit_message import is_own_commit
from erd.github.drafts import Content, Drafts
from erd.github.git_database import Commit, GitDatabase, branch_name
from erd.github.patience import Pace, Patience
from erd.github.proposals import PullRequest, PullRequests, Wanted
from erd.github.refusals import MovedError
from erd.github.trees import Plan

log = logging.getLogger(__name__)

OWN_BRANCHES = "dbt-cloud-erd/"
MOST_ROUNDS = 40


class Outcome(Enum):
    """What came of it."""

    CREATED = "created"
    REOPENED = "reopened"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    CLOSED = "closed"
    NOTHING = "nothing to bring"
    OVERTAKEN = "overtaken by another run"


class Kept(msgspec.Struct, frozen=True, kw_only=True):
    """What came of it: the pull request (0 and empty if there is none), its branch, and the commit that it brings."""

    outcome: Outcome
    branch: str
    number: int = 0
    url: str = ""
    sha: str = ""
    changed: tuple[str, ...] = ()


def keep_pull_request(
    git: GitDatabase,
    *,
    base: str,
    files: Mapping[str, Content],
    message: str,
    title: str,
    body: str,
    branch: str = "",
    pace: Pace | None = None,
) -> Kept:
    """Let one pull request bring these files to the branch `base`, and none if they are there already.

    Its own branch is `dbt-cloud-erd/` and the base's name, unless `branch` is given. Raises `GitHubError`: a
    `CannotCommitError` for what no trying again would help.
    """
    base = branch_name(base)
    branch = branch_name(branch or f"{OWN_BRANCHES}{base}")
    if branch == base:
        raise refusals.not_a_branch(branch, "the pull request's base, and cannot be its own branch as well")
    drafts = Drafts(git, files, message, own_branch=branch)
    return _Keeper(git, base, branch, drafts, Wanted(title, body), pace or Pace()).kept()


class _Keeper:
    """The rounds until nothing is left to do."""

    def __init__(self, git: GitDatabase, base: str, branch: str, drafts: Drafts, wanted: Wanted, pace: Pace) -> None:
        self._git = git
        self._base = base
        self._branch = branch
        self._drafts = drafts
        self._wanted = wanted
        self._patience = Patience(pace)
        self._pulls = PullRequests(git, branch, base)
        # What we did, or may have done; in the end, the greatest of it counts.
        self._did: set[Outcome] = set()
        self._start: Commit | None = None
        self._before = ""
        self._is_brought = self._is_reopening_vain = False

    def kept(self) -> Kept:
        for _ in range(MOST_ROUNDS):
            try:
                if kept := self._round():
                    return kept
            except MovedError as error:
                self._patience.after_standstill(error)
                self._patience.after(error)
            except GitHubError as error:
                self._patience.after(error)
        raise GitHubError(
            f"The pull request from {self._branch} was changed by others again and again.",
            "Let only one workflow bring it, or give each a commit-branch of its own.",
        )

    def _round(self) -> Kept | None:
        """Do one thing, or tell that nothing is left to do."""
        # When our commit is there, the base may move on: the next run brings the branch after it.
        base = self._start if self._start and self._is_brought else self._base_head()
        plan = self._drafts.plan(base.tree)
        own = self._git.head(self._branch)
        pulls = self._pulls.found()
        current = next((pull for pull in pulls if pull.is_open), None)
        if not plan.changes:
            return self._put_away(base, own, current)
        if own is not None and not self._is_ours(own, base):
            raise refusals.not_ours(self._branch)
        if own is None or not self._is_as_planned(own, base, plan):
            if self._is_brought and own is not None:
                return self._overtaken(own, current)
            self._bring(base, plan, own)
            return None
        self._is_brought, self._start = True, base
        if current is None:
            self._open(own, pulls)
            return None
        if not self._wanted.is_said_by(current):
            self._did.add(Outcome.UPDATED)
            self._pulls.say(current, self._wanted)
            return None
        return self._told(own, current, plan)

    def _base_head(self) -> Commit:
        head = self._git.head(self._base)
        if head is None:
            self._git.facts()
            raise refusals.no_branch(self._git.name, self._base)
        return head

    def _is_ours(self, own: Commit, base: Commit) -> bool:
        """Whether all that is on the branch, and not on the base, is one commit of ours."""
        is_one = len(own.parents) == 1 and is_own_commit(own.message, own.tree, self._branch)
        return is_one and self._git.contains(base.sha, own.parents[0])

    def _is_as_planned(self, own: Commit, base: Commit, plan: Plan) -> bool:
        if own.parents != (base.sha,):
            return False
        return own.tree == plan.tree if plan.tree else not self._drafts.plan(own.tree).changes

    def _bring(self, base: Commit, plan: Plan, own: Commit | None) -> None:
        made = self._drafts.commit(base, plan)
        self._did.add(Outcome.UPDATED)
        if own is None:
            self._git.make_branch(self._branch, made.sha)
        else:
            self._before = own.sha
            self._git.force_branch(self._branch, made.sha)
        self._is_brought, self._start = True, base

    def _open(self, own: Commit, pulls: list[PullRequest]) -> None:
        """Open the one that was closed and is as its branch is, or a new one."""
        last = pulls[0] if pulls else None
        if last and not last.is_merged and last.head_sha == own.sha and not self._is_reopening_vain:
            self._did.add(Outcome.REOPENED)
            self._is_reopening_vain = not self._pulls.reopen(last)
            return
        self._did.add(Outcome.CREATED)
        self._pulls.open(self._wanted)

    def _put_away(self, base: Commit, own: Commit | None, current: PullRequest | None) -> Kept | None:
        """The base has the files: close the pull request, then delete the branch."""
        if own is not None and not self._is_ours(own, base):
            log.warning("%s has commits of others, and is left as it is, with its pull request.", self._branch)
        elif current is not None:
            self._did.add(Outcome.CLOSED)
            self._pulls.close(current)
            return None
        elif own is not None:
            self._git.delete_branch(self._branch)
            return None
        outcome = Outcome.CLOSED if Outcome.CLOSED in self._did else Outcome.NOTHING
        return Kept(outcome=outcome, branch=self._branch)

    def _overtaken(self, own: Commit, current: PullRequest | None) -> Kept:
        if own.sha == self._before:
            raise refusals.moved(self._branch, "(GitHub still shows where it was)")
        log.info("Another run has brought %s to another commit meanwhile.", self._branch)
        number, url = (current.number, current.url) if current else (0, "")
        return Kept(outcome=Outcome.OVERTAKEN, branch=self._branch, number=number, url=url, sha=own.sha)

    def _told(self, own: Commit, pull: PullRequest, plan: Plan) -> Kept:
        ranked = (Outcome.CREATED, Outcome.REOPENED, Outcome.UPDATED)
        return Kept(
            outcome=next((one for one in ranked if one in self._did), Outcome.UNCHANGED),
            branch=self._branch,
            number=pull.number,
            url=pull.url,
            sha=own.sha,
            changed=tuple(change.path for change in plan.changes),
        )
