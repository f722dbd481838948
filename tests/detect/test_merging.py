"""A pair of endpoints is one relationship, with all that speaks for it."""

from erd.artifacts.manifest import DependsOn
from erd.model import Cardinality, End, Endpoint, Erd, Provenance, Relationship
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    a_constraint,
    a_manifest,
    a_model,
    a_relationships_test,
    a_unique_test,
    declared,
)
from tests.detect.drawing import drawn, joins

ORDERS_TO_CUSTOMERS = "model.shop.orders(id) > model.shop.customers(id)"
CUSTOMERS_TO_ORDERS = "model.shop.customers(id) > model.shop.orders(id)"


def shop(*tests: Identified) -> Erd:
    """Orders and customers, with these tests."""
    return drawn(a_manifest(a_model("orders", declared("id")), a_model("customers", declared("id")), *tests))


def only(erd: Erd) -> Relationship:
    (relationship,) = erd.relationships
    return relationship


def to_customers(name: str) -> Identified:
    return a_relationships_test(ORDERS, "id", CUSTOMERS, "id", name=name)


def to_orders(name: str) -> Identified:
    return a_relationships_test(CUSTOMERS, "id", ORDERS, "id", name=name)


def test_a_relationship_knows_its_ends_and_the_test_that_says_it() -> None:
    assert only(shop(to_customers("a"))) == Relationship(
        child=Endpoint(ORDERS, ("id",)),
        parent=Endpoint(CUSTOMERS, ("id",)),
        cardinality=Cardinality(End.ZERO_OR_MANY, End.ZERO_OR_ONE),
        provenance=(Provenance("test", "test.shop.a"),),
    )


def test_the_same_relationship_twice_is_one_that_both_tests_say() -> None:
    relationship = only(shop(to_customers("b"), to_customers("a")))
    assert relationship.provenance == (Provenance("test", "test.shop.a"), Provenance("test", "test.shop.b"))


def test_the_same_relationship_in_other_spellings_is_one() -> None:
    shouted = a_relationships_test(ORDERS, '"ID"', CUSTOMERS, "Id", name="shouted")
    assert joins(shop(to_customers("a"), shouted)) == [ORDERS_TO_CUSTOMERS]


def test_both_directions_are_one_relationship_that_both_tests_say() -> None:
    relationship = only(shop(to_orders("b"), to_customers("a")))
    assert relationship.provenance == (Provenance("test", "test.shop.a"), Provenance("test", "test.shop.b"))


def test_of_both_directions_the_end_that_is_a_key_is_the_parent() -> None:
    tests = (to_orders("a"), to_customers("b"))
    assert joins(shop(*tests, a_unique_test(CUSTOMERS, "id"))) == [ORDERS_TO_CUSTOMERS]
    assert joins(shop(*tests, a_unique_test(ORDERS, "id"))) == [CUSTOMERS_TO_ORDERS]


def test_of_both_directions_without_a_key_the_first_tests_counts() -> None:
    assert joins(shop(to_orders("a"), to_customers("b"))) == [CUSTOMERS_TO_ORDERS]
    assert joins(shop(to_orders("b"), to_customers("a"))) == [ORDERS_TO_CUSTOMERS]


def test_of_both_directions_between_two_keys_the_first_tests_counts() -> None:
    keys = (a_unique_test(CUSTOMERS, "id"), a_unique_test(ORDERS, "id"))
    assert joins(shop(to_orders("a"), to_customers("b"), *keys)) == [CUSTOMERS_TO_ORDERS]


def test_a_single_direction_stays_though_the_key_is_at_its_child() -> None:
    assert joins(shop(to_customers("a"), a_unique_test(ORDERS, "id"))) == [ORDERS_TO_CUSTOMERS]


def test_a_declared_type_and_label_are_those_of_the_chosen_direction() -> None:
    tests = (
        to_orders("a").but(meta={"relationship_type": "many-to-many", "relationship_label": "wrong way"}),
        to_customers("b"),
        to_customers("c").but(meta={"relationship_type": "one-to-one", "relationship_label": "placed by"}),
        to_customers("d").but(meta={"relationship_type": "zero-to-one", "relationship_label": "bought by"}),
    )
    relationship = only(shop(*tests, a_unique_test(CUSTOMERS, "id")))
    assert relationship.child.table == ORDERS
    assert relationship.cardinality == Cardinality(End.ONE, End.ONE)
    assert relationship.label == "placed by"


def test_a_column_compared_with_itself_is_no_relationship() -> None:
    erd = shop(a_relationships_test(ORDERS, "id", ORDERS, "id").but(depends_on=DependsOn([ORDERS])))
    assert erd.relationships == ()


def test_two_columns_of_one_table_in_both_directions_are_one_relationship() -> None:
    there = a_relationships_test(ORDERS, "replaces_id", ORDERS, "id", name="a")
    back = a_relationships_test(ORDERS, "id", ORDERS, "replaces_id", name="b")
    assert joins(shop(there, back)) == ["model.shop.orders(replaces_id) > model.shop.orders(id)"]


def test_two_relationships_between_the_same_tables_stay_two() -> None:
    billed = a_relationships_test(ORDERS, "billed_to", CUSTOMERS, "id")
    shipped = a_relationships_test(ORDERS, "shipped_to", CUSTOMERS, "id")
    assert joins(shop(billed, shipped)) == [
        "model.shop.orders(billed_to) > model.shop.customers(id)",
        "model.shop.orders(shipped_to) > model.shop.customers(id)",
    ]


def test_relationships_are_sorted_by_child_and_parent() -> None:
    pairs = [("c", "a"), ("b", "a"), ("b", "c")]
    tests = [
        a_relationships_test(f"model.shop.{child}", "x", f"model.shop.{parent}", "y", name=f"test_{number}")
        for number, (child, parent) in enumerate(pairs)
    ]
    erd = drawn(a_manifest(a_model("c"), a_model("a"), a_model("b"), *tests))
    assert joins(erd) == [
        "model.shop.b(x) > model.shop.a(y)",
        "model.shop.b(x) > model.shop.c(y)",
        "model.shop.c(x) > model.shop.a(y)",
    ]


def test_a_composite_key_does_not_make_one_of_its_columns_a_key() -> None:
    composite = a_model("orders", declared("id", "line")).but(constraints=[a_constraint("primary_key", "id", "line")])
    erd = drawn(a_manifest(composite, a_model("customers", declared("id")), to_customers("a")))
    assert only(erd).cardinality.child is End.ZERO_OR_MANY


def test_the_only_column_of_a_primary_key_makes_the_child_one() -> None:
    keyed = a_model("orders", declared("id")).but(constraints=[a_constraint("primary_key", "id")])
    erd = drawn(a_manifest(keyed, a_model("customers", declared("id")), to_customers("a")))
    assert only(erd).cardinality == Cardinality(End.ZERO_OR_ONE, End.ONE)
