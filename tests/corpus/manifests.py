"""Reads what manifests say of relationships and keys without the project's own reader, to hold its answers against."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from tests.corpus.pairs import ALL_TYPES, manifest_of

Columns: TypeAlias = tuple[str, ...]

_RELATIONSHIPS = ("relationships", "relationships_where")
_FOREIGN_KEY = "foreign_key"
_KEY_TESTS = ("unique", "unique_key", "primary_key", "unique_combination_of_columns", "unique_combination")
_KEY_ARGUMENTS = ("column_name", "column_names", "combination_of_columns")


class TestMetadata(msgspec.Struct, frozen=True):
    """The macro and the arguments of a generic test."""

    __test__ = False

    name: str = ""
    kwargs: dict[str, Any] = {}


class Config(msgspec.Struct, frozen=True):
    """What a node is configured to be."""

    enabled: bool | None = None


class Constraint(msgspec.Struct, frozen=True):
    """A constraint of a model or a column."""

    type: str
    name: str | None = None
    columns: list[str] | None = None
    to: str | None = None


class Column(msgspec.Struct, frozen=True):
    """A column with its constraints."""

    constraints: list[Constraint] | None = None


class Node(msgspec.Struct, frozen=True):
    """A node or a source."""

    resource_type: str
    depends_on: dict[str, list[str]] | None = None
    test_metadata: TestMetadata | None = None
    config: Config | None = None
    meta: dict[str, Any] | None = None
    constraints: list[Constraint] | None = None
    columns: dict[str, Column] = {}

    @property
    def tables(self) -> frozenset[str]:
        """The tables that a test depends on."""
        return frozenset((self.depends_on or {}).get("nodes", ()))

    @property
    def is_disabled(self) -> bool:
        """Whether it stands among the nodes though it is disabled."""
        return self.config is not None and self.config.enabled is False

    def all_constraints(self, kind: str) -> Iterator[tuple[Constraint, Columns]]:
        """The constraints of a kind, each with the columns it stands on."""
        for constraint in self.constraints or ():
            if constraint.type == kind:
                yield constraint, tuple(constraint.columns or ())
        for name, column in self.columns.items():
            yield from ((constraint, (name,)) for constraint in column.constraints or () if constraint.type == kind)


class Entity(msgspec.Struct, frozen=True):
    """An entity of a semantic model."""

    name: str
    type: str


class SemanticModel(msgspec.Struct, frozen=True):
    """A semantic model."""

    depends_on: dict[str, list[str]]
    entities: list[Entity]

    @property
    def table(self) -> str:
        """The table it is about."""
        return self.depends_on["nodes"][0]


class RawManifest(msgspec.Struct, frozen=True):
    """A manifest."""

    nodes: dict[str, Node]
    sources: dict[str, Node]
    semantic_models: dict[str, SemanticModel] = {}

    @property
    def tables(self) -> list[str]:
        """The `unique_id`s of all models, seeds, snapshots and sources."""
        return [*self.sources, *(name for name, node in self.nodes.items() if node.resource_type in ALL_TYPES)]

    def relationship_tests(self) -> dict[str, Node]:
        """The generic tests that say relationships, by the names of their macros, disabled ones among them."""
        return {
            unique_id: node
            for unique_id, node in self.nodes.items()
            if node.test_metadata
            and (node.test_metadata.name in _RELATIONSHIPS or node.test_metadata.name.endswith(_FOREIGN_KEY))
        }

    def foreign_keys(self) -> Iterator[tuple[str, Constraint, Columns]]:
        """All foreign keys: the model, the constraint and the columns it stands on."""
        for unique_id, node in self.nodes.items():
            yield from ((unique_id, *found) for found in node.all_constraints(_FOREIGN_KEY))

    def foreign_entities(self) -> Iterator[tuple[str, Entity]]:
        """All foreign entities, with their semantic models."""
        for unique_id, model in self.semantic_models.items():
            yield from ((unique_id, entity) for entity in model.entities if entity.type == "foreign")

    def own_entity_types(self, name: str, table: str) -> set[str]:
        """The types by which semantic models on a table have an entity as their own."""
        own = (entity for model in self.semantic_models.values() if model.table == table for entity in model.entities)
        return {entity.type for entity in own if entity.name == name and entity.type != "foreign"}

    def is_key(self, table: str, columns: Iterable[str]) -> bool:
        """Whether a test or constraint says that no two rows of a table share the values of these columns."""
        asked = {name.lower() for name in columns}
        return any(asked.issuperset(name.lower() for name in key) for key in self._keys(table) if key)

    def speaking_of(self, child: str, parent: str) -> list[str]:
        """The tests, foreign keys and entities that speak of two tables."""
        tables = {child, parent}
        tests = [unique_id for unique_id, test in self.relationship_tests().items() if test.tables == tables]
        keys = [f"{constraint.name or ', '.join(on)} of {model}" for model, constraint, on in self.foreign_keys()
                if model in tables and _is_to_one_of(constraint, tables - {model})]  # fmt: skip
        entities = [
            f"{entity.name} of {unique_id}"
            for unique_id, entity in self.foreign_entities()
            if self.semantic_models[unique_id].table == child and self.own_entity_types(entity.name, parent)
        ]
        return [*tests, *keys, *entities]

    def _keys(self, table: str) -> Iterator[Columns]:
        for node in self.nodes.values():
            if node.test_metadata and node.test_metadata.name in _KEY_TESTS and node.tables == {table}:
                found = [node.test_metadata.kwargs.get(argument) for argument in _KEY_ARGUMENTS]
                yield from ((one,) if isinstance(one, str) else tuple(one) for one in found if one)
        owner = self.nodes.get(table)
        for kind in ("primary_key", "unique") if owner else ():
            yield from (columns for _, columns in owner.all_constraints(kind))  # type: ignore[union-attr]  # see above


def read_manifest(pair: Path) -> RawManifest:
    """The manifest of a pair."""
    return msgspec.json.decode(manifest_of(pair).read_bytes(), type=RawManifest)


def _is_to_one_of(constraint: Constraint, tables: Iterable[str]) -> bool:
    return any((constraint.to or "").strip("\"')").endswith(table.split(".")[-1]) for table in tables)
