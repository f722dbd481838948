"""The pull request that a CI job runs for, whichever service runs the job."""

from collections.abc import Mapping
from importlib import import_module

from erd.ci.pull_request import PullRequest

# The room's module for each service, and how its variables begin; a job is in one service, and needs one module.
_SERVICES = {
    "github": "GITHUB_EVENT_",
    "gitlab": "CI_",
    "azure": "SYSTEM_PULLREQUEST_",
    "bitbucket": "BITBUCKET_PR_",
}


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The pull request that this CI job runs for; None if it runs for none, or in no service that is known here.

    Reads these variables and, on GitHub, the event file that one of them names. Only variables that no other service
    sets are looked at, so a container need not be told which service it is in. Raises `UsageError` where the job runs
    for a pull request whose last commit cannot be told: without it, another dbt run would be drawn.
    """
    for service, prefix in _SERVICES.items():
        if any(name.startswith(prefix) for name in environ):
            found: PullRequest | None = import_module(f"erd.ci.{service}").pull_request(environ)
            if found:
                return found
    return None
