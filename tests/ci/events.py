"""Events as GitHub sends them: the payload's own shape, with the fields that matter to us and their neighbours."""

import json
from pathlib import Path
from typing import Any

MERGE_COMMIT = "3e" * 20
"""What GITHUB_SHA and `merge_commit_sha` say on a pull request: a commit that dbt Cloud never runs."""

BASE_COMMIT = "ba" * 20
REPOSITORY = "acme/warehouse"

_REPOSITORY_ID = 101
_FORK_ID = 202


def github_event(
    folder: Path,
    *,
    number: int,
    head_sha: str,
    head_branch: str = "feature",
    base_branch: str = "main",
    base_sha: str = BASE_COMMIT,
    head_repository: str | None = REPOSITORY,
    draft: bool = False,
) -> dict[str, str]:
    """The environment of a job that a pull request starts, its event file written into the folder.

    `head_repository` is None where the fork has been deleted.
    """
    pull_request = a_pull_request(
        number=number,
        head_sha=head_sha,
        head_branch=head_branch,
        base_branch=base_branch,
        base_sha=base_sha,
        head_repository=head_repository,
        draft=draft,
    )
    event = {"action": "synchronize", "number": number, "pull_request": pull_request}
    return written_event(folder, "pull_request", event | {"repository": a_repository(REPOSITORY)})


def written_event(folder: Path, name: str, event: dict[str, Any]) -> dict[str, str]:
    """The environment of a job that the event starts, its file written into the folder."""
    file = folder / "event.json"
    file.write_text(json.dumps(event, indent=2), encoding="utf-8")
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_EVENT_NAME": name,
        "GITHUB_EVENT_PATH": str(file),
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_SHA": MERGE_COMMIT,
    }


def a_pull_request(
    *,
    number: int,
    head_sha: str,
    head_branch: str = "feature",
    base_branch: str = "main",
    base_sha: str = BASE_COMMIT,
    head_repository: str | None = REPOSITORY,
    draft: bool = False,
) -> dict[str, Any]:
    """`pull_request` of the events that have one."""
    return {
        "id": 1_000_000 + number,
        "number": number,
        "state": "open",
        "title": "A title",
        "body": None,
        "user": {"login": "somebody", "type": "User"},
        "draft": draft,
        "merged": False,
        "merge_commit_sha": MERGE_COMMIT,
        "head": _side(head_branch, head_sha, head_repository),
        "base": _side(base_branch, base_sha, REPOSITORY),
    }


def a_workflow_run(
    *,
    head_sha: str,
    pull_requests: list[dict[str, Any]],
    event: str = "pull_request",
    head_branch: str = "feature",
    head_repository: str | None = REPOSITORY,
) -> dict[str, Any]:
    """The payload of `workflow_run`, about a run of another workflow that the given event started."""
    run = {
        "id": 7,
        "name": "CI",
        "event": event,
        "status": "completed",
        "conclusion": "success",
        "head_branch": head_branch,
        "head_sha": head_sha,
        "pull_requests": pull_requests,
        "repository": _bare_repository(REPOSITORY),
        "head_repository": _bare_repository(head_repository) if head_repository else None,
    }
    return {"action": "completed", "workflow_run": run, "repository": a_repository(REPOSITORY)}


def a_short_pull_request(*, number: int, head_sha: str, into: str = REPOSITORY) -> dict[str, Any]:
    """An entry of `workflow_run.pull_requests`; its repositories have no full names."""
    return {
        "id": 1_000_000 + number,
        "number": number,
        "head": {"ref": "feature", "sha": head_sha, "repo": _short_repository(REPOSITORY)},
        "base": {"ref": "main", "sha": BASE_COMMIT, "repo": _short_repository(into)},
    }


def a_repository(full_name: str) -> dict[str, Any]:
    """A repository in most places of a payload."""
    return _bare_repository(full_name) | {"default_branch": "main"}


def _bare_repository(full_name: str) -> dict[str, Any]:
    owner, _, name = full_name.partition("/")
    return {
        "id": _id(full_name),
        "name": name,
        "full_name": full_name,
        "private": True,
        "fork": full_name != REPOSITORY,
        "owner": {"login": owner, "type": "Organization"},
    }


def _side(branch: str, commit: str, repository: str | None) -> dict[str, Any]:
    owner = (repository or "ghost/").partition("/")[0]
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": commit,
        "user": {"login": owner, "type": "User"},
        "repo": a_repository(repository) if repository else None,
    }


def _short_repository(full_name: str) -> dict[str, Any]:
    return {"id": _id(full_name), "name": full_name.partition("/")[2], "url": f"https://api.example/{full_name}"}


def _id(full_name: str) -> int:
    return _REPOSITORY_ID if full_name == REPOSITORY else _FORK_ID
