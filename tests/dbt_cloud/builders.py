"""Accounts, runs and clients for tests, quick to give up."""

from erd.checks import Secret
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.clock import ENOUGH_SECONDS, Budget
from erd.dbt_cloud.connection import Pace
from erd.dbt_cloud.runs import Run
from erd.demo.account import PREPARATION, Account, CloudRun, Content, Job, Step, Token
from tests.tokens import TOKEN

from .quick_clock import QuickClock

MANIFEST = b'{"metadata": {}, "nodes": {}}'
CATALOG = b'{"metadata": {}, "nodes": {}, "sources": {}}'
RUN_RESULTS = b'{"metadata": {}, "results": []}'


def a_client(
    url: str,
    *,
    account_id: int = 1,
    token: str = TOKEN,
    retries: int = 4,
    connect: float = 5,
    read: float = 10,
    budget: Budget | None = None,
    largest: int = 1_000_000_000,
) -> DbtCloudClient:
    return DbtCloudClient(
        url,
        account_id,
        Secret(token),
        budget=budget or Budget(ENOUGH_SECONDS, QuickClock()),
        largest_file_bytes=largest,
        pace=Pace(retries, 0.005, connect, read),
    )


def a_run(
    run_id: int = 5,
    *,
    status: int = 10,
    job_id: int = 7,
    finished_at: str | None = "2026-08-07 10:34:14.435474+00:00",
    message: str | None = None,
    saved: bool = True,
    artifacts: dict[str, Content] | None = None,
) -> CloudRun:
    files = {"manifest.json": MANIFEST, "catalog.json": CATALOG, "run_results.json": RUN_RESULTS}
    build = Step("Invoke dbt with `dbt build`", files if artifacts is None else artifacts)
    return CloudRun(
        id=run_id,
        job_definition_id=job_id,
        project_id=2,
        environment_id=3,
        status=status,
        status_message=message,
        finished_at=finished_at,
        git_sha="981c5cf1",
        git_branch="main",
        artifacts_saved=saved,
        steps=(*PREPARATION, build),
    )


def an_account(*runs: CloudRun, token: Token | None = None) -> Account:
    job = Job(id=7, name="Production", project_id=2, environment_id=3)
    return Account(id=1, tokens=(token or Token(TOKEN),), jobs=(job,), runs=runs)


def known_run(run_id: int = 5) -> Run:
    """A run as `get_run` would give it."""
    return Run(id=run_id, status=10)
