"""Keys come from constraints, and from tests that hold for all rows."""

from typing import Any

import pytest

from erd.artifacts.manifest import Constraint, DeclaredColumn, NodeConfig
from erd.model import Table
from tests.builders import (
    ORDERS,
    Identified,
    a_catalog,
    a_constraint,
    a_manifest,
    a_model,
    a_not_null_test,
    a_relationships_test,
    a_unique_test,
    declared,
    observed,
)
from tests.detect.drawing import drawn, table_of

COLUMNS = ("id", "code", "total", "placed_at")


def orders_with(*tests: Identified, model: Identified | None = None) -> Table:
    """The table of a model with four columns and these tests."""
    manifest = a_manifest(model or a_model("orders"), *tests)
    return table_of(drawn(manifest, a_catalog({ORDERS: observed(*COLUMNS)})), ORDERS)


def orders_constrained(*constraints: Constraint, **on_columns: Constraint) -> Table:
    """The table of a model with four columns and these constraints, on the model or on one of its columns."""
    columns = {name: DeclaredColumn(constraints=[constraint]) for name, constraint in on_columns.items()}
    return orders_with(model=a_model("orders", columns).but(constraints=list(constraints)))


def not_null_of(table: Table) -> list[str]:
    return [column.name for column in table.columns if column.not_null]


def test_without_tests_and_constraints_there_are_no_keys() -> None:
    table = orders_with()
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == ((), (), [])


def test_a_column_that_is_unique_and_not_null_is_the_primary_key() -> None:
    table = orders_with(a_unique_test(), a_not_null_test())
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == (("id",), (), ["id"])


def test_a_column_that_is_unique_only_is_a_unique_key() -> None:
    table = orders_with(a_unique_test())
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == ((), (("id",),), [])


def test_a_column_that_is_not_null_only_is_no_key() -> None:
    table = orders_with(a_not_null_test(ORDERS, "total"))
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == ((), (), ["total"])


def test_unique_on_one_column_and_not_null_on_another_prove_no_primary_key() -> None:
    table = orders_with(a_unique_test(ORDERS, "id"), a_not_null_test(ORDERS, "code"))
    assert (table.primary_key, table.unique_keys) == ((), (("id",),))


def test_of_several_proven_columns_the_first_in_the_table_is_the_primary_key() -> None:
    table = orders_with(
        a_unique_test(ORDERS, "code"), a_not_null_test(ORDERS, "code"), a_unique_test(), a_not_null_test()
    )
    assert (table.primary_key, table.unique_keys) == (("id",), (("code",),))


def test_several_unique_columns_are_sorted_each_a_key_of_its_own() -> None:
    table = orders_with(a_unique_test(ORDERS, "placed_at"), a_unique_test(ORDERS, "code"))
    assert table.unique_keys == (("code",), ("placed_at",))


def test_a_test_with_where_proves_no_key() -> None:
    table = orders_with(a_unique_test(where="not deleted"), a_not_null_test(where="not deleted"))
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == ((), (), [])


def test_a_disabled_test_proves_no_key() -> None:
    assert orders_with(a_unique_test().but(config=NodeConfig(enabled=False))).unique_keys == ()


def test_an_enabled_test_proves_a_key() -> None:
    assert orders_with(a_unique_test().but(config=NodeConfig(enabled=True))).unique_keys == (("id",),)


@pytest.mark.parametrize("where", [None, ""])
def test_an_empty_where_is_none(where: str | None) -> None:
    assert orders_with(a_unique_test(where=where)).unique_keys == (("id",),)


def test_the_same_test_twice_is_one_key() -> None:
    again = a_unique_test()._replace(unique_id="test.shop.unique_again")
    assert orders_with(a_unique_test(), again).unique_keys == (("id",),)


@pytest.mark.parametrize("written", ["ID", "Id", '"id"', "`id`", "[id]", ' "id" '])
def test_a_tests_column_is_found_whatever_its_case_and_quotes(written: str) -> None:
    assert orders_with(a_unique_test(ORDERS, written), a_not_null_test(ORDERS, written)).primary_key == ("id",)


def test_a_column_that_nobody_knows_is_no_key() -> None:
    table = orders_with(a_unique_test(ORDERS, "lost"), a_not_null_test(ORDERS, "lost"))
    assert (table.primary_key, table.unique_keys) == ((), ())
    assert [column.name for column in table.columns] == list(COLUMNS)


def test_an_expression_is_no_key() -> None:
    assert orders_with(a_unique_test(ORDERS, "id || '-' || code")).unique_keys == ()


def test_a_column_that_a_relationship_names_can_be_a_key() -> None:
    manifest = a_manifest(
        a_model("orders"), a_model("customers"), a_relationships_test(), a_unique_test(column="customer_id")
    )
    assert table_of(drawn(manifest), ORDERS).unique_keys == (("customer_id",),)


def test_tests_of_another_table_say_nothing_here() -> None:
    manifest = a_manifest(
        a_model("orders", declared("id")), a_model("customers", declared("id")), a_unique_test("model.shop.customers")
    )
    assert table_of(drawn(manifest), ORDERS).unique_keys == ()


def test_a_source_has_keys_though_its_tests_are_attached_to_no_node() -> None:
    source = Identified("source.shop.raw.orders", a_model("orders", declared("id")).node)
    manifest = a_manifest(source, a_unique_test(source.unique_id), a_not_null_test(source.unique_id))
    assert table_of(drawn(manifest), source.unique_id).primary_key == ("id",)


def test_the_column_may_stand_among_the_arguments_only() -> None:
    assert orders_with(a_unique_test().but(column_name=None)).unique_keys == (("id",),)


@pytest.mark.parametrize("arguments", [None, {}, {"column_name": None}, {"column_name": [7]}])
def test_a_test_that_names_no_column_is_no_key(arguments: dict[str, Any] | None) -> None:
    bare = a_unique_test().but(column_name=None).with_arguments(arguments)
    assert orders_with(bare).unique_keys == ()


def test_a_singular_test_whose_name_sounds_generic_is_nothing() -> None:
    singular = a_unique_test().but(test_metadata=None)
    assert orders_with(singular).unique_keys == ()


@pytest.mark.parametrize("kind", ["primary_key", "PRIMARY_KEY"])
def test_a_primary_key_constraint_on_a_column_is_the_primary_key(kind: str) -> None:
    table = orders_constrained(code=a_constraint(kind))
    assert (table.primary_key, not_null_of(table)) == (("code",), ["code"])


def test_a_primary_key_constraint_on_the_model_keeps_its_order() -> None:
    table = orders_constrained(a_constraint("primary_key", "code", "id"))
    assert (table.primary_key, table.unique_keys) == (("code", "id"), ())
    assert not_null_of(table) == ["id", "code"]


def test_a_constraint_comes_before_what_tests_prove() -> None:
    model = a_model("orders").but(constraints=[a_constraint("primary_key", "code")])
    table = orders_with(a_unique_test(), a_not_null_test(), model=model)
    assert (table.primary_key, table.unique_keys) == (("code",), (("id",),))


def test_a_unique_test_on_the_primary_key_is_not_repeated() -> None:
    model = a_model("orders").but(constraints=[a_constraint("primary_key", "id")])
    assert orders_with(a_unique_test(), model=model).unique_keys == ()


def test_unique_constraints_are_unique_keys_on_columns_and_on_models() -> None:
    table = orders_constrained(a_constraint("unique", "total", "placed_at"), code=a_constraint("unique"))
    assert table.unique_keys == (("code",), ("total", "placed_at"))


def test_a_composite_unique_constraint_in_another_order_is_the_primary_key_again() -> None:
    table = orders_constrained(a_constraint("primary_key", "id", "code"), a_constraint("unique", "code", "id"))
    assert (table.primary_key, table.unique_keys) == (("id", "code"), ())


def test_not_null_constraints_mark_columns() -> None:
    table = orders_constrained(a_constraint("not_null", "id", "code"), total=a_constraint("not_null"))
    assert not_null_of(table) == ["id", "code", "total"]


def test_unique_and_not_null_constraints_prove_a_primary_key_as_tests_do() -> None:
    column = DeclaredColumn(constraints=[a_constraint("unique"), a_constraint("not_null")])
    assert orders_with(model=a_model("orders", {"id": column})).primary_key == ("id",)


def test_a_constraint_finds_its_columns_but_for_case_and_quotes() -> None:
    assert orders_constrained(a_constraint("primary_key", '"ID"', "CODE")).primary_key == ("id", "code")


def test_a_composite_key_with_a_column_that_nobody_knows_is_left_out_whole() -> None:
    table = orders_constrained(a_constraint("primary_key", "id", "lost"))
    assert (table.primary_key, not_null_of(table)) == ((), [])


@pytest.mark.parametrize("constraint", [Constraint(), Constraint("primary_key"), Constraint("primary_key", [])])
def test_a_constraint_of_the_model_without_columns_is_no_key(constraint: Constraint) -> None:
    assert orders_constrained(constraint).primary_key == ()


@pytest.mark.parametrize("kind", ["check", "foreign_key", "custom"])
def test_other_constraints_are_no_keys(kind: str) -> None:
    table = orders_constrained(a_constraint(kind, "id"))
    assert (table.primary_key, table.unique_keys, not_null_of(table)) == ((), (), [])


def test_of_several_columns_that_a_constraint_calls_not_null_each_is_though_another_is_not_known() -> None:
    assert not_null_of(orders_constrained(a_constraint("not_null", "id", "total"))) == ["id", "total"]
    assert not_null_of(orders_constrained(a_constraint("not_null", "id", "lost"))) == ["id"]
