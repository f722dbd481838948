"""Branches and their tips."""

from collections.abc import Mapping

from .exchange import Answer, Asked, Route, Site
from .paging import paged


def list_branches(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """The branches by name, page by page."""
    branches = [
        {"name": name, "commit": {"sha": sha, "url": f"{site.url}/commits/{sha}"}, "protected": False}
        for name, sha in sorted(site.git.branches().items())
    ]
    return paged(site, asked, branches)


ROUTES = (Route("GET", "/repos/{owner}/{repo}/branches", "contents: read", list_branches),)
