"""Who may do what: a token has the permissions that a workflow or a person gave it, in some repositories."""

from enum import Enum
from typing import NamedTuple

READER = frozenset({"metadata: read", "contents: read"})
# What a workflow's token has at most in a pull request from a fork, and in Dependabot's.
OF_A_FORK = READER | {"issues: read", "pull-requests: read"}
COMMENTER = READER | {"pull-requests: write"}
# What a workflow's token needs that commits, and opens pull requests.
WRITER = COMMENTER | {"contents: write"}

WORKFLOWS_OWN = "github-actions[bot]"


class Kind(Enum):
    """Whose a token is: that of an app's installation, as a workflow's is, or a person's."""

    INSTALLATION = "integration"
    PERSONAL = "personal access token"


class Token(NamedTuple):
    """A token: what it says, in which repositories (`owner/name`) it may what, whose it is, and its requests an hour.

    `login` is who it acts as.
    """

    text: str
    repositories: frozenset[str]
    permissions: frozenset[str] = READER
    login: str = WORKFLOWS_OWN
    kind: Kind = Kind.INSTALLATION
    # As on Enterprise Cloud; elsewhere a workflow's has 1,000.
    limit: int = 15_000

    def may(self, permission: str) -> bool:
        """Whether it has a permission, or one of those between which there is an `or`; who may write may read."""
        return any(
            one in self.permissions or one.replace(": read", ": write") in self.permissions
            for one in permission.split(" or ")
        )
