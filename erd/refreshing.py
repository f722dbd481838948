"""The story of a refresh: the files that were written are committed on GitHub, if they differ from those there.

What is committed says nothing of the night on which it was drawn: neither how the tests went, nor what a run has not
built. So nothing is committed unless the model changes.
"""

import logging
from collections.abc import Mapping
from typing import NamedTuple

import msgspec

from erd import __version__
from erd.ci.github import page_of_job, pushed_commit
from erd.destinations import Destination
from erd.diff.review import Review
from erd.errors import ArtifactError, GitHubError, OutputError
from erd.formats.dbml_reader import read_dbml
from erd.formats.mermaid_text import Style
from erd.github import refusals
from erd.github.commit_message import Message, is_own_commit
from erd.github.commits import commit_files
from erd.github.drafts import Content
from erd.github.git_database import GitDatabase, branch_name
from erd.github.own_pull_request import Outcome, keep_pull_request
from erd.github.repository import Repository
from erd.model import Erd, Origin, Table
from erd.pipeline import Drawn, embed
from erd.project import Source
from erd.report.refresh import changes_in_words, committed, proposal, proposed, refused, size_in_words
from erd.report.review_links import Links
from erd.reviewing import FromDiagram, review
from erd.settings import Settings

log = logging.getLogger(__name__)

PUSH = "push"
NOT_COMMITTED = 1
_SAID = {
    Outcome.CREATED: "opened",
    Outcome.REOPENED: "opened again",
    Outcome.UPDATED: "brought up to date",
    Outcome.UNCHANGED: "brings it already",
    Outcome.OVERTAKEN: "is another run's by now",
}


class Written(NamedTuple):
    """A file that was written: its path within the repository, and what is in it."""

    path: str
    content: bytes


class Files(NamedTuple):
    """The files that were written, by target; and those in which the ERD is embedded, by what `embed-in` calls them."""

    written: Mapping[str, Written]
    embedded: Mapping[str, str]

    @property
    def paths(self) -> list[str]:
        """All paths within the repository."""
        return [*(one.path for one in self.written.values()), *self.embedded.values()]


class Refreshed(NamedTuple):
    """What came of it: the commit that was made or is proposed, and the pull request that is open; empty if none is.

    `said` is a line for the job summary, and `exit_code` is not 0 if there was something to commit and it could not be.
    """

    commit_sha: str = ""
    pull_request_url: str = ""
    said: str = ""
    exit_code: int = 0


def is_own_push(environ: Mapping[str, str]) -> bool:
    """Whether this job was started by the push of a commit that a refresh has made, and that nobody has changed."""
    pushed = pushed_commit(environ)
    return pushed is not None and is_own_commit(*pushed)


def lasting(drawn: Drawn) -> Drawn:
    """The ERD without how its tests went this time, and with the columns that only its base has seen."""
    replace = msgspec.structs.replace
    known = {table.unique_id: table for table in drawn.review.head_erd.tables} if drawn.review else {}
    erd = replace(
        drawn.erd,
        tables=tuple([_filled(table, known.get(table.unique_id)) for table in drawn.erd.tables]),
        relationships=tuple([replace(one, state=None) for one in drawn.erd.relationships]),
    )
    return replace(drawn, erd=erd)


def refresh(drawn: Drawn, settings: Settings, files: Files, environ: Mapping[str, str]) -> Refreshed:
    """Commit the files to where the settings say. Why that could not be done is said, and raised is nothing."""
    destination = settings.destination
    if destination is None:
        return Refreshed()
    if destination.pull_request and settings.commit != PUSH:
        log.info("Nothing is committed for a pull request: the next refresh of its base branch brings what it changes.")
        return Refreshed()
    try:
        return _Refresh(drawn, settings, destination, files, environ).done()
    except (GitHubError, OutputError) as error:
        log.error("The ERD is not committed; it is in the workspace and in the job summary. %s", error)
        return Refreshed(said=refused(error), exit_code=NOT_COMMITTED)


class _Refresh:
    """What is to be committed, and where."""

    def __init__(
        self,
        drawn: Drawn,
        settings: Settings,
        destination: Destination,
        files: Files,
        environ: Mapping[str, str],
    ) -> None:
        self._drawn = drawn
        self._settings = settings
        self._destination = destination
        self._files = files
        self._environ = environ

    def done(self) -> Refreshed:
        destination, given = self._destination, self._settings.commit_branch
        pull = destination.pull_request
        if pull and pull.from_fork and not given:
            raise refusals.of_a_fork(pull.head_owner)
        with GitDatabase(*destination.github) as git:
            if self._settings.commit == PUSH:
                return self._pushed(git, branch_name(given or destination.ref), may_create=bool(given))
            return self._brought(git, branch_name(destination.ref))

    def _pushed(self, git: GitDatabase, branch: str, *, may_create: bool) -> Refreshed:
        message = self._message(self._review(branch))
        done = commit_files(git, branch=branch, files=self._contents(), message=message.text, may_create=may_create)
        if done.changed:
            log.info("Committed %s to %s: %s", done.sha, branch, message.title)
        sha = done.sha if done.changed else ""
        return Refreshed(commit_sha=sha, said=committed(branch, done.sha, done.url, done.changed))

    def _brought(self, git: GitDatabase, base: str) -> Refreshed:
        found = self._review(base)
        message = self._message(found)
        links = Links(
            run_url=page_of_job(self._environ), version=__version__, mermaid=Style(self._settings.mermaid_style)
        )
        kept = keep_pull_request(
            git,
            base=base,
            files=self._contents(),
            message=message.text,
            title=message.title,
            body=proposal(found, self._files.paths, links, base),
            branch=self._settings.commit_branch or "",
        )
        if kept.outcome is Outcome.CLOSED:
            log.info("%s has all files: the pull request from %s is closed", base, kept.branch)
        elif kept.number:
            log.info("Pull request %s: %s", kept.url, _SAID[kept.outcome])
        said = proposed(kept.number, kept.url, _SAID.get(kept.outcome, ""), base)
        return Refreshed(commit_sha=kept.sha, pull_request_url=kept.url, said=said)

    def _contents(self) -> dict[str, Content]:
        """What is committed, by paths in the repository."""
        erd, settings = self._drawn.erd, self._settings
        contents: dict[str, Content] = {one.path: one.content for one in self._files.written.values()}
        return contents | {path: embed(erd, settings, shown) for shown, path in self._files.embedded.items()}

    def _message(self, found: Review | None) -> Message:
        """The message, of what changes in the diagram that is committed."""
        erd = self._drawn.erd
        said = {
            "changes": changes_in_words(found.diff) if found and found.base_erd.tables else size_in_words(erd),
            "tables": f"{len(erd.tables):,}",
            "relationships": f"{len(erd.relationships):,}",
            "run-id": self._drawn.source.run_id,
        }
        text = self._settings.commit_message
        for name, value in said.items():
            text = text.replace(f"{{{name}}}", value)
        title, _, rest = text.partition("\n")
        return Message(title, rest, self._settings.commit_co_author, self._settings.commit_skip_ci)

    def _review(self, branch: str) -> Review | None:
        """What lies between the diagram that is committed on the branch, if any, and ours; none if ours is no DBML."""
        ours = self._files.written.get("dbml")
        if ours is None:
            return None
        with Repository(*self._destination.github) as repository:
            theirs = repository.committed_file(ours.path, branch)
        shown = f"{ours.path} at {branch}"
        base = FromDiagram(Erd() if theirs is None else _diagram(theirs, shown), Source(shown))
        head = FromDiagram(_diagram(ours.content, ours.path), self._drawn.source)
        return review(self._settings, base, head)


def _diagram(content: bytes, shown: str) -> Erd:
    """The ERD of a DBML file; empty, after a word on why, if it is none that can be read."""
    try:
        return read_dbml(content.decode("utf-8", "replace"))
    except ArtifactError as error:
        log.warning("What changes could not be told, as %s is not a diagram that can be read. %s", shown, error)
        return Erd()


def _filled(table: Table, known: Table | None) -> Table:
    """The table; with the columns that are known of it from elsewhere, if its own run has not seen any."""
    if known is None or _is_seen(table) or not _is_seen(known):
        return table
    return msgspec.structs.replace(
        table, columns=known.columns, primary_key=known.primary_key, unique_keys=known.unique_keys
    )


def _is_seen(table: Table) -> bool:
    return any(column.origin is Origin.OBSERVED for column in table.columns)
