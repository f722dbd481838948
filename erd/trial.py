"""Tries what an ERD would be drawn from, as cheaply as can be: files of a folder, or one question to dbt Cloud."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import msgspec

from erd.artifacts.catalog import read_catalog
from erd.artifacts.manifest import read_manifest
from erd.artifacts.run_results import read_run_results
from erd.detect.erd import table_nodes
from erd.errors import ErdError
from erd.sources import (
    CloudSource,
    DiagramFile,
    DiscoverySource,
    LatestInEnvironment,
    LatestRun,
    LocalSource,
    OneRun,
    RunOfPullRequest,
    Source,
)


class Finding(NamedTuple):
    """What was found, in one sentence; whether it is as it should be."""

    text: str
    fine: bool = True


def try_source(source: Source) -> Iterator[Finding]:
    """What is found where the artifacts would come from, one after the other."""
    match source:
        case LocalSource(folder):
            return _try_folder(folder)
        case CloudSource():
            return _try_account(source)
        case DiscoverySource():
            return _try_environment(source)
        case DiagramFile(path):
            return _try_diagram(path)


def _try_diagram(path: Path) -> Iterator[Finding]:
    from erd.comparison import read_diagram  # noqa: PLC0415 - few read a diagram

    try:
        yield Finding(f"{path} is fine: {len(read_diagram(path).tables)} tables.")
    except ErdError as error:
        yield Finding(str(error), fine=False)


def _try_folder(folder: Path) -> Iterator[Finding]:
    yield Finding(f"The artifacts come from the folder {folder.resolve()}.")
    manifest, catalog, results = (folder / f"{name}.json" for name in ("manifest", "catalog", "run_results"))
    try:
        read = read_manifest(manifest)
        of_project = f" of the project {read.project_name}" if read.project_name else ""
        yield Finding(f"{manifest} is fine: {len(table_nodes(read))} tables{of_project}.")
        if catalog.exists():
            read_catalog(catalog)
            yield Finding(f"{catalog} is fine.")
        else:
            yield Finding(f"There is no {catalog}: columns and types come from YAML alone.")
        if results.exists():
            read_run_results(results)
            yield Finding(f"{results} is fine.")
        else:
            yield Finding(f"There is no {results}: how tests went is not known.")
    except ErdError as error:
        yield Finding(str(error), fine=False)


class _Account(msgspec.Struct, frozen=True):
    name: str | None = None


def _try_account(source: CloudSource) -> Iterator[Finding]:
    from erd.locating import client_of  # noqa: PLC0415 - local files need no HTTP

    yield Finding(f"The artifacts come from {_run(source)}, on {source.base_url}.")
    account = f"account {source.account_id}"
    try:
        with client_of(source) as client:
            name = client.get("", _Account, account).name
    except ErdError as error:
        yield Finding(str(error), fine=False)
    else:
        called = f" ({name})" if name else ""
        yield Finding(f"dbt Cloud answers, and lets the token into {account}{called}.")


def _run(source: CloudSource) -> str:
    match source.run:
        case OneRun(run_id):
            return f"run {run_id} of dbt Cloud"
        case LatestRun(job_id):
            return f"the latest successful run of job {job_id} of dbt Cloud"
        case LatestInEnvironment(environment_id):
            return f"the latest successful run of environment {environment_id} of dbt Cloud"
        case RunOfPullRequest(pull_request):
            return f"the run of pull request {pull_request.number} in dbt Cloud"


# One row at most: what it says is not of interest.
_SMALLEST = """\
query Erd($environment_id: BigInt!) {
  environment(id: $environment_id) {
    adapterType
    dbtProjectName
    applied { models(first: 1) { pageInfo { endCursor hasNextPage } } }
  }
}
"""


def _try_environment(source: DiscoverySource) -> Iterator[Finding]:
    from erd.dbt_cloud import refused_queries  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.discovery import DiscoveryClient, discovery_url  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.queries import Query, read_query  # noqa: PLC0415 - local files need no HTTP

    number = source.environment_id
    yield Finding(f"The state comes from environment {number} of dbt Cloud, on {discovery_url(source.base_url)}.")
    query = Query(_SMALLEST, "the state")
    try:
        if source.query_file:
            read_query(source.query_file)
            yield Finding(f"{source.query_file} is there, and will be asked.")
        with DiscoveryClient(source.base_url, source.token) as client:
            asked = client.asked(number, query)
            environment = client.ask(asked, query, {"environment_id": number})
        if environment is None:
            raise refused_queries.no_environment(asked, number)
        if environment.applied is None:
            raise refused_queries.nothing_applied(asked, number)
    except ErdError as error:
        yield Finding(str(error), fine=False)
    else:
        project = f" of the project {environment.dbt_project_name}" if environment.dbt_project_name else ""
        yield Finding(f"dbt Cloud answers, and lets the token read environment {number}{project}.")
