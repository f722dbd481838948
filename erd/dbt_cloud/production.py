"""Which run to compare with: one that is given, the one that head deferred to, or what production runs."""

import logging
from collections.abc import Iterator

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import NoAnswerError
from erd.dbt_cloud.jobs import read_job
from erd.dbt_cloud.runs import (
    Found,
    NoRunError,
    Run,
    check_saved,
    get_run,
    latest_of_environment,
    latest_of_job,
    read_run,
)
from erd.errors import DbtCloudError

log = logging.getLogger(__name__)

PRODUCTION = "production"


class _Environment(msgspec.Struct, frozen=True):
    id: int
    deployment_type: str | None = None


def base_of(client: DbtCloudClient, head: Run) -> Found | None:
    """The run that head is compared with if none is given; None if there is none.

    dbt itself compared head with the run that it deferred to. Raises `DbtCloudError` if dbt Cloud does not answer.
    """
    found = _deferred_to(client, head) or _latest_of_production(client, head)
    if found is None:
        log.info("No run to compare run %s with was found", head.id)
    return _same_project(head, found) if found else None


def base_by_id(client: DbtCloudClient, head: Run, run_id: int) -> Found:
    """The run that was given. Raises `DbtCloudError` if it did not succeed."""
    return _same_project(head, Found(get_run(client, run_id), f"Compared with run {run_id}"))


def base_of_job(client: DbtCloudClient, head: Run, job_id: int) -> Found:
    """The latest successful run of the job that was given. Raises `DbtCloudError` if there is none."""
    return _same_project(head, _compared(latest_of_job(client, job_id)))


def _deferred_to(client: DbtCloudClient, head: Run) -> Found | None:
    run_id = head.deferring_run_id
    if run_id is None or run_id == head.id:
        return None
    try:
        run = read_run(client, run_id)
        check_saved(run)
    except NoAnswerError:
        raise
    except DbtCloudError as error:
        log.warning("Run %s deferred to run %s, which cannot be read: %s", head.id, run_id, error.happened)
        return None
    return Found(run, f"Compared with run {run_id}, which run {head.id} deferred to")


def _latest_of_production(client: DbtCloudClient, head: Run) -> Found | None:
    for environment_id, what in _environments(client, head):
        try:
            found = latest_of_environment(client, environment_id, but=head.id)
        except NoRunError as error:
            log.info("%s", error.happened)
            continue
        found = _compared(found)
        return Found(found.run, f"{found.how}, {what}")
    return None


def _environments(client: DbtCloudClient, head: Run) -> Iterator[tuple[int, str]]:
    """The environments that may be production, and what they are."""
    production = _production(client, head.project_id)
    for environment_id in production:
        yield environment_id, f"the production of project {head.project_id}"
    job = read_job(client, head.job_definition_id) if head.job_definition_id is not None and not production else None
    if job and job.deferring_environment_id is not None:
        yield job.deferring_environment_id, f"which job {job.id} defers to"


def _production(client: DbtCloudClient, project_id: int | None) -> list[int]:
    """The ids of the project's production environments, of which dbt Cloud allows one."""
    if project_id is None:
        return []
    path, subject = f"projects/{project_id}/environments/", f"the environments of project {project_id}"
    try:
        found = client.get_list(path, _Environment, subject, {"deployment_type": PRODUCTION}, version="v3")
    except NoAnswerError:
        raise
    except DbtCloudError as error:
        log.info("%s It is looked for elsewhere what production is.", error.happened)
        return []
    return [environment.id for environment in found if environment.deployment_type == PRODUCTION]


def _compared(found: Found) -> Found:
    return Found(found.run, found.how.replace("Reading", "Compared with", 1))


def _same_project(head: Run, base: Found) -> Found:
    """The same, after a warning if it is of another project than head."""
    projects = (head.project_id, base.run.project_id)
    if None not in projects and projects[0] != projects[1]:
        log.warning(
            "Run %s is of project %s, and run %s, which it is compared with, of project %s",
            head.id, projects[0], base.run.id, projects[1],
        )  # fmt: skip
    return base
