"""Pull requests and their runs, on a clock that stands still until somebody sleeps."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, NamedTuple

import msgspec

from erd.ci.pull_request import Forge, PullRequest
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.clock import Budget, Clock
from erd.dbt_cloud.waiting import Patience
from erd.demo.account import (
    JOBS_READ,
    PREPARATION,
    RUNS_READ,
    RUNS_WRITE,
    Account,
    CloudRun,
    Environment,
    Job,
    Step,
    Token,
    Triggered,
)
from erd.demo.server import Server, serve
from erd.demo.timeline import SUCCESS, Moment, Timeline
from tests.demo.clock import FakeClock
from tests.tokens import TOKEN

from .builders import CATALOG, MANIFEST, a_client

HEAD = "4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619"
OLDER = "1111111aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
PRODUCTION, CI = 6, 7
MINUTE = 60.0
LONG = 3600.0

ENVIRONMENTS = (
    Environment(id=3, name="Production", project_id=2, deployment_type="production"),
    Environment(id=4, name="Continuous integration", project_id=2),
)
JOBS = (
    Job(id=PRODUCTION, name="Production", project_id=2, environment_id=3, job_type="scheduled"),
    Job(id=CI, name="Pull requests", project_id=2, environment_id=4, job_type="ci", deferring_environment_id=3),
)
STARTER = Token(TOKEN, frozenset({RUNS_READ, JOBS_READ, RUNS_WRITE}))
FILES = {"manifest.json": MANIFEST, "catalog.json": CATALOG}


class Scene(NamedTuple):
    """A client and what it talks to."""

    client: DbtCloudClient
    server: Server
    clock: FakeClock


@contextmanager
def scene(*runs: CloudRun, clock: FakeClock | None = None, **account: Any) -> Iterator[Scene]:
    """An account with a production job and a CI job in project 2, and these runs."""
    clock = clock or FakeClock()
    given: dict[str, Any] = {"tokens": (Token(TOKEN),), "environments": ENVIRONMENTS, "jobs": JOBS} | account
    with serve(Account(id=1, runs=runs, **given), clock) as server, on(server.url, clock) as client:
        yield Scene(client, server, clock)


def on(url: str, clock: Clock, *, retries: int = 0) -> DbtCloudClient:
    """A client with an hour of that clock."""
    return a_client(url, budget=Budget(LONG, clock), retries=retries)


def a_pull_request(
    number: int = 17,
    head_sha: str = HEAD,
    *,
    forge: Forge = Forge.GITHUB,
    branch: str = "discounts",
    fork: bool = False,
    draft: bool = False,
) -> PullRequest:
    return PullRequest(
        forge=forge, number=number, head_sha=head_sha, head_branch=branch, from_fork=fork, is_draft=draft
    )


def a_ci_run(
    run_id: int = 20,
    *,
    sha: str | None = HEAD,
    number: int | None = 17,
    job_id: int = CI,
    status: int = SUCCESS,
    message: str | None = None,
    artifacts: dict[str, Any] | None = None,
    **more: Any,
) -> CloudRun:
    """A run of pull request 17 at its last commit; `more` are fields of `CloudRun`."""
    step = Step("Invoke dbt with `dbt build`", FILES if artifacts is None else artifacts)
    run = CloudRun(
        id=run_id,
        job_definition_id=job_id,
        project_id=2,
        environment_id=4,
        status=status,
        status_message=message,
        git_sha=sha,
        git_branch="discounts",
        pull_request=number,
        steps=(*PREPARATION, step),
    )
    return msgspec.structs.replace(run, **more)


def a_production_run(run_id: int = 10, **given: Any) -> CloudRun:
    """A run of the production job, of no pull request."""
    run = a_ci_run(run_id, **{"sha": OLDER, "git_branch": "main", "number": None, "job_id": PRODUCTION} | given)
    return msgspec.structs.replace(run, environment_id=3, finished_at=f"2026-08-07 10:{run_id:02}:00.000000+00:00")


def moments(*statuses: tuple[float, int | None], message: str | None = None) -> Timeline:
    """From each second on, the status beside it; the message is that of the last."""
    last = len(statuses) - 1
    return Timeline(
        moments=tuple(Moment(at, status, message if n == last else None) for n, (at, status) in enumerate(statuses))
    )


def patience(minutes: float = 10, *, allow_failed: bool = False, trigger: bool = False) -> Patience:
    return Patience(wait_seconds=minutes * MINUTE, allow_failed=allow_failed, trigger=trigger)


def started(*statuses: tuple[float, int | None], message: str | None = None) -> Triggered:
    """What becomes of a run that is started."""
    step = Step("Invoke dbt with `dbt build`", FILES)
    return Triggered(timeline=moments(*statuses, message=message), steps=(*PREPARATION, step))
