"""Gives the tables of a diagram the identity of those that another ERD calls the same."""

import msgspec

from erd.diff.changes import Side
from erd.model import Dependency, Endpoint, Erd


def align(base: Side, head: Side) -> tuple[Side, Side]:
    """Both sides; a diagram beside one that is none with the `unique_id`s of that one's tables."""
    if base.project is None and head.project is not None:
        return Side(_renamed(base.erd, head.erd)), head
    if head.project is None and base.project is not None:
        return base, Side(_renamed(head.erd, base.erd))
    return base, head


def _renamed(diagram: Erd, erd: Erd) -> Erd:
    """The diagram, in which a table's identity is its name: of the tables called so, else of the one that is so."""
    named = {table.name: table.unique_id for table in erd.tables}
    ids = {table.unique_id: named[table.name] for table in diagram.tables if table.name in named}
    taken = set(ids.values())
    for table in diagram.tables:
        if table.unique_id not in ids:
            # A name may be what another table's `unique_id` is.
            ids[table.unique_id] = unused = _unused(table.unique_id, taken)
            taken.add(unused)
    return msgspec.structs.replace(
        diagram,
        tables=tuple([msgspec.structs.replace(table, unique_id=ids[table.unique_id]) for table in diagram.tables]),
        relationships=tuple(
            [
                msgspec.structs.replace(one, child=_endpoint(one.child, ids), parent=_endpoint(one.parent, ids))
                for one in diagram.relationships
            ]
        ),
        dependencies=tuple(sorted(Dependency(ids[one.downstream], ids[one.upstream]) for one in diagram.dependencies)),
    )


def _unused(name: str, taken: set[str]) -> str:
    while name in taken:
        name += " (diagram)"
    return name


def _endpoint(end: Endpoint, ids: dict[str, str]) -> Endpoint:
    return Endpoint(ids[end.table], end.columns)
