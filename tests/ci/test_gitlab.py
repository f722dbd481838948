"""The merge request out of GitLab's variables."""

import pytest

from erd.ci.detection import pull_request
from erd.ci.pull_request import Forge, PullRequest
from erd.errors import UsageError

HEAD = "5eed" * 10
MERGE = "3e" * 20
TARGET = "ba" * 20
MERGE_BASE = "cafe" * 10

DETACHED = {
    "GITLAB_CI": "true",
    "CI_PIPELINE_SOURCE": "merge_request_event",
    "CI_COMMIT_SHA": HEAD,
    "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
    "CI_MERGE_REQUEST_ID": "9001",
    "CI_MERGE_REQUEST_IID": "42",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": "",
    "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "acme/data/warehouse",
    "CI_MERGE_REQUEST_PROJECT_PATH": "acme/data/warehouse",
    "CI_PROJECT_PATH": "acme/data/warehouse",
    "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": "",
    "CI_MERGE_REQUEST_DIFF_BASE_SHA": MERGE_BASE,
    "CI_MERGE_REQUEST_DRAFT": "false",
}
MERGED_RESULT = DETACHED | {
    "CI_COMMIT_SHA": MERGE,
    "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
    "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": HEAD,
    "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": TARGET,
}
EXTERNAL = {
    "GITLAB_CI": "true",
    "CI_PIPELINE_SOURCE": "external_pull_request_event",
    "CI_EXTERNAL_PULL_REQUEST_IID": "42",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": "acme/warehouse",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_REPOSITORY": "acme/warehouse",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_NAME": "feature",
    "CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA": HEAD,
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_NAME": "main",
    "CI_EXTERNAL_PULL_REQUEST_TARGET_BRANCH_SHA": TARGET,
}


def found(environ: dict[str, str]) -> PullRequest:
    answer = pull_request(environ)
    assert answer
    return answer


def test_a_merge_request_is_read_whole() -> None:
    assert pull_request(DETACHED) == PullRequest(
        forge=Forge.GITLAB,
        number=42,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        merge_base_sha=MERGE_BASE,
        repository="acme/data/warehouse",
    )


@pytest.mark.parametrize("kind", ["merged_result", "merge_train"])
def test_where_gitlab_checks_out_a_merge_the_source_branch_is_the_head(kind: str) -> None:
    answer = found(MERGED_RESULT | {"CI_MERGE_REQUEST_EVENT_TYPE": kind})
    assert (answer.head_sha, answer.base_sha, answer.merge_base_sha) == (HEAD, TARGET, MERGE_BASE)


@pytest.mark.parametrize("kind", ["merged_result", "merge_train"])
@pytest.mark.parametrize("source", ["", "0" * 40, "feature"])
def test_a_merge_of_gitlab_is_never_taken_for_the_head(kind: str, source: str) -> None:
    environ = MERGED_RESULT | {"CI_MERGE_REQUEST_EVENT_TYPE": kind, "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": source}
    with pytest.raises(UsageError, match="CI_MERGE_REQUEST_SOURCE_BRANCH_SHA, which"):
        pull_request(environ)


def test_a_container_need_be_told_the_number_and_the_commit_only() -> None:
    environ = {name: DETACHED[name] for name in ("CI_MERGE_REQUEST_IID", "CI_COMMIT_SHA")}
    assert pull_request(environ) == PullRequest(forge=Forge.GITLAB, number=42, head_sha=HEAD)


def test_a_container_that_is_told_the_number_only_says_what_else_it_needs() -> None:
    with pytest.raises(UsageError) as caught:
        pull_request({"CI_MERGE_REQUEST_IID": "42"})
    assert "merge request 42" in caught.value.happened
    assert "CI_COMMIT_SHA" in caught.value.happened
    assert "dbt-cloud-run-id" in caught.value.todo


def test_a_forks_pipeline_is_told_by_the_merge_requests_two_projects() -> None:
    fork = {"CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": "stranger/warehouse", "CI_PROJECT_PATH": "stranger/warehouse"}
    answer = found(DETACHED | fork)
    assert (answer.from_fork, answer.repository) == (True, "acme/data/warehouse")


@pytest.mark.parametrize(("said", "expected"), [("true", True), ("false", False), ("", False)])
def test_a_draft_is_one_where_gitlab_says_so(said: str, expected: bool) -> None:
    assert found(DETACHED | {"CI_MERGE_REQUEST_DRAFT": said}).is_draft is expected


@pytest.mark.parametrize("number", ["", "0", "-1", "4.2", "forty", "٤٢", "9" * 30])
def test_a_pipeline_without_a_merge_requests_number_runs_for_none(number: str) -> None:
    assert pull_request(DETACHED | {"CI_MERGE_REQUEST_IID": number}) is None


def test_a_branch_pipeline_runs_for_no_merge_request_even_if_the_branch_has_one() -> None:
    environ = {"GITLAB_CI": "true", "CI_COMMIT_SHA": HEAD, "CI_COMMIT_BRANCH": "main"}
    assert pull_request(environ | {"CI_OPEN_MERGE_REQUESTS": "acme/data/warehouse!42"}) is None


def test_a_pull_request_that_gitlab_builds_for_github_is_one_of_github() -> None:
    assert pull_request(EXTERNAL) == PullRequest(
        forge=Forge.GITHUB,
        number=42,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        base_sha=TARGET,
        repository="acme/warehouse",
    )
    assert found(EXTERNAL | {"CI_EXTERNAL_PULL_REQUEST_SOURCE_REPOSITORY": "stranger/warehouse"}).from_fork


def test_a_pull_request_that_gitlab_builds_for_github_needs_its_commit() -> None:
    with pytest.raises(UsageError, match="CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA, which"):
        pull_request(EXTERNAL | {"CI_EXTERNAL_PULL_REQUEST_SOURCE_BRANCH_SHA": "", "CI_COMMIT_SHA": MERGE})
