"""dbt Cloud's Administrative API v2, reading only, as a function from a request to an answer.

It holds to dbt's documentation (paths with a trailing slash but for files, envelopes, filters, paging, statuses). What
is not documented it refuses, so that a client that relies on it is found out.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec

from erd.demo import parameters
from erd.demo.account import JOBS_READ, RUNS_READ, SUCCESS, Account, CloudRun, Job, Step, Token
from erd.demo.parameters import Query, Refusal

MOST_A_PAGE = 100
RUN_ORDERS = frozenset({"id", "created_at", "finished_at"})
JOB_ORDERS = frozenset({"id", "name"})
RUN_FILTERS = frozenset({"job_definition_id", "project_id", "environment_id", "status", "deferring_run_id"})
JOB_FILTERS = frozenset({"project_id", "environment_id"})
LIST_RELATED = frozenset({"trigger", "job"})
GET_RELATED = frozenset({"trigger", "job", "run_steps"})
ERROR = 20
CANCELLED = 30
STATUS_NAMES = {1: "Queued", 2: "Starting", 3: "Running", SUCCESS: "Success", ERROR: "Error", CANCELLED: "Cancelled"}


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    location: str | None = None


def answer(account: Account, url: str, token: Token | None, path: str, query: Query) -> Answer:
    """The answer to a GET of `path` on the server at `url`; `token` is None if none was given or it is unknown."""
    if not path.startswith("/api/v2/"):
        return _no_such_page()
    try:
        rest = _inside_account(account, token, path)
        if rest is None:
            return _no_such_page()
        return _Api(account, url, token).route(rest, path, query)
    except Refusal as refusal:
        return _envelope(refusal.data, status=refusal.status, message=refusal.user_message)


def method_not_allowed() -> Answer:
    """The answer to anything but a GET."""
    return _envelope(None, status=405, message="Method not allowed.")


def _inside_account(account: Account, token: Token | None, path: str) -> str | None:
    """The part of the path after the account, once the token has been let in; None if the path has no account."""
    if token is None:
        raise Refusal(401, "Invalid token.")
    if not token.address_allowed:
        raise Refusal(403, "Forbidden: Access denied", {"account_access_denied": True})
    found = re.fullmatch(r"/api/v2/accounts/(\d{1,18})(/.*)?", path)
    if not found:
        return None
    if int(found[1]) != account.id:
        raise _not_found()
    return (found[2] or "").removeprefix("/")


class _Api:
    """The endpoints, one method each."""

    def __init__(self, account: Account, url: str, token: Token | None) -> None:
        self._account = account
        self._url = url
        self._permissions = token.permissions if token else frozenset()

    def route(self, rest: str, path: str, query: Query) -> Answer:
        if file := re.fullmatch(r"runs/(\d{1,18})/artifacts/(.+[^/])", rest):
            return self._artifact(int(file[1]), file[2], query)
        endpoints: tuple[tuple[str, Callable[..., Answer]], ...] = (
            (r"", self._get_account),
            (r"runs/", self._list_runs),
            (r"runs/(\d{1,18})/", self._get_run),
            (r"runs/(\d{1,18})/artifacts/", self._list_artifacts),
            (r"jobs/", self._list_jobs),
            (r"jobs/(\d{1,18})/", self._get_job),
        )
        slashed = rest if not rest or rest.endswith("/") else f"{rest}/"
        for pattern, endpoint in endpoints:
            if found := re.fullmatch(pattern, slashed):
                if not path.endswith("/"):
                    return _moved(f"{path}/", query)
                return endpoint(*(int(number) for number in found.groups()), query)
        return _no_such_page()

    def _get_account(self, query: Query) -> Answer:
        parameters.only(query, ())
        return _envelope({"id": self._account.id, "name": self._account.name, "state": 1})

    def _list_runs(self, query: Query) -> Answer:
        self._must_have(RUNS_READ)
        parameters.only(query, (*RUN_FILTERS, "status__in", "has_docs_generated", *_PAGING, "include_related"))
        related = parameters.related(query, LIST_RELATED)
        runs = [run for run in self._account.runs if _matches(run, query, RUN_FILTERS)]
        if "status__in" in query:
            statuses = parameters.json_list(query, "status__in", int)
            runs = [run for run in runs if run.status in statuses]
        if "has_docs_generated" in query:
            runs = [run for run in runs if _has_docs(run) is parameters.flag(query, "has_docs_generated")]
        return _page(runs, query, RUN_ORDERS, lambda run: self._run(run, related))

    def _get_run(self, run_id: int, query: Query) -> Answer:
        self._must_have(RUNS_READ)
        parameters.only(query, ("include_related",))
        return _envelope(self._run(self._find_run(run_id), parameters.related(query, GET_RELATED)))

    def _list_artifacts(self, run_id: int, query: Query) -> Answer:
        self._must_have(RUNS_READ)
        parameters.only(query, ())
        run = self._find_run(run_id)
        names = {name: None for step in run.steps for name in step.artifacts}
        return _envelope(list(names) if names and run.artifacts_saved else None)

    def _artifact(self, run_id: int, name: str, query: Query) -> Answer:
        self._must_have(RUNS_READ)
        parameters.only(query, ("step",))
        run = self._find_run(run_id)
        step = parameters.number(query, "step", len(run.steps))
        if not run.artifacts_saved or not 1 <= step <= len(run.steps) or name not in run.steps[step - 1].artifacts:
            raise _not_found()
        content = run.steps[step - 1].artifacts[name]
        return Answer(200, content if isinstance(content, bytes) else content())

    def _list_jobs(self, query: Query) -> Answer:
        self._must_have(JOBS_READ)
        parameters.only(query, (*JOB_FILTERS, *_PAGING))
        jobs = [job for job in self._account.jobs if _matches(job, query, JOB_FILTERS)]
        return _page(jobs, query, JOB_ORDERS, self._job)

    def _get_job(self, job_id: int, query: Query) -> Answer:
        self._must_have(JOBS_READ)
        parameters.only(query, ())
        for job in self._account.jobs:
            if job.id == job_id:
                return _envelope(self._job(job))
        raise _not_found()

    def _must_have(self, permission: str) -> None:
        if permission not in self._permissions:
            raise Refusal(403, f"You do not have permission to perform this action ({permission}).")

    def _find_run(self, run_id: int) -> CloudRun:
        for run in self._account.runs:
            if run.id == run_id:
                return run
        raise _not_found()

    def _run(self, run: CloudRun, related: frozenset[str]) -> dict[str, Any]:
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
            "is_complete": run.status in {SUCCESS, ERROR, CANCELLED},
            "is_success": run.status == SUCCESS,
            "is_error": run.status == ERROR,
            "is_cancelled": run.status == CANCELLED,
            "git_sha": run.git_sha,
            "git_branch": run.git_branch,
            "artifacts_saved": run.artifacts_saved,
            "has_docs_generated": _has_docs(run),
            "created_at": run.created_at,
            "updated_at": run.finished_at or run.created_at,
            "finished_at": run.finished_at,
            "href": f"{self._url}/deploy/{self._account.id}/projects/{run.project_id}/runs/{run.id}/",
            "trigger": _trigger(run) if "trigger" in related else None,
            "job": self._job(jobs[0]) if "job" in related and jobs else None,
            "environment": None,
            "run_steps": _steps(run.steps) if "run_steps" in related else [],
        }

    def _job(self, job: Job) -> dict[str, Any]:
        return {**msgspec.to_builtins(job), "account_id": self._account.id, "state": 1}


_PAGING = ("order_by", "limit", "offset")


def _trigger(run: CloudRun) -> dict[str, Any]:
    in_review = run.pull_request is not None
    return {
        "cause_category": "ci" if in_review else "scheduled",
        "git_sha": run.git_sha,
        "git_branch": run.git_branch,
        "github_pull_request_id": run.pull_request,
        "schema_override": f"dbt_cloud_pr_{run.job_definition_id}_{run.pull_request}" if in_review else None,
    }


def _steps(steps: Iterable[Step]) -> list[dict[str, Any]]:
    return [{"index": index, "name": step.name, "status": step.status} for index, step in enumerate(steps, start=1)]


def _has_docs(run: CloudRun) -> bool:
    return any("docs generate" in step.name for step in run.steps)


def _matches(item: CloudRun | Job, query: Query, filters: Iterable[str]) -> bool:
    return all(getattr(item, name) == parameters.number(query, name, 0) for name in filters if name in query)


def _page(items: list[Any], query: Query, orders: frozenset[str], shown: Callable[[Any], Any]) -> Answer:
    """One page of a list, ordered, with the envelope's account of what was asked for."""
    order = query.get("order_by", "id")
    field = order.removeprefix("-")
    if field not in orders:
        raise Refusal(400, f"Invalid order_by: {order}")
    limit, offset = parameters.number(query, "limit", MOST_A_PAGE), parameters.number(query, "offset", 0)
    if not 0 < limit <= MOST_A_PAGE:
        raise Refusal(400, f"Invalid limit: {limit}")
    items = sorted(items, key=lambda item: getattr(item, field) or "", reverse=order.startswith("-"))
    page = [shown(item) for item in items[offset : offset + limit]]
    filters = {name: value for name, value in query.items() if name not in {*_PAGING, "include_related"}}
    extra = {
        "filters": {**filters, "limit": limit, "offset": offset},
        "order_by": order,
        "pagination": {"count": len(page), "total_count": len(items)},
    }
    return _envelope(page, extra=extra)


def _not_found() -> Refusal:
    """One answer for what is not there and for what the token may not see."""
    return Refusal(404, "The requested resource was not found or you do not have access to it.")


def _envelope(
    data: object, *, status: int = 200, message: str = "Success!", extra: Mapping[str, Any] | None = None
) -> Answer:
    head = {"code": status, "is_success": status == HTTPStatus.OK, "user_message": message, "developer_message": ""}
    body = {"status": head, "data": data, **({"extra": extra} if extra else {})}
    return Answer(status, msgspec.json.encode(body))


def _moved(path: str, query: Query) -> Answer:
    return Answer(308, b"", location=f"{path}?{urlencode(query)}" if query else path)


def _no_such_page() -> Answer:
    """A path that is not the API's gets a web page, not an envelope."""
    return Answer(404, b"<!doctype html><title>Not found</title><p>Not found.\n", "text/html; charset=utf-8")
