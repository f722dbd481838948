"""Branches and tags as git's refs, changed only from what they were found to be."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from . import protection
from .exchange import NOT_FOUND, Answer, Asked, Route, Site, given, not_empty, refuse
from .git import BareRepository, GitError
from .objects import NO_SHA, kind

MISSING, EXISTS = "Reference does not exist", "Reference already exists"
NO_OBJECT = "Object does not exist"
# What is said where git has the last word: somebody else was first, or the name cannot be.
LOST, FAILED = "Reference cannot be updated", "Reference update failed"


def get_ref(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """One ref, by its whole name."""
    not_empty(site)
    name = f"refs/{unquote(parts['ref'])}"
    sha = site.git.ref(name)
    return Answer(200, _described(site, name, sha)) if sha else NOT_FOUND


def matching_refs(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """All refs whose names begin like this."""
    not_empty(site)
    found = site.git.refs(f"refs/{unquote(parts['ref'])}")
    return Answer(200, [_described(site, name, sha) for name, sha in sorted(found.items())])


def create_ref(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """A new ref, if there is none of this name."""
    wanted = given(asked, "ref", "sha")
    name, sha = str(wanted["ref"]), str(wanted["sha"])
    git = not_empty(site)
    if not re.match(r"refs/[^/]+/.", name) or not _is_name(git, name):
        raise refuse(422, f"{name} is not a valid ref name.")
    _check(git, name, sha)
    if git.ref(name):
        raise refuse(422, EXISTS)
    if protection.rule(git, name):
        raise refuse(422, FAILED)
    if not git.move(name, sha, NO_SHA):
        raise refuse(422, EXISTS if git.ref(name) else FAILED)
    made = _described(site, name, sha)
    return Answer(201, made, {"Location": made["url"]})


def update_ref(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """Another object for a ref: one that comes after the one it has, unless it is forced."""
    wanted = given(asked, "sha")
    name, sha = f"refs/{unquote(parts['ref'])}", str(wanted["sha"])
    git = not_empty(site)
    old = git.ref(name)
    if old is None:
        raise refuse(422, MISSING)
    _check(git, name, sha)
    protection.check(git, name)
    if not wanted.get("force", False) and not git.contains(sha, old):
        raise refuse(422, "Update is not a fast forward")
    if not git.move(name, sha, old):
        raise refuse(422, LOST)
    site.discussion.settle(git)
    return Answer(200, _described(site, name, sha))


def delete_ref(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """A ref less, and the pull requests from this branch closed."""
    name = f"refs/{unquote(parts['ref'])}"
    git = not_empty(site)
    old = git.ref(name)
    if old is None:
        raise refuse(422, MISSING)
    if name == "refs/heads/main":
        raise refuse(422, "Cannot delete the default branch")
    if protection.rule(git, name):
        raise refuse(422, "Cannot delete a protected branch")
    if not git.move(name, NO_SHA, old):
        raise refuse(422, LOST)
    site.discussion.settle(git)
    return Answer(204, None)


def _check(git: BareRepository, name: str, sha: str) -> None:
    """Raises `RefusedError` for what a ref may not point to: a branch leads to commits only."""
    found = kind(git, sha)
    if not found or (name.startswith("refs/heads/") and found != "commit"):
        raise refuse(422, NO_OBJECT)


def _is_name(git: BareRepository, name: str) -> bool:
    try:
        git.git("check-ref-format", name)
    except GitError:
        return False
    return True


def node_id(site: Site, name: str) -> str:
    """The id that GraphQL has for a ref."""
    return f"REF_{site.name}:{name}"


def _described(site: Site, name: str, sha: str) -> dict[str, Any]:
    of = kind(site.git, sha)
    return {
        "ref": name,
        "node_id": node_id(site, name),
        "url": f"{site.url}/git/{name}",
        "object": {"type": of, "sha": sha, "url": f"{site.url}/git/{of}s/{sha}"},
    }


READ, WRITE = "contents: read", "contents: write"
ONE = "/repos/{owner}/{repo}/git/refs/{ref}"
ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/git/ref/{ref}", READ, get_ref),
    Route("GET", "/repos/{owner}/{repo}/git/matching-refs/{ref}", READ, matching_refs),
    Route("POST", "/repos/{owner}/{repo}/git/refs", WRITE, create_ref),
    Route("PATCH", ONE, WRITE, update_ref),
    Route("DELETE", ONE, WRITE, delete_ref),
)
