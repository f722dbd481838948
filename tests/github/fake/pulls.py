"""Pull requests, with the commits that their branches are at when they are asked for."""

from collections.abc import Mapping
from typing import Any

from .comments import moment
from .discussion import PullRequest
from .exchange import NOT_FOUND, Answer, Asked, Route, Site
from .paging import paged
from .repositories import repository
from .users import described

NO_SHA = "0" * 40


def get_pull(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """One pull request."""
    pull = site.discussion.pulls.get(int(parts["pull_number"]))
    return Answer(200, whole(site, asked, pull)) if pull else NOT_FOUND


def whole(site: Site, asked: Asked, pull: PullRequest) -> dict[str, Any]:
    """A pull request with its counts."""
    head, base = _head(site, pull), site.git.resolved(f"refs/heads/{pull.base}") or NO_SHA
    lines = [line.split("\t") for line in site.git.git("diff", "--numstat", f"{base}...{head}").splitlines()]
    counts = {
        "additions": sum(int(added) for added, _, _ in lines if added != "-"),
        "deletions": sum(int(deleted) for _, deleted, _ in lines if deleted != "-"),
        "changed_files": len(lines),
        "commits": len(site.git.commits_between(base, head)),
        "comments": len(site.discussion.comments(pull.number)),
        "review_comments": 0,
    }
    # GitHub finds out later whether it can be merged, and this is what it says until then.
    unknown = {"mergeable": None, "mergeable_state": "unknown", "merged": pull.merged, "merged_by": None}
    return _described(site, asked, pull) | counts | unknown | {"maintainer_can_modify": False}


def list_pulls(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """The open pull requests unless others are asked for, newest first."""
    state, head, base = (asked.query.get(name, "") for name in ("state", "head", "base"))
    own = site.name.partition("/")[0]
    found = [
        pull
        for _, pull in sorted(site.discussion.pulls.items(), reverse=asked.query.get("direction") != "asc")
        if state == "all" or pull.state == (state or "open")
        if head in {"", f"{pull.head_owner or own}:{pull.branch}"}
        if base in {"", pull.base}
    ]
    return paged(site, asked, [_described(site, asked, pull) for pull in found])


def _head(site: Site, pull: PullRequest) -> str:
    if pull.state == "closed" and pull.last_sha:
        return pull.last_sha
    pull.last_sha = site.git.resolved(f"refs/heads/{pull.branch}") or pull.last_sha or NO_SHA
    return pull.last_sha


def _described(site: Site, asked: Asked, pull: PullRequest) -> dict[str, Any]:
    url, issue_url = f"{site.url}/pulls/{pull.number}", f"{site.url}/issues/{pull.number}"
    html_url = f"{asked.html_url}/{site.name}/pull/{pull.number}"
    own = site.name.partition("/")[0]
    head = _head(site, pull)
    addresses = {
        "self": url,
        "html": html_url,
        "issue": issue_url,
        "comments": f"{issue_url}/comments",
        "review_comments": f"{url}/comments",
        "review_comment": f"{site.url}/pulls/comments{{/number}}",
        "commits": f"{url}/commits",
        "statuses": f"{site.url}/statuses/{head}",
    }
    closed = moment(pull.closed or pull.created) if pull.state == "closed" else None
    return {
        "url": url,
        "html_url": html_url,
        "issue_url": issue_url,
        "diff_url": f"{html_url}.diff",
        "patch_url": f"{html_url}.patch",
        **{f"{name}_url": address for name, address in addresses.items() if name not in {"self", "html", "issue"}},
        "_links": {name: {"href": address} for name, address in addresses.items()},
        "id": 500_000 + pull.number,
        "node_id": f"PR_{pull.number}",
        "number": pull.number,
        "state": pull.state,
        "locked": pull.locked,
        "title": pull.title,
        "body": pull.body,
        "user": described(asked, pull.login),
        "labels": [],
        **dict.fromkeys(("assignee", "auto_merge", "merge_commit_sha", "milestone")),
        "merged_at": closed if pull.merged else None,
        "created_at": moment(pull.created),
        "updated_at": moment(max(pull.created, pull.updated, pull.closed)),
        "closed_at": closed,
        "author_association": "MEMBER" if pull.head_owner in {"", own} else "CONTRIBUTOR",
        "draft": pull.draft,
        "head": _end(site, asked, pull.head_owner or own, pull.branch, head),
        "base": _end(site, asked, own, pull.base, site.git.resolved(f"refs/heads/{pull.base}") or NO_SHA),
    }


def _end(site: Site, asked: Asked, owner: str, branch: str, sha: str) -> dict[str, Any]:
    return {
        "label": f"{owner}:{branch}",
        "ref": branch,
        "sha": sha,
        "user": described(asked, owner),
        "repo": repository(site, asked, owner),
    }


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/pulls/{pull_number}", "pull-requests: read", get_pull),
    Route("GET", "/repos/{owner}/{repo}/pulls", "pull-requests: read", list_pulls),
)
