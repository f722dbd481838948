"""The SQL of nodes comes from whichever key their version of dbt has, and is read only when a target holds it."""

import json
import logging
from pathlib import Path

import pytest

from erd.artifacts.compiled import read_compiled_sql
from erd.errors import ArtifactError
from erd.pipeline import draw
from erd.settings import Settings
from erd.sources import LocalSource
from tests.builders import a_manifest, a_model, a_source, schema_version, write_artifacts

MODEL = "model.shop.orders"


def manifest_of(folder: Path, nodes: object, version: int = 12) -> Path:
    path = folder / "manifest.json"
    path.write_text(
        json.dumps({"metadata": {"dbt_schema_version": schema_version("manifest", version)}, "nodes": nodes})
    )
    return path


def sql_of(folder: Path, node: object) -> dict[str, str]:
    return read_compiled_sql(manifest_of(folder, {MODEL: node}), None, [MODEL])


@pytest.mark.parametrize(
    ("node", "sql"),
    [
        ({"compiled_code": "select 1", "raw_code": "select {{ 1 }}"}, "select 1"),
        ({"compiled_sql": "select 1", "raw_sql": "select {{ 1 }}"}, "select 1"),
        ({"compiled_code": None, "raw_code": "select {{ 1 }}"}, "select {{ 1 }}"),
        ({"compiled_code": "", "raw_code": "select {{ 1 }}"}, "select {{ 1 }}"),
        ({"raw_sql": "select {{ 1 }}"}, "select {{ 1 }}"),
    ],
)
def test_sql_is_compiled_and_raw_where_nobody_compiled_it(tmp_path: Path, node: object, sql: str) -> None:
    assert sql_of(tmp_path, node) == {MODEL: sql}


@pytest.mark.parametrize("node", [{}, {"raw_code": ""}, {"compiled_code": None}])
def test_a_node_without_code_is_left_out(tmp_path: Path, node: object) -> None:
    assert sql_of(tmp_path, node) == {}


def test_only_wanted_nodes_are_kept(tmp_path: Path) -> None:
    path = manifest_of(tmp_path, {MODEL: {"raw_code": "a"}, "model.shop.other": {"raw_code": "b"}})
    assert read_compiled_sql(path, None, [MODEL, "source.shop.raw.orders"]) == {MODEL: "a"}


def test_a_manifest_without_nodes_has_no_sql(tmp_path: Path) -> None:
    assert read_compiled_sql(manifest_of(tmp_path, None), None, [MODEL]) == {}


def test_sql_of_another_kind_is_an_error_that_names_the_file(tmp_path: Path) -> None:
    path = manifest_of(tmp_path, {MODEL: {"raw_code": 1}})
    with pytest.raises(ArtifactError, match=r"manifest\.json of run 1 is JSON, but not as dbt writes a manifest"):
        read_compiled_sql(path, "manifest.json of run 1", [MODEL])


def a_project(folder: Path, version: int = 12) -> Path:
    """A project of a model with code and a source."""
    write_artifacts(folder, a_manifest(a_model("orders"), a_source("raw", "orders"), version=version))
    content = json.loads((folder / "manifest.json").read_text("utf-8"))
    content["nodes"][MODEL]["compiled_code"] = "select 1"
    (folder / "manifest.json").write_text(json.dumps(content), "utf-8")
    return folder


def drawn_sql(folder: Path, *targets: str) -> dict[str, str]:
    settings = Settings(source=LocalSource(folder), resource_type=("model", "source"), target=targets)
    return {table.unique_id: table.sql for table in draw(settings).erd.tables}


def test_tables_have_sql_for_json(tmp_path: Path) -> None:
    sql = {MODEL: "select 1", "source.shop.raw.orders": ""}
    assert drawn_sql(a_project(tmp_path), "json") == sql
    assert drawn_sql(tmp_path, "dbml", "json") == sql


def test_tables_have_no_sql_for_targets_without_a_place_for_it(tmp_path: Path) -> None:
    assert set(drawn_sql(a_project(tmp_path), "dbml", "drawdb", "tbls").values()) == {""}


def test_an_unknown_version_is_warned_about_once(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        drawn_sql(a_project(tmp_path, version=99), "json")
    (warning,) = [one.getMessage() for one in caplog.records if "99" in one.getMessage()]
    assert "has schema version 99 of manifest, which is not known here" in warning
