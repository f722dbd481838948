"""Runs as dbt Cloud tells of them: one by its id, lists page by page, and the latest that left a manifest."""

import re
from collections.abc import Iterator, Mapping
from itertools import islice

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import one_line
from erd.errors import DbtCloudError

MANIFEST = "manifest.json"
CATALOG = "catalog.json"

# Run statuses are integers in the API; these are all that it documents.
UNFINISHED = {1: "queued", 2: "starting", 3: "running"}
SUCCESS = 10
ERROR = 20
CANCELLED = 30
FINISHED = frozenset({SUCCESS, ERROR, CANCELLED})

RUNS_A_PAGE = 10
# Runs without a manifest are freshness checks and the like; a job with this many in a row has none at all.
MOST_RUNS_TRIED = 50
MOST_TRIED_FOR_A_CATALOG = 10

WRITES_A_MANIFEST = "dbt build, dbt run or dbt compile: a freshness check or an operation writes no manifest"
GIVE_ANOTHER = (
    "give dbt-cloud-run-id the id of a run that succeeded, or leave it out and give dbt-cloud-job-id,"
    " which takes the job's latest successful run."
)


class Trigger(msgspec.Struct, frozen=True):
    """What started a run; the number of its pull request is in the field of the service where that lives."""

    cause_category: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    github_pull_request_id: int | str | None = None
    gitlab_merge_request_id: int | str | None = None
    azure_pull_request_id: int | str | None = None
    non_native_pull_request_id: int | str | None = None
    schema_override: str | None = None


class Job(msgspec.Struct, frozen=True):
    """A job, as far as it is used."""

    id: int
    name: str | None = None
    job_type: str | None = None
    project_id: int | None = None
    deferring_environment_id: int | None = None


class Run(msgspec.Struct, frozen=True):
    """One run of a job, as far as it is used. dbt Cloud may leave out or null anything but the id.

    `trigger` and `job` are there only where they were asked for.
    """

    id: int
    status: int | None = None
    status_message: str | None = None
    href: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    job_definition_id: int | None = None
    project_id: int | None = None
    environment_id: int | None = None
    deferring_run_id: int | None = None
    created_at: str | None = None
    finished_at: str | None = None
    artifacts_saved: bool | None = None
    has_docs_generated: bool | None = None
    is_complete: bool | None = None
    trigger: Trigger | None = None
    job: Job | None = None

    @property
    def is_finished(self) -> bool:
        """Whether nothing more will happen; a status that is not documented is believed to go on unless it says so."""
        return self.status in FINISHED or (self.status not in UNFINISHED and self.is_complete is True)

    @property
    def state(self) -> str:
        """What an unfinished run is doing, after "the run is"."""
        if self.status is None:
            return "in a state that dbt Cloud does not name"
        return UNFINISHED.get(self.status, f"in the status {self.status}, which dbt Cloud does not document")

    @property
    def message(self) -> str:
        """What dbt Cloud says of how it ended, after "the run failed"; empty if it says nothing."""
        line = one_line(self.status_message or "")
        return f": {line}" if line else ""

    @property
    def page(self) -> str:
        """Where to look at it."""
        return self.href or f"run {self.id} in dbt Cloud"


class Found(msgspec.Struct, frozen=True):
    """A run, and in one line how it was found."""

    run: Run
    how: str


class NoRunError(DbtCloudError):
    """There is no run that could be used."""


def get_run(client: DbtCloudClient, run_id: int) -> Run:
    """The run, if it succeeded and saved its artifacts.

    Raises `DbtCloudError` if it did not, with dbt's own message.
    """
    run = read_run(client, run_id)
    check_succeeded(run)
    check_saved(run)
    return run


def read_run(client: DbtCloudClient, run_id: int, related: str | None = None) -> Run:
    """The run, whatever became of it; `related` is a JSON list of what else to tell (`["trigger"]`)."""
    params = {"include_related": related} if related else None
    return with_page(client, client.get(f"runs/{run_id}/", Run, f"run {run_id}", params))


def check_succeeded(run: Run) -> None:
    """Raise `DbtCloudError` if the run did not succeed, with dbt's own message."""
    match run.status:
        case 10:
            return
        case 20:
            happened = f"Run {run.id} failed{run.message}."
            todo = f"Look at {run.page}, mend it and run it again, set allow-failed-run, or {GIVE_ANOTHER}"
        case 30:
            happened = f"Run {run.id} was cancelled{run.message}."
            todo = f"Run it again ({run.page}), or {GIVE_ANOTHER}"
        case 1 | 2 | 3:
            happened = f"Run {run.id} is not finished: it is {run.state}."
            todo = f"Wait until it is done ({run.page}) by dbt-cloud-wait-minutes, or {GIVE_ANOTHER}"
        case other:
            happened = f"Run {run.id} has the status {other}, which dbt Cloud does not document."
            todo = f"Look at {run.page}, or {GIVE_ANOTHER}"
    raise DbtCloudError(happened, todo)


def check_saved(run: Run) -> None:
    """Raise `DbtCloudError` if dbt Cloud says that it saved nothing of the run."""
    if run.artifacts_saved is False:
        raise DbtCloudError(
            f"Run {run.id} succeeded, but dbt Cloud saved no artifacts of it.", f"Look at {run.page}, or {GIVE_ANOTHER}"
        )


def latest_of_job(client: DbtCloudClient, job_id: int) -> Found:
    """The job's latest successful run that has a manifest. Raises `NoRunError` if there is none."""
    run, _ = next(_with_manifest(client, "job", job_id))
    return Found(run, f"Reading run {run.id}, the latest successful one of job {job_id}")


def latest_of_environment(client: DbtCloudClient, environment_id: int, *, but: int | None = None) -> Found:
    """The environment's latest successful run that has a manifest, other than the run `but`.

    If it has no catalog, and one of the same commit a little before it has one too, that is taken: it knows more
    columns. Raises `NoRunError` if there is none.
    """
    candidates = _with_manifest(client, "environment", environment_id, but)
    run, names = next(candidates)
    how = f"the latest successful one of environment {environment_id}"
    if CATALOG not in names and run.git_sha:
        for older, its_names in islice(candidates, MOST_TRIED_FOR_A_CATALOG):
            if older.git_sha != run.git_sha:
                break
            if CATALOG in its_names:
                how = f"{how} with a {CATALOG} (run {run.id}, newer and of the same commit, has none)"
                return Found(older, f"Reading run {older.id}, {how}")
    return Found(run, f"Reading run {run.id}, {how}")


def artifact_names(client: DbtCloudClient, run: Run) -> list[str]:
    """The paths of all artifacts of the run; none if it wrote nothing."""
    return client.get_list(f"runs/{run.id}/artifacts/", str, f"the list of artifacts of run {run.id}")


def listed_runs(
    client: DbtCloudClient, subject: str, params: Mapping[str, str | int], *, a_page: int, most_pages: int | None = None
) -> Iterator[Run]:
    """The runs that dbt Cloud lists, each once, page by page as they are asked for.

    While they are read, runs come and go, so that a page may repeat some; a page of nothing new is the last.
    """
    seen: set[int] = set()
    offset = pages = 0
    while most_pages is None or pages < most_pages:
        page = client.get_list("runs/", Run, subject, {**params, "limit": a_page, "offset": offset})
        new = [run for run in page if run.id not in seen]
        for run in new:
            seen.add(run.id)
            yield with_page(client, run)
        offset += len(page)
        pages += 1
        if len(page) < a_page or not new:
            return


def _with_manifest(
    client: DbtCloudClient, kind: str, its_id: int, but: int | None = None
) -> Iterator[tuple[Run, list[str]]]:
    """The successful runs that have a manifest, newest first, with the names of all their artifacts.

    Raises `NoRunError` at the end if there was none.
    """
    field = {"job": "job_definition_id", "environment": "environment_id"}[kind]
    params: dict[str, str | int] = {field: its_id, "status": SUCCESS, "order_by": "-finished_at"}
    tried, found = 0, False
    for run in listed_runs(client, f"the runs of {kind} {its_id}", params, a_page=RUNS_A_PAGE):
        if run.status != SUCCESS or run.id == but:
            continue
        tried += 1
        names = [] if run.artifacts_saved is False else artifact_names(client, run)
        if MANIFEST in names:
            found = True
            yield run, names
        if tried == MOST_RUNS_TRIED:
            break
    if not found:
        raise _no_manifest(kind, its_id, tried) if tried else _no_success(kind, its_id, client.account_id)


def _no_manifest(kind: str, its_id: int, tried: int) -> NoRunError:
    return NoRunError(
        f"Of the {kind} {its_id}, the latest successful run has no {MANIFEST}, nor have those before ({tried} tried).",
        f"Give dbt-cloud-{kind}-id a{'n' if kind == 'environment' else ''} {kind} that runs {WRITES_A_MANIFEST}.",
    )


def _no_success(kind: str, its_id: int, account_id: int) -> NoRunError:
    return NoRunError(
        f"dbt Cloud lists no successful run of {kind} {its_id} in account {account_id}.",
        f"Check dbt-cloud-{kind}-id (the number in the address of its page), that the token may read its project,"
        f" and that a run of it succeeded in the last 365 days, which is as long as dbt Cloud keeps runs.",
    )


def with_page(client: DbtCloudClient, run: Run) -> Run:
    """The run with the address of its page, where dbt Cloud left it out or gave something else."""
    if run.href and re.fullmatch(r"https?://[!-~]+", run.href):
        return run
    page = f"{client.base_url}/deploy/{client.account_id}/projects/{run.project_id}/runs/{run.id}/"
    return msgspec.structs.replace(run, href=page if run.project_id else None)
