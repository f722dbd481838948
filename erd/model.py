"""The one language all rooms speak: an ERD as tables, columns and the relationships between them.

Nothing here knows where an ERD comes from (dbt) or where it goes to (DBML, GitHub).
"""

from enum import Enum

import msgspec


class Origin(Enum):
    """How a column is known."""

    OBSERVED = "observed"
    """The warehouse has it: it stands in the catalog."""
    DECLARED = "declared"
    """YAML names it, the catalog does not."""
    NAMED = "named"
    """Only a relationship names it; neither catalog nor YAML does."""


class Column(msgspec.Struct, frozen=True, gc=False):
    """A column of a table. `type` is the warehouse's own text, empty when nobody says it."""

    name: str
    type: str = ""
    description: str = ""
    origin: Origin = Origin.OBSERVED
    not_null: bool = False


class Table(msgspec.Struct, frozen=True):
    """A table of the ERD.

    `unique_id` is its identity; `name` is what readers see, and unique within one `Erd`.
    `primary_key` and each of `unique_keys` are names of columns, in key order; the primary key is not repeated
    among the unique keys. `database`, `schema` and `label` are empty when unknown; `group` is empty when tables are
    not grouped.
    """

    unique_id: str
    name: str
    resource_type: str
    database: str = ""
    schema: str = ""
    label: str = ""
    description: str = ""
    group: str = ""
    columns: tuple[Column, ...] = ()
    primary_key: tuple[str, ...] = ()
    unique_keys: tuple[tuple[str, ...], ...] = ()


class End(Enum):
    """How many rows stand at one end of a relationship for one row at the other."""

    ZERO_OR_ONE = "zero or one"
    ONE = "exactly one"
    ZERO_OR_MANY = "zero or many"
    ONE_OR_MANY = "one or many"

    @property
    def many(self) -> bool:
        """Whether more than one row can stand here."""
        return self in {End.ZERO_OR_MANY, End.ONE_OR_MANY}


class Cardinality(msgspec.Struct, frozen=True):
    """Both ends of a relationship: rows of the child for one parent, rows of the parent for one child."""

    child: End
    parent: End


class Endpoint(msgspec.Struct, frozen=True, order=True):
    """One end of a relationship: a table's `unique_id` and its columns, in key order."""

    table: str
    columns: tuple[str, ...]


class Provenance(msgspec.Struct, frozen=True, order=True):
    """What says that a relationship exists: the kind of evidence, and the `unique_id` of the node that holds it."""

    kind: str
    node: str


class Relationship(msgspec.Struct, frozen=True):
    """A relationship: `child` holds the foreign key, `parent` is what it refers to.

    Both ends have equally many columns, paired by position. A pair of endpoints stands in an `Erd` once, whichever
    way round; all that speaks for it is in `provenance`, sorted.
    """

    child: Endpoint
    parent: Endpoint
    cardinality: Cardinality
    label: str = ""
    provenance: tuple[Provenance, ...] = ()


class Erd(msgspec.Struct, frozen=True):
    """Tables sorted by (schema, name), and relationships sorted by (child, parent) among those tables only."""

    tables: tuple[Table, ...] = ()
    relationships: tuple[Relationship, ...] = ()
