"""What each side knows of its tables, and what of it all can be compared between the two."""

from collections.abc import Iterable

import msgspec

from erd.diff.changes import Aspect, Side
from erd.diff.spelling import Spelling
from erd.model import Column, Origin, Table
from erd.project import Project


class Known:
    """One side: its ERD by table, and how much of a table it knows."""

    def __init__(self, side: Side) -> None:
        self.erd = side.erd
        self.is_diagram = side.project is None
        self.project = side.project or Project()
        self.tables = {table.unique_id: table for table in side.erd.tables}

    def hides(self, unique_id: str) -> bool:
        """Whether the project has this table and the ERD does not draw it."""
        return unique_id not in self.tables and unique_id in self.project.tables

    def sees(self, table: Table) -> bool:
        """Whether the warehouse has been asked for the columns of this table; a diagram shows what it has."""
        if self.is_diagram:
            return bool(table.columns)
        return any(column.origin is Origin.OBSERVED for column in table.columns)

    def contracts(self, table: Table) -> bool:
        """Whether the columns that YAML declares are all that the table has."""
        return table.unique_id in self.project.contracted

    def is_complete(self, unique_id: str) -> bool:
        """Whether all columns of the table are known, so that one that is not there does not exist."""
        table = self.tables[unique_id]
        return self.contracts(table) or self.sees(table)

    def has(self, unique_id: str, columns: tuple[str, ...]) -> bool:
        """Whether the table is known to have these columns."""
        return folded_names(self.tables[unique_id].columns).issuperset([name.lower() for name in columns])

    def checksum(self, table: Table) -> str | None:
        """The fingerprint of the table's code."""
        return self.project.checksums.get(table.unique_id)


def same_code(table: Table, base: Known, head: Known) -> bool:
    """Whether the code of a table is the same on both sides; a source has none, and a diagram knows of none."""
    return base.is_diagram or head.is_diagram or base.checksum(table) == head.checksum(table)


def folded_names(columns: tuple[Column, ...]) -> set[str]:
    """The names of columns, in one case."""
    return {column.name.lower() for column in columns}


class Terms(msgspec.Struct, frozen=True):
    """What can be compared between two sides: these aspects of tables, and these of columns.

    A diagram does not say everything, and what it never says is not compared. `spelling` is None where the types are
    those of two kinds of warehouse.
    """

    spelling: Spelling | None
    diagram: bool
    of_tables: frozenset[Aspect]
    of_columns: frozenset[Aspect]


_OF_TABLES = frozenset({Aspect.PRIMARY_KEY, Aspect.UNIQUE_KEYS, Aspect.LABEL, Aspect.DESCRIPTION})
_OF_COLUMNS = frozenset({Aspect.TYPE, Aspect.NOT_NULL, Aspect.DESCRIPTION})


def terms_of(base: Known, head: Known) -> Terms:
    """What can be compared between these two."""
    kinds = {base.erd.warehouse, head.erd.warehouse} - {""}
    of_tables, of_columns = _OF_TABLES, _OF_COLUMNS
    for side in (base, head):
        if side.is_diagram:
            of_tables &= _said_of_tables(side.erd.tables)
            of_columns &= _said_of_columns(side.erd.tables)
    return Terms(
        spelling=Spelling("".join(kinds)) if len(kinds) <= 1 else None,
        diagram=base.is_diagram or head.is_diagram,
        of_tables=of_tables,
        of_columns=of_columns if len(kinds) <= 1 else of_columns - {Aspect.TYPE},
    )


def _said_of_tables(tables: Iterable[Table]) -> set[Aspect]:
    said = set()
    for table in tables:
        said |= {Aspect.PRIMARY_KEY} if table.primary_key else set()
        said |= {Aspect.UNIQUE_KEYS} if table.unique_keys else set()
        said |= {Aspect.DESCRIPTION} if table.description else set()
    return said


def _said_of_columns(tables: Iterable[Table]) -> set[Aspect]:
    columns = [column for table in tables for column in table.columns]
    said = {Aspect.TYPE}
    said |= {Aspect.NOT_NULL} if any(column.not_null for column in columns) else set()
    said |= {Aspect.DESCRIPTION} if any(column.description for column in columns) else set()
    return said
