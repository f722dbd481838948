"""The pull request of an Azure Pipelines job, whose repository may be on Azure Repos, GitHub or Bitbucket.

Facts: Microsoft Learn, "Use predefined variables" (System.PullRequest.*, Build.Repository.*), "Define variables" (a
variable that does not exist is left as `$(Name)`) and "Build GitHub repositories". A pull request of GitHub has an id
that only Azure knows, and the number that people see; all others have the id alone. Branches come in full from Azure
Repos (`refs/heads/main`), and short from GitHub. Build.SourceVersion is a merge commit, and is never read.
"""

import re
from collections.abc import Mapping

from erd.ci.pull_request import Forge, PullRequest
from erd.ci.values import as_commit, as_number, last_commit_unknown
from erd.errors import UsageError

_UNEXPANDED = re.compile(r"\$\([^()]*\)")
# Values of Build.Repository.Provider, in lower case.
_FORGES = {"github": Forge.GITHUB, "githubenterprise": Forge.GITHUB, "bitbucket": Forge.BITBUCKET}
_HEAD = "SYSTEM_PULLREQUEST_SOURCECOMMITID"


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The pull request that this job validates. Raises `UsageError` if its number or last commit is not named."""
    told = {name: value for name, value in environ.items() if not _UNEXPANDED.fullmatch(value)}
    identity = as_number(told.get("SYSTEM_PULLREQUEST_PULLREQUESTID"))
    number = as_number(told.get("SYSTEM_PULLREQUEST_PULLREQUESTNUMBER"))
    forge = _forge(number, told)
    if forge is not Forge.GITHUB:
        number = identity
    if number is None and identity is None:
        return None
    if number is None:
        raise UsageError(
            "This job runs for a pull request on GitHub, but SYSTEM_PULLREQUEST_PULLREQUESTNUMBER, "
            "which would name it, is empty or no number.",
            "Hand the variable on to the container, or name the run with dbt-cloud-run-id.",
        )
    head_sha = as_commit(told.get(_HEAD))
    if not head_sha:
        raise last_commit_unknown(f"pull request {number}", _HEAD)
    base_branch = told.get("SYSTEM_PULLREQUEST_TARGETBRANCH") or told.get("SYSTEM_PULLREQUEST_TARGETBRANCHNAME", "")
    return PullRequest(
        forge=forge,
        number=number,
        head_sha=head_sha,
        head_branch=told.get("SYSTEM_PULLREQUEST_SOURCEBRANCH", "").removeprefix("refs/heads/"),
        base_branch=base_branch.removeprefix("refs/heads/"),
        repository=told.get("BUILD_REPOSITORY_NAME", ""),
        from_fork=told.get("SYSTEM_PULLREQUEST_ISFORK", "").lower() == "true",
    )


def _forge(number: int | None, told: Mapping[str, str]) -> Forge:
    """Where the repository is. A container may not be told; but only on GitHub is there a number beside the id."""
    provider = told.get("BUILD_REPOSITORY_PROVIDER", "").lower()
    if not provider and number:
        return Forge.GITHUB
    return _FORGES.get(provider, Forge.AZURE)
