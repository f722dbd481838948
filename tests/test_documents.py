"""What is written down agrees with what the code does: action.yml, README, CHANGELOG and the help."""

import html
import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import erd
from erd.action import action
from erd.options import DIFF, OPTIONS, RUN, RUN_METADATA, Option
from tests.builders import a_manifest, a_model, write_artifacts
from tests.container.file_commands import parse_pairs
from tests.tools.readme_picture import PICTURE, drawn

ROOT = Path(__file__).parent.parent
INPUTS = [option for option in OPTIONS if option.is_input]

every_option = pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
COMMANDS = {"run": {RUN}, "run-metadata": {RUN_METADATA}, "diff": {DIFF}, "debug": {RUN, RUN_METADATA}}
every_option_of_a_command = pytest.mark.parametrize(
    ("name", "option"),
    [(name, option) for name, draws in COMMANDS.items() for option in OPTIONS if draws & set(option.commands)],
    ids=lambda value: value if isinstance(value, str) else value.name,
)


def contract() -> dict[str, Any]:
    """The Action's contract, as GitHub reads it."""
    content = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert isinstance(content, dict)
    return content


def tables_of_readme() -> list[list[list[str]]]:
    """The README's tables, as rows of cells, without the line below the head."""
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    found = re.findall(r"(?:^\|.*\|\n)+", text, flags=re.MULTILINE)
    return [[[cell.strip() for cell in line[1:-1].split("|")] for line in table.splitlines()] for table in found]


def rows_of_readme(head: str) -> list[list[str]]:
    """All rows, in order, of the README's tables whose first column has this head."""
    return [row for table in tables_of_readme() if table[0][0] == head for row in table[2:]]


def names_written_by_the_action(folder: Path) -> set[str]:
    """The outputs that the Action sets when it draws a project of one model."""
    write_artifacts(folder, a_manifest(a_model()))
    inputs = {"INPUT_ARTIFACTS-DIR": str(folder)}
    outputs = folder / "set_output"
    assert action({"GITHUB_ACTIONS": "true", "GITHUB_OUTPUT": str(outputs)} | inputs, folder) == 0
    return set(parse_pairs(outputs.read_bytes().decode("utf-8")))


def without_blanks(text: str) -> str:
    return "".join(text.split())


@cache
def help_of(name: str) -> str:
    """What `--help` of a command shows."""
    program = [sys.executable, "-m", "erd", name, "--help"]
    return subprocess.run(program, check=True, capture_output=True, text=True, cwd=ROOT).stdout


def test_the_action_takes_every_option_that_is_an_input_in_the_order_of_the_options() -> None:
    assert list(contract()["inputs"]) == [option.name for option in INPUTS]


@pytest.mark.parametrize("option", INPUTS, ids=lambda option: option.name)
def test_an_input_is_described_by_the_options_help_and_default(option: Option) -> None:
    default = f" Default: {option.shown_default}." if option.shown_default else ""
    # With a default of its own, an input that is not set would win over the environment and the file. The workflow's
    # token is the one that only the runner can hand on.
    own = {"default": "${{ github.token }}"} if option.name == "github-token" else {}
    assert contract()["inputs"][option.name] == {"description": f"{option.help}{default}", "required": False} | own


def test_the_action_declares_the_outputs_that_it_writes(tmp_path: Path) -> None:
    assert set(contract()["outputs"]) == names_written_by_the_action(tmp_path)


def test_every_output_says_what_it_holds() -> None:
    assert all(output.keys() == {"description"} and output["description"] for output in contract()["outputs"].values())


def test_the_readme_has_a_row_for_every_option_in_their_order() -> None:
    assert [row[0] for row in rows_of_readme("option")] == [f"`{option.name}`" for option in OPTIONS]


@every_option
def test_the_readme_explains_an_option_as_its_help_does(option: Option) -> None:
    (row,) = [row for row in rows_of_readme("option") if row[0] == f"`{option.name}`"]
    flags = ", ".join(f"`{flag}`" for flag in option.flags)
    assert row[1:] == [option.shown_default, option.help, flags]


@every_option
def test_the_readme_keeps_an_option_in_its_group(option: Option) -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    heads = re.findall(r"^\*\*(.+)\*\*$|^\| (`[a-z-]+`) \|", text, flags=re.MULTILINE)
    places = [place for place, (_, name) in enumerate(heads) if name == f"`{option.name}`"]
    group = next(head for head, _ in reversed(heads[: places[0]]) if head)
    assert group.lower() == option.group


def test_the_readme_names_every_further_variable() -> None:
    text = (ROOT / "README.md").read_text(encoding="utf-8")
    assert [name for option in OPTIONS for name in option.variables if f"`{name}`" not in text] == []


def test_the_readme_has_a_row_for_every_output_of_the_action() -> None:
    outputs = {f"`{name}`": output["description"] for name, output in contract()["outputs"].items()}
    described = {name: f"{text[0].upper()}{text[1:]}." for name, text in rows_of_readme("output")}
    assert described == outputs


@every_option_of_a_command
def test_the_help_shows_every_flag_of_an_option(name: str, option: Option) -> None:
    words = re.split(r"[\s,]+", help_of(name))
    assert [flag for flag in (f"--{option.name}", *option.flags) if flag not in words] == []


@every_option_of_a_command
def test_the_help_explains_an_option_with_its_default(name: str, option: Option) -> None:
    default = f"[default: {option.shown_default}]" if option.shown_default else ""
    entry = f"--{option.name}{'' if option.is_flag else 'TEXT'}{option.help}{default}"
    # Lines break where the terminal ends.
    assert without_blanks(entry) in without_blanks(help_of(name))


def test_the_top_of_the_changelog_is_this_version_or_what_is_unreleased() -> None:
    text = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    top = re.findall(r"^## \[?([^\]\s]+)", text, flags=re.MULTILINE)[0]
    assert top in {erd.__version__, "Unreleased"}


def test_the_readmes_picture_shows_what_the_demo_draws() -> None:
    picture = html.unescape(PICTURE.read_text(encoding="utf-8"))
    drawn_tables = re.findall(r'<g id="([^"]+)" class="node">', picture)
    erd = drawn()
    assert sorted(drawn_tables) == sorted(table.name for table in erd.tables)
    assert len(re.findall(r'class="edge"', picture)) == len(erd.relationships)
    words = {word.strip() for word in re.findall(r"<text [^>]*>([^<]+)</text>", picture)}
    assert [column.name for table in erd.tables for column in table.columns if column.name not in words] == []
