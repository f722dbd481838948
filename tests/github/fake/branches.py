"""Branches and their tips."""

from collections.abc import Mapping
from urllib.parse import unquote

from .commits import described
from .exchange import Answer, Asked, Route, Site, error
from .paging import paged
from .protection import Rule, rule


def list_branches(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """The branches by name, page by page."""
    branches = [
        {
            "name": name,
            "commit": {"sha": sha, "url": f"{site.url}/commits/{sha}"},
            "protected": _is_protected(site, name),
        }
        for name, sha in sorted(site.git.branches().items())
    ]
    return paged(site, asked, branches)


def get_branch(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """One branch with the commit at its tip."""
    name = unquote(parts["branch"])
    sha = site.git.ref(f"refs/heads/{name}")
    if sha is None:
        return error(404, "Branch not found")
    url = f"{site.url}/branches/{parts['branch']}"
    is_protected = _is_protected(site, name)
    checks = {"enforcement_level": "off", "contexts": [], "checks": []}
    branch = {
        "name": name,
        "commit": described(site, sha),
        "_links": {"self": url, "html": f"{site.html_url}/tree/{parts['branch']}"},
        "protected": is_protected,
        "protection": {"enabled": is_protected, "required_status_checks": checks},
        "protection_url": f"{url}/protection",
    }
    return Answer(200, branch)


def _is_protected(site: Site, name: str) -> bool:
    """By a protection rule: of rulesets, a branch tells nothing."""
    return rule(site.git, f"refs/heads/{name}") is Rule.PROTECTION


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/branches", "contents: read", list_branches),
    Route("GET", "/repos/{owner}/{repo}/branches/{branch}", "contents: read", get_branch),
)
