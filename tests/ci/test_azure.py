"""The pull request out of the variables of Azure Pipelines."""

import pytest

from erd.ci.detection import pull_request
from erd.ci.pull_request import Forge, PullRequest
from erd.errors import UsageError

HEAD = "5eed" * 10
MERGE = "3e" * 20

AZURE_REPOS = {
    "TF_BUILD": "True",
    "BUILD_REASON": "PullRequest",
    "BUILD_REPOSITORY_NAME": "warehouse",
    "BUILD_REPOSITORY_PROVIDER": "TfsGit",
    "BUILD_SOURCEBRANCH": "refs/pull/42/merge",
    "BUILD_SOURCEVERSION": MERGE,
    "SYSTEM_PULLREQUEST_ISFORK": "False",
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "42",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/users/ada/feature",
    "SYSTEM_PULLREQUEST_SOURCECOMMITID": HEAD,
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/release/2026",
    "SYSTEM_PULLREQUEST_TARGETBRANCHNAME": "release/2026",
}
ON_GITHUB = AZURE_REPOS | {
    "BUILD_REPOSITORY_NAME": "acme/warehouse",
    "BUILD_REPOSITORY_PROVIDER": "GitHub",
    "SYSTEM_PULLREQUEST_PULLREQUESTID": "540266026",
    "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "42",
    "SYSTEM_PULLREQUEST_SOURCEBRANCH": "users/ada/feature",
    "SYSTEM_PULLREQUEST_TARGETBRANCH": "release/2026",
}


def found(environ: dict[str, str]) -> PullRequest:
    answer = pull_request(environ)
    assert answer
    return answer


def without(environ: dict[str, str], *names: str) -> dict[str, str]:
    return {name: value for name, value in environ.items() if name not in names}


def test_a_pull_request_of_azure_repos_is_read_whole() -> None:
    assert pull_request(AZURE_REPOS) == PullRequest(
        forge=Forge.AZURE,
        number=42,
        head_sha=HEAD,
        head_branch="users/ada/feature",
        base_branch="release/2026",
        repository="warehouse",
    )


def test_a_pull_request_on_github_has_the_number_that_github_gives_it() -> None:
    assert pull_request(ON_GITHUB) == PullRequest(
        forge=Forge.GITHUB,
        number=42,
        head_sha=HEAD,
        head_branch="users/ada/feature",
        base_branch="release/2026",
        repository="acme/warehouse",
    )


@pytest.mark.parametrize(
    ("provider", "forge"),
    [
        ("TfsGit", Forge.AZURE),
        ("Git", Forge.AZURE),
        ("GitHub", Forge.GITHUB),
        ("GitHubEnterprise", Forge.GITHUB),
        ("Bitbucket", Forge.BITBUCKET),
    ],
)
def test_the_forge_is_the_repositorys(provider: str, forge: Forge) -> None:
    number = "42" if forge is Forge.GITHUB else ""
    environ = AZURE_REPOS | {"BUILD_REPOSITORY_PROVIDER": provider, "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": number}
    assert (found(environ).forge, found(environ).number) == (forge, 42)


def test_a_container_that_is_told_a_number_beside_the_id_is_on_github() -> None:
    answer = found(without(ON_GITHUB, "BUILD_REPOSITORY_PROVIDER"))
    assert (answer.forge, answer.number) == (Forge.GITHUB, 42)


def test_a_container_that_is_told_the_id_alone_is_on_azure_repos() -> None:
    answer = found(without(AZURE_REPOS, "BUILD_REPOSITORY_PROVIDER"))
    assert (answer.forge, answer.number) == (Forge.AZURE, 42)


def test_azures_own_id_of_a_pull_request_on_github_is_never_its_number() -> None:
    with pytest.raises(UsageError, match="SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"):
        pull_request(without(ON_GITHUB, "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"))


@pytest.mark.parametrize("commit", ["", "$(System.PullRequest.SourceCommitId)", "main"])
def test_the_merge_that_azure_checks_out_is_never_taken_for_the_head(commit: str) -> None:
    with pytest.raises(UsageError, match="pull request 42, but SYSTEM_PULLREQUEST_SOURCECOMMITID, which"):
        pull_request(AZURE_REPOS | {"SYSTEM_PULLREQUEST_SOURCECOMMITID": commit})


@pytest.mark.parametrize(("said", "expected"), [("True", True), ("true", True), ("False", False), ("", False)])
def test_a_fork_is_one_where_azure_says_so(said: str, expected: bool) -> None:
    assert found(AZURE_REPOS | {"SYSTEM_PULLREQUEST_ISFORK": said}).from_fork is expected


def test_the_short_name_of_the_target_does_where_the_long_one_is_missing() -> None:
    assert found(without(AZURE_REPOS, "SYSTEM_PULLREQUEST_TARGETBRANCH")).base_branch == "release/2026"


def test_a_variable_that_azure_left_unexpanded_is_empty() -> None:
    mapped = {
        "SYSTEM_PULLREQUEST_PULLREQUESTNUMBER": "$(System.PullRequest.PullRequestNumber)",
        "SYSTEM_PULLREQUEST_SOURCEBRANCH": "$(System.PullRequest.SourceBranch)",
        "SYSTEM_PULLREQUEST_TARGETBRANCH": "$(System.PullRequest.TargetBranch)",
        "BUILD_REPOSITORY_PROVIDER": "$(Build.Repository.Provider)",
        "BUILD_REPOSITORY_NAME": "$(Build.Repository.Name)",
    }
    assert pull_request(AZURE_REPOS | mapped) == PullRequest(
        forge=Forge.AZURE, number=42, head_sha=HEAD, base_branch="release/2026"
    )


def test_a_job_whose_pull_request_variables_do_not_exist_runs_for_none() -> None:
    environ = {"TF_BUILD": "True", "BUILD_REASON": "IndividualCI", "BUILD_SOURCEVERSION": HEAD}
    mapped = {"SYSTEM_PULLREQUEST_PULLREQUESTID": "$(System.PullRequest.PullRequestId)"}
    assert pull_request(environ) is None
    assert pull_request(environ | mapped) is None
