"""The endpoints that write: to start a run of a job, and to cancel one."""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Annotated, Any

import msgspec

from erd.ci.pull_request import Forge
from erd.demo import parameters
from erd.demo.account import RUNS_WRITE, Account, CloudRun, Job
from erd.demo.answers import Answer, envelope, not_found
from erd.demo.parameters import Query, Refusal
from erd.demo.reading import find_job, find_run, must_have
from erd.demo.shown import PULL_REQUEST_FIELDS, Shown
from erd.demo.timeline import CANCELLED, FINISHED, SUCCESS, Moment
from erd.demo.view import account_at, run_at, time_of_run

replace = msgspec.structs.replace

# The words are ours: what dbt Cloud writes is not documented.
CANCELLED_BY_REQUEST = "Cancelled by a request to the API."

# Longer causes are cut by a widely used client, so they are taken for too long.
Cause = Annotated[str, msgspec.Meta(min_length=1, max_length=255)]
# Ids are int64.
Number = Annotated[int, msgspec.Meta(ge=0, le=2**63 - 1)]


class Start(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """The body that starts a run: all the fields that are documented, and no others."""

    cause: Cause
    git_sha: str | None = None
    git_branch: str | None = None
    github_pull_request_id: Number | None = None
    gitlab_merge_request_id: Number | None = None
    azure_pull_request_id: Number | None = None
    non_native_pull_request_id: Number | None = None
    schema_override: str | None = None
    dbt_version_override: str | None = None
    threads_override: Number | None = None
    target_name_override: str | None = None
    generate_docs_override: bool | None = None
    timeout_seconds_override: Number | None = None
    steps_override: list[str] | None = None


class Writing:
    """What a token with these permissions may change of an account, `seconds` after the server started."""

    def __init__(
        self, account: Account, url: str, permissions: frozenset[str], began: dt.datetime, seconds: float
    ) -> None:
        self._account = account
        self._url = url
        self._permissions = permissions
        self._began = began
        self._seconds = seconds

    @classmethod
    def endpoints(cls) -> Mapping[str, Callable[..., tuple[Answer, Account]]]:
        """Every endpoint that writes, by the pattern of its path."""
        return {r"v2/jobs/(\d{1,18})/run/": cls._start, r"v2/runs/(\d{1,18})/cancel/": cls._cancel}

    def _start(self, job_id: int, query: Query, body: bytes) -> tuple[Answer, Account]:
        """A new run: queued now, later what the account says becomes of runs that are started."""
        must_have(RUNS_WRITE, self._permissions)
        parameters.only(query, ())
        job = find_job(self._account, job_id)
        asked = _decoded(body)
        run = self._new_run(job, asked)
        # The answer has the run even when it is not found for a while, as happens.
        first = run.timeline.moments[0].at if run.timeline else self._seconds
        shown = run_at(run, max(first, self._seconds), self._began) or run
        account = replace(self._account, runs=(*self._account.runs, run))
        return envelope(Shown(account, self._url).run(shown)), account

    def _new_run(self, job: Job, asked: Start) -> CloudRun:
        triggered = self._account.triggered
        number, forge = _pull_request(asked)
        return CloudRun(
            id=max((run.id for run in self._account.runs), default=0) + 1,
            job_definition_id=job.id,
            project_id=job.project_id,
            environment_id=job.environment_id,
            git_sha=asked.git_sha,
            git_branch=asked.git_branch,
            pull_request=number,
            forge=forge,
            cause=asked.cause,
            cause_category="api",
            schema_override=asked.schema_override,
            deferring_run_id=self._deferred_to(job),
            steps=triggered.steps,
            timeline=triggered.timeline.after(self._seconds),
        )

    def _deferred_to(self, job: Job) -> int | None:
        """The latest successful run with a manifest of the environment that the job defers to."""
        now = account_at(self._account, self._seconds, self._began)
        runs = [run for run in now.runs if run.environment_id == job.deferring_environment_id]
        return max((run.id for run in runs if run.status == SUCCESS and _has_manifest(run)), default=None)

    def _cancel(self, run_id: int, query: Query, _body: bytes) -> tuple[Answer, Account]:
        """The run, cancelled; one that has ended stays what it is (what dbt Cloud answers is not documented)."""
        must_have(RUNS_WRITE, self._permissions)
        parameters.only(query, ())
        run = find_run(self._account, run_id)
        seen = run_at(run, self._seconds, self._began)
        if seen is None and not self._is_to_come(run):
            raise not_found()
        changed = run if seen and seen.status in FINISHED else self._cancelled(run)
        runs = tuple(changed if one.id == run_id else one for one in self._account.runs)
        account = replace(self._account, runs=runs)
        return envelope(Shown(account, self._url).run(run_at(changed, self._seconds, self._began) or changed)), account

    def _is_to_come(self, run: CloudRun) -> bool:
        """Whether a client has started it, though it is not found yet."""
        return run.cause_category == "api" and run.timeline is not None and run.timeline.moments[0].at > self._seconds

    def _cancelled(self, run: CloudRun) -> CloudRun:
        end = Moment(self._seconds, CANCELLED, CANCELLED_BY_REQUEST)
        if run.timeline is None:
            ended = time_of_run(self._began, self._seconds)
            return replace(run, status=end.status, status_message=end.message, finished_at=ended, artifacts_saved=False)
        past = tuple(moment for moment in run.timeline.moments if moment.at <= self._seconds)
        return replace(run, timeline=replace(run.timeline, moments=(*past, end)))


def _has_manifest(run: CloudRun) -> bool:
    return run.artifacts_saved and any("manifest.json" in step.artifacts for step in run.steps)


def _decoded(body: bytes) -> Start:
    try:
        return msgspec.json.decode(body, type=Start)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Refusal(400, f"Invalid request body: {error}") from None


def _pull_request(asked: Start) -> tuple[int | None, Forge]:
    """The one pull request that is named, if any, and where it lives."""
    given: list[tuple[Any, Forge]] = [(getattr(asked, name), forge) for name, forge in PULL_REQUEST_FIELDS.items()]
    named = [(number, forge) for number, forge in given if number is not None]
    if len(named) > 1:
        raise Refusal(400, "Invalid request body: more than one pull request.")
    return named[0] if named else (None, Forge.GITHUB)
