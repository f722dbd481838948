"""Whether a run is one of a commit, or of a pull request: dbt Cloud has no filter for either."""

import re

from erd.ci.pull_request import Forge, PullRequest
from erd.dbt_cloud.runs import Run, Trigger

CI = "ci"
SHORTEST_SHA = 7
# Each service has a field of its own for the number, in runs and in what starts them.
NUMBER_FIELDS = {
    Forge.GITHUB: "github_pull_request_id",
    Forge.GITLAB: "gitlab_merge_request_id",
    Forge.AZURE: "azure_pull_request_id",
    Forge.BITBUCKET: "non_native_pull_request_id",
}


def is_of_commit(run: Run, sha: str) -> bool:
    """Whether the run is of the commit; one of the two may be shortened, to seven characters at least."""
    return any(_same_sha(known, sha) for known in (run.git_sha, _trigger(run).git_sha) if known)


def is_of_number(run: Run, pull_request: PullRequest) -> bool:
    """Whether the run was started for the pull request, at whatever commit of it."""
    trigger, number = _trigger(run), str(pull_request.number)
    if str(getattr(trigger, NUMBER_FIELDS[pull_request.forge])) == number:
        return True
    schema = re.fullmatch(r"dbt_cloud_pr_\d+_(\d+)", trigger.schema_override or "", re.IGNORECASE)
    return schema is not None and schema[1] == number


def is_of_branch(run: Run, branch: str) -> bool:
    """Whether the run is of the branch, as far as it can be told."""
    known = run.git_branch or _trigger(run).git_branch
    return not known or not branch or known.startswith("refs/") or known == branch


def is_ci(run: Run) -> bool:
    """Whether the run is one for a pull request."""
    trigger = _trigger(run)
    job_type = run.job.job_type if run.job else None
    in_own_schema = (trigger.schema_override or "").lower().startswith("dbt_cloud_pr_")
    return CI in {trigger.cause_category, job_type} or in_own_schema


def known_sha(run: Run) -> str:
    """The commit of the run; empty if it is not known yet."""
    return run.git_sha or _trigger(run).git_sha or ""


def short(sha: str) -> str:
    """A commit as people write it."""
    return sha[:SHORTEST_SHA]


def name_of(pull_request: PullRequest) -> str:
    """The pull request as its service calls it."""
    kind = "merge request" if pull_request.forge is Forge.GITLAB else "pull request"
    return f"{kind} {pull_request.number}"


def head_of(pull_request: PullRequest) -> str:
    """Its last commit, in words."""
    if not pull_request.head_sha:
        return name_of(pull_request)
    return f"commit {short(pull_request.head_sha)} of {name_of(pull_request)}"


def _same_sha(one: str, other: str) -> bool:
    shorter, longer = sorted((one.lower(), other.lower()), key=len)
    return len(shorter) >= SHORTEST_SHA and longer.startswith(shorter)


def _trigger(run: Run) -> Trigger:
    return run.trigger or Trigger()
