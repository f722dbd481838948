"""Names and groups of tables are made of parts, and no two tables share a name, whichever are drawn."""

import pytest

from erd.checks import GROUP_PARTS, NAME_PARTS
from tests.builders import CUSTOMERS, ORDERS, a_manifest, a_model, a_seed, a_snapshot, a_source
from tests.detect.drawing import drawn, names, table_of

VERSIONED = a_model("customers", version="2").but(database="prod", schema="sales")
SOURCE = a_source("raw", "orders").but(database="lake", schema="landing", identifier="orders_2026", name="orders")


@pytest.mark.parametrize(
    "node", [a_model(), VERSIONED, SOURCE, a_seed(), a_snapshot()], ids=lambda node: node.unique_id
)
def test_the_default_name_is_the_whole_unique_id(node: tuple[str, object]) -> None:
    assert names(drawn(a_manifest(VERSIONED, SOURCE, a_model(), a_seed(), a_snapshot())))[node[0]] == node[0]


@pytest.mark.parametrize(
    ("part", "of_model", "of_source"),
    [
        ("resource", "model", "source"),
        ("package", "shop", "shop"),
        ("model", "customers.v2", "raw.orders"),
        ("database", "prod", "lake"),
        ("schema", "sales", "landing"),
        ("table", "customers_v2", "orders_2026"),
    ],
)
def test_each_part_of_a_name_has_its_meaning(part: str, of_model: str, of_source: str) -> None:
    shown = names(drawn(a_manifest(VERSIONED, SOURCE), parts=(part, "table")))
    second = ("customers_v2", "orders_2026")
    assert shown == {
        VERSIONED.unique_id: f"{of_model}.{second[0]}",
        SOURCE.unique_id: f"{of_source}.{second[1]}",
    }


@pytest.mark.parametrize("part", NAME_PARTS)
def test_every_part_that_the_option_takes_can_be_asked_for(part: str) -> None:
    assert names(drawn(a_manifest(VERSIONED), parts=(part,)))[VERSIONED.unique_id]


@pytest.mark.parametrize("part", GROUP_PARTS)
def test_every_part_that_the_group_option_takes_can_be_asked_for(part: str) -> None:
    labelled = VERSIONED.but(meta={"label": "People"})
    assert table_of(drawn(a_manifest(labelled), groups=(part,)), VERSIONED.unique_id).group


def test_a_model_without_an_alias_has_its_name_as_table() -> None:
    assert names(drawn(a_manifest(a_model().but(alias=None)), parts=("table",))) == {ORDERS: "orders"}


@pytest.mark.parametrize("adapter", ["snowflake", "oracle"])
def test_upper_names_of_an_upper_folding_warehouse_are_lower(adapter: str) -> None:
    model = a_model().but(database="PROD", schema="SALES", alias="ORDERS")
    erd = drawn(a_manifest(model, adapter=adapter), parts=("database", "schema", "table"))
    assert names(erd) == {ORDERS: "prod.sales.orders"}


def test_mixed_names_of_an_upper_folding_warehouse_keep_their_case() -> None:
    model = a_model().but(schema="Sales", alias="ORDERS")
    erd = drawn(a_manifest(model, adapter="snowflake"), parts=("schema", "table"))
    assert names(erd) == {ORDERS: "Sales.orders"}


@pytest.mark.parametrize("database", [None, ""])
def test_a_part_that_is_unknown_is_left_out_with_its_dot(database: str | None) -> None:
    erd = drawn(a_manifest(a_model().but(database=database)), parts=("database", "schema", "table"))
    assert names(erd) == {ORDERS: "main.orders"}


def test_a_name_of_unknown_parts_only_is_the_unique_id() -> None:
    assert names(drawn(a_manifest(a_model().but(database=None)), parts=("database",))) == {ORDERS: ORDERS}


def test_tables_that_would_share_a_name_have_their_unique_id_after_it() -> None:
    erd = drawn(a_manifest(a_model("orders"), a_source("raw", "orders"), a_model("customers")), parts=("table",))
    assert names(erd) == {
        ORDERS: "orders (model.shop.orders)",
        "source.shop.raw.orders": "orders (source.shop.raw.orders)",
        CUSTOMERS: "customers",
    }


def test_a_shared_name_is_made_unique_whichever_tables_are_drawn() -> None:
    manifest = a_manifest(a_model("orders"), a_source("raw", "orders"))
    assert names(drawn(manifest, parts=("table",), wanted={ORDERS})) == {ORDERS: "orders (model.shop.orders)"}


def test_a_name_that_a_table_of_another_kind_has_is_free_where_that_kind_is_not_drawn() -> None:
    manifest = a_manifest(a_model("orders"), a_source("raw", "orders"))
    assert names(drawn(manifest, parts=("table",), types=("model",), wanted={ORDERS})) == {ORDERS: "orders"}


def test_names_that_differ_in_case_are_different_names() -> None:
    manifest = a_manifest(a_model("a").but(alias="Orders"), a_model("b").but(alias="orders"))
    assert sorted(names(drawn(manifest, parts=("table",))).values()) == ["Orders", "orders"]


@pytest.mark.parametrize(
    ("parts", "group"),
    [
        ((), ""),
        (("schema",), "main"),
        (("database", "schema"), "dev.main"),
        (("resource_type",), "model"),
        (("package",), "shop"),
        (("name",), "orders"),
        (("node_name",), ORDERS),
        (("schema", "label"), "main.Sales"),
    ],
)
def test_groups_are_made_of_parts(parts: tuple[str, ...], group: str) -> None:
    labelled = a_model().but(meta={"label": "Sales"})
    assert table_of(drawn(a_manifest(labelled), groups=parts), ORDERS).group == group


def test_a_table_without_what_it_is_grouped_by_has_no_group() -> None:
    assert table_of(drawn(a_manifest(a_model().but(schema=None)), groups=("schema",)), ORDERS).group == ""


def test_versions_of_a_model_share_the_group_of_their_name() -> None:
    erd = drawn(a_manifest(a_model("customers", version="1"), a_model("customers", version="2")), groups=("name",))
    assert [table.group for table in erd.tables] == ["customers", "customers"]


def test_a_name_made_unique_is_not_another_tables_own() -> None:
    models = [a_model("a").but(alias="o"), a_model("b").but(alias="o"), a_model("c").but(alias="o (model.shop.a)")]
    assert len(set(names(drawn(a_manifest(*models), parts=("table",))).values())) == 3


def test_a_unique_id_in_place_of_a_name_is_not_another_tables_own() -> None:
    models = [a_model("a").but(schema="model.shop.b"), a_model("b").but(schema=None)]
    assert len(set(names(drawn(a_manifest(*models), parts=("schema",))).values())) == 2
