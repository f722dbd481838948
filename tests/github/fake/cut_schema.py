"""Cuts what the fake answers in GraphQL out of GitHub's official schema, into `schema.graphql`.

The whole has 1.2 MB. Kept are the fields of `KEPT`, and of what these are asked with and made of, all; no prose. What
is asked in the terms of the cut is asked in those of the whole. After a field was added to the fake:

    python -m tests.github.fake.cut_schema
"""

import dataclasses
from collections.abc import Iterator
from typing import Any

import graphql
from graphql import language

from .graph import SCHEMA
from .packages import Package

PACKAGE = Package(
    "@octokit/graphql-schema",
    "15.26.1",
    "sha512-RFDC2MpRBd4AxSRvUeBIVeBU7ojN/SxDfALUd7iVYOSeEK3gZaqR2MGOysj4Zh2xj2RY5fQAUT+Oqq7hWTraMA==",
)
KEPT = {
    "Query": {"repository", "viewer"},
    "Mutation": {"createCommitOnBranch"},
    "Commit": {"committedDate", "id", "message", "messageHeadline", "oid", "signature", "url"},
    "CreateCommitOnBranchPayload": {"clientMutationId", "commit", "ref"},
    "GitObject": {"id", "oid"},
    "GitSignature": {"isValid", "state", "wasSignedByGitHub"},
    "GpgSignature": {"isValid", "state", "wasSignedByGitHub"},
    "Ref": {"id", "name", "prefix", "target"},
    "Repository": {"defaultBranchRef", "id", "nameWithOwner", "ref"},
    "User": {"databaseId", "id", "login"},
}
BUILT_IN = {"Boolean", "Float", "ID", "Int", "String"}
WITH_FIELDS = (language.ObjectTypeDefinitionNode, language.InterfaceTypeDefinitionNode)
WHOLE = (language.InputObjectTypeDefinitionNode, language.EnumTypeDefinitionNode, language.ScalarTypeDefinitionNode)


def main() -> None:
    """Write the cut."""
    SCHEMA.write_text(cut(downloaded()), "utf-8")


def downloaded() -> str:
    """The whole schema, by npm. Raises `ToolMissing`, or `ToolBroken` where `CI` is set."""
    return PACKAGE.member("schema.graphql").decode()


def cut(whole: str) -> str:
    """The file: where it comes from, and the types that are kept or led to, by name."""
    types = {
        one.name.value: one
        for one in graphql.parse(whole, no_location=True).definitions
        if isinstance(one, (*WITH_FIELDS, *WHOLE))
    }
    kept: dict[str, str] = {}
    waiting = sorted(KEPT)
    while waiting:
        name = waiting.pop()
        if name not in kept:
            made = _cut(types[name])
            kept[name] = language.print_ast(made)
            waiting += _led_to(made)
    return "\n\n".join([f"# {PACKAGE} (MIT), schema.graphql", *(kept[name] for name in sorted(kept))]) + "\n"


def _cut(one: language.TypeDefinitionNode) -> language.TypeDefinitionNode:
    bare: language.TypeDefinitionNode = _bare(one)
    if isinstance(bare, WITH_FIELDS):
        fields = KEPT[bare.name.value]
        bare = dataclasses.replace(
            bare,
            fields=tuple(field for field in bare.fields or () if field.name.value in fields),
            interfaces=tuple(found for found in bare.interfaces or () if found.name.value in KEPT),
        )
    return bare


def _bare(one: Any) -> Any:
    """A part of a schema without descriptions and directives, all through."""
    if isinstance(one, tuple):
        return tuple(_bare(part) for part in one)
    if not isinstance(one, language.Node):
        return one
    empty = {"description": None, "directives": ()}
    return dataclasses.replace(one, **{key: empty.get(key, _bare(getattr(one, key))) for key in one.keys})


def _led_to(one: language.TypeDefinitionNode) -> Iterator[str]:
    names: list[str] = []

    class Names(language.Visitor):
        def enter_named_type(self, node: language.NamedTypeNode, *_: object) -> None:
            names.append(node.name.value)

    language.visit(one, Names())
    yield from (name for name in names if name not in BUILT_IN)


if __name__ == "__main__":
    main()
