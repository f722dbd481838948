"""Every option once: how it is named at each door, what it accepts, its default and its help.

The names of options, environment variables and configuration keys, and how `.dbterd.yml` and `[tool.dbterd]` are found,
are dbterd's (its documentation and release 1.32), so that its users can switch without rewriting anything.

No `msgspec` here: this module is loaded for `--help`, which should cost next to nothing.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path
from typing import Any, NamedTuple

from erd import checks
from erd.checks import Reference, Secret
from erd.errors import UsageError

TARGETS = ("dbml",)
LOCAL_ARTIFACTS = Path("target")
"""Where dbt itself leaves its artifacts."""


class Door(Enum):
    """Where a reader stands, and so by which names they know the options."""

    ACTION = "action"
    CONTAINER = "container"
    COMMAND = "command"


class Option(NamedTuple):
    """One option.

    `name` is the Action's input, the configuration key and, with `--`, the flag; `DBTERD_` and the name in upper case
    with `_` is the environment variable. `flags` are further spellings on the command line, `variables` further ones
    in the environment; both are dbterd's. `shown_default` is how the default reads in documentation.
    """

    name: str
    group: str
    check: Callable[[Any], Any]
    help: str
    shown_default: str = ""
    flags: tuple[str, ...] = ()
    variables: tuple[str, ...] = ()
    repeatable: bool = False
    is_input: bool = True

    @property
    def field(self) -> str:
        """The name of its field in `Settings`."""
        return self.name.replace("-", "_")

    @property
    def variable(self) -> str:
        """Its first name in the environment."""
        return f"DBTERD_{self.field.upper()}"

    @property
    def is_flag(self) -> bool:
        """Whether it is a yes or no."""
        return self.check is checks.flag


OPTIONS = (
    Option(
        "dbt-cloud-service-token",
        "which run",
        checks.secret,
        "Service token or personal access token of dbt Cloud. The permission set Job Viewer is enough.",
    ),
    Option(
        "dbt-cloud-account-id",
        "which run",
        checks.number,
        "Id of the dbt Cloud account. Not needed when the run or job is given as an address.",
    ),
    Option(
        "dbt-cloud-run-id",
        "which run",
        checks.run,
        "The run to draw: its id, or the address of its page in dbt Cloud.",
    ),
    Option(
        "dbt-cloud-job-id",
        "which run",
        checks.job,
        "The job whose latest successful run with artifacts is drawn, when no run is given: id or address.",
    ),
    Option(
        "dbt-cloud-host-url",
        "which run",
        checks.host,
        "The account's Access URL, with or without https://.",
        "cloud.getdbt.com",
    ),
    Option("dbt-cloud-api-version", "which run", checks.api_version, "Version of the Administrative API.", "v2"),
    Option(
        "artifacts-dir",
        "which run",
        checks.folder,
        "Read manifest.json and catalog.json from this folder instead of from dbt Cloud."
        " With --dbt-cloud on the command line: keep what is downloaded there.",
        "target (command line only)",
        ("-ad",),
    ),
    Option(
        "dbt-cloud",
        "which run",
        checks.flag,
        "Read the artifacts from dbt Cloud. Implied by a run or job id unless artifacts-dir is given.",
        is_input=False,
    ),
    Option(
        "dbt",
        "which run",
        checks.flag,
        "Accepted for dbterd's sake: dbt is never run, select works without it. Not together with dbt-cloud.",
        is_input=False,
    ),
    Option(
        "select",
        "what to draw",
        checks.rules,
        "Tables to draw: a name, or the start of a unique_id. A comma means and; several rules mean or.",
        "all",
        ("-s",),
        repeatable=True,
    ),
    Option(
        "exclude",
        "what to draw",
        checks.rules,
        "Tables to leave out, in the same language as select.",
        "none",
        ("-ns",),
        repeatable=True,
    ),
    Option(
        "resource-type",
        "what to draw",
        checks.some_of(checks.RESOURCE_TYPES),
        f"Kinds of tables: {', '.join(checks.RESOURCE_TYPES)}. Several are possible.",
        "model",
        ("-rt",),
        ("DBTERD_RESOURCE_TYPES",),
        repeatable=True,
    ),
    Option(
        "entity-name-format",
        "what to draw",
        checks.name_parts(checks.NAME_PARTS),
        f"How tables are named: parts joined by dots, out of {', '.join(checks.NAME_PARTS)}.",
        "resource.package.model",
        ("-enf",),
    ),
    Option(
        "entity-group",
        "what to draw",
        checks.name_parts(checks.GROUP_PARTS),
        f"Group tables by parts joined by dots, out of {', '.join(checks.GROUP_PARTS)}.",
        "no groups",
        ("-eg",),
    ),
    Option(
        "omit-columns",
        "what to draw",
        checks.flag,
        "Draw only the columns that relationships join on.",
        "false",
    ),
    Option(
        "omit-entity-name-quotes",
        "what to draw",
        checks.flag,
        "Leave the quotes around table names out of DBML, wherever it stays valid.",
        "false",
    ),
    Option(
        "target",
        "what to write",
        checks.some_of(TARGETS),
        f"Output format: {', '.join(TARGETS)}.",
        "dbml",
        ("-t",),
        repeatable=True,
    ),
    Option(
        "output",
        "what to write",
        checks.folder,
        "Folder to write to; made if missing. The Action and the container write inside the workspace only.",
        "target",
        ("-o",),
        ("DBTERD_OUTPUT_PATH",),
    ),
    Option(
        "output-file-name",
        "what to write",
        checks.file_name,
        "Name of the file.",
        "output.dbml",
        ("-ofn",),
    ),
)


class OneRun(NamedTuple):
    """The run with this id."""

    id: int


class LatestRun(NamedTuple):
    """The latest successful run, with artifacts, of the job with this id."""

    job_id: int


@dataclass(frozen=True, kw_only=True)
class CloudSource:
    """Artifacts of a run in dbt Cloud, downloaded to `keep_in` or, if that is unset, to a folder that goes away."""

    base_url: str
    api_version: str
    account_id: int
    token: Secret
    run: OneRun | LatestRun
    keep_in: Path | None


@dataclass(frozen=True)
class LocalSource:
    """Artifacts in a folder of this machine."""

    folder: Path


@dataclass(frozen=True, kw_only=True)
class Settings:
    """All options, checked. A field is `None` only where the option was not given and has no default.

    `source` is what the options about dbt Cloud and local files come to.
    """

    source: CloudSource | LocalSource = LocalSource(LOCAL_ARTIFACTS)

    dbt_cloud_service_token: Secret | None = None
    dbt_cloud_account_id: int | None = None
    dbt_cloud_run_id: Reference | None = None
    dbt_cloud_job_id: Reference | None = None
    dbt_cloud_host_url: str = "https://cloud.getdbt.com"
    dbt_cloud_api_version: str = "v2"
    artifacts_dir: Path | None = None
    dbt_cloud: bool = False
    dbt: bool = False
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    resource_type: tuple[str, ...] = ("model",)
    entity_name_format: tuple[str, ...] = ("resource", "package", "model")
    entity_group: tuple[str, ...] = ()
    omit_columns: bool = False
    omit_entity_name_quotes: bool = False
    target: tuple[str, ...] = ("dbml",)
    output: Path = Path("target")
    output_file_name: str | None = None


class Given(NamedTuple):
    """A value as a reader gave it, and the name by which they did."""

    value: Any
    spelling: str


@dataclass
class _Problems:
    """All that is missing or wrong, gathered so that it is reported at once."""

    found: list[tuple[str, str]] = field(default_factory=list)

    def add(self, happened: str, todo: str) -> None:
        self.found.append((happened, todo))

    def raise_if_any(self) -> None:
        if len(self.found) == 1:
            raise UsageError(*self.found[0])
        if self.found:
            listed = "\n".join(f"- {happened} {todo}" for happened, todo in self.found)
            raise UsageError(
                f"{len(self.found)} settings are missing or wrong:\n{listed}\n",
                "Each option is explained in the README and by `dbt-cloud-erd run --help`.",
            )


def read_settings(door: Door, given: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Settings:
    """The settings in force: `given` (flags or inputs, by option name) over `environ` over the file in `folder`.

    Empty means unset, at every level. Raises `UsageError` for all that is missing or wrong at once, in the names by
    which the reader set it.
    """
    from_file, file_name = _configuration(folder)
    problems = _Problems()
    values: dict[str, Any] = {}
    spellings: dict[str, str] = {}
    for option in OPTIONS:
        found = next(_ways(option, door, given, environ, from_file, file_name), None)
        if found is None:
            continue
        spellings[option.name] = found.spelling
        try:
            values[option.field] = option.check(found.value)
        except ValueError as error:
            what, instead = error.args
            problems.add(f"{found.spelling} is wrong: {what}.", f"{instead}.")
    _take_addresses(values, spellings, problems)
    settings = Settings(**values)
    source = _source(settings, door, spellings, problems)
    problems.raise_if_any()
    return replace(settings, source=source) if source else settings


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
        yield Given(given[option.name], _spelling(option, door))
    for variable in (option.variable, *option.variables):
        if not _empty(environ.get(variable)):
            yield Given(environ[variable], variable)
    if not _empty(from_file.get(option.field)):
        yield Given(from_file[option.field], f"`{option.name}` in {file_name}")


def _empty(value: Any) -> bool:
    return (
        value is None
        or (isinstance(value, str) and not value.strip())
        or (isinstance(value, (list, tuple)) and not value)
    )


def _spelling(option: Option, door: Door) -> str:
    match door:
        case Door.ACTION:
            return f"Input `{option.name}`"
        case Door.CONTAINER:
            return option.variable
        case Door.COMMAND:
            return f"`--{option.name}`"


def _take_addresses(values: dict[str, Any], spellings: Mapping[str, str], problems: _Problems) -> None:
    """Take account and host out of a run's or job's address; what was given besides must agree."""
    name = "dbt-cloud-run-id" if "dbt_cloud_run_id" in values else "dbt-cloud-job-id"
    reference = values.get(name.replace("-", "_"))
    if not reference or not reference.base_url:
        return
    for other, address_has in (
        ("dbt-cloud-account-id", reference.account_id),
        ("dbt-cloud-host-url", reference.base_url),
    ):
        given = values.setdefault(other.replace("-", "_"), address_has)
        if given != address_has:
            problems.add(
                f"{spellings[name]} is an address with {address_has}, but {spellings[other]} says {given}.",
                f"Leave {other} out, or make the two agree.",
            )


def _source(
    settings: Settings, door: Door, spellings: Mapping[str, str], problems: _Problems
) -> CloudSource | LocalSource | None:
    """Where the artifacts come from; `None` if a problem says why that is not clear."""
    if settings.dbt and settings.dbt_cloud:
        problems.add(
            f"{spellings['dbt']} and {spellings['dbt-cloud']} exclude each other.",
            "Leave `dbt` out: tables are selected without running dbt.",
        )
    if _reads_dbt_cloud(settings, door):
        return _cloud_source(settings, door, spellings, problems)
    both = [name for name in ("dbt-cloud-run-id", "dbt-cloud-job-id") if name in spellings]
    if both and door is not Door.COMMAND:
        problems.add(
            f"{spellings[both[0]]} and {spellings['artifacts-dir']} are both given.",
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
    settings: Settings, door: Door, spellings: Mapping[str, str], problems: _Problems
) -> CloudSource | None:
    run: OneRun | LatestRun | None = None
    if settings.dbt_cloud_run_id:
        run = OneRun(settings.dbt_cloud_run_id.id)
    elif settings.dbt_cloud_job_id:
        run = LatestRun(settings.dbt_cloud_job_id.id)
    elif not {"dbt-cloud-run-id", "dbt-cloud-job-id"} & spellings.keys():
        problems.add(
            f"There is no run to draw: {_missing('dbt-cloud-run-id', door)} and"
            f" {_missing('dbt-cloud-job-id', door)} are both missing.",
            "Give a run, or the job whose latest successful run is wanted; or artifacts-dir for local files.",
        )
    token, account_id = settings.dbt_cloud_service_token, settings.dbt_cloud_account_id
    if token is None and "dbt-cloud-service-token" not in spellings:
        problems.add(
            f"{_missing('dbt-cloud-service-token', door)} is missing.",
            "Make a service token with the permission set Job Viewer in dbt Cloud's account settings, and hand it on as"
            " a secret; a Starter plan uses a personal access token. A workflow of a fork or of Dependabot gets none.",
        )
    if account_id is None and "dbt-cloud-account-id" not in spellings:
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


def _configuration(folder: Path) -> tuple[Mapping[str, Any], str]:
    """The configuration file of `folder`, by field name, and its name.

    As dbterd does: `pyproject.toml` if it has a table `[tool.dbterd]`, else `.dbterd.yml`; no parent folders. Keys are
    kebab- or snake-case, and unknown ones are left alone.
    """
    pyproject = folder / "pyproject.toml"
    if pyproject.is_file():
        table = _toml(pyproject)
        if table is not None:
            return _fields(table, "[tool.dbterd] of pyproject.toml"), "pyproject.toml"
    dbterd = folder / ".dbterd.yml"
    if dbterd.is_file():
        return _fields(_yaml(dbterd), ".dbterd.yml"), ".dbterd.yml"
    return {}, ""


def _toml(path: Path) -> Any:
    import tomllib  # noqa: PLC0415 - only a project that has such a file pays for its parser

    content = _read(path)
    if "dbterd" not in content:
        return None
    try:
        tool = tomllib.loads(content).get("tool")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}.", "Mend it at the place named.") from error
    return tool.get("dbterd") if isinstance(tool, dict) else None


def _yaml(path: Path) -> Any:
    import yaml  # noqa: PLC0415 - only a project that has such a file pays for its parser

    try:
        return yaml.safe_load(_read(path))
    except yaml.YAMLError as error:
        place = getattr(error, "problem_mark", None)
        where = f" in line {place.line + 1}, column {place.column + 1}" if place else ""
        reason = getattr(error, "problem", None) or "it cannot be read"
        raise UsageError(f"{path.name} is not valid YAML{where}: {reason}.", "Mend it at the place named.") from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path.name} could not be read: {error}.", "Make it a readable UTF-8 file, or remove it."
        ) from error


def _fields(content: Any, what: str) -> Mapping[str, Any]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(
            f"{what} is not a list of keys and values.",
            "Write one `option: value` a line, such as `target: dbml`.",
        )
    return {str(key).replace("-", "_"): value for key, value in content.items()}
