"""Who may do what: a token has the permissions that a workflow gave it, in some repositories."""

from typing import NamedTuple


class Token(NamedTuple):
    """A token: what it says, what it may, and in which repositories (`owner/name`)."""

    text: str
    repositories: frozenset[str]
    permissions: frozenset[str] = frozenset({"metadata: read", "contents: read"})

    def may(self, permission: str) -> bool:
        """Whether it has a permission; who may write may read."""
        return permission in self.permissions or permission.replace(": read", ": write") in self.permissions
