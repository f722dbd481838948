"""A pair of endpoints is one relationship, with all that speaks for it."""

from erd.artifacts.manifest import Constraint, DependsOn
from erd.model import CONSTRAINT, SEMANTIC, TEST, Cardinality, End, Endpoint, Erd, Provenance, Relationship
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    a_constraint,
    a_foreign_key,
    a_manifest,
    a_model,
    a_relationships_test,
    a_semantic_model,
    a_unique_test,
    an_entity,
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


def two_columns(*constraints: Constraint, tests: tuple[Identified, ...] = (), customers: Identified) -> Erd:
    """Orders of a shop and number with these constraints, and customers."""
    orders = a_model("orders", declared("shop", "number")).but(constraints=[*constraints])
    return drawn(a_manifest(orders, customers, *tests))


CUSTOMERS_OF_A_SHOP = a_model("customers", declared("shop", "number"))


def test_composite_keys_in_another_order_are_one_relationship() -> None:
    there = a_foreign_key(("shop", "number"), to_columns=("shop", "number"), name="a")
    again = a_foreign_key(("number", "shop"), to_columns=("number", "shop"), name="b")
    (one,) = two_columns(there, again, customers=CUSTOMERS_OF_A_SHOP).relationships
    assert [said.name for said in one.provenance] == ["a", "b"]
    assert one.child.columns == ("shop", "number")


def test_composite_keys_that_join_other_columns_are_two_relationships() -> None:
    there = a_foreign_key(("shop", "number"), to_columns=("shop", "number"), name="a")
    crossed = a_foreign_key(("shop", "number"), to_columns=("number", "shop"), name="b")
    assert len(two_columns(there, crossed, customers=CUSTOMERS_OF_A_SHOP).relationships) == 2


def test_a_column_named_twice_in_a_key_is_named_once() -> None:
    twice = a_foreign_key(("shop", "shop"), to_columns=("shop", "shop"))
    (one,) = two_columns(twice, customers=CUSTOMERS_OF_A_SHOP).relationships
    assert (one.child.columns, one.parent.columns) == (("shop",), ("shop",))


def test_a_constraint_a_test_and_a_semantic_model_are_one_relationship_that_all_three_say() -> None:
    orders = a_model("orders", declared("id")).but(constraints=[a_foreign_key("id", name="fk")])
    semantic = (
        a_semantic_model("orders", ORDERS, an_entity("buyer", expr="id")),
        a_semantic_model("customers", CUSTOMERS, an_entity("buyer", "primary", "id")),
    )
    erd = drawn(a_manifest(orders, a_model("customers", declared("id")), to_customers("a"), *semantic))
    assert [said.kind for said in only(erd).provenance] == [CONSTRAINT, SEMANTIC, TEST]


def test_a_constraint_says_the_direction_where_no_key_does() -> None:
    customers = a_model("customers", declared("id")).but(constraints=[a_foreign_key("id", "ref('orders')")])
    erd = drawn(a_manifest(a_model("orders", declared("id")), customers, to_customers("a")))
    assert joins(erd) == [CUSTOMERS_TO_ORDERS]


def test_a_key_says_the_direction_against_a_constraint() -> None:
    keyed = [a_constraint("primary_key", "id"), a_foreign_key("id", "ref('orders')")]
    customers = a_model("customers", declared("id")).but(constraints=keyed)
    erd = drawn(a_manifest(a_model("orders", declared("id")), customers, to_customers("a")))
    assert joins(erd) == [ORDERS_TO_CUSTOMERS]


def test_a_constraints_type_comes_before_a_tests() -> None:
    meta = {"relationship_type": "one-to-one"}
    orders = a_model("orders", declared("id")).but(constraints=[a_foreign_key("id")], meta=meta)
    test = to_customers("a").but(meta={"relationship_type": "many-to-many"})
    erd = drawn(a_manifest(orders, a_model("customers", declared("id")), test))
    assert only(erd).cardinality == Cardinality(End.ONE, End.ONE)


def test_a_composite_child_that_is_unique_together_is_one() -> None:
    orders = a_model("orders", declared("shop", "number")).but(
        constraints=[a_constraint("unique", "number", "shop"), a_foreign_key(("shop", "number"), to_columns=())]
    )
    (one,) = drawn(a_manifest(orders, CUSTOMERS_OF_A_SHOP)).relationships
    assert one.cardinality.child is End.ZERO_OR_ONE


def test_tables_that_are_joined_without_columns_are_joined_once() -> None:
    bare = [to_customers(name).but(column_name=None).with_arguments({"to": "ref('customers')"}) for name in "ab"]
    (one,) = shop(*bare).relationships
    assert (one.child, one.parent) == (Endpoint(ORDERS, ()), Endpoint(CUSTOMERS, ()))
    assert len(one.provenance) == 2


def bare_to_customers(name: str) -> Identified:
    """A test that does not say which columns it compares."""
    return to_customers(name).but(column_name=None).with_arguments({"to": "ref('customers')"})


def test_a_claim_without_columns_is_left_out_beside_one_that_names_them() -> None:
    relationship = only(shop(bare_to_customers("a"), to_customers("b")))
    assert relationship.child == Endpoint(ORDERS, ("id",))
    assert [said.node for said in relationship.provenance] == ["test.shop.b"]


def test_a_claim_without_columns_is_left_out_beside_several_that_name_some() -> None:
    billed = a_relationships_test(ORDERS, "billed_to", CUSTOMERS, "id")
    shipped = a_relationships_test(ORDERS, "shipped_to", CUSTOMERS, "id")
    assert len(shop(bare_to_customers("a"), billed, shipped).relationships) == 2


def test_a_claim_without_columns_stays_beside_the_other_direction() -> None:
    assert joins(shop(bare_to_customers("a"), to_orders("b"))) == [
        "model.shop.customers(id) > model.shop.orders(id)",
        "model.shop.orders() > model.shop.customers()",
    ]


def test_a_claim_without_columns_between_other_tables_stays() -> None:
    other = a_relationships_test("model.shop.items", "order_id", ORDERS, "id")
    erd = drawn(a_manifest(a_model("orders"), a_model("customers"), a_model("items"), bare_to_customers("a"), other))
    assert joins(erd) == [
        "model.shop.items(order_id) > model.shop.orders(id)",
        "model.shop.orders() > model.shop.customers()",
    ]
