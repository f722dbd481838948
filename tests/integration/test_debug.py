"""`debug` shows the settings in force, whatever is wrong with them, and tries where artifacts come from."""

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from erd.demo.account import PRODUCTION, demo_account
from erd.demo.server import Server, serve
from erd.options import ANSWERED, OPTIONS
from tests.builders import a_catalog, a_manifest, a_model, write_artifacts
from tests.dbt_cloud.discovery_api import ENVIRONMENT, DiscoveryApi, discovery
from tests.integration.doors import Answer, command
from tests.tokens import LONG, OLD, PLAIN, TOKEN, TWO_LINES, TWO_WORDS


@pytest.fixture(scope="module")
def cloud() -> Iterator[Server]:
    with serve(demo_account()) as server:
        yield server


def page(cloud: Server) -> str:
    return f"{cloud.url}/deploy/{cloud.account.id}/projects/2/jobs/{PRODUCTION.id}"


def row(answer: Answer, name: str) -> tuple[str, str]:
    """What is shown as the value of an option, and as its origin."""
    (found,) = re.findall(rf"(?m)^  {name} {{2,}}(.+?) {{2,}}(.+)$", answer.log)
    value, origin = found
    return value, origin


def test_every_option_has_a_line_with_its_default(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug")
    for option in OPTIONS:
        if option.group != ANSWERED:
            value, origin = row(answer, option.name)
            assert origin == "default"
            assert value == (option.shown_default or ("false" if option.is_flag else "-"))


def test_every_value_is_shown_with_where_it_came_from(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("exclude: [staging, tests]\noutput: erd\nentity-group: schema\n")
    environ = {"DBTERD_OUTPUT_PATH": "docs", "DBTERD_OMIT_COLUMNS": "1"}
    answer = command(tmp_path, "debug", "-s", "orders", "-s", "customers", environ=environ)
    assert "Configuration file: .dbterd.yml\n" in answer.log
    assert row(answer, "select") == ("orders customers", "flag")
    assert row(answer, "output") == ("docs", "variable DBTERD_OUTPUT_PATH")
    assert row(answer, "omit-columns") == ("true", "variable DBTERD_OMIT_COLUMNS")
    assert row(answer, "exclude") == ("staging tests", "file .dbterd.yml")
    assert row(answer, "entity-group") == ("schema", "file .dbterd.yml")
    assert row(answer, "target") == ("dbml", "default")


def test_what_an_address_says_is_shown_as_its_word(cloud: Server, tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", "--dbt-cloud-job-id", page(cloud), "--dbt-cloud-service-token", cloud.token)
    assert row(answer, "dbt-cloud-account-id") == (str(cloud.account.id), "address of the run or job")
    assert row(answer, "dbt-cloud-host-url") == (cloud.url, "address of the run or job")


def test_what_does_not_count_is_said_to_be_set_aside(cloud: Server, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("artifacts-dir: kept\n")
    answer = command(tmp_path, "debug", "--dbt-cloud-job-id", page(cloud), "--dbt-cloud-service-token", cloud.token)
    assert "    `artifacts-dir` in .dbterd.yml is set aside" in answer.log
    assert answer.code == 0, answer.log


@pytest.mark.parametrize("token", [TOKEN, OLD, TWO_WORDS, TWO_LINES, LONG])
def test_a_token_is_three_stars_wherever_it_was_put_and_however_long_it_is(token: str, tmp_path: Path) -> None:
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": token}
    words = ["--entity-name-format", token, "--output-file-name", token, "-s", token, "--dbt-cloud-run-id", token]
    answer = command(tmp_path, "debug", *words, environ=environ)
    assert row(answer, "dbt-cloud-service-token") == ("***", "variable DBTERD_DBT_CLOUD_SERVICE_TOKEN")
    assert token not in answer.log
    assert " ".join(token.split()) not in answer.log


def test_a_password_in_an_address_is_not_shown(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", "--dbt-cloud-host-url", "https://me:word@example.com")
    assert "me:word" not in answer.log


def test_all_settings_are_shown_with_the_problems_beside_them(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("output-file-name: a/b\n")
    answer = command(tmp_path, "debug", "-t", "svg", "--dbt-cloud-run-id", "latest", "--columns", "keys")
    lines = answer.log.splitlines()
    for name, words in {
        "target": "`--target` is wrong: 'svg' is not known here. Give one or more of: ",
        "dbt-cloud-run-id": "`--dbt-cloud-run-id` is wrong: 'latest' is neither an id nor the address of a run. Give",
        "output-file-name": "`output-file-name` in .dbterd.yml is wrong: 'a/b' is not a plain file name. Give",
    }.items():
        (at,) = [number for number, line in enumerate(lines) if line.startswith(f"  {name} ")]
        assert lines[at + 1].startswith(f"  ! {words}")
    assert row(answer, "target") == ("svg", "flag")
    assert row(answer, "columns") == ("keys", "flag")
    assert lines[-1] == "! Nothing was tried: mend what is marked with ! first."
    assert answer.code == 2


def test_what_is_missing_stands_beside_its_option(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", "--dbt-cloud")
    lines = answer.log.splitlines()
    for name in ("dbt-cloud-service-token", "dbt-cloud-account-id", "dbt-cloud-run-id"):
        (at,) = [number for number, line in enumerate(lines) if line.startswith(f"  {name} ")]
        assert "missing" in lines[at + 1]
        assert lines[at + 1].startswith("  ! ")
    assert answer.code == 2


def test_a_configuration_that_cannot_be_read_is_said_first_and_all_else_is_shown(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("select: [a\n")
    answer = command(tmp_path, "debug", "-o", "docs")
    assert answer.log.splitlines()[1].startswith("! .dbterd.yml is not valid YAML in line 2")
    assert row(answer, "output") == ("docs", "flag")
    assert answer.code == 2


def test_what_is_without_effect_is_shown_if_it_was_given(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", "-dt", "prod")
    assert row(answer, "dbt-target") == ("prod", "flag")
    assert "    Without effect: dbt is never run" in answer.log
    assert "dbt-auto-artifacts" not in answer.log


def test_a_value_of_several_lines_stands_on_one(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", environ={"DBTERD_SELECT": "orders\n\n  customers\x1b[31m"})
    assert row(answer, "select") == (r"'orders customers\x1b[31m'", "variable DBTERD_SELECT")


def test_an_account_that_answers_is_named(cloud: Server, tmp_path: Path) -> None:
    asked_before = len(cloud.requests)
    answer = command(tmp_path, "debug", "--dbt-cloud-job-id", page(cloud), "--dbt-cloud-service-token", cloud.token)
    assert answer.code == 0, answer.log
    assert answer.log.splitlines()[-1] == "dbt Cloud answers, and lets the token into account 1 (Jaffle Shop)."
    assert [request.path for request in cloud.requests[asked_before:]] == ["/api/v2/accounts/1/"]


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"dbt-cloud-service-token": PLAIN}, ("rejected the token", "401", "Give dbt-cloud-service-token")),
        ({"dbt-cloud-account-id": "99"}, ("404", "account 99")),
        ({"dbt-cloud-host-url": "http://127.0.0.1:9"}, ("refuses connections",)),
    ],
    ids=["token", "account", "host"],
)
def test_an_account_that_does_not_is_told_with_what_to_do(
    given: Mapping[str, str], words: tuple[str, ...], cloud: Server, tmp_path: Path
) -> None:
    right: dict[str, object] = {
        "dbt-cloud-host-url": cloud.url,
        "dbt-cloud-account-id": cloud.account.id,
        "dbt-cloud-service-token": cloud.token,
        "dbt-cloud-job-id": PRODUCTION.id,
    }
    answer = command(
        tmp_path, "debug", *[word for name, value in (right | dict(given)).items() for word in (f"--{name}", value)]
    )
    assert answer.code == 1
    last = answer.log.splitlines()[-1]
    assert last.startswith("! ")
    assert [word for word in words if word not in last] == []
    assert PLAIN not in answer.log


def test_local_files_that_can_be_read_are_named_one_by_one(tmp_path: Path) -> None:
    write_artifacts(tmp_path, a_manifest(a_model("orders"), a_model("customers")), a_catalog())
    answer = command(tmp_path, "debug", "-ad", tmp_path)
    assert answer.code == 0, answer.log
    assert f"\nThe artifacts come from the folder {tmp_path}.\n" in answer.log
    assert re.search(r"manifest\.json is fine: 2 tables", answer.log)
    assert re.search(r"catalog\.json is fine\.", answer.log)
    assert re.search(r"There is no \S+run_results\.json: ", answer.log)


@pytest.mark.parametrize("name", ["manifest.json", "catalog.json", "run_results.json"])
def test_a_local_file_that_cannot_be_read_is_told(name: str, tmp_path: Path) -> None:
    write_artifacts(tmp_path, a_manifest(a_model("orders")), a_catalog())
    (tmp_path / name).write_text("{")
    answer = command(tmp_path, "debug", "-ad", ".")
    assert answer.code == 1
    assert answer.log.splitlines()[-1].startswith(f"! {name} is cut off")


def test_without_a_manifest_it_says_how_to_make_one(tmp_path: Path) -> None:
    answer = command(tmp_path, "debug")
    assert answer.code == 1
    assert "! target/manifest.json could not be read" in answer.log
    assert "dbt docs generate" in answer.log


@pytest.fixture
def an_environment() -> Iterator[list[str]]:
    """The flags of an environment whose state can be read."""
    with discovery(DiscoveryApi(rows={"models": []})) as api:
        yield ["--dbt-cloud-host-url", api.url, "--dbt-cloud-service-token", TOKEN]


def test_an_environment_is_asked_for_once(an_environment: list[str], tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", *an_environment, "--dbt-cloud-environment-id", ENVIRONMENT)
    assert answer.code == 0, answer.log
    told = f"dbt Cloud answers, and lets the token read environment {ENVIRONMENT} of the project jaffle_shop."
    assert answer.log.splitlines()[-1] == told


def test_an_environment_that_there_is_not_is_told(an_environment: list[str], tmp_path: Path) -> None:
    answer = command(tmp_path, "debug", *an_environment, "--dbt-cloud-environment-id", 5)
    assert answer.code == 1
    assert "environment 5" in answer.log.splitlines()[-1]
    assert answer.log.splitlines()[-1].startswith("! ")


def test_a_query_file_is_looked_at_before(an_environment: list[str], tmp_path: Path) -> None:
    words = [*an_environment, "--dbt-cloud-environment-id", ENVIRONMENT, "--dbt-cloud-query-file-path", "query.graphql"]
    assert "! The query file query.graphql could not be read" in command(tmp_path, "debug", *words).log
    (tmp_path / "query.graphql").write_text("query { x }")
    answer = command(tmp_path, "debug", *words)
    assert "query.graphql is there, and will be asked." in answer.log
    assert answer.code == 0, answer.log
