"""What rules select, and what becomes of it along the relationships between tables."""

from collections import defaultdict
from collections.abc import Collection, Iterable

import msgspec


class Selection(msgspec.Struct, frozen=True):
    """The tables that rules select, as `unique_id`s.

    `neighbors` is how many relationships away tables are to join them, and `allowed` are those that may: of the
    resource types, and not excluded. With `connected`, only tables in a relationship are to stay.
    """

    tables: frozenset[str]
    allowed: frozenset[str]
    neighbors: int = 0
    connected: bool = False


def along_relationships(selection: Selection, pairs: Iterable[tuple[str, str]]) -> frozenset[str]:
    """The tables to draw: those selected, with their neighbors, and only connected ones, where rules say so.

    `pairs` are the two tables of each relationship.
    """
    if not (selection.neighbors or selection.connected):
        return selection.tables
    pairs = list(pairs)
    tables = widened(selection.tables, pairs, selection.neighbors, selection.allowed)
    if not selection.connected:
        return tables
    return frozenset(end for pair in pairs if tables.issuperset(pair) for end in pair)


def widened(
    tables: Collection[str], pairs: Iterable[tuple[str, str]], steps: int, allowed: Collection[str]
) -> frozenset[str]:
    """`tables`, and those of `allowed` that are joined to them by at most so many `pairs` of tables, either way round.

    All are `unique_id`s. `allowed` are the only ones that a way leads through.
    """
    joined: dict[str, set[str]] = defaultdict(set)
    for one, other in pairs:
        joined[one].add(other)
        joined[other].add(one)
    within = frozenset(allowed)
    found = frozenset(tables)
    layer = found
    while layer and steps > 0:
        layer = within.intersection(other for table in layer for other in joined.get(table, ())) - found
        found |= layer
        steps -= 1
    return found
