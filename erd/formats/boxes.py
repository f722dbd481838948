"""What all targets share that draw tables as boxes and relationships as lines between them."""

from collections.abc import Mapping

import msgspec

from erd.formats import Options, shown_columns
from erd.formats.labels import key_marks, one_line, shown_name
from erd.model import Column, Erd, Relationship, Table


class Box(msgspec.Struct, frozen=True):
    """A table as it is drawn: under which id, with which title and columns, and with which marks by column."""

    id: str
    title: str
    table: Table
    columns: tuple[Column, ...]
    marks: dict[str, tuple[str, ...]]
    places: dict[str, int]
    """The columns' names, each with its place among those drawn."""


def boxes(erd: Erd, options: Options) -> dict[str, Box]:
    """The tables as they are drawn, by `unique_id`, in their order."""
    joined, foreign = erd.joined_columns(), erd.foreign_keys()
    drawn = {}
    for number, table in enumerate(erd.tables, 1):
        columns = shown_columns(table, options, joined)
        drawn[table.unique_id] = Box(
            id=f"t{number}",
            title=one_line(table.label) or shown_name(table.name),
            table=table,
            columns=columns,
            marks=key_marks(table, foreign.get(table.unique_id, ())),
            places={column.name: place for place, column in enumerate(columns, 1)},
        )
    return drawn


def by_group(drawn: Mapping[str, Box], options: Options) -> list[tuple[str, list[Box]]]:
    """The groups by name, sorted, each with its tables; those in none, or all when nothing is grouped, under ""."""
    groups: dict[str, list[Box]] = {"": []}
    for box in drawn.values():
        groups.setdefault(box.table.group if options.grouped_by else "", []).append(box)
    return sorted(groups.items())


def indented(block: str) -> str:
    """The lines of a block, one step further in."""
    return "  " + block.rstrip("\n").replace("\n", "\n  ") + "\n"


def joined_columns(one: Relationship, drawn: Mapping[str, Box]) -> tuple[str, str] | None:
    """The column at each end of a relationship; None when there are several or none, or one of them is not drawn."""
    match one.child.columns, one.parent.columns:
        case (child,), (parent,) if child in drawn[one.child.table].places and parent in drawn[one.parent.table].places:
            return child, parent
    return None


def related(erd: Erd) -> set[str]:
    """The tables at an end of a relationship, which a picture puts in their place; dependencies place the others."""
    return {end.table for one in erd.relationships for end in (one.child, one.parent)}
