"""The two ends of a `relationships` test, in every form in which the versions of dbt write it."""

import logging
from typing import Any

import pytest

from erd.artifacts.manifest import DependsOn, NodeConfig
from erd.model import Erd
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    a_manifest,
    a_model,
    a_relationships_test,
    a_source,
    a_unique_test,
    declared,
)
from tests.detect.drawing import column_names, drawn, joins

SOURCE = "source.shop.raw.orders"
ORDERS_TO_CUSTOMERS = "model.shop.orders(customer_id) > model.shop.customers(id)"
# `kwargs.model` as dbt 0.19, 0.20 and all later ones write it.
FORMS = (
    "{{ ref('orders') }}",
    "{% if config.get('where') %}(select * from {{ ref('orders') }} where x){% else %}{{ ref('orders') }}{% endif %}",
    "{{ get_where_subquery(ref('orders')) }}",
)
PARENT_FIRST = DependsOn([CUSTOMERS, ORDERS])
CHILD_FIRST = DependsOn([ORDERS, CUSTOMERS])

TABLES_ONLY = "model.shop.orders() > model.shop.customers()"


def shop(*tests: Identified) -> Erd:
    """Orders, customers and a source, with these tests."""
    return drawn(a_manifest(a_model("orders"), a_model("customers"), a_source(), *tests))


@pytest.mark.parametrize("order", [PARENT_FIRST, CHILD_FIRST])
def test_the_child_is_the_node_that_the_test_is_attached_to(order: DependsOn) -> None:
    assert joins(shop(a_relationships_test().but(depends_on=order))) == [ORDERS_TO_CUSTOMERS]


def test_the_node_that_a_test_is_attached_to_outweighs_its_arguments() -> None:
    test = a_relationships_test(kwargs={"model": "{{ get_where_subquery(ref('customers')) }}"})
    assert joins(shop(test)) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize("order", [PARENT_FIRST, CHILD_FIRST])
@pytest.mark.parametrize("form", FORMS)
def test_before_dbt_1_5_the_child_is_the_one_that_model_names(form: str, order: DependsOn) -> None:
    test = a_relationships_test(kwargs={"model": form}).but(attached_node=None, depends_on=order)
    assert joins(shop(test)) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize("order", [[ORDERS, CUSTOMERS], [CUSTOMERS, ORDERS]])
def test_without_an_attached_node_and_model_the_child_is_the_one_that_to_does_not_name(order: list[str]) -> None:
    test = a_relationships_test().but(attached_node=None, depends_on=DependsOn(order))
    arguments = test.with_arguments({"to": "ref('customers')", "field": "id"})
    assert joins(shop(arguments)) == [ORDERS_TO_CUSTOMERS]


def test_without_any_hint_the_parent_stands_first_as_in_dbt_core() -> None:
    test = a_relationships_test().but(attached_node=None).with_arguments({"field": "id"})
    assert joins(shop(test)) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize("order", [[CUSTOMERS, SOURCE], [SOURCE, CUSTOMERS]])
def test_a_test_on_a_source_has_the_source_as_child(order: list[str]) -> None:
    test = a_relationships_test(SOURCE, "customer_id", CUSTOMERS, "id").but(depends_on=DependsOn(order))
    assert test.node.attached_node is None
    assert joins(shop(test)) == ["source.shop.raw.orders(customer_id) > model.shop.customers(id)"]


@pytest.mark.parametrize("order", [[ORDERS, SOURCE], [SOURCE, ORDERS]])
def test_a_source_can_be_the_parent(order: list[str]) -> None:
    test = a_relationships_test(ORDERS, "id", SOURCE, "id").but(depends_on=DependsOn(order))
    assert joins(shop(test)) == ["model.shop.orders(id) > source.shop.raw.orders(id)"]


@pytest.mark.parametrize("order", [[ORDERS, SOURCE], [SOURCE, ORDERS]])
def test_of_a_source_and_a_model_of_one_name_each_is_itself(order: list[str]) -> None:
    test = a_relationships_test(SOURCE, "id", ORDERS, "id").but(depends_on=DependsOn(order))
    assert joins(shop(test)) == ["source.shop.raw.orders(id) > model.shop.orders(id)"]


def test_sources_of_one_table_name_are_told_apart() -> None:
    old, new = a_source("old", "orders"), a_source("new", "orders")
    test = a_relationships_test(old.unique_id, "id", new.unique_id, "id")
    for order in ([old.unique_id, new.unique_id], [new.unique_id, old.unique_id]):
        erd = drawn(a_manifest(old, new, test.but(depends_on=DependsOn(order))))
        assert joins(erd) == ["source.shop.old.orders(id) > source.shop.new.orders(id)"]


TWO_VERSIONS = ("model.shop.customers.v1", "model.shop.customers.v2")


@pytest.mark.parametrize("order", [TWO_VERSIONS, TWO_VERSIONS[::-1]])
@pytest.mark.parametrize("reference", ["v=1", "version=1", "v='1'", 'version="1"', "version = 1"])
def test_the_version_tells_which_model_a_test_of_another_version_stands_on(
    reference: str, order: tuple[str, str]
) -> None:
    test = a_relationships_test(
        *(TWO_VERSIONS[0], "id", TWO_VERSIONS[1], "id"),
        kwargs={"model": "{{ get_where_subquery(ref('customers', " + reference + ")) }}"},
    ).but(attached_node=None, depends_on=DependsOn(list(order)))
    erd = drawn(a_manifest(a_model("customers", version="1"), a_model("customers", version="2"), test))
    assert joins(erd) == ["model.shop.customers.v1(id) > model.shop.customers.v2(id)"]


@pytest.mark.parametrize(
    "to", ["ref('customers', v=2)", "ref('customers', version='2')", "ref('shop', 'customers', v=2)"]
)
@pytest.mark.parametrize("order", [("customers.v1", "customers.v2"), ("customers.v2", "customers.v1")])
def test_of_several_tables_that_a_test_uses_the_parent_is_the_one_that_to_names(
    to: str, order: tuple[str, str]
) -> None:
    test = a_relationships_test(ORDERS, "customer_id", TWO_VERSIONS[1], "id", kwargs={"to": to}).but(
        depends_on=DependsOn([*(f"model.shop.{name}" for name in order), ORDERS])
    )
    versions = (a_model("customers", version="1"), a_model("customers", version="2"))
    erd = drawn(a_manifest(a_model("orders"), *versions, test))
    assert joins(erd) == ["model.shop.orders(customer_id) > model.shop.customers.v2(id)"]


def test_version_1_is_not_version_11() -> None:
    test = a_relationships_test(ORDERS, "customer_id", TWO_VERSIONS[0], "id").but(
        depends_on=DependsOn(["model.shop.customers.v11", "model.shop.customers.v1", ORDERS])
    )
    versions = (a_model("customers", version="1"), a_model("customers", version="11"))
    erd = drawn(a_manifest(a_model("orders"), *versions, test))
    assert joins(erd) == ["model.shop.orders(customer_id) > model.shop.customers.v1(id)"]


@pytest.mark.parametrize("package", ["crm", "shop"])
@pytest.mark.parametrize("quote", ["'", '"'])
def test_a_reference_with_a_package_means_that_packages_model(package: str, quote: str) -> None:
    to = f"ref({quote}{package}{quote}, {quote}customers{quote})"
    test = a_relationships_test(kwargs={"to": to}).but(depends_on=DependsOn([CUSTOMERS, "model.crm.customers", ORDERS]))
    models = (a_model("orders"), a_model("customers"), a_model("customers", package="crm"))
    assert joins(drawn(a_manifest(*models, test))) == [
        f"model.shop.orders(customer_id) > model.{package}.customers(id)"
    ]


def test_what_to_names_by_a_variable_is_the_other_table_that_the_test_uses() -> None:
    assert joins(shop(a_relationships_test(kwargs={"to": "ref(var('people'))"}))) == [ORDERS_TO_CUSTOMERS]


def test_a_self_reference_joins_a_table_with_itself() -> None:
    test = a_relationships_test(ORDERS, "replaces_id", ORDERS, "id")
    assert test.node.depends_on == DependsOn([ORDERS])
    assert joins(shop(test)) == ["model.shop.orders(replaces_id) > model.shop.orders(id)"]


def test_a_self_reference_that_names_its_table_twice_joins_it_once() -> None:
    test = a_relationships_test(ORDERS, "replaces_id", ORDERS, "id").but(depends_on=DependsOn([ORDERS, ORDERS]))
    assert joins(shop(test)) == ["model.shop.orders(replaces_id) > model.shop.orders(id)"]


def test_a_self_reference_before_dbt_1_5_joins_its_table_too() -> None:
    test = a_relationships_test(ORDERS, "replaces_id", ORDERS, "id").but(attached_node=None)
    assert joins(shop(test)) == ["model.shop.orders(replaces_id) > model.shop.orders(id)"]


def test_arguments_in_a_dict_of_their_own_count() -> None:
    nested = {"model": FORMS[-1], "arguments": {"to": "ref('customers')", "field": "id"}}
    assert joins(shop(a_relationships_test().with_arguments(nested))) == [ORDERS_TO_CUSTOMERS]


def test_nested_arguments_come_before_those_around_them() -> None:
    nested = {"field": "code", "arguments": {"field": "id"}}
    assert joins(shop(a_relationships_test().with_arguments(nested))) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize("arguments", [None, "to", ["to"]])
def test_an_argument_that_is_only_called_arguments_is_passed_over(arguments: object) -> None:
    assert joins(shop(a_relationships_test(kwargs={"arguments": arguments}))) == [ORDERS_TO_CUSTOMERS]


def test_the_childs_column_may_stand_among_the_arguments_only() -> None:
    assert joins(shop(a_relationships_test().but(column_name=None))) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize(("opening", "closing"), [('"', '"'), ("`", "`"), ("[", "]"), (' "', '" ')])
def test_the_quotes_of_a_warehouse_are_no_part_of_a_columns_name(opening: str, closing: str) -> None:
    test = a_relationships_test(ORDERS, f"{opening}Customer_ID{closing}", CUSTOMERS, f"{opening}Id{closing}")
    assert joins(shop(test)) == ["model.shop.orders(Customer_ID) > model.shop.customers(Id)"]


@pytest.mark.parametrize("expression", ["[a][0]", '"a" || "b"', "`a` + `b`", '""a"', '"a""', '"a`', '"'])
def test_quotes_inside_an_expression_stay(expression: str) -> None:
    erd = shop(a_relationships_test(ORDERS, expression, CUSTOMERS, "id", name="odd"))
    assert column_names(erd, ORDERS) == [expression]


def test_a_self_reference_whose_to_cannot_be_read_joins_its_table() -> None:
    test = a_relationships_test(ORDERS, "replaces_id", ORDERS, "id", kwargs={"to": "{{ this }}"})
    assert joins(shop(test)) == ["model.shop.orders(replaces_id) > model.shop.orders(id)"]


def test_a_test_whose_to_cannot_be_read_and_whose_other_table_is_gone_is_no_self_reference() -> None:
    test = a_relationships_test(kwargs={"to": "{{ var('people') }}"})
    assert joins(shop(test.but(depends_on=DependsOn(["model.shop.gone", ORDERS])))) == []


def test_a_test_of_another_package_with_the_same_name_counts() -> None:
    foreign = a_relationships_test().but(package_name="fork")._replace(unique_id="test.fork.relationships")
    assert joins(shop(foreign)) == [ORDERS_TO_CUSTOMERS]


def test_a_generic_test_that_only_sounds_like_one_is_none() -> None:
    sounds = a_unique_test(ORDERS, "relationship_id")._replace(unique_id="test.shop.not_null_relationships_orders")
    assert joins(shop(sounds)) == []


def test_a_singular_test_that_sounds_like_one_is_none() -> None:
    assert joins(shop(a_relationships_test().but(test_metadata=None))) == []


def test_a_node_that_is_no_test_is_none_whatever_it_says() -> None:
    odd = a_relationships_test()._replace(unique_id="analysis.shop.relationships")
    assert joins(shop(odd)) == []


@pytest.mark.parametrize("arguments", [None, {}, {"field": None}, {"field": ""}, {"field": [7]}, {"to": "x"}])
def test_a_test_that_does_not_say_the_parents_column_is_a_warning_with_its_id(
    arguments: dict[str, Any] | None, caplog: pytest.LogCaptureFixture
) -> None:
    erd = shop(a_relationships_test(name="no_field").with_arguments(arguments))
    assert joins(erd) == [TABLES_ONLY]
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.messages == [
        "test.shop.no_field does not say which columns it compares, so only its tables are joined"
    ]


@pytest.mark.parametrize("column", ['""', " ", "[]"])
def test_quotes_around_nothing_are_no_column(column: str) -> None:
    erd = shop(a_relationships_test(ORDERS, column, CUSTOMERS, "id", name="empty"))
    assert joins(erd) == [TABLES_ONLY]


def test_a_test_that_does_not_say_the_childs_column_is_a_warning_with_its_id(
    caplog: pytest.LogCaptureFixture,
) -> None:
    erd = shop(a_relationships_test(name="bare").but(column_name=None).with_arguments({"field": "id"}))
    assert joins(erd) == [TABLES_ONLY]
    assert caplog.messages == ["test.shop.bare does not say which columns it compares, so only its tables are joined"]


def test_a_test_whose_parent_is_missing_is_a_warning_with_its_id(caplog: pytest.LogCaptureFixture) -> None:
    test = a_relationships_test(ORDERS, "customer_id", "model.shop.gone", "id", name="to_gone")
    assert joins(shop(test)) == []
    assert [record.levelno for record in caplog.records] == [logging.WARNING]
    assert caplog.messages == [
        "test.shop.to_gone is not drawn: the table it refers to is not in the manifest",
    ]


@pytest.mark.parametrize("depends_on", [None, DependsOn(), DependsOn([ORDERS])])
def test_a_test_that_names_a_table_it_does_not_use_is_no_self_reference(
    depends_on: DependsOn | None, caplog: pytest.LogCaptureFixture
) -> None:
    test = a_relationships_test(kwargs={"to": "ref('gone')"}, name="to_gone").but(depends_on=depends_on)
    assert joins(shop(test)) == []
    assert caplog.messages == [
        "test.shop.to_gone is not drawn: the table it refers to is not in the manifest",
    ]


def test_a_disabled_test_is_not_drawn() -> None:
    assert joins(shop(a_relationships_test().but(config=NodeConfig(enabled=False)))) == []


def test_a_test_whose_tables_are_all_missing_is_a_warning_with_its_id(caplog: pytest.LogCaptureFixture) -> None:
    test = a_relationships_test("model.shop.lost", "customer_id", "model.shop.gone", "id", name="of_lost")
    assert joins(shop(test)) == []
    assert caplog.messages == ["test.shop.of_lost is not drawn: the table it tests is not in the manifest"]


def test_a_relationship_that_is_not_wanted_is_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    drawn(a_manifest(a_model("orders"), a_model("customers"), a_relationships_test()), wanted={ORDERS})
    assert caplog.messages == []


def test_relationships_are_found_among_columns_that_are_known_already() -> None:
    models = (a_model("orders", declared("id", "customer_id")), a_model("customers", declared("id")))
    erd = drawn(a_manifest(*models, a_relationships_test()))
    assert column_names(erd, ORDERS) == ["id", "customer_id"]
    assert column_names(erd, CUSTOMERS) == ["id"]
