"""Which run of dbt Cloud the settings mean: the account that is asked, and the run that is found there."""

import logging

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.clock import Budget, Clock
from erd.dbt_cloud.connection import Pace
from erd.dbt_cloud.pull_requests import find_run_of_pull_request
from erd.dbt_cloud.runs import Found, Run, latest_of_environment, latest_of_job
from erd.dbt_cloud.waiting import Patience, wait_for_run
from erd.sources import CloudSource, LatestInEnvironment, LatestRun, OneRun, RunOfPullRequest

log = logging.getLogger(__name__)


def client_of(source: CloudSource, clock: Clock | None = None, pace: Pace | None = None) -> DbtCloudClient:
    """Who asks the account that the source is in, within the source's budget from now on."""
    return DbtCloudClient(
        source.base_url,
        source.account_id,
        source.token,
        budget=Budget(source.budget_seconds, clock),
        api_version=source.api_version,
        largest_file_bytes=source.largest_file_bytes,
        pace=pace or Pace(),
    )


def locate(client: DbtCloudClient, source: CloudSource) -> Run:
    """The run, waited for if need be; one line of log says how it was found. Raises `DbtCloudError`."""
    found = _found(client, source)
    log.info("%s", found.how)
    return found.run


def _found(client: DbtCloudClient, source: CloudSource) -> Found:
    patience = Patience(wait_seconds=source.wait_seconds, allow_failed=source.allow_failed, trigger=source.trigger)
    match source.run:
        case OneRun(run_id):
            return wait_for_run(client, run_id, patience)
        case LatestRun(job_id):
            return latest_of_job(client, job_id)
        case LatestInEnvironment(environment_id):
            return latest_of_environment(client, environment_id)
        case RunOfPullRequest(pull_request, job_id):
            return find_run_of_pull_request(client, pull_request, job_id, patience)
