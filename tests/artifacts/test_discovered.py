"""The state of an environment, read as if it were artifacts."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.artifacts.discovered import catalog_of, manifest_of, run_results_of
from erd.dbt_cloud.state import EnvironmentState
from erd.model import Erd, Outcome, State
from tests.builders import CUSTOMERS, ORDERS
from tests.dbt_cloud.discovered import a_model_row, a_test_row
from tests.detect.drawing import column_names, column_of, drawn, joins, table_of

ORDERS_TO_CUSTOMERS = "model.shop.orders(customer_id) > model.shop.customers(id)"
TO_CUSTOMERS = {"to": "ref('customers')", "field": "id"}


def state_of(**lists: list[dict[str, Any]]) -> EnvironmentState:
    """The state of an environment with these rows, written as the API writes them."""
    state = msgspec.convert(lists, EnvironmentState)
    state.adapter_type = "postgres"
    return state


def shop(state: EnvironmentState) -> Erd:
    return drawn(manifest_of(state), catalog_of(state))


def a_relationships_row(**fields: Any) -> dict[str, Any]:
    return a_test_row("test.shop.a", "relationships", CUSTOMERS, ORDERS, **fields)


def two_models(**fields: Any) -> list[dict[str, Any]]:
    return [a_model_row("orders", **fields), a_model_row("customers")]


def columns(*names: str, **fields: Any) -> dict[str, Any]:
    return {"columns": [{"name": name, "index": place, **fields} for place, name in enumerate(names, 1)]}


@pytest.mark.parametrize(
    "kwargs",
    [
        {"column_name": "customer_id", **TO_CUSTOMERS},
        {"columnName": "customer_id", **TO_CUSTOMERS},
        {"arguments": {"columnName": "customer_id", **TO_CUSTOMERS}},
        {"columnName": "customer_id", "model": "{{ get_where_subquery(ref('orders')) }}", "field": "id"},
    ],
)
def test_arguments_count_in_either_spelling_and_place(kwargs: dict[str, Any]) -> None:
    state = state_of(models=two_models(), tests=[a_relationships_row(kwargs=kwargs)])
    assert joins(shop(state)) == [ORDERS_TO_CUSTOMERS]


def test_the_column_may_stand_beside_the_arguments() -> None:
    row = a_relationships_row(columnName="customer_id", kwargs=TO_CUSTOMERS)
    assert joins(shop(state_of(models=two_models(), tests=[row]))) == [ORDERS_TO_CUSTOMERS]


def test_the_column_may_stand_in_the_metadata() -> None:
    row = a_relationships_row()
    row["testMetadata"] = {"name": "relationships", "columnName": "customer_id", "kwargs": TO_CUSTOMERS}
    assert joins(shop(state_of(models=two_models(), tests=[row]))) == [ORDERS_TO_CUSTOMERS]


@pytest.mark.parametrize("kwargs", [None, "x", 5, [1], {"arguments": 5}])
def test_arguments_of_another_shape_are_none(kwargs: Any) -> None:
    row = a_test_row("test.shop.a", "unique", ORDERS, columnName="id", kwargs=kwargs)
    state = state_of(models=[a_model_row("orders", catalog=columns("id"))], tests=[row])
    assert table_of(shop(state), ORDERS).unique_keys == (("id",),)


@given(st.permutations([ORDERS, CUSTOMERS]), st.permutations(["orders", "customers"]), st.booleans())
def test_the_order_of_parents_and_rows_means_nothing(parents: list[str], names: list[str], named: bool) -> None:
    kwargs = TO_CUSTOMERS if named else {"model": "{{ ref('orders') }}", "field": "id"}
    row = a_test_row("test.shop.a", "relationships", *parents, columnName="customer_id", kwargs=kwargs)
    row["parents"] = [{"uniqueId": name} for name in parents]
    state = state_of(models=[a_model_row(name) for name in names], tests=[row])
    assert joins(shop(state)) == [ORDERS_TO_CUSTOMERS]


def test_nulls_and_missing_parts_at_every_level_are_nothing() -> None:
    row = {"uniqueId": "test.shop.x", "testMetadata": None, "parents": None, "executionInfo": None, "config": None}
    sparse = {"uniqueId": "model.shop.sparse", "constraints": [None], "parents": [None], "catalog": {"columns": [None]}}
    half = {"uniqueId": "model.shop.half", "catalog": {"columns": [{"type": "integer"}]}, "meta": "odd"}
    bare = {"uniqueId": "semantic_model.shop.x", "entities": [None]}
    state = state_of(models=[sparse, half], tests=[row], semantic_models=[bare])
    assert [table.columns for table in shop(state).tables] == [(), ()]
    assert run_results_of(state).test_outcomes() == {}


def test_a_test_with_a_condition_proves_no_key() -> None:
    row = a_test_row("test.shop.a", "unique", ORDERS, columnName="id", config={"where": "id > 5"})
    state = state_of(models=[a_model_row("orders", catalog=columns("id"))], tests=[row])
    assert table_of(shop(state), ORDERS).unique_keys == ()


def test_a_disabled_test_says_nothing() -> None:
    row = a_relationships_row(columnName="customer_id", kwargs=TO_CUSTOMERS, config={"enabled": False})
    assert joins(shop(state_of(models=two_models(), tests=[row]))) == []


def test_meta_of_a_test_and_of_a_model_counts() -> None:
    meta = {"relationship_label": "placed by"}
    row = a_relationships_row(columnName="customer_id", kwargs=TO_CUSTOMERS, meta=meta)
    erd = shop(state_of(models=two_models(meta={"label": "Bills"}), tests=[row]))
    assert erd.relationships[0].label == "placed by"
    assert table_of(erd, ORDERS).label == "Bills"


def test_columns_stand_in_the_warehouses_order_with_yamls_description_else_the_comment() -> None:
    catalog = {
        "columns": [
            {"name": "b", "index": 2, "type": "text", "description": "", "comment": "of the warehouse"},
            {"name": "a", "index": 1, "type": "integer", "description": "of YAML", "comment": "of the warehouse"},
        ]
    }
    erd = shop(state_of(models=[a_model_row("orders", catalog=catalog)]))
    assert column_names(erd, ORDERS) == ["a", "b"]
    assert [column_of(erd, ORDERS, name).description for name in "ab"] == ["of YAML", "of the warehouse"]


def test_a_constraint_on_a_model_is_its_key() -> None:
    primary = {"type": "primary_key", "columns": ["shop", "number"]}
    erd = shop(state_of(models=[a_model_row("orders", catalog=columns("shop", "number"), constraints=[primary])]))
    assert table_of(erd, ORDERS).primary_key == ("shop", "number")


def test_a_foreign_key_is_drawn_where_its_expression_says_what_it_refers_to() -> None:
    foreign = {"type": "foreign_key", "columns": ["customer_id"], "expression": "references db.s.customers (id)"}
    assert joins(shop(state_of(models=two_models(constraints=[foreign])))) == [ORDERS_TO_CUSTOMERS]


def semantic_rows() -> list[dict[str, Any]]:
    def row(name: str, kind: str, table: str) -> dict[str, Any]:
        parents = [{"uniqueId": table, "resourceType": "model"}]
        return {"uniqueId": name, "entities": [{"name": "customer_id", "type": kind}], "parents": parents}

    return [
        row("semantic_model.shop.orders", "foreign", ORDERS),
        row("semantic_model.shop.customers", "primary", CUSTOMERS),
    ]


def test_an_entity_that_is_called_as_a_column_joins_on_it() -> None:
    models = [a_model_row(name, catalog=columns("customer_id")) for name in ("orders", "customers")]
    state = state_of(models=models, semantic_models=semantic_rows())
    assert joins(shop(state)) == ["model.shop.orders(customer_id) > model.shop.customers(customer_id)"]


def test_an_entity_that_is_no_column_joins_tables_only() -> None:
    models = [a_model_row(name, catalog=columns("id")) for name in ("orders", "customers")]
    state = state_of(models=models, semantic_models=semantic_rows())
    assert joins(shop(state)) == ["model.shop.orders() > model.shop.customers()"]


def test_a_bare_reference_to_a_versioned_model_means_the_latest() -> None:
    versions = [
        a_model_row("customers", uniqueId=f"{CUSTOMERS}.v{version}", version=version, latestVersion="2")
        for version in "12"
    ]
    foreign = {"type": "foreign_key", "columns": ["customer_id"], "expression": "ref('customers') (id)"}
    erd = shop(state_of(models=[a_model_row("orders", constraints=[foreign]), *versions]))
    assert joins(erd) == ["model.shop.orders(customer_id) > model.shop.customers.v2(id)"]


def test_an_argument_keeps_the_name_it_was_given_beside_dbts_spelling_of_it() -> None:
    row = a_test_row("test.shop.a", "unique", kwargs={"fkColumn": 1, "arguments": {"pkColumn": 2}})
    metadata = (manifest_of(state_of(tests=[row])).nodes or {})["test.shop.a"].test_metadata
    assert metadata
    assert metadata.kwargs == {"fkColumn": 1, "fk_column": 1, "arguments": {"pkColumn": 2, "pk_column": 2}}


def test_parents_stand_in_an_order_of_their_own() -> None:
    parents = [{"uniqueId": f"model.shop.{name}"} for name in ("e", "b", "d", "a", "c", "a")]
    nodes = manifest_of(state_of(models=[a_model_row("orders", parents=parents)])).nodes or {}
    assert nodes[ORDERS].depends_on_nodes == [f"model.shop.{name}" for name in "abcde"]


def test_how_tests_ended_is_told_like_the_results_of_a_run() -> None:
    rows = [
        a_test_row("test.shop.a", "unique", executionInfo={"lastRunStatus": "Pass", "lastRunFailures": 0}),
        a_test_row("test.shop.b", "unique", executionInfo={"lastRunStatus": "fail", "lastRunFailures": 4}),
        a_test_row("test.shop.c", "unique", executionInfo={"lastRunStatus": None}),
    ]
    assert run_results_of(state_of(tests=rows)).test_outcomes() == {"fail": 1, "pass": 1}


def test_a_relationship_knows_how_its_test_ended() -> None:
    from erd.detect.states import test_states  # noqa: PLC0415 - at the top, pytest would take it for a test

    info = {"lastRunStatus": "fail", "lastRunFailures": 3}
    row = a_relationships_row(columnName="customer_id", kwargs=TO_CUSTOMERS, executionInfo=info)
    state = state_of(models=two_models(), tests=[row])
    erd = drawn(manifest_of(state), catalog_of(state), states=test_states(run_results_of(state)))
    assert erd.relationships[0].state == State(Outcome.FAILED, 3)
