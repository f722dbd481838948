"""Unknown is not removed: what one side cannot know of a table is taken from the other, or not compared, and said so.

A run that did not build a table, or has no catalog, does not know its columns. If the table's code is the same on both
sides, its columns are those that the other side saw. If not, only a contract says what they are.
"""

from collections.abc import Iterable

import msgspec

from erd.diff.changes import Unknown
from erd.diff.columns import SAME, Columns, How, compare_columns, match_columns
from erd.diff.keys import Keys, both_with_unknown, keys_of, with_unknown
from erd.diff.known import Known, Terms, folded_names, same_code
from erd.model import Column, Origin, Table


class Pair(msgspec.Struct, frozen=True):
    """A table on both sides as it is compared: filled, its columns compared, its keys as far as they are known."""

    base: Table
    head: Table
    columns: Columns
    base_keys: Keys
    head_keys: Keys
    unknown: Unknown | None = None


def pair_up(before: Table, after: Table, base: Known, head: Known, terms: Terms) -> Pair:
    """What can be compared of a table that both sides have."""
    if before.columns == after.columns and is_known(before, after, base, head):
        return Pair(before, after, SAME, keys_of(before), keys_of(after))
    in_base, in_head = base.sees(before), head.sees(after)
    if in_base and in_head:
        how = How.DRAWN if terms.diagram else How.SEEN
        columns = compare_columns(before.columns, after.columns, how, terms)
        return Pair(before, after, columns, keys_of(before), keys_of(after))
    same = same_code(before, base, head)
    if in_base:
        filled, keys, how = _fill(after, before, head, same=same)
        columns = compare_columns(before.columns, filled.columns, how, terms)
        unknown = Unknown.COLUMNS_OF_HEAD if how is How.SHARED or columns.doubtful else None
        return Pair(before, filled, columns, keys_of(before), keys, unknown)
    if in_head:
        filled, keys, how = _fill(before, after, base, same=same)
        columns = compare_columns(filled.columns, after.columns, how, terms)
        unknown = Unknown.COLUMNS_OF_BASE if how is How.SHARED or columns.doubtful else None
        return Pair(filled, after, columns, keys, keys_of(after), unknown)
    contracted = base.contracts(before) and head.contracts(after)
    listed = contracted or (same and _declares(before) and _declares(after))
    return _unseen(before, after, terms, listed=listed, same=same)


def is_known(before: Table, after: Table, base: Known, head: Known) -> bool:
    """Whether anything tells what became of the columns: the code, a contract, or a side that has seen them."""
    if same_code(before, base, head) or (base.contracts(before) and head.contracts(after)):
        return True
    return base.sees(before) or head.sees(after)


def _unseen(before: Table, after: Table, terms: Terms, *, listed: bool, same: bool) -> Pair:
    """A table that neither side has seen: if its columns are listed on both, the lists are compared."""
    columns = compare_columns(before.columns, after.columns, How.LISTED if listed else How.SHARED, terms)
    own, others = keys_of(before), keys_of(after)
    if listed:
        return Pair(before, after, columns, own, others)
    keys = both_with_unknown(own, others, folded_names(before.columns), folded_names(after.columns))
    return Pair(before, after, columns, *keys, Unknown.COLUMNS if columns.doubtful or not same else None)


def _declares(table: Table) -> bool:
    return any(column.origin is Origin.DECLARED for column in table.columns)


def _fill(unseen: Table, seen: Table, side: Known, *, same: bool) -> tuple[Table, Keys, How]:
    """A table that its side has not seen, with what is known of it from the other; its keys; how to compare it."""
    own = keys_of(unseen)
    if side.contracts(unseen) and (side.is_diagram or not same):
        return _borrowed(unseen, seen, own), own, How.LISTED
    keys = with_unknown(own, keys_of(seen), folded_names(unseen.columns))
    borrowed = _borrowed(unseen, seen, keys)
    if not same:
        return borrowed, keys, How.SHARED
    return _with_keys(_filled(borrowed, seen, side), seen, own, keys), keys, How.LISTED


def _borrowed(unseen: Table, seen: Table, keys: Keys) -> Table:
    """The table's own columns, with what the other side may know of them and this one cannot."""
    columns, shown = list(unseen.columns), keys_of(unseen)
    for own, other in match_columns(unseen.columns, seen.columns):
        columns[own] = _known_better(columns[own], seen.columns[other], shown, keys)
    return msgspec.structs.replace(unseen, columns=tuple(columns))


def _known_better(own: Column, other: Column, shown: Keys, keys: Keys) -> Column:
    """A column of a table that was not seen: YAML may be silent where the warehouse has a comment.

    If the primary key was not known, nor was it that its columns are never null.
    """
    required = own.not_null or (shown.primary != keys.primary and own.name.lower() in keys.primary)
    if required is own.not_null and (own.description or not other.description):
        return own
    return msgspec.structs.replace(own, description=own.description or other.description, not_null=required)


def _filled(unseen: Table, seen: Table, side: Known) -> Table:
    """The table with the columns that the other side saw, in their order, and then what only YAML here declares."""
    mine = {other: own for own, other in match_columns(unseen.columns, seen.columns)}
    columns: list[Column] = []
    used = set()
    for place, column in enumerate(seen.columns):
        if column.origin is not Origin.OBSERVED and not (side.is_diagram and not unseen.columns):
            continue
        if place in mine:
            used.add(mine[place])
            own = unseen.columns[mine[place]]
            columns.append(Column(own.name, column.type, own.description, column.origin, own.not_null))
        else:
            columns.append(column)
    columns += [column for place, column in enumerate(unseen.columns) if place not in used]
    return msgspec.structs.replace(unseen, columns=tuple(columns))


def _with_keys(filled: Table, seen: Table, shown: Keys, keys: Keys) -> Table:
    """The table with all keys that it has now that its columns are known."""
    if shown == keys:
        return filled
    names = {column.name.lower(): column.name for column in filled.columns}
    known = _by_columns((filled.primary_key, *filled.unique_keys))
    theirs = _by_columns((seen.primary_key, *seen.unique_keys))
    written = {
        key: known.get(key) or tuple([names[name.lower()] for name in theirs[key]])
        for key in keys.all
        if key in known or key <= names.keys()
    }
    return msgspec.structs.replace(
        filled,
        primary_key=written.get(keys.primary, ()),
        unique_keys=tuple(sorted(written[key] for key in keys.unique if key in written)),
    )


def _by_columns(keys: Iterable[tuple[str, ...]]) -> dict[frozenset[str], tuple[str, ...]]:
    return {frozenset([name.lower() for name in key]): key for key in keys}
