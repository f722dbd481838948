"""The pull request that a CI job runs for, whichever service runs the job."""

from collections.abc import Mapping

from erd.ci import azure, bitbucket, github, gitlab
from erd.ci.pull_request import PullRequest

_SERVICES = (github.pull_request, gitlab.pull_request, azure.pull_request, bitbucket.pull_request)


def pull_request(environ: Mapping[str, str]) -> PullRequest | None:
    """The pull request that this CI job runs for; None if it runs for none, or in no service that is known here.

    Reads these variables and, on GitHub, the event file that one of them names. Only variables that no other service
    sets are looked at, so a container need not be told which service it is in. Raises `UsageError` where the job runs
    for a pull request whose last commit cannot be told: without it, another dbt run would be drawn.
    """
    for of_service in _SERVICES:
        if found := of_service(environ):
            return found
    return None
