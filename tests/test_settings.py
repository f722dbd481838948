"""The settings in force: who wins, what is reported, and where the artifacts come from."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from erd.checks import Reference, Secret
from erd.errors import UsageError
from erd.formats import TARGETS
from erd.options import OPTIONS, Option
from erd.settings import SOURCES, CloudSource, Door, LatestRun, LocalSource, OneRun, Settings, read_settings

# Not a token of anything: a word that is easy to find where it must not be.
TOKEN = "dbtc_never-to-be-seen"  # noqa: S105 (see above)

# With these, every other setting is free: a run can be drawn, whatever the test is about.
ENOUGH = {
    "DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN,
    "DBTERD_DBT_CLOUD_ACCOUNT_ID": "1",
    "DBTERD_DBT_CLOUD_RUN_ID": "2",
    "DBTERD_DBT_CLOUD_JOB_ID": "3",
}

# A value of each option that is not its default; where that can be, a second one.
STRONGER_AND_WEAKER = {
    "dbt-cloud-service-token": ("one", "two"),
    "dbt-cloud-account-id": ("11", "12"),
    "dbt-cloud-run-id": ("21", "22"),
    "dbt-cloud-job-id": ("31", "32"),
    "dbt-cloud-host-url": ("one.dbt.com", "two.dbt.com"),
    "dbt-cloud-api-version": ("v3", "v4"),
    "artifacts-dir": ("one", "two"),
    "dbt-cloud": ("true", "false"),
    "dbt": ("true", "false"),
    "select": ("one", "two"),
    "exclude": ("one", "two"),
    "resource-type": ("seed", "source"),
    "entity-name-format": ("schema.table", "table"),
    "entity-group": ("database", "schema"),
    "omit-columns": ("true", "false"),
    "omit-entity-name-quotes": ("true", "false"),
    "target": ("dbml", "a weaker value is not even checked"),
    "output": ("one", "two"),
    "output-file-name": ("one.dbml", "two.dbml"),
}

every_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
every_door = pytest.mark.parametrize("door", Door, ids=lambda door: door.value)


def settings(
    folder: Path,
    given: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    door: Door = Door.COMMAND,
    file: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force; `file` is what the configuration says."""
    if file:
        lines = [f"{name}: {value}" for name, value in file.items()]
        (folder / ".dbterd.yml").write_text("\n".join(lines), encoding="utf-8")
    return read_settings(door, given or {}, environ or {}, folder)


def problem(
    folder: Path, given: Mapping[str, object], environ: Mapping[str, str] | None = None, *, door: Door = Door.COMMAND
) -> UsageError:
    with pytest.raises(UsageError) as raised:
        settings(folder, given, environ, door=door)
    return raised.value


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
    assert error.todo == "Join some of database, schema, resource_type, package, name with dots."


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
    assert error.todo == "Each option is explained in the README and by `dbt-cloud-erd run --help`."


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
    assert f"\n- There is no run to draw: {run} and {job} are both missing." in error.happened
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


def test_an_address_gives_account_and_host(tmp_path: Path) -> None:
    given = {"dbt-cloud-run-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/runs/5", "dbt-cloud-service-token": TOKEN}
    assert settings(tmp_path, given).source == CloudSource(
        base_url="https://ab1.us1.dbt.com",
        api_version="v2",
        account_id=7,
        token=Secret(TOKEN),
        run=OneRun(5),
        keep_in=None,
    )


def test_an_address_of_a_job_gives_them_too(tmp_path: Path) -> None:
    given = {"dbt-cloud-job-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/jobs/5", "dbt-cloud-service-token": TOKEN}
    source = settings(tmp_path, given).source
    assert isinstance(source, CloudSource)
    assert (source.base_url, source.account_id, source.run) == ("https://ab1.us1.dbt.com", 7, LatestRun(5))


def test_an_address_may_be_confirmed_by_account_and_host(tmp_path: Path) -> None:
    given = {
        "dbt-cloud-run-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/runs/5",
        "dbt-cloud-account-id": "7",
        "dbt-cloud-host-url": "AB1.us1.dbt.com/",
    }
    found = settings(tmp_path, given, {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN})
    assert found.dbt_cloud_run_id == Reference(5, 7, "https://ab1.us1.dbt.com")


def test_an_address_that_contradicts_account_and_host_is_refused_with_both(tmp_path: Path) -> None:
    given = {
        "dbt-cloud-job-id": "https://ab1.us1.dbt.com/deploy/7/projects/2/jobs/5",
        "dbt-cloud-account-id": "8",
    }
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN, "DBTERD_DBT_CLOUD_HOST_URL": "ab2.us1.dbt.com"}
    error = problem(tmp_path, given, environ)
    assert "- `--dbt-cloud-job-id` is an address of account 7, but `--dbt-cloud-account-id` says 8." in error.happened
    assert (
        "- `--dbt-cloud-job-id` is an address of host https://ab1.us1.dbt.com, but DBTERD_DBT_CLOUD_HOST_URL says"
        " https://ab2.us1.dbt.com. Leave dbt-cloud-host-url out, or make the two agree." in error.happened
    )


@pytest.mark.parametrize("door", Door)
def test_a_job_given_at_the_door_beats_a_run_of_the_environment(door: Door, tmp_path: Path) -> None:
    found = settings(tmp_path, {"dbt-cloud-job-id": "7"}, ENOUGH | {"DBTERD_DBT_CLOUD_RUN_ID": "5"}, door=door)
    assert isinstance(found.source, CloudSource)
    assert found.source.run == LatestRun(7)


@pytest.mark.parametrize("door", Door)
def test_a_run_given_at_the_door_beats_a_folder_of_the_file(door: Door, tmp_path: Path) -> None:
    found = settings(tmp_path, {"dbt-cloud-run-id": "5"}, ENOUGH, door=door, file={"artifacts-dir": "kept"})
    assert isinstance(found.source, CloudSource)
    assert (found.source.run, found.source.keep_in) == (OneRun(5), None)


HOSTS_IN_A_FILE = {
    "dbt-cloud-host-url": "evil.example.com",
    "dbt-cloud-run-id": "https://evil.example.com/deploy/1/projects/2/runs/5",
    "dbt-cloud-job-id": "https://evil.example.com/deploy/1/projects/2/jobs/5",
}


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
@pytest.mark.parametrize("name", HOSTS_IN_A_FILE)
def test_in_ci_no_file_of_the_repository_says_where_the_token_goes(door: Door, name: str, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text(f"{name}: {HOSTS_IN_A_FILE[name]}\n", encoding="utf-8")
    environ = {key: value for key, value in ENOUGH.items() if not key.endswith(("RUN_ID", "JOB_ID"))}
    run = {} if name != "dbt-cloud-host-url" else {"dbt-cloud-run-id": "5"}
    error = problem(tmp_path, run, environ, door=door)
    assert error.happened == (
        f"`{name}` in .dbterd.yml names a host, but a file of the repository must not say where the token goes."
    )
    assert error.todo == f"Set {name} where DBTERD_DBT_CLOUD_SERVICE_TOKEN is set."


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_the_host_of_an_input_is_taken_whatever_the_file_says(door: Door, tmp_path: Path) -> None:
    given = {"dbt-cloud-host-url": "emea.dbt.com"}
    found = settings(tmp_path, given, ENOUGH, door=door, file={"dbt-cloud-host-url": "evil.example.com"})
    assert found.dbt_cloud_host_url == "https://emea.dbt.com"


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_a_file_may_name_the_run_and_the_usual_host(door: Door, tmp_path: Path) -> None:
    environ = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN}
    file = {"dbt-cloud-run-id": "https://cloud.getdbt.com/deploy/1/projects/2/runs/5"}
    source = settings(tmp_path, {}, environ, door=door, file=file).source
    assert isinstance(source, CloudSource)
    assert source.run == OneRun(5)


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_in_ci_a_file_may_say_where_its_own_token_goes(door: Door, tmp_path: Path) -> None:
    environ = {key: value for key, value in ENOUGH.items() if not key.endswith("TOKEN")}
    file = {"dbt-cloud-host-url": "emea.dbt.com", "dbt-cloud-service-token": TOKEN}
    assert settings(tmp_path, {}, environ, door=door, file=file).dbt_cloud_host_url == "https://emea.dbt.com"


def test_at_a_terminal_the_readers_own_file_may_name_the_host(tmp_path: Path) -> None:
    found = settings(tmp_path, {}, ENOUGH, file={"dbt-cloud-host-url": "emea.dbt.com"})
    assert found.dbt_cloud_host_url == "https://emea.dbt.com"


@every_door
def test_dbt_and_dbt_cloud_exclude_each_other(door: Door, tmp_path: Path) -> None:
    error = problem(tmp_path, {"dbt": True, "dbt-cloud": True}, ENOUGH, door=door)
    assert "exclude each other" in error.happened
    assert error.todo == "Leave `dbt` out: tables are selected without running dbt."


@pytest.mark.parametrize(
    ("given", "folder"),
    [
        ({}, "target"),
        ({"dbt": True}, "target"),
        ({"artifacts-dir": "there"}, "there"),
        ({"artifacts-dir": "there", "dbt-cloud-run-id": "5"}, "there"),
        ({"artifacts-dir": "there", "dbt-cloud": "false", "dbt-cloud-job-id": "5"}, "there"),
    ],
)
def test_the_command_reads_local_files_unless_dbt_cloud_is_asked_for(
    given: dict[str, object], folder: str, tmp_path: Path
) -> None:
    assert settings(tmp_path, given).source == LocalSource(Path(folder))


@pytest.mark.parametrize(
    ("given", "run", "keep_in"),
    [
        ({"dbt-cloud-run-id": "5"}, OneRun(5), None),
        ({"dbt-cloud-job-id": "6"}, LatestRun(6), None),
        ({"dbt-cloud-run-id": "5", "dbt-cloud-job-id": "6"}, OneRun(5), None),
        ({"dbt-cloud": True, "dbt-cloud-run-id": "5", "artifacts-dir": "kept"}, OneRun(5), Path("kept")),
    ],
)
def test_the_command_reads_dbt_cloud_when_asked(
    given: dict[str, object], run: OneRun | LatestRun, keep_in: Path | None, tmp_path: Path
) -> None:
    access = {"dbt-cloud-service-token": TOKEN, "dbt-cloud-account-id": "1"}
    source = settings(tmp_path, access | given).source
    assert isinstance(source, CloudSource)
    assert (source.run, source.keep_in) == (run, keep_in)


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
def test_action_and_container_read_dbt_cloud_unless_local_files_are_asked_for(door: Door, tmp_path: Path) -> None:
    assert isinstance(settings(tmp_path, {}, ENOUGH, door=door).source, CloudSource)
    assert settings(tmp_path, {"artifacts-dir": "x"}, door=door).source == LocalSource(Path("x"))


@pytest.mark.parametrize("door", [Door.ACTION, Door.CONTAINER])
@pytest.mark.parametrize("name", ["dbt-cloud-run-id", "dbt-cloud-job-id"])
def test_action_and_container_refuse_a_run_besides_local_files(door: Door, name: str, tmp_path: Path) -> None:
    error = problem(tmp_path, {"artifacts-dir": "x", name: "5"}, door=door)
    assert error.happened.endswith("are both given.")
    assert name.upper().replace("-", "_") in error.happened.upper().replace("-", "_")


def test_host_and_version_of_the_api_reach_the_source(tmp_path: Path) -> None:
    source = settings(tmp_path, {"dbt-cloud-host-url": "emea.dbt.com", "dbt-cloud-api-version": "V3"}, ENOUGH).source
    assert isinstance(source, CloudSource)
    assert (source.base_url, source.api_version) == ("https://emea.dbt.com", "v3")


def test_every_option_has_a_field_and_every_field_an_option() -> None:
    assert ("source", *(option.field for option in OPTIONS)) == Settings._fields


@every_option
def test_the_default_is_the_one_that_documentation_shows(option: Option) -> None:
    default = Settings._field_defaults[option.field]
    match option.shown_default:
        case "":
            assert default in {None, False}
        case "all" | "none" | "no groups":
            assert default == ()
        case "target (command line only)":
            assert default is None
            assert Settings._field_defaults["source"] == LocalSource(Path("target"))
        case "output.dbml":
            assert default is None
            assert TARGETS["dbml"].file_name == "output.dbml"
        case shown:
            assert default == option.check(shown)
