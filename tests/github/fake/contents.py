"""Files, folders, links and submodules as they are committed."""

import base64
import posixpath
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote

from .exchange import NOT_FOUND, Answer, Asked, Route, Site, error
from .git import LINK, SUBMODULE, BareRepository, Entry

# GitHub's documentation: up to the first with its content, up to the second without, beyond it not at all.
WITH_CONTENT_BYTES = 1024 * 1024
LARGEST_BYTES = 100 * 1024 * 1024


def get_contents(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """What is at a path of a commit."""
    path = unquote(parts["path"])
    ref = asked.query.get("ref", "main")
    commit = site.git.resolved(ref)
    if commit is None:
        return error(404, f"No commit found for the ref {ref}")
    entry = site.git.entry(commit, path)
    if entry is None:
        return NOT_FOUND
    if entry.mode == LINK:
        entry = _led_to(site.git, commit, entry) or entry
    if entry.kind == "tree":
        children = site.git.folder_entries(commit, path)
        return Answer(200, [described(site, child, ref) | {"type": _listed_as(child)} for child in children])
    if entry.size > LARGEST_BYTES:
        return error(403, "This API returns blobs up to 100 MB in size.")
    return Answer(200, _whole(site, entry._replace(path=path), ref))


def _led_to(git: BareRepository, commit: str, link: Entry) -> Entry | None:
    """The file that a link leads to, if that is in the same commit."""
    target = (git.blob(link.sha) or b"").decode()
    path = posixpath.normpath(posixpath.join(posixpath.dirname(link.path), target))
    found = None if path.startswith(("/", "..")) else git.entry(commit, path)
    return found if found and found.kind == "blob" and found.mode != LINK else None


def _whole(site: Site, entry: Entry, ref: str) -> dict[str, Any]:
    told = described(site, entry, ref)
    if entry.mode == SUBMODULE:
        return told | {"type": "submodule", "submodule_git_url": f"{site.url}.git"}
    content = site.git.blob(entry.sha) or b""
    if entry.mode == LINK:
        return told | {"type": "symlink", "target": content.decode()}
    if entry.size > WITH_CONTENT_BYTES:
        return told | {"type": "file", "encoding": "none", "content": ""}
    return told | {"type": "file", "encoding": "base64", "content": base64.encodebytes(content).decode()}


def described(site: Site, entry: Entry, ref: str) -> dict[str, Any]:
    """What is said of an entry wherever it is."""
    url = f"{site.url}/contents/{quote(entry.path)}?ref={quote(ref)}"
    git_url = f"{site.url}/git/{'trees' if entry.kind == 'tree' else 'blobs'}/{entry.sha}"
    return {
        "name": posixpath.basename(entry.path),
        "path": entry.path,
        "sha": entry.sha,
        "size": entry.size,
        "url": url,
        "html_url": url,
        "git_url": git_url,
        "download_url": None,
        "_links": {"self": url, "git": git_url, "html": url},
    }


def _listed_as(entry: Entry) -> str:
    """A submodule is listed as a file, as GitHub documents it."""
    return {"tree": "dir"}.get(entry.kind, "symlink" if entry.mode == LINK else "file")


ROUTES = (Route("GET", "/repos/{owner}/{repo}/contents/{path}", "contents: read", get_contents),)
