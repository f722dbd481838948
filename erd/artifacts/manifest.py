"""`manifest.json`: all nodes of a dbt project, with the tests and constraints on them.

Read as dbt 0.19 to 1.13 and Fusion write it (schema versions 1 to 12, and 20 of Fusion's previews). Producers leave
keys out, write null for any of them and add their own, so every field here has a default and may be null.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from erd.artifacts.reading import Artifact, read_artifact

KNOWN_VERSIONS = frozenset({*range(1, 13), 20})


class Constraint(msgspec.Struct, frozen=True):
    """A constraint of a model contract. `columns` is filled on constraints of the whole model only.

    What a foreign key refers to stands in `to` and `to_columns` since dbt 1.9, as `ref(…)` or as a rendered relation;
    before, and often since, in the text of `expression`.
    """

    type: str | None = None
    columns: list[str] | None = None
    name: str | None = None
    expression: str | None = None
    to: str | None = None
    to_columns: list[str] | None = None


class DeclaredColumn(msgspec.Struct, frozen=True, gc=False):
    """A column as YAML declares it."""

    description: str | None = None
    data_type: str | None = None
    constraints: list[Constraint] | None = None
    meta: dict[str, Any] | None = None


class DependsOn(msgspec.Struct, frozen=True):
    """The `unique_id`s that a node refers to."""

    nodes: list[str] | None = None


class NodeConfig(msgspec.Struct, frozen=True):
    """The configuration of a node. `where` stands on tests only, and some disabled tests stay among the nodes."""

    enabled: bool | None = None
    meta: dict[str, Any] | None = None
    where: str | None = None


class TestMetadata(msgspec.Struct, frozen=True):
    """What makes a test generic: its name and arguments. `kwargs` values can be anything, Jinja included."""

    name: str | None = None
    kwargs: dict[str, Any] | None = None


class Node(msgspec.Struct, frozen=True):
    """A model, seed, snapshot, source or test; which one is said by the first part of its `unique_id`."""

    name: str | None = None
    package_name: str | None = None
    original_file_path: str | None = None
    database: str | None = None
    schema: str | None = None
    alias: str | None = None
    identifier: str | None = None
    description: str | None = None
    columns: dict[str, DeclaredColumn] | None = None
    constraints: list[Constraint] | None = None
    meta: dict[str, Any] | None = None
    config: NodeConfig | None = None
    depends_on: DependsOn | None = None
    attached_node: str | None = None
    column_name: str | None = None
    latest_version: int | float | str | None = None
    test_metadata: TestMetadata | None = None

    @property
    def all_meta(self) -> Mapping[str, Any]:
        """`meta` from both places where dbt keeps it, the node's own and its configuration's."""
        return _all_meta(self.meta, self.config)

    @property
    def depends_on_nodes(self) -> list[str]:
        """The `unique_id`s that this node refers to."""
        return (self.depends_on and self.depends_on.nodes) or []


class Entity(msgspec.Struct, frozen=True):
    """What a semantic model joins on. `expr` is its column, or SQL; without one the column is called as the entity."""

    name: str | None = None
    type: str | None = None
    expr: str | None = None


class SemanticModel(msgspec.Struct, frozen=True):
    """A semantic model on one table. `primary_entity` names a primary entity that has no column of its own."""

    model: str | None = None
    depends_on: DependsOn | None = None
    entities: list[Entity] | None = None
    primary_entity: str | None = None
    meta: dict[str, Any] | None = None
    config: NodeConfig | None = None

    @property
    def all_meta(self) -> Mapping[str, Any]:
        """`meta` from both places where dbt keeps it."""
        return _all_meta(self.meta, self.config)


class Manifest(Artifact, frozen=True):
    """All nodes by `unique_id`. Disabled ones are not among them."""

    nodes: dict[str, Node] | None = None
    sources: dict[str, Node] | None = None
    semantic_models: dict[str, SemanticModel] | None = None

    def table_node(self, unique_id: str) -> Node | None:
        """The model, seed, snapshot or source of that id, if there is one."""
        if unique_id.startswith("source."):
            return (self.sources or {}).get(unique_id)
        return (self.nodes or {}).get(unique_id) if unique_id.startswith(TABLE_PREFIXES) else None

    @property
    def adapter_type(self) -> str:
        """The kind of warehouse, such as "snowflake"; empty when unknown."""
        return (self.metadata and self.metadata.adapter_type) or ""

    @property
    def project_name(self) -> str:
        """The name of the dbt project; empty before dbt 1.6, which does not say it."""
        return (self.metadata and self.metadata.project_name) or ""


TABLE_PREFIXES = ("model.", "seed.", "snapshot.")


def read_manifest(path: Path, shown: str | None = None) -> Manifest:
    """The manifest in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "manifest", Manifest, KNOWN_VERSIONS)


def _all_meta(own: dict[str, Any] | None, config: NodeConfig | None) -> Mapping[str, Any]:
    of_config = config.meta if config else None
    if not of_config:
        return own or {}
    return {**of_config, **(own or {})}
