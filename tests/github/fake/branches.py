"""Branches and their tips."""

from collections.abc import Mapping

from .exchange import Answer, Asked, Route, Site

PAGE = 30


def list_branches(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """The branches by name, page by page."""
    size, page = int(asked.query.get("per_page", PAGE)), int(asked.query.get("page", 1))
    branches = [
        {"name": name, "commit": {"sha": sha, "url": f"{site.url}/commits/{sha}"}, "protected": False}
        for name, sha in sorted(site.git.branches().items())
    ]
    return Answer(200, branches[(page - 1) * size : page * size])


ROUTES = (Route("GET", "/repos/{owner}/{repo}/branches", "contents: read", list_branches),)
