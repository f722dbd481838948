"""Rules choose tables: several of them, commas, exclusion, and where dbterd's reading and dbt's meet."""

import re
from collections.abc import Sequence

import pytest

from erd.errors import UsageError
from erd.select.grammar import METHODS
from erd.select.rules import read_rules
from tests.builders import a_manifest, a_model
from tests.select.choosing import a_graph, a_member, selected

NODES = (
    a_member("model.shop.orders", "source.shop.raw.orders", schema="sales", database="prod"),
    a_member("model.shop.order_items", schema="sales_old", database="prod"),
    a_member("model.shop.customers.v1", schema="sales", database="dev"),
    a_member("model.shop.customers.v2", schema="people"),
    a_member("model.shop.Stores"),
    a_member("model.crm.orders"),
    a_member("source.shop.raw.orders"),
    a_member("seed.shop.countries"),
    a_member("snapshot.shop.orders_history"),
    a_member("exposure.shop.board", "model.shop.orders", "metric.shop.items"),
    a_member("metric.shop.items", "semantic_model.shop.items"),
    a_member("semantic_model.shop.items", "model.shop.order_items"),
    a_member("test.shop.is_there", "seed.shop.countries", test_metadata={"name": "not_null"}),
)
PROJECT = a_graph(*NODES)
TABLES = {one["unique_id"] for one in NODES if one["unique_id"].startswith(("model", "source", "seed", "snapshot"))}
ORDERS = {"model.shop.orders", "model.crm.orders"}
CUSTOMERS = {"model.shop.customers.v1", "model.shop.customers.v2"}


def test_without_rules_every_table_is_selected() -> None:
    assert selected(PROJECT) == TABLES


@pytest.mark.parametrize(
    ("types", "tables"),
    [
        (("seed",), {"seed.shop.countries"}),
        (("source", "snapshot"), {"source.shop.raw.orders", "snapshot.shop.orders_history"}),
        ((), set()),
        (("mod",), set()),
    ],
)
def test_only_tables_of_the_resource_types_are_selected(types: tuple[str, ...], tables: set[str]) -> None:
    assert selected(PROJECT, types=types) == tables


def test_a_rule_does_not_reach_beyond_the_resource_types() -> None:
    assert selected(PROJECT, "name:orders", types=("source",)) == {"source.shop.raw.orders"}


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("orders", ORDERS),
        ("customers", CUSTOMERS),
        ("customers.v2", {"model.shop.customers.v2"}),
        ("customers_v2", {"model.shop.customers.v2"}),
        ("crm", {"model.crm.orders"}),
        ("crm.orders", {"model.crm.orders"}),
        ("order_*", {"model.shop.order_items"}),
        ("Stores", {"model.shop.Stores"}),
        ("stores", set()),
        ("order", set()),
    ],
)
def test_a_bare_name_is_dbts(rule: str, tables: set[str]) -> None:
    assert selected(PROJECT, rule) == tables


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("model.shop.order", {"model.shop.orders", "model.shop.order_items"}),
        ("model.crm.", {"model.crm.orders"}),
        ("source.", {"source.shop.raw.orders"}),
        ("model.shop.customers", CUSTOMERS),
        ("MODEL.SHOP.STORES", {"model.shop.Stores"}),
        ("+model.shop.orders", {"model.shop.orders", "source.shop.raw.orders"}),
        ("source.shop.raw.orders+", {"model.shop.orders", "source.shop.raw.orders"}),
    ],
)
def test_a_bare_start_of_a_unique_id_is_dbterds_too(rule: str, tables: set[str]) -> None:
    assert selected(PROJECT, rule) == tables


def test_a_folder_that_is_called_like_a_resource_type_is_still_found_by_its_name() -> None:
    inside = a_member("model.shop.a", fqn=["shop", "model", "b", "a"])
    assert selected(a_graph(inside, *NODES), "model.b") == {"model.shop.a"}


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("name:ORDERS", ORDERS | {"source.shop.raw.orders"}),
        ("name:model.shop.ord", {"model.shop.orders", "model.shop.order_items"}),
        ("name:rders", set()),
        ("exact:MODEL.shop.stores", {"model.shop.Stores"}),
        ("exact:model.shop.store", set()),
        ("schema:SALES", {"model.shop.orders", "model.shop.order_items", "model.shop.customers.v1"}),
        ("schema:prod.sales", {"model.shop.orders", "model.shop.order_items"}),
        ("schema:pro.sales", set()),
        ("wildcard:*.SHOP.*_*", {"model.shop.order_items", "snapshot.shop.orders_history"}),
        ("wildcard:*store?", {"model.shop.Stores"}),
        ("wildcard:[st]*.shop.*", {"seed.shop.countries", "snapshot.shop.orders_history", "source.shop.raw.orders"}),
        ("schema:sales,wildcard:*customers*", {"model.shop.customers.v1"}),
    ],
)
def test_dbterds_methods_are_there_whatever_the_case(rule: str, tables: set[str]) -> None:
    assert selected(PROJECT, rule) == tables


@pytest.mark.parametrize("rule", ["name:orders", "schema:sales", "exact:a,wildcard:b"])
def test_dbterds_methods_need_no_more_than_every_manifest_is_read_for(rule: str) -> None:
    assert not read_rules([rule], [rule]).need_graph
    lean = a_manifest(a_model("orders"), a_model("items"))
    assert selected(lean, "name:orders") == {"model.shop.orders"}


@pytest.mark.parametrize("rule", ["orders", "model.shop.orders", "+name:orders", "tag:a", "name:a,tag:b"])
def test_all_else_needs_the_graph(rule: str) -> None:
    assert read_rules([rule], []).need_graph
    assert read_rules([], [rule]).need_graph


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("exposure:board", {"model.shop.orders", "model.shop.order_items"}),
        ("metric:items", {"model.shop.order_items"}),
        ("semantic_model:shop.items", {"model.shop.order_items"}),
        ("test_name:not_null", {"seed.shop.countries"}),
        ("resource_type:test", {"seed.shop.countries"}),
        ("exposure:board,orders", {"model.shop.orders"}),
        ("exposure:nobody", set()),
        ("+exposure:board", {"model.shop.orders", "model.shop.order_items", "source.shop.raw.orders"}),
        ("1+exposure:board", {"model.shop.orders"}),
    ],
)
def test_what_never_is_a_table_stands_for_the_tables_that_it_uses(rule: str, tables: set[str]) -> None:
    assert selected(PROJECT, rule) == tables


def test_a_comma_means_and() -> None:
    assert selected(PROJECT, "package:shop,orders") == {"model.shop.orders"}


@pytest.mark.parametrize("rule", ["model.shop , orders", ",model.shop,,fqn:orders,", "orders,model.shop,orders"])
def test_blanks_and_empty_parts_between_commas_are_passed_over(rule: str) -> None:
    assert selected(PROJECT, rule) == {"model.shop.orders"}


def test_several_rules_mean_or() -> None:
    assert selected(PROJECT, "countries", "orders_history") == {"seed.shop.countries", "snapshot.shop.orders_history"}


def test_excluded_tables_are_left_out() -> None:
    assert selected(PROJECT, exclude=["orders"]) == TABLES - ORDERS


def test_exclusion_outweighs_selection() -> None:
    assert selected(PROJECT, "orders", exclude=["model.crm", "source."]) == {"model.shop.orders"}


def test_a_comma_means_and_in_exclusion_too() -> None:
    assert selected(PROJECT, "orders", exclude=["orders,package:crm"]) == {"model.shop.orders"}


def test_a_node_without_a_name_is_found_by_its_unique_id() -> None:
    nameless = a_graph({"unique_id": "model.shop.orders"})
    assert selected(nameless, "model.shop") == {"model.shop.orders"}
    assert selected(nameless, "name:model.shop") == {"model.shop.orders"}


def test_there_may_be_no_tables_at_all() -> None:
    assert selected(a_graph(), "orders") == frozenset()


def test_a_disabled_node_is_found_by_no_rule_of_dbt() -> None:
    disabled = a_graph(
        a_member("model.shop.off", config={"enabled": False}), a_member("model.shop.on", "model.shop.off")
    )
    assert selected(disabled, "off", "+on") == {"model.shop.on"}


@pytest.mark.parametrize(
    "rule", ["tags:main", "orders,tags:nightly", ":orders", "1+tagg:x", "source_status:fresher", "a b:c"]
)
def test_a_method_that_nobody_knows_is_refused_with_those_that_are(rule: str) -> None:
    for select, exclude in (((rule,), ()), ((), (rule,))):
        with pytest.raises(UsageError, match=re.escape(repr(rule)) + ".* is no known method") as caught:
            read_rules(select, exclude)
        assert all(f"{method}:" in caught.value.todo for method in METHODS)


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("tag:", "it has no value"),
        ("1+tag:+1", "it has no value"),
        ("+", "it has no value"),
        ("config:table", "config has no key"),
        ("@orders+", "exclude each other"),
        ("state:changed", "'changed' is no value of state"),
        ("version:newest", "'newest' is no value of version"),
        ("resource_type:table", "'table' is no value of resource_type"),
        ("test_type:custom", "'custom' is no value of test_type"),
        ("source:a.b.c.d", "too many parts"),
        ("exposure:a.b.c", "too many parts"),
    ],
)
def test_a_rule_that_says_nothing_is_refused_with_the_reason(rule: str, why: str) -> None:
    with pytest.raises(UsageError, match=re.escape(repr(rule))) as caught:
        read_rules([], [rule])
    assert why in caught.value.happened
    assert caught.value.todo


@pytest.mark.parametrize("rule", [",", " , ", "", " "])
@pytest.mark.parametrize("place", ["select", "exclude"])
def test_a_rule_that_names_nothing_is_refused(rule: str, place: str) -> None:
    with pytest.raises(UsageError, match="names nothing"):
        read_rules(*(([rule], ()) if place == "select" else ((), [rule])))


def warnings(caplog: pytest.LogCaptureFixture, *select: str, exclude: Sequence[str] = ()) -> list[str]:
    caplog.clear()
    selected(PROJECT, *select, exclude=exclude)
    return [record.getMessage() for record in caplog.records]


@pytest.mark.parametrize(
    ("rule", "hint"),
    [
        ("ordres", " Near are: orders, Stores."),
        ("stores", " Near are: Stores."),
        ("exposure:bord", " Near are: board."),
        ("package:shp", " Near are: shop."),
        ("source:raw.oders", " Near are: raw.orders."),
        ("exact:model.shop.stors", " Near are: model.shop.Stores"),
        ("orders,customers", ""),
        ("zzz", ""),
    ],
)
def test_a_rule_that_fits_no_table_is_one_warning_that_says_what_is_near(
    rule: str, hint: str, caplog: pytest.LogCaptureFixture
) -> None:
    for found in (warnings(caplog, rule), warnings(caplog, "countries", exclude=[rule])):
        assert len(found) == 1
        assert found[0].startswith(f"The selection rule {rule!r} fits no table.{hint}")


def test_a_source_is_near_its_bare_name(caplog: pytest.LogCaptureFixture) -> None:
    selected(a_graph(a_member("source.shop.raw.bills")), "bills")
    assert "Near are: source:raw.bills" in caplog.text


def test_a_rule_that_fits_only_other_resource_types_says_so(caplog: pytest.LogCaptureFixture) -> None:
    assert selected(PROJECT, "countries", types=["model"]) == frozenset()
    assert "fits only tables that resource-type leaves out; they are of the type seed" in caplog.text


def test_rules_that_fit_are_no_warning(caplog: pytest.LogCaptureFixture) -> None:
    assert warnings(caplog, "orders", "exposure:board", exclude=["customers"]) == []
