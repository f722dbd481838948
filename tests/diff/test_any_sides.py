"""What holds for any two sides, whatever they hold."""

from collections.abc import Mapping
from functools import partial
from typing import TypeVar

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from erd.artifacts.catalog import Catalog
from erd.detect.columns import unquoted
from erd.diff.changes import Diff, Side
from erd.diff.compare import Compared, compare
from erd.formats import Options
from erd.formats.dbml import EMPTY_NAME, render
from erd.formats.dbml_reader import read_dbml
from erd.model import Endpoint, Erd
from erd.project import Project
from tests.builders import Identified, Semantic, a_catalog, a_manifest, an_erd
from tests.detect.drawing import drawn
from tests.detect.strategies import catalogs, projects
from tests.diff.mirroring import mirrored
from tests.diff.sides import said
from tests.diff.strategies import sides
from tests.formats.strategies import erds

T = TypeVar("T")


def without_empty_names(erd: Erd) -> Erd:
    """The ERD with the names that DBML has in place of empty ones, which no warehouse has."""
    renamed = partial(map, lambda name: name or EMPTY_NAME)
    tables = [
        replace(
            table,
            name=table.name or EMPTY_NAME,
            columns=tuple([replace(column, name=column.name or EMPTY_NAME) for column in table.columns]),
            primary_key=tuple(renamed(table.primary_key)),
            unique_keys=tuple([tuple(renamed(key)) for key in table.unique_keys]),
        )
        for table in erd.tables
    ]
    joined = [
        replace(
            one,
            child=Endpoint(one.child.table, tuple(renamed(one.child.columns))),
            parent=Endpoint(one.parent.table, tuple(renamed(one.parent.columns))),
        )
        for one in erd.relationships
    ]
    return an_erd(tables, joined)


@given(sides())
def test_nothing_differs_from_itself(side: Side) -> None:
    assert compare(side, side) == Compared(Diff(), side.erd, side.erd)


@given(sides(), sides())
def test_seen_from_the_other_side_everything_is_the_same_the_other_way_round(base: Side, head: Side) -> None:
    there, back = compare(base, head), compare(head, base)
    assert back.diff == mirrored(there.diff)
    assert (back.base_erd, back.head_erd) == (there.head_erd, there.base_erd)


@given(sides(), sides())
def test_what_was_filled_is_an_erd_still(base: Side, head: Side) -> None:
    compared = compare(base, head)
    for erd in (compared.base_erd, compared.head_erd):
        columns = {table.unique_id: [column.name for column in table.columns] for table in erd.tables}
        for table in erd.tables:
            assert len(set(columns[table.unique_id])) == len(table.columns)
            for key in (table.primary_key, *table.unique_keys):
                assert set(columns[table.unique_id]).issuperset(key)
        for one in erd.relationships:
            for end in (one.child, one.parent):
                assert set(columns[end.table]).issuperset(end.columns)
        assert list(erd.relationships) == sorted(erd.relationships, key=lambda one: (one.child, one.parent))


@given(erds().map(without_empty_names))
def test_an_erd_does_not_differ_from_its_own_dbml(erd: Erd) -> None:
    diagram = Side(read_dbml(render(erd, Options())))
    side = Side(erd, Project(tables=frozenset([table.unique_id for table in erd.tables])))
    assert said(compare(diagram, side).diff) == []


@given(st.data())
def test_of_one_project_it_makes_no_difference_which_tables_the_catalogs_have(data: st.DataObject) -> None:
    project = [one if isinstance(one, Semantic) else with_clear_names(one) for one in data.draw(projects())]
    manifest, whole = a_manifest(*project), data.draw(catalogs(project))
    base, head = (Side(drawn(manifest, data.draw(parts(whole))), Project()) for _ in range(2))
    assert said(compare(base, head).diff) == []
    # If the code has changed, it is not known what the tables have, and so nothing is said to differ.
    rewritten = Project(checksums={table.unique_id: "rewritten" for table in head.erd.tables})
    assert compare(base, Side(head.erd, rewritten)).diff.is_empty


def with_clear_names(one: Identified) -> Identified:
    """The node without columns that differ in case alone: which of them is meant hangs on which are known."""
    return one.but(columns=clear(one.node.columns or {}))


def clear(columns: Mapping[str, T]) -> dict[str, T]:
    """The columns, of those that differ in case alone only the first."""
    names: dict[str, str] = {}
    for name in columns:
        names.setdefault(unquoted(name).lower(), name)
    return {name: columns[name] for name in names.values()}


@st.composite
def parts(draw: st.DrawFn, whole: Catalog) -> Catalog:
    """A catalog with some of the tables of another."""
    tables = {**(whole.nodes or {}), **(whole.sources or {})}
    kept = draw(st.sets(st.sampled_from(sorted(tables)))) if tables else set()
    return a_catalog({name: clear(table.columns or {}) for name, table in tables.items() if name in kept})
