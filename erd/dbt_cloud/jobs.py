"""Jobs of dbt Cloud: one by its id, and those that run for pull requests."""

from collections.abc import Iterator

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import NoAnswerError, one_line
from erd.dbt_cloud.matching import CI
from erd.dbt_cloud.runs import Job, Run
from erd.errors import DbtCloudError

JOBS_A_PAGE = 100
MOST_PAGES = 10


class Scope(msgspec.Struct, frozen=True):
    """Where to look for runs: a job's, or those of pull requests in a project or in the whole account.

    `job_id` is the job that was given, if any.
    """

    job_id: int | None = None
    project_id: int | None = None

    @property
    def is_one_job(self) -> bool:
        """Whether all runs are of the job."""
        return self.job_id is not None and self.project_id is None

    @property
    def params(self) -> dict[str, str | int]:
        """The same as filters of the API's list of runs."""
        if self.project_id is not None:
            return {"project_id": self.project_id}
        return {} if self.job_id is None else {"job_definition_id": self.job_id}

    def __str__(self) -> str:
        if self.project_id is not None:
            return f"project {self.project_id}"
        return "the account" if self.job_id is None else f"job {self.job_id}"


def read_job(client: DbtCloudClient, job_id: int) -> Job | None:
    """The job; None where the token may not read it, or there is none: dbt Cloud does not tell these apart."""
    try:
        return client.get(f"jobs/{job_id}/", Job, f"job {job_id}")
    except NoAnswerError:
        raise
    except DbtCloudError:
        return None


def scope_of(client: DbtCloudClient, job_id: int | None) -> Scope:
    """Where to look for the runs of a pull request. A job that is not for pull requests names its project."""
    if job_id is None:
        return Scope()
    job = read_job(client, job_id)
    if job is None or job.job_type in {None, CI}:
        return Scope(job_id)
    return Scope(job_id, job.project_id)


def ci_job(client: DbtCloudClient, scope: Scope) -> int:
    """The id of the one job that runs for pull requests. Raises `DbtCloudError` if there is none, or are several."""
    if scope.job_id is not None and scope.is_one_job:
        return scope.job_id
    jobs = [job for job in _jobs(client, scope) if job.job_type == CI]
    match jobs:
        case [job]:
            return job.id
        case []:
            raise DbtCloudError(
                f"No job for pull requests was found in {scope}, so no run can be started.",
                "Set up a CI job in dbt Cloud, or give its id as dbt-cloud-job-id.",
            )
    listed = ", ".join(f"job {job.id}{_named(job)}{_placed(job.project_id)}" for job in jobs)
    raise DbtCloudError(
        f"Several jobs run for pull requests in {scope}: {listed}.", "Give dbt-cloud-job-id the one to start."
    )


def described(run: Run) -> str:
    """The run with its job and its project, for people to choose."""
    return f"run {run.id} of job {run.job_definition_id}{_named(run.job)}{_placed(run.project_id)}"


def _named(job: Job | None) -> str:
    name = one_line(job.name or "") if job else ""
    return f' "{name}"' if name else ""


def _placed(project_id: int | None) -> str:
    return "" if project_id is None else f" in project {project_id}"


def _jobs(client: DbtCloudClient, scope: Scope) -> Iterator[Job]:
    seen: set[int] = set()
    for page in range(MOST_PAGES):
        params: dict[str, str | int] = {**scope.params, "limit": JOBS_A_PAGE, "offset": page * JOBS_A_PAGE}
        jobs = client.get_list("jobs/", Job, f"the jobs of {scope}", params)
        yield from (job for job in jobs if job.id not in seen)
        seen |= {job.id for job in jobs}
        if len(jobs) < JOBS_A_PAGE:
            return
