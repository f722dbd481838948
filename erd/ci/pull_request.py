"""A pull request, or merge request, in words that all services share."""

from enum import Enum

import msgspec


class Forge(Enum):
    """Where the pull request lives. dbt Cloud's triggers keep its number in a field of their own for each."""

    GITHUB = "GitHub"
    GITLAB = "GitLab"
    AZURE = "Azure DevOps"
    BITBUCKET = "Bitbucket"


class PullRequest(msgspec.Struct, frozen=True, kw_only=True):
    """A pull request at the commit that CI runs for; texts are empty where the service does not say.

    `head_sha` is the last commit of the pull request itself, not the merge commit that some services check out.
    `base_sha` is the tip of the base branch, `merge_base_sha` the commit where the two branches part. `repository` is
    the path of the base repository (`owner/name`), `head_owner` whose the head's is. dbt Cloud runs nothing for a pull
    request `from_fork`. The `number` is 0 where the service does not say it of a fork: GitHub has it under the head.
    """

    forge: Forge
    number: int
    head_sha: str
    head_branch: str = ""
    base_branch: str = ""
    base_sha: str = ""
    merge_base_sha: str = ""
    repository: str = ""
    head_owner: str = ""
    from_fork: bool = False
    is_draft: bool = False
