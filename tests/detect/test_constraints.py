"""Foreign keys of model contracts are relationships, however dbt wrote down what they refer to."""

import logging

import pytest

from erd.artifacts.manifest import Constraint, DeclaredColumn
from erd.checks import Algorithm
from erd.model import CONSTRAINT, Cardinality, End, Erd, Provenance
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    a_constraint,
    a_foreign_key,
    a_manifest,
    a_model,
    a_relationships_test,
    a_source,
    declared,
)
from tests.detect.drawing import drawn, joins

TO_CUSTOMERS = "model.shop.orders(customer_id) > model.shop.customers(id)"
BY_CONTRACT = Algorithm("model_contract")


def shop(*constraints: Constraint, on_column: Constraint | None = None, others: tuple[Identified, ...] = ()) -> Erd:
    """Orders with these constraints, customers, and others."""
    column = DeclaredColumn(constraints=[on_column] if on_column else [])
    orders = a_model("orders", {"customer_id": column, **declared("shop", "number")}).but(constraints=[*constraints])
    customers = a_model("customers", declared("id", "shop", "number"))
    return drawn(a_manifest(orders, customers, *others))


@pytest.mark.parametrize(
    "to",
    [
        "ref('customers')",
        'ref("shop", "customers")',
        '"dev"."main"."customers"',
        "dev.main.customers",
        "`dev`.`main`.`customers`",
        "`dev.main.customers`",
        "[dev].[main].[customers]",
        "DEV.MAIN.CUSTOMERS",
        "main.customers",
        "customers",
        # Deferred: the relation is production's.
        '"prod"."analytics"."customers"',
    ],
)
def test_a_foreign_key_finds_its_parent_as_dbt_writes_it(to: str) -> None:
    assert joins(shop(a_foreign_key("customer_id", to))) == [TO_CUSTOMERS]
    assert joins(shop(on_column=a_foreign_key((), to))) == [TO_CUSTOMERS]


@pytest.mark.parametrize(
    "expression",
    [
        "main.customers (id)",
        "references main.customers (id)",
        'REFERENCES "dev"."main"."customers"("id") ON DELETE CASCADE',
        "references {{ ref('customers') }} (id)",
        "ref('customers') (id)",
        "`my-project.main.customers` (id)",
    ],
)
def test_before_dbt_1_9_the_expression_says_it(expression: str) -> None:
    assert joins(shop(a_foreign_key("customer_id", None, None, expression=expression))) == [TO_CUSTOMERS]


def test_a_source_can_be_the_parent() -> None:
    erd = shop(a_foreign_key("customer_id", "source('raw', 'people')"), others=(a_source("raw", "people"),))
    assert joins(erd) == ["model.shop.orders(customer_id) > source.shop.raw.people(id)"]


def test_of_a_model_and_a_source_on_one_relation_the_model_is_the_parent() -> None:
    source = a_source("main", "customers").but(database="dev")
    assert joins(shop(a_foreign_key("customer_id", "dev.main.customers"), others=(source,))) == [TO_CUSTOMERS]


def test_a_bare_reference_to_a_versioned_model_means_its_latest_version() -> None:
    orders = a_model("orders", declared("c")).but(constraints=[a_foreign_key("c")])
    versions = [a_model("customers", declared("id"), version=one).but(latest_version=2) for one in ("1", "2")]
    assert joins(drawn(a_manifest(orders, *versions))) == ["model.shop.orders(c) > model.shop.customers.v2(id)"]


def test_a_composite_foreign_key_is_one_relationship_paired_by_position() -> None:
    erd = shop(a_foreign_key(("shop", "number"), "ref('customers')", ("number", "shop")))
    assert joins(erd) == ["model.shop.orders(shop, number) > model.shop.customers(number, shop)"]


def test_without_columns_of_the_parent_its_primary_key_is_meant() -> None:
    orders = a_model("orders", declared("buyer")).but(constraints=[a_foreign_key("buyer", to_columns=None)])
    customers = a_model("customers", declared("code", "buyer")).but(constraints=[a_constraint("primary_key", "code")])
    assert joins(drawn(a_manifest(orders, customers))) == ["model.shop.orders(buyer) > model.shop.customers(code)"]


def test_without_columns_and_key_of_the_parent_those_of_the_same_names_are_meant() -> None:
    erd = shop(a_foreign_key(("shop", "number"), to_columns=()))
    assert joins(erd) == ["model.shop.orders(shop, number) > model.shop.customers(shop, number)"]


def test_columns_that_cannot_be_paired_join_the_tables_only(caplog: pytest.LogCaptureFixture) -> None:
    erd = shop(a_foreign_key(("shop", "number"), to_columns=("id",), name="fk"))
    assert joins(erd) == ["model.shop.orders() > model.shop.customers()"]
    assert caplog.messages == [
        "The foreign key fk of model.shop.orders compares 2 column(s) with 1, so only its tables are joined"
    ]


@pytest.mark.parametrize(
    ("constraint", "reason"),
    [
        (a_foreign_key("customer_id", None, None), "it does not say what it refers to"),
        (a_foreign_key("customer_id", None, None, expression="((("), "it does not say what it refers to"),
        (a_foreign_key("customer_id", "ref('gone')"), "it refers to ref('gone'), which is no table of the manifest"),
        (a_foreign_key("customer_id", "a.b.gone"), "it refers to a.b.gone, which is no table of the manifest"),
    ],
)
def test_what_cannot_be_understood_is_a_warning_with_the_node(
    constraint: Constraint, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    assert joins(shop(constraint)) == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.messages == [f"The foreign key customer_id of model.shop.orders is not drawn: {reason}"]


def test_two_tables_of_that_name_are_no_clear_parent(caplog: pytest.LogCaptureFixture) -> None:
    twins = tuple(a_model("customers", package=package).but(schema=package) for package in ("a", "b"))
    orders = a_model("orders").but(constraints=[a_foreign_key("c", "customers")])
    assert joins(drawn(a_manifest(orders, *twins))) == []
    assert "which is no table of the manifest" in caplog.text


def test_the_contract_and_the_constraints_name_are_what_speaks_for_it() -> None:
    (one,) = shop(a_foreign_key("customer_id", name="fk_buyer")).relationships
    assert one.provenance == (Provenance(CONSTRAINT, ORDERS, "fk_buyer"),)
    assert one.state is None


def test_meta_of_the_model_says_type_and_label_by_the_constraints_name() -> None:
    meta = {"relationship_types": {"fk": "one-to-one"}, "relationship_labels": {"fk": "bought by"}}
    orders = a_model("orders", declared("c")).but(constraints=[a_foreign_key("c", name="fk")], meta=meta)
    (one,) = drawn(a_manifest(orders, a_model("customers", declared("id")))).relationships
    assert (one.cardinality, one.label) == (Cardinality(End.ONE, End.ONE), "bought by")


def test_meta_of_the_column_says_the_type() -> None:
    column = DeclaredColumn(constraints=[a_foreign_key()], meta={"relationship_type": "zero-to-one"})
    manifest = a_manifest(a_model("orders", {"c": column}), a_model("customers", declared("id")))
    (one,) = drawn(manifest).relationships
    assert one.cardinality == Cardinality(End.ZERO_OR_ONE, End.ONE)


def test_a_column_can_be_left_out_by_its_meta() -> None:
    column = DeclaredColumn(constraints=[a_foreign_key()], meta={"ignore_in_erd": True})
    assert joins(drawn(a_manifest(a_model("orders", {"c": column}), a_model("customers", declared("id"))))) == []


def test_the_algorithm_model_contract_draws_contracts_only() -> None:
    test = a_relationships_test(ORDERS, "shop", CUSTOMERS, "shop")
    orders = a_model("orders", declared("customer_id", "shop")).but(constraints=[a_foreign_key("customer_id")])
    manifest = a_manifest(orders, a_model("customers", declared("id", "shop")), test)
    assert joins(drawn(manifest, algorithm=BY_CONTRACT)) == [TO_CUSTOMERS]
    assert len(drawn(manifest).relationships) == 2
    assert joins(drawn(manifest, algorithm=Algorithm("test_relationship"))) == [
        "model.shop.orders(shop) > model.shop.customers(shop)"
    ]
