"""One file changed in one commit, on the condition that it is what it is said to be."""

from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from . import objects, protection
from .blobs import decoded
from .commits import git_commit, made
from .contents import described
from .exchange import NOT_FOUND, Answer, Asked, RefusedError, Route, Site, given, refuse
from .git import FILE, Entry
from .objects import NO_SHA, Change, is_path, read_commit, write_blob


def put_file(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """A file made or changed, which keeps its mode; also the first one of an empty repository."""
    wanted = given(asked, "message", "content")
    content = decoded(str(wanted["content"]))
    if content is None:
        raise refuse(422, "content is not valid Base64")
    return _changed(site, wanted, unquote(parts["path"]), content)


def delete_file(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """A file less."""
    wanted = given(asked, "message", "sha")
    return _changed(site, wanted, unquote(parts["path"]), None)


def _changed(site: Site, wanted: dict[str, Any], path: str, content: bytes | None) -> Answer:
    branch = wanted.get("branch", "main")
    ref = f"refs/heads/{branch}"
    tip = site.git.ref(ref)
    if tip is None and (content is None or not site.git.is_empty):
        raise refuse(404, f"Branch {branch} not found")
    entry = site.git.entry(tip, path) if tip else None
    _check(site, wanted, ref, path, entry, content)
    base = read_commit(site.git, tip).tree if tip else None
    mode = entry.mode if entry else FILE
    change = Change(path, mode, None if content is None else write_blob(site.git, content))
    tree = objects.write_tree(site.git, base, [change])
    sha = made(site, tree, [tip] if tip else [], wanted["message"], wanted)
    if not site.git.move(ref, sha, tip or NO_SHA):
        raise refuse(409, f"is at {site.git.ref(ref)} but expected {tip}")
    site.discussion.settle(site.git)
    after = site.git.entry(sha, path)
    raw = {"type": "file", "download_url": f"{site.html_url}/raw/{quote(branch)}/{quote(path)}"}
    told = described(site, after, branch) | raw if after else None
    return Answer(200 if entry or content is None else 201, {"content": told, "commit": git_commit(site, sha)})


def _check(site: Site, wanted: dict[str, Any], ref: str, path: str, entry: Entry | None, content: bytes | None) -> None:
    if entry is None and content is None:
        raise RefusedError(NOT_FOUND)
    if not is_path(path) or (entry is not None and entry.kind == "tree"):
        raise refuse(422, "path contains a malformed path component")
    if entry is not None and "sha" not in wanted:
        raise refuse(422, 'Invalid request.\n\n"sha" wasn\'t supplied.')
    if entry is not None and wanted["sha"] != entry.sha:
        raise refuse(409, f"{path} does not match {wanted['sha']}")
    protection.check(site.git, ref, 409)


ONE = "/repos/{owner}/{repo}/contents/{path}"
ROUTES = (
    Route("PUT", ONE, "contents: write", put_file),
    Route("DELETE", ONE, "contents: write", delete_file),
)
