"""Two commits, compared by git itself."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from .exchange import NOT_FOUND, Answer, Asked, Route, Site, error
from .git import PERSON

NO_PAGE = 250


def compare(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """Where `head` stands as seen from `base`."""
    base, _, head = unquote(parts["basehead"]).partition("...")
    shas = site.git.resolved(base), site.git.resolved(head)
    if shas[0] is None or shas[1] is None:
        return NOT_FOUND
    older, newer = shas[0], shas[1]
    merge_base = site.git.merge_base(older, newer)
    if merge_base is None:
        return error(404, f"No common ancestor between {base} and {head}.")
    ahead, behind = site.git.commits_between(older, newer), site.git.commits_between(newer, older)
    url = f"{site.url}/compare/{parts['basehead']}"
    size, page = int(asked.query.get("per_page", NO_PAGE)), int(asked.query.get("page", 1))
    return Answer(
        200,
        {
            "url": url,
            "html_url": url,
            "permalink_url": url,
            "diff_url": f"{url}.diff",
            "patch_url": f"{url}.patch",
            "base_commit": _commit(site, older),
            "merge_base_commit": _commit(site, merge_base),
            "status": _status(len(ahead), len(behind)),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [_commit(site, sha) for sha in ahead[(page - 1) * size : page * size]],
            "files": [],
        },
    )


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


def _commit(site: Site, sha: str) -> dict[str, Any]:
    tree, parents, date, message = site.git.git("show", "-s", "--format=%T%n%P%n%aI%n%s", sha).split("\n")
    person = {"name": PERSON["NAME"], "email": PERSON["EMAIL"], "date": date}
    return {
        "url": f"{site.url}/commits/{sha}",
        "sha": sha,
        "node_id": f"C_{sha}",
        "html_url": f"{site.url}/commit/{sha}",
        "comments_url": f"{site.url}/commits/{sha}/comments",
        "commit": {
            "url": f"{site.url}/git/commits/{sha}",
            "author": person,
            "committer": person,
            "message": message,
            "comment_count": 0,
            "tree": {"sha": tree, "url": f"{site.url}/git/trees/{tree}"},
        },
        "author": None,
        "committer": None,
        "parents": [{"sha": parent, "url": f"{site.url}/commits/{parent}"} for parent in parents.split()],
    }


ROUTES = (Route("GET", "/repos/{owner}/{repo}/compare/{basehead}", "contents: read", compare),)
