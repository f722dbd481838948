"""Relationships as lines of plain text, for a terminal."""

from erd.model import Endpoint, Erd


def relationship_lines(erd: Erd) -> list[str]:
    """One line for each relationship, child first, aligned."""
    names = {table.unique_id: table.name for table in erd.tables}
    pairs = [(_end(one.child, names), _end(one.parent, names)) for one in erd.relationships]
    width = max((len(child) for child, _ in pairs), default=0)
    return [f"{child:<{width}}  →  {parent}" for child, parent in pairs]


def _end(end: Endpoint, names: dict[str, str]) -> str:
    return f"{names[end.table]} ({', '.join(end.columns)})" if end.columns else names[end.table]
