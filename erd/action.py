"""The story of the Action, and of the container in any CI: settings, pipeline, files, and a word to the runner."""

import gc
import logging
import os
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from erd.configuration import read_configuration
from erd.errors import ErdError, OutputError, UsageError
from erd.files import inside
from erd.github.commands import CommandFormatter, PlainFormatter, add_mask, annotation
from erd.github.files import write_outputs, write_summary
from erd.given import Door
from erd.options import OPTIONS, Option
from erd.pipeline import DIFF_JSON, Drawn, draw, output_paths, paths_of_review, write
from erd.report.summary import failure, summary
from erd.settings import Settings, read_settings
from erd.sources import CloudSource

if TYPE_CHECKING:
    from erd.publishing import Published
    from erd.refreshing import Refreshed

log = logging.getLogger("erd")

UNEXPECTED = 1
INTERRUPTED = 130
TERMINATED = 143


def main() -> int:
    """Run with this process's environment and working folder; the exit code."""
    # A runner cancels with SIGINT, then SIGTERM. As a container's first process we have no handler unless we set one,
    # and a shell that starts us in the background has SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(TERMINATED))
    # Reading makes a great many objects that live to the end, and no garbage worth looking for among them.
    gc.disable()
    environ = os.environ
    debug = environ.get("ACTIONS_STEP_DEBUG", "").lower() == "true" or environ.get("RUNNER_DEBUG") == "1"
    _log_to(environ, debug)
    try:
        return action(environ, Path(environ.get("GITHUB_WORKSPACE") or "."))
    except KeyboardInterrupt:
        log.error("The job was cancelled; nothing was written.")
        return INTERRUPTED
    except Exception as error:
        # The text of an error that nobody foresaw may hold anything, so it is shown on request only.
        log.error(
            "An unexpected %s ended the job. Run it again with debug logging, and report what it says.",
            type(error).__name__,
            exc_info=debug,
        )
        return UNEXPECTED


def action(environ: Mapping[str, str], workspace: Path) -> int:
    """Draw what inputs and environment ask for, write it inside the workspace, and tell the runner; the exit code."""
    door = _door(environ)
    if door is Door.ACTION:
        _mask_secrets(environ, workspace)
    try:
        settings = read_settings(door, _inputs(environ), environ, workspace)
        if settings.destination and _is_own_push(environ):
            return 0
        paths = {name: inside(workspace, path) for name, path in output_paths(settings).items()}
        review_paths = {name: inside(workspace, path) for name, path in paths_of_review(settings).items()}
        embedded = {name: inside(workspace, Path(name)) for name in settings.embed_in}
        drawn = _lasting(draw(_kept_inside(settings, workspace)), settings)
        write(drawn.erd, settings, paths, embedded)
        published = _publish(drawn, settings, environ, review_paths)
        written = {**paths, **(review_paths if drawn.review else {})}
        files = {name: str(path.relative_to(workspace.resolve())) for name, path in written.items()}
        refreshed = _refresh(drawn, settings, environ, workspace, (paths, embedded))
        _tell_runner(environ, drawn, settings, files, published, refreshed)
    except ErdError as error:
        log.error("%s", error, exc_info=log.isEnabledFor(logging.DEBUG))
        # If the summary cannot be written either, the annotation says it all the same.
        with suppress(OutputError):
            _summarise(environ, failure(error))
        return error.exit_code
    if published and door is Door.ACTION:
        _annotate(published)
    return (refreshed.exit_code if refreshed else 0) or (published.exit_code if published else 0)


def _is_own_push(environ: Mapping[str, str]) -> bool:
    """Whether there is nothing to do, as all that was pushed is what a refresh has committed. That is said."""
    from erd.refreshing import is_own_push  # noqa: PLC0415 - few runs commit anything

    if not is_own_push(environ):
        return False
    log.info("What was pushed is a refresh that this tool has committed: there is nothing to do.")
    _summarise(environ, "### ERD: as it was just refreshed\n")
    return True


def _lasting(drawn: Drawn, settings: Settings) -> Drawn:
    """What was drawn; as it is committed, if it is."""
    if settings.destination is None:
        return drawn
    from erd.refreshing import lasting  # noqa: PLC0415 - few runs commit anything

    return lasting(drawn)


def _refresh(
    drawn: Drawn,
    settings: Settings,
    environ: Mapping[str, str],
    workspace: Path,
    files: tuple[Mapping[str, Path], Mapping[str, Path]],
) -> "Refreshed | None":
    """Commit what was written and what is embedded, if it is to be."""
    if settings.destination is None:
        return None
    from erd.refreshing import Files, Written, refresh  # noqa: PLC0415 - few runs commit anything

    home = workspace.resolve()
    paths, embedded = files
    written = {name: Written(path.relative_to(home).as_posix(), path.read_bytes()) for name, path in paths.items()}
    edited = {name: path.relative_to(home).as_posix() for name, path in embedded.items()}
    return refresh(drawn, settings, Files(written, edited), environ)


def _publish(
    drawn: Drawn, settings: Settings, environ: Mapping[str, str], paths: Mapping[str, Path]
) -> "Published | None":
    """Write the review's files and comment, if there is a review."""
    if drawn.review is None:
        return None
    from erd.publishing import publish  # noqa: PLC0415 - most ERDs are compared with nothing

    published = publish(drawn.review, settings, environ, paths)
    if _door(environ) is not Door.ACTION:
        log.info("%s", published.text.rstrip())
    return published


def _annotate(published: "Published") -> None:
    for note in published.notes:
        sys.stdout.write(f"{annotation(note.level, note.text, note.file, note.title)}\n")
    sys.stdout.flush()


def _kept_inside(settings: Settings, workspace: Path) -> Settings:
    """The settings with the folder for downloads, if any, checked to be in the workspace."""
    match settings.source:
        case CloudSource(keep_in=Path() as folder) as source:
            return settings._replace(source=source._replace(keep_in=inside(workspace, folder)))
    return settings


def _log_to(environ: Mapping[str, str], debug: bool) -> None:
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(CommandFormatter() if _door(environ) is Door.ACTION else PlainFormatter())
    log.addHandler(handler)
    log.setLevel(logging.DEBUG if debug else logging.INFO)


def _door(environ: Mapping[str, str]) -> Door:
    return Door.ACTION if environ.get("GITHUB_ACTIONS") == "true" else Door.CONTAINER


def _inputs(environ: Mapping[str, str]) -> dict[str, str]:
    """The inputs as a runner hands them on: in upper case, hyphens kept, empty when unset."""
    return {option.name: environ.get(_input_variable(option), "") for option in OPTIONS if option.is_input}


def _input_variable(option: Option) -> str:
    return f"INPUT_{option.name.upper()}"


def _mask_secrets(environ: Mapping[str, str], workspace: Path) -> None:
    """Announce every secret to the runner, before a line is logged and whatever else is wrong with the settings."""
    said = {""}
    for given in _secrets(environ, workspace):
        secret = given.strip()
        if secret not in said:
            said.add(secret)
            sys.stdout.write(f"{add_mask(secret)}\n")
    sys.stdout.flush()


def _secrets(environ: Mapping[str, str], workspace: Path) -> Iterator[str]:
    """Every secret that was given, at whatever level: the weaker ones, which do not count, are no less secret."""
    options = [option for option in OPTIONS if option.is_secret]
    for option in options:
        for name in (_input_variable(option), option.variable, *option.variables):
            yield environ.get(name, "")
    with suppress(UsageError):
        from_file, _ = read_configuration(workspace)
        for option in options:
            value = from_file.get(option.field) or ""
            yield from map(str, value if isinstance(value, list) else [value])


def _tell_runner(
    environ: Mapping[str, str],
    drawn: Drawn,
    settings: Settings,
    files: Mapping[str, str],
    published: "Published | None",
    refreshed: "Refreshed | None",
) -> None:
    run, review = drawn.run, drawn.review
    if environ.get("GITHUB_OUTPUT"):
        outputs = {
            "files": "\n".join(files.values()),
            "tables": str(len(drawn.erd.tables)),
            "relationships": str(len(drawn.erd.relationships)),
            "run-id": str(run.id) if run else "",
            "run-url": (run and run.href) or "",
            "changed": str(not review.diff.is_empty).lower() if review else "",
            "breaking": str(review.is_breaking).lower() if review else "",
            "diff-file": files.get(DIFF_JSON, ""),
            "comment-url": published.comment_url if published else "",
            "commit-sha": refreshed.commit_sha if refreshed else "",
            "pull-request-url": refreshed.pull_request_url if refreshed else "",
        }
        write_outputs(Path(environ["GITHUB_OUTPUT"]), outputs)
    base = (drawn.base.how if drawn.base else "") if settings.base else None
    text = summary(drawn.erd, drawn.source, list(files.values()), drawn.test_outcomes, base)
    text += refreshed.said if refreshed else ""
    if settings.summary:
        _summarise(environ, f"{published.summary}\n{text}" if published else text)


def _summarise(environ: Mapping[str, str], markdown: str) -> None:
    if environ.get("GITHUB_STEP_SUMMARY"):
        write_summary(Path(environ["GITHUB_STEP_SUMMARY"]), markdown)
