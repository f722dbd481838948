"""What `meta` of a `relationships` test decides: whether it is drawn, as what, and with which label."""

import logging

import pytest

from erd.artifacts.manifest import NodeConfig
from erd.model import Cardinality, End, Erd, Relationship
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    a_manifest,
    a_model,
    a_not_null_test,
    a_relationships_test,
    a_unique_test,
)
from tests.detect.drawing import drawn

TYPES = {
    "many-to-one": Cardinality(child=End.ZERO_OR_MANY, parent=End.ONE),
    "zero-to-one": Cardinality(child=End.ZERO_OR_ONE, parent=End.ONE),
    "one-to-one": Cardinality(child=End.ONE, parent=End.ONE),
    "zero-to-many": Cardinality(child=End.ZERO_OR_ONE, parent=End.ONE_OR_MANY),
    "one-to-many": Cardinality(child=End.ONE, parent=End.ONE_OR_MANY),
    "many-to-many": Cardinality(child=End.ONE_OR_MANY, parent=End.ONE_OR_MANY),
}
CODES = {"n1": "many-to-one", "01": "zero-to-one", "11": "one-to-one", "0n": "zero-to-many", "1n": "one-to-many"}
CODES |= {"nn": "many-to-many"}


def shop_with_meta(meta: dict[str, object] | None, config: NodeConfig | None = None) -> Erd:
    """Orders and customers with one relationship between them, of that `meta`."""
    test = a_relationships_test(name="placed_by").but(meta=meta, config=config)
    return drawn(a_manifest(a_model("orders"), a_model("customers"), test))


def relationship_with_meta(meta: dict[str, object] | None, config: NodeConfig | None = None) -> Relationship:
    (only,) = shop_with_meta(meta, config).relationships
    return only


@pytest.mark.parametrize("value", [True, 1, "1", "yes", "true", "True", " on "])
def test_a_test_that_says_so_is_left_out_without_a_warning(value: object, caplog: pytest.LogCaptureFixture) -> None:
    assert shop_with_meta({"ignore_in_erd": value}).relationships == ()
    assert caplog.messages == []


@pytest.mark.parametrize("value", [False, 0, "0", "false", "False", "no", " off ", "", None])
def test_a_test_that_says_no_is_drawn(value: object) -> None:
    assert len(shop_with_meta({"ignore_in_erd": value}).relationships) == 1


def test_a_test_is_left_out_by_the_meta_of_its_configuration_too() -> None:
    assert shop_with_meta(None, NodeConfig(meta={"ignore_in_erd": True})).relationships == ()


def test_a_test_that_is_left_out_adds_no_columns() -> None:
    assert [table.columns for table in shop_with_meta({"ignore_in_erd": True}).tables] == [(), ()]


@pytest.mark.parametrize("meta", [None, {}, {"relationship_type": None, "relationship_label": None}])
def test_without_meta_the_keys_decide_and_there_is_no_label(meta: dict[str, object] | None) -> None:
    relationship = relationship_with_meta(meta)
    assert relationship.cardinality == Cardinality(End.ZERO_OR_MANY, End.ZERO_OR_ONE)
    assert relationship.label == ""


@pytest.mark.parametrize("written", [*TYPES, *CODES, "Many-To-One", " one-to-one "])
def test_a_relationship_type_is_the_cardinality(written: str, caplog: pytest.LogCaptureFixture) -> None:
    plain = written.strip().lower()
    relationship = relationship_with_meta({"relationship_type": written})
    assert relationship.cardinality == TYPES[CODES.get(plain, plain)]
    assert caplog.messages == []


def test_a_relationship_type_in_the_configuration_counts() -> None:
    relationship = relationship_with_meta({}, NodeConfig(meta={"relationship_type": "one-to-one"}))
    assert relationship.cardinality == TYPES["one-to-one"]


def test_a_number_in_yaml_can_be_a_code() -> None:
    assert relationship_with_meta({"relationship_type": 11}).cardinality == TYPES["one-to-one"]


@pytest.mark.parametrize("written", ["several-to-one", 5, ["one-to-one"], True])
def test_an_unknown_relationship_type_is_a_warning_and_the_keys_decide(
    written: object, caplog: pytest.LogCaptureFixture
) -> None:
    relationship = relationship_with_meta({"relationship_type": written})
    assert relationship.cardinality == Cardinality(End.ZERO_OR_MANY, End.ZERO_OR_ONE)
    (warning,) = caplog.records
    assert warning.levelno == logging.WARNING
    assert warning.getMessage() == (
        f"test.shop.placed_by has the relationship_type {str(written)!r}, which is none of {', '.join(TYPES)};"
        " it is derived from the keys instead"
    )


@pytest.mark.parametrize(("written", "label"), [("placed by", "placed by"), (" x ", "x"), (7, "7"), ("", "")])
def test_a_relationship_label_is_the_label(written: object, label: str) -> None:
    assert relationship_with_meta({"relationship_label": written}).label == label


@pytest.mark.parametrize(
    ("unique", "not_null", "cardinality"),
    [
        (False, False, Cardinality(child=End.ZERO_OR_MANY, parent=End.ZERO_OR_ONE)),
        (False, True, Cardinality(child=End.ZERO_OR_MANY, parent=End.ONE)),
        (True, False, Cardinality(child=End.ZERO_OR_ONE, parent=End.ZERO_OR_ONE)),
        (True, True, Cardinality(child=End.ZERO_OR_ONE, parent=End.ONE)),
    ],
)
def test_cardinality_comes_from_what_is_proven_of_the_childs_column(
    unique: bool, not_null: bool, cardinality: Cardinality
) -> None:
    tests = [a_unique_test(ORDERS, "customer_id")] * unique + [a_not_null_test(ORDERS, "customer_id")] * not_null
    models = (a_model("orders"), a_model("customers"))
    (relationship,) = drawn(a_manifest(*models, a_relationships_test(), *tests)).relationships
    assert relationship.cardinality == cardinality


def test_what_is_proven_of_the_parents_column_says_nothing_of_the_child() -> None:
    tests = (a_unique_test(CUSTOMERS, "id"), a_not_null_test(CUSTOMERS, "id"))
    models = (a_model("orders"), a_model("customers"))
    (relationship,) = drawn(a_manifest(*models, a_relationships_test(), *tests)).relationships
    assert relationship.cardinality == Cardinality(child=End.ZERO_OR_MANY, parent=End.ZERO_OR_ONE)


def test_a_key_that_a_part_of_the_rows_proves_leaves_the_child_many() -> None:
    tests = (a_unique_test(ORDERS, "customer_id", where="active"),)
    models = (a_model("orders"), a_model("customers"))
    (relationship,) = drawn(a_manifest(*models, a_relationships_test(), *tests)).relationships
    assert relationship.cardinality.child is End.ZERO_OR_MANY
