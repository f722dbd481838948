"""Foreign entities of semantic models join the entities of their name."""

import msgspec
import pytest

from erd.artifacts.manifest import Entity, NodeConfig
from erd.checks import Algorithm
from erd.model import SEMANTIC, Cardinality, End, Erd, Provenance
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Semantic,
    a_constraint,
    a_manifest,
    a_model,
    a_relationships_test,
    a_semantic_model,
    an_entity,
    declared,
)
from tests.detect.drawing import drawn, joins

TO_CUSTOMERS = "model.shop.orders(customer_id) > model.shop.customers(id)"
BUYER = an_entity("customer", expr="customer_id")


def shop(*models: Semantic) -> Erd:
    """Orders and customers, with these semantic models."""
    return drawn(
        a_manifest(
            a_model("orders", declared("order_id", "customer_id", "customer")),
            a_model("customers", declared("id", "customer", "email")),
            *models,
        )
    )


def of_orders(*entities: Entity) -> Semantic:
    return a_semantic_model("orders", ORDERS, *entities)


@pytest.mark.parametrize("kind", ["primary", "unique", "natural", "PRIMARY"])
def test_a_foreign_entity_joins_the_entity_of_its_name(kind: str) -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", kind, "id"))
    assert joins(shop(of_orders(BUYER), people)) == [TO_CUSTOMERS]


def test_without_an_expression_the_column_is_called_as_the_entity() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary"))
    assert joins(shop(of_orders(an_entity("customer")), people)) == [
        "model.shop.orders(customer) > model.shop.customers(customer)"
    ]


def test_a_primary_entity_without_a_column_is_the_tables_key() -> None:
    keyed = a_model("customers", declared("id", "email")).but(constraints=[a_constraint("primary_key", "id")])
    people = a_semantic_model("people", CUSTOMERS, primary_entity="customer")
    erd = drawn(a_manifest(a_model("orders", declared("customer_id")), keyed, of_orders(BUYER), people))
    assert joins(erd) == [TO_CUSTOMERS]


@pytest.mark.parametrize(
    ("foreign", "primary", "warning"),
    [
        (
            an_entity("customer", expr="lower(customer_id)"),
            an_entity("customer", "primary", "id"),
            "is no single column, so only its tables are joined",
        ),
        (
            BUYER,
            an_entity("customer", "primary", "id || '-' || email"),
            "is no single column in semantic_model.shop.people, so only its tables are joined",
        ),
    ],
)
def test_an_entity_that_is_no_single_column_joins_the_tables_only_and_says_so(
    foreign: Entity, primary: Entity, warning: str, caplog: pytest.LogCaptureFixture
) -> None:
    people = a_semantic_model("people", CUSTOMERS, primary)
    assert joins(shop(of_orders(foreign), people)) == ["model.shop.orders() > model.shop.customers()"]
    assert caplog.messages == [f"The entity customer of semantic_model.shop.orders {warning}"]


def test_an_expression_that_nobody_has_is_one_warning_and_no_line(caplog: pytest.LogCaptureFixture) -> None:
    assert joins(shop(of_orders(an_entity("customer", expr="lower(customer_id)")))) == []
    assert len(caplog.messages) == 1


def test_an_entity_whose_other_tables_are_left_out_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    archive = a_semantic_model("archive", ORDERS, an_entity("customer", "primary", "order_id"))
    ignored = archive._replace(model=msgspec.structs.replace(archive.model, meta={"ignore_in_erd": True}))
    assert joins(shop(of_orders(BUYER), people, ignored)) == [TO_CUSTOMERS]
    assert caplog.messages == []


def test_a_column_that_the_table_does_not_have_joins_the_tables_only(caplog: pytest.LogCaptureFixture) -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "lost"))
    erd = shop(of_orders(BUYER), people)
    assert joins(erd) == ["model.shop.orders() > model.shop.customers()"]
    assert [column.name for table in erd.tables for column in table.columns if column.name == "lost"] == []
    (warning,) = caplog.messages
    assert warning == (
        "The entity customer of semantic_model.shop.orders joins model.shop.orders with model.shop.customers on columns"
        " that are not known there, so only the tables are joined"
    )


def test_where_no_columns_are_known_at_all_an_entity_is_believed() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    assert joins(drawn(a_manifest(a_model("orders"), a_model("customers"), of_orders(BUYER), people))) == [TO_CUSTOMERS]


def test_an_entity_that_nobody_has_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert joins(shop(of_orders(BUYER))) == []
    assert caplog.messages == [
        "The entity customer of semantic_model.shop.orders is not drawn: no semantic model has it as its own"
    ]


def test_an_entity_that_several_tables_have_joins_them_all_and_says_so(caplog: pytest.LogCaptureFixture) -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    archive = a_semantic_model("archive", "model.shop.archive", an_entity("customer", "primary", "id"))
    manifest = a_manifest(
        a_model("orders", declared("customer_id")),
        a_model("customers", declared("id")),
        a_model("archive", declared("id")),
        *(of_orders(BUYER), people, archive),
    )
    assert joins(drawn(manifest)) == ["model.shop.orders(customer_id) > model.shop.archive(id)", TO_CUSTOMERS]
    (warning,) = caplog.messages
    assert warning == (
        "The entity customer of semantic_model.shop.orders joins several tables: model.shop.archive,"
        " model.shop.customers"
    )


def test_of_a_primary_and_a_unique_entity_the_primary_is_joined() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    also = a_semantic_model("also", ORDERS, an_entity("customer", "unique", "order_id"))
    assert joins(shop(of_orders(BUYER), people, also)) == [TO_CUSTOMERS]


def test_a_semantic_model_whose_table_is_gone_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert joins(shop(a_semantic_model("lost", "model.shop.gone", BUYER))) == []
    assert caplog.messages == ["semantic_model.shop.lost is not drawn: its model is not in the manifest"]


def test_what_speaks_for_it_is_the_semantic_model_and_the_entity() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    (one,) = shop(of_orders(BUYER), people).relationships
    assert one.provenance == (Provenance(SEMANTIC, "semantic_model.shop.orders", "customer"),)


def test_the_primary_sides_meta_says_the_type() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    config = NodeConfig(meta={"relationship_type": "one-to-one"})
    typed = people._replace(model=msgspec.structs.replace(people.model, config=config))
    (one,) = shop(of_orders(BUYER), typed).relationships
    assert one.cardinality == Cardinality(End.ONE, End.ONE)


def test_the_algorithm_semantic_draws_semantic_models_only() -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    test = a_relationships_test(ORDERS, "customer", CUSTOMERS, "email")
    manifest = a_manifest(
        a_model("orders", declared("customer_id", "customer")),
        a_model("customers", declared("id", "email")),
        *(of_orders(BUYER), people, test),
    )
    assert joins(drawn(manifest, algorithm=Algorithm("semantic"))) == [TO_CUSTOMERS]
    assert len(drawn(manifest).relationships) == 2


@pytest.mark.parametrize("models", [None, {}])
def test_a_manifest_without_semantic_models_has_none(models: None) -> None:
    manifest = msgspec.structs.replace(a_manifest(a_model("orders")), semantic_models=models)
    assert joins(drawn(manifest, algorithm=Algorithm("semantic"))) == []
