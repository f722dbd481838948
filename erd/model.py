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
    not grouped; `sql`, the statement that makes the table, is empty unless a target was asked for that holds it.
    """

    unique_id: str
    name: str
    resource_type: str
    database: str = ""
    schema: str = ""
    label: str = ""
    description: str = ""
    group: str = ""
    sql: str = ""
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
    """One end of a relationship: a table's `unique_id` and its columns, in key order.

    Without columns the relationship is known between the tables only.
    """

    table: str
    columns: tuple[str, ...]


class Provenance(msgspec.Struct, frozen=True, order=True):
    """What says that a relationship exists.

    `kind` is the sort of evidence (one of `KINDS`), `node` the `unique_id` of the node that holds it, and `name` what
    it is called there: a constraint's or an entity's name, empty for a test.
    """

    kind: str
    node: str
    name: str = ""


CONSTRAINT, TEST, SEMANTIC = "constraint", "test", "semantic"
KINDS = (CONSTRAINT, TEST, SEMANTIC)
"""The kinds of evidence, the strongest first: what the warehouse was told, what data proved, what people wrote."""


class Outcome(Enum):
    """How a relationship fared when it was last tested."""

    PASSED = "passed"
    FAILED = "failed"
    NOT_RUN = "not run"


class State(msgspec.Struct, frozen=True):
    """The outcome of the tests of a relationship; `orphans` is how many rows of the child have no parent."""

    outcome: Outcome
    orphans: int = 0


class Relationship(msgspec.Struct, frozen=True):
    """A relationship: `child` holds the foreign key, `parent` is what it refers to.

    Both ends have equally many columns, paired by position, or none. A pair of endpoints stands in an `Erd` once,
    whichever way round and in whichever order of columns; all that speaks for it is in `provenance`, sorted. `state`
    is None when no test speaks for it, or when the results of tests are not known.
    """

    child: Endpoint
    parent: Endpoint
    cardinality: Cardinality
    label: str = ""
    provenance: tuple[Provenance, ...] = ()
    state: State | None = None


class Dependency(msgspec.Struct, frozen=True, order=True):
    """That a table is made from another, perhaps by way of some that are not drawn; both by `unique_id`."""

    downstream: str
    upstream: str


class Erd(msgspec.Struct, frozen=True):
    """Tables sorted by (schema, name), and relationships sorted by (child, parent) among those tables only.

    `dependencies` are sorted, and empty unless they are asked for. `project` is the name of what is drawn and
    `warehouse` the kind of database it is in ("snowflake", "postgres", …); both are empty when unknown.
    """

    tables: tuple[Table, ...] = ()
    relationships: tuple[Relationship, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    project: str = ""
    warehouse: str = ""

    def foreign_keys(self) -> dict[str, set[str]]:
        """The names of the columns that hold a foreign key, by the `unique_id` of their table."""
        columns: dict[str, set[str]] = {}
        for one in self.relationships:
            columns.setdefault(one.child.table, set()).update(one.child.columns)
        return columns

    def joined_columns(self) -> dict[str, set[str]]:
        """The names of the columns at either end of a relationship, by the `unique_id` of their table."""
        columns = self.foreign_keys()
        for one in self.relationships:
            columns.setdefault(one.parent.table, set()).update(one.parent.columns)
        return columns
