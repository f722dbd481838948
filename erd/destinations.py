"""Where on GitHub things go to: a review to its pull request, the ERD to a branch; and how to get there."""

from collections.abc import Mapping
from typing import NamedTuple

from erd.checks import Secret
from erd.ci.github import branch_of_event
from erd.ci.pull_request import Forge, PullRequest
from erd.given import Door, Gathered, Level

GITHUB_API = "https://api.github.com"


class GitHubAccess(NamedTuple):
    """A repository on GitHub, and who asks."""

    api_url: str
    repository: str
    token: Secret


class Publication(NamedTuple):
    """The pull request on GitHub that a review is of, and how to get there: `None` if there is no token."""

    pull_request: PullRequest
    github: GitHubAccess | None


class Destination(NamedTuple):
    """Where the ERD is committed to: the repository, and the branch or other ref that the event is of.

    The ref is empty if there is none. Of a pull request it is its head.
    """

    github: GitHubAccess
    ref: str
    pull_request: PullRequest | None


def publication_of(
    gathered: Gathered, pull_request: PullRequest | None, environ: Mapping[str, str]
) -> Publication | None:
    """Where a review of the pull request can be posted; `None` if there is none on GitHub."""
    if pull_request is None or pull_request.forge is not Forge.GITHUB:
        return None
    return Publication(pull_request, github_access(gathered, pull_request, environ))


def destination_of(
    commit: str, gathered: Gathered, pull_request: PullRequest | None, environ: Mapping[str, str]
) -> Destination | None:
    """Where the ERD is to be committed to; `None` if nowhere, or if a problem says what is missing.

    The command commits nothing: whoever is at a terminal has git.
    """
    if commit == "never" or gathered.door is Door.COMMAND:
        return None
    for name in ("commit", "commit-branch"):
        if name in gathered.given and gathered.given[name].level is Level.FILE:
            gathered.add_problem(
                f"{gathered.given[name]} is set, but in CI a file of the repository, which may be a pull request's,"
                " must not say what is committed to.",
                f"Set {name} in the workflow.",
                name,
            )
    repository, token = environ.get("GITHUB_REPOSITORY", ""), gathered.values.get("github_token")
    if not repository:
        gathered.add_problem(
            f"{gathered.given['commit']} is {commit}, but GITHUB_REPOSITORY does not say to which repository.",
            "Set it to owner/name, or commit to never and let your own CI commit the files.",
            "commit",
        )
    if token is None:
        gathered.add_problem(
            f"{gathered.given['commit']} is {commit}, but {gathered.missing('github-token')} is missing.",
            "In a workflow give `github-token: ${{ github.token }}` with `contents: write` under `permissions:`.",
            "commit",
        )
    if not repository or token is None:
        return None
    here = pull_request if pull_request and pull_request.forge is Forge.GITHUB else None
    ref = here.head_branch if here else branch_of_event(environ)
    return Destination(_access(repository, token, environ), ref, here)


def github_access(gathered: Gathered, pull_request: PullRequest, environ: Mapping[str, str]) -> GitHubAccess | None:
    """How to ask GitHub about the pull request's repository; `None` if it is elsewhere or there is no token."""
    token = gathered.values.get("github_token")
    if pull_request.forge is not Forge.GITHUB or not pull_request.repository or token is None:
        return None
    return _access(pull_request.repository, token, environ)


def _access(repository: str, token: Secret, environ: Mapping[str, str]) -> GitHubAccess:
    return GitHubAccess(environ.get("GITHUB_API_URL") or GITHUB_API, repository, token)
