"""Columns come from the warehouse and from YAML, as one list, each under the name that people write."""

import pytest

from erd.artifacts.catalog import ObservedColumn
from erd.artifacts.manifest import DeclaredColumn
from erd.model import Column, Erd, Origin
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    a_catalog,
    a_manifest,
    a_model,
    a_relationships_test,
    an_observed_column,
    declared,
    observed,
)
from tests.detect.drawing import column_names, column_of, drawn, joins


def orders_of(
    warehouse: dict[str, ObservedColumn],
    yaml: dict[str, DeclaredColumn] | None = None,
    adapter: str | None = "postgres",
) -> Erd:
    """An ERD of one model with these columns in the warehouse and in YAML."""
    return drawn(a_manifest(a_model("orders", yaml), adapter=adapter), a_catalog({ORDERS: warehouse}))


def names_of(warehouse: list[str], yaml: list[str], adapter: str | None) -> list[str]:
    """The names that are drawn of these names in the warehouse and in YAML."""
    return column_names(orders_of(observed(*warehouse), declared(*yaml), adapter), ORDERS)


def test_columns_stand_in_the_order_of_the_warehouse() -> None:
    columns = {"c": an_observed_column(3), "a": an_observed_column(1), "b": an_observed_column(2)}
    assert column_names(orders_of(columns), ORDERS) == ["a", "b", "c"]


def test_positions_as_text_are_numbers_all_the_same() -> None:
    columns = {"tenth": an_observed_column("10"), "second": an_observed_column("2"), "first": an_observed_column(1.0)}
    assert column_names(orders_of(columns), ORDERS) == ["first", "second", "tenth"]


@pytest.mark.parametrize("index", [None, "", "last"])
def test_columns_without_a_position_stand_last_by_name(index: str | None) -> None:
    columns = {"z": an_observed_column(index), "y": an_observed_column(index), "x": an_observed_column(9)}
    assert column_names(orders_of(columns), ORDERS) == ["x", "y", "z"]


def test_columns_that_only_yaml_declares_come_after_in_its_order() -> None:
    erd = orders_of(observed("id"), declared("total", "id", "discount"))
    assert column_names(erd, ORDERS) == ["id", "total", "discount"]
    assert column_of(erd, ORDERS, "id").origin is Origin.OBSERVED
    assert column_of(erd, ORDERS, "total").origin is Origin.DECLARED


# Columns whose names differ in case alone stand beside the one that a test is about, or do not.
BESIDE = pytest.mark.parametrize("twins", [{}, observed("X", "x")], ids=["alone", "beside twins"])


@BESIDE
def test_the_warehouses_type_and_the_descriptions_of_yaml_win(twins: dict[str, ObservedColumn]) -> None:
    warehouse = {"id": ObservedColumn("bigint", 1, "comment"), **twins}
    erd = orders_of(warehouse, {"id": DeclaredColumn("description", "integer")})
    assert column_of(erd, ORDERS, "id") == Column("id", "bigint", "description")


@BESIDE
def test_what_one_side_leaves_out_the_other_fills(twins: dict[str, ObservedColumn]) -> None:
    erd = orders_of({"id": ObservedColumn(None, 1, "comment"), **twins}, {"id": DeclaredColumn(None, "integer")})
    assert column_of(erd, ORDERS, "id") == Column("id", "integer", "comment")


@BESIDE
def test_what_both_sides_leave_out_is_empty(twins: dict[str, ObservedColumn]) -> None:
    erd = orders_of({"id": ObservedColumn(), **twins}, {"id": DeclaredColumn()})
    assert column_of(erd, ORDERS, "id") == Column("id")


def test_a_column_of_the_warehouse_alone_has_its_comment_as_description() -> None:
    assert column_of(orders_of({"id": ObservedColumn("int", 1, "comment")}), ORDERS, "id").description == "comment"


def test_a_declared_column_has_its_declared_type_and_description() -> None:
    erd = orders_of({}, {"id": DeclaredColumn("The number.", "integer")})
    assert column_of(erd, ORDERS, "id") == Column("id", "integer", "The number.", Origin.DECLARED)


def test_a_column_of_which_nothing_is_said_has_no_type() -> None:
    erd = orders_of({"id": ObservedColumn(None, 1, None)})
    assert column_of(erd, ORDERS, "id") == Column("id", "", "")


@pytest.mark.parametrize(
    ("warehouse", "yaml", "adapter", "shown"),
    [
        # Other warehouses keep the case that they have.
        (["id"], ["ID"], "postgres", ["id"]),
        (["ID"], ["id"], "bigquery", ["ID"]),
        (["Id"], ["iD"], None, ["Id"]),
        # A clear match but for case is one column; an unclear one is not.
        (["id", "ID"], ["Id"], "postgres", ["id", "ID", "Id"]),
        (["Id"], ["id", "ID"], "postgres", ["Id", "id", "ID"]),
        (["id", "ID"], ["id"], "postgres", ["id", "ID"]),
        (["id", "ID"], ["ID", "iD"], "postgres", ["id", "ID"]),
        # An upper-folding warehouse's upper case says nothing: YAML has the name, or else it is lower.
        (["ID", "TOTAL"], ["Id"], "snowflake", ["Id", "total"]),
        (["ID", "TOTAL"], [], "oracle", ["id", "total"]),
        (["ORDER_ID_2$"], [], "snowflake", ["order_id_2$"]),
        (["ID"], ["ID"], "snowflake", ["ID"]),
        # Names in quotes keep their case there too.
        (["orderId", "TOTAL"], [], "snowflake", ["orderId", "total"]),
        (["id", "TOTAL"], [], "snowflake", ["id", "total"]),
        # Two columns never become one.
        (["ID", "id"], [], "snowflake", ["ID", "id"]),
        (["ID", "Id", "TOTAL"], [], "snowflake", ["id", "Id", "total"]),
        (["ID", "id", "TOTAL"], ["total"], "snowflake", ["ID", "id", "TOTAL"]),
        (["ID", "id", "TOTAL"], ["ID"], "snowflake", ["ID", "id", "total"]),
    ],
)
def test_names_keep_their_case_unless_it_says_nothing(
    warehouse: list[str], yaml: list[str], adapter: str | None, shown: list[str]
) -> None:
    assert names_of(warehouse, yaml, adapter) == shown


def test_the_description_of_yaml_reaches_a_folded_column() -> None:
    erd = orders_of({"ORDER_ID": ObservedColumn("NUMBER")}, {"order_id": DeclaredColumn("The number.")}, "snowflake")
    assert column_of(erd, ORDERS, "order_id") == Column("order_id", "NUMBER", "The number.")


def test_a_relationship_finds_its_columns_but_for_case() -> None:
    catalog = a_catalog({ORDERS: observed("CUSTOMER_ID"), CUSTOMERS: observed("Id")})
    erd = drawn(a_manifest(a_model("orders"), a_model("customers"), a_relationships_test()), catalog)
    assert joins(erd) == ["model.shop.orders(CUSTOMER_ID) > model.shop.customers(Id)"]
    assert column_names(erd, ORDERS) == ["CUSTOMER_ID"]


def test_a_relationship_takes_the_column_of_its_own_case_of_two() -> None:
    catalog = a_catalog({ORDERS: observed("CUSTOMER_ID", "customer_id"), CUSTOMERS: observed("id")})
    erd = drawn(a_manifest(a_model("orders"), a_model("customers"), a_relationships_test()), catalog)
    assert joins(erd) == ["model.shop.orders(customer_id) > model.shop.customers(id)"]


def test_a_relationship_whose_column_is_unclear_but_for_case_adds_its_own() -> None:
    catalog = a_catalog({ORDERS: observed("CUSTOMER_ID", "customer_id"), CUSTOMERS: observed("id")})
    test = a_relationships_test(ORDERS, "Customer_Id", CUSTOMERS, "id")
    erd = drawn(a_manifest(a_model("orders"), a_model("customers"), test), catalog)
    assert column_of(erd, ORDERS, "Customer_Id").origin is Origin.NAMED


def test_a_column_that_only_a_relationship_names_is_added_at_the_end() -> None:
    catalog = a_catalog({ORDERS: observed("id")})
    manifest = a_manifest(a_model("orders", declared("total")), a_model("customers"), a_relationships_test())
    erd = drawn(manifest, catalog)
    assert column_names(erd, ORDERS) == ["id", "total", "customer_id"]
    assert column_of(erd, ORDERS, "customer_id") == Column("customer_id", origin=Origin.NAMED)
    assert column_of(erd, CUSTOMERS, "id") == Column("id", origin=Origin.NAMED)


def test_two_relationships_on_a_column_that_nobody_knows_add_it_once() -> None:
    manifest = a_manifest(
        a_model("orders", declared("id")), a_model("customers"), a_model("people"),
        a_relationships_test(), a_relationships_test(ORDERS, "CUSTOMER_ID", "model.shop.people", "id"),
    )  # fmt: skip
    erd = drawn(manifest)
    assert len(column_names(erd, ORDERS)) == 2
    assert len(erd.relationships) == 2


def test_relationships_on_columns_that_are_unclear_but_for_case_add_one_each() -> None:
    catalog = a_catalog({ORDERS: observed("CUSTOMER_ID", "Customer_ID"), CUSTOMERS: observed("id")})
    tests = [
        a_relationships_test(ORDERS, "Customer_Id", CUSTOMERS, "id", name="a"),
        a_relationships_test(ORDERS, "customer_Id", CUSTOMERS, "id", name="b"),
    ]
    erd = drawn(a_manifest(a_model("orders"), a_model("customers"), *tests), catalog)
    assert column_names(erd, ORDERS) == ["CUSTOMER_ID", "Customer_ID", "Customer_Id", "customer_Id"]


def test_a_position_beyond_all_numbers_is_no_crash() -> None:
    catalog = a_catalog({ORDERS: {"b": an_observed_column(10**400), "a": an_observed_column(1)}})
    assert column_names(drawn(a_manifest(a_model()), catalog), ORDERS) == ["a", "b"]


def test_a_position_that_is_no_number_by_name_stands_last() -> None:
    columns = {"b": an_observed_column(2), "a": an_observed_column("nan"), "c": an_observed_column(1)}
    assert column_names(drawn(a_manifest(a_model()), a_catalog({ORDERS: columns})), ORDERS) == ["c", "b", "a"]


def test_a_column_that_yaml_writes_in_quotes_is_the_warehouses_own() -> None:
    catalog = a_catalog({ORDERS: observed("Order Id")})
    erd = drawn(a_manifest(a_model("orders", declared('"Order Id"'))), catalog)
    assert column_names(erd, ORDERS) == ["Order Id"]
