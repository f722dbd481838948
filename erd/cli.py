"""The command line's flags and help; what the commands do is in `erd.commands`, loaded when one is called.

Flags are made from the table of options. `--help` answers at once because nothing else is imported for it.
"""

import sys
from collections.abc import Callable
from typing import Any

import click

from erd import __version__
from erd.options import DIFF, OPTIONS, RUN, RUN_METADATA, TEMPLATES, Option

DEBUG_HELP = "Log every step, and a traceback where something fails."


def main() -> None:
    """The command `dbt-cloud-erd`."""
    command(prog_name="dbt-cloud-erd")


def _options(*commands: str) -> Callable[[Callable[..., None]], Callable[..., None]]:
    """Give a command a flag for every option that one of `commands` has."""

    def decorate(function: Callable[..., None]) -> Callable[..., None]:
        for option in reversed(OPTIONS):
            if set(commands) & set(option.commands):
                function = _flag(option)(function)
        return function

    return decorate


def _flag(option: Option) -> Callable[[Callable[..., None]], Callable[..., None]]:
    default = f"  [default: {option.shown_default}]" if option.shown_default else ""
    common: dict[str, Any] = {"help": f"{option.help}{default}", "default": None}
    if option.is_flag:
        return click.option(*option.flags, f"--{option.name}", is_flag=True, **common)
    return click.option(*option.flags, f"--{option.name}", multiple=option.repeatable, metavar="TEXT", **common)


def _by_name(given: dict[str, Any]) -> dict[str, Any]:
    """What was given, by the names of the options; a flag that was not given is no word on it."""
    return {name.replace("_", "-"): value or None for name, value in given.items()}


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="dbt-cloud-erd")
def command() -> None:
    """Draw the entity-relationship diagram of a dbt Cloud run, or of local dbt artifacts."""


@command.command(short_help="Draw the ERD of a dbt Cloud run or of local artifacts.")
@_options(RUN)
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def run(debug: bool, **given: Any) -> None:
    """Draw the ERD of a dbt Cloud run, or of manifest.json and catalog.json in a local folder.

    Every option can also come from the environment (DBTERD_ and its name in upper case, with _ for -), from
    [tool.dbterd] in pyproject.toml, or from .dbterd.yml. A flag wins over the environment, and that over the file.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    sys.exit(commands.run(_by_name(given), debug))


@command.command(RUN_METADATA, short_help="Draw the ERD of a dbt Cloud environment, from the Discovery API.")
@_options(RUN_METADATA)
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def run_metadata(debug: bool, **given: Any) -> None:
    """Draw the ERD of the latest state of a dbt Cloud environment, from the Discovery API.

    No run and no artifacts are needed, only the environment's id and a token that may read metadata. Options come from
    flags, the environment and the configuration file as with run.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    sys.exit(commands.run_metadata(_by_name(given), debug))


@command.command(DIFF, short_help="Say what differs between two runs, folders of artifacts, or diagrams.")
@_options(DIFF)
@click.option(
    "--format",
    "form",
    type=click.Choice(("text", "markdown", "json")),
    default="text",
    show_default=True,
    help="How to say it: for a terminal, as the comment of a pull request, or as erd-diff.json.",
)
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def diff(form: str, debug: bool, **given: Any) -> None:
    """Say what differs between two states of a data model, and what is risky about it.

    The head is what run would draw: a run of dbt Cloud, a folder of artifacts, or a DBML file (--head-file). The base
    is what the options about it name. All kinds of tables are compared, unless --resource-type is given. The exit code
    is 3 if --fail-on says so.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    sys.exit(commands.diff(_by_name(given), form, debug))


@command.command(short_help="Draw an embedded sample from a dbt Cloud account on this machine.")
@click.option("-o", "--output", default="target", show_default=True, help="Folder to write to.")
@click.option(
    "--pull-request",
    is_flag=True,
    help="Play a pull request: its run appears late, is waited for, and is compared with what production runs.",
)
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def demo(output: str, pull_request: bool, debug: bool) -> None:
    """Play dbt Cloud on this machine, with the artifacts of a real run, and draw that run's ERD.

    No account is needed and nothing leaves this machine: the server listens on loopback while the command runs.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    play = commands.demo_of_pull_request if pull_request else commands.demo
    sys.exit(play(output, debug))


@command.command(short_help="Write a workflow and a configuration file to begin with.")
@click.option(
    "-tmpl",
    "--template",
    type=click.Choice(TEMPLATES),
    default=TEMPLATES[0],
    envvar="DBTERD_INIT_TEMPLATE",
    show_default=True,
    help="Where the artifacts come from: a run of dbt Cloud, or dbt itself in the workflow.",
)
@click.option("--force", is_flag=True, envvar="DBTERD_INIT_FORCE", help="Replace files that are there already.")
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def init(template: str, force: bool, debug: bool) -> None:
    """Write .github/workflows/erd.yml, ready for your job's address, and .dbterd.yml, where every option is explained.

    Both are written into the current folder, which should be the top of your repository. What is there already stays
    as it is, unless --force is given.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    sys.exit(commands.init(template, force, debug))


@command.command("debug", short_help="Show the settings in force, and try where artifacts come from.")
@_options(RUN, RUN_METADATA)
@click.option("--debug", is_flag=True, help=DEBUG_HELP)
def show(debug: bool, **given: Any) -> None:
    """Show every setting with where it came from and what is wrong with it, and try the files or the account.

    Takes the options of all commands that draw. Secrets are not shown. The exit code is 0 if all is well, 1 if the
    files or dbt Cloud do not answer as they should, and 2 if a setting is missing or wrong.
    """
    from erd import commands  # noqa: PLC0415 - `--help` does nothing, and need not load what does

    sys.exit(commands.show(_by_name(given), debug))
