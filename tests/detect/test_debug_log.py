"""`--debug` lists each relationship that was considered, with what became of it: the issue's "why is it not drawn?"."""

import logging

import msgspec
import pytest

from erd.artifacts.manifest import NodeConfig
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    Semantic,
    a_foreign_key,
    a_generic_test,
    a_manifest,
    a_model,
    a_not_null_test,
    a_relationships_test,
    a_semantic_model,
    a_unique_test,
    an_entity,
    declared,
)
from tests.detect.drawing import drawn

JOINED = f"{ORDERS} (customer_id) to {CUSTOMERS} (id)"
TO_CUSTOMERS = a_relationships_test(ORDERS, "customer_id", CUSTOMERS, "id", name="a")


@pytest.fixture(autouse=True)
def everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    """As with `--debug`."""
    caplog.set_level(logging.DEBUG, logger="erd")


def draw(*more: Identified | Semantic, wanted: tuple[str, ...] = (ORDERS, CUSTOMERS)) -> None:
    """Draw orders and customers, with what else is given."""
    orders, customers = a_model("orders", declared("id", "customer_id")), a_model("customers", declared("id"))
    drawn(a_manifest(orders, customers, *more), wanted=wanted)


def test_a_relationship_that_is_drawn(caplog: pytest.LogCaptureFixture) -> None:
    draw(TO_CUSTOMERS)
    assert caplog.messages == [f"test.shop.a: {JOINED} is drawn"]


def test_a_foreign_key_and_an_entity_are_called_by_their_names(caplog: pytest.LogCaptureFixture) -> None:
    keyed = a_model("lines", declared("customer_id")).but(constraints=[a_foreign_key("customer_id", name="fk_buyer")])
    orders = a_semantic_model("orders", ORDERS, an_entity("customer", expr="customer_id"))
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    draw(keyed, orders, people, wanted=(ORDERS, CUSTOMERS, "model.shop.lines"))
    assert caplog.messages == [
        f"The foreign key fk_buyer of model.shop.lines: model.shop.lines (customer_id) to {CUSTOMERS} (id) is drawn",
        f"The entity customer of semantic_model.shop.orders: {JOINED} is drawn",
    ]


def test_what_is_said_twice_is_drawn_once(caplog: pytest.LogCaptureFixture) -> None:
    draw(a_relationships_test(ORDERS, "customer_id", CUSTOMERS, "id", name="b"), TO_CUSTOMERS)
    assert caplog.messages == [
        f"test.shop.a: {JOINED} is drawn",
        f"test.shop.b: {JOINED} is drawn once: test.shop.a says the same",
    ]


def test_of_both_directions_one_is_drawn(caplog: pytest.LogCaptureFixture) -> None:
    draw(TO_CUSTOMERS, a_relationships_test(CUSTOMERS, "id", ORDERS, "customer_id", name="b"))
    assert caplog.messages == [
        f"test.shop.a: {JOINED} is drawn",
        f"test.shop.b: {CUSTOMERS} (id) to {ORDERS} (customer_id) is drawn the other way round, as by test.shop.a",
    ]


def test_a_table_that_is_not_selected(caplog: pytest.LogCaptureFixture) -> None:
    draw(TO_CUSTOMERS, wanted=(ORDERS,))
    assert caplog.messages == [f"test.shop.a: {JOINED} is not drawn: {CUSTOMERS} is not selected"]


def test_a_column_compared_with_itself(caplog: pytest.LogCaptureFixture) -> None:
    draw(a_relationships_test(ORDERS, "id", ORDERS, "id", name="a"))
    assert caplog.messages == [f"test.shop.a: {ORDERS} (id) to {ORDERS} (id) is not drawn: it joins a column to itself"]


def test_tables_that_another_joins_on_columns(caplog: pytest.LogCaptureFixture) -> None:
    draw(TO_CUSTOMERS, a_generic_test("relationships", ORDERS, {}, CUSTOMERS, name="bare"))
    assert caplog.messages == [
        "test.shop.bare does not say which columns it compares, so only its tables are joined",
        f"test.shop.bare: {ORDERS} to {CUSTOMERS} is not drawn: another joins these tables on columns",
        f"test.shop.a: {JOINED} is drawn",
    ]


@pytest.mark.parametrize(
    ("left_out", "why"),
    [
        (TO_CUSTOMERS.but(config=NodeConfig(enabled=False)), "test.shop.a is not drawn: it is disabled"),
        (TO_CUSTOMERS.but(meta={"ignore_in_erd": True}), "test.shop.a is not drawn: its meta says ignore_in_erd"),
    ],
)
def test_a_test_that_is_left_out(left_out: Identified, why: str, caplog: pytest.LogCaptureFixture) -> None:
    draw(left_out)
    assert caplog.messages == [why]


def test_an_entity_that_is_left_out(caplog: pytest.LogCaptureFixture) -> None:
    people = a_semantic_model("people", CUSTOMERS, an_entity("customer", "primary", "id"))
    ignored = people._replace(model=msgspec.structs.replace(people.model, meta={"ignore_in_erd": True}))
    draw(a_semantic_model("orders", ORDERS, an_entity("customer", expr="customer_id")), ignored)
    (line,) = caplog.messages
    assert line == (
        "The entity customer of semantic_model.shop.orders is not drawn:"
        " the meta of semantic_model.shop.people says ignore_in_erd"
    )


def test_tests_that_say_nothing_of_relationships_are_listed_only_where_they_might_have_made_a_key(
    caplog: pytest.LogCaptureFixture,
) -> None:
    partial = a_unique_test(ORDERS, "id", where="id > 3")
    disabled = a_not_null_test(ORDERS, "id").but(config=NodeConfig(enabled=False))
    other = a_generic_test("accepted_values", ORDERS, {"column_name": "id"}).but(config=NodeConfig(enabled=False))
    draw(partial, disabled, other)
    assert caplog.messages == [
        f"{partial.unique_id} proves nothing of its table: it looks at a part of the rows",
        f"{disabled.unique_id} proves nothing of its table: it is disabled",
    ]
