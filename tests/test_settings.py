"""The settings in force: who wins, and what is reported."""

from pathlib import Path

import pytest

from erd.checks import some_of
from erd.formats import TARGETS
from erd.given import Door
from erd.options import OPTIONS, Option
from erd.settings import Settings
from erd.sources import SOURCES, CloudSource, LocalSource
from tests.given import ENOUGH, every_door, problem, settings
from tests.tokens import ANOTHER, GITHUB, PLAIN, TOKEN

# A value of each option that is not its default; where that can be, a second one.
STRONGER_AND_WEAKER = {
    "dbt-cloud-service-token": (TOKEN, ANOTHER),
    "dbt-cloud-account-id": ("11", "12"),
    "dbt-cloud-run-id": ("21", "22"),
    "dbt-cloud-job-id": ("31", "32"),
    "dbt-cloud-host-url": ("one.dbt.com", "two.dbt.com"),
    "dbt-cloud-api-version": ("v3", "v4"),
    "dbt-cloud-environment-id": ("41", "42"),
    "dbt-cloud-query-file-path": ("one.graphql", "two.graphql"),
    "dbt-cloud-step": ("4", "5"),
    "dbt-cloud-wait-minutes": ("1", "0.5"),
    "dbt-cloud-timeout-minutes": ("1", "2"),
    "dbt-cloud-max-file-mb": ("10", "20"),
    "allow-failed-run": ("true", "false"),
    "trigger": ("true", "false"),
    "artifacts-dir": ("one", "two"),
    "dbt-project-dir": ("one", "two"),
    "dbt-cloud": ("true", "false"),
    "dbt-cloud-base-run-id": ("51", "52"),
    "dbt-cloud-base-job-id": ("61", "62"),
    "base-artifacts-dir": ("one", "two"),
    "base-file": ("one.dbml", "two.dbml"),
    "head-file": ("one.dbml", "two.dbml"),
    "select": ("one", "two"),
    "exclude": ("one", "two"),
    "resource-type": ("seed", "source"),
    "algo": ("semantic", "test_relationship:(name:fk)"),
    "entity-name-format": ("schema.table", "table"),
    "entity-group": ("database", "schema"),
    "columns": ("keys", "none"),
    "omit-columns": ("true", "false"),
    "with-dependencies": ("true", "false"),
    "omit-entity-name-quotes": ("true", "false"),
    "target": ("dbml", "a weaker value is not even checked"),
    "output": ("one", "two"),
    "output-file-name": ("one.dbml", "two.dbml"),
    "schema-base-url": ("https://one.example/schemas", "https://two.example/schemas"),
    "embed-in": ("README.md, docs/index.md", "docs/erd.md"),
    "commit": ("push", "pull-request"),
    "commit-branch": ("erd", "docs"),
    "commit-message": ("docs {changes}", "docs ERD"),
    "commit-co-author": ("A. Body <a@example.com>", "B. Body <b@example.com>"),
    "commit-skip-ci": ("true", "false"),
    "comment": ("never", "always"),
    "comment-id": ("shop", "warehouse"),
    "summary": ("false", "true"),
    "fail-on": ("any", "breaking"),
    "mermaid-style": ("plain", "full"),
    "github-token": (GITHUB, PLAIN),
    "dbt": ("true", "false"),
    "dbt-target": ("prod", "dev"),
    "dbt-auto-artifacts": ("true", "false"),
    "manifest-version": ("12", "11"),
    "catalog-version": ("1", "2"),
    "relax-policies": ("relax_extra_fields", "relax_enum_values"),
}

# Defaults that documentation tells in words, which are no value to give: the words, and what they stand for.
IN_WORDS = {
    "dbt-cloud-query-file-path": ("a query of its own", None),
    "artifacts-dir": ("target (command line only)", None),
    "dbt-project-dir": ("the current folder", None),
    "dbt-cloud-step": ("the last one, or the one that wrote the catalog", None),
    "dbt-cloud-base-run-id": (
        "on a pull request, the run that its run deferred to, else production's latest",
        None,
    ),
    "dbt-cloud-base-job-id": ("none", None),
    "base-artifacts-dir": ("none", None),
    "head-file": ("none", None),
    "base-file": ("on a pull request without another base, the one committed on the base branch", None),
    "embed-in": ("none", ()),
    "commit-branch": ("the event's, or dbt-cloud-erd/ and its name", None),
    "commit-co-author": ("none", ()),
    "github-token": ("the workflow's own (Action only)", None),
    "select": ("all", ()),
    "exclude": ("none", ()),
    "entity-group": ("no groups", ()),
    "output-file-name": (f"{TARGETS['dbml'].file_name}, and so on by target", None),
    "schema-base-url": ("this project's docs/schemas", None),
}

every_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)


def without(option: Option) -> dict[str, str]:
    """All that is needed besides the option, and no other place to read artifacts from."""
    others = {f"DBTERD_{name.upper().replace('-', '_')}" for name in SOURCES} if option.name in SOURCES else set()
    return {name: value for name, value in ENOUGH.items() if name not in {option.variable, *others}}


def field(found: Settings, option: Option) -> object:
    return getattr(found, option.field)


@every_option
def test_a_flag_wins_over_the_environment(option: Option, tmp_path: Path) -> None:
    stronger, weaker = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {option.name: stronger}, without(option) | {option.variable: weaker})
    assert field(found, option) == option.check(stronger)


@every_option
def test_a_flag_wins_over_the_file(option: Option, tmp_path: Path) -> None:
    stronger, weaker = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {option.name: stronger}, without(option), file={option.name: weaker})
    assert field(found, option) == option.check(stronger)


@every_option
def test_the_environment_wins_over_the_file(option: Option, tmp_path: Path) -> None:
    stronger, weaker = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {}, without(option) | {option.variable: stronger}, file={option.name: weaker})
    assert field(found, option) == option.check(stronger)


@every_option
def test_the_file_wins_over_the_default(option: Option, tmp_path: Path) -> None:
    stronger, _ = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {}, without(option), file={option.name: stronger})
    assert field(found, option) == option.check(stronger)


@every_option
@pytest.mark.parametrize("empty", [None, "", "  ", "\n", [], ()], ids=repr)
def test_an_empty_flag_leaves_the_word_to_the_environment(option: Option, empty: object, tmp_path: Path) -> None:
    stronger, _ = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {option.name: empty}, without(option) | {option.variable: stronger})
    assert field(found, option) == option.check(stronger)


@every_option
@pytest.mark.parametrize("empty", ["", " \t"], ids=repr)
def test_an_empty_variable_leaves_the_word_to_the_file(option: Option, empty: str, tmp_path: Path) -> None:
    stronger, _ = STRONGER_AND_WEAKER[option.name]
    found = settings(tmp_path, {}, without(option) | {option.variable: empty}, file={option.name: stronger})
    assert field(found, option) == option.check(stronger)


@every_option
@pytest.mark.parametrize("empty", ["", "~", "''", "' '", "[]"], ids=repr)
def test_an_empty_key_leaves_the_word_to_the_default(option: Option, empty: str, tmp_path: Path) -> None:
    assert field(settings(tmp_path, file={option.name: empty}), option) == Settings._field_defaults[option.field]


@pytest.mark.parametrize(
    ("variable", "value", "name", "expected"),
    [
        ("DBTERD_RESOURCE_TYPES", "seed source", "resource_type", ("seed", "source")),
        ("DBTERD_OUTPUT_PATH", "docs", "output", Path("docs")),
        ("DBTERD_ARTIFACT_PATH", "kept", "artifacts_dir", Path("kept")),
        ("DBT_PROJECT_DIR", "shop", "dbt_project_dir", Path("shop")),
    ],
)
def test_dbterds_own_spelling_of_a_variable_is_read_too(
    variable: str, value: str, name: str, expected: object, tmp_path: Path
) -> None:
    assert getattr(settings(tmp_path, {}, {variable: value}), name) == expected


def test_of_two_spellings_the_one_that_all_options_share_wins(tmp_path: Path) -> None:
    environ = {"DBTERD_OUTPUT_PATH": "theirs", "DBTERD_OUTPUT": "ours"}
    assert settings(tmp_path, {}, environ).output == Path("ours")


def test_a_wrong_value_is_reported_in_dbterds_spelling_if_that_was_used(tmp_path: Path) -> None:
    error = problem(tmp_path, {}, {"DBTERD_RESOURCE_TYPES": "tables"})
    assert error.happened == "DBTERD_RESOURCE_TYPES is wrong: 'tables' is not known here."


@pytest.mark.parametrize(
    ("door", "spelling"),
    [
        (Door.ACTION, "Input `entity-group`"),
        (Door.CONTAINER, "DBTERD_ENTITY_GROUP"),
        (Door.COMMAND, "`--entity-group`"),
    ],
)
def test_a_wrong_value_is_reported_by_the_name_that_the_door_has(door: Door, spelling: str, tmp_path: Path) -> None:
    error = problem(tmp_path, {"entity-group": "colour"}, ENOUGH, door=door)
    assert error.happened == f"{spelling} is wrong: 'colour' is not a part of a name."
    assert error.todo == "Join some of database, schema, resource_type, package, name, node_name, label with dots."


@every_door
def test_a_wrong_variable_is_reported_by_its_name_at_every_door(door: Door, tmp_path: Path) -> None:
    error = problem(tmp_path, {}, ENOUGH | {"DBTERD_ENTITY_GROUP": "colour"}, door=door)
    assert error.happened.startswith("DBTERD_ENTITY_GROUP is wrong: ")


@every_door
def test_a_wrong_key_is_reported_with_its_file_at_every_door(door: Door, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("entity_group: colour", encoding="utf-8")
    error = problem(tmp_path, {}, ENOUGH, door=door)
    assert error.happened.startswith("`entity-group` in .dbterd.yml is wrong: ")


def test_a_wrong_key_of_pyproject_is_reported_with_that_file(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dbterd]\nentity-group = "colour"', encoding="utf-8")
    error = problem(tmp_path, {})
    assert error.happened.startswith("`entity-group` in pyproject.toml is wrong: ")


def test_all_that_is_wrong_is_reported_at_once_each_by_the_name_that_was_used(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("output-file-name: a/b", encoding="utf-8")
    given = {"dbt-cloud-run-id": "latest", "omit-columns": "maybe"}
    environ = {"DBTERD_DBT_CLOUD_HOST_URL": "no host", "DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN}
    error = problem(tmp_path, given, environ, door=Door.ACTION)
    assert error.happened.splitlines()[0] == "5 settings are missing or wrong:"
    wrong, missing = error.happened.splitlines()[1:5], error.happened.splitlines()[5:]
    assert [line.partition(" is wrong: ")[0] for line in wrong] == [
        "- Input `dbt-cloud-run-id`",
        "- DBTERD_DBT_CLOUD_HOST_URL",
        "- Input `omit-columns`",
        "- `output-file-name` in .dbterd.yml",
    ]
    assert [line.partition(" is missing. ")[0] for line in missing] == [
        "- Input `dbt-cloud-account-id` (or DBTERD_DBT_CLOUD_ACCOUNT_ID)"
    ]
    assert error.todo == "Each option is explained in docs/options.md and by `dbt-cloud-erd run --help`."


@pytest.mark.parametrize(
    ("door", "form"),
    [
        (Door.ACTION, "Input `{name}` (or {variable})"),
        (Door.CONTAINER, "{variable}"),
        (Door.COMMAND, "`--{name}` (or {variable})"),
    ],
    ids=[door.value for door in (Door.ACTION, Door.CONTAINER, Door.COMMAND)],
)
def test_all_that_is_missing_for_dbt_cloud_is_reported_at_once(door: Door, form: str, tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt-cloud": "true"}, door=door)
    run, job, token, account = (
        form.format(name=f"dbt-cloud-{name.lower()}", variable=f"DBTERD_DBT_CLOUD_{name.replace('-', '_')}")
        for name in ("RUN-ID", "JOB-ID", "SERVICE-TOKEN", "ACCOUNT-ID")
    )
    assert error.happened.splitlines()[0] == "3 settings are missing or wrong:"
    assert f"\n- There is no run to draw: {run} and {job} are both missing, and" in error.happened
    assert f"\n- {token} is missing." in error.happened
    assert f"\n- {account} is missing." in error.happened


def test_a_problem_that_is_the_only_one_stands_alone(tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt-cloud-run-id": "5", "dbt-cloud-account-id": "1"}, door=Door.ACTION)
    assert error.happened == ("Input `dbt-cloud-service-token` (or DBTERD_DBT_CLOUD_SERVICE_TOKEN) is missing.")
    assert "Job Viewer" in error.todo
    assert "fork" in error.todo


@pytest.mark.parametrize("name", ["dbt-cloud-service-token", "dbt-cloud-account-id", "dbt-cloud-run-id"])
def test_what_is_wrong_is_not_missing_as_well(name: str, tmp_path: Path) -> None:
    given = {"dbt-cloud-service-token": TOKEN, "dbt-cloud-account-id": "1", "dbt-cloud-run-id": "5", name: "no good"}
    error = problem(tmp_path, given)
    assert error.happened.startswith(f"`--{name}` is wrong: ")
    assert "missing" not in str(error)


def test_a_wrong_token_is_not_quoted(tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt-cloud-service-token": f"{TOKEN} \n{TOKEN}"}, ENOUGH)
    assert "`--dbt-cloud-service-token` is wrong" in str(error)
    assert TOKEN not in str(error) + repr(error)


def test_the_token_shows_in_no_setting(tmp_path: Path) -> None:
    found = settings(tmp_path, {}, ENOUGH)
    assert isinstance(found.source, CloudSource)
    assert found.source.token.reveal() == TOKEN
    assert TOKEN not in repr(found)


def test_every_option_has_a_field_and_every_field_an_option() -> None:
    made_of_several = ("source", "base", "publication", "destination")
    assert (*made_of_several, *(option.field for option in OPTIONS)) == Settings._fields


@every_option
def test_the_default_is_the_one_that_documentation_shows(option: Option) -> None:
    default = Settings._field_defaults[option.field]
    if option.name in IN_WORDS:
        assert (option.shown_default, default) == IN_WORDS[option.name]
    elif option.shown_default:
        assert default == option.check(option.shown_default)
    else:
        assert default in {None, False}


def test_without_a_word_on_artifacts_the_command_reads_the_folder_that_documentation_shows() -> None:
    assert Settings._field_defaults["source"] == LocalSource(Path("target"))


@every_door
@pytest.mark.parametrize("columns", ["all", "keys"])
def test_columns_and_omit_columns_must_not_contradict_each_other(columns: str, door: Door, tmp_path: Path) -> None:
    environ = ENOUGH | {"DBTERD_COLUMNS": columns, "DBTERD_OMIT_COLUMNS": "yes"}
    error = problem(tmp_path, {}, environ, door=door)
    assert error.happened == f"DBTERD_OMIT_COLUMNS leaves all columns out, but DBTERD_COLUMNS says {columns}."
    assert error.todo == "Give one of the two."


def test_each_side_of_a_contradiction_is_named_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("omit-columns: true", encoding="utf-8")
    error = problem(tmp_path, {"columns": "keys"})
    assert error.happened == "`omit-columns` in .dbterd.yml leaves all columns out, but `--columns` says keys."


@pytest.mark.parametrize(
    ("given", "columns"),
    [
        ({"omit-columns": "true"}, "all"),
        ({"omit-columns": "true", "columns": "none"}, "none"),
        ({"omit-columns": "false", "columns": "keys"}, "keys"),
    ],
)
def test_columns_and_omit_columns_may_agree(given: dict[str, str], columns: str, tmp_path: Path) -> None:
    assert settings(tmp_path, given).columns == columns


def test_one_file_name_does_for_one_target_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # Whatever targets there are: two of them, and one of them.
    two = [
        option._replace(check=some_of(("dbml", "text"))) if option.name == "target" else option for option in OPTIONS
    ]
    monkeypatch.setattr("erd.given.OPTIONS", two)
    error = problem(tmp_path, {"target": ("dbml", "text"), "output-file-name": "erd.txt"})
    assert error.happened == "`--output-file-name` is one name, but 2 targets are to be written."
    assert "each target has its own name" in error.todo
    assert settings(tmp_path, {"target": ("text", "text"), "output-file-name": "erd.txt"}).target == ("text",)
    assert settings(tmp_path, {"target": "dbml text"}).output_file_name is None
