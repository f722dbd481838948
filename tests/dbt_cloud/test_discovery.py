"""The Discovery API: hosts, pages, cursors, what is asked, and a query of the reader's own."""

import re
from pathlib import Path

import pytest
from graphql import parse, validate

from erd.checks import Secret
from erd.dbt_cloud.clock import ENOUGH_SECONDS, Budget
from erd.dbt_cloud.connection import Pace
from erd.dbt_cloud.discovery import DiscoveryClient, discovery_url
from erd.dbt_cloud.queries import KINDS, QUERIES, QUERIES_WITH_SQL, Query, read_query
from erd.errors import DbtCloudError, UsageError
from tests.hidden import assert_hidden
from tests.tokens import TOKEN

from .discovered import a_model_row, a_test_row
from .discovery_api import ENVIRONMENT, SCHEMA, DiscoveryApi, discovery
from .quick_clock import QuickClock

# As a user of dbterd has one: several lists paged together, in its variables, of its fields, with commas.
OWN_QUERY = """
query ($environment_id: BigInt!, $model_first: Int!, $model_after: String, $source_first: Int!, $source_after: String,
       $exposure_first: Int!, $exposure_after: String, $test_first: Int!, $test_after: String,
       $semantic_model_first: Int!, $semantic_model_after: String) {
  environment(id: $environment_id) {
    definition {
      semanticModels(first: $semantic_model_first, after: $semantic_model_after) {
        edges { node { uniqueId, entities { name, type }, parents { uniqueId, resourceType } } }
        pageInfo { startCursor, endCursor, hasNextPage } totalCount
      }
    }
    applied {
      models(first: $model_first, after: $model_after) {
        edges { node { uniqueId, name, database, schema, alias, catalog { columns { name, description, type } } } }
        pageInfo { startCursor, endCursor, hasNextPage } totalCount
      }
      sources(first: $source_first, after: $source_after) {
        edges { node { uniqueId, name, database, schema } }
        pageInfo { startCursor, endCursor, hasNextPage } totalCount
      }
      exposures(first: $exposure_first, after: $exposure_after) {
        edges { node { uniqueId, name, parents { uniqueId } } }
        pageInfo { startCursor, endCursor, hasNextPage } totalCount
      }
      tests(first: $test_first, after: $test_after) {
        edges { node { uniqueId, columnName, meta, testMetadata { name, kwargs }, parents { uniqueId, resourceType } } }
        pageInfo { startCursor, endCursor, hasNextPage } totalCount
      }
    }
  }
}
"""


def a_client(url: str, *, token: str = TOKEN, retries: int = 4, read: float = 10) -> DiscoveryClient:
    return DiscoveryClient(url, Secret(token), Budget(ENOUGH_SECONDS, QuickClock()), Pace(retries, 0.005, 5, read))


def many_models(count: int) -> list[dict[str, object]]:
    return [a_model_row(f"m{number:04}") for number in range(count)]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("https://cloud.getdbt.com", "https://metadata.cloud.getdbt.com"),
        ("https://emea.dbt.com", "https://metadata.emea.dbt.com"),
        ("https://au.dbt.com", "https://metadata.au.dbt.com"),
        ("https://ab123.us1.dbt.com", "https://ab123.metadata.us1.dbt.com"),
        ("https://ab123.eu1.dbt.com:8443", "https://ab123.metadata.eu1.dbt.com:8443"),
        ("https://ab123.tenant.routing.dbt.com", "https://ab123.metadata.tenant.routing.dbt.com"),
        ("https://cloud.tenant.getdbt.com", "https://metadata.cloud.tenant.getdbt.com"),
        ("https://dbt.example.com", "https://metadata.dbt.example.com"),
        ("https://metadata.cloud.getdbt.com", "https://metadata.cloud.getdbt.com"),
        ("https://ab123.metadata.us1.dbt.com", "https://ab123.metadata.us1.dbt.com"),
        ("https://dbt-metadata.example.com", "https://dbt-metadata.example.com"),
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("http://localhost:8000", "http://localhost:8000"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_the_host_is_the_accounts_with_metadata_in_it(given: str, expected: str) -> None:
    assert discovery_url(given) == expected


@pytest.mark.parametrize("query", dict.fromkeys([*QUERIES, *QUERIES_WITH_SQL]), ids=lambda query: query.subject)
def test_every_query_is_valid_against_the_documented_schema(query: Query) -> None:
    assert validate(SCHEMA, parse(query.text)) == []


def test_the_query_of_the_reader_in_these_tests_is_valid_too() -> None:
    assert validate(SCHEMA, parse(OWN_QUERY)) == []


def test_each_list_has_a_query_of_its_own() -> None:
    asked = [kind for query in QUERIES for kind in set(re.findall(r"\$(\w+)_first", query.text))]
    assert sorted(asked) == sorted(KINDS.values())


def test_a_query_carries_the_token_as_bearer_and_the_id_as_a_number() -> None:
    with discovery(DiscoveryApi({})) as api, a_client(api.url) as client:
        client.read(ENVIRONMENT, QUERIES[:1])
    (asked,) = api.requests
    assert asked.path == "/graphql"
    assert asked.authorization == f"Bearer {TOKEN}"
    assert asked.variables == {"environment_id": 70437463654557, "model_first": 500}


def test_what_the_environment_is_called_and_runs_on_is_read() -> None:
    with discovery(DiscoveryApi({})) as api, a_client(api.url) as client:
        state = client.read(ENVIRONMENT, QUERIES)
    assert (state.adapter_type, state.project_name) == ("duckdb", "jaffle_shop")


def test_singular_tests_are_not_asked_for() -> None:
    rows = [a_test_row("test.shop.a", "unique"), a_test_row("test.shop.b", "", testType="SINGULAR_DATA_TEST")]
    with discovery(DiscoveryApi({"tests": rows})) as api, a_client(api.url) as client:
        state = client.read(ENVIRONMENT, QUERIES)
    assert [row.unique_id for row in state.tests] == ["test.shop.a"]


def test_a_long_list_is_read_to_its_end_page_by_page(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with discovery(DiscoveryApi({"models": many_models(1_201)})) as api, a_client(api.url) as client:
        state = client.read(ENVIRONMENT, QUERIES[:1])
    assert [row.name for row in state.models] == [f"m{number:04}" for number in range(1_201)]
    assert [asked.variables.get("model_after") for asked in api.requests] == [None, "models:500", "models:1000"]
    assert caplog.messages[-1].startswith("Metadata result: 1,201 model(s), 0 source(s), ")


def test_a_page_that_is_too_much_is_asked_for_by_halves(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    api = DiscoveryApi({"models": many_models(300)}, rows_too_many=126)
    with discovery(api), a_client(api.url) as client:
        state = client.read(ENVIRONMENT, QUERIES[:1])
    assert len({row.unique_id for row in state.models}) == len(state.models) == 300
    assert [asked.variables["model_first"] for asked in api.requests] == [500, 250, 125, 125, 125]
    assert "That is too much for dbt Cloud at once: asking for 125 rows a page." in caplog.messages


def test_a_query_that_is_too_much_even_for_one_row_is_given_up() -> None:
    api = DiscoveryApi({"models": many_models(3)}, rows_too_many=1)
    with discovery(api), a_client(api.url) as client, pytest.raises(DbtCloudError) as raised:
        client.read(ENVIRONMENT, QUERIES[:1])
    assert raised.value.happened == (
        f"The query for the models of environment {ENVIRONMENT} is too complex for dbt Cloud"
        " (POST /graphql → COMPLEXITY_EXCEEDED: Query is too complex)."
    )
    assert [asked.variables["model_first"] for asked in api.requests] == [500, 250, 125, 62, 31, 15, 7, 3, 1]


def test_a_cursor_that_repeats_ends_the_reading(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    api = DiscoveryApi({"models": many_models(501)}, stuck="models")
    with discovery(api), a_client(api.url) as client, pytest.raises(DbtCloudError) as raised:
        client.read(ENVIRONMENT, QUERIES[:1])
    assert "says that more follows, but gives the same page again" in raised.value.happened
    assert len(api.requests) == 2
    assert_hidden(raised.value, caplog)


def test_a_redirect_to_the_path_with_a_slash_is_followed_with_query_and_token() -> None:
    api = DiscoveryApi({"models": many_models(1)})
    with discovery(api, path="/graphql/"), a_client(api.url) as client:
        state = client.read(ENVIRONMENT, QUERIES[:1])
    assert len(state.models) == 1
    assert [asked.path for asked in api.requests] == ["/graphql", "/graphql/"]


def test_a_query_file_of_dbterd_is_read_with_its_lists_paged_together(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(OWN_QUERY, encoding="utf-8")
    rows = {
        "models": many_models(600),
        "tests": [a_test_row(f"test.shop.t{number:04}", "unique") for number in range(1_100)],
        "semanticModels": [{"uniqueId": "semantic_model.shop.a", "entities": [], "parents": []}],
    }
    with discovery(DiscoveryApi(rows)) as api, a_client(api.url) as client:
        state = client.read(ENVIRONMENT, [read_query(file)])
    assert [row.name for row in state.models] == [f"m{number:04}" for number in range(600)]
    assert [row.unique_id for row in state.tests] == [f"test.shop.t{number:04}" for number in range(1_100)]
    assert [row.unique_id for row in state.semantic_models] == ["semantic_model.shop.a"]
    cursors = [(asked.variables.get("model_after"), asked.variables.get("test_after")) for asked in api.requests]
    assert cursors == [(None, None), ("models:500", "tests:500"), ("models:600", "tests:1000")]


def test_a_query_that_does_not_page_is_asked_once(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(
        "query ($environment_id: BigInt!) { environment(id: $environment_id)"
        " { applied { models(first: 5) { edges { node { uniqueId } } } } } }",
        encoding="utf-8",
    )
    with discovery(DiscoveryApi({"models": many_models(9)})) as api, a_client(api.url) as client:
        state = client.read(ENVIRONMENT, [read_query(file)])
    assert len(state.models) == 5
    assert [asked.variables for asked in api.requests] == [{"environment_id": ENVIRONMENT}]


def test_a_list_that_is_whole_is_not_taken_twice_while_another_goes_on(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(
        "query ($environment_id: BigInt!, $model_first: Int!, $model_after: String) {"
        " environment(id: $environment_id) { applied { sources(first: 9) { edges { node { uniqueId } } }"
        " models(first: $model_first, after: $model_after)"
        " { pageInfo { endCursor hasNextPage } edges { node { uniqueId } } } } } }",
        encoding="utf-8",
    )
    source = a_model_row("raw", uniqueId="source.shop.raw.orders")
    with (
        discovery(DiscoveryApi({"models": many_models(501), "sources": [source]})) as api,
        a_client(api.url) as client,
    ):
        state = client.read(ENVIRONMENT, [read_query(file)])
    assert [row.unique_id for row in state.sources] == ["source.shop.raw.orders"]
    assert len(state.models) == 501


def test_a_query_that_forgets_its_cursor_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(
        "query ($environment_id: BigInt!) { environment(id: $environment_id) { applied {"
        " models(first: 5) { pageInfo { endCursor hasNextPage } edges { node { uniqueId } } } } } }",
        encoding="utf-8",
    )
    with (
        discovery(DiscoveryApi({"models": many_models(9)})) as api,
        a_client(api.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        client.read(ENVIRONMENT, [read_query(file)])
    assert raised.value.todo.startswith(f"Let {file} begin its pages of models after $model_after")


def test_a_query_for_a_field_that_the_api_does_not_have_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(OWN_QUERY.replace("alias", "nickname"), encoding="utf-8")
    with discovery(DiscoveryApi({})) as api, a_client(api.url) as client, pytest.raises(DbtCloudError) as raised:
        client.read(ENVIRONMENT, [read_query(file)])
    assert "GRAPHQL_VALIDATION_FAILED: Cannot query field 'nickname' on type 'Model'" in raised.value.happened
    assert raised.value.todo == f"Correct {file}, or leave dbt-cloud-query-file-path out."


def test_a_query_for_nothing_that_is_drawn_is_told_so(tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    file.write_text(
        "query ($environment_id: BigInt!) { environment(id: $environment_id)"
        " { applied { m: models(first: 5) { totalCount } } } }",
        encoding="utf-8",
    )
    with (
        discovery(DiscoveryApi({})) as api,
        a_client(api.url) as client,
        pytest.raises(UsageError, match="asks for none of the lists"),
    ):
        client.read(ENVIRONMENT, [read_query(file)])


@pytest.mark.parametrize(
    ("content", "happened"),
    [(None, "No such file"), (b"  \n", "is empty"), (b"query \xff", "it is not UTF-8")],
)
def test_a_query_file_that_cannot_be_read_is_wrong_usage(content: bytes | None, happened: str, tmp_path: Path) -> None:
    file = tmp_path / "own.gql"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(UsageError, match=happened):
        read_query(file)
