"""Guesses, always marked as such: that what was removed lives on as what was added, under another name.

A table, if its code is the same or nearly all of its columns are; a column, if it stands in the same place and has the
same type. Where more than one guess would do, there is none.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import product

from erd.diff.changes import ColumnRename, TableRename
from erd.diff.known import Known
from erd.diff.spelling import Spelling
from erd.model import Column, Origin, Table

SHARED_PERCENT = 80
FEWEST_COLUMNS = 3
SAME_CODE = "the code is the same"
# Tables that share a column, its rarest at that, in such numbers: none of them is like one of the others alone.
_CROWD = 2_500


def renamed_columns(
    base: Sequence[Column],
    head: Sequence[Column],
    kept: Iterable[tuple[int, int]],
    lost: Sequence[int],
    gained: Sequence[int],
    spelling: Spelling | None,
) -> tuple[ColumnRename, ...]:
    """The columns of a table that seem to have been renamed.

    A place is what stands between two columns that both sides have. Of the columns lost and gained there, the only ones
    of a type belong together; or one by one, if they are equally many and of the same types in the same order.
    """
    if spelling is None:
        return ()
    there = _between(lost, {one: number for number, (one, _) in enumerate(kept)})
    here = _between(gained, {other: number for number, (_, other) in enumerate(kept)})
    found = []
    for place in there.keys() & here.keys():
        ours = [(spot, _kind(base[spot], spelling)) for spot in there[place]]
        theirs = [(spot, _kind(head[spot], spelling)) for spot in here[place]]
        if [kind for _, kind in ours] == [kind for _, kind in theirs]:
            pairs = [(one, other) for (one, kind), (other, _) in zip(ours, theirs, strict=True) if kind]
        else:
            pairs = _only_ones(ours, theirs)
        found += pairs
    # In an order that is the same seen from both sides.
    found.sort(key=lambda pair: (sum(pair), min(pair), sorted([base[pair[0]].name, head[pair[1]].name])))
    return tuple(ColumnRename(base[one], head[other]) for one, other in found)


def _between(spots: Iterable[int], kept: Mapping[int, int]) -> dict[int, list[int]]:
    """The spots by the kept column before them: its number, -1 where there is none."""
    found: dict[int, list[int]] = defaultdict(list)
    for spot in spots:
        before = next((kept[place] for place in range(spot - 1, -1, -1) if place in kept), -1)
        found[before].append(spot)
    return found


def _kind(column: Column, spelling: Spelling) -> tuple[str, Origin] | None:
    """What a column must have in common with what it is called now; None if its type is unknown."""
    return (spelling.normal(column.type), column.origin) if column.type else None


def _only_ones(
    ours: list[tuple[int, tuple[str, Origin] | None]], theirs: list[tuple[int, tuple[str, Origin] | None]]
) -> list[tuple[int, int]]:
    in_ours, in_theirs = Counter(kind for _, kind in ours), Counter(kind for _, kind in theirs)
    return [
        (one, other)
        for (one, kind), (other, another) in product(ours, theirs)
        if kind and kind == another and in_ours[kind] == in_theirs[kind] == 1
    ]


def renamed_tables(
    removed: Sequence[Table], added: Sequence[Table], base: Known, head: Known, spelling: Spelling | None
) -> tuple[TableRename, ...]:
    """The tables that seem to have been renamed, one to one."""
    if not removed or not added:
        return ()
    found = [TableRename(*pair, SAME_CODE) for pair in _same_code(removed, added, base, head)]
    ours = {one.base.unique_id for one in found}
    theirs = {one.head.unique_id for one in found}
    found += _alike(
        [table for table in removed if table.unique_id not in ours],
        [table for table in added if table.unique_id not in theirs],
        spelling,
    )
    return tuple(sorted(found, key=lambda one: sorted((one.base.unique_id, one.head.unique_id))))


def _same_code(
    removed: Iterable[Table], added: Iterable[Table], base: Known, head: Known
) -> Iterator[tuple[Table, Table]]:
    before, after = _by_code(removed, base), _by_code(added, head)
    for code, tables in before.items():
        if len(tables) == len(after.get(code, ())) == 1:
            yield tables[0], after[code][0]


def _by_code(tables: Iterable[Table], side: Known) -> dict[tuple[str, str], list[Table]]:
    found: dict[tuple[str, str], list[Table]] = defaultdict(list)
    for table in tables:
        if code := side.checksum(table):
            found[table.resource_type, code].append(table)
    return found


def _alike(removed: Sequence[Table], added: Sequence[Table], spelling: Spelling | None) -> list[TableRename]:
    """The pairs of tables whose columns are nearly the same, each the best that the other could have."""
    before, after = [_types(table, spelling) for table in removed], [_types(table, spelling) for table in added]
    scores: dict[tuple[int, int], tuple[int, int]] = {}
    for one, other in _candidates(before, after):
        shared, width = _shared(before[one], after[other]), max(len(before[one]), len(after[other]))
        kinds = {removed[one].resource_type, added[other].resource_type} - {""}
        if shared * 100 >= SHARED_PERCENT * width and len(kinds) <= 1:
            scores[one, other] = shared, width
    best_of_removed, best_of_added = _best(scores, 0), _best(scores, 1)
    return [
        TableRename(removed[one], added[other], f"{shared} of {width} columns are the same")
        for (one, other), (shared, width) in scores.items()
        if best_of_removed[one] == best_of_added[other] == (one, other)
    ]


def _types(table: Table, spelling: Spelling | None) -> dict[str, str]:
    """The types of a table's columns by name; all unknown where they cannot be compared."""
    return {
        column.name.lower(): spelling.normal(column.type) if spelling else ""
        for column in table.columns
        if column.origin is not Origin.NAMED
    }


def _shared(one: Mapping[str, str], other: Mapping[str, str]) -> int:
    return sum(not kind or not other[name] or kind == other[name] for name, kind in one.items() if name in other)


def _candidates(before: Sequence[Mapping[str, str]], after: Sequence[Mapping[str, str]]) -> set[tuple[int, int]]:
    """The pairs that may share enough: of two sets which do, both have one of their rarest members in common."""
    often = Counter(name for columns in (*before, *after) for name in columns)
    there, here = _by_rarest(before, often), _by_rarest(after, often)
    return {
        pair
        for name in there.keys() & here.keys()
        if len(there[name]) * len(here[name]) <= _CROWD
        for pair in product(there[name], here[name])
    }


def _by_rarest(tables: Sequence[Mapping[str, str]], often: Mapping[str, int]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = defaultdict(list)
    for number, columns in enumerate(tables):
        if len(columns) >= FEWEST_COLUMNS:
            needed = -(-len(columns) * SHARED_PERCENT // 100)
            for name in sorted(columns, key=lambda name: (often[name], name))[: len(columns) - needed + 1]:
                found[name].append(number)
    return found


def _best(scores: Mapping[tuple[int, int], tuple[int, int]], side: int) -> dict[int, tuple[int, int] | None]:
    """The best pair of each table of one side; None where there are several."""
    best: dict[int, tuple[int, int] | None] = {}
    highest: dict[int, float] = {}
    for pair, (shared, width) in scores.items():
        table, score = pair[side], shared / width
        if score > highest.get(table, 0):
            highest[table], best[table] = score, pair
        elif score == highest[table]:
            best[table] = None
    return best
