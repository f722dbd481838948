"""Why something cannot be committed to GitHub, as one sentence on what happened and one on what to set.

GitHub's words for the same refusal differ by endpoint and year, so these are known by parts of them; all others are
quoted. The words are those of "About protected branches", "Available rules for rulesets" and of issues: a protected
branch is 422 for a ref (googleapis/repo-automation-bots#5551) and 409 for a file; what a workflow may not open is 403
(github/docs#36525).
"""

from erd.errors import GitHubError
from erd.github import failures
from erd.github.failures import RefusedError, one_line

GIVE_CONTENTS = (
    "Give the job `contents: write` under `permissions:`; a personal token needs the right to write to contents. In a"
    " pull request from a fork, and in Dependabot's, a workflow's token can only read."
)
GIVE_PULL_REQUESTS = (
    "Give the job `pull-requests: write` beside `contents: write` under `permissions:`; a personal token needs the"
    " right to write to pull requests."
)
TO_A_BRANCH = "Set commit-branch to a branch of this repository, or commit to never."
ALLOW_ACTIONS = (
    'Tick "Allow GitHub Actions to create and approve pull requests" in the repository\'s settings under Actions,'
    " General (if it is greyed out, in the organization's), or give github-token an app's or a personal token."
)
# Parts of what GitHub says when a branch protection rule or a ruleset is why, in lower case.
PROTECTION = (
    "protected branch", "rule violation", "through a pull request", "required status check", "approving review",
    "verified signature", "not authorized to push", "branch is locked", "locked branch", "protected ref", "gh006",
    "gh013", "merge queue",
)  # fmt: skip


class CannotCommitError(GitHubError):
    """GitHub is there, and this cannot be committed to it, or brought as a pull request."""


class ProtectedBranchError(CannotCommitError):
    """A branch protection rule or a ruleset does not let the branch be changed like this."""


class NoWriteRightError(CannotCommitError):
    """The token may not write to the repository."""


class NoPullRequestRightError(CannotCommitError):
    """The token may not write pull requests."""


class ActionsNotPermittedError(NoPullRequestRightError):
    """A setting keeps workflows from opening pull requests, whatever their token may."""


class ForkError(CannotCommitError):
    """The branch is in another repository, a fork."""


class NotABranchError(CannotCommitError):
    """It is a tag, a commit or a pull request's merge: nothing that commits are added to."""


class NoBranchError(CannotCommitError):
    """There is no such branch, and none is to be made."""


class PathRefusedError(CannotCommitError):
    """The path is outside of the repository, or something that is no file is there."""


class FileTooLargeError(CannotCommitError):
    """The file is larger than GitHub takes."""


class TooLongError(CannotCommitError):
    """A text is longer than GitHub takes."""


class NotOursError(CannotCommitError):
    """Somebody else has committed on the branch that is to be ours."""


class EmptyRepositoryError(CannotCommitError):
    """Nothing has been committed yet to the repository."""


class MovedError(CannotCommitError):
    """The branch is not where it was: nothing has been done, and it may be tried again from where it is now."""


class StuckError(CannotCommitError):
    """GitHub does not change the branch, and nobody else does either: it is no race, and no reason that is known."""


def of_a_fork(head_owner: str) -> ForkError:
    """The error for a pull request whose head is in another repository; nobody's, if that is gone."""
    return ForkError(
        f"The pull request is from a fork (of {one_line(head_owner) or 'nobody any more'}), to which this workflow does"
        " not commit.",
        "Leave commit at never for pull requests from forks; the ERD is in the job summary and in the workspace.",
    )


def not_done(error: RefusedError, name: str) -> GitHubError:
    """What a refusal says about writing to the repository; others stay what they are."""
    said, words = error.said, error.message.lower()
    if _is_protection(words):
        return ProtectedBranchError(
            f"A rule of {name} does not let this be committed {said}.",
            "Use commit: pull-request, or set commit-branch to a branch without the rule, or let the token's app past"
            " the rule.",
        )
    match error.status:
        case failures.FORBIDDEN:
            return _forbidden(error, name)
        case failures.CONTENT_TOO_LARGE:
            return _too_large_for_github(said)
        case failures.UNPROCESSABLE if "too large" in words:
            return _too_large_for_github(said)
        case failures.CONFLICT if "empty" in words:
            return empty(name)
    return error


def branch_not_done(error: RefusedError, name: str, branch: str) -> GitHubError:
    """What a refusal says about changing a branch: what has no reason of its own is that it is not where it was."""
    known = not_done(error, name)
    if known is error and error.status in {failures.CONFLICT, failures.UNPROCESSABLE}:
        return moved(branch, error.said)
    if isinstance(known, ProtectedBranchError):
        return ProtectedBranchError(
            f"The branch {branch} of {name} is protected {error.said}.",
            "Use commit: pull-request, or set commit-branch to a branch that is not protected, or let the token's app"
            " past the rule.",
        )
    return known


def pull_request_not_done(error: RefusedError, name: str, branch: str) -> GitHubError:
    """What a refusal says about opening or changing a pull request; others stay what they are."""
    words = error.message.lower()
    if "not permitted to create" in words:
        return ActionsNotPermittedError(
            f"The branch {branch} is there, but a workflow may not open a pull request in {name} {error.said}.",
            ALLOW_ACTIONS,
        )
    if error.status == failures.FORBIDDEN and "archived" not in words:
        return no_pull_request_right(name, error.said)
    return not_done(error, name)


def no_right(name: str, said: str) -> NoWriteRightError:
    """The error for a token that may only read."""
    return NoWriteRightError(f"The token may not commit to {name} {said}.", GIVE_CONTENTS)


def no_pull_request_right(name: str, said: str) -> NoPullRequestRightError:
    """The error for a token that may not open or change pull requests."""
    return NoPullRequestRightError(f"The token may not write pull requests in {name} {said}.", GIVE_PULL_REQUESTS)


def not_a_branch(ref: str, what: str) -> NotABranchError:
    """The error for a ref that commits are not added to."""
    return NotABranchError(f"{one_line(ref)!r} is {what}, and commits are added to branches only.", TO_A_BRANCH)


def no_branch(name: str, branch: str) -> NoBranchError:
    """The error for a branch that is not there."""
    return NoBranchError(f"There is no branch {branch} in {name} (any more).", TO_A_BRANCH)


def no_default_branch(name: str, branch: str) -> NoBranchError:
    """The error for a repository whose default branch is not there."""
    return NoBranchError(
        f"There is no branch {branch} in {name}, which is its default branch.",
        "Choose another default branch in the repository's settings, or push this one.",
    )


def not_a_path(path: str) -> PathRefusedError:
    """The error for a path that is not one within a repository."""
    return PathRefusedError(
        f"{one_line(path)!r} is no path of a file within the repository.",
        "Give a relative one, without .. and not in .git, as docs/erd.dbml.",
    )


def both_file_and_folder(path: str, other: str) -> PathRefusedError:
    """The error for two files of which one is to be the other's folder."""
    return PathRefusedError(
        f"{one_line(path)!r} cannot be a file and the folder of {one_line(other)!r} at once.",
        "Give one of them another path.",
    )


def in_the_way(path: str, kind: str) -> PathRefusedError:
    """The error for something else than a file where a file is to be, or than a folder where a folder is to be."""
    return PathRefusedError(
        f"{one_line(path)!r} is {kind} in the repository, and is left as it is.", "Give the ERD another path."
    )


def nothing_to_edit(path: str) -> PathRefusedError:
    """The error for a file that is to be changed in part, and is not there."""
    return PathRefusedError(
        f"There is no file {one_line(path)!r} in the branch in which the ERD could be embedded.",
        "Commit the file first, with the two markers where the ERD is to be, or take it out of embed-in.",
    )


def endless_folder(path: str) -> PathRefusedError:
    """The error for a folder that GitHub does not list to its end."""
    return PathRefusedError(
        f"The folder {one_line(path) or '/'!r} has more entries than GitHub lists.", "Write the ERD to another folder."
    )


def too_large(path: str, size: int, limit: int) -> FileTooLargeError:
    """The error for a file that GitHub does not take."""
    return FileTooLargeError(
        f"{one_line(path)!r} is too large for GitHub ({size} bytes; the limit is {limit}).",
        "Narrow the ERD, or leave out this target.",
    )


def too_long(what: str, length: int, limit: int) -> TooLongError:
    """The error for a text that GitHub does not take."""
    return TooLongError(
        f"{what} is too long for GitHub ({length} characters; the limit is {limit}).",
        "Nothing was sent. Please report this: what is written is meant to stay below.",
    )


def not_ours(branch: str) -> NotOursError:
    """The error for commits of others on our own branch."""
    return NotOursError(
        f"Somebody else has committed on {branch}, so it is left as it is, with its pull request.",
        "Merge or close the pull request and delete the branch, or set commit-branch to another name.",
    )


def empty(name: str) -> EmptyRepositoryError:
    """The error for a repository without a commit."""
    return EmptyRepositoryError(
        f"Nothing has been committed yet to {name}, so there is nothing to open a pull request against.",
        "Commit something first, or use commit: push.",
    )


def moved(branch: str, said: str) -> MovedError:
    """The error for a branch that is not where it was."""
    return MovedError(
        f"The branch {branch} could not be moved {said}.",
        "Run it again. If it goes on, give the workflow a `concurrency:` group, or use commit: pull-request.",
    )


def no_pull_request(branch: str, base: str, said: str) -> MovedError:
    """The error for a pull request that GitHub does not take, as it does if there is one by now."""
    return MovedError(
        f"GitHub opens no pull request from {branch} to {base} {said}.",
        "Run it again; if it goes on, open it by hand once, and it will be kept.",
    )


def other_tree(name: str) -> GitHubError:
    """The error for a tree that is another than the one that was asked for."""
    return GitHubError(
        f"GitHub made other files in {name} than it was given; nothing is committed.",
        "Run it again; if it goes on, please report this.",
    )


def _forbidden(error: RefusedError, name: str) -> NoWriteRightError:
    words = error.message.lower()
    if "archived" in words:
        return NoWriteRightError(
            f"{name} is archived {error.said}.", "Take it out of the archive, or set commit to never."
        )
    if "workflow" in words:
        return NoWriteRightError(
            f"A workflow's file is only changed with the right to workflows {error.said}.",
            "Write the ERD elsewhere than to .github/workflows.",
        )
    return no_right(name, error.said)


def _too_large_for_github(said: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"GitHub does not take a file as large as this one {said}.",
        "Narrow the ERD, or leave out the target that is so large.",
    )


def _is_protection(words: str) -> bool:
    return any(part in words for part in PROTECTION)
