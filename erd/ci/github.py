"""The pull request of a GitHub Actions job, out of the event file.

Facts: GitHub Docs, "Variables reference" (GITHUB_EVENT_NAME, GITHUB_EVENT_PATH, GITHUB_REPOSITORY), "Events that
trigger workflows" and "Webhook events and payloads". GITHUB_SHA is never read: it is a merge commit on `pull_request`,
and the base branch's or default branch's last commit on the other events.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import NoReturn

import msgspec

from erd.ci.pull_request import Forge, PullRequest
from erd.ci.values import as_commit, as_number
from erd.errors import UsageError

# `issue_comment` on a pull request names no commit, and `merge_group` is about a queue.
_WITH_PULL_REQUEST = ("pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment")
_WITH_WORKFLOW_RUN = "workflow_run"
_WITH_COMMITS = "push"
# GitHub caps payloads at 25 MB.
_LARGEST_FILE = 25 * 1024 * 1024


class _Repository(msgspec.Struct):
    id: int | None = None
    full_name: str | None = None
    default_branch: str | None = None


class _Branch(msgspec.Struct):
    """A side of a pull request. `repo` is null where a fork has been deleted."""

    ref: str | None = None
    sha: str | None = None
    repo: _Repository | None = None


class _PullRequest(msgspec.Struct):
    number: int | None = None
    draft: bool | None = None
    head: _Branch | None = None
    base: _Branch | None = None


class _WorkflowRun(msgspec.Struct):
    """`pull_requests` is empty for most forks, and may hold pull requests of the branch in other repositories."""

    event: str | None = None
    head_sha: str | None = None
    head_branch: str | None = None
    head_repository: _Repository | None = None
    pull_requests: list[_PullRequest] | None = None


class _Commit(msgspec.Struct):
    message: str
    tree_id: str


class _Event(msgspec.Struct):
    pull_request: _PullRequest | None = None
    workflow_run: _WorkflowRun | None = None
    repository: _Repository | None = None
    head_commit: _Commit | None = None


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The pull request of the event that started this job, if it is about one.

    Raises `UsageError` if the event is, but its file does not say which pull request and commit.
    """
    name = environ.get("GITHUB_EVENT_NAME", "")
    if name in _WITH_PULL_REQUEST:
        return _of_pull_request(name, _event(name, environ), environ)
    if name == _WITH_WORKFLOW_RUN:
        return _of_workflow_run(name, _event(name, environ), environ)
    return None


def branch_of_event(environ: Mapping[str, str]) -> str:
    """The ref that the event is of, as `refs/heads/main`; empty if none is told. It may be no branch's."""
    return environ.get("GITHUB_REF", "")


def page_of_job(environ: Mapping[str, str]) -> str:
    """The page of the workflow run that this job is of; empty outside of one."""
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    run = environ.get("GITHUB_RUN_ID", "")
    return f"{server}/{repository}/actions/runs/{run}" if server and repository and run else ""


def pushed_commit(environ: Mapping[str, str]) -> tuple[str, str] | None:
    """The message of the last commit of a push, and its tree; none if this is no push, or the event does not say.

    Of a push that cannot be read nothing hangs on it.
    """
    if environ.get("GITHUB_EVENT_NAME") != _WITH_COMMITS:
        return None
    try:
        head = _event(_WITH_COMMITS, environ).head_commit
    except UsageError:
        return None
    return (head.message, head.tree_id) if head else None


def _event(name: str, environ: Mapping[str, str]) -> _Event:
    path = environ.get("GITHUB_EVENT_PATH", "")
    if not path:
        _refuse(name, "GITHUB_EVENT_PATH is not set")
    try:
        with Path(path).open("rb") as file:
            content = file.read(_LARGEST_FILE + 1)
    except OSError as error:
        _refuse(name, f"the file that GITHUB_EVENT_PATH names could not be read: {error.strerror}")
    except ValueError:  # NUL, or half a character
        _refuse(name, "GITHUB_EVENT_PATH is no path")
    if len(content) > _LARGEST_FILE:
        _refuse(name, "the file that GITHUB_EVENT_PATH names is larger than any that GitHub writes")
    try:
        return msgspec.json.decode(content, type=_Event)
    except (msgspec.MsgspecError, ValueError, RecursionError):
        _refuse(name, "the file that GITHUB_EVENT_PATH names is not an event as GitHub writes it")


def _of_pull_request(name: str, event: _Event, environ: Mapping[str, str]) -> PullRequest:
    found = event.pull_request or _PullRequest()
    head, base = found.head or _Branch(), found.base or _Branch()
    number, head_sha = as_number(found.number), as_commit(head.sha)
    if number is None or not head_sha:
        _refuse(name, "its event file names no pull request with a number and a last commit")
    repository = base.repo or event.repository
    return PullRequest(
        forge=Forge.GITHUB,
        number=number,
        head_sha=head_sha,
        head_branch=head.ref or "",
        base_branch=base.ref or "",
        base_sha=as_commit(base.sha),
        repository=_path(repository, environ),
        head_owner=_owner(head.repo),
        from_fork=_differ(head.repo, repository),
        is_draft=found.draft or False,
    )


def _of_workflow_run(name: str, event: _Event, environ: Mapping[str, str]) -> PullRequest | None:
    run = event.workflow_run or _WorkflowRun()
    if run.event != "pull_request":
        return None
    here = [one for one in run.pull_requests or [] if as_number(one.number) and _into(event.repository, one)]
    number = as_number(here[0].number) if here else None
    from_fork = _differ(run.head_repository, event.repository)
    owner = _owner(run.head_repository)
    if number is None and not (from_fork and owner and run.head_branch):
        return None
    head_sha = as_commit(run.head_sha)
    if not head_sha:
        _refuse(name, "its event file does not name the last commit of the pull request")
    base = (here and here[0].base) or _Branch()
    return PullRequest(
        forge=Forge.GITHUB,
        number=number or 0,
        head_sha=head_sha,
        head_branch=run.head_branch or "",
        # Of a fork's branch it is not said where it goes to; nearly all go to the default branch.
        base_branch=base.ref or (not here and event.repository and event.repository.default_branch) or "",
        base_sha=as_commit(base.sha),
        repository=_path(event.repository, environ),
        head_owner=owner,
        from_fork=from_fork,
    )


def _into(repository: _Repository | None, candidate: _PullRequest) -> bool:
    """Whether the pull request goes into this repository, as far as the ids say."""
    base = candidate.base.repo if candidate.base else None
    return not (repository and base and repository.id and base.id) or repository.id == base.id


def _differ(head: _Repository | None, base: _Repository | None) -> bool:
    """Whether head is in a fork, which may be deleted and then is null."""
    return not head or not base or head.full_name != base.full_name


def _owner(repository: _Repository | None) -> str:
    return ((repository and repository.full_name) or "").partition("/")[0]


def _path(repository: _Repository | None, environ: Mapping[str, str]) -> str:
    return (repository and repository.full_name) or environ.get("GITHUB_REPOSITORY", "")


def _refuse(name: str, reason: str) -> NoReturn:
    raise UsageError(
        f"GitHub started this job by the event {name}, but {reason}.",
        "Hand the variable and its file on to the container, or name the run with dbt-cloud-run-id.",
    )
