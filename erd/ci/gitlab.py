"""The merge request of a GitLab CI job, or the GitHub pull request that GitLab runs a pipeline for.

Facts: GitLab Docs, "Predefined CI/CD variables reference" (predefined variables for merge request pipelines, and for
external pull request pipelines), "Merged results pipelines". In merged results pipelines and merge trains
CI_COMMIT_SHA is a merge commit of GitLab's own, and CI_MERGE_REQUEST_SOURCE_BRANCH_SHA the last commit of the merge
request; in all other pipelines of merge requests the latter is empty, and the former is that commit. The target
branch's commit is known in the first kind only. A fork's pipeline runs in the fork: CI_PROJECT_PATH tells nothing.
"""

from collections.abc import Mapping

from erd.ci.pull_request import Forge, PullRequest
from erd.ci.values import as_commit, as_number, last_commit_unknown

_WITH_MERGE_COMMIT = ("merged_result", "merge_train")


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The merge request that this job's pipeline belongs to. Raises `UsageError` if its last commit is not named."""
    return _merge_request(environ) or _external_pull_request(environ)


def _merge_request(environ: Mapping[str, str]) -> PullRequest | None:
    number = as_number(environ.get("CI_MERGE_REQUEST_IID"))
    if number is None:
        return None
    repository = environ.get("CI_MERGE_REQUEST_PROJECT_PATH", "")
    return PullRequest(
        forge=Forge.GITLAB,
        number=number,
        head_sha=_last_commit(number, environ),
        head_branch=environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_NAME", ""),
        base_branch=environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_NAME", ""),
        base_sha=as_commit(environ.get("CI_MERGE_REQUEST_TARGET_BRANCH_SHA")),
        merge_base_sha=as_commit(environ.get("CI_MERGE_REQUEST_DIFF_BASE_SHA")),
        repository=repository,
        from_fork=_differ(environ.get("CI_MERGE_REQUEST_SOURCE_PROJECT_PATH", ""), repository),
        is_draft=environ.get("CI_MERGE_REQUEST_DRAFT") == "true",
    )


def _last_commit(number: int, environ: Mapping[str, str]) -> str:
    if commit := as_commit(environ.get("CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")):
        return commit
    if environ.get("CI_MERGE_REQUEST_EVENT_TYPE") in _WITH_MERGE_COMMIT:
        raise last_commit_unknown(f"merge request {number}", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA")
    if commit := as_commit(environ.get("CI_COMMIT_SHA")):
        return commit
    raise last_commit_unknown(f"merge request {number}", "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA", "CI_COMMIT_SHA")


def _external_pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    number = as_number(environ.get("CI_EXTERNAL_PULL_REQUEST_IID"))
    if number is None:
        return None
    head_sha = as_commit(environ.get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA"))
    if not head_sha:
        raise last_commit_unknown(f"pull request {number}", "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA")
    repository = environ.get("CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY", "")
    return PullRequest(
        forge=Forge.GITHUB,
        number=number,
        head_sha=head_sha,
        head_branch=environ.get("CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME", ""),
        base_branch=environ.get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME", ""),
        base_sha=as_commit(environ.get("CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA")),
        repository=repository,
        from_fork=_differ(environ.get("CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY", ""), repository),
    )


def _differ(head: str, base: str) -> bool:
    """Whether head is in a fork; without both paths nothing says so."""
    return bool(head and base) and head != base
