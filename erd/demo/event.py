"""Pull request 17 of the demo as GitHub Actions tells a workflow of it: variables, and a file with the event.

The names and what they hold are those of GitHub's documentation of the `pull_request` event and of the variables that
the runner sets. The repository and its people are invented.
"""

from pathlib import Path
from typing import Any

import msgspec

from erd.demo.account import demo_account
from erd.demo.pull_request import OLDER_COMMIT

NUMBER = 17
OWNER, NAME = "toasted-counters", "jaffle-shop"
REPOSITORY = f"{OWNER}/{NAME}"
SERVER, API = "https://github.com", "https://api.github.com"
# What Actions checks out: the pull request merged into its base. dbt Cloud runs nothing for this commit.
MERGE_COMMIT = "c4a86f1de05b7392a6b1f0c8d97e53240ab6e871"
PUSHED_AT = "2026-11-22T05:58:40Z"


def pull_request_event(folder: Path) -> dict[str, str]:
    """Writes the event of a push to pull request 17 to `folder`/event.json, and returns the variables that go with it.

    They are those by which a program knows the event. Variables that name files to write to (`GITHUB_OUTPUT`,
    `GITHUB_STEP_SUMMARY`), and the workspace, are not among them.
    """
    path = folder / "event.json"
    path.write_bytes(msgspec.json.format(msgspec.json.encode(_payload()), indent=2))
    return {
        "CI": "true",
        "GITHUB_ACTIONS": "true",
        "GITHUB_ACTOR": "ada-of-the-counter",
        "GITHUB_API_URL": API,
        "GITHUB_BASE_REF": "main",
        "GITHUB_EVENT_NAME": "pull_request",
        "GITHUB_EVENT_PATH": str(path),
        "GITHUB_GRAPHQL_URL": f"{API}/graphql",
        "GITHUB_HEAD_REF": _branch(),
        "GITHUB_JOB": "erd",
        "GITHUB_REF": f"refs/pull/{NUMBER}/merge",
        "GITHUB_REF_NAME": f"{NUMBER}/merge",
        "GITHUB_REF_TYPE": "branch",
        "GITHUB_REPOSITORY": REPOSITORY,
        "GITHUB_REPOSITORY_OWNER": OWNER,
        "GITHUB_RUN_ATTEMPT": "1",
        "GITHUB_RUN_ID": "19574823301",
        "GITHUB_RUN_NUMBER": "212",
        "GITHUB_SERVER_URL": SERVER,
        "GITHUB_SHA": MERGE_COMMIT,
        "GITHUB_WORKFLOW": "ERD",
    }


def _payload() -> dict[str, Any]:
    production, review = demo_account().runs
    repository = _repository()
    return {
        "action": "synchronize",
        "number": NUMBER,
        "before": OLDER_COMMIT,
        "after": review.git_sha,
        "pull_request": {
            "url": f"{API}/repos/{REPOSITORY}/pulls/{NUMBER}",
            "id": 2951047713,
            "node_id": "PR_kwDOKx3nUs6v5Z9h",
            "html_url": f"{SERVER}/{REPOSITORY}/pull/{NUMBER}",
            "diff_url": f"{SERVER}/{REPOSITORY}/pull/{NUMBER}.diff",
            "statuses_url": f"{API}/repos/{REPOSITORY}/statuses/{review.git_sha}",
            "number": NUMBER,
            "state": "open",
            "locked": False,
            "title": "Refunds, and who served which order",
            "user": _person("ada-of-the-counter", 9001),
            "body": None,
            "created_at": "2026-11-20T09:12:03Z",
            "updated_at": PUSHED_AT,
            "closed_at": None,
            "merged_at": None,
            # GitHub makes it anew some time after a push; until then it is that of the commit before, or null.
            "merge_commit_sha": MERGE_COMMIT,
            "assignees": [],
            "requested_reviewers": [],
            "labels": [],
            "milestone": None,
            "draft": False,
            "head": _side(_branch(), str(review.git_sha), repository),
            "base": _side(str(production.git_branch), str(production.git_sha), repository),
            "author_association": "MEMBER",
            "auto_merge": None,
            "merged": False,
            "mergeable": None,
            "mergeable_state": "unknown",
            "comments": 0,
            "review_comments": 0,
            "maintainer_can_modify": False,
            "commits": 3,
            "additions": 118,
            "deletions": 9,
            "changed_files": 11,
        },
        "repository": repository,
        "sender": _person("ada-of-the-counter", 9001),
    }


def _branch() -> str:
    _, review = demo_account().runs
    return str(review.git_branch)


def _side(branch: str, sha: str, repository: dict[str, Any]) -> dict[str, Any]:
    """The head or the base of the pull request."""
    return {"label": f"{OWNER}:{branch}", "ref": branch, "sha": sha, "user": repository["owner"], "repo": repository}


def _repository() -> dict[str, Any]:
    return {
        "id": 724428611,
        "node_id": "R_kgDOKx3nUw",
        "name": NAME,
        "full_name": REPOSITORY,
        "private": True,
        "owner": {**_person(OWNER, 9000), "type": "Organization"},
        "html_url": f"{SERVER}/{REPOSITORY}",
        "description": None,
        "fork": False,
        "url": f"{API}/repos/{REPOSITORY}",
        "clone_url": f"{SERVER}/{REPOSITORY}.git",
        "default_branch": "main",
        "visibility": "private",
    }


def _person(login: str, number: int) -> dict[str, Any]:
    return {
        "login": login,
        "id": number,
        "html_url": f"{SERVER}/{login}",
        "type": "User",
        "site_admin": False,
    }
