"""Runs, jobs and environments as the API shows them: all their fields, and the related objects that are asked for."""

from collections.abc import Iterable
from typing import Any

import msgspec

from erd.ci.pull_request import Forge
from erd.demo.account import Account, CloudRun, Environment, Job, Step
from erd.demo.timeline import CANCELLED, ERROR, FINISHED, QUEUED, RUNNING, STARTING, SUCCESS

STATUS_NAMES = {
    QUEUED: "Queued",
    STARTING: "Starting",
    RUNNING: "Running",
    SUCCESS: "Success",
    ERROR: "Error",
    CANCELLED: "Cancelled",
}
# Where a trigger keeps the number of the pull request.
PULL_REQUEST_FIELDS = {
    "github_pull_request_id": Forge.GITHUB,
    "gitlab_merge_request_id": Forge.GITLAB,
    "azure_pull_request_id": Forge.AZURE,
    "non_native_pull_request_id": Forge.BITBUCKET,
}

Related = frozenset[str]


class Shown:
    """What of an account the API shows, on the server at `url`."""

    def __init__(self, account: Account, url: str) -> None:
        self._account = account
        self._url = url

    def run(self, run: CloudRun, related: Related = frozenset()) -> dict[str, Any]:
        """A run, with its `trigger`, `job`, `environment` and `run_steps` if they are asked for."""
        jobs = [job for job in self._account.jobs if job.id == run.job_definition_id]
        return {
            "id": run.id,
            "account_id": self._account.id,
            "project_id": run.project_id,
            "environment_id": run.environment_id,
            "job_definition_id": run.job_definition_id,
            "deferring_run_id": run.deferring_run_id,
            "status": run.status,
            "status_humanized": STATUS_NAMES.get(run.status, "Unknown"),
            "status_message": run.status_message,
            "is_complete": run.status in FINISHED,
            "is_success": run.status == SUCCESS,
            "is_error": run.status == ERROR,
            "is_cancelled": run.status == CANCELLED,
            "git_sha": run.git_sha,
            "git_branch": run.git_branch,
            "artifacts_saved": run.artifacts_saved,
            "has_docs_generated": has_docs(run),
            "created_at": run.created_at,
            "updated_at": run.finished_at or run.started_at or run.created_at,
            "started_at": run.started_at,
            "finished_at": run.finished_at,
            "href": f"{self._url}/deploy/{self._account.id}/projects/{run.project_id}/runs/{run.id}/",
            "trigger": _trigger(run) if "trigger" in related else None,
            "job": self.job(jobs[0]) if "job" in related and jobs else None,
            "environment": self._environment_of(run) if "environment" in related else None,
            "run_steps": _steps(run.steps) if "run_steps" in related else [],
        }

    def job(self, job: Job, related: Related = frozenset()) -> dict[str, Any]:
        """A job, with its `environment`, `most_recent_run` and `most_recent_completed_run` if they are asked for."""
        runs = [run for run in self._account.runs if run.job_definition_id == job.id]
        completed = [run for run in runs if run.status in FINISHED]
        return {
            **msgspec.to_builtins(job),
            "account_id": self._account.id,
            "environment": self._environment_of(job) if "environment" in related else None,
            "most_recent_run": self._newest(runs) if "most_recent_run" in related else None,
            "most_recent_completed_run": self._newest(completed) if "most_recent_completed_run" in related else None,
        }

    def environment(self, environment: Environment) -> dict[str, Any]:
        """An environment."""
        return {**msgspec.to_builtins(environment), "account_id": self._account.id}

    def _environment_of(self, item: CloudRun | Job) -> dict[str, Any] | None:
        found = [one for one in self._account.environments if one.id == item.environment_id]
        return self.environment(found[0]) if found else None

    def _newest(self, runs: list[CloudRun]) -> dict[str, Any] | None:
        return self.run(max(runs, key=lambda run: run.id)) if runs else None


def has_docs(run: CloudRun) -> bool:
    """Whether docs were generated in one of its steps."""
    return any("docs generate" in step.name for step in run.steps)


def _trigger(run: CloudRun) -> dict[str, Any]:
    in_review = run.pull_request is not None
    schema = f"dbt_cloud_pr_{run.job_definition_id}_{run.pull_request}" if in_review else None
    numbers = {name: run.pull_request if run.forge is forge else None for name, forge in PULL_REQUEST_FIELDS.items()}
    return {
        "cause": run.cause,
        "cause_category": run.cause_category or ("ci" if in_review else "scheduled"),
        "git_sha": run.trigger_sha or run.git_sha,
        "git_branch": run.git_branch,
        **numbers,
        "schema_override": run.schema_override or schema,
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [{"index": index, "name": step.name, "status": step.status} for index, step in enumerate(steps, start=1)]
