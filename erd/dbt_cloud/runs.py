"""Which run: one by its id, or a job's latest that succeeded and left a manifest."""

import re
from collections.abc import Iterator

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import one_line
from erd.errors import DbtCloudError

MANIFEST = "manifest.json"

# Run statuses are integers in the API; these are all that it documents.
UNFINISHED = {1: "queued", 2: "starting", 3: "running"}
SUCCESS = 10
ERROR = 20
CANCELLED = 30

RUNS_A_PAGE = 10
# Runs without a manifest are freshness checks and the like; a job with this many in a row has none at all.
MOST_RUNS_TRIED = 50

WRITES_A_MANIFEST = "dbt build, dbt run or dbt compile: a freshness check or an operation writes no manifest"
GIVE_ANOTHER = (
    "give dbt-cloud-run-id the id of a run that succeeded, or leave it out and give dbt-cloud-job-id,"
    " which takes the job's latest successful run."
)


class Run(msgspec.Struct, frozen=True):
    """One run of a job, as far as it is used. dbt Cloud may leave out or null anything but the id."""

    id: int
    status: int | None = None
    status_message: str | None = None
    href: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    job_definition_id: int | None = None
    project_id: int | None = None
    environment_id: int | None = None
    finished_at: str | None = None
    artifacts_saved: bool | None = None


def get_run(client: DbtCloudClient, run_id: int) -> Run:
    """The run, if it succeeded and saved its artifacts.

    Raises `DbtCloudError` if it did not, with dbt's own message.
    """
    run = _with_page(client, client.get(f"runs/{run_id}/", Run, f"run {run_id}"))
    _check_status(run)
    if run.artifacts_saved is False:
        raise DbtCloudError(
            f"Run {run.id} succeeded, but dbt Cloud saved no artifacts of it.",
            f"Look at {_page(run)}, or {GIVE_ANOTHER}",
        )
    return run


def latest_run(client: DbtCloudClient, job_id: int) -> Run:
    """The job's latest successful run that has a manifest. Raises `DbtCloudError` if there is none."""
    tried = 0
    for run in _successful_runs(client, job_id):
        if run.artifacts_saved is not False and MANIFEST in artifact_names(client, run):
            return _with_page(client, run)
        tried += 1
        if tried == MOST_RUNS_TRIED:
            break
    if tried:
        raise DbtCloudError(
            f"Of the job {job_id}, the latest successful run has no {MANIFEST}, nor have those before ({tried} tried).",
            f"Give dbt-cloud-job-id a job that runs {WRITES_A_MANIFEST}.",
        )
    raise DbtCloudError(
        f"dbt Cloud lists no successful run of job {job_id} in account {client.account_id}.",
        "Check dbt-cloud-job-id (the number in the address of the job's page), that the token may read its project,"
        " and that the job succeeded once in the last 365 days, which is as long as dbt Cloud keeps runs.",
    )


def artifact_names(client: DbtCloudClient, run: Run) -> list[str]:
    """The paths of all artifacts of the run; none if it wrote nothing."""
    return client.get_list(f"runs/{run.id}/artifacts/", str, f"the list of artifacts of run {run.id}")


def _successful_runs(client: DbtCloudClient, job_id: int) -> Iterator[Run]:
    """The successful runs of the job, newest first, page by page as they are asked for."""
    offset = 0
    while True:
        params: dict[str, str | int] = {
            "job_definition_id": job_id,
            "status": SUCCESS,
            "order_by": "-finished_at",
            "limit": RUNS_A_PAGE,
            "offset": offset,
        }
        page = client.get_list("runs/", Run, f"the runs of job {job_id}", params)
        yield from (run for run in page if run.status == SUCCESS)
        offset += len(page)
        if len(page) < RUNS_A_PAGE:
            return


def _check_status(run: Run) -> None:
    match run.status:
        case 10:
            return
        case 20:
            happened = f"Run {run.id} failed{_message(run)}."
            todo = f"Look at {_page(run)}, mend it and run it again, or {GIVE_ANOTHER}"
        case 30:
            happened = f"Run {run.id} was cancelled{_message(run)}."
            todo = f"Run it again ({_page(run)}), or {GIVE_ANOTHER}"
        case 1 | 2 | 3:
            happened = f"Run {run.id} is not finished: it is {UNFINISHED[run.status]}."
            todo = f"Wait until it is done ({_page(run)}), or {GIVE_ANOTHER}"
        case other:
            happened = f"Run {run.id} has the status {other}, which dbt Cloud does not document."
            todo = f"Look at {_page(run)}, or {GIVE_ANOTHER}"
    raise DbtCloudError(happened, todo)


def _message(run: Run) -> str:
    line = one_line(run.status_message or "")
    return f": {line}" if line else ""


def _page(run: Run) -> str:
    return run.href or f"run {run.id} in dbt Cloud"


def _with_page(client: DbtCloudClient, run: Run) -> Run:
    """The run with the address of its page, where dbt Cloud left it out or gave something else."""
    if run.href and re.fullmatch(r"https?://[!-~]+", run.href):
        return run
    page = f"{client.base_url}/deploy/{client.account_id}/projects/{run.project_id}/runs/{run.id}/"
    return msgspec.structs.replace(run, href=page if run.project_id else None)
