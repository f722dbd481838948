"""The same story from a terminal: `dbt-cloud-erd run` and `dbt-cloud-erd demo`.

Flags are made from the table of options. Nothing that a command needs is imported before it runs, so that `--help`
answers at once.
"""

import logging
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from erd import __version__
from erd.errors import ErdError
from erd.settings import OPTIONS, Door, Option, Settings, read_settings

if TYPE_CHECKING:
    from erd.pipeline import Drawn

log = logging.getLogger("erd")

INTERRUPTED = 130


def main() -> None:
    """The command `dbt-cloud-erd`."""
    commands(prog_name="dbt-cloud-erd")


def _options(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command a flag for every option of the settings table."""
    for option in reversed(OPTIONS):
        command = _flag(option)(command)
    return command


def _flag(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    default = f"  [default: {option.shown_default}]" if option.shown_default else ""
    common: dict[str, Any] = {"help": f"{option.help}{default}", "default": None}
    if option.is_flag:
        return click.option(f"--{option.name}", is_flag=True, **common)
    return click.option(*option.flags, f"--{option.name}", multiple=option.repeatable, metavar="TEXT", **common)


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dbt-cloud-erd")
def commands() -> None:
    """Draw the entity-relationship diagram of a dbt Cloud run, or of local dbt artifacts."""


@commands.command(short_help="Draw the ERD of a dbt Cloud run or of local artifacts.")
@_options
@click.option("--debug", is_flag=True, help="Log every step, and a traceback where something fails.")
def run(debug: bool, **given: Any) -> None:
    """Draw the ERD of a dbt Cloud run, or of manifest.json and catalog.json in a local folder.

    Every option can also come from the environment (DBTERD_ and its name in upper case, with _ for -), from
    [tool.dbterd] in pyproject.toml, or from .dbterd.yml. A flag wins over the environment, and that over the file.
    """
    flags = {name.replace("_", "-"): value or None for name, value in given.items()}
    sys.exit(_answered(lambda: _run(flags), debug))


@commands.command(short_help="Draw an embedded sample from a dbt Cloud account on this machine.")
@click.option("-o", "--output", default="target", show_default=True, help="Folder to write to.")
@click.option("--debug", is_flag=True, help="Log every step, and a traceback where something fails.")
def demo(output: str, debug: bool) -> None:
    """Play dbt Cloud on this machine, with the artifacts of a real run, and draw that run's ERD.

    No account is needed and nothing leaves this machine: the server listens on loopback while the command runs.
    """
    sys.exit(_answered(lambda: _demo(Path(output)), debug))


def _answered(job: Callable[[], None], debug: bool) -> int:
    """Do a job; the exit code, and a clear word on what went wrong."""
    from erd.terminal import TerminalLog  # noqa: PLC0415 - see the module's docstring

    log.addHandler(TerminalLog())
    log.setLevel(logging.DEBUG if debug else logging.INFO)
    try:
        job()
    except ErdError as error:
        log.error("%s\n%s", error.happened, error.todo, exc_info=debug)
        return error.exit_code
    except KeyboardInterrupt:
        log.error("Interrupted; nothing was written.")
        return INTERRUPTED
    return 0


def _run(flags: dict[str, Any]) -> None:
    settings = read_settings(Door.COMMAND, flags, os.environ, Path())
    if settings.dbt:
        log.warning("--dbt is not needed: tables are selected from the manifest, and dbt is never run")
    _draw_and_write(settings)


def _demo(output: Path) -> None:
    from erd.demo.server import PRODUCTION_JOB_ID, demo_account, serve  # noqa: PLC0415 - see the module's docstring
    from erd.report.lines import relationship_lines  # noqa: PLC0415 - see the module's docstring

    account = demo_account()
    with serve(account) as server, tempfile.TemporaryDirectory() as elsewhere:
        log.info("A dbt Cloud account for show listens on %s", server.url)
        given = {
            "dbt-cloud-host-url": server.url,
            "dbt-cloud-account-id": account.id,
            "dbt-cloud-service-token": server.token,
            "dbt-cloud-job-id": PRODUCTION_JOB_ID,
            "output": output,
        }
        # No environment and no configuration file: the sample as it is.
        settings = read_settings(Door.COMMAND, given, {}, Path(elsewhere))
        drawn = _draw_and_write(settings)
    click.echo("\nThe relationships of the sample shop, foreign key first:\n")
    for line in relationship_lines(drawn.erd):
        click.echo(f"  {line}")
    click.echo(
        f"\nLook at {output / 'output.dbml'}: any viewer of DBML draws it, dbdiagram.io or your editor's extension."
    )


def _draw_and_write(settings: Settings) -> "Drawn":
    from erd.pipeline import draw, output_paths, write  # noqa: PLC0415 - see the module's docstring
    from erd.terminal import DownloadBar  # noqa: PLC0415 - see the module's docstring

    with DownloadBar(sys.stderr) as progress:
        drawn = draw(settings, progress)
    # A link to a file is written through, as any program at a terminal does.
    paths = {name: Path(os.path.realpath(path)) for name, path in output_paths(settings).items()}
    write(drawn.erd, settings, paths)
    return drawn
