"""Whatever names hold, Graphviz draws the file without a word of complaint, and the texts in the picture are those."""

from typing import NamedTuple

import pytest
from hypothesis import given

from erd.formats import Options
from erd.formats.graphviz import render
from erd.model import Erd, Relationship, Table
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import many_documents
from tests.formats import pictures
from tests.formats.pictures import any_pictures, hostile_pictures, seen, seen_name
from tests.formats.sample import a_tested_shop
from tests.tools.graphviz import drawn, graphviz_complaints
from tests.tools.node import ToolMissing

pytestmark = pytest.mark.drawing

GROUPED = Options(grouped_by="schema")
BARE = Options(columns="none")


class Shown(NamedTuple):
    """What is in a picture: tables and edges by their names in the file, sorted, and groups."""

    tables: list[tuple[str, tuple[str, ...]]]
    edges: list[tuple[str, tuple[str, ...], bool]]
    groups: list[str]


@pytest.fixture(scope="module", autouse=True)
def graphviz() -> None:
    """Graphviz is there; without it these tests are skipped, except in CI."""
    try:
        drawn("digraph {}")
    except ToolMissing as missing:
        pytest.skip(f"no judge for Graphviz: {missing}")


def shown(text: str) -> Shown:
    """What Graphviz draws; it must have nothing against it."""
    picture = drawn(text)
    assert picture.complaints == ()
    return Shown(
        tables=sorted((node.name, tuple(map(seen, node.texts))) for node in picture.nodes),
        edges=sorted((edge.name, tuple(map(seen, edge.texts)), edge.dashed) for edge in picture.edges),
        groups=sorted(seen(" ".join(cluster.texts)) for cluster in picture.clusters),
    )


def expected(erd: Erd, options: Options) -> Shown:
    """What should be drawn, with all columns or none."""
    ids = {table.unique_id: f"t{number}" for number, table in enumerate(erd.tables, 1)}
    edges = [(ends(one, erd, ids, options), tuple(pictures.seen_labels(one)), False) for one in erd.relationships]
    edges += [(f"{ids[one.upstream]}:title->{ids[one.downstream]}:title", (), True) for one in erd.dependencies]
    return Shown(
        tables=sorted((ids[table.unique_id], tuple(texts(erd, table, options))) for table in erd.tables),
        edges=sorted(edges),
        groups=sorted(pictures.groups(erd)) if options.grouped_by else [],
    )


def texts(erd: Erd, table: Table, options: Options) -> list[str]:
    """The title; then of each column the name, its marks and its type, as far as it has any."""
    found = [pictures.seen_title(table)]
    for column in table.columns if options.columns == "all" else ():
        marks = pictures.keys(erd, table, column.name)
        marks += ["NN"] if column.not_null and "PK" not in marks else []
        found += filter(None, (seen_name(column.name), " ".join(marks), seen(column.type)))
    return found


def ends(one: Relationship, erd: Erd, ids: dict[str, str], options: Options) -> str:
    """An edge as Graphviz calls it: from row to row, or from title to title; on one side when it is a loop."""
    child, parent = ids[one.child.table], ids[one.parent.table]
    if options.columns == "none" or len(one.child.columns) != 1:
        return f"{child}->{parent}" if child == parent else f"{child}:title->{parent}:title"
    if child == parent:
        return f"{child}:e->{parent}:e"
    columns = {table.unique_id: [column.name for column in table.columns] for table in erd.tables}
    rows = [columns[end.table].index(end.columns[0]) + 1 for end in (one.child, one.parent)]
    return f"{child}:p{rows[0]}->{parent}:p{rows[1]}"


@pytest.mark.parametrize("options", [GROUPED, Options(), BARE])
def test_the_shop_is_drawn(options: Options) -> None:
    assert shown(render(a_tested_shop(), options)) == expected(a_tested_shop(), options)


def test_hostile_names_in_all_slots_are_drawn() -> None:
    for erd in hostile_pictures():
        assert shown(render(erd, GROUPED)) == expected(erd, GROUPED)


def test_what_stands_for_the_name_of_something_else_stands_for_itself() -> None:
    name = r"\N \G \E \T \H \L \l \r &bsol;N \\N"
    erd = an_erd([a_table(name, [name], group=name)], [a_relationship(name, name, name, name, label=name)])
    assert shown(render(erd, GROUPED)) == expected(erd, GROUPED)


@many_documents
@given(erd=any_pictures())
def test_any_erd_is_drawn(erd: Erd) -> None:
    assert shown(render(erd, GROUPED)) == expected(erd, GROUPED)


@many_documents
@given(erd=any_pictures())
def test_any_erd_without_columns_is_drawn(erd: Erd) -> None:
    assert shown(render(erd, BARE)) == expected(erd, BARE)


@many_documents
@given(erd=any_pictures())
def test_any_erd_of_keys_only_is_drawn(erd: Erd) -> None:
    assert graphviz_complaints({"keys": render(erd, Options(columns="keys"))}) == {}


def test_a_description_is_the_tooltip_line_by_line() -> None:
    table = a_table("a", description='Say "x & y"\\n,\n\nnot &amp;.')
    assert [node.tooltip for node in drawn(render(an_erd([table]), Options())).nodes] == [table.description]


def test_the_ends_of_a_relationship_are_those_of_its_cardinality() -> None:
    erd = an_erd([a_table("a", ["x"]), a_table("b", ["y"])], [a_relationship("a", "x", "b", "y")])
    assert "t1:p1 -> t2:p1 [arrowtail=crowodot arrowhead=teetee " in render(erd, Options())


def test_an_edge_that_graphviz_does_not_know_is_told() -> None:
    assert list(graphviz_complaints({"good": "digraph { a }", "bad": "digraph { a [label=<a & b>] }"})) == ["bad"]
    assert "port" in drawn(render(a_tested_shop(), Options()).replace("t4:p1", "t4:q1")).complaints[0]
