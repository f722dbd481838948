"""What is left of an ERD when it is written as DBML: exactly what DBML cannot hold is gone."""

import re

import msgspec

from erd.model import Cardinality, Column, Dependency, End, Endpoint, Erd, Origin, Relationship, Table

LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")
# What is a blank in a comment.
BLANK = re.compile("[\\\\'\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff]")


def said_by_dbml(erd: Erd, *, grouped: bool = True) -> Erd:
    """The ERD that a reader of its DBML can know, drawn with all columns.

    Gone are: the `unique_id`, in whose place is the name; resource type, label and SQL; which part of its place is a
    table's database if it has dots or is alone; whether a column is observed or declared, and that only a relationship
    names it if it has a description; blanks around descriptions, and which kind of line break is in them; a unique key
    that is repeated; how few rows there are at either end of a relationship, its label, provenance and state; a
    relationship without columns, and one on columns that another one joins in another order; the names of project and
    warehouse. Without a word of what tables are grouped by, their groups.
    """
    names = {table.unique_id: _name(table.name) for table in erd.tables}
    tables = [_table(table, grouped=grouped) for table in erd.tables]
    joined: dict[frozenset[tuple[str, frozenset[str]]], Relationship] = {}
    for one in erd.relationships:
        ends = frozenset((end.table, frozenset(end.columns)) for end in (one.child, one.parent))
        if one.child.columns and len(ends) > 1:
            joined.setdefault(ends, _relationship(one, names))
    return Erd(
        tables=tuple(sorted(tables, key=lambda table: (table.schema, table.name))),
        relationships=tuple(sorted(joined.values(), key=lambda one: (one.child, one.parent))),
        dependencies=tuple(sorted(Dependency(names[one.downstream], names[one.upstream]) for one in erd.dependencies)),
    )


def _table(table: Table, *, grouped: bool) -> Table:
    place = BLANK.sub(" ", ".".join(part for part in (table.database, table.schema) if part)).strip()
    database, _, schema = place.rpartition(".")
    unique_keys = dict.fromkeys(key for key in table.unique_keys if key != table.primary_key)
    return msgspec.structs.replace(
        table,
        unique_id=_name(table.name),
        name=_name(table.name),
        resource_type="",
        label="",
        sql="",
        database=database,
        schema=schema,
        description=_note(table.description),
        group=_name(table.group) if grouped and table.group else "",
        columns=tuple(map(_column, table.columns)),
        primary_key=tuple(map(_name, table.primary_key)),
        unique_keys=tuple(tuple(map(_name, key)) for key in unique_keys),
    )


def _column(column: Column) -> Column:
    named = column.origin is Origin.NAMED and not column.description
    return Column(
        _name(column.name),
        "" if column.type == "unknown" else column.type,
        _note(column.description),
        Origin.NAMED if named else Origin.OBSERVED,
        column.not_null,
    )


def _relationship(one: Relationship, names: dict[str, str]) -> Relationship:
    return Relationship(_end(one.child, names), _end(one.parent, names), cardinality_said(one.cardinality))


def cardinality_said(cardinality: Cardinality) -> Cardinality:
    """The cardinality of which only one and many are known."""
    return Cardinality(*(End.ZERO_OR_MANY if end.many else End.ONE for end in (cardinality.child, cardinality.parent)))


def _end(end: Endpoint, names: dict[str, str]) -> Endpoint:
    return Endpoint(names[end.table], tuple(map(_name, end.columns)))


def _name(name: str) -> str:
    return name or "(empty)"


def _note(description: str) -> str:
    return LINE_BREAK.sub("\n", description.strip())
