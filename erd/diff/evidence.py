"""What a side could know of a relationship that the other side shows, if anything there spoke for it.

A test always names its columns, and so does a foreign key that says what it refers to. One that does not say means the
primary key of its parent, else the columns of the same names. A semantic model is believed only where the columns are
known. What names no column that is known joins the tables alone, or nothing at all where another joins them on columns.
"""

from erd.diff.keys import keys_of
from erd.diff.known import Known
from erd.model import SEMANTIC, TEST, Endpoint, Origin, Relationship


def kinds(one: Relationship) -> frozenset[str]:
    """The kinds of evidence that speak for a relationship."""
    return frozenset([said.kind for said in one.provenance])


def tables_of(one: Relationship) -> frozenset[str]:
    """The `unique_id`s of its tables; but one where it joins a table with itself."""
    return frozenset((one.child.table, one.parent.table))


def is_same_claim(one: Relationship, other: Relationship) -> frozenset[str]:
    """The kinds of what speaks, by the very same word, for both."""
    return frozenset([said.kind for said in {*one.provenance} & {*other.provenance}])


def could_know(kind: str, one: Relationship, side: Known, other: Known) -> bool:
    """Whether a side would join these columns too if evidence of this kind said so; the other one does."""
    if kind == TEST or side.is_diagram:
        return True
    if kind == SEMANTIC:
        return _knows_columns(one.child, side, other) and _knows_columns(one.parent, side, other)
    return _knows_key(one.child, one.parent, side, other) and _knows_key(one.parent, one.child, side, other)


def _knows_columns(end: Endpoint, side: Known, other: Known) -> bool:
    """Whether the columns are known there, or so little that every claim is believed, or known not to be there.

    A column that the other side does but believe in may never have been anywhere.
    """
    columns = side.tables[end.table].columns
    if side.has(end.table, end.columns) or all(column.origin is Origin.NAMED for column in columns):
        return True
    believed = {column.name for column in other.tables[end.table].columns if column.origin is Origin.NAMED}
    return side.is_complete(end.table) and believed.isdisjoint(end.columns)


def _knows_key(end: Endpoint, opposite: Endpoint, side: Known, other: Known) -> bool:
    """Whether a foreign key that says only its parent would be taken there to mean these columns too."""
    if all(known.is_complete(table) for known in (side, other) for table in (end.table, opposite.table)):
        return True
    columns = {name.lower() for name in end.columns}
    primary = keys_of(other.tables[end.table]).primary
    if columns == primary:
        return side.is_complete(end.table) or keys_of(side.tables[end.table]).primary == primary
    # Names are the same only as far as both tables are known.
    return columns != {name.lower() for name in opposite.columns}
