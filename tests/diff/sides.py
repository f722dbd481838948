"""Sides of a comparison for tests, and what differs between them in words that a test can compare."""

from collections.abc import Iterable, Mapping

from erd.diff.changes import Diff, Side
from erd.diff.compare import compare
from erd.model import Column, Erd, Origin, Relationship, Table
from erd.project import Project
from tests.builders import an_erd


def a_side(
    *given: Table | Relationship,
    code: Mapping[str, str] | None = None,
    contracted: Iterable[str] = (),
    warehouse: str = "postgres",
    also: Iterable[str] = (),
) -> Side:
    """A side whose project has these tables and `also` others; `code` are the checksums of some of them."""
    tables = [one for one in given if isinstance(one, Table)]
    erd = an_erd(tables, [one for one in given if isinstance(one, Relationship)])
    project = Project(
        tables=frozenset([table.unique_id for table in tables]).union(also),
        checksums=dict(code or {}),
        contracted=frozenset(contracted),
    )
    return Side(Erd(erd.tables, erd.relationships, warehouse=warehouse), project)


def observed(name: str, kind: str = "integer", description: str = "", *, not_null: bool = False) -> Column:
    return Column(name, kind, description, Origin.OBSERVED, not_null)


def declared(name: str, kind: str = "", description: str = "", *, not_null: bool = False) -> Column:
    return Column(name, kind, description, Origin.DECLARED, not_null)


def named(name: str) -> Column:
    return Column(name, origin=Origin.NAMED)


def differences(base: Side, head: Side) -> list[str]:
    """All that differs, one line each."""
    return said(compare(base, head).diff)


def said(diff: Diff) -> list[str]:
    """All that a diff holds, one line each."""
    lines = [f"+ {table.unique_id}" for table in diff.tables.added]
    lines += [f"- {table.unique_id}" for table in diff.tables.removed]
    for change in diff.tables.changed:
        name = change.head.unique_id
        lines += [f"~ {name}: {aspect.value}" for aspect in change.aspects]
        lines += [f"+ {name}.{column.name}" for column in change.added]
        lines += [f"- {name}.{column.name}" for column in change.removed]
        lines += [f"~ {name}.{one.head.name}: {aspect.value}" for one in change.changed for aspect in one.aspects]
        lines += [f"? {name}: {one.base.name} is now {one.head.name}" for one in change.renamed]
    lines += [f"+ {_ends(one)}" for one in diff.relationships.added]
    lines += [f"- {_ends(one)}" for one in diff.relationships.removed]
    lines += [f"~ {_ends(one.head)}: {aspect.value}" for one in diff.relationships.changed for aspect in one.aspects]
    lines += [f"? {one.base.unique_id} is now {one.head.unique_id}: {one.why}" for one in diff.renamed]
    lines += [f"unknown {one.table}: {one.why.name}" for one in diff.unknown]
    return lines


def _ends(one: Relationship) -> str:
    child, parent = (f"{end.table}({', '.join(end.columns)})" for end in (one.child, one.parent))
    return f"{child} > {parent}"
