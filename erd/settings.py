"""The settings in force: what a reader gave at their door, over the environment, over the configuration file."""

from collections.abc import Iterator, Mapping
from enum import Enum, IntEnum
from pathlib import Path
from typing import Any, NamedTuple

from erd.checks import Algorithm, Reference, Secret
from erd.configuration import read_configuration
from erd.errors import UsageError
from erd.options import OPTIONS, Option

SOURCES = ("dbt-cloud-run-id", "dbt-cloud-job-id", "artifacts-dir")
"""The options that say where artifacts come from."""
DEFAULT_HOST = "https://cloud.getdbt.com"
LOCAL_ARTIFACTS = Path("target")
"""Where dbt itself leaves its artifacts."""


class Door(Enum):
    """Where a reader stands, and so by which names they know the options."""

    ACTION = "action"
    CONTAINER = "container"
    COMMAND = "command"


class OneRun(NamedTuple):
    """The run with this id."""

    id: int


class LatestRun(NamedTuple):
    """The latest successful run, with artifacts, of the job with this id."""

    job_id: int


class CloudSource(NamedTuple):
    """Artifacts of a run in dbt Cloud, downloaded to `keep_in` or, if that is unset, to a folder that goes away."""

    base_url: str
    api_version: str
    account_id: int
    token: Secret
    run: OneRun | LatestRun
    keep_in: Path | None


class LocalSource(NamedTuple):
    """Artifacts in a folder of this machine."""

    folder: Path


class Settings(NamedTuple):
    """All options, checked. A field is `None` only where the option was not given and has no default.

    `source` is what the options about dbt Cloud and local files come to.
    """

    source: CloudSource | LocalSource = LocalSource(LOCAL_ARTIFACTS)

    dbt_cloud_service_token: Secret | None = None
    dbt_cloud_account_id: int | None = None
    dbt_cloud_run_id: Reference | None = None
    dbt_cloud_job_id: Reference | None = None
    dbt_cloud_environment_id: int | None = None
    dbt_cloud_host_url: str = DEFAULT_HOST
    dbt_cloud_api_version: str = "v2"
    dbt_cloud_query_file_path: Path | None = None
    artifacts_dir: Path | None = None
    dbt_cloud: bool = False
    dbt: bool = False
    base_artifacts_dir: Path | None = None
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    resource_type: tuple[str, ...] = ("model",)
    algo: Algorithm = Algorithm()
    entity_name_format: tuple[str, ...] = ("resource", "package", "model")
    entity_group: tuple[str, ...] = ()
    columns: str = "all"
    omit_columns: bool = False
    with_dependencies: bool = False
    omit_entity_name_quotes: bool = False
    target: tuple[str, ...] = ("dbml",)
    output: Path = Path("target")
    output_file_name: str | None = None


class Level(IntEnum):
    """How strong a value is, the strongest first."""

    GIVEN = 0
    ENVIRONMENT = 1
    FILE = 2


class Given(NamedTuple):
    """A value as a reader gave it, the name by which they did, and where."""

    value: Any
    spelling: str
    level: Level

    def __str__(self) -> str:
        return self.spelling


class _Problems:
    """All that is missing or wrong, gathered so that it is reported at once."""

    def __init__(self) -> None:
        self.found: list[tuple[str, str]] = []

    def add(self, happened: str, todo: str) -> None:
        self.found.append((happened, todo))

    def raise_if_any(self, token: Given | None) -> None:
        """Raise them all as one error; the token shows in none, whichever option it was given to by mistake."""
        secret = str(token.value).strip() if token else ""
        found = [
            (happened.replace(secret, "***"), todo) if secret else (happened, todo) for happened, todo in self.found
        ]
        if len(found) == 1:
            raise UsageError(*found[0])
        if found:
            listed = "\n".join(f"- {happened} {todo}" for happened, todo in found)
            raise UsageError(
                f"{len(found)} settings are missing or wrong:\n{listed}\n",
                "Each option is explained in the README and by `dbt-cloud-erd run --help`.",
            )


def read_settings(door: Door, given: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Settings:
    """The settings in force: `given` (flags or inputs, by option name) over `environ` over the file in `folder`.

    Empty means unset, at every level. Raises `UsageError` for all that is missing or wrong at once, in the names by
    which the reader set it.
    """
    from_file, file_name = read_configuration(folder)
    problems = _Problems()
    values: dict[str, Any] = {}
    all_given: dict[str, Given] = {}
    for option in OPTIONS:
        found = next(_ways(option, door, given, environ, from_file, file_name), None)
        if found is None:
            continue
        all_given[option.name] = found
        try:
            values[option.field] = option.check(_of_the_right_shape(option, found.value))
        except ValueError as error:
            what, instead = error.args
            problems.add(f"{found} is wrong: {what}.", f"{instead}.")
    _drop_the_weaker(values, all_given)
    _refuse_hosts_of_a_file(values, all_given, door, problems)
    _take_addresses(values, all_given, problems)
    settings = Settings(**values)
    _check_columns(settings, all_given, problems)
    _check_file_name(settings, all_given, problems)
    source = _source(settings, door, all_given, problems)
    problems.raise_if_any(all_given.get("dbt-cloud-service-token"))
    return settings._replace(source=source) if source else settings


def _ways(
    option: Option,
    door: Door,
    given: Mapping[str, Any],
    environ: Mapping[str, str],
    from_file: Mapping[str, Any],
    file_name: str,
) -> Iterator[Given]:
    """The values a reader gave for an option, strongest first."""
    if not _empty(given.get(option.name)):
        yield Given(given[option.name], _spelling(option, door), Level.GIVEN)
    for variable in (option.variable, *option.variables):
        if not _empty(environ.get(variable)):
            yield Given(environ[variable], variable, Level.ENVIRONMENT)
    if not _empty(from_file.get(option.field)):
        yield Given(from_file[option.field], f"`{option.name}` in {file_name}", Level.FILE)


def _empty(value: Any) -> bool:
    if isinstance(value, (list, tuple)):
        return all(_empty(item) for item in value)
    return value is None or (isinstance(value, str) and not value.strip())


def _of_the_right_shape(option: Option, value: Any) -> Any:
    """The value, unless a configuration file has a list or a mapping where a single one belongs."""
    items = value if option.repeatable and isinstance(value, (list, tuple)) else [value]
    if any(item is None or isinstance(item, (dict, list, tuple)) for item in items):
        wanted = "one value, or a list of them" if option.repeatable else "one value"
        raise ValueError("it is a list or a mapping of others", f"Give {wanted}")
    return value


def _drop_the_weaker(values: dict[str, Any], all_given: dict[str, Given]) -> None:
    """Of the options that say where artifacts come from, one given more strongly sets the others aside.

    At the same level all stay, and it is judged later whether they go together. With `dbt-cloud`, `artifacts-dir` says
    where to keep the files, and so is not one of them.
    """
    ways = [name for name in SOURCES if name in all_given and not (name == "artifacts-dir" and values.get("dbt_cloud"))]
    strongest = min((all_given[name].level for name in ways), default=Level.GIVEN)
    for name in ways:
        if all_given[name].level > strongest:
            del all_given[name]
            values.pop(name.replace("-", "_"), None)


def _check_columns(settings: Settings, all_given: Mapping[str, Given], problems: _Problems) -> None:
    if settings.omit_columns and "columns" in all_given and settings.columns != "none":
        problems.add(
            f"{all_given['omit-columns']} leaves all columns out, but {all_given['columns']} says {settings.columns}.",
            "Give one of the two.",
        )


def _check_file_name(settings: Settings, all_given: Mapping[str, Given], problems: _Problems) -> None:
    if settings.output_file_name and len(settings.target) > 1:
        problems.add(
            f"{all_given['output-file-name']} is one name, but {len(settings.target)} targets are to be written.",
            "Leave it out, so that each target has its own name, or write one target.",
        )


def _spelling(option: Option, door: Door) -> str:
    match door:
        case Door.ACTION:
            return f"Input `{option.name}`"
        case Door.CONTAINER:
            return option.variable
        case Door.COMMAND:
            return f"`--{option.name}`"


def _refuse_hosts_of_a_file(
    values: Mapping[str, Any], all_given: Mapping[str, Given], door: Door, problems: _Problems
) -> None:
    """In CI the configuration file is part of a pull request, which must not say where the secret token goes.

    At a terminal the file is the reader's own, and says it as it does for dbterd.
    """
    token = all_given.get("dbt-cloud-service-token")
    if door is Door.COMMAND or token is None or token.level is Level.FILE:
        return
    for name in ("dbt-cloud-host-url", "dbt-cloud-run-id", "dbt-cloud-job-id"):
        value = values.get(name.replace("-", "_"))
        host = value.base_url if isinstance(value, Reference) else value
        if host and host != DEFAULT_HOST and all_given[name].level is Level.FILE:
            problems.add(
                f"{all_given[name]} names a host, but a file of the repository must not say where the token goes.",
                f"Set {name} where {token} is set.",
            )


def _take_addresses(values: dict[str, Any], all_given: Mapping[str, Given], problems: _Problems) -> None:
    """Take account and host out of a run's or job's address; what was given besides must agree."""
    name = "dbt-cloud-run-id" if "dbt_cloud_run_id" in values else "dbt-cloud-job-id"
    reference = values.get(name.replace("-", "_"))
    if not reference or not reference.base_url:
        return
    for other, kind, address_has in (
        ("dbt-cloud-account-id", "account", reference.account_id),
        ("dbt-cloud-host-url", "host", reference.base_url),
    ):
        given = values.setdefault(other.replace("-", "_"), address_has)
        if given != address_has:
            problems.add(
                f"{all_given[name]} is an address of {kind} {address_has}, but {all_given[other]} says {given}.",
                f"Leave {other} out, or make the two agree.",
            )


def _source(
    settings: Settings, door: Door, all_given: Mapping[str, Given], problems: _Problems
) -> CloudSource | LocalSource | None:
    """Where the artifacts come from; `None` if a problem says why that is not clear."""
    if settings.dbt and settings.dbt_cloud:
        problems.add(
            f"{all_given['dbt']} and {all_given['dbt-cloud']} exclude each other.",
            "Leave `dbt` out: tables are selected without running dbt.",
        )
    if _reads_dbt_cloud(settings, door):
        return _cloud_source(settings, door, all_given, problems)
    both = [name for name in ("dbt-cloud-run-id", "dbt-cloud-job-id") if name in all_given]
    if both and door is not Door.COMMAND:
        problems.add(
            f"{all_given[both[0]]} and {all_given['artifacts-dir']} are both given.",
            "Give the one to read: a run of dbt Cloud, or a local folder.",
        )
    return LocalSource(settings.artifacts_dir or LOCAL_ARTIFACTS)


def _reads_dbt_cloud(settings: Settings, door: Door) -> bool:
    if settings.dbt_cloud:
        return True
    if settings.artifacts_dir:
        return False
    return door is not Door.COMMAND or bool(settings.dbt_cloud_run_id or settings.dbt_cloud_job_id)


def _cloud_source(
    settings: Settings, door: Door, all_given: Mapping[str, Given], problems: _Problems
) -> CloudSource | None:
    run: OneRun | LatestRun | None = None
    if settings.dbt_cloud_run_id:
        run = OneRun(settings.dbt_cloud_run_id.id)
    elif settings.dbt_cloud_job_id:
        run = LatestRun(settings.dbt_cloud_job_id.id)
    elif not {"dbt-cloud-run-id", "dbt-cloud-job-id"} & all_given.keys():
        problems.add(
            f"There is no run to draw: {_missing('dbt-cloud-run-id', door)} and"
            f" {_missing('dbt-cloud-job-id', door)} are both missing.",
            "Give a run, or the job whose latest successful run is wanted; or artifacts-dir for local files.",
        )
    token, account_id = settings.dbt_cloud_service_token, settings.dbt_cloud_account_id
    if token is None and "dbt-cloud-service-token" not in all_given:
        problems.add(
            f"{_missing('dbt-cloud-service-token', door)} is missing.",
            "Make a service token with the permission set Job Viewer in dbt Cloud's account settings, and hand it on as"
            " a secret; a Starter plan uses a personal access token. A workflow of a fork or of Dependabot gets none.",
        )
    if account_id is None and "dbt-cloud-account-id" not in all_given:
        problems.add(
            f"{_missing('dbt-cloud-account-id', door)} is missing.",
            "Give the number behind /deploy/ or /accounts/ in any address of dbt Cloud, or the run as its address.",
        )
    if run is None or token is None or account_id is None:
        return None
    return CloudSource(
        base_url=settings.dbt_cloud_host_url,
        api_version=settings.dbt_cloud_api_version,
        account_id=account_id,
        token=token,
        run=run,
        keep_in=settings.artifacts_dir,
    )


def _missing(name: str, door: Door) -> str:
    option = next(option for option in OPTIONS if option.name == name)
    if door is Door.CONTAINER:
        return option.variable
    return f"{_spelling(option, door)} (or {option.variable})"
