"""The whole ERD as JSON, for programs: dbterd's payload, and all that an ERD says beyond it.

The keys of dbterd 1.32 come first and mean the same, so that its readers go on working; its schema allows more.
`docs/schemas/erd.json` describes the document, and a whole ERD can be read back from it.
"""

from collections.abc import Collection, Iterable
from typing import Literal

import msgspec

from erd import __version__
from erd.documents import document, schema_address
from erd.formats import UNKNOWN_TYPE, Options
from erd.formats.identities import relationship_ids, relationship_name
from erd.model import Cardinality, Column, Dependency, End, Erd, Origin, Outcome, Provenance, Relationship, State, Table

DBTERD_VERSION = "1.32.0"
"""The release of dbterd whose payload this is: readers that look at its version find the keys they expect."""


class _Column(msgspec.Struct, frozen=True, gc=False):
    name: str
    data_type: str
    description: str | None
    is_primary_key: bool
    is_foreign_key: bool
    not_null: bool
    origin: Origin


class _Node(msgspec.Struct, frozen=True):
    id: str
    name: str
    label: str | None
    description: str | None
    resource_type: str
    schema_name: str
    database: str
    columns: list[_Column]
    compiled_sql: str | None
    primary_key: tuple[str, ...]
    unique_keys: tuple[tuple[str, ...], ...]


class _Edge(msgspec.Struct, frozen=True):
    id: str
    from_id: str
    to_id: str
    from_columns: tuple[str, ...]
    to_columns: tuple[str, ...]
    relationship_type: Literal["fk"]
    name: str
    label: str | None
    cardinality: str
    from_cardinality: End
    to_cardinality: End
    provenance: tuple[Provenance, ...]
    state: "_State | None"


class _State(msgspec.Struct, frozen=True):
    outcome: Outcome
    orphans: int


class _Metadata(msgspec.Struct, frozen=True):
    generated_at: str
    dbt_project_name: str
    dbterd_version: str
    warehouse: str
    generator: str
    generator_version: str


class _Group(msgspec.Struct, frozen=True):
    name: str
    node_ids: list[str]


class _Document(msgspec.Struct, frozen=True, rename={"schema": "$schema"}):
    schema: str
    nodes: list[_Node]
    edges: list[_Edge]
    metadata: _Metadata
    groups: list[_Group] | msgspec.UnsetType
    dependencies: tuple[Dependency, ...] | msgspec.UnsetType


def render(erd: Erd, options: Options) -> str:
    """The ERD as one JSON document, with all columns."""
    foreign = erd.foreign_keys()
    ids = relationship_ids(erd.relationships)
    return document(
        _Document(
            schema=schema_address("erd.json", options.schema_base_url),
            nodes=[_node(table, foreign.get(table.unique_id, ())) for table in erd.tables],
            edges=[_edge(one, unique) for one, unique in zip(erd.relationships, ids, strict=True)],
            metadata=_metadata(erd),
            groups=_groups(erd.tables) if options.grouped_by else msgspec.UNSET,
            dependencies=erd.dependencies or msgspec.UNSET,
        )
    )


def _node(table: Table, foreign: Collection[str]) -> _Node:
    return _Node(
        id=table.unique_id,
        name=table.name,
        label=table.label or None,
        description=table.description or None,
        resource_type=table.resource_type,
        schema_name=table.schema,
        database=table.database,
        columns=_columns(table.columns, table.primary_key, foreign),
        compiled_sql=table.sql or None,
        primary_key=table.primary_key,
        unique_keys=table.unique_keys,
    )


def _columns(columns: Iterable[Column], primary: Collection[str], foreign: Collection[str]) -> list[_Column]:
    return [
        _Column(
            column.name,
            column.type or UNKNOWN_TYPE,
            column.description or None,
            column.name in primary,
            column.name in foreign,
            column.not_null,
            column.origin,
        )
        for column in columns
    ]


def _edge(one: Relationship, unique: str) -> _Edge:
    return _Edge(
        id=unique,
        from_id=one.child.table,
        to_id=one.parent.table,
        from_columns=one.child.columns,
        to_columns=one.parent.columns,
        relationship_type="fk",
        name=relationship_name(one),
        label=one.label or None,
        cardinality=_code(one.cardinality),
        from_cardinality=one.cardinality.child,
        to_cardinality=one.cardinality.parent,
        provenance=one.provenance,
        state=_state(one.state),
    )


def _state(state: State | None) -> _State | None:
    return _State(state.outcome, state.orphans) if state else None


def _code(cardinality: Cardinality) -> str:
    """The code of dbterd that comes closest: its six do not tell an optional parent from a required one."""
    match cardinality.child.many, cardinality.parent.many:
        case True, True:
            return "nn"
        case True, False:
            return "n1"
    child = "1" if cardinality.child is End.ONE else "0"
    return f"{child}{'n' if cardinality.parent.many else '1'}"


def _metadata(erd: Erd) -> _Metadata:
    return _Metadata(
        # A time would change the file at every run.
        generated_at="",
        dbt_project_name=erd.project,
        dbterd_version=DBTERD_VERSION,
        warehouse=erd.warehouse,
        generator="dbt-cloud-erd",
        generator_version=__version__,
    )


def _groups(tables: Iterable[Table]) -> list[_Group]:
    members: dict[str, list[str]] = {}
    for table in tables:
        if table.group:
            members.setdefault(table.group, []).append(table.unique_id)
    return [_Group(name, ids) for name, ids in sorted(members.items())]
