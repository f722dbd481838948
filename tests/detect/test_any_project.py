"""What holds for every project: an ERD that fits together, and the same one in whichever order dbt wrote its nodes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from erd.artifacts.catalog import Catalog
from erd.checks import NAME_PARTS
from erd.model import Erd, Relationship
from tests.builders import Identified, Semantic, a_manifest
from tests.detect.drawing import drawn
from tests.detect.strategies import another_order, catalogs, projects
from tests.examples import so_many

ADAPTERS = st.sampled_from(["postgres", "snowflake"])
PARTS = st.lists(st.sampled_from(NAME_PARTS), min_size=1, max_size=3)
any_order = settings(deadline=None, max_examples=so_many(80))


@any_order
@given(data=st.data(), project=projects(), adapter=ADAPTERS, parts=PARTS)
def test_the_order_of_nodes_and_columns_changes_nothing(
    data: st.DataObject, project: list[Identified | Semantic], adapter: str, parts: list[str]
) -> None:
    catalog = data.draw(catalogs(project))
    shuffled = a_manifest(*data.draw(st.permutations(project)), adapter=adapter)
    there = drawn(shuffled, data.draw(another_order(catalog)), parts=parts, groups=parts[:1])
    assert there == drawn(a_manifest(*project, adapter=adapter), catalog, parts=parts, groups=parts[:1])


@any_order
@given(data=st.data(), project=projects(), adapter=ADAPTERS, parts=PARTS)
def test_an_erd_fits_together(
    data: st.DataObject, project: list[Identified | Semantic], adapter: str, parts: list[str]
) -> None:
    catalog: Catalog | None = data.draw(st.none() | catalogs(project))
    erd = drawn(a_manifest(*project, adapter=adapter), catalog, parts=parts)
    assert_names_are_unique(erd)
    assert_keys_are_columns(erd)
    assert_relationships_join_columns_once(erd)


@any_order
@given(data=st.data(), project=projects())
def test_a_part_of_the_tables_is_drawn_as_in_the_whole(
    data: st.DataObject, project: list[Identified | Semantic]
) -> None:
    ids = sorted(one.unique_id for one in project if not one.unique_id.startswith(("test.", "semantic_model.")))
    wanted = data.draw(st.sets(st.sampled_from(ids)))
    part, whole = drawn(a_manifest(*project), wanted=wanted), drawn(a_manifest(*project))
    assert [table.unique_id for table in part.tables] == [
        table.unique_id for table in whole.tables if table.unique_id in wanted
    ]
    assert {table.name for table in part.tables} <= {table.name for table in whole.tables}
    assert all({one.child.table, one.parent.table} <= wanted for one in part.relationships)


def assert_names_are_unique(erd: Erd) -> None:
    names = [table.name for table in erd.tables]
    assert len(set(names)) == len(names)
    for table in erd.tables:
        columns = [column.name for column in table.columns]
        assert len(set(columns)) == len(columns)


def assert_keys_are_columns(erd: Erd) -> None:
    for table in erd.tables:
        columns = {column.name: column for column in table.columns}
        assert all(columns.keys() >= set(key) for key in (table.primary_key, *table.unique_keys))
        assert all(columns[name].not_null for name in table.primary_key)
        assert set(table.primary_key) not in [set(key) for key in table.unique_keys]


def assert_relationships_join_columns_once(erd: Erd) -> None:
    columns = {table.unique_id: {column.name for column in table.columns} for table in erd.tables}
    for relationship in erd.relationships:
        assert len(relationship.child.columns) == len(relationship.parent.columns)
        for end in (relationship.child, relationship.parent):
            assert set(end.columns) <= columns[end.table]
    joined = [pairing(one) for one in erd.relationships]
    assert len(set(joined)) == len(joined)
    assert all(one.child != one.parent for one in erd.relationships)


def pairing(one: Relationship) -> frozenset[tuple[str, frozenset[tuple[str, str]], str]]:
    """What a relationship joins, whichever way round and in whichever order of columns."""
    columns = list(zip(one.child.columns, one.parent.columns, strict=True))
    back = frozenset((parent, child) for child, parent in columns)
    return frozenset({
        (one.child.table, frozenset(columns), one.parent.table), (one.parent.table, back, one.child.table),
    })  # fmt: skip
