"""How sentences call tables and columns."""

from collections.abc import Sequence

from erd.diff.risk import Name, Sentence
from erd.model import Endpoint
from erd.project import short_name


def table_name(table: str) -> Name:
    """A table, by what people call it."""
    return Name(short_name(table))


def column_name(table: str, *columns: str) -> Name:
    """A column of a table, or several: `orders.id`, `orders (id, line)`; the table alone without any."""
    if len(columns) == 1:
        return Name(f"{short_name(table)}.{columns[0]}")
    return Name(f"{short_name(table)} ({', '.join(columns)})") if columns else table_name(table)


def end_name(end: Endpoint) -> Name:
    """One end of a relationship."""
    return column_name(end.table, *end.columns)


def listed(names: Sequence[Name]) -> Sentence:
    """Names in a row: one, one and two, or one and two others."""
    first, *others = names
    if not others:
        return (first,)
    return (first, " and ", others[0]) if len(others) == 1 else (first, f" and {len(others)} others")
