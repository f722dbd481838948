"""The settings in force: what a reader gave at their door, over the environment, over the configuration file."""

import logging
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from erd.addresses import refuse_hosts_of_a_file, take_addresses
from erd.bases import BaseChoice, chosen_base
from erd.checks import RESOURCE_TYPES, Algorithm, Reference, Secret
from erd.ci.detection import pull_request
from erd.ci.pull_request import PullRequest
from erd.configuration import read_configuration
from erd.destinations import Destination, Publication, destination_of, publication_of
from erd.errors import UsageError
from erd.given import Door, Gathered, gather
from erd.options import DIFF, RUN_METADATA
from erd.sources import (
    DEFAULT_HOST,
    LOCAL_ARTIFACTS,
    SOURCES,
    LocalSource,
    Source,
    chosen_source,
    diagram_source,
    discovery_source,
    drop_the_weaker,
)

log = logging.getLogger(__name__)

DRAWN_BY_DEFAULT = ("model",)


class Settings(NamedTuple):
    """All options, checked. A field is `None` only where the option was not given and has no default.

    `source` is what the options about dbt Cloud and local files come to, `base` what those about the base do: `None`
    if nothing is to be compared with. `publication` is where a review may be posted, and `destination` where the ERD is
    to be committed: `None` if nowhere.
    """

    source: Source = LocalSource(LOCAL_ARTIFACTS)
    base: BaseChoice | None = None
    publication: Publication | None = None
    destination: Destination | None = None

    dbt_cloud_service_token: Secret | None = None
    dbt_cloud_account_id: int | None = None
    dbt_cloud_run_id: Reference | None = None
    dbt_cloud_job_id: Reference | None = None
    dbt_cloud_environment_id: int | None = None
    dbt_cloud_host_url: str = DEFAULT_HOST
    dbt_cloud_api_version: str = "v2"
    dbt_cloud_step: int | None = None
    dbt_cloud_wait_minutes: float = 30
    dbt_cloud_timeout_minutes: float = 15
    dbt_cloud_max_file_mb: int = 2000
    allow_failed_run: bool = False
    trigger: bool = False
    dbt_cloud_query_file_path: Path | None = None
    artifacts_dir: Path | None = None
    dbt_project_dir: Path | None = None
    dbt_cloud: bool = False
    dbt_cloud_base_run_id: Reference | None = None
    dbt_cloud_base_job_id: Reference | None = None
    base_artifacts_dir: Path | None = None
    base_file: Path | None = None
    head_file: Path | None = None
    select: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    resource_type: tuple[str, ...] = DRAWN_BY_DEFAULT
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
    embed_in: tuple[str, ...] = ()
    schema_base_url: str | None = None
    comment: str = "auto"
    comment_id: str = "erd"
    commit: str = "never"
    commit_branch: str | None = None
    commit_message: str = "ERD: {changes}"
    commit_co_author: tuple[str, ...] = ()
    commit_skip_ci: bool = False
    summary: bool = True
    fail_on: str = "never"
    mermaid_style: str = "full"
    github_token: Secret | None = None
    dbt: bool = False
    dbt_target: str | None = None
    dbt_auto_artifacts: bool = False
    manifest_version: str | None = None
    catalog_version: str | None = None
    relax_policies: str | None = None

    @property
    def reviewed_types(self) -> tuple[str, ...]:
        """The kinds of tables that a review looks at: those that are drawn, or all where none were chosen."""
        return RESOURCE_TYPES if self.resource_type == DRAWN_BY_DEFAULT else self.resource_type


class Inspection(NamedTuple):
    """The settings as far as they could be read, and how that came about; `file_name` is the configuration's, or empty.

    If there are problems, `settings.source` may not be what was asked for.
    """

    settings: Settings
    gathered: Gathered
    file_name: str


def read_settings(
    door: Door, given: Mapping[str, Any], environ: Mapping[str, str], folder: Path, command: str | None = None
) -> Settings:
    """The settings in force: `given` (flags or inputs, by option name) over `environ` over the file in `folder`.

    Empty means unset, at every level; with a `command`, options of others are not looked at. Raises `UsageError` for
    all that is missing or wrong at once, in the names by which the reader set it.
    """
    from_file, file_name = read_configuration(folder)
    gathered = gather(door, given, environ, from_file, file_name, command)
    found = _settle(gathered, file_name, folder, environ, command)
    found.gathered.raise_if_any()
    return found.settings


def inspect_settings(door: Door, given: Mapping[str, Any], environ: Mapping[str, str], folder: Path) -> Inspection:
    """What `read_settings` would say, whatever is wrong; a configuration that cannot be read says nothing.

    All options are looked at. With an environment and nothing that says where artifacts are, the source is that of
    `run-metadata`.
    """
    try:
        from_file, file_name = read_configuration(folder)
        broken = None
    except UsageError as error:
        from_file, file_name, broken = {}, "", error
    gathered = gather(door, given, environ, from_file, file_name)
    of_environment = "dbt-cloud-environment-id" in gathered.given
    of_artifacts = gathered.given.keys() & {*SOURCES, "dbt-cloud"}
    as_metadata = of_environment and not of_artifacts
    found = _settle(gathered, file_name, folder, environ, RUN_METADATA if as_metadata else None)
    if broken:
        gathered.add_problem(broken.happened, broken.todo)
    return found


def _settle(
    gathered: Gathered, file_name: str, folder: Path, environ: Mapping[str, str], command: str | None = None
) -> Inspection:
    for name in gathered.strangers:
        log.warning("%s is no option, and is left alone; docs/options.md has the names of all", name)
    for old, new in gathered.going:
        log.warning("%s is to go with the next major version; give %s instead", old, new)
    drop_the_weaker(gathered)
    refuse_hosts_of_a_file(gathered)
    take_addresses(gathered)
    settings = Settings(**gathered.values)
    _check_columns(settings, gathered)
    _check_file_name(settings, gathered)
    source: Source | None
    if command == RUN_METADATA:
        about, source = None, discovery_source(settings, gathered)
    elif command == DIFF and settings.head_file:
        about, source = None, diagram_source(settings.head_file, gathered)
    else:
        about = _pull_request(environ)
        source = chosen_source(settings, gathered, folder, about if _has_number(about) else None)
    pull = about if isinstance(about, PullRequest) else None
    base = chosen_base(gathered, source, pull, environ)
    if command == DIFF and base is None and not gathered.problems():
        gathered.add_problem(
            "There is nothing to compare with: no base is given, and this is no pull request.",
            "Give base-artifacts-dir, base-file, dbt-cloud-base-run-id or dbt-cloud-base-job-id.",
        )
    settled = settings._replace(
        source=source or settings.source,
        base=base,
        publication=publication_of(gathered, pull, environ),
        destination=destination_of(settings.commit, gathered, pull, environ),
    )
    return Inspection(settled, gathered, file_name)


def _pull_request(environ: Mapping[str, str]) -> PullRequest | UsageError | None:
    """The pull request that this job is about, or why it cannot be told, which matters only if a run hangs on it."""
    try:
        return pull_request(environ)
    except UsageError as error:
        return error


def _has_number(about: PullRequest | UsageError | None) -> bool:
    """Whether a run can be looked for; an error is reported by whoever needs one."""
    return not isinstance(about, PullRequest) or about.number > 0


def _check_columns(settings: Settings, gathered: Gathered) -> None:
    given = gathered.given
    if settings.omit_columns and "columns" in given and settings.columns != "none":
        gathered.add_problem(
            f"{given['omit-columns']} leaves all columns out, but {given['columns']} says {settings.columns}.",
            "Give one of the two.",
            "omit-columns",
        )


def _check_file_name(settings: Settings, gathered: Gathered) -> None:
    if settings.output_file_name and len(settings.target) > 1:
        gathered.add_problem(
            f"{gathered.given['output-file-name']} is one name, but {len(settings.target)} targets are to be written.",
            "Leave it out, so that each target has its own name, or write one target.",
            "output-file-name",
        )
