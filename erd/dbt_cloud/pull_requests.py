"""Which run is that of a pull request: looked for among the runs of its job or project, and waited for.

dbt Cloud's API has no filter for commits, so lists of runs are read, newest first.
"""

import logging

import msgspec

from erd.ci.pull_request import PullRequest
from erd.dbt_cloud import trigger
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import NotFoundError
from erd.dbt_cloud.jobs import Scope, ci_job, described, scope_of
from erd.dbt_cloud.matching import head_of, is_ci, is_of_branch, is_of_commit, is_of_number, known_sha, name_of, short
from erd.dbt_cloud.runs import CANCELLED, ERROR, SUCCESS, Found, Run, listed_runs, read_run
from erd.dbt_cloud.waiting import Patience, Wait, Watch, check_usable, disappeared, unfinished
from erd.errors import DbtCloudError

log = logging.getLogger(__name__)

RUNS_A_PAGE = 100
# So far back a run is looked for: what a pull request waits for is among the newest.
MOST_PAGES = 5
RELATED = '["trigger","job"]'
# Before a run is started, dbt Cloud has so long to start one by itself, but not more than a third of the wait.
GRACE_SECONDS = 30.0


def find_run_of_pull_request(
    client: DbtCloudClient, pull_request: PullRequest, job_id: int | None, patience: Patience
) -> Found:
    """The run of the pull request's last commit, when it is finished and can be used.

    It is one of the job `job_id` if that runs for pull requests, else of the project of that job, else of the account.
    Raises `DbtCloudError` if none appears, if it is not finished in time, if it failed or was cancelled, and if several
    jobs have one. A run that was started here is cancelled then.
    """
    if pull_request.from_fork:
        # dbt Cloud cannot check out a fork: one look, for what somebody may have started by hand.
        patience = msgspec.structs.replace(patience, wait_seconds=0.0, trigger=False)
    search = _Search(client, pull_request, job_id, patience)
    try:
        return search.found()
    except BaseException:
        search.leave()
        raise


class _Search:
    def __init__(
        self, client: DbtCloudClient, pull_request: PullRequest, job_id: int | None, patience: Patience
    ) -> None:
        self._client = client
        self._pull_request = pull_request
        self._job_id = job_id
        self._patience = patience
        self._wait = Wait(client.budget, patience.wait_seconds)
        self._watch = Watch(self._wait)
        self._scope: Scope | None = None
        # The runs of the pull request that were seen, as they were seen last; and the newest run of all.
        self._known: dict[int, Run] = {}
        self._newest: int | None = None
        # When a run was started here, and which; its number is not known if the reply was lost.
        self._started_at: float | None = None
        self._started: int | None = None

    def found(self) -> Found:
        """The run, looked for until the wait is over."""
        return self._wait.until(self._look) or self._in_the_end()

    def leave(self) -> None:
        """Cancel the run that was started here, unless it has ended."""
        run = self._known.get(self._started) if self._started is not None else None
        if run and not run.is_finished:
            trigger.cancel(self._client, run)

    def _look(self) -> Found | None:
        """The run if it is there and finished; else what can be done about it is done."""
        if self._scope is None:
            self._scope = scope_of(self._client, self._job_id)
        self._refresh(self._scope)
        if runs := self._of_commit():
            return self._decided(self._of_one_job(runs))
        if runs := self._not_checked_out():
            self._watch.sees(runs[0])
        elif self._is_to_start():
            self._start(self._scope)
        else:
            self._watch.misses(f"a run of {head_of(self._pull_request)} to appear in {self._scope}")
        return None

    def _decided(self, runs: list[Run]) -> Found | None:
        """The run to take of those of the commit, newest first; None if it is not finished."""
        newest = runs[0]
        run = next((run for run in runs if run.status != CANCELLED), newest)
        if not run.is_finished:
            self._watch.sees(run)
            return None
        if run is not newest and run.status != SUCCESS and not (run.status == ERROR and self._patience.allow_failed):
            run = newest
        check_usable(self._client, run, self._patience)
        how = f"Reading run {run.id}, the {'CI ' if is_ci(run) else ''}run of {head_of(self._pull_request)}"
        if run is not newest:
            how += f" (run {newest.id}, newer, was cancelled)"
        return Found(run, how)

    def _in_the_end(self) -> Found:
        """What can be said when time is over: a run of an older commit, or an error."""
        if runs := self._of_commit() or self._not_checked_out():
            raise unfinished(next((run for run in runs if not run.is_finished), runs[0]), self._wait)
        older = [run for run in self._of_number() if run.status == SUCCESS]
        if not older:
            raise self._none()
        run = self._of_one_job(older)[0]
        wanted, sha = head_of(self._pull_request), short(known_sha(run)) or "that dbt Cloud does not name"
        log.warning("Run %s is of commit %s, an older one: no run of %s appeared%s", run.id, sha, wanted, self._within)
        return Found(run, f"Reading run {run.id}, the latest successful one of {name_of(self._pull_request)}")

    # What is known.

    def _of_commit(self) -> list[Run]:
        sha = self._pull_request.head_sha
        return [run for run in self._newest_first() if is_of_commit(run, sha) or run.id == self._started]

    def _of_number(self) -> list[Run]:
        return [run for run in self._newest_first() if self._has_number(run)]

    def _not_checked_out(self) -> list[Run]:
        return [run for run in self._of_number() if not run.is_finished and not known_sha(run)]

    def _newest_first(self) -> list[Run]:
        return [run for _, run in sorted(self._known.items(), reverse=True)]

    def _of_one_job(self, runs: list[Run]) -> list[Run]:
        """The runs, if all are of one job; those of the job that was given, if it has any."""
        if given := [run for run in runs if run.job_definition_id == self._job_id or run.id == self._started]:
            return given
        if len({run.job_definition_id for run in runs}) == 1:
            return runs
        newest: dict[int | None, Run] = {}
        for run in runs:
            newest.setdefault(run.job_definition_id, run)
        raise DbtCloudError(
            f"Several jobs ran for {head_of(self._pull_request)}: {', '.join(map(described, newest.values()))}.",
            "Give dbt-cloud-job-id the job whose run is to be read.",
        )

    def _has_number(self, run: Run) -> bool:
        """Whether it is of the pull request; numbers of other repositories in the account may be the same."""
        in_repository = self._scope != Scope() or is_of_branch(run, self._pull_request.head_branch)
        return in_repository and is_of_number(run, self._pull_request)

    # What dbt Cloud says.

    def _refresh(self, scope: Scope) -> None:
        """Read runs, newest first, back to the oldest that may have changed since the last look."""
        awaited = [run for run in self._known.values() if not run.is_finished]
        oldest = min((run.id for run in awaited), default=self._newest)
        listed = self._listed(scope, oldest)
        fresh = {run.id: run for run in listed if self._is_candidate(run, scope)}
        there = {run.id for run in listed}
        for run in awaited:
            if run.id not in there:
                fresh |= self._by_id(run)
        self._known = {run.id: run for run in self._known.values() if run.is_finished} | fresh
        self._newest = max(there, default=self._newest)

    def _listed(self, scope: Scope, oldest: int | None) -> list[Run]:
        """The runs in the scope, newest first: a page of them, and more as far back as `oldest`.

        A run on the first page may be nobody's for now: which commit it is of may be known later.
        """
        params: dict[str, str | int] = {**scope.params, "order_by": "-id", "include_related": RELATED}
        subject, listed = f"the runs of {scope}", []
        for run in listed_runs(self._client, subject, params, a_page=RUNS_A_PAGE, most_pages=MOST_PAGES):
            listed.append(run)
            if len(listed) >= RUNS_A_PAGE and oldest is not None and run.id <= oldest:
                break
        return listed

    def _is_candidate(self, run: Run, scope: Scope) -> bool:
        if not (is_of_commit(run, self._pull_request.head_sha) or self._has_number(run) or run.id == self._started):
            return False
        return scope.is_one_job or is_ci(run) or run.job_definition_id == scope.job_id or run.id == self._started

    def _by_id(self, run: Run) -> dict[int, Run]:
        """The run that the list lacks, by its id; nothing if it disappeared."""
        try:
            return {run.id: read_run(self._client, run.id, RELATED)}
        except NotFoundError:
            if run.id != self._started:
                log.warning("Run %s disappeared: dbt Cloud does not find it any more", run.id)
                return {}
            if self._wait.passed - (self._started_at or 0.0) > trigger.NOT_FOUND_YET_SECONDS:
                del self._known[run.id]
                raise disappeared(run) from None
            return {run.id: run}

    def _is_to_start(self) -> bool:
        if not self._patience.trigger or self._started_at is not None or not self._pull_request.head_sha:
            return False
        return min(GRACE_SECONDS, self._wait.seconds / 3) <= self._wait.passed < self._wait.seconds

    def _start(self, scope: Scope) -> None:
        job_id = ci_job(self._client, scope)
        self._started_at = self._wait.passed
        run = trigger.start(self._client, job_id, self._pull_request)
        if run:
            self._started = run.id
            self._known[run.id] = run
            self._watch.sees(run)

    # What is said when there is none.

    @property
    def _within(self) -> str:
        return f" within {self._wait.span}" if self._wait.seconds > 0 else ""

    def _none(self) -> DbtCloudError:
        head = head_of(self._pull_request)
        if self._pull_request.from_fork:
            return DbtCloudError(
                f"dbt Cloud has no run for {head}, which comes from a fork: it runs nothing for forks.",
                "Push the branch to the repository itself, or give artifacts-dir or dbt-cloud-run-id.",
            )
        if self._wait.seconds > 0:
            happened, wait = f"No run of dbt Cloud for {head} appeared within {self._wait.span} in {self._scope}.", ""
        else:
            happened = f"dbt Cloud has no run for {head} in {self._scope}."
            wait = "To wait for one, or to have one started, give dbt-cloud-wait-minutes. "
        draft = " (this one is a draft, for which CI must be enabled in the job)" if self._pull_request.is_draft else ""
        return DbtCloudError(
            happened,
            f"{wait}Check that the project has a CI job that runs on pull requests{draft}, that dbt-cloud-job-id, if"
            " given, is that job or one of its project, and that the commit was not skipped; for forks dbt Cloud runs"
            " nothing.",
        )
