"""Starting a run for a pull request, and cancelling it if nobody waits for it any more.

A run that was not started here is never cancelled.
"""

import logging

import msgspec

from erd.ci.pull_request import PullRequest
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import UnansweredError
from erd.dbt_cloud.matching import NUMBER_FIELDS, head_of
from erd.dbt_cloud.runs import Run, with_page
from erd.errors import DbtCloudError

log = logging.getLogger(__name__)

# So long after its start a run may not be found yet.
NOT_FOUND_YET_SECONDS = 30.0


class _Anything(msgspec.Struct, frozen=True):
    """An answer of which nothing is used."""


def start(client: DbtCloudClient, job_id: int, pull_request: PullRequest) -> Run | None:
    """Start the job for the last commit of the pull request, in the pull request's own schema.

    None if the reply was lost: the run may be there, so it is not asked for twice.
    """
    head = head_of(pull_request)
    body: dict[str, str | int] = {
        "cause": f"dbt-cloud-erd, for {head}",
        "git_sha": pull_request.head_sha,
        NUMBER_FIELDS[pull_request.forge]: pull_request.number,
        "schema_override": f"dbt_cloud_pr_{job_id}_{pull_request.number}",
    }
    if pull_request.head_branch:
        body["git_branch"] = pull_request.head_branch
    try:
        run = with_page(client, client.post(f"jobs/{job_id}/run/", body, Run, f"a new run of job {job_id}"))
    except UnansweredError as error:
        log.warning("%s Whether a run of job %s was started is seen when it appears.", error.happened, job_id)
        return None
    except DbtCloudError as error:
        raise DbtCloudError(
            f"No run could be started for {head}: {error.happened}",
            f'{error.todo} To start runs, the token needs "Runs: Write" (the permission set Job Runner).',
        ) from error
    log.info("Started run %s of job %s for %s: %s", run.id, job_id, head, run.page)
    return run


def cancel(client: DbtCloudClient, run: Run) -> None:
    """Cancel a run that was started here, with one attempt, and say in the log how it went."""
    try:
        client.post(f"runs/{run.id}/cancel/", {}, _Anything, f"the end of run {run.id}")
    except DbtCloudError as error:
        log.warning("Run %s, which was started here, could not be cancelled: %s", run.id, error.happened)
    else:
        log.warning("Cancelled run %s, which was started here", run.id)
