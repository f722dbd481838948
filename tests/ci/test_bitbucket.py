"""The pull request out of the variables of Bitbucket Pipelines."""

import pytest

from erd.ci.detection import pull_request
from erd.ci.pull_request import Forge, PullRequest
from erd.errors import UsageError

HEAD = "5eed" * 10
DESTINATION = "ba" * 6

PIPELINE = {
    "CI": "true",
    "BITBUCKET_BUILD_NUMBER": "7",
    "BITBUCKET_BRANCH": "feature",
    "BITBUCKET_COMMIT": HEAD,
    "BITBUCKET_REPO_FULL_NAME": "acme/warehouse",
}
PULL_REQUEST = PIPELINE | {
    "BITBUCKET_PR_ID": "42",
    "BITBUCKET_PR_DESTINATION_BRANCH": "main",
    "BITBUCKET_PR_DESTINATION_COMMIT": DESTINATION,
}


def test_a_pull_request_is_read_whole() -> None:
    assert pull_request(PULL_REQUEST) == PullRequest(
        forge=Forge.BITBUCKET,
        number=42,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        base_sha=DESTINATION,
        repository="acme/warehouse",
    )


def test_a_pipeline_of_a_branch_runs_for_no_pull_request() -> None:
    assert pull_request(PIPELINE) is None


def test_a_pull_request_without_a_commit_is_said() -> None:
    with pytest.raises(UsageError, match="pull request 42, but BITBUCKET_COMMIT, which"):
        pull_request(PULL_REQUEST | {"BITBUCKET_COMMIT": ""})
