"""What differs between two ERDs, the base and the head, as one typed result.

Seen from the other side everything is the same but for base and head, and added and removed, changing places.
"""

from enum import Enum

import msgspec

from erd.model import Column, Endpoint, Erd, Relationship, Table
from erd.project import Project


class Side(msgspec.Struct, frozen=True):
    """One of the two states that are compared.

    `project` is None for a diagram out of a file, which knows its names and nothing around them. A table none of whose
    columns is observed is one that the catalog does not have.
    """

    erd: Erd
    project: Project | None = None


class Aspect(Enum):
    """What of a table, a column or a relationship has changed; listed in this order."""

    TYPE = "type"
    NOT_NULL = "not null"
    PRIMARY_KEY = "primary key"
    UNIQUE_KEYS = "unique keys"
    DIRECTION = "direction"
    CARDINALITY = "cardinality"
    STATE = "state"
    EVIDENCE = "evidence"
    LABEL = "label"
    DESCRIPTION = "description"


class ColumnChange(msgspec.Struct, frozen=True):
    """A column of a table that is in both, and what of it has changed."""

    base: Column
    head: Column
    aspects: tuple[Aspect, ...]


class ColumnRename(msgspec.Struct, frozen=True):
    """A guess: that a removed column of a table lives on as an added one. Both are also among those."""

    base: Column
    head: Column


class TableChange(msgspec.Struct, frozen=True):
    """A table that is in both, and what of it and of its columns has changed.

    Columns are in the order of their table. `aspects` are those of the table itself: keys, label, description.
    """

    base: Table
    head: Table
    aspects: tuple[Aspect, ...] = ()
    added: tuple[Column, ...] = ()
    removed: tuple[Column, ...] = ()
    changed: tuple[ColumnChange, ...] = ()
    renamed: tuple[ColumnRename, ...] = ()

    @property
    def is_quiet(self) -> bool:
        """Whether nothing but descriptions has changed."""
        described = {Aspect.DESCRIPTION}
        aspects = {*self.aspects}.union(*(one.aspects for one in self.changed))
        return not self.added and not self.removed and aspects <= described


class Tables(msgspec.Struct, frozen=True):
    """The tables that only head has, that only base has, and that both have and that differ; in the order of ERDs."""

    added: tuple[Table, ...] = ()
    removed: tuple[Table, ...] = ()
    changed: tuple[TableChange, ...] = ()


class RelationshipChange(msgspec.Struct, frozen=True):
    """A relationship between the same ends in both, whichever way round, and what of it has changed."""

    base: Relationship
    head: Relationship
    aspects: tuple[Aspect, ...]


class Relationships(msgspec.Struct, frozen=True):
    """The relationships that only head has, that only base has, and that both have and that differ."""

    added: tuple[Relationship, ...] = ()
    removed: tuple[Relationship, ...] = ()
    changed: tuple[RelationshipChange, ...] = ()


class TableRename(msgspec.Struct, frozen=True):
    """A guess: that a removed table lives on as an added one; `why` says in a few words. Both are also among those."""

    base: Table
    head: Table
    why: str


class Unknown(Enum):
    """What could not be compared, and why."""

    COLUMNS_OF_HEAD = "the head's run has not built it since its code changed"
    COLUMNS_OF_BASE = "the base has not built it since its code changed"
    COLUMNS = "neither run has built it"
    TYPES = "the two are of different kinds of warehouse"


class NotCompared(msgspec.Struct, frozen=True):
    """A table (`unique_id`) of both that could not be compared in full; `table` is empty where it concerns all."""

    table: str
    why: Unknown


class Diff(msgspec.Struct, frozen=True):
    """All that differs. `renamed` are the tables; a column's guess stands with the change of its table."""

    tables: Tables = Tables()
    relationships: Relationships = Relationships()
    renamed: tuple[TableRename, ...] = ()
    unknown: tuple[NotCompared, ...] = ()

    @property
    def is_empty(self) -> bool:
        """Whether nothing differs, as far as it could be compared."""
        return not (
            self.tables.added
            or self.tables.removed
            or self.tables.changed
            or self.relationships.added
            or self.relationships.removed
            or self.relationships.changed
        )

    @property
    def is_quiet(self) -> bool:
        """Whether nothing but descriptions differs."""
        return not (
            self.tables.added
            or self.tables.removed
            or self.relationships.added
            or self.relationships.removed
            or self.relationships.changed
            or any(not one.is_quiet for one in self.tables.changed)
        )


def ends(one: Relationship) -> tuple[Endpoint, Endpoint]:
    """The ends of a relationship, the same whichever way round it is drawn."""
    first, second = sorted((one.child, one.parent))
    return first, second
