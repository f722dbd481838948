"""The number of a pull request whose head is known: what an event about a fork's branch does not say.

Facts: GitHub's REST reference, "List pull requests" (`head` is `owner:branch`), and "workflow_run" among its webhooks.
"""

import msgspec

from erd.checks import Secret
from erd.github.client import Client

PAGE = 100


class _Head(msgspec.Struct, frozen=True):
    sha: str


class _PullRequest(msgspec.Struct, frozen=True):
    number: int
    head: _Head


def number_of(api_url: str, repository: str, token: Secret, head: str, commit: str) -> int | None:
    """The open pull request into the repository whose head is this branch (`owner:branch`).

    Of several, into several branches, the one whose last commit this is, else the newest. None if there is none.
    Raises `GitHubError`.
    """
    asked: dict[str, str | int] = {"state": "open", "head": head, "per_page": PAGE}
    with Client(api_url, repository, token) as github:
        found = github.connection.pages(github.path("/pulls"), list[_PullRequest], asked) or []
    found.sort(key=lambda one: (one.head.sha == commit, one.number))
    return found[-1].number if found else None
