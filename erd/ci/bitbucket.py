"""The pull request of a Bitbucket Pipelines job.

Facts: Atlassian Support, "Variables and secrets" (default variables) and "Pipeline start conditions" (pull requests).
BITBUCKET_COMMIT is the last commit of the source branch: the destination is merged into it only in the job's own
clone. The destination's commit may be a short one. Pull requests out of forks start no pipelines.
"""

from collections.abc import Mapping

from erd.ci.pull_request import Forge, PullRequest
from erd.ci.values import as_commit, as_number, last_commit_unknown


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The pull request that started this job. Raises `UsageError` if its last commit is not named."""
    number = as_number(environ.get("BITBUCKET_PR_ID"))
    if number is None:
        return None
    head_sha = as_commit(environ.get("BITBUCKET_COMMIT"))
    if not head_sha:
        raise last_commit_unknown(f"pull request {number}", "BITBUCKET_COMMIT")
    return PullRequest(
        forge=Forge.BITBUCKET,
        number=number,
        head_sha=head_sha,
        head_branch=environ.get("BITBUCKET_BRANCH", ""),
        base_branch=environ.get("BITBUCKET_PR_DESTINATION_BRANCH", ""),
        base_sha=as_commit(environ.get("BITBUCKET_PR_DESTINATION_COMMIT")),
        repository=environ.get("BITBUCKET_REPO_FULL_NAME", ""),
    )
