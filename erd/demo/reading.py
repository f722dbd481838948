"""The endpoints that read: a method for each, over an account as it is now."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from erd.demo import parameters
from erd.demo.account import ACTIVE, ENVIRONMENTS_READ, JOBS_READ, RUNS_READ, Account, CloudRun, Environment, Job
from erd.demo.answers import PAGING, Answer, envelope, not_found, page
from erd.demo.parameters import Query, Refusal
from erd.demo.shown import Shown, has_docs

RUN_ORDERS = frozenset({"id", "created_at", "finished_at"})
NAMED_ORDERS = frozenset({"id", "name"})
RUN_FILTERS = frozenset({"job_definition_id", "project_id", "environment_id", "status", "deferring_run_id"})
JOB_FILTERS = frozenset({"project_id", "environment_id"})
LIST_RELATED = frozenset({"trigger", "job"})
GET_RELATED = frozenset({"trigger", "job", "environment", "run_steps"})
JOB_RELATED = frozenset({"environment", "most_recent_run", "most_recent_completed_run"})
DEPLOYMENT_TYPES = frozenset({"production", "staging"})
STATES = ("active", "deleted", "all")


class Reading:
    """What a token with these permissions may read of an account, from the server at `url`."""

    def __init__(self, account: Account, url: str, permissions: frozenset[str]) -> None:
        self._account = account
        self._shown = Shown(account, url)
        self._permissions = permissions

    def endpoints(self) -> Mapping[str, Callable[..., Answer]]:
        """Every endpoint but that for files, by the pattern of its path."""
        return {
            r"v2/": self._get_account,
            r"v2/runs/": self._list_runs,
            r"v2/runs/(\d{1,18})/": self._get_run,
            r"v2/runs/(\d{1,18})/artifacts/": self._list_artifacts,
            r"v2/jobs/": self._list_jobs,
            r"v2/jobs/(\d{1,18})/": self._get_job,
            r"v3/projects/(\d{1,18})/environments/": self._list_environments,
        }

    def artifact(self, run_id: int, name: str, query: Query) -> Answer:
        """A file that a step of a run left, by default its last step."""
        must_have(RUNS_READ, self._permissions)
        parameters.only(query, ("step",))
        run = find_run(self._account, run_id)
        step = parameters.number(query, "step", len(run.steps))
        if not run.artifacts_saved or not 1 <= step <= len(run.steps) or name not in run.steps[step - 1].artifacts:
            raise not_found()
        content = run.steps[step - 1].artifacts[name]
        return Answer(200, content if isinstance(content, bytes) else content())

    def _get_account(self, query: Query) -> Answer:
        parameters.only(query, ())
        return envelope({"id": self._account.id, "name": self._account.name, "state": ACTIVE})

    def _list_runs(self, query: Query) -> Answer:
        must_have(RUNS_READ, self._permissions)
        lists = {"project_id__in": "project_id", "status__in": "status", "pk__in": "id"}
        known = (*RUN_FILTERS, *lists, "pk", "id__gt", "has_docs_generated", "state", *PAGING, "include_related")
        parameters.only(query, known)
        related = parameters.related(query, LIST_RELATED)
        # No run of the demo is deleted.
        state = parameters.word(query, "state", "all", STATES)
        runs = [run for run in self._account.runs if _matches(run, query, RUN_FILTERS) and state != "deleted"]
        for name, field in lists.items():
            runs = _among(runs, query, name, field, int)
        if "pk" in query:
            runs = [run for run in runs if run.id == parameters.number(query, "pk", 0)]
        if "id__gt" in query:
            runs = [run for run in runs if run.id > parameters.number(query, "id__gt", 0)]
        if "has_docs_generated" in query:
            runs = [run for run in runs if has_docs(run) is parameters.flag(query, "has_docs_generated")]
        return page(runs, query, RUN_ORDERS, lambda run: self._shown.run(run, related))

    def _get_run(self, run_id: int, query: Query) -> Answer:
        must_have(RUNS_READ, self._permissions)
        parameters.only(query, ("include_related",))
        related = parameters.related(query, GET_RELATED)
        return envelope(self._shown.run(find_run(self._account, run_id), related))

    def _list_artifacts(self, run_id: int, query: Query) -> Answer:
        must_have(RUNS_READ, self._permissions)
        parameters.only(query, ())
        run = find_run(self._account, run_id)
        names = {name: None for step in run.steps for name in step.artifacts}
        return envelope(list(names) if names and run.artifacts_saved else None)

    def _list_jobs(self, query: Query) -> Answer:
        must_have(JOBS_READ, self._permissions)
        named = ("project_id__in", "name__icontains", "triggers_schedule", "state")
        parameters.only(query, (*JOB_FILTERS, *named, *PAGING, "include_related"))
        related = parameters.related(query, JOB_RELATED)
        jobs = _in_state([job for job in self._account.jobs if _matches(job, query, JOB_FILTERS)], query, "active")
        jobs = _named(_among(jobs, query, "project_id__in", "project_id", int), query)
        if "triggers_schedule" in query:
            jobs = [job for job in jobs if job.triggers.schedule is parameters.flag(query, "triggers_schedule")]
        return page(jobs, query, NAMED_ORDERS, lambda job: self._shown.job(job, related))

    def _get_job(self, job_id: int, query: Query) -> Answer:
        must_have(JOBS_READ, self._permissions)
        parameters.only(query, ("include_related",))
        related = parameters.related(query, JOB_RELATED)
        return envelope(self._shown.job(find_job(self._account, job_id), related))

    def _list_environments(self, project_id: int, query: Query) -> Answer:
        must_have(ENVIRONMENTS_READ, self._permissions)
        named = ("deployment_type", "deployment_type__in", "name", "name__icontains", "state")
        parameters.only(query, (*named, *PAGING))
        environments = [item for item in self._account.environments if item.project_id == project_id]
        if not environments and project_id not in {job.project_id for job in self._account.jobs}:
            raise not_found()
        if "deployment_type" in query:
            wanted = parameters.word(query, "deployment_type", "", DEPLOYMENT_TYPES)
            environments = [item for item in environments if item.deployment_type == wanted]
        environments = _among(environments, query, "deployment_type__in", "deployment_type", str)
        environments = [item for item in environments if query.get("name", item.name) == item.name]
        environments = _named(_in_state(environments, query, "all"), query)
        return page(environments, query, NAMED_ORDERS, self._shown.environment)


def must_have(permission: str, permissions: frozenset[str]) -> None:
    """Refuse what the token may not do."""
    if permission not in permissions:
        raise Refusal(403, f"You do not have permission to perform this action ({permission}).")


def find_run(account: Account, run_id: int) -> CloudRun:
    """The run, or a refusal."""
    for run in account.runs:
        if run.id == run_id:
            return run
    raise not_found()


def find_job(account: Account, job_id: int) -> Job:
    """The job, or a refusal."""
    for job in account.jobs:
        if job.id == job_id:
            return job
    raise not_found()


def _matches(item: CloudRun | Job, query: Query, filters: Iterable[str]) -> bool:
    return all(getattr(item, name) == parameters.number(query, name, 0) for name in filters if name in query)


def _among(items: list[Any], query: Query, name: str, field: str, kind: type[Any]) -> list[Any]:
    """Those whose field is in the list that the parameter gives, if it is given."""
    if name not in query:
        return items
    values = parameters.json_list(query, name, kind)
    return [item for item in items if getattr(item, field) in values]


def _named(items: list[Any], query: Query) -> list[Any]:
    part = query.get("name__icontains", "").lower()
    return [item for item in items if part in item.name.lower()]


def _in_state(items: list[Job] | list[Environment], query: Query, default: str) -> list[Any]:
    state = parameters.word(query, "state", default, STATES)
    return [item for item in items if state == "all" or (item.state == ACTIVE) is (state == "active")]
