"""The pull requests between two branches of one repository on GitHub, by its REST API ("Pull requests")."""

from collections.abc import Mapping
from typing import Any

import msgspec

from erd.github import refusals
from erd.github.commit_message import LONGEST_TITLE
from erd.github.failures import UNPROCESSABLE, RefusedError
from erd.github.git_database import GitDatabase
from erd.github.saying import LONGEST

PAGE = 100


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request from one branch to another, and the commit that its head is (or was at last)."""

    number: int
    url: str
    is_open: bool
    is_merged: bool
    title: str
    body: str
    head_sha: str


class Wanted(msgspec.Struct, frozen=True):
    """What a pull request is to say. Raises `TooLongError` for a body that GitHub does not take; a title is cut."""

    title: str
    body: str

    def __post_init__(self) -> None:
        if len(self.body) > LONGEST:
            raise refusals.too_long("The pull request's text", len(self.body), LONGEST)
        line = " ".join(self.title.split()) or "ERD"
        line = line if len(line) <= LONGEST_TITLE else f"{line[: LONGEST_TITLE - 1]}…"
        msgspec.structs.force_setattr(self, "title", line)

    def is_said_by(self, pull: PullRequest) -> bool:
        """Whether a pull request says this already."""
        return pull.title == self.title and _lines(pull.body) == _lines(self.body)


class PullRequests:
    """Those from `branch` to `base`, with a token that needs `pull-requests: write`."""

    def __init__(self, git: GitDatabase, branch: str, base: str) -> None:
        self._git = git
        self._branch = branch
        self._base = base

    def found(self) -> list[PullRequest]:
        """All of them, the newest first, whether they are open or not."""
        owner = self._git.name.partition("/")[0]
        asked: dict[str, str | int] = {
            "head": f"{owner}:{self._branch}",
            "base": self._base,
            "state": "all",
            "sort": "created",
            "direction": "desc",
            "per_page": PAGE,
        }
        try:
            found = self._git.connection.get(self._path, list[_PullRequest], asked)
        except RefusedError as error:
            raise self._cannot(error) from None
        if found is None:
            raise refusals.no_pull_request_right(self._git.name, "(404)")
        # A filter that GitHub does not understand is left out by it.
        return [one.told() for one in found if one.is_between(self._git.name, self._branch, self._base)]

    def open(self, wanted: Wanted) -> None:
        """A new one. Raises `MovedError` if GitHub says that there cannot be one: there may be one by now."""
        given = {"title": wanted.title, "body": wanted.body, "head": self._branch, "base": self._base}
        try:
            made = self._git.connection.post(self._path, _PullRequest, given)
        except RefusedError as error:
            if error.status == UNPROCESSABLE and "not permitted" not in error.message.lower():
                raise refusals.no_pull_request(self._branch, self._base, error.said) from None
            raise self._cannot(error) from None
        if made is None:
            raise refusals.no_pull_request_right(self._git.name, f"(POST {self._path} → 404)")

    def say(self, pull: PullRequest, wanted: Wanted) -> None:
        """Let one say this."""
        self._change(pull, {"title": wanted.title, "body": wanted.body})

    def close(self, pull: PullRequest) -> None:
        """Close one."""
        self._change(pull, {"state": "closed"})

    def reopen(self, pull: PullRequest) -> bool:
        """Open one again. False if GitHub does not: its branch was made anew in between."""
        try:
            self._change(pull, {"state": "open"})
        except RefusedError as error:
            if error.status == UNPROCESSABLE:
                return False
            raise
        return True

    @property
    def _path(self) -> str:
        return self._git.path("/pulls")

    def _change(self, pull: PullRequest, given: Mapping[str, Any]) -> None:
        path = f"{self._path}/{pull.number}"
        try:
            found = self._git.connection.patch(path, _PullRequest, given)
        except RefusedError as error:
            raise self._cannot(error) from None
        if found is None:
            raise refusals.no_pull_request_right(self._git.name, f"(PATCH {path} → 404)")

    def _cannot(self, error: RefusedError) -> Exception:
        return refusals.pull_request_not_done(error, self._git.name, self._branch)


class _Repository(msgspec.Struct, frozen=True):
    full_name: str


class _End(msgspec.Struct, frozen=True):
    ref: str
    sha: str
    # None for a fork that is no more.
    repo: _Repository | None = None


class _PullRequest(msgspec.Struct, frozen=True):
    number: int
    state: str
    title: str
    head: _End
    base: _End
    html_url: str = ""
    body: str | None = None
    merged_at: str | None = None

    def is_between(self, name: str, branch: str, base: str) -> bool:
        is_own = self.head.repo is not None and self.head.repo.full_name.lower() == name.lower()
        return is_own and (self.head.ref, self.base.ref) == (branch, base)

    def told(self) -> PullRequest:
        return PullRequest(
            number=self.number,
            url=self.html_url,
            is_open=self.state == "open",
            is_merged=self.merged_at is not None,
            title=self.title,
            body=self.body or "",
            head_sha=self.head.sha,
        )


def _lines(text: str) -> list[str]:
    """Lines that are the same though GitHub ends them otherwise, or leaves out empty ones at the end."""
    return text.replace("\r\n", "\n").strip().split("\n")
