"""Relationships of one ERD, found by what they join in another."""

from collections.abc import Iterable

from erd.model import End, Endpoint, Erd, Relationship, Table

Joined = tuple[tuple[str, ...], ...]


def joined(one: Relationship) -> Joined:
    """What a relationship joins, the same whichever way round, and whatever the case and the order of its columns."""
    pairs = zip(one.child.columns, one.parent.columns, strict=False)
    there = [(one.child.table, child.lower(), one.parent.table, parent.lower()) for child, parent in pairs]
    back = [(parent, to, child, of) for child, of, parent, to in there]
    if not there:
        return (tuple(sorted((one.child.table, one.parent.table))),)
    return min(tuple(sorted(there)), tuple(sorted(back)))


def by_joined(relationships: Iterable[Relationship]) -> dict[Joined, Relationship]:
    """Relationships by what they join."""
    return {joined(one): one for one in relationships}


def end_at(one: Relationship, end: Endpoint) -> End:
    """How many rows stand at an end of a relationship, which may be the other way round there."""
    child = (one.child.table, {column.lower() for column in one.child.columns})
    here = (end.table, {column.lower() for column in end.columns})
    return one.cardinality.child if child == here else one.cardinality.parent


def tables_of(erd: Erd) -> dict[str, Table]:
    """Tables by `unique_id`."""
    return {table.unique_id: table for table in erd.tables}


def is_key(table: Table, columns: Iterable[str]) -> bool:
    """Whether columns hold a key of their table."""
    named = {column.lower() for column in columns}
    keys = (table.primary_key, *table.unique_keys)
    return any(key and named.issuperset(column.lower() for column in key) for key in keys)
