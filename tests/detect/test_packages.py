"""Tests of packages count by their name, whichever arguments they take; a rule of dbterd's names others."""

import pytest

from erd.checks import Algorithm, Rule
from erd.model import Erd, Table
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    a_generic_test,
    a_manifest,
    a_model,
    a_not_null_test,
    a_relationships_test,
    declared,
)
from tests.detect.drawing import drawn, joins, table_of

ONE = "model.shop.orders(customer_id) > model.shop.customers(id)"
TWO = "model.shop.orders(shop, number) > model.shop.customers(shop, number)"
TABLES_ONLY = "model.shop.orders() > model.shop.customers()"


def shop(*tests: Identified, algorithm: Algorithm = Algorithm()) -> Erd:  # noqa: B008 - an immutable value
    """Orders and customers with these tests."""
    orders = a_model("orders", declared("customer_id", "shop", "number", "id"))
    return drawn(
        a_manifest(orders, a_model("customers", declared("id", "shop", "number")), *tests), algorithm=algorithm
    )


def to_customers(kind: str, **kwargs: object) -> Identified:
    return a_generic_test(kind, ORDERS, kwargs, CUSTOMERS)


def orders_with(*tests: Identified) -> Table:
    return table_of(shop(*tests), ORDERS)


@pytest.mark.parametrize(
    ("test", "joined"),
    [
        (to_customers("relationships_where", column_name="customer_id", to="ref('customers')", field="id"), ONE),
        (
            to_customers(
                "foreign_key", fk_column_name="customer_id", pk_table_name="ref('customers')", pk_column_name="id"
            ),
            ONE,
        ),
        (to_customers("foreign_key", column_name="customer_id", to="ref('customers')", field="id"), ONE),
        (
            to_customers(
                "foreign_key",
                fk_column_names=["shop", "number"],
                pk_table_name="ref('customers')",
                pk_column_names=["shop", "number"],
            ),
            TWO,
        ),
        (
            to_customers(
                "composite_foreign_key",
                fk_columns=["shop", "number"],
                to="ref('customers')",
                pk_columns=["shop", "number"],
            ),
            TWO,
        ),
        (
            to_customers("foreign_key", arguments={"fk_column_name": "customer_id", "pk_column_name": "id"}),
            ONE,
        ),
    ],
    ids=["dbt_utils", "dbt_constraints", "its newer arguments", "its lists", "a project's own", "nested"],
)
def test_foreign_keys_of_packages_are_relationships(test: Identified, joined: str) -> None:
    assert joins(shop(test)) == [joined]


def test_lists_of_different_length_join_the_tables_only(caplog: pytest.LogCaptureFixture) -> None:
    test = to_customers("foreign_key", fk_column_names=["shop", "number"], pk_column_names=["id"])
    assert joins(shop(test)) == [TABLES_ONLY]
    assert caplog.messages == [
        f"{test.unique_id} compares 2 column(s) with 1, so only its tables are joined",
    ]


def test_where_arguments_were_dropped_the_tests_name_says_the_parents_column() -> None:
    name = "relationships_orders_customer_id__id__ref_customers_"
    bare = a_relationships_test(name=name).with_arguments({"column_name": "customer_id"})
    assert joins(shop(bare)) == [ONE]


@pytest.mark.parametrize(
    ("kind", "kwargs"),
    [
        ("unique_combination_of_columns", {"combination_of_columns": ["shop", "number"]}),
        ("expect_compound_columns_to_be_unique", {"column_list": ["shop", "number"]}),
        ("unique_key", {"column_names": ["shop", "number"]}),
        ("unique_combination", {"combination_of_columns": ['"SHOP"', "number"]}),
    ],
)
def test_columns_that_are_unique_together_are_a_unique_key(kind: str, kwargs: dict[str, object]) -> None:
    assert orders_with(a_generic_test(kind, ORDERS, kwargs)).unique_keys == (("shop", "number"),)


def test_columns_unique_together_and_never_null_are_the_primary_key() -> None:
    together = a_generic_test("unique_combination_of_columns", ORDERS, {"combination_of_columns": ["shop", "number"]})
    table = orders_with(together, a_not_null_test(ORDERS, "shop"), a_not_null_test(ORDERS, "number"))
    assert (table.primary_key, table.unique_keys) == (("shop", "number"), ())


@pytest.mark.parametrize("kwargs", [{"column_name": "id"}, {"column_names": ["id"]}])
def test_a_primary_key_test_is_the_primary_key(kwargs: dict[str, object]) -> None:
    table = orders_with(a_generic_test("primary_key", ORDERS, kwargs))
    assert (table.primary_key, [column.name for column in table.columns if column.not_null]) == (("id",), ["id"])


def test_a_key_of_some_rows_is_none() -> None:
    partly = {"column_list": ["shop", "number"], "row_condition": "shop > 1"}
    assert orders_with(a_generic_test("expect_compound_columns_to_be_unique", ORDERS, partly)).unique_keys == ()


def test_expectations_prove_keys_too() -> None:
    column = {"column_name": "id"}
    table = orders_with(
        a_generic_test("expect_column_values_to_be_unique", ORDERS, column),
        a_generic_test("expect_column_values_to_not_be_null", ORDERS, column),
    )
    assert table.primary_key == ("id",)


def test_a_rule_names_the_tests_and_their_arguments() -> None:
    rule = Rule(name="belongs_to", c_from="here", c_to="there", t_to="whom")
    test = to_customers("belongs_to", here="customer_id", there="id", whom="ref('customers')")
    assert joins(shop(test)) == []
    assert joins(shop(test, algorithm=Algorithm("test_relationship", rule))) == [ONE]


def test_a_rules_arguments_may_be_lists_with_an_s() -> None:
    rule = Rule(name="belongs_to", c_from="fk_column", c_to="pk_column")
    test = to_customers("belongs_to", fk_columns=["shop", "number"], pk_columns=["shop", "number"])
    assert joins(shop(test, algorithm=Algorithm("test_relationship", rule))) == [TWO]


def test_a_rule_leaves_the_tests_that_it_does_not_name() -> None:
    rule = Algorithm("test_relationship", Rule(name="belongs_to"))
    assert joins(shop(a_relationships_test(), algorithm=rule)) == []


def test_a_singular_test_of_a_rules_name_is_nothing() -> None:
    singular = to_customers("belongs_to").but(test_metadata=None)
    assert joins(shop(singular, algorithm=Algorithm("test_relationship", Rule(name="belongs_to")))) == []
