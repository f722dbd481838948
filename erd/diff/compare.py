"""Compares two sides: what differs between their ERDs, as far as both can know.

Names of tables, databases, schemas and groups, and the order of columns, are no difference. The result is the same seen
from either side, but for what base and head are, and it is sorted.
"""

from collections.abc import Iterable, Mapping

import msgspec

from erd.diff.alignment import align
from erd.diff.changes import Aspect, Diff, NotCompared, Side, TableChange, Tables, Unknown
from erd.diff.columns import same_text
from erd.diff.filling import Pair, is_known, pair_up
from erd.diff.keys import in_one_order
from erd.diff.known import Known, Terms, terms_of
from erd.diff.relationships import compare_relationships
from erd.diff.renames import renamed_tables
from erd.model import Endpoint, Erd, Relationship, Table


class Compared(msgspec.Struct, frozen=True):
    """What differs, and the two ERDs as they were compared: each filled with what only the other one could know."""

    diff: Diff
    base_erd: Erd
    head_erd: Erd


def compare(base: Side, head: Side) -> Compared:
    """What differs between base and head.

    If one of them is a diagram and the other one is not, its tables are those of the other that are called the same.
    """
    before, after = (Known(side) for side in align(base, head))
    terms = terms_of(before, after)
    pairs = _pairs(before, after, terms)
    removed, added = _only(before, after), _only(after, before)
    relationships = compare_relationships(before, after, pairs, terms)
    changed = [change for pair in pairs.values() if (change := _change(pair, before, after, terms))]
    unknown = [NotCompared(table, pair.unknown) for table, pair in pairs.items() if pair.unknown]
    if terms.spelling is None:
        unknown.append(NotCompared("", Unknown.TYPES))
    diff = Diff(
        tables=Tables(added, removed, tuple(sorted(changed, key=_place))),
        relationships=relationships.differing,
        renamed=renamed_tables(removed, added, before, after, terms.spelling),
        unknown=tuple(sorted(unknown, key=lambda one: one.table)),
    )
    return Compared(
        diff,
        _filled(before, {table: pair.base for table, pair in pairs.items()}, relationships.unknown_to_base),
        _filled(after, {table: pair.head for table, pair in pairs.items()}, relationships.unknown_to_head),
    )


def _pairs(base: Known, head: Known, terms: Terms) -> dict[str, Pair]:
    """The tables that both sides have, by `unique_id`, but for those that are known to be the same to the last word."""
    return {
        before.unique_id: pair_up(before, after, base, head, terms)
        for before in base.erd.tables
        if (after := head.tables.get(before.unique_id)) is not None
        and not (_is_same(before, after) and is_known(before, after, base, head))
    }


def _is_same(before: Table, after: Table) -> bool:
    return (
        before.columns == after.columns
        and before.primary_key == after.primary_key
        and before.unique_keys == after.unique_keys
        and before.description == after.description
        and before.label == after.label
    )


def _only(here: Known, there: Known) -> tuple[Table, ...]:
    """The tables that only this side has. One that the other side has and does not draw is no difference."""
    return tuple(
        [table for table in here.erd.tables if table.unique_id not in there.tables and not there.hides(table.unique_id)]
    )


def _change(pair: Pair, base: Known, head: Known, terms: Terms) -> TableChange | None:
    aspects = tuple(_aspects(pair, base, head, terms))
    columns = pair.columns
    if columns.is_empty and not aspects:
        return None
    return TableChange(pair.base, pair.head, aspects, columns.added, columns.removed, columns.changed, columns.renamed)


def _aspects(pair: Pair, base: Known, head: Known, terms: Terms) -> Iterable[Aspect]:
    """What differs between a table's two sides besides its columns, in the order of all aspects."""
    shown = base.tables[pair.base.unique_id], head.tables[pair.head.unique_id]
    before, after = in_one_order(*shown, pair.base_keys, pair.head_keys)
    if Aspect.PRIMARY_KEY in terms.of_tables and before.primary != after.primary:
        yield Aspect.PRIMARY_KEY
    if Aspect.UNIQUE_KEYS in terms.of_tables and before.unique != after.unique:
        yield Aspect.UNIQUE_KEYS
    if Aspect.LABEL in terms.of_tables and not same_text(pair.base.label, pair.head.label):
        yield Aspect.LABEL
    if Aspect.DESCRIPTION in terms.of_tables and not same_text(pair.base.description, pair.head.description):
        yield Aspect.DESCRIPTION


def _place(change: TableChange) -> list[tuple[str, str, str]]:
    """Where a table stands in an ERD, the same seen from both sides."""
    return sorted((table.schema, table.name, table.unique_id) for table in (change.base, change.head))


def _filled(side: Known, tables: Mapping[str, Table], unknown: tuple[Relationship, ...]) -> Erd:
    """The ERD of a side with its tables filled, and with the relationships that it would have had with them."""
    if not tables and not unknown:
        return side.erd
    filled = tuple([tables.get(table.unique_id, table) for table in side.erd.tables])
    erd = msgspec.structs.replace(side.erd, tables=filled)
    if not unknown:
        return erd
    names = {table.unique_id: {column.name.lower(): column.name for column in table.columns} for table in filled}
    known = [one for one in (_renamed(one, names) for one in unknown) if one]
    if not known:
        return erd
    joined = {(one.child.table, one.parent.table) for one in known}
    kept = [one for one in erd.relationships if one.child.columns or (one.child.table, one.parent.table) not in joined]
    relationships = {(one.child, one.parent): one for one in (*known, *kept)}
    return msgspec.structs.replace(
        erd, relationships=tuple(sorted(relationships.values(), key=lambda one: (one.child, one.parent)))
    )


def _renamed(one: Relationship, names: Mapping[str, Mapping[str, str]]) -> Relationship | None:
    """The relationship with the columns as they are called here; None if one of them is not here after all."""
    ends = []
    for end in (one.child, one.parent):
        columns = [names[end.table].get(name.lower(), "") for name in end.columns]
        if "" in columns:
            return None
        ends.append(Endpoint(end.table, tuple(columns)))
    return msgspec.structs.replace(one, child=ends[0], parent=ends[1])
