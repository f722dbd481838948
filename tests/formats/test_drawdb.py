"""DrawDB: tables and lines as its import takes them, laid out so that one can read them."""

import json
from typing import Any

import msgspec
import pytest

from erd.formats import Options
from erd.formats.drawdb import DATABASES, render
from erd.formats.layout import places, related_order
from erd.model import Cardinality, Column, End, Erd
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd


def read(erd: Erd, **options: Any) -> Any:
    return json.loads(render(erd, Options(**options)))


def fields_of(erd: Erd) -> Any:
    return {field["name"]: field for field in read(erd)["tables"][0]["fields"]}


def test_keys_are_said_by_fields_and_composite_ones_by_indices() -> None:
    table = a_table(
        "a", [Column("x"), "y", "z", Column("v", not_null=True)], primary_key=["x"], unique_keys=[["y"], ["z", "y"]]
    )
    fields = fields_of(an_erd([table]))
    assert {name: (one["primary"], one["unique"], one["notNull"]) for name, one in fields.items()} == {
        "x": (True, False, True),
        "y": (False, True, False),
        "z": (False, False, False),
        "v": (False, False, True),
    }
    assert read(an_erd([table]))["tables"][0]["indices"] == [
        {"id": 0, "name": "z, y", "unique": True, "fields": ["z", "y"]}
    ]


def test_a_primary_key_of_several_columns_is_said_by_each_of_them() -> None:
    table = a_table("a", ["x", "y", "z"], primary_key=["y", "x"])
    assert [name for name, one in fields_of(an_erd([table])).items() if one["primary"]] == ["x", "y"]
    assert read(an_erd([table]))["tables"][0]["indices"] == []


def test_what_is_empty_is_a_text_and_never_null() -> None:
    (table,) = read(an_erd([a_table("a", [Column("x")])]))["tables"]
    assert table["comment"] == table["fields"][0]["comment"] == table["fields"][0]["default"] == ""
    assert table["fields"][0]["type"] == "unknown"


def test_a_line_runs_from_the_foreign_key_to_what_it_refers_to() -> None:
    erd = an_erd([a_table(ORDERS, ["id", "customer_id"]), a_table(CUSTOMERS, ["name", "id"])], [a_relationship()])
    content = read(erd)
    (link,) = content["relationships"]
    start, end = content["tables"][link["startTableId"]], content["tables"][link["endTableId"]]
    assert (start["name"], start["fields"][link["startFieldId"]]["name"]) == (ORDERS, "customer_id")
    assert (end["name"], end["fields"][link["endFieldId"]]["name"]) == (CUSTOMERS, "id")
    assert (link["name"], link["updateConstraint"]) == ("customer_id → id", "No action")


def test_a_composite_key_is_a_line_for_each_pair_of_columns() -> None:
    erd = an_erd(
        [a_table("a", ["x", "y"]), a_table("b", ["v", "w"])], [a_relationship("a", ["x", "y"], "b", ["w", "v"])]
    )
    links = read(erd)["relationships"]
    assert [(one["id"], one["startFieldId"], one["endFieldId"]) for one in links] == [(0, 0, 1), (1, 1, 0)]
    assert len({one["name"] for one in links}) == 1


def test_a_relationship_between_tables_only_is_left_out() -> None:
    assert read(an_erd([a_table("a"), a_table("b")], [a_relationship("a", (), "b", ())]))["relationships"] == []


@pytest.mark.parametrize(
    ("child", "parent", "constant"),
    [
        (End.ZERO_OR_MANY, End.ONE, "many_to_one"),
        (End.ONE_OR_MANY, End.ZERO_OR_ONE, "many_to_one"),
        (End.ONE, End.ONE, "one_to_one"),
        (End.ZERO_OR_ONE, End.ONE, "one_to_one"),
        (End.ONE, End.ONE_OR_MANY, "one_to_many"),
        (End.ONE_OR_MANY, End.ONE_OR_MANY, "many_to_one"),
    ],
)
def test_a_cardinality_is_the_constant_that_comes_closest(child: End, parent: End, constant: str) -> None:
    relationship = a_relationship("a", "id", "b", "id", cardinality=Cardinality(child, parent))
    (link,) = read(an_erd([a_table("a"), a_table("b")], [relationship]))["relationships"]
    assert link["cardinality"] == constant


@pytest.mark.parametrize(
    ("warehouse", "database"),
    [("postgres", "postgresql"), ("sqlserver", "transactsql"), ("snowflake", "generic"), ("", "generic")],
)
def test_the_database_is_the_warehouse_where_drawdb_knows_it(warehouse: str, database: str) -> None:
    assert read(msgspec.structs.replace(Erd(), warehouse=warehouse))["database"] == database


def test_only_databases_that_drawdb_knows_are_named() -> None:
    assert set(DATABASES.values()) == {"mysql", "postgresql", "transactsql", "sqlite", "mariadb"}


def test_the_title_is_the_one_given_or_the_project_and_there_is_no_date() -> None:
    erd = msgspec.structs.replace(Erd(), project="shop")
    assert [read(erd, title="mine.ddb")["title"], read(erd)["title"], read(Erd())["title"]] == [
        "mine.ddb",
        "shop",
        "ERD",
    ]
    assert "date" not in read(erd)


def test_many_tables_make_a_picture_about_as_wide_as_high() -> None:
    erd = an_erd([a_table(f"t{number:03}", [f"c{place}" for place in range(number % 17)]) for number in range(200)])
    tables = read(erd)["tables"]
    width = max(table["x"] for table in tables) + 400
    height = max(table["y"] + 57 + 36 * len(table["fields"]) for table in tables)
    assert 0.7 < width / height < 1.4


def test_a_table_higher_than_all_others_together_has_a_column_of_its_own() -> None:
    heights = {"a": 100, "b": 9000, "c": 100, "d": 100}
    erd = an_erd([a_table(name) for name in heights])
    assert places(erd, heights, column_width=400, gap=60) == {
        "a": (0, 0),
        "b": (400, 0),
        "c": (800, 0),
        "d": (800, 160),
    }


def test_related_tables_stand_next_to_each_other() -> None:
    tables = [a_table(name) for name in "abcdef"]
    relationships = [
        a_relationship("a", "id", "f", "id"),
        a_relationship("c", "id", "f", "id"),
        a_relationship("d", "id", "d", "x"),
        a_relationship("b", "id", "e", "id"),
    ]
    assert related_order(tables, relationships) == ["f", "a", "c", "b", "e", "d"]
