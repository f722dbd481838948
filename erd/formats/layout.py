"""Places for tables in a picture that its viewer does not arrange by itself."""

from collections import deque
from collections.abc import Mapping, Sequence
from math import ceil, sqrt
from typing import NamedTuple

from erd.model import Erd, Relationship, Table


class Place(NamedTuple):
    """The upper left corner of a table, in pixels."""

    x: int
    y: int


def places(erd: Erd, heights: Mapping[str, int], column_width: int, gap: int) -> dict[str, Place]:
    """A place for each table by `unique_id`, no two of which overlap.

    `heights` are the tables' own; a column of the picture is as wide as `column_width`. Tables stand in columns about
    as high as all of them are wide, what belongs together near each other.
    """
    total = sum(heights[table.unique_id] + gap for table in erd.tables)
    column_height = total / max(1, ceil(sqrt(total / column_width)))
    found: dict[str, Place] = {}
    x = y = 0
    for unique_id in related_order(erd.tables, erd.relationships):
        if y and y + heights[unique_id] / 2 > column_height:
            x, y = x + column_width, 0
        found[unique_id] = Place(x, y)
        y += heights[unique_id] + gap
    return found


def related_order(tables: Sequence[Table], relationships: Sequence[Relationship]) -> list[str]:
    """The tables' ids, each group of related ones from its most related outwards, those without relationships last."""
    neighbours: dict[str, dict[str, None]] = {table.unique_id: {} for table in tables}
    for one in relationships:
        if one.child.table != one.parent.table:
            neighbours[one.child.table][one.parent.table] = None
            neighbours[one.parent.table][one.child.table] = None
    met: dict[str, None] = {}
    for start in sorted(neighbours, key=lambda unique_id: -len(neighbours[unique_id])):
        waiting = deque([start])
        while waiting:
            unique_id = waiting.popleft()
            if unique_id not in met:
                met[unique_id] = None
                waiting.extend(neighbours[unique_id])
    return list(met)
