"""What the options about the base come to: the one state of the project that the ERD is compared with."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

from erd.checks import Reference
from erd.ci.pull_request import PullRequest
from erd.destinations import GitHubAccess, github_access
from erd.given import Gathered
from erd.sources import DiagramFile, DiscoverySource, LatestRun, LocalSource, OneRun, Source

# The strongest first, where several are given equally directly.
BASES = ("dbt-cloud-base-run-id", "dbt-cloud-base-job-id", "base-artifacts-dir", "base-file")


class ByItself(NamedTuple):
    """Whatever a pull request is best compared with; without access to GitHub, no committed diagram is looked for."""

    pull_request: PullRequest
    github: GitHubAccess | None


BaseChoice = OneRun | LatestRun | LocalSource | DiagramFile | ByItself


def chosen_base(
    gathered: Gathered,
    source: Source | None,
    pull_request: PullRequest | None,
    environ: Mapping[str, str],
) -> BaseChoice | None:
    """What to compare with; `None` if nothing is given and there is no pull request, or if a problem says why."""
    given = [name for name in BASES if name in gathered.given]
    if not given:
        return ByItself(pull_request, github_access(gathered, pull_request, environ)) if pull_request else None
    name = min(given, key=lambda name: gathered.given[name].level)
    if name in {"dbt-cloud-base-run-id", "dbt-cloud-base-job-id"} and isinstance(
        source, LocalSource | DiscoverySource | DiagramFile
    ):
        gathered.add_problem(
            f"{gathered.given[name]} is of dbt Cloud, but what is drawn is not.",
            "Compare with a folder (base-artifacts-dir) or a DBML file (base-file), or draw a run of dbt Cloud.",
            name,
        )
        return None
    return _given_base(name, gathered.values.get(name.replace("-", "_")))


def _given_base(name: str, value: Any) -> BaseChoice | None:
    """What an option says; a value that is wrong is unset here, and reported elsewhere."""
    match name, value:
        case "dbt-cloud-base-run-id", Reference(id=run_id):
            return OneRun(run_id)
        case "dbt-cloud-base-job-id", Reference(id=job_id):
            return LatestRun(job_id)
        case "base-artifacts-dir", Path() as folder:
            return LocalSource(folder)
        case "base-file", Path() as file:
            return DiagramFile(file)
    return None
