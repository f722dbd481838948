"""GraphQL: who is asking, what a branch is at, and a commit on it; only what is asked in the terms of GitHub's schema.

What GitHub itself says of requests that it understands and does not do has a type (`STALE_DATA` …), with HTTP 200.
"""

import json
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

import graphql

from . import objects, protection
from .blobs import decoded
from .commits import signed
from .exchange import Answer, Asked, Site, error
from .git import FILE, GitError
from .objects import Change, is_path, read_commit, write_blob
from .refs import node_id
from .tokens import Token
from .users import id_of

SCHEMA = Path(__file__).with_name("schema.graphql")


class Ground(NamedTuple):
    """Who asks, and the repositories that they may see, by name."""

    token: Token
    site_of: Callable[[str], Site | None]


Info = graphql.GraphQLResolveInfo[Ground]


class NotDoneError(Exception):
    """What is not done, in GitHub's words, and of which type that is."""

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def answered(asked: Asked, ground: Ground) -> Answer:
    """The answer to a question, or to a change."""
    try:
        given = json.loads(asked.body)
        query = given["query"]
    except (ValueError, KeyError, TypeError):
        return error(400, "Problems parsing JSON")
    root = {"viewer": _viewer, "repository": _repository, "createCommitOnBranch": _create_commit_on_branch}
    done = graphql.graphql_sync(
        _schema(), query, root, context_value=ground, variable_values=given.get("variables"),
        operation_name=given.get("operationName"),
    )  # fmt: skip
    data = {} if done.data is None and done.errors and not done.errors[0].path else {"data": done.data}
    return Answer(200, data | ({"errors": [_told(one) for one in done.errors]} if done.errors else {}))


def misunderstood(answer: Answer) -> list[str]:
    """What GitHub would not have understood, of a question that it answered like this."""
    return [one["message"] for one in answer.json.get("errors", []) if "type" not in one]


def is_write(answer: Answer) -> bool:
    """Whether something is otherwise since a question was answered like this."""
    return bool((answer.json.get("data") or {}).get("createCommitOnBranch"))


def _told(one: graphql.GraphQLError) -> dict[str, Any]:
    kind = {"type": one.original_error.kind} if isinstance(one.original_error, NotDoneError) else {}
    return kind | dict(one.formatted)


def _viewer(info: Info) -> dict[str, Any]:
    login = info.context.token.login
    return {"login": login, "databaseId": id_of(login), "id": f"U_{login}"}


def _repository(info: Info, owner: str, name: str, **_: Any) -> dict[str, Any]:
    site = _site(info.context, f"{owner}/{name}")
    return {
        "id": f"R_{site.name}",
        "nameWithOwner": site.name,
        "defaultBranchRef": lambda _: _ref(site, "refs/heads/main"),
        "ref": lambda _, qualifiedName: _ref(site, _qualified(qualifiedName)),  # noqa: N803 - GitHub's name
    }


def _create_commit_on_branch(info: Info, input: dict[str, Any]) -> dict[str, Any]:  # noqa: A002
    site, ref = _branch(info.context, input["branch"])
    if not site.token.may("contents: write"):
        raise NotDoneError("FORBIDDEN", f"Resource not accessible by {site.token.kind.value}")
    tip, expected = site.git.ref(ref), input["expectedHeadOid"]
    if tip is None:
        raise NotDoneError("NOT_FOUND", f"Could not resolve to a Ref with the name '{ref}'.")
    stale = NotDoneError("STALE_DATA", f'Expected branch to point to "{expected}" but it did not.  Pull and try again.')
    if tip != expected:
        raise stale
    message = "\n\n".join(part for part in (input["message"]["headline"], input["message"].get("body")) if part)
    commit = signed(site, _tree(site, tip, input.get("fileChanges") or {}), [tip], message)
    if refusal := protection.refusal(site.git, ref):
        raise NotDoneError(refusal.type, refusal.message)
    if not site.git.move(ref, commit, tip):
        raise stale
    site.discussion.settle(site.git)
    told = {"commit": _commit(site, commit), "ref": _ref(site, ref)}
    return told | {"clientMutationId": input.get("clientMutationId")}


def _tree(site: Site, tip: str, wanted: dict[str, Any]) -> str:
    """The branch's tree with these changes: files are plain ones, whatever they were."""
    changes = []
    for one in wanted.get("deletions", []):
        if site.git.entry(tip, one["path"]) is None:
            raise NotDoneError(
                "UNPROCESSABLE",
                f"A path was requested for deletion which does not exist as of commit oid `{tip}`: {one['path']}",
            )
        changes.append(Change(one["path"], FILE, None))
    for one in wanted.get("additions", []):
        content = decoded(one["contents"])
        if content is None or not is_path(one["path"]):
            raise NotDoneError("UNPROCESSABLE", f"A file cannot be added: {one['path']}")
        changes.append(Change(one["path"], FILE, write_blob(site.git, content)))
    try:
        return objects.write_tree(site.git, read_commit(site.git, tip).tree, changes)
    except GitError:
        raise NotDoneError("UNPROCESSABLE", "The changes contradict each other.") from None


def _branch(ground: Ground, wanted: dict[str, Any]) -> tuple[Site, str]:
    """The repository and the whole name of a branch that is named by its id, or by both names."""
    if "id" in wanted:
        name, _, ref = wanted["id"].removeprefix("REF_").partition(":")
        return _site(ground, name), ref
    if not wanted.get("repositoryNameWithOwner") or not wanted.get("branchName"):
        raise NotDoneError("UNPROCESSABLE", "A branch is named by its id, or by its repository and its name.")
    return _site(ground, wanted["repositoryNameWithOwner"]), _qualified(wanted["branchName"])


def _qualified(name: str) -> str:
    return name if name.startswith("refs/") else f"refs/heads/{name}"


def _site(ground: Ground, name: str) -> Site:
    site = ground.site_of(name)
    if site is None:
        raise NotDoneError("NOT_FOUND", f"Could not resolve to a Repository with the name '{name}'.")
    return site


def _ref(site: Site, name: str) -> dict[str, Any] | None:
    sha = site.git.ref(name)
    if sha is None:
        return None
    prefix = "/".join(name.split("/")[:2]) + "/"
    told = {"id": node_id(site, name), "name": name.removeprefix(prefix), "prefix": prefix}
    return told | {"target": _commit(site, sha)}


def _commit(site: Site, sha: str) -> dict[str, Any]:
    commit = read_commit(site.git, sha)
    signature = {"__typename": "GpgSignature", "isValid": True, "state": "VALID", "wasSignedByGitHub": True}
    return {
        "__typename": "Commit",
        "id": f"C_{sha}",
        "oid": sha,
        "url": f"{site.html_url}/commit/{sha}",
        "message": commit.message,
        "messageHeadline": commit.message.partition("\n")[0],
        "committedDate": commit.committer.date,
        "signature": signature if commit.signature else None,
    }


@cache
def _schema() -> graphql.GraphQLSchema:
    return graphql.build_schema(SCHEMA.read_text("utf-8"))
