"""Trees: read whole or level by level, and made from another one and what changes in it."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from . import objects
from .exchange import NOT_FOUND, Answer, Asked, Route, Site, given, not_empty, refuse
from .git import BareRepository, Entry, GitError
from .objects import FOLDER, Change, is_path, kind, kind_of, write_blob

MODES = ("100644", "100755", FOLDER, "160000", "120000")


def get_tree(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """One tree, by its sha, or by a commit or ref that has it; cut where it is too long."""
    not_empty(site)
    sha = site.git.ref(f"{unquote(parts['tree_sha'])}^{{tree}}")
    return Answer(200, _described(site, sha, recursive="recursive" in asked.query)) if sha else NOT_FOUND


def create_tree(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """A new tree, from none or from `base_tree`."""
    wanted = given(asked, "tree")
    git = not_empty(site)
    base = wanted.get("base_tree")
    if base is not None and kind(git, str(base)) != "tree":
        raise refuse(422, "base_tree is not a valid tree oid")
    if not isinstance(wanted["tree"], list) or not wanted["tree"]:
        raise refuse(422, "Invalid tree info")
    try:
        sha = objects.write_tree(git, base, [_change(git, one) for one in wanted["tree"]])
    except GitError:
        raise refuse(422, "GitRPC::BadObjectState") from None
    made = _described(site, sha, recursive=False)
    return Answer(201, made, {"Location": made["url"]})


def _change(git: BareRepository, one: dict[str, Any]) -> Change:
    path, mode, sha = str(one.get("path", "")), str(one.get("mode", "")), one.get("sha")
    if not is_path(path):
        raise refuse(422, "tree.path contains a malformed path component")
    if mode not in MODES:
        raise refuse(422, "Must supply a valid tree.mode")
    if "sha" in one and "content" in one:
        raise refuse(422, "Must supply either tree.sha or tree.content")
    if "content" in one:
        return Change(path, mode, write_blob(git, str(one["content"]).encode()))
    if "sha" not in one:
        raise refuse(422, "Must supply tree.sha or tree.content")
    wanted = kind_of(mode)
    if one.get("type", wanted) != wanted:
        raise refuse(422, f"tree.type {one['type']} is not of mode {mode}")
    if sha is not None and wanted != "commit" and kind(git, str(sha)) != wanted:
        raise refuse(422, f"tree.sha {sha} is not a valid {wanted}")
    return Change(path, mode, sha)


def _described(site: Site, sha: str, *, recursive: bool) -> dict[str, Any]:
    whole = objects.listed(site.git, sha, recursive=recursive)
    cut = whole[: site.git.longest_tree]
    return {
        "sha": sha,
        "url": f"{site.url}/git/trees/{sha}",
        "tree": [_entry(site, one) for one in cut],
        "truncated": len(cut) < len(whole),
    }


def _entry(site: Site, one: Entry) -> dict[str, Any]:
    """A submodule's commit is elsewhere, so it has no address here; only files have a size."""
    address = {} if one.kind == "commit" else {"url": f"{site.url}/git/{one.kind}s/{one.sha}"}
    size = {"size": one.size} if one.kind == "blob" else {}
    return {"path": one.path, "mode": one.mode, "type": one.kind, "sha": one.sha} | address | size


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/git/trees/{tree_sha}", "contents: read", get_tree),
    Route("POST", "/repos/{owner}/{repo}/git/trees", "contents: write", create_tree),
)
