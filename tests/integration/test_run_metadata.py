"""`run-metadata`: the ERD of an environment, from flags to the file, and how it compares with that of the artifacts."""

import gzip
import json
from collections.abc import Iterator, Mapping
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest

from erd.given import Door
from erd.model import Erd, Relationship
from erd.options import RUN_METADATA
from erd.pipeline import draw
from erd.settings import Settings, read_settings
from erd.sources import DiscoverySource
from tests.dbt_cloud.discovered import rows_of
from tests.dbt_cloud.discovery_api import ENVIRONMENT, DiscoveryApi, discovery
from tests.dbt_cloud.test_discovery import OWN_QUERY
from tests.detect.drawing import joins
from tests.given import problem
from tests.tokens import ANOTHER, TOKEN

from .doors import Answer, command

ALL_KINDS = "model source seed snapshot"


def artifact(name: str) -> bytes:
    """One of the sample's artifacts, of the step that builds and tests."""
    return gzip.decompress((files("erd.demo") / "artifacts" / "production" / f"{name}.json.gz").read_bytes())


@pytest.fixture
def api() -> Iterator[DiscoveryApi]:
    """The sample's environment."""
    names = ("manifest", "catalog", "build_run_results")
    with discovery(DiscoveryApi(rows_of(*(json.loads(artifact(name)) for name in names)))) as running:
        yield running


def metadata_settings(folder: Path, api: DiscoveryApi, **given: object) -> Settings:
    flags = {
        "dbt-cloud-host-url": api.url,
        "dbt-cloud-service-token": TOKEN,
        "dbt-cloud-environment-id": ENVIRONMENT,
        "resource-type": ALL_KINDS,
        **given,
    }
    return read_settings(Door.COMMAND, flags, {}, folder, RUN_METADATA)


def of_artifacts(folder: Path, **given: object) -> Erd:
    for name, file in (("manifest", "manifest"), ("catalog", "catalog"), ("build_run_results", "run_results")):
        (folder / f"{file}.json").write_bytes(artifact(name))
    flags = {"artifacts-dir": str(folder), "resource-type": ALL_KINDS, **given}
    return draw(read_settings(Door.COMMAND, flags, {}, folder)).erd


def run_metadata(folder: Path, api: DiscoveryApi, *arguments: str, token: str = TOKEN) -> Answer:
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": token, "DBTERD_DBT_CLOUD_HOST_URL": api.url}
    flags = ("--dbt-cloud-environment-id", str(ENVIRONMENT), *arguments)
    return command(folder, "run-metadata", *flags, environ=environ)


def fields_that_differ(one: Any, other: Any) -> set[str]:
    return {name for name in one.__struct_fields__ if getattr(one, name) != getattr(other, name)}


def by_join(erd: Erd) -> Mapping[str, Relationship]:
    return dict(zip(joins(erd), erd.relationships, strict=True))


def test_the_tables_are_those_of_the_artifacts_but_for_what_the_api_does_not_tell(
    api: DiscoveryApi, tmp_path: Path
) -> None:
    expected, found = of_artifacts(tmp_path), draw(metadata_settings(tmp_path, api)).erd
    assert [table.unique_id for table in found.tables] == [table.unique_id for table in expected.tables]
    differing = {
        one.unique_id: fields_that_differ(one, other)
        for one, other in zip(expected.tables, found.tables, strict=True)
        if one != other
    }
    assert differing == {
        # It is in no warehouse: its columns stand in YAML alone, and so does the key that tests prove of one of them.
        "model.jaffle_shop.int_order_totals": {"columns", "primary_key"},
        # That one of its columns is never null is said by a constraint on that column, not on the model.
        "model.jaffle_shop.stores": {"columns"},
    }
    assert (found.project, found.warehouse) == (expected.project, expected.warehouse)


def test_the_relationships_are_those_of_the_artifacts_but_for_what_the_api_does_not_tell(
    api: DiscoveryApi, tmp_path: Path
) -> None:
    expected = by_join(of_artifacts(tmp_path))
    found = by_join(draw(metadata_settings(tmp_path, api)).erd)
    shop = "model.jaffle_shop"
    # What these constraints refer to stands in `to`, of which the API has nothing.
    assert expected.keys() - found.keys() == {
        f"{shop}.order_item_promotions(order_id, line_number) > {shop}.order_items(order_id, line_number)",
        f"{shop}.loyalty_cards(holder_email) > {shop}.customers.v2(email)",
    }
    assert found.keys() - expected.keys() == set()
    differing = {name: fields_that_differ(expected[name], found[name]) for name in found}
    # Without the constraint on its column, a foreign key may be null.
    assert [name for name, fields in differing.items() if fields - {"provenance"}] == [
        f"{shop}.stores(region_code) > seed.jaffle_shop.regions(region_code)"
    ]
    for name, one in found.items():
        # Constraints of columns, and entities whose column has another name, say nothing here.
        assert set(one.provenance) == {said for said in expected[name].provenance if said.kind == "test"}


def test_all_that_tests_say_is_the_same(api: DiscoveryApi, tmp_path: Path) -> None:
    expected = of_artifacts(tmp_path, algo="test_relationship")
    found = draw(metadata_settings(tmp_path, api, algo="test_relationship")).erd
    assert joins(found) == joins(expected)
    assert [one.state for one in found.relationships] == [one.state for one in expected.relationships]
    assert [one.label for one in found.relationships] == [one.label for one in expected.relationships]


def test_dependencies_are_those_of_the_artifacts(api: DiscoveryApi, tmp_path: Path) -> None:
    expected = of_artifacts(tmp_path, **{"with-dependencies": True})
    found = draw(metadata_settings(tmp_path, api, **{"with-dependencies": True})).erd
    assert found.dependencies == expected.dependencies != ()


def test_statements_are_asked_for_only_where_a_target_holds_them(api: DiscoveryApi, tmp_path: Path) -> None:
    expected = of_artifacts(tmp_path, target="json")
    found = draw(metadata_settings(tmp_path, api, target="json")).erd
    without = draw(metadata_settings(tmp_path, api)).erd
    models = ("model.", "snapshot.")
    sql = {table.unique_id: table.sql for table in expected.tables if table.unique_id.startswith(models)}
    assert {table.unique_id: table.sql for table in found.tables if table.sql} == sql != {}
    assert [table.sql for table in without.tables if table.sql] == []


def test_a_query_file_of_dbterd_draws_the_relationships_between_models(api: DiscoveryApi, tmp_path: Path) -> None:
    (tmp_path / "own.gql").write_text(OWN_QUERY, encoding="utf-8")
    chosen = {"resource-type": "model", "algo": "test_relationship"}
    own = draw(metadata_settings(tmp_path, api, **chosen, **{"dbt-cloud-query-file-path": tmp_path / "own.gql"})).erd
    assert len(api.requests) == 1
    assert joins(own) == joins(draw(metadata_settings(tmp_path, api, **chosen)).erd) != []


def test_the_command_writes_the_file_and_says_what_it_read(api: DiscoveryApi, tmp_path: Path) -> None:
    answer = run_metadata(tmp_path, api, "--output", "out")
    assert answer.code == 0
    assert f"Reading the state of environment {ENVIRONMENT}" in answer.log
    assert "Metadata result: 19 model(s), 9 source(s), 2 seed(s), 1 snapshot(s), 3 exposure(s)" in answer.log
    assert (tmp_path / "out" / "output.dbml").read_text(encoding="utf-8").count("Table ") == 19
    assert TOKEN not in answer.log


@pytest.mark.parametrize("debug", [(), ("--debug",)], ids=["plain", "debug"])
def test_a_refusal_is_told_in_words_and_without_the_token(
    api: DiscoveryApi, tmp_path: Path, debug: tuple[str, ...]
) -> None:
    answer = run_metadata(tmp_path, api, *debug, token=ANOTHER)
    assert answer.code == 1
    assert "rejected the token (POST /graphql → 401: Invalid token)" in answer.log
    assert "another-secret" not in answer.log
    assert ("Traceback" in answer.log) is bool(debug)


def test_what_is_missing_is_told_at_once(tmp_path: Path) -> None:
    answer = command(tmp_path, "run-metadata")
    assert answer.code == 2
    assert "`--dbt-cloud-environment-id` (or DBTERD_DBT_CLOUD_ENVIRONMENT_ID) is missing." in answer.log
    assert "`--dbt-cloud-service-token` (or DBTERD_DBT_CLOUD_SERVICE_TOKEN) is missing." in answer.log
    assert "Metadata Only" in answer.log


def test_options_of_run_in_the_environment_are_not_looked_at(tmp_path: Path) -> None:
    environ = {
        "DBTERD_DBT_CLOUD_RUN_ID": "not even an id",
        "DBTERD_DBT_CLOUD_JOB_ID": "5",
        "DBTERD_ARTIFACTS_DIR": "nowhere",
        "DBTERD_DBT_CLOUD_API_VERSION": "odd",
        "DBTERD_DBT_CLOUD_HOST_URL": "ab123.us1.dbt.com",
        "DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN,
        "DBTERD_DBT_CLOUD_ENVIRONMENT_ID": "7",
    }
    found = read_settings(Door.COMMAND, {}, environ, tmp_path, RUN_METADATA)
    assert isinstance(found.source, DiscoverySource)
    assert (found.source.base_url, found.source.environment_id) == ("https://ab123.us1.dbt.com", 7)
    assert (found.dbt_cloud_run_id, found.artifacts_dir) == (None, None)


def test_keys_of_the_configuration_file_apply(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text(
        "dbt-cloud-environment-id: 7\ndbt_cloud_query_file_path: own.gql\ntarget: dbml\n", encoding="utf-8"
    )
    found = read_settings(Door.COMMAND, {"dbt-cloud-service-token": TOKEN}, {}, tmp_path, RUN_METADATA)
    assert isinstance(found.source, DiscoverySource)
    assert (found.source.environment_id, found.source.query_file) == (7, Path("own.gql"))


def test_run_asks_for_no_environment(tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt-cloud": True, "dbt-cloud-service-token": TOKEN, "dbt-cloud-account-id": 1})
    assert "There is no run to draw" in error.happened
