"""Every version of the artifacts is read, and what a producer leaves out or writes as null is as if it were unset."""

import logging
from pathlib import Path

import pytest

from erd.artifacts.catalog import Catalog, read_catalog
from erd.artifacts.manifest import Constraint, DeclaredColumn, Manifest, Node, read_manifest
from erd.artifacts.run_results import RunResults, read_run_results
from tests.artifacts.documents import a_document, a_real_manifest
from tests.builders import ORDERS

MANIFEST_VERSIONS = (*range(1, 13), 20)
SOURCE = "source.shop.raw.orders"
NODE_FIELDS = Node.__struct_fields__


def manifest_of(data: bytes, folder: Path) -> Manifest:
    path = folder / "manifest.json"
    path.write_bytes(data)
    return read_manifest(path)


def catalog_of(data: bytes, folder: Path) -> Catalog:
    path = folder / "catalog.json"
    path.write_bytes(data)
    return read_catalog(path)


def run_results_of(data: bytes, folder: Path) -> RunResults:
    path = folder / "run_results.json"
    path.write_bytes(data)
    return read_run_results(path)


@pytest.mark.parametrize("version", MANIFEST_VERSIONS)
def test_every_manifest_version_is_read_without_a_word(
    version: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = manifest_of(a_document(version=version, nodes={ORDERS: {"name": "orders"}}), tmp_path)
    assert manifest.nodes == {ORDERS: Node(name="orders")}
    assert caplog.records == []


@pytest.mark.parametrize("version", [0, 13, 19, 21, 99])
def test_an_unknown_manifest_version_is_read_with_one_warning(
    version: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    manifest = manifest_of(a_document(version=version, nodes={ORDERS: {"name": "orders"}}), tmp_path)
    assert manifest.nodes == {ORDERS: Node(name="orders")}
    (warning,) = caplog.records
    assert warning.levelno == logging.WARNING
    assert f"manifest.json has schema version {version} of manifest" in warning.getMessage()


def test_an_unknown_catalog_version_is_read_with_one_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    catalog = catalog_of(a_document("catalog", 2, nodes={ORDERS: {"columns": {"ID": {}}}}), tmp_path)
    assert list(catalog.observed(ORDERS)) == ["ID"]
    (warning,) = caplog.records
    assert "catalog.json has schema version 2" in warning.getMessage()


@pytest.mark.parametrize("version", range(1, 7))
def test_every_version_of_run_results_is_read_without_a_word(
    version: int, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    results = [{"unique_id": "test.shop.unique_orders_id", "status": "pass"}]
    read = run_results_of(a_document("run-results", version, results=results, args={"which": "build"}), tmp_path)
    assert read.test_outcomes() == {"pass": 1}
    assert caplog.records == []


def test_a_byte_order_mark_is_no_part_of_the_manifest(tmp_path: Path) -> None:
    manifest = manifest_of(b"\xef\xbb\xbf" + a_document(nodes={ORDERS: {}}), tmp_path)
    assert manifest.table_node(ORDERS) == Node()


def test_fields_that_nobody_reads_are_passed_over(tmp_path: Path) -> None:
    node = {"name": "orders", "raw_code": "select 1", "dimension": {"type": "time"}, "refs": [["customers"]]}
    manifest = manifest_of(a_document(nodes={ORDERS: node}, docs=[], disabled=[], functions=None), tmp_path)
    assert manifest.table_node(ORDERS) == Node(name="orders")


def test_a_manifest_of_a_head_alone_has_no_tables(tmp_path: Path) -> None:
    manifest = manifest_of(a_document(), tmp_path)
    assert manifest.table_node(ORDERS) is None
    assert manifest.table_node(SOURCE) is None
    assert manifest.adapter_type == ""


def test_null_maps_are_empty_maps(tmp_path: Path) -> None:
    manifest = manifest_of(a_document(nodes=None, sources=None), tmp_path)
    assert manifest.table_node(ORDERS) is None
    assert manifest.table_node(SOURCE) is None


def test_a_node_of_nulls_only_is_read_like_one_without_fields(tmp_path: Path) -> None:
    manifest = manifest_of(a_document(nodes={ORDERS: dict.fromkeys(NODE_FIELDS)}), tmp_path)
    node = manifest.table_node(ORDERS)
    assert node == Node()
    assert (node.all_meta, node.depends_on_nodes) == ({}, [])


def test_nulls_deeper_in_a_node_are_unset(tmp_path: Path) -> None:
    node = {
        "columns": {"id": {"description": None, "data_type": None, "constraints": None}},
        "constraints": [{"type": None, "columns": None}],
        "config": {"meta": None, "where": None},
        "depends_on": {"nodes": None},
        "test_metadata": {"name": None, "namespace": None, "kwargs": None},
    }
    read = manifest_of(a_document(nodes={ORDERS: node}), tmp_path).table_node(ORDERS)
    assert read is not None
    assert read.columns == {"id": DeclaredColumn()}
    assert read.constraints == [Constraint()]
    assert read.all_meta == {}
    assert read.depends_on_nodes == []


def test_meta_of_the_configuration_counts_and_the_nodes_own_comes_first(tmp_path: Path) -> None:
    node = {"meta": {"label": "own"}, "config": {"meta": {"label": "configured", "owner": "sales"}}}
    read = manifest_of(a_document(nodes={ORDERS: node}), tmp_path).table_node(ORDERS)
    assert read is not None
    assert read.all_meta == {"label": "own", "owner": "sales"}


@pytest.mark.parametrize("unique_id", [ORDERS, "seed.shop.countries", "snapshot.shop.orders_history"])
def test_models_seeds_and_snapshots_are_tables(unique_id: str, tmp_path: Path) -> None:
    manifest = manifest_of(a_document(nodes={unique_id: {"name": "a"}}, sources={SOURCE: {"name": "b"}}), tmp_path)
    assert manifest.table_node(unique_id) == Node(name="a")
    assert manifest.table_node(SOURCE) == Node(name="b")


def test_a_test_is_no_table(tmp_path: Path) -> None:
    test = "test.shop.unique_orders_id"
    assert manifest_of(a_document(nodes={test: {}}), tmp_path).table_node(test) is None


def test_a_real_manifest_is_read_with_all_its_nodes(tmp_path: Path) -> None:
    manifest = manifest_of(a_real_manifest(), tmp_path)
    assert manifest.adapter_type == "duckdb"
    order_items = manifest.table_node("model.jaffle_shop.order_items")
    assert order_items is not None
    assert order_items.package_name == "jaffle_shop"
    assert list(order_items.columns or {})[:2] == ["order_id", "line_number"]


def test_a_catalog_without_a_table_has_no_columns_of_it(tmp_path: Path) -> None:
    catalog = catalog_of(a_document("catalog", 1, nodes=None, sources=None), tmp_path)
    assert catalog.observed(ORDERS) == {}
    assert catalog.observed(SOURCE) == {}


@pytest.mark.parametrize("table", [{}, {"columns": None}, {"columns": {}}])
def test_a_catalogs_table_may_have_no_columns(table: object, tmp_path: Path) -> None:
    catalog = catalog_of(a_document("catalog", 1, nodes={ORDERS: table}, sources={SOURCE: table}), tmp_path)
    assert catalog.observed(ORDERS) == {}
    assert catalog.observed(SOURCE) == {}


@pytest.mark.parametrize("index", [1, 1.0, "1", None])
def test_the_position_of_a_column_is_a_number_or_text_or_null(index: object, tmp_path: Path) -> None:
    tables = {ORDERS: {"columns": {"id": {"type": None, "index": index, "comment": None}}}}
    catalog = catalog_of(a_document("catalog", 1, nodes=tables), tmp_path)
    assert catalog.observed(ORDERS)["id"].index == index


def test_sources_are_looked_up_among_the_catalogs_sources(tmp_path: Path) -> None:
    catalog = catalog_of(a_document("catalog", 1, sources={SOURCE: {"columns": {"ID": {"type": "INT"}}}}), tmp_path)
    assert catalog.observed(SOURCE)["ID"].type == "INT"
