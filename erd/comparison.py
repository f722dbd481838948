"""What the ERD is compared with: found by the rules of the base, said in one line, warned about when it misleads."""

import logging
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from erd.bases import BaseChoice, ByItself
from erd.ci.pull_request import PullRequest
from erd.destinations import GitHubAccess
from erd.drawing import ArtifactFiles
from erd.errors import ArtifactError, DbtCloudError, GitHubError
from erd.model import Erd
from erd.project import Source
from erd.sources import DiagramFile, LatestRun, LocalSource, OneRun

if TYPE_CHECKING:
    from erd.dbt_cloud.client import DbtCloudClient
    from erd.dbt_cloud.download import Progress
    from erd.dbt_cloud.runs import Found, Run
    from erd.github.repository import Repository

log = logging.getLogger(__name__)

SHORT_COMMIT = 7


class Base(msgspec.Struct, frozen=True):
    """What is compared with: a run, a folder of artifacts, or a diagram; of a run, its `run`.

    `how` says in one line what it is and why, and `source` what to call it. `is_older` tells that it lacks commits of
    the base branch that the pull request has, so that these would show as if the pull request had made them.
    """

    how: str
    source: Source
    run: "Run | None" = None
    folder: Path | None = None
    erd: Erd | None = None
    is_older: bool = False


def find_base(
    choice: BaseChoice | None, head: "Run | None", client: "DbtCloudClient | None", diagram: Path
) -> Base | None:
    """The base by the rules, and one line of log about it; None if nothing is to be compared, or nothing was found.

    `head` is the run that is compared and `client` its account, None for local artifacts; `diagram` is where this tool
    writes DBML in the repository. Raises `ErdError` if a base that was given cannot be had.
    """
    match choice:
        case None:
            return None
        case LocalSource(folder):
            base: Base | None = Base(f"Compared with {folder}", Source(str(folder)), folder=folder)
        case DiagramFile(path):
            base = Base(f"Compared with the diagram {path}", Source(str(path)), erd=read_diagram(path))
        case ByItself() as itself:
            base = _by_itself(itself, head, client, diagram)
        case OneRun() | LatestRun():
            base = _given_run(choice, head, client)
    if base is None:
        log.warning("There is nothing to compare with: no run that was deferred to, none of production, no diagram")
    else:
        log.info("%s", base.how)
    return base


def source_of(run: "Run") -> Source:
    """A run of dbt Cloud, as people are told of it."""
    return Source(
        name=f"dbt Cloud run {run.id}",
        run_id=str(run.id),
        url=run.href or "",
        commit=run.git_sha or "",
        finished_at=run.finished_at or "",
    )


def download_base(
    client: "DbtCloudClient", choice: BaseChoice | None, run: "Run", folder: Path, progress: "Progress | None"
) -> ArtifactFiles | None:
    """The artifacts of the run that is compared with; None, with a warning, if one that we found has none after all.

    Raises `DbtCloudError` if it was given, or if dbt Cloud does not answer.
    """
    from erd.dbt_cloud.download import download_artifacts  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.failures import NoAnswerError  # noqa: PLC0415 - local files need no HTTP

    try:
        found = download_artifacts(client, run, folder, progress)
    except NoAnswerError:
        raise
    except DbtCloudError as error:
        if not isinstance(choice, ByItself):
            raise
        log.warning("Nothing is compared: %s", error.happened)
        return None
    return ArtifactFiles(found.manifest, found.catalog, found.run_results, str(run.id))


def read_diagram(path: Path) -> Erd:
    """The ERD of a DBML file of this machine. Raises `ArtifactError`."""
    return _diagram(_content(path), str(path))


def _given_run(choice: OneRun | LatestRun, head: "Run | None", client: "DbtCloudClient | None") -> Base | None:
    from erd.dbt_cloud.production import base_by_id, base_of_job  # noqa: PLC0415 - local files need no HTTP

    if head is None or client is None:
        return None
    match choice:
        case OneRun(run_id):
            return _of_run(base_by_id(client, head, run_id))
        case LatestRun(job_id):
            return _of_run(base_of_job(client, head, job_id))


def _by_itself(choice: ByItself, head: "Run | None", client: "DbtCloudClient | None", diagram: Path) -> Base | None:
    if head is not None and client is not None:
        from erd.dbt_cloud.production import base_of  # noqa: PLC0415 - local files need no HTTP

        if found := base_of(client, head):
            base = _of_run(found)
            is_older = _is_older(found.run, choice.pull_request, choice.github) if choice.github else False
            return msgspec.structs.replace(base, is_older=is_older)
    return _committed(choice.pull_request, choice.github, diagram) if choice.github else None


def _of_run(found: "Found") -> Base:
    return Base(found.how, source_of(found.run), run=found.run)


def _committed(pull_request: PullRequest, github: GitHubAccess, diagram: Path) -> Base | None:
    """The diagram that is committed on the base branch, if there is one that can be read."""
    ref = pull_request.base_sha or pull_request.base_branch
    if not ref or diagram.is_absolute():
        return None
    try:
        with _repository(github) as repository:
            content = repository.committed_file(diagram.as_posix(), ref)
        shown = f"{diagram.as_posix()} at {pull_request.base_branch or ref[:SHORT_COMMIT]}"
        if content is None:
            return None
        source = Source(shown, commit=pull_request.base_sha)
        return Base(f"Compared with the diagram {shown}", source, erd=_diagram(content, shown))
    except (GitHubError, ArtifactError) as error:
        log.warning("%s", error)
        return None


def _is_older(run: "Run", pull_request: PullRequest, github: GitHubAccess) -> bool:
    """Whether the run is of a commit before the one where the pull request's branch begins; warned about if so."""
    branch = pull_request.base_sha or pull_request.base_branch
    if not run.git_sha or not branch:
        return False
    try:
        with _repository(github) as repository:
            begins = pull_request.merge_base_sha or repository.merge_base(branch, pull_request.head_sha)
            compared = begins and repository.commits_behind(run.git_sha, begins)
    except GitHubError as error:
        log.info("How old the base is could not be told. %s", error)
        return False
    # In GitHub's words the commit where the branch begins is "ahead" of an older one.
    if not begins or not compared or compared.status.value != "ahead":
        return False
    log.warning(
        "The base is older than this pull request: run %s is of commit %s, %s commit(s) before %s, where the branch"
        " begins. What was merged in between shows as if this pull request did it; run the production job again.",
        run.id,
        run.git_sha[:SHORT_COMMIT],
        compared.ahead_by,
        begins[:SHORT_COMMIT],
    )
    return True


def _repository(github: GitHubAccess) -> "AbstractContextManager[Repository]":
    from erd.github.repository import Repository  # noqa: PLC0415 - few runs need GitHub

    return Repository(github.api_url, github.repository, github.token)


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ArtifactError(
            f"The diagram {path} could not be read: {error.strerror}.", "Give base-file a DBML file that is there."
        ) from error


def _diagram(content: bytes, shown: str) -> Erd:
    from erd.formats.dbml_reader import read_dbml  # noqa: PLC0415 - few runs read a diagram

    try:
        return read_dbml(content.decode("utf-8", "replace"))
    except ArtifactError as error:
        raise ArtifactError(f"{shown} is not a diagram that can be read. {error.happened}", error.todo) from error
