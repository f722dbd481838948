"""What the commands do: the same story as the Action's, told to a person at a terminal."""

import gc
import logging
import os
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from erd.configuration import read_configuration
from erd.errors import ErdError, OutputError, UsageError
from erd.files import write_text
from erd.given import Door
from erd.options import ANSWERED, DIFF, OPTIONS, RUN_METADATA
from erd.pipeline import Drawn, draw, output_paths, paths_of_review, write
from erd.report.lines import relationship_lines
from erd.settings import Settings, inspect_settings, read_settings
from erd.terminal import DownloadBar, TerminalLog

if TYPE_CHECKING:
    from erd.demo.account import Account

log = logging.getLogger("erd")

UNEXPECTED = 1
INTERRUPTED = 130
COMMENT = "comment.md"


def run(flags: Mapping[str, Any], debug: bool) -> int:
    """Draw what flags, environment and configuration ask for; the exit code."""
    return _answered(lambda: _run(flags), debug)


def run_metadata(flags: Mapping[str, Any], debug: bool) -> int:
    """Draw the state of an environment as flags, environment and configuration ask for it; the exit code."""
    return _answered(lambda: _run_metadata(flags), debug)


def diff(flags: Mapping[str, Any], form: str, debug: bool) -> int:
    """Say what differs between two states, as flags, environment and configuration ask for it; the exit code."""
    return _answered(lambda: _diff(flags, form), debug)


def demo(output: str, debug: bool) -> int:
    """Draw the embedded sample from a dbt Cloud account on loopback, and say where to look; the exit code."""
    return _answered(lambda: _demo(output), debug)


def demo_of_pull_request(output: str, debug: bool) -> int:
    """Play the sample's pull request, from the run that is not there yet to the ERD; the exit code."""
    return _answered(lambda: _demo_of_pull_request(output), debug)


def init(template: str, force: bool, debug: bool) -> int:
    """Write a workflow and a configuration file, and say what is left to do; the exit code."""
    return _answered(lambda: _init(template, force), debug)


def show(flags: Mapping[str, Any], debug: bool) -> int:
    """Show the settings in force, whatever is wrong with them, and try where artifacts come from; the exit code."""
    return _answered(lambda: _show(flags), debug)


def _answered(job: Callable[[], int | None], debug: bool) -> int:
    """Do a job; the exit code, and a clear word on what went wrong."""
    # Reading makes a great many objects that live to the end, and no garbage worth looking for among them.
    gc.disable()
    log.addHandler(TerminalLog(sys.stderr))
    log.setLevel(logging.DEBUG if debug else logging.INFO)
    try:
        return job() or 0
    except ErdError as error:
        log.error("%s\n%s", error.happened, error.todo, exc_info=debug)
        return error.exit_code
    except Exception as error:
        log.error(
            "An unexpected %s ended the command.\nRun it again with --debug, and report what it says.",
            type(error).__name__,
            exc_info=debug,
        )
        return UNEXPECTED
    except KeyboardInterrupt:
        log.error("Interrupted; nothing was written.")
        return INTERRUPTED


def _run(flags: Mapping[str, Any]) -> int:
    settings = read_settings(Door.COMMAND, flags, os.environ, Path())
    for answer in _answers(settings):
        log.warning("%s", answer)
    drawn = _draw_and_write(settings)
    if drawn.review is None:
        return 0
    from erd.publishing import gate  # noqa: PLC0415 - most ERDs are compared with nothing

    return gate(drawn.review, settings)


def _run_metadata(flags: Mapping[str, Any]) -> None:
    _draw_and_write(read_settings(Door.COMMAND, flags, os.environ, Path(), RUN_METADATA))


def _diff(flags: Mapping[str, Any], form: str) -> int:
    from erd.github.commands import plain  # noqa: PLC0415 - to draw takes none of it
    from erd.publishing import gate, review_as  # noqa: PLC0415 - nor of this

    settings = read_settings(Door.COMMAND, flags, os.environ, Path(), DIFF)
    # What is drawn is not shown: drawn as it is compared, it need not be drawn again.
    settings = settings._replace(resource_type=settings.reviewed_types)
    with DownloadBar(sys.stderr) as progress:
        drawn = draw(settings, progress)
    if drawn.review is None:
        raise ErdError(
            "There is nothing to compare with: no base was found.",
            "Name one: base-artifacts-dir, base-file, dbt-cloud-base-run-id or dbt-cloud-base-job-id.",
        )
    said = review_as(form, drawn.review, settings)
    # In a workflow's step the runner reads along.
    click.echo(plain(said) if os.environ.get("GITHUB_ACTIONS") == "true" else said, nl=False)
    return gate(drawn.review, settings)


def _answers(settings: Settings) -> list[str]:
    """A word on each of dbterd's options that was given and has nothing to change here."""
    given = [option for option in OPTIONS if option.group == ANSWERED and getattr(settings, option.field)]
    return [f"`--{option.name}` is {option.help[0].lower()}{option.help[1:]}" for option in given]


def _demo(output: str) -> None:
    from erd.demo.account import PRODUCTION, demo_account  # noqa: PLC0415 - only the demo has an account to play

    settings, drawn = _played(demo_account(), {"dbt-cloud-job-id": PRODUCTION.id, "output": output})
    click.echo("\nThe relationships of the sample shop, foreign key first:\n")
    for line in relationship_lines(drawn.erd):
        click.echo(f"  {line}")
    files = ", ".join(str(path) for path in output_paths(settings).values())
    click.echo(f"\nLook at {files}: any viewer of DBML draws it, such as dbdiagram.io or your editor's extension.")


def _demo_of_pull_request(output: str) -> None:
    from erd.demo.event import pull_request_event  # noqa: PLC0415 - only the demo plays a pull request
    from erd.demo.pull_request import pull_request_account  # noqa: PLC0415 - and only it has an account to play

    settings, drawn = _played(pull_request_account(), {"dbt-cloud": True, "output": output}, pull_request_event)
    files = ", ".join(str(path) for path in output_paths(settings).values())
    click.echo(f"\nThe ERD of the pull request is in {files}. No id was given: its run was found by the commit.")
    if drawn.base is None or drawn.review is None:
        return
    from erd.publishing import review_as  # noqa: PLC0415 - other ERDs are compared with nothing

    comment = settings.output / COMMENT
    write_text(Path(os.path.realpath(comment)), review_as("markdown", drawn.review, settings))
    click.echo(f"{drawn.base.how}.\n\n{review_as('text', drawn.review, settings)}")
    click.echo(f"The comment that the pull request would get, with its picture, is in {comment}.")


def _played(
    account: "Account", given: Mapping[str, Any], event: Callable[[Path], Mapping[str, str]] | None = None
) -> tuple[Settings, Drawn]:
    """What is drawn of an account that is played on loopback, about the event, if there is one, of a pull request."""
    import tempfile  # noqa: PLC0415 - only the demo needs a folder to play in

    from erd.demo.server import serve  # noqa: PLC0415 - and only it starts a server

    with serve(account) as server, tempfile.TemporaryDirectory() as elsewhere:
        log.info("A dbt Cloud account for show listens on %s", server.url)
        account_given = {
            "dbt-cloud-host-url": server.url,
            "dbt-cloud-account-id": account.id,
            "dbt-cloud-service-token": server.token,
        }
        # No environment of this machine and no configuration file: the sample as it is.
        environ = event(Path(elsewhere)) if event else {}
        settings = read_settings(Door.COMMAND, account_given | dict(given), environ, Path(elsewhere))
        return settings, _draw_and_write(settings)


def _init(template: str, force: bool) -> None:
    from erd.init import CONFIGURATION, initial_files, next_steps  # noqa: PLC0415 - to draw takes none of it

    files = initial_files(template)
    there = [name for name in files if os.path.lexists(name)]
    if there and not force:
        raise OutputError(
            f"{' and '.join(there)} {'are' if len(there) > 1 else 'is'} there already, and nothing was written.",
            "Give --force to replace what is there, or move it away before.",
        )
    for name, text in files.items():
        write_text(Path(os.path.realpath(name)), text)
        log.info("Wrote %s", name)
    try:
        _, read = read_configuration(Path())
    except UsageError as error:
        log.warning("%s", error)
    else:
        if read != CONFIGURATION:
            log.warning("[tool.dbterd] in %s is read instead of %s, as by dbterd", read, CONFIGURATION)
    click.echo(f"\n{next_steps(template)}", nl=False)


def _show(flags: Mapping[str, Any]) -> int:
    from erd.report.in_force import lines_in_force  # noqa: PLC0415 - to draw takes none of it
    from erd.trial import try_source  # noqa: PLC0415 - nor this

    inspection = inspect_settings(Door.COMMAND, flags, os.environ, Path())
    for line in lines_in_force(inspection):
        click.echo(line)
    click.echo()
    if inspection.gathered.problems():
        click.echo("! Nothing was tried: mend what is marked with ! first.")
        return UsageError.exit_code
    fine = True
    for finding in try_source(inspection.settings.source):
        click.echo(finding.text if finding.fine else f"! {finding.text}")
        fine &= finding.fine
    return 0 if fine else ErdError.exit_code


def _draw_and_write(settings: Settings) -> Drawn:
    with DownloadBar(sys.stderr) as progress:
        drawn = draw(settings, progress)
    # A link to a file is written through, as any program at a terminal does.
    paths = {name: Path(os.path.realpath(path)) for name, path in output_paths(settings).items()}
    embedded = {name: Path(os.path.realpath(name)) for name in settings.embed_in}
    write(drawn.erd, settings, paths, embedded)
    if drawn.review:
        from erd.publishing import links_of, write_review  # noqa: PLC0415 - most ERDs are compared with nothing

        review_paths = {name: Path(os.path.realpath(path)) for name, path in paths_of_review(settings).items()}
        write_review(drawn.review, settings, review_paths, links_of({}, settings))
    return drawn
