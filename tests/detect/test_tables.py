"""Every model, seed, snapshot and source is a table, whether the catalog has it or not."""

import logging

import pytest

from erd.artifacts.manifest import NodeConfig
from erd.model import Column, Origin, Table
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    a_catalog,
    a_manifest,
    a_model,
    a_relationships_test,
    a_seed,
    a_snapshot,
    a_source,
    a_unique_test,
    declared,
    observed,
)
from tests.detect.drawing import column_names, drawn, joins, names, table_of

SOURCE = "source.shop.raw.orders"


def test_models_sources_seeds_and_snapshots_are_tables_of_their_kind() -> None:
    erd = drawn(a_manifest(a_model(), a_source(), a_seed(), a_snapshot()))
    assert {table.unique_id: table.resource_type for table in erd.tables} == {
        "model.shop.orders": "model",
        "source.shop.raw.orders": "source",
        "seed.shop.countries": "seed",
        "snapshot.shop.orders_history": "snapshot",
    }


@pytest.mark.parametrize("kind", ["test", "analysis", "operation", "sql_operation", "exposure", "unit_test"])
def test_other_nodes_are_no_tables(kind: str) -> None:
    other = a_model("orders")._replace(unique_id=f"{kind}.shop.orders")
    assert drawn(a_manifest(other)).tables == ()


def test_a_table_has_all_that_its_node_says() -> None:
    model = a_model("orders", declared("id")).but(
        database="prod", schema="sales", description="What was bought.", meta={"label": "Orders"}
    )
    (table,) = drawn(a_manifest(model)).tables
    assert table == Table(
        unique_id="model.shop.orders",
        name="model.shop.orders",
        resource_type="model",
        database="prod",
        schema="sales",
        label="Orders",
        description="What was bought.",
        columns=(Column("id", origin=Origin.DECLARED),),
    )


def test_a_label_in_the_configuration_counts() -> None:
    model = a_model().but(meta=None, config=NodeConfig(meta={"label": "Orders"}))
    assert table_of(drawn(a_manifest(model)), ORDERS).label == "Orders"


def test_a_label_that_is_no_text_is_shown_as_text() -> None:
    assert table_of(drawn(a_manifest(a_model().but(meta={"label": 7}))), ORDERS).label == "7"


def test_a_node_of_nulls_only_is_a_table_without_columns() -> None:
    unset = dict.fromkeys(a_model().node.__struct_fields__)
    (table,) = drawn(a_manifest(a_model().but(**unset), adapter=None)).tables
    assert table == Table(unique_id=ORDERS, name=ORDERS, resource_type="model")


def test_a_database_of_null_is_empty() -> None:
    assert table_of(drawn(a_manifest(a_model().but(database=None))), ORDERS).database == ""


@pytest.mark.parametrize("adapter", ["snowflake", "oracle"])
def test_an_upper_database_and_schema_of_an_upper_folding_warehouse_are_lower(adapter: str) -> None:
    model = a_model().but(database="PROD", schema="SALES")
    table = table_of(drawn(a_manifest(model, adapter=adapter)), ORDERS)
    assert (table.database, table.schema) == ("prod", "sales")


@pytest.mark.parametrize(("adapter", "schema"), [("snowflake", "Sales"), ("postgres", "SALES")])
def test_a_schema_in_quotes_keeps_its_case(adapter: str, schema: str) -> None:
    table = table_of(drawn(a_manifest(a_model().but(schema=schema), adapter=adapter)), ORDERS)
    assert table.schema == schema


def test_each_version_of_a_model_is_a_table() -> None:
    erd = drawn(a_manifest(a_model("customers", version="1"), a_model("customers", version="2")))
    assert names(erd) == {
        "model.shop.customers.v1": "model.shop.customers.v1",
        "model.shop.customers.v2": "model.shop.customers.v2",
    }


def test_an_ephemeral_model_that_the_catalog_lacks_has_its_declared_columns() -> None:
    manifest = a_manifest(a_model("orders", declared("id", "total")), a_model("customers"))
    erd = drawn(manifest, a_catalog({CUSTOMERS: observed("id")}))
    assert column_names(erd, ORDERS) == ["id", "total"]


def test_a_public_model_of_another_project_says_why_it_has_no_columns() -> None:
    external = a_model("customers", package="crm").but(original_file_path="", columns={}, description="")
    (table,) = drawn(a_manifest(external)).tables
    assert table.columns == ()
    assert "dbt project crm" in table.description


def test_a_public_model_of_another_project_keeps_its_own_description() -> None:
    external = a_model("customers", package="crm").but(original_file_path="", description="All customers.")
    (table,) = drawn(a_manifest(external)).tables
    assert table.description == "All customers."


def test_a_public_model_of_another_project_can_be_a_parent() -> None:
    external = a_model("customers", package="crm").but(original_file_path="", columns={})
    test = a_relationships_test(ORDERS, "customer_id", external.unique_id, "id")
    erd = drawn(a_manifest(a_model(), external, test))
    assert joins(erd) == ["model.shop.orders(customer_id) > model.crm.customers(id)"]


def test_only_wanted_tables_are_drawn_and_no_neighbours() -> None:
    manifest = a_manifest(a_model("orders"), a_model("customers"), a_relationships_test())
    erd = drawn(manifest, wanted={ORDERS})
    assert list(names(erd)) == [ORDERS]
    assert erd.relationships == ()


def test_a_column_that_only_an_undrawn_relationship_names_is_not_added() -> None:
    manifest = a_manifest(a_model("orders", declared("id")), a_model("customers"), a_relationships_test())
    assert column_names(drawn(manifest, wanted={ORDERS}), ORDERS) == ["id"]


def test_tables_are_sorted_by_schema_and_name() -> None:
    erd = drawn(
        a_manifest(a_model("b").but(schema="x"), a_model("a").but(schema="y"), a_model("c").but(schema="x")),
        parts=("model",),
    )
    assert [(table.schema, table.name) for table in erd.tables] == [("x", "b"), ("x", "c"), ("y", "a")]


def test_a_manifest_without_nodes_is_an_empty_erd() -> None:
    erd = drawn(a_manifest())
    assert (erd.tables, erd.relationships) == ((), ())


def test_sources_have_their_columns_from_the_catalogs_sources() -> None:
    erd = drawn(a_manifest(a_source()), a_catalog({SOURCE: observed("id", "placed_at")}))
    assert column_names(erd, SOURCE) == ["id", "placed_at"]


def test_what_the_catalog_lacks_is_said_in_one_line(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    manifest = a_manifest(a_seed("c"), a_model("a"), a_model("b"), a_model("d"))
    drawn(manifest, a_catalog({"model.shop.d": observed("id")}))
    (line,) = caplog.messages
    assert "does not have 2 models, 1 seed (such as model.shop.a)" in line


def test_without_a_catalog_nothing_is_said_of_it(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    drawn(a_manifest(a_model(), a_unique_test()))
    assert caplog.messages == []
