"""The lists of tables and of relationships in `erd-diff.json`, as types; see `document_types`."""

from typing import Annotated, TypeAlias

import msgspec
from msgspec import Meta

from erd.model import End, Origin, Outcome

UniqueId: TypeAlias = Annotated[str, Meta(description="dbt's unique_id.")]
TableName: TypeAlias = Annotated[str, Meta(description="What readers see, as entity-name-format has it.")]
Columns: TypeAlias = Annotated[tuple[str, ...], Meta(description="Names of columns, in key order.")]
Label: TypeAlias = Annotated[str | None, Meta(description="Null without one.")]
Description: TypeAlias = Annotated[str | None, Meta(description="Null without one.")]
Type: TypeAlias = Annotated[str | None, Meta(description="The warehouse's own text, null when nobody says it.")]
Keys: TypeAlias = Annotated[tuple[Columns, ...], Meta(description="Further keys, each in key order.")]
Count: TypeAlias = Annotated[int, Meta(ge=0)]


class ColumnEntry(msgspec.Struct, frozen=True):
    """A column that only one of the two has."""

    name: str
    type: Type
    description: Description
    origin: Origin
    not_null: bool
    is_primary_key: Annotated[bool, Meta(description="Whether it is one of the primary key's columns.")]
    is_foreign_key: Annotated[bool, Meta(description="Whether it refers to another table, alone or with others.")]


class TableEntry(msgspec.Struct, frozen=True):
    """A table that only one of the two has."""

    unique_id: UniqueId
    name: TableName
    resource_type: str
    database: Annotated[str | None, Meta(description="Null when unknown.")]
    schema: Annotated[str | None, Meta(description="Null when unknown.")]
    label: Label
    description: Description
    columns: Annotated[tuple[ColumnEntry, ...], Meta(description="In the order of the table.")]
    primary_key: Columns
    unique_keys: Keys


class TypeChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="type"):
    """Another type."""

    base: Type
    head: Type


class NotNullChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="not null"):
    """Whether it may be null."""

    base: bool
    head: bool


class PrimaryKeyChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="primary key"):
    """Another primary key, empty without one."""

    base: Columns
    head: Columns


class UniqueKeysChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="unique keys"):
    """Other unique keys."""

    base: Keys
    head: Keys


class LabelChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="label"):
    """Another label."""

    base: Label
    head: Label


class DescriptionChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="description"):
    """Another description."""

    base: Description
    head: Description


class ChangedColumn(msgspec.Struct, frozen=True):
    """A column that both have, and what of it differs."""

    name: Annotated[str, Meta(description="As the head has it; its case may be another in the base.")]
    aspects: tuple[TypeChange | NotNullChange | DescriptionChange, ...]


class ColumnLists(msgspec.Struct, frozen=True):
    """The columns that differ, in the order of their table."""

    added: tuple[ColumnEntry, ...]
    removed: tuple[ColumnEntry, ...]
    changed: tuple[ChangedColumn, ...]


class ChangedTable(msgspec.Struct, frozen=True):
    """A table that both have, and what of it and of its columns differs."""

    unique_id: UniqueId
    name: TableName
    resource_type: str
    aspects: Annotated[
        tuple[PrimaryKeyChange | UniqueKeysChange | LabelChange | DescriptionChange, ...],
        Meta(description="What of the table itself differs, perhaps nothing."),
    ]
    columns: ColumnLists


class TableLists(msgspec.Struct, frozen=True):
    """The tables that differ, each list sorted by unique_id."""

    added: tuple[TableEntry, ...]
    removed: tuple[TableEntry, ...]
    changed: tuple[ChangedTable, ...]


class EndEntry(msgspec.Struct, frozen=True):
    """One end of a relationship."""

    unique_id: UniqueId
    name: TableName
    columns: Annotated[
        tuple[str, ...],
        Meta(description="Paired by position with those of the other end; empty when only the tables are known."),
    ]


class CardinalityEntry(msgspec.Struct, frozen=True):
    """How many rows of the child there are for one of the parent, and of the parent for one of the child."""

    child: End
    parent: End


class EvidenceEntry(msgspec.Struct, frozen=True):
    """What says that a relationship exists."""

    kind: Annotated[str, Meta(description="constraint, test or semantic.")]
    unique_id: Annotated[str, Meta(description="The node that holds it.")]
    name: Annotated[str | None, Meta(description="A constraint's or an entity's name, null without one.")]


class StateEntry(msgspec.Struct, frozen=True):
    """How the tests of a relationship ended; orphans are rows of the child without a parent."""

    outcome: Outcome
    orphans: Count


Evidence: TypeAlias = Annotated[tuple[EvidenceEntry, ...], Meta(description="All that speaks for the relationship.")]
State: TypeAlias = Annotated[StateEntry | None, Meta(description="Null when no test speaks for it, or none is known.")]


class RelationshipEntry(msgspec.Struct, frozen=True):
    """A relationship that only one of the two has."""

    child: EndEntry
    parent: EndEntry
    cardinality: CardinalityEntry
    evidence: Evidence
    state: State
    label: Label


class Direction(msgspec.Struct, frozen=True):
    """Which end refers to which."""

    child: EndEntry
    parent: EndEntry


class DirectionChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="direction"):
    """The other way round."""

    base: Direction
    head: Direction


class CardinalityChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="cardinality"):
    """Another number of rows at an end."""

    base: CardinalityEntry
    head: CardinalityEntry


class StateChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="state"):
    """Its tests ended otherwise."""

    base: State
    head: State


class EvidenceChange(msgspec.Struct, frozen=True, tag_field="aspect", tag="evidence"):
    """Something else speaks for it."""

    base: Evidence
    head: Evidence


RelationshipAspect: TypeAlias = DirectionChange | CardinalityChange | StateChange | EvidenceChange | LabelChange


class ChangedRelationship(msgspec.Struct, frozen=True):
    """A relationship that both have, with its ends as the head has them, and what of it differs."""

    child: EndEntry
    parent: EndEntry
    aspects: tuple[RelationshipAspect, ...]


class RelationshipLists(msgspec.Struct, frozen=True):
    """The relationships that differ, each list sorted by child and parent."""

    added: tuple[RelationshipEntry, ...]
    removed: tuple[RelationshipEntry, ...]
    changed: tuple[ChangedRelationship, ...]
