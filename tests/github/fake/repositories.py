"""A repository, as answers about other things have it."""

from collections.abc import Mapping
from typing import Any

from .exchange import Answer, Asked, Route, Site
from .users import LONG_AGO, described

# What each repository has under its address, and by which field it is told.
UNDER = {
    "archive_url": "{archive_format}{/ref}", "assignees_url": "assignees{/user}", "blobs_url": "git/blobs{/sha}",
    "branches_url": "branches{/branch}", "collaborators_url": "collaborators{/collaborator}",
    "comments_url": "comments{/number}", "commits_url": "commits{/sha}", "compare_url": "compare/{base}...{head}",
    "contents_url": "contents/{+path}", "contributors_url": "contributors", "deployments_url": "deployments",
    "downloads_url": "downloads", "events_url": "events", "forks_url": "forks",
    "git_commits_url": "git/commits{/sha}", "git_refs_url": "git/refs{/sha}", "git_tags_url": "git/tags{/sha}",
    "hooks_url": "hooks", "issue_comment_url": "issues/comments{/number}", "issue_events_url": "issues/events{/number}",
    "issues_url": "issues{/number}", "keys_url": "keys{/key_id}", "labels_url": "labels{/name}",
    "languages_url": "languages", "merges_url": "merges", "milestones_url": "milestones{/number}",
    "notifications_url": "notifications{?since,all,participating}", "pulls_url": "pulls{/number}",
    "releases_url": "releases{/id}", "stargazers_url": "stargazers", "statuses_url": "statuses/{sha}",
    "subscribers_url": "subscribers", "subscription_url": "subscription", "tags_url": "tags", "teams_url": "teams",
    "trees_url": "git/trees{/sha}",
}  # fmt: skip
COUNTS = (
    "forks", "forks_count", "open_issues", "open_issues_count", "size", "stargazers_count", "watchers",
    "watchers_count",
)  # fmt: skip


def repository(site: Site, asked: Asked, owner: str) -> dict[str, Any]:
    """The repository of this name, the site's own or that of a fork, which is of another owner."""
    own, _, name = site.name.partition("/")
    url, html_url = f"{asked.api_url}/repos/{owner}/{name}", f"{asked.html_url}/{owner}/{name}"
    return {
        **{field: f"{url}/{path}" for field, path in UNDER.items()},
        **dict.fromkeys(COUNTS, 0),
        **dict.fromkeys(("description", "homepage", "language", "mirror_url", "license")),
        **dict.fromkeys(("has_downloads", "has_issues", "has_projects", "has_wiki"), True),
        **dict.fromkeys(("has_pages", "archived", "disabled"), False),
        **dict.fromkeys(("created_at", "updated_at", "pushed_at"), LONG_AGO),
        **dict.fromkeys(("clone_url", "git_url", "ssh_url", "svn_url"), f"{html_url}.git"),
        "url": url,
        "html_url": html_url,
        "id": site.id if owner == own else site.id + 1_000,
        "node_id": f"R_{owner}_{name}",
        "name": name,
        "full_name": f"{owner}/{name}",
        "owner": described(asked, owner),
        "private": True,
        "fork": owner != own,
        "default_branch": "main",
    }


def get_repository(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """The repository itself, and what the token may do with it."""
    may_write = site.token.may("contents: write")
    whole = repository(site, asked, parts["owner"])
    counts = {"network_count": 0, "subscribers_count": 0, "has_discussions": False}
    permissions = {"admin": False, "maintain": False, "push": may_write, "triage": may_write, "pull": True}
    return Answer(200, whole | counts | {"permissions": permissions})


ROUTES = (Route("GET", "/repos/{owner}/{repo}", "metadata: read", get_repository),)
