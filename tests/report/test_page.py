"""The docs page: short for three tables, possible for thousands, and every table can be reached on it."""

import re
import time
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings

from erd.formats import TARGETS, Options
from erd.model import Column, Dependency, Erd, Outcome, Relationship, State, Table
from erd.report.page import render
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import so_many
from tests.formats.hostile import NAMES, hostile_331
from tests.formats.sample import a_shop
from tests.formats.strategies import erds
from tests.report.page_reading import ENOUGH_FOR_GITHUB, page_complaints, read_page
from tests.tools.mermaid_judge import MermaidJudge

# The parser, as CommonMark asks of it, shows this instead of NUL.
UNSHOWN = dict.fromkeys(map(ord, "\0\ufffd"))


def generated(number: int, schemas: int = 3) -> Erd:
    """So many tables, of which most refer to one or two before them, some in other schemas."""
    tables = [
        a_table(
            f"model.shop.t{place}",
            ["id", "a_id", "b_id", *(f"c{column}" for column in range(17))],
            schema=f"s{place % schemas}",
            primary_key=["id"],
            description=f"The table number {place}; it is described at some length, as tables are in good projects.",
        )
        for place in range(number)
    ]
    joined = [
        a_relationship(f"model.shop.t{place}", column, f"model.shop.t{place // divisor}", "id")
        for place in range(1, number)
        for column, divisor in (("a_id", 2), ("b_id", 30))
        if place % 5
    ]
    return an_erd(tables, joined)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


def test_markdown_is_a_target_with_a_file_of_its_own() -> None:
    assert TARGETS["markdown"].file_name == "erd.md"
    assert TARGETS["markdown"].render(a_shop(), Options()) == render(a_shop(), Options())


@pytest.mark.parametrize("number", [0, 1, 3, 200, 2_000])
def test_every_table_is_reachable_and_every_picture_drawn(mermaid: MermaidJudge, number: int) -> None:
    erd = generated(number)
    page = render(erd, Options())
    assert page_complaints(page, mermaid) == []
    assert {*read_page(page).names.values()} >= {table.name.removeprefix("model.shop.") for table in erd.tables}
    assert len(page.encode()) <= ENOUGH_FOR_GITHUB
    assert ("Left out" in page) == (number > 200)


def test_a_page_of_ten_thousand_tables_is_linear_work() -> None:
    erd = generated(10_000, schemas=20)
    start = time.process_time()
    page = render(erd, Options())
    assert time.process_time() - start < 10
    assert len(page.encode()) < 1024 * 1024
    assert len([place for place in read_page(page).places if place.startswith("t-")]) == 10_000


def test_a_hub_of_thousands_of_children_is_linear_work() -> None:
    children = [f"c{number}" for number in range(5_000)]
    erd = an_erd(
        [a_table("hub"), *map(a_table, children)], [a_relationship(one, "id", "hub", "id") for one in children]
    )
    start = time.process_time()
    render(erd, Options())
    assert time.process_time() - start < 10


@pytest.mark.parametrize("names", [hostile_331(), NAMES[:500]], ids=["331", "pairs of pieces"])
def test_hostile_names_break_neither_rows_nor_pictures(mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    tables = [
        Table(
            unique_id=f"model.shop.{name}", name=name, resource_type="model", label=name, description=name, schema=name,
            columns=(Column(name, name, name), Column("k", "int")), primary_key=(name,),
        )
        for name in names
    ]  # fmt: skip
    joined = [
        a_relationship(f"model.shop.{one}", one, f"model.shop.{other}", "k", label=one)
        for one, other in pairwise(names)
    ]
    erd = an_erd(tables, joined)
    page = render(erd, Options())
    read = read_page(page)
    assert page_complaints(page, mermaid) == []
    places = {name.translate(UNSHOWN) for place, name in read.names.items() if place.startswith("t-")}
    assert places == {(one_line(name) or " ").translate(UNSHOWN) for name in names}


@settings(
    deadline=None,
    max_examples=so_many(25),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(erd=erds())
def test_any_erd_is_a_page_without_fault(mermaid: MermaidJudge, erd: Erd) -> None:
    page = render(erd, Options())
    assert page_complaints(page, mermaid) == []
    assert len([place for place in read_page(page).names if place.startswith("t-")]) == len(erd.tables)


def test_each_relationship_is_drawn_where_its_child_is(mermaid: MermaidJudge) -> None:
    erd = generated(200)
    drawn = [line for picture in read_page(render(erd, Options())).pictures for line in mermaid.read(picture).lines]
    assert len(drawn) >= len(erd.relationships)


def test_no_picture_is_more_than_a_reader_takes_in(mermaid: MermaidJudge) -> None:
    for picture in read_page(render(generated(200), Options())).pictures:
        diagram = mermaid.read(picture)
        assert len(diagram.entities) <= 16
        assert len(diagram.lines) <= 20
        assert sum(box.classes == ("tbl",) for box in diagram.entities) <= 12


def test_a_small_erd_is_one_picture_above_all_groups(mermaid: MermaidJudge) -> None:
    page = render(a_shop(), Options())
    (picture,) = read_page(page).pictures
    assert len(mermaid.read(picture).lines) == len(a_shop().relationships)
    assert page.index("```mermaid") < page.index("</a>`raw`")


def test_a_table_without_relationships_is_listed_and_not_drawn(mermaid: MermaidJudge) -> None:
    page = render(an_erd([a_table("a"), a_table("b"), a_table("c")], [a_relationship("a", "id", "b", "id")]), Options())
    (picture,) = read_page(page).pictures
    assert [box.title for box in mermaid.read(picture).entities] == ["a", "b"]
    assert "c" in read_page(page).names.values()


def test_tables_are_drawn_if_there_are_no_others(mermaid: MermaidJudge) -> None:
    (picture,) = read_page(render(an_erd([a_table("a"), a_table("b")]), Options())).pictures
    assert len(mermaid.read(picture).entities) == 2


def test_a_parent_from_another_group_stands_in_grey(mermaid: MermaidJudge) -> None:
    erd = generated(60)
    grey = {
        box
        for one in read_page(render(erd, Options())).pictures
        for box in mermaid.read(one).entities
        if box.classes == ("ctx",)
    }
    assert grey
    assert all(box.rows == () for box in grey)


def test_a_picture_shows_keys_and_counts_the_other_columns(mermaid: MermaidJudge) -> None:
    table = a_table("a", ["id", *(f"k{n}" for n in range(9)), "x"], primary_key=["id", *(f"k{n}" for n in range(9))])
    (picture,) = read_page(render(an_erd([table]), Options())).pictures
    (box,) = mermaid.read(picture).entities
    assert [row.name for row in box.rows] == ["id", *(f"k{n}" for n in range(7)), "and_3_more"]


def test_groups_are_those_that_were_asked_for() -> None:
    erd = an_erd([a_table("a", group="g1", schema="s"), a_table("b", group="g2", schema="s"), a_table("c", schema="s")])
    page = render(erd, Options(grouped_by="meta"))
    assert re.findall("^## <.*</a>(.*)", page, re.MULTILINE) == ["`(no group)`", "`g1`", "`g2`"]


def test_what_fails_comes_first() -> None:
    def with_state(one: Relationship, state: State) -> Relationship:
        return msgspec.structs.replace(one, state=state)

    erd = an_erd(
        [a_table("a", ["x", "y"]), a_table("b")],
        [
            with_state(a_relationship("a", "x", "b", "id"), State(Outcome.FAILED, 12)),
            with_state(a_relationship("a", "y", "b", "id"), State(Outcome.PASSED)),
        ],
    )
    page = render(erd, Options())
    assert "🔴 1 failing, ✅ 1 tested and sound." in page
    assert "- 🔴 12 orphans in [`a`](#t-a) (`x`) without a row in [`b`](#t-b)" in page
    assert page.index("Failing relationships") < page.index("```mermaid")


def test_a_table_says_what_it_is_made_from(mermaid: MermaidJudge) -> None:
    tables = an_erd([a_table("a"), a_table("b")]).tables
    page = render(Erd(tables, (), (Dependency("b", "a"),)), Options())
    assert "made from [`a`](#t-a)" in page
    (picture,) = read_page(page).pictures
    assert [line.solid for line in mermaid.read(picture).lines] == [False]


def test_columns_are_folded_away_and_can_be_left_out() -> None:
    erd = an_erd([a_table("a", [Column("x", "int", "What it is.", not_null=True)], primary_key=["x"])])
    assert "| `x` | `int` | PK, not null | What it is. |" in render(erd, Options())
    assert "<details>" not in render(erd, Options(columns="none"))


def test_links_to_a_table_outlive_other_tables() -> None:
    few, many = render(generated(3), Options()), render(generated(30), Options())
    assert {*read_page(few).places} - {"group-s0", "group-s1", "group-s2"} <= {*read_page(many).places}
