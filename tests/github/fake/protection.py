"""Branches that only pull requests may change: by a branch protection rule, or by a ruleset.

What is protected stands in the repository's own configuration, where also the hook of a push reads it.
"""

from enum import Enum
from typing import NamedTuple

from .exchange import refuse
from .git import BareRepository, GitError

REASON = "Changes must be made through a pull request."


class Rule(Enum):
    """What protects a branch."""

    PROTECTION = "protection"
    RULESET = "ruleset"


class Refusal(NamedTuple):
    """What GitHub says of a change to a protected branch: the message, and GraphQL's type of the error.

    The type for rulesets is another than the one for protection rules (Thinkmill/keystatic#1559 and #1598), and not
    documented.
    """

    message: str
    type: str


REFUSALS = {
    Rule.PROTECTION: Refusal(REASON, "BRANCH_PROTECTION_RULE_VIOLATION"),
    Rule.RULESET: Refusal(f"Repository rule violations found\n\n{REASON}\n\n", "UNPROCESSABLE"),
}


def protect(git: BareRepository, branch: str, rule: Rule = Rule.PROTECTION) -> None:
    """Let nobody change a branch, whether it is there or not, but the test itself."""
    git.git("config", f"protected.{branch}.by", rule.value)


def rule(git: BareRepository, ref: str) -> Rule | None:
    """What protects a ref, named in full."""
    if "[protected " not in (git.folder / "config").read_text("utf-8"):
        return None
    try:
        return Rule(git.git("config", f"protected.{ref.removeprefix('refs/heads/')}.by"))
    except GitError:
        return None


def refusal(git: BareRepository, ref: str) -> Refusal | None:
    """What is said of a change to a ref that is protected."""
    found = rule(git, ref)
    return REFUSALS[found] if found else None


def check(git: BareRepository, ref: str, status: int = 422) -> None:
    """Raises `RefusedError` for a change to a ref that is protected."""
    if found := refusal(git, ref):
        raise refuse(status, found.message)
