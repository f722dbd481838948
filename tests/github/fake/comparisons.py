"""Two commits, compared by git itself."""

from collections.abc import Mapping
from urllib.parse import unquote

from .commits import described
from .exchange import NOT_FOUND, Answer, Asked, Route, Site, error

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
            "base_commit": described(site, older),
            "merge_base_commit": described(site, merge_base),
            "status": _status(len(ahead), len(behind)),
            "ahead_by": len(ahead),
            "behind_by": len(behind),
            "total_commits": len(ahead),
            "commits": [described(site, sha) for sha in ahead[(page - 1) * size : page * size]],
            "files": [],
        },
    )


def _status(ahead: int, behind: int) -> str:
    if ahead and behind:
        return "diverged"
    return "ahead" if ahead else "behind" if behind else "identical"


ROUTES = (Route("GET", "/repos/{owner}/{repo}/compare/{basehead}", "contents: read", compare),)
