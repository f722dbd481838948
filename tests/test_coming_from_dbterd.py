"""What dbterd's users type and set is accepted, and means what it meant or is answered.

The names are those that `dbterd … --help` of release 1.32.0 shows, and that its modules read from the environment.
"""

from pathlib import Path

import click
import pytest

from erd.cli import command as commands
from erd.options import ANSWERED, OPTIONS, Option
from tests.builders import a_catalog, a_manifest, a_model, write_artifacts
from tests.integration.doors import command

BOTH = (
    "-s --select",
    "-ns --exclude",
    "-t --target",
    "-rt --resource-type",
    "-a --algo",
    "-enf --entity-name-format",
    "--omit-entity-name-quotes",
    "-o --output",
    "-ofn --output-file-name",
    "--omit-columns",
    "-eg --entity-group",
    "-wd --with-dependencies",
    "--dbt-cloud-host-url",
    "--dbt-cloud-service-token",
    "-h --help",
)
ARTIFACTS = (
    "-ad --artifacts-dir",
    "-mv --manifest-version",
    "--relax-policies",
    "-cv --catalog-version",
    "--dbt",
    "-dpd --dbt-project-dir",
    "-dt --dbt-target",
    "--dbt-auto-artifacts",
    "--dbt-cloud",
    "--dbt-cloud-account-id",
    "--dbt-cloud-run-id",
    "--dbt-cloud-job-id",
    "--dbt-cloud-api-version",
)
METADATA = ("--dbt-cloud-environment-id", "--dbt-cloud-query-file-path")
FLAGS = {
    "run": (*BOTH, *ARTIFACTS),
    "run-metadata": (*BOTH, *METADATA),
    "debug": (*BOTH, *ARTIFACTS, *METADATA),
    "init": ("-tmpl --template", "--force", "-h --help"),
}
# Those that take no value.
SWITCHES = {
    "--omit-entity-name-quotes",
    "--omit-columns",
    "--with-dependencies",
    "--dbt",
    "--dbt-auto-artifacts",
    "--dbt-cloud",
    "--force",
    "--help",
}
VARIABLES = {
    "DBTERD_ALGO",
    "DBTERD_ARTIFACTS_DIR",
    "DBTERD_ARTIFACT_PATH",
    "DBTERD_CATALOG_VERSION",
    "DBTERD_DBT",
    "DBTERD_DBT_AUTO_ARTIFACTS",
    "DBTERD_DBT_CLOUD",
    "DBTERD_DBT_CLOUD_ACCOUNT_ID",
    "DBTERD_DBT_CLOUD_API_VERSION",
    "DBTERD_DBT_CLOUD_ENVIRONMENT_ID",
    "DBTERD_DBT_CLOUD_HOST_URL",
    "DBTERD_DBT_CLOUD_JOB_ID",
    "DBTERD_DBT_CLOUD_QUERY_FILE_PATH",
    "DBTERD_DBT_CLOUD_RUN_ID",
    "DBTERD_DBT_CLOUD_SERVICE_TOKEN",
    "DBTERD_DBT_PROJECT_DIR",
    "DBTERD_DBT_TARGET",
    "DBTERD_ENTITY_GROUP",
    "DBTERD_ENTITY_NAME_FORMAT",
    "DBTERD_MANIFEST_VERSION",
    "DBTERD_OMIT_COLUMNS",
    "DBTERD_OMIT_ENTITY_NAME_QUOTES",
    "DBTERD_OUTPUT_FILE_NAME",
    "DBTERD_OUTPUT_PATH",
    "DBTERD_RESOURCE_TYPES",
    "DBTERD_SCHEMA_BASE_URL",
    "DBTERD_TARGET",
    "DBTERD_WITH_DEPENDENCIES",
    "DBT_PROJECT_DIR",
}
WITHOUT_EFFECT = [option for option in OPTIONS if option.group == ANSWERED]


def flags_of(name: str) -> dict[str, tuple[set[str], bool]]:
    """The spellings of each flag of one of our commands, by its long name, and whether it takes no value."""
    ours = commands.commands[name]
    parent = click.Context(commands, **commands.context_settings)
    parameters = ours.get_params(click.Context(ours, parent))
    return {max(one.opts, key=len): (set(one.opts), one.is_flag) for one in parameters if isinstance(one, click.Option)}


@pytest.mark.parametrize(
    ("name", "flag"), [(name, flag) for name in FLAGS for flag in FLAGS[name] if name in commands.commands]
)
def test_every_flag_of_dbterd_is_known_by_all_its_spellings(name: str, flag: str) -> None:
    *short, long = flag.split()
    spellings, takes_no_value = flags_of(name)[long]
    assert {*short, long} <= spellings
    assert takes_no_value == (long in SWITCHES)


def test_every_variable_of_dbterd_is_read() -> None:
    read = {name for option in OPTIONS for name in (option.variable, *option.variables)}
    assert VARIABLES - read == set()


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    """A folder in which the artifacts of a project are where dbt leaves them."""
    (tmp_path / "shop/target").mkdir(parents=True)
    write_artifacts(tmp_path / "shop/target", a_manifest(a_model("orders")), a_catalog())
    return tmp_path


@pytest.mark.parametrize("word", ["true", "yes", "1", "True", "YES"])
def test_a_yes_in_the_environment_is_dbterds(word: str, shop: Path) -> None:
    answer = command(shop, "run", "-dpd", "shop", environ={"DBTERD_OMIT_COLUMNS": word, "DBTERD_DBT": word})
    assert answer.code == 0, answer.log
    assert "Warning: `--dbt` is without effect: dbt is never run" in answer.log


@pytest.mark.parametrize("option", WITHOUT_EFFECT, ids=lambda option: option.name)
def test_what_has_nothing_to_change_is_answered_in_one_line_and_the_diagram_is_drawn(
    option: Option, shop: Path
) -> None:
    name, said = option.name, option.help.removeprefix("Without effect: ")
    spellings = [f"--{name}", *option.flags]
    for spelling in spellings:
        words = [spelling] if option.is_flag else [spelling, "12"]
        answer = command(shop, "run", "-dpd", "shop", *words)
        assert answer.code == 0, answer.log
        assert answer.log.splitlines()[0] == f"Warning: `--{name}` is without effect: {said}"
        assert (shop / "target/output.dbml").exists()


def test_a_command_line_of_dbterd_with_every_option_for_local_files_draws_the_diagram(shop: Path) -> None:
    words = "-s orders -ns nothing -t dbml -rt model -rt source -a test_relationship:(name:relationship) -enf table"
    words += " -o docs -ofn erd.dbml -eg schema --omit-entity-name-quotes --omit-columns -wd -ad shop/target -mv 12"
    words += " -cv 1 --relax-policies relax_extra_fields --dbt -dpd shop -dt prod --dbt-auto-artifacts"

    answer = command(shop, "run", *words.split())

    assert answer.code == 0, answer.log
    assert answer.log.count("is without effect") == len(WITHOUT_EFFECT)
    assert "Table orders {" in (shop / "docs/erd.dbml").read_text()
