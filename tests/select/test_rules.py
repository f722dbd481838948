"""Rules choose tables by name: by the start of a `unique_id` or by a table's own name, several ways at once."""

import re
from collections.abc import Sequence

import pytest

from erd.checks import RESOURCE_TYPES
from erd.errors import UsageError
from erd.select.rules import METHODS, select_tables
from tests.builders import Identified, a_model, a_seed, a_snapshot, a_source

NODES = (
    a_model("orders"),
    a_model("order_items"),
    a_model("customers", version="1"),
    a_model("customers", version="2"),
    a_model("Stores"),
    a_model("orders", package="crm"),
    a_source("raw", "orders"),
    a_seed("countries"),
    a_snapshot("orders_history"),
)
ORDERS_EVERYWHERE = {"model.shop.orders", "model.crm.orders", "source.shop.raw.orders"}


def selected(
    *select: str,
    exclude: Sequence[str] = (),
    types: Sequence[str] = RESOURCE_TYPES,
    nodes: Sequence[Identified] = NODES,
) -> frozenset[str]:
    """The tables that these rules select out of all kinds of nodes."""
    return select_tables(dict(nodes), types, select, exclude)


def test_without_rules_every_table_is_selected() -> None:
    assert selected() == {one.unique_id for one in NODES}


@pytest.mark.parametrize(
    ("types", "tables"),
    [
        (("seed",), {"seed.shop.countries"}),
        (("source", "snapshot"), {"source.shop.raw.orders", "snapshot.shop.orders_history"}),
        ((), set()),
    ],
)
def test_only_tables_of_the_resource_types_are_selected(types: tuple[str, ...], tables: set[str]) -> None:
    assert selected(types=types) == tables


def test_a_resource_type_is_a_whole_word() -> None:
    assert selected(types=("mod",)) == frozenset()


def test_a_rule_does_not_reach_beyond_the_resource_types() -> None:
    assert selected("orders", types=("source",)) == {"source.shop.raw.orders"}


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("model.shop.order", {"model.shop.orders", "model.shop.order_items"}),
        ("model.crm", {"model.crm.orders"}),
        ("source.", {"source.shop.raw.orders"}),
        ("model.shop.customers", {"model.shop.customers.v1", "model.shop.customers.v2"}),
        ("model.shop.customers.v2", {"model.shop.customers.v2"}),
    ],
)
def test_a_rule_fits_by_the_start_of_a_unique_id(rule: str, tables: set[str]) -> None:
    assert selected(rule) == tables


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("orders", ORDERS_EVERYWHERE),
        ("customers", {"model.shop.customers.v1", "model.shop.customers.v2"}),
        ("countries", {"seed.shop.countries"}),
    ],
)
def test_a_rule_fits_by_a_tables_own_name(rule: str, tables: set[str]) -> None:
    assert selected(rule) == tables


@pytest.mark.parametrize("rule", ["order", "rders", "shop", "shop.orders"])
def test_a_part_of_a_name_does_not_fit(rule: str) -> None:
    assert selected(rule) == frozenset()


@pytest.mark.parametrize("rule", ["stores", "Stores", "STORES", "MODEL.SHOP.STORES", "name:sTORES"])
def test_case_does_not_matter(rule: str) -> None:
    assert selected(rule) == {"model.shop.Stores"}


def test_the_method_name_can_be_written_out() -> None:
    assert selected("name:orders") == ORDERS_EVERYWHERE


def test_a_comma_means_and() -> None:
    assert selected("model.shop,orders") == {"model.shop.orders"}


@pytest.mark.parametrize("rule", ["model.shop , orders", ",model.shop,,name:orders,", "orders,model.shop,orders"])
def test_blanks_and_empty_parts_between_commas_are_passed_over(rule: str) -> None:
    assert selected(rule) == {"model.shop.orders"}


def test_parts_that_no_table_fits_at_once_select_nothing() -> None:
    assert selected("model.shop,model.crm") == frozenset()


def test_several_rules_mean_or() -> None:
    assert selected("countries", "orders_history") == {"seed.shop.countries", "snapshot.shop.orders_history"}


def test_excluded_tables_are_left_out() -> None:
    everything = {one.unique_id for one in NODES}
    assert selected(exclude=["orders"]) == everything - ORDERS_EVERYWHERE


def test_exclusion_outweighs_selection() -> None:
    assert selected("orders", exclude=["model.crm", "source."]) == {"model.shop.orders"}


def test_a_comma_means_and_in_exclusion_too() -> None:
    assert selected("orders", exclude=["orders,model.crm"]) == {"model.shop.orders", "source.shop.raw.orders"}


def test_a_rule_that_nothing_fits_selects_nothing() -> None:
    assert selected("nobody") == frozenset()


def test_a_rule_that_nothing_fits_excludes_nothing() -> None:
    assert selected("countries", exclude=["nobody"]) == {"seed.shop.countries"}


def test_a_node_without_a_name_is_found_by_its_unique_id() -> None:
    nameless = a_model("orders").but(name=None)
    assert selected("model.shop", nodes=[nameless]) == {"model.shop.orders"}


def test_there_may_be_no_tables_at_all() -> None:
    assert selected("orders", nodes=[]) == frozenset()


@pytest.mark.parametrize("rule", ["schema:main", "tag:nightly", "orders,tag:nightly", "name:", ":orders"])
@pytest.mark.parametrize("nodes", [NODES, ()], ids=["tables", "no tables"])
def test_a_method_that_nobody_knows_is_refused_with_those_that_are(rule: str, nodes: Sequence[Identified]) -> None:
    with pytest.raises(UsageError, match=re.escape(repr(rule))) as caught:
        selected(rule, nodes=nodes)
    assert all(f"{method}:" in caught.value.todo for method in METHODS)


def test_a_refusal_says_the_whole_rule_and_what_to_write() -> None:
    with pytest.raises(UsageError) as caught:
        selected("orders,tag:nightly")
    assert caught.value.happened == (
        "The selection rule 'orders,tag:nightly' is not understood: 'tag' is no known method."
    )
    assert caught.value.todo == "Write a name, or one of these methods with a value: name:"


@pytest.mark.parametrize("rule", [",", " , ", "", " "])
def test_a_rule_that_names_nothing_is_refused(rule: str) -> None:
    with pytest.raises(UsageError, match="names nothing"):
        selected(rule)


def test_a_rule_that_names_nothing_is_refused_in_exclusion_too() -> None:
    with pytest.raises(UsageError, match="names nothing"):
        selected("orders", exclude=[","])


def test_a_method_that_nobody_knows_is_refused_in_exclusion_too() -> None:
    with pytest.raises(UsageError, match="'tag' is no known method"):
        selected(exclude=["tag:nightly"])


def test_a_method_without_a_value_is_not_said_to_be_unknown() -> None:
    with pytest.raises(UsageError) as caught:
        selected("name:")
    assert caught.value.happened == "The selection rule 'name:' is not understood: it has no value."
