"""What the options about dbt Cloud and local files come to: the one place that the artifacts are read from."""

from pathlib import Path
from typing import NamedTuple, Protocol

from erd.checks import Reference, Secret
from erd.ci.pull_request import PullRequest
from erd.errors import UsageError
from erd.given import TOKEN, Door, Gathered, Level

SOURCES = ("dbt-cloud-run-id", "dbt-cloud-job-id", "artifacts-dir")
"""The options that say where artifacts come from."""
DEFAULT_HOST = "https://cloud.getdbt.com"
LOCAL_ARTIFACTS = Path("target")
"""Where dbt itself leaves its artifacts, in the folder of a project."""


class OneRun(NamedTuple):
    """The run with this id."""

    id: int


class LatestRun(NamedTuple):
    """The latest successful run, with artifacts, of the job with this id."""

    job_id: int


class LatestInEnvironment(NamedTuple):
    """The latest successful run, with artifacts, of the environment with this id."""

    environment_id: int


class RunOfPullRequest(NamedTuple):
    """The run of a pull request's last commit, of the CI job with this id or of any."""

    pull_request: PullRequest
    job_id: int | None


class CloudSource(NamedTuple):
    """Artifacts of a run in dbt Cloud, downloaded to `keep_in` or, if that is unset, to a folder that goes away.

    `step` is the one whose artifacts are read, found by itself if unset. A run that is not finished is waited for, and
    all else may take `timeout_seconds` besides. With `trigger`, one is started if there is none.
    """

    base_url: str
    api_version: str
    account_id: int
    token: Secret
    run: OneRun | LatestRun | LatestInEnvironment | RunOfPullRequest
    keep_in: Path | None
    step: int | None
    wait_seconds: float
    timeout_seconds: float
    largest_file_bytes: int
    allow_failed: bool
    trigger: bool

    @property
    def budget_seconds(self) -> float:
        """How long everything may take together."""
        waits = isinstance(self.run, OneRun | RunOfPullRequest)
        return self.timeout_seconds + (self.wait_seconds if waits else 0)


class LocalSource(NamedTuple):
    """Artifacts in a folder of this machine."""

    folder: Path


class DiscoverySource(NamedTuple):
    """The latest state of an environment, from the Discovery API; asked with the query in `query_file`, if given."""

    base_url: str
    environment_id: int
    token: Secret
    query_file: Path | None


class DiagramFile(NamedTuple):
    """A DBML file of this machine."""

    path: Path


Source = CloudSource | LocalSource | DiscoverySource | DiagramFile


# ruff: noqa: D102 - what each of these holds is the help of its option
class Choices(Protocol):
    """The options that say where artifacts come from, checked: those fields of `Settings`."""

    @property
    def dbt_cloud_service_token(self) -> Secret | None: ...
    @property
    def dbt_cloud_account_id(self) -> int | None: ...
    @property
    def dbt_cloud_run_id(self) -> Reference | None: ...
    @property
    def dbt_cloud_job_id(self) -> Reference | None: ...
    @property
    def dbt_cloud_environment_id(self) -> int | None: ...
    @property
    def dbt_cloud_step(self) -> int | None: ...
    @property
    def dbt_cloud_wait_minutes(self) -> float: ...
    @property
    def dbt_cloud_timeout_minutes(self) -> float: ...
    @property
    def dbt_cloud_max_file_mb(self) -> int: ...
    @property
    def allow_failed_run(self) -> bool: ...
    @property
    def trigger(self) -> bool: ...
    @property
    def dbt_cloud_query_file_path(self) -> Path | None: ...
    @property
    def dbt_cloud_host_url(self) -> str: ...
    @property
    def dbt_cloud_api_version(self) -> str: ...
    @property
    def artifacts_dir(self) -> Path | None: ...
    @property
    def dbt_project_dir(self) -> Path | None: ...
    @property
    def dbt_cloud(self) -> bool: ...
    @property
    def dbt(self) -> bool: ...


def drop_the_weaker(gathered: Gathered) -> None:
    """Of the options that say where artifacts come from, one given more strongly sets the others aside.

    At the same level all stay, and it is judged later whether they go together. With `dbt-cloud`, `artifacts-dir` says
    where to keep the files, and so is not one of them.
    """
    given, keeps = gathered.given, gathered.values.get("dbt_cloud")
    ways = [name for name in SOURCES if name in given and not (name == "artifacts-dir" and keeps)]
    strongest = min((given[name].level for name in ways), default=Level.GIVEN)
    for name in ways:
        if given[name].level > strongest:
            gathered.put_aside(name)


def chosen_source(
    choices: Choices, gathered: Gathered, here: Path, pull_request: PullRequest | UsageError | None
) -> CloudSource | LocalSource | None:
    """Where the artifacts come from; `None` if a problem says why that is not clear. Paths are relative to `here`.

    `pull_request` is the one that this job is about, if it is about one, or why that cannot be told.
    """
    given = gathered.given
    if choices.dbt and choices.dbt_cloud:
        gathered.add_problem(
            f"{given['dbt']} and {given['dbt-cloud']} exclude each other.",
            "Leave `dbt` out: tables are selected without running dbt.",
            "dbt",
        )
    if _reads_dbt_cloud(choices, gathered.door):
        return _cloud_source(choices, gathered, pull_request)
    both = [name for name in ("dbt-cloud-run-id", "dbt-cloud-job-id") if name in given]
    if both and gathered.door is not Door.COMMAND:
        gathered.add_problem(
            f"{given[both[0]]} and {given['artifacts-dir']} are both given.",
            "Give the one to read: a run of dbt Cloud, or a local folder.",
            both[0],
        )
    return LocalSource(_local_folder(choices, here))


def diagram_source(path: Path, gathered: Gathered) -> DiagramFile | None:
    """The diagram, unless artifacts are given as directly; `None` if a problem says so."""
    diagram = gathered.given["head-file"]
    others = [name for name in SOURCES if name in gathered.given and gathered.given[name].level <= diagram.level]
    if others:
        gathered.add_problem(
            f"{diagram} and {gathered.given[others[0]]} are both given.",
            "Give the one to compare: a DBML file, or the artifacts of a run.",
            "head-file",
        )
        return None
    return DiagramFile(path)


def discovery_source(choices: Choices, gathered: Gathered) -> DiscoverySource | None:
    """The environment to read; `None` if a problem says what is missing."""
    token, environment_id = choices.dbt_cloud_service_token, choices.dbt_cloud_environment_id
    name = "dbt-cloud-environment-id"
    if environment_id is None and name not in gathered.given:
        gathered.add_problem(
            f"{gathered.missing(name)} is missing.",
            "Give the number behind /environments/ in the address of a production or staging environment.",
            name,
        )
    if token is None and TOKEN not in gathered.given:
        gathered.add_problem(
            f"{gathered.missing(TOKEN)} is missing.",
            "Make a service token with the permission set Metadata Only in dbt Cloud's account settings.",
            TOKEN,
        )
    if token is None or environment_id is None:
        return None
    return DiscoverySource(
        base_url=choices.dbt_cloud_host_url,
        environment_id=environment_id,
        token=token,
        query_file=choices.dbt_cloud_query_file_path,
    )


def _reads_dbt_cloud(choices: Choices, door: Door) -> bool:
    if choices.dbt_cloud:
        return True
    if choices.artifacts_dir:
        return False
    return door is not Door.COMMAND or bool(choices.dbt_cloud_run_id or choices.dbt_cloud_job_id)


def _local_folder(choices: Choices, here: Path) -> Path:
    """Where dbterd would look: `artifacts-dir` or the project's own folder; without a manifest there, its target.

    A folder that is given alone is meant, even if it turns out to be empty.
    """
    project = choices.dbt_project_dir
    if choices.artifacts_dir and not project:
        return choices.artifacts_dir
    first = choices.artifacts_dir or project or Path()
    if (here / first / "manifest.json").is_file():
        return first
    return (project or Path()) / LOCAL_ARTIFACTS


def _wanted_run(
    choices: Choices, gathered: Gathered, pull_request: PullRequest | UsageError | None
) -> OneRun | LatestRun | LatestInEnvironment | RunOfPullRequest | None:
    given = gathered.given
    job, environment = choices.dbt_cloud_job_id, choices.dbt_cloud_environment_id
    if "dbt-cloud-run-id" in given:
        return OneRun(choices.dbt_cloud_run_id.id) if choices.dbt_cloud_run_id else None
    if isinstance(pull_request, UsageError):
        gathered.add_problem(pull_request.happened, pull_request.todo)
        return None
    if pull_request:
        return RunOfPullRequest(pull_request, job.id if job else None)
    if job or environment:
        return _latest(job, environment, gathered)
    if not {"dbt-cloud-job-id", "dbt-cloud-environment-id"} & given.keys():
        gathered.add_problem(
            f"There is no run to draw: {gathered.missing('dbt-cloud-run-id')} and"
            f" {gathered.missing('dbt-cloud-job-id')} are both missing, and this is no pull request.",
            "Give a run, or the job or environment whose latest successful run is wanted; or artifacts-dir for local"
            " files.",
            "dbt-cloud-run-id",
        )
    return None


def _latest(
    job: Reference | None, environment: int | None, gathered: Gathered
) -> LatestRun | LatestInEnvironment | None:
    """The latest run of the job or environment, whichever is given more directly."""
    given = gathered.given
    if job and not (environment and given["dbt-cloud-environment-id"].level < given["dbt-cloud-job-id"].level):
        return LatestRun(job.id)
    return LatestInEnvironment(environment) if environment else None


def _cloud_source(
    choices: Choices, gathered: Gathered, pull_request: PullRequest | UsageError | None
) -> CloudSource | None:
    given = gathered.given
    run = _wanted_run(choices, gathered, pull_request)
    if choices.trigger and not choices.dbt_cloud_wait_minutes:
        gathered.add_problem(
            f"{given['trigger']} starts a run, but {given['dbt-cloud-wait-minutes']} leaves no time to wait for it.",
            "Leave trigger out, or dbt-cloud-wait-minutes, which is 30 then.",
            "trigger",
        )
    token, account_id = choices.dbt_cloud_service_token, choices.dbt_cloud_account_id
    if token is None and TOKEN not in given:
        gathered.add_problem(
            f"{gathered.missing(TOKEN)} is missing.",
            "Make a service token with the permission set Job Viewer in dbt Cloud's account settings, and hand it on as"
            " a secret; a Starter plan uses a personal access token. A workflow of a fork or of Dependabot gets none.",
            TOKEN,
        )
    if account_id is None and "dbt-cloud-account-id" not in given:
        gathered.add_problem(
            f"{gathered.missing('dbt-cloud-account-id')} is missing.",
            "Give the number behind /deploy/ or /accounts/ in any address of dbt Cloud, or the run as its address.",
            "dbt-cloud-account-id",
        )
    if run is None or token is None or account_id is None:
        return None
    return CloudSource(
        base_url=choices.dbt_cloud_host_url,
        api_version=choices.dbt_cloud_api_version,
        account_id=account_id,
        token=token,
        run=run,
        keep_in=choices.artifacts_dir,
        step=choices.dbt_cloud_step,
        wait_seconds=60 * choices.dbt_cloud_wait_minutes,
        timeout_seconds=60 * choices.dbt_cloud_timeout_minutes,
        largest_file_bytes=choices.dbt_cloud_max_file_mb * 1_000_000,
        allow_failed=choices.allow_failed_run,
        trigger=choices.trigger,
    )
