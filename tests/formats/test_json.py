"""JSON: dbterd's payload under dbterd's keys, with what an ERD says beyond it."""

import json
from typing import Any

import msgspec
import pytest

from erd import __version__
from erd.formats import Options
from erd.formats.identities import distinct, relationship_ids, relationship_name
from erd.formats.json import render
from erd.model import Cardinality, Column, Dependency, End, Erd, Outcome, Provenance, Relationship, State
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd

# The keys that dbterd 1.32 writes, in its order.
DBTERD_KEYS = {
    "document": ["$schema", "nodes", "edges", "metadata"],
    "node": [
        *("id", "name", "label", "description", "resource_type", "schema_name", "database", "columns"),
        "compiled_sql",
    ],
    "column": ["name", "data_type", "description", "is_primary_key", "is_foreign_key"],
    "edge": [
        *("id", "from_id", "to_id", "from_columns", "to_columns", "relationship_type", "name", "label"),
        "cardinality",
    ],
    "metadata": ["generated_at", "dbt_project_name", "dbterd_version"],
}
TEST = Provenance("test", "test.shop.orders_fk")
CONSTRAINT = Provenance("constraint", ORDERS, "fk_customer")
UNNAMED = Provenance("constraint", ORDERS)
SEMANTIC = Provenance("semantic", "semantic_model.shop.orders", "customer")


def read(erd: Erd, options: Options | None = None) -> Any:
    return json.loads(render(erd, options or Options()))


def a_pair(**changes: Any) -> Erd:
    """Orders that refer to customers."""
    one = msgspec.structs.replace(a_relationship(), **changes)
    tables = [a_table(ORDERS, ["id", "customer_id"], primary_key=["id"]), a_table(CUSTOMERS, ["id"])]
    return an_erd(tables, [one])


def edge_of(**changes: Any) -> Any:
    (edge,) = read(a_pair(**changes))["edges"]
    return edge


def named(*provenance: Provenance) -> Relationship:
    return a_relationship(provenance=sorted(provenance))


def test_the_keys_of_dbterd_come_first_and_in_its_order() -> None:
    content = read(a_pair())
    parts = {
        "document": content,
        "node": content["nodes"][0],
        "column": content["nodes"][0]["columns"][0],
        "edge": content["edges"][0],
        "metadata": content["metadata"],
    }
    assert {name: list(part)[: len(DBTERD_KEYS[name])] for name, part in parts.items()} == DBTERD_KEYS


def test_what_is_empty_is_null_as_dbterd_has_it() -> None:
    (node,) = read(an_erd([a_table("a", ["x"])]))["nodes"]
    assert (node["label"], node["description"], node["compiled_sql"]) == (None, None, None)
    assert (node["database"], node["schema_name"], node["columns"][0]["description"]) == ("", "", None)


def test_a_type_that_nobody_says_is_unknown_as_in_dbterd() -> None:
    (node,) = read(an_erd([a_table("a", [Column("x")])]))["nodes"]
    assert node["columns"][0]["data_type"] == "unknown"


def test_a_table_without_columns_has_no_made_up_one() -> None:
    assert read(an_erd([a_table("a", [])]))["nodes"][0]["columns"] == []


def test_columns_say_which_keys_have_them() -> None:
    orders = next(node for node in read(a_pair())["nodes"] if node["id"] == ORDERS)
    flags = {one["name"]: (one["is_primary_key"], one["is_foreign_key"]) for one in orders["columns"]}
    assert flags == {"id": (True, False), "customer_id": (False, True)}


def test_keys_keep_the_order_of_their_columns() -> None:
    table = a_table("a", ["x", "y"], primary_key=["y", "x"], unique_keys=[["y"]])
    (node,) = read(an_erd([table]))["nodes"]
    assert (node["primary_key"], node["unique_keys"]) == (["y", "x"], [["y"]])


@pytest.mark.parametrize(
    ("child", "parent", "code"),
    [
        (End.ZERO_OR_MANY, End.ONE, "n1"),
        (End.ZERO_OR_MANY, End.ZERO_OR_ONE, "n1"),
        (End.ONE_OR_MANY, End.ONE, "n1"),
        (End.ZERO_OR_ONE, End.ONE, "01"),
        (End.ONE, End.ONE, "11"),
        (End.ZERO_OR_ONE, End.ONE_OR_MANY, "0n"),
        (End.ONE, End.ONE_OR_MANY, "1n"),
        (End.ONE_OR_MANY, End.ONE_OR_MANY, "nn"),
        (End.ZERO_OR_MANY, End.ZERO_OR_MANY, "nn"),
    ],
)
def test_a_cardinality_has_the_code_of_dbterd_and_both_ends_in_words(child: End, parent: End, code: str) -> None:
    edge = edge_of(cardinality=Cardinality(child, parent))
    assert (edge["cardinality"], edge["from_cardinality"], edge["to_cardinality"]) == (code, child.value, parent.value)


def test_an_edge_says_what_speaks_for_it_and_how_its_tests_went() -> None:
    edge = edge_of(provenance=(CONSTRAINT, TEST), state=State(Outcome.FAILED, 7))
    assert edge["provenance"] == [
        {"kind": "constraint", "node": ORDERS, "name": "fk_customer"},
        {"kind": "test", "node": "test.shop.orders_fk", "name": ""},
    ]
    assert edge["state"] == {"outcome": "failed", "orphans": 7}
    assert edge_of()["state"] is None


def test_an_edge_between_tables_only_has_no_columns() -> None:
    (edge,) = read(an_erd([a_table("a"), a_table("b")], [a_relationship("a", (), "b", ())]))["edges"]
    assert (edge["from_id"], edge["to_id"], edge["from_columns"], edge["to_columns"]) == ("a", "b", [], [])


@pytest.mark.parametrize(
    ("provenance", "name"),
    [
        ([TEST], "test.shop.orders_fk"),
        ([CONSTRAINT], "fk_customer"),
        ([UNNAMED], ORDERS),
        ([SEMANTIC], "semantic_model.shop.orders"),
        ([CONSTRAINT, SEMANTIC, TEST], "test.shop.orders_fk"),
        ([CONSTRAINT, SEMANTIC], "fk_customer"),
        ([TEST, Provenance("test", "test.shop.a")], "test.shop.a"),
        ([], f"{ORDERS} [customer_id] -> {CUSTOMERS} [id]"),
    ],
)
def test_a_relationship_is_called_what_dbterd_calls_it(provenance: list[Provenance], name: str) -> None:
    assert relationship_name(named(*provenance)) == name


def test_an_id_is_the_name_unless_several_share_it() -> None:
    semantic = (SEMANTIC,)
    relationships = [
        named(TEST),
        a_relationship("a", "x", "b", "y", provenance=semantic),
        a_relationship("a", (), "c", (), provenance=semantic),
    ]
    assert relationship_ids(relationships) == [
        "test.shop.orders_fk",
        "semantic_model.shop.orders (a [x] -> b [y])",
        "semantic_model.shop.orders (a -> c)",
    ]


@pytest.mark.parametrize(
    ("names", "unique"),
    [
        (["a", "b"], ["a", "b"]),
        (["a", "a", "a"], ["a", "a (2)", "a (3)"]),
        (["a", "a", "a (2)"], ["a", "a (3)", "a (2)"]),
        (["a (2)", "a", "a"], ["a (2)", "a", "a (3)"]),
    ],
)
def test_names_are_made_distinct_without_taking_anybody_elses(names: list[str], unique: list[str]) -> None:
    assert distinct(names) == unique


def test_groups_and_dependencies_stand_only_where_they_are_asked_for() -> None:
    tables = [a_table("b", group="g"), a_table("a", group="g"), a_table("c")]
    erd = msgspec.structs.replace(an_erd(tables), dependencies=(Dependency("a", "b"),))
    content = read(erd, Options(grouped_by="schema"))
    assert content["groups"] == [{"name": "g", "node_ids": ["a", "b"]}]
    assert content["dependencies"] == [{"downstream": "a", "upstream": "b"}]
    assert {"groups", "dependencies"}.isdisjoint(read(an_erd(tables)))


def test_the_metadata_say_what_made_it_but_not_when() -> None:
    erd = msgspec.structs.replace(Erd(), project="shop", warehouse="snowflake")
    assert read(erd)["metadata"] == {
        "generated_at": "",
        "dbt_project_name": "shop",
        "dbterd_version": "1.32.0",
        "warehouse": "snowflake",
        "generator": "dbt-cloud-erd",
        "generator_version": __version__,
    }


@pytest.mark.parametrize("base", ["https://example.com/schemas", "https://example.com/schemas/"])
def test_the_schema_is_where_the_reader_says(base: str) -> None:
    document = json.loads(render(an_erd(), Options(schema_base_url=base)))
    assert document["$schema"] == "https://example.com/schemas/erd.json"
