"""What the values of a CI service's variables are taken for: numbers and commits, or nothing."""

import re

from erd.errors import UsageError

# dbt Cloud and all services keep numbers in 64 bits.
_LARGEST = 2**63 - 1
_NUMBER = re.compile(r"[0-9]{1,19}")
# Bitbucket shortens commits to 12 digits; 64 are those of a repository with SHA-256.
_COMMIT = re.compile(r"[0-9a-f]{7,64}")


def as_number(value: str | int | None) -> int | None:
    """The number of a pull request; None if the value is not a positive one."""
    if isinstance(value, str):
        value = int(value) if _NUMBER.fullmatch(value.strip()) else None
    return value if value is not None and 0 < value <= _LARGEST else None


def as_commit(value: str | None) -> str:
    """The commit in lower case; empty if the value is not one, or git's zeros for none at all."""
    commit = (value or "").strip().lower()
    return commit if _COMMIT.fullmatch(commit) and commit.strip("0") else ""


def last_commit_unknown(pull_request: str, *variables: str) -> UsageError:
    """The error for a job that runs for a pull request, but without the variables that name its last commit.

    To go on would draw another run than the pull request's, and nobody would notice.
    """
    return UsageError(
        f"This job runs for {pull_request}, but {' and '.join(variables)}, which would name its last commit, "
        f"{'is' if len(variables) == 1 else 'are'} empty or no commit.",
        "Hand the service's variables on to the container, or name the run with dbt-cloud-run-id.",
    )
