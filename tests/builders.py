"""Artifacts and ERDs for tests: each builder makes a small whole one, of which a test says only what it is about.

Nodes look as dbt 1.11 writes them. `but` changes what a test is about: `a_model("orders").but(schema="raw")`.
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple, Self

import msgspec

from erd.artifacts.catalog import Catalog, CatalogTable, ObservedColumn
from erd.artifacts.manifest import (
    Constraint,
    DeclaredColumn,
    DependsOn,
    Entity,
    Manifest,
    Node,
    NodeConfig,
    SemanticModel,
    TestMetadata,
)
from erd.artifacts.reading import Metadata
from erd.model import Cardinality, Column, End, Endpoint, Erd, Provenance, Relationship, Table

PACKAGE = "shop"
ORDERS = "model.shop.orders"
CUSTOMERS = "model.shop.customers"
SCHEMA_ADDRESS = "https://schemas.getdbt.com/dbt"
MANY_TO_ONE = Cardinality(End.ZERO_OR_MANY, End.ONE)


class Identified(NamedTuple):
    """A node as a manifest holds it: under its `unique_id`."""

    unique_id: str
    node: Node

    def but(self, **changes: object) -> Self:
        """The same node with other values in some of its fields."""
        return self._replace(node=msgspec.structs.replace(self.node, **changes))

    def with_arguments(self, kwargs: dict[str, Any] | None) -> Self:
        """The same generic test with these arguments in place of its own."""
        metadata = self.node.test_metadata or TestMetadata()
        return self.but(test_metadata=msgspec.structs.replace(metadata, kwargs=kwargs))


class Semantic(NamedTuple):
    """A semantic model as a manifest holds it: under its `unique_id`, in a place of its own."""

    unique_id: str
    model: SemanticModel


def a_manifest(*given: Identified | Semantic, adapter: str | None = "postgres", version: int = 12) -> Manifest:
    """A manifest of these nodes, sources and semantic models in their own places."""
    nodes = [one for one in given if isinstance(one, Identified)]
    return Manifest(
        metadata=Metadata(schema_version("manifest", version), adapter, PACKAGE),
        nodes={unique_id: node for unique_id, node in nodes if not unique_id.startswith("source.")},
        sources={unique_id: node for unique_id, node in nodes if unique_id.startswith("source.")},
        semantic_models={one.unique_id: one.model for one in given if isinstance(one, Semantic)},
    )


def a_model(
    name: str = "orders",
    columns: Mapping[str, DeclaredColumn] | None = None,
    *,
    package: str = PACKAGE,
    version: str = "",
) -> Identified:
    """A model; with a version, one of several of that name."""
    suffix = f".v{version}" if version else ""
    alias = f"{name}_v{version}" if version else name
    return Identified(f"model.{package}.{name}{suffix}", _relation(name, alias, package, columns))


def a_seed(name: str = "countries", columns: Mapping[str, DeclaredColumn] | None = None) -> Identified:
    return Identified(f"seed.{PACKAGE}.{name}", _relation(name, name, PACKAGE, columns))


def a_snapshot(name: str = "orders_history", columns: Mapping[str, DeclaredColumn] | None = None) -> Identified:
    return Identified(f"snapshot.{PACKAGE}.{name}", _relation(name, name, PACKAGE, columns))


def a_source(
    source: str = "raw", name: str = "orders", columns: Mapping[str, DeclaredColumn] | None = None
) -> Identified:
    node = msgspec.structs.replace(_relation(name, None, PACKAGE, columns), identifier=name, schema=source)
    return Identified(f"source.{PACKAGE}.{source}.{name}", node)


def declared(*names: str, **described: DeclaredColumn) -> dict[str, DeclaredColumn]:
    """Columns as YAML declares them: by name only, or with what it says of them."""
    return {**{name: DeclaredColumn() for name in names}, **described}


def a_relationships_test(
    child: str = ORDERS,
    child_column: str = "customer_id",
    parent: str = CUSTOMERS,
    parent_column: str = "id",
    *,
    name: str = "",
    kwargs: Mapping[str, Any] | None = None,
) -> Identified:
    """A `relationships` test on `child`; its id is made of both ends, unless it has a `name`.

    `kwargs` are added to those that dbt writes. As with dbt, a test on a source has no `attached_node`, and the parent
    comes first in `depends_on`.
    """
    written = {"to": jinja(parent), "field": parent_column, **(kwargs or {})}
    generated = f"relationships_{child}_{child_column}__{parent_column}__{parent}".replace(".", "_")
    test = _generic_test("relationships", child, child_column, name or generated, written)
    return test.but(depends_on=DependsOn(list(dict.fromkeys([parent, child]))))


def a_unique_test(table: str = ORDERS, column: str = "id", *, where: str | None = None) -> Identified:
    """A `unique` test; with `where`, on a part of the rows."""
    name = f"unique_{table}_{column}".replace(".", "_")
    return _generic_test("unique", table, column, name, {}).but(config=NodeConfig(where=where))


def a_not_null_test(table: str = ORDERS, column: str = "id", *, where: str | None = None) -> Identified:
    """A `not_null` test; with `where`, on a part of the rows."""
    name = f"not_null_{table}_{column}".replace(".", "_")
    return _generic_test("not_null", table, column, name, {}).but(config=NodeConfig(where=where))


def a_foreign_key(
    columns: str | Sequence[str] = (),
    to: str | None = "ref('customers')",
    to_columns: Sequence[str] | None = ("id",),
    *,
    name: str | None = None,
    expression: str | None = None,
) -> Constraint:
    """A foreign key of a whole model on `columns`, or, without any, of the column it stands on."""
    listed = [columns] if isinstance(columns, str) else list(columns)
    referred = None if to_columns is None else list(to_columns)
    return Constraint("foreign_key", listed, name, expression, to, referred)


def a_semantic_model(name: str, table: str, *entities: Entity, primary_entity: str | None = None) -> Semantic:
    """A semantic model on a table (`unique_id`)."""
    model = SemanticModel(
        model=jinja(table), depends_on=DependsOn([table]), entities=list(entities), primary_entity=primary_entity
    )
    return Semantic(f"semantic_model.{PACKAGE}.{name}", model)


def an_entity(name: str, kind: str = "foreign", expr: str | None = None) -> Entity:
    return Entity(name, kind, expr)


def a_generic_test(kind: str, table: str, kwargs: Mapping[str, Any], *uses: str, name: str = "") -> Identified:
    """A generic test of any kind on a table, which uses further tables besides; those come first, as with dbt."""
    test = _generic_test(kind, table, "", name or f"{kind}_{table}".replace(".", "_"), kwargs)
    written = {"model": "{{ get_where_subquery(" + jinja(table) + ") }}", **kwargs}
    return test.with_arguments(written).but(column_name=None, depends_on=DependsOn([*uses, table]))


def a_constraint(kind: str, *columns: str) -> Constraint:
    """A constraint of a whole model on `columns`, or, without any, of the column it stands on."""
    return Constraint(kind, list(columns) if columns else None)


def a_catalog(tables: Mapping[str, Mapping[str, ObservedColumn]] | None = None) -> Catalog:
    """A catalog of tables by `unique_id`, each with its columns."""
    entries = {unique_id: CatalogTable(dict(columns)) for unique_id, columns in (tables or {}).items()}
    return Catalog(
        metadata=Metadata(schema_version("catalog", 1)),
        nodes={unique_id: table for unique_id, table in entries.items() if not unique_id.startswith("source.")},
        sources={unique_id: table for unique_id, table in entries.items() if unique_id.startswith("source.")},
    )


def an_observed_column(
    index: float | str | None = 1, kind: str | None = "integer", comment: str | None = None
) -> ObservedColumn:
    return ObservedColumn(kind, index, comment)


def observed(*names: str) -> dict[str, ObservedColumn]:
    """Columns of the warehouse, in this order."""
    return {name: an_observed_column(place) for place, name in enumerate(names, 1)}


def write_artifacts(folder: Path, manifest: Manifest, catalog: Catalog | None = None) -> Path:
    """Write the artifacts to `folder` as dbt would, every field that is unset as null; returns the folder."""
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest))
    if catalog is not None:
        (folder / "catalog.json").write_bytes(msgspec.json.encode(catalog))
    return folder


def schema_version(kind: str, version: int) -> str:
    """The `dbt_schema_version` of an artifact."""
    return f"{SCHEMA_ADDRESS}/{kind}/v{version}.json"


def jinja(unique_id: str) -> str:
    """The call by which YAML refers to a table: `ref('orders')`, `ref('orders', v=2)`, `source('raw', 'orders')`."""
    kind, _, *words = unique_id.split(".")
    if kind == "source":
        return f"source('{words[0]}', '{words[1]}')"
    return f"ref('{words[0]}', v={words[1].removeprefix('v')})" if words[1:] else f"ref('{words[0]}')"


def an_erd(tables: Iterable[Table] = (), relationships: Iterable[Relationship] = ()) -> Erd:
    """An ERD of these tables and relationships, in the order that every ERD has."""
    return Erd(
        tables=tuple(sorted(tables, key=lambda table: (table.schema, table.name))),
        relationships=tuple(sorted(relationships, key=lambda one: (one.child, one.parent))),
    )


def a_table(
    name: str = ORDERS,
    columns: Iterable[Column | str] = ("id",),
    *,
    description: str = "",
    schema: str = "",
    group: str = "",
    primary_key: Sequence[str] = (),
    unique_keys: Iterable[Sequence[str]] = (),
) -> Table:
    """A table whose `unique_id` is its name; of a column, its name is enough."""
    return Table(
        unique_id=name,
        name=name,
        resource_type=name.split(".", 1)[0],
        schema=schema,
        description=description,
        group=group,
        columns=tuple(Column(column, "integer") if isinstance(column, str) else column for column in columns),
        primary_key=tuple(primary_key),
        unique_keys=tuple(tuple(key) for key in unique_keys),
    )


def a_relationship(
    child: str = ORDERS,
    child_columns: str | Sequence[str] = "customer_id",
    parent: str = CUSTOMERS,
    parent_columns: str | Sequence[str] = "id",
    *,
    cardinality: Cardinality = MANY_TO_ONE,
    label: str = "",
    provenance: Iterable[Provenance] = (),
) -> Relationship:
    """A relationship between two tables, by their `unique_id`s, on one column or on several."""
    return Relationship(
        child=an_endpoint(child, child_columns),
        parent=an_endpoint(parent, parent_columns),
        cardinality=cardinality,
        label=label,
        provenance=tuple(provenance),
    )


def an_endpoint(table: str, columns: str | Sequence[str]) -> Endpoint:
    return Endpoint(table, (columns,) if isinstance(columns, str) else tuple(columns))


def _relation(name: str, alias: str | None, package: str, columns: Mapping[str, DeclaredColumn] | None) -> Node:
    return Node(
        name=name,
        package_name=package,
        original_file_path=f"models/{name}.sql",
        database="dev",
        schema="main",
        alias=alias,
        description="",
        columns=dict(columns or {}),
        constraints=[],
        meta={},
        config=NodeConfig(meta={}),
        depends_on=DependsOn([]),
    )


def _generic_test(kind: str, table: str, column: str, name: str, kwargs: Mapping[str, Any]) -> Identified:
    written = {"column_name": column, "model": "{{ get_where_subquery(" + jinja(table) + ") }}", **kwargs}
    node = Node(
        name=name,
        package_name=PACKAGE,
        original_file_path="models/schema.yml",
        meta={},
        config=NodeConfig(meta={}),
        depends_on=DependsOn([table]),
        attached_node=None if table.startswith("source.") else table,
        column_name=column,
        test_metadata=TestMetadata(name=kind, kwargs=written),
    )
    return Identified(f"test.{PACKAGE}.{name}", node)
