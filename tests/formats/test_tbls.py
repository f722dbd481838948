"""`schema.json` of tbls: keys and relationships as constraints, which Liam draws, and as relations, which tbls does."""

import json
from typing import Any

import msgspec
import pytest

from erd.formats import Options
from erd.formats.tbls import UNDECLARED, render
from erd.model import Column, Dependency, Erd, Provenance
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd

TEST = Provenance("test", "test.shop.orders_fk")
CONSTRAINT = Provenance("constraint", ORDERS, "fk_customer")


def read(erd: Erd, **options: Any) -> Any:
    return json.loads(render(erd, Options(**options)))


def a_pair(*provenance: Provenance, label: str = "") -> Erd:
    """Orders that refer to customers."""
    tables = [a_table(ORDERS, ["id", "customer_id"]), a_table(CUSTOMERS, ["id"])]
    return an_erd(tables, [a_relationship(provenance=provenance, label=label)])


def constraints_of(erd: Erd) -> Any:
    return [one for table in read(erd)["tables"] for one in table.get("constraints", ())]


def test_keys_are_constraints_in_key_order() -> None:
    table = a_table("model.a", ["x", "y"], primary_key=["y", "x"], unique_keys=[["y"]])
    assert constraints_of(an_erd([table])) == [
        {
            "name": "PRIMARY KEY (y, x)",
            "type": "PRIMARY KEY",
            "def": "PRIMARY KEY (y, x)",
            "table": "model.a",
            "columns": ["y", "x"],
        },
        {"name": "UNIQUE (y)", "type": "UNIQUE", "def": "UNIQUE (y)", "table": "model.a", "columns": ["y"]},
    ]


@pytest.mark.parametrize(
    ("provenance", "name", "virtual"),
    [
        ([TEST], "test.shop.orders_fk", True),
        ([CONSTRAINT], "fk_customer", False),
        ([CONSTRAINT, TEST], "test.shop.orders_fk", False),
        ([Provenance("semantic", "semantic_model.shop.orders", "customer")], "semantic_model.shop.orders", True),
    ],
)
def test_a_relationship_is_a_constraint_and_a_relation_that_says_whether_the_warehouse_has_it(
    provenance: list[Provenance], name: str, virtual: bool
) -> None:
    definition = f"FOREIGN KEY (customer_id) REFERENCES {CUSTOMERS} (id)"
    comment = {"comment": UNDECLARED} if virtual else {}
    assert constraints_of(a_pair(*provenance)) == [
        {
            "name": name,
            "type": "FOREIGN KEY",
            "def": definition,
            "table": ORDERS,
            "columns": ["customer_id"],
            "referenced_table": CUSTOMERS,
            "referenced_columns": ["id"],
            **comment,
        }
    ]
    assert read(a_pair(*provenance))["relations"] == [
        {
            "table": ORDERS,
            "columns": ["customer_id"],
            "cardinality": "zero_or_more",
            "parent_table": CUSTOMERS,
            "parent_columns": ["id"],
            "parent_cardinality": "exactly_one",
            "def": definition,
            "virtual": virtual,
        }
    ]


def test_a_label_is_what_tbls_writes_at_the_line() -> None:
    (relation,) = read(a_pair(TEST, label="placed by"))["relations"]
    assert relation["def"] == "placed by"


def test_no_two_constraints_of_a_table_share_a_name() -> None:
    semantic = [Provenance("semantic", "semantic_model.shop.a")]
    erd = an_erd(
        [a_table("a", ["x", "y"]), a_table("b", ["v"])],
        [
            a_relationship("a", "x", "b", "v", provenance=semantic),
            a_relationship("a", "y", "b", "v", provenance=semantic),
        ],
    )
    assert [one["name"] for one in constraints_of(erd)] == ["semantic_model.shop.a", "semantic_model.shop.a (2)"]


def test_a_relationship_between_tables_only_is_left_out() -> None:
    content = read(an_erd([a_table("model.a"), a_table("model.b")], [a_relationship("model.a", (), "model.b", ())]))
    assert "relations" not in content
    assert all("constraints" not in table for table in content["tables"])


def test_a_column_is_nullable_unless_something_says_otherwise() -> None:
    table = a_table("model.a", ["x", Column("y", not_null=True), "z"], primary_key=["x"])
    (read_table,) = read(an_erd([table]))["tables"]
    assert [one["nullable"] for one in read_table["columns"]] == [False, False, True]


def test_what_tables_are_made_from_are_referenced_tables() -> None:
    erd = an_erd([a_table("model.a"), a_table("model.b"), a_table("model.c")])
    dependencies = (Dependency("model.a", "model.b"), Dependency("model.a", "model.c"))
    content = read(msgspec.structs.replace(erd, dependencies=dependencies))
    assert [table.get("referenced_tables") for table in content["tables"]] == [["model.b", "model.c"], None, None]


def test_a_group_is_a_label_and_the_warehouse_the_driver() -> None:
    erd = msgspec.structs.replace(an_erd([a_table("model.a", group="sales")]), project="shop", warehouse="snowflake")
    content = read(erd)
    assert content["tables"][0]["labels"] == [{"name": "sales", "virtual": True}]
    assert (content["name"], content["driver"]) == ("shop", {"name": "snowflake"})
    assert read(Erd(), title="mine.json") == {"tables": [], "name": "mine.json"}


def test_what_is_empty_is_left_out_as_tbls_leaves_it_out() -> None:
    assert read(an_erd([a_table("model.a", [])])) == {"tables": [{"name": "model.a", "type": "model", "columns": []}]}
