"""What becomes of a review: files, a comment in the pull request or a word on why there is none, and the gate."""

import logging
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple
from urllib.parse import quote

import msgspec

from erd import __version__
from erd.ci.github import page_of_job
from erd.ci.pull_request import PullRequest
from erd.ci.values import as_number
from erd.destinations import GitHubAccess, Publication
from erd.diff.document import document
from erd.diff.review import Review
from erd.diff.risk import Severity
from erd.errors import GitHubError
from erd.files import write_text
from erd.formats.mermaid_text import Style
from erd.github.commands import NOTICE
from erd.github.comments import keep_comment, replace_comment
from erd.github.conversation import CannotCommentError, Conversation
from erd.github.files import SUMMARY_LIMIT
from erd.github.pulls import number_of
from erd.github.saying import Order, Saying
from erd.pipeline import DIFF_JSON, DIFF_MARKDOWN, output_paths, paths_of_review
from erd.report.annotations import Annotation, annotations
from erd.report.review import comment, full, unchanged
from erd.report.review_links import Links
from erd.report.review_text import text
from erd.report.summary import count
from erd.settings import Settings

log = logging.getLogger(__name__)

GATE_TRIPPED = 3
# What else the summary says, of the ERD, takes less.
ROOM_OF_SUMMARY = SUMMARY_LIMIT - 20_000


class Published(NamedTuple):
    """What came of it: the address of the comment, empty if there is none, and what the job summary and a log say.

    `notes` are the worst risks, each for the file that it concerns, and `exit_code` is what `fail-on` makes of them.
    """

    comment_url: str
    summary: str
    text: str
    notes: Sequence[Annotation]
    exit_code: int


def publish(review: Review, settings: Settings, environ: Mapping[str, str], paths: Mapping[str, Path]) -> Published:
    """Write the review into its files, and put it where its pull request is discussed.

    `paths` are those of `paths_of_review`, resolved by whoever knows where writing is allowed. That there is no comment
    is said, and ends nothing. Raises `OutputError`.
    """
    links = links_of(environ, settings)
    markdown = write_review(review, settings, paths, links)
    return Published(
        comment_url=_comment(review, settings, environ, links),
        summary=markdown,
        text=text(review),
        notes=_notes(review, settings),
        exit_code=gate(review, settings),
    )


def _notes(review: Review, settings: Settings) -> list[Annotation]:
    """The annotations, their files as paths in the repository."""
    failing = {"breaking": {Severity.BREAKING}, "any": set(Severity)}.get(settings.fail_on, set())
    folder = settings.dbt_project_dir or Path()
    return [
        msgspec.structs.replace(note, file=(folder / note.file).as_posix()) if note.file else note
        for note in annotations(review, failing)
    ]


def write_review(review: Review, settings: Settings, paths: Mapping[str, Path], links: Links) -> str:
    """Write the review for machines, and for people in full; returns that. Raises `OutputError`."""
    texts = {DIFF_JSON: _json(review, settings), DIFF_MARKDOWN: full(review, links, ROOM_OF_SUMMARY)}
    for name, shown in paths_of_review(settings).items():
        write_text(paths[name], texts[name])
        log.info("Review saved to %s", shown)
    return texts[DIFF_MARKDOWN]


def _json(review: Review, settings: Settings) -> str:
    """The document; no runner that reads it in a log finds its older form of commands in it."""
    return document(review, settings.schema_base_url or "").decode().replace("##[", "##\\u005b")


def links_of(environ: Mapping[str, str], settings: Settings) -> Links:
    """What a review can point to: the page of the workflow run that makes it, which has the summary, and the files."""
    return Links(
        erd_url=_page_of_erd(environ, settings),
        run_url=page_of_job(environ) if settings.summary else "",
        whole=str(settings.output / DIFF_MARKDOWN),
        data=str(settings.output / DIFF_JSON),
        version=__version__,
        mermaid=Style(settings.mermaid_style),
    )


def _page_of_erd(environ: Mapping[str, str], settings: Settings) -> str:
    """The page of the whole ERD in the repository, if it is committed there: the one for people, if there is that."""
    server, destination, paths = environ.get("GITHUB_SERVER_URL", ""), settings.destination, output_paths(settings)
    path = paths.get("markdown") or next(iter(paths.values()))
    if not server or destination is None or settings.commit != "push" or path.is_absolute():
        return ""
    branch = (settings.commit_branch or destination.ref).removeprefix("refs/heads/")
    return f"{server}/{destination.github.repository}/blob/{quote(branch)}/{quote(path.as_posix())}"


def _comment(review: Review, settings: Settings, environ: Mapping[str, str], links: Links) -> str:
    """The address of the one comment that says the review; empty, after a word on why, if there is none.

    If nothing differs no comment is made, and an earlier one says so.
    """
    publication = settings.publication
    if settings.comment == "never" or publication is None:
        return ""
    try:
        return _post(review, settings, publication, environ, links)
    except CannotCommentError as error:
        log.log(NOTICE, "There is no comment in the pull request; the job summary has it all. %s", error)
    except GitHubError as error:
        log.warning("There is no comment in the pull request; the job summary has it all. %s", error)
    return ""


def _post(
    review: Review, settings: Settings, publication: Publication, environ: Mapping[str, str], links: Links
) -> str:
    pull_request, github = publication
    if github is None:
        raise CannotCommentError(
            "No token of GitHub was given.",
            "Set github-token; in a workflow, `github-token: ${{ github.token }}` with `pull-requests: write`.",
        )
    is_said = settings.comment == "always" or not _is_too_little(review, settings)
    saying = Saying(
        comment_id=settings.comment_id,
        body=unchanged(review, links) if review.diff.is_empty else comment(review, links),
        commit=pull_request.head_sha,
        order=Order(as_number(environ.get("GITHUB_RUN_ID")) or 0, as_number(environ.get("GITHUB_RUN_ATTEMPT")) or 0),
    )
    number = pull_request.number or _looked_up(github, pull_request)
    with Conversation(github.api_url, github.repository, github.token, number) as conversation:
        kept = (keep_comment if is_said else replace_comment)(conversation, saying)
    log.info("The comment in pull request %s: %s", number, kept.done.value)
    return kept.url


def _is_too_little(review: Review, settings: Settings) -> bool:
    """Whether what differs is not worth a comment of its own."""
    return review.diff.is_empty if settings.comment == "auto" else review.diff.is_quiet


def _looked_up(github: GitHubAccess, pull_request: PullRequest) -> int:
    head = f"{pull_request.head_owner}:{pull_request.head_branch}"
    number = number_of(github.api_url, github.repository, github.token, head, pull_request.head_sha)
    if number is None:
        raise CannotCommentError(
            f"{github.repository} has no open pull request from {head}.", "It may have been closed meanwhile."
        )
    return number


def review_as(form: str, review: Review, settings: Settings) -> str:
    """The review as "text", "markdown" or "json"."""
    match form:
        case "json":
            return _json(review, settings)
        case "markdown":
            return comment(review, links_of({}, settings))
    return text(review)


def gate(review: Review, settings: Settings) -> int:
    """The exit code that `fail-on` asks for, and a line of log if it is not 0."""
    risks = review.risks
    breaking = sum(1 for risk in risks if risk.severity is Severity.BREAKING)
    counted = {"breaking": breaking, "any": len(risks)}.get(settings.fail_on, 0)
    if not counted:
        return 0
    what = count(breaking, "breaking risk") if settings.fail_on == "breaking" else count(len(risks), "risk")
    log.error("The change has %s, and fail-on is %s.", what, settings.fail_on)
    return GATE_TRIPPED
