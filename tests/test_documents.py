"""What is written down agrees with what the code does: action.yml, README, CHANGELOG and the help."""

import html
import re
import shlex
import subprocess
import sys
import tomllib
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

import erd
from erd.action import action
from erd.cli import command
from erd.options import DIFF, OPTIONS, RUN, RUN_METADATA, Option
from tests.builders import a_manifest, a_model, write_artifacts
from tests.container.file_commands import parse_pairs
from tests.tools import option_tables
from tests.tools.readme_picture import PICTURE, drawn

ROOT = Path(__file__).parent.parent
INPUTS = [option for option in OPTIONS if option.is_input]
DOCUMENTS = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]

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


def commands_in_documents() -> set[str]:
    """The lines by which readers are told to run the command."""
    text = "\n".join(document.read_text(encoding="utf-8") for document in DOCUMENTS)
    lines = re.findall(
        r"^ *(dbt-cloud-erd [a-z].*)$|`(dbt-cloud-erd (?:run|diff|demo|init|debug|run-)[^`…]*)`",
        text,
        flags=re.MULTILINE,
    )
    return {(block or inline).strip() for block, inline in lines}


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


def test_the_inputs_and_the_page_of_options_are_as_their_command_writes_them() -> None:
    for file, written in ((option_tables.ACTION, option_tables.action), (option_tables.PAGE, option_tables.page)):
        text = file.read_text(encoding="utf-8")
        assert written(text) == text, "run: .venv/bin/python -m tests.tools.option_tables"


@pytest.mark.parametrize("option", INPUTS, ids=lambda option: option.name)
def test_an_input_is_described_by_the_options_help_and_default(option: Option) -> None:
    own = {"default": "${{ github.token }}"} if option.name == "github-token" else {}
    wanted = {"description": option_tables.described(option), "required": False}
    assert contract()["inputs"][option.name] == wanted | own


def test_the_action_declares_the_outputs_that_it_writes(tmp_path: Path) -> None:
    assert set(contract()["outputs"]) == names_written_by_the_action(tmp_path)


def test_every_output_says_what_it_holds() -> None:
    assert all(output.keys() == {"description"} and output["description"] for output in contract()["outputs"].values())


def test_the_page_of_options_has_each_in_its_group_and_every_further_variable() -> None:
    text = option_tables.PAGE.read_text(encoding="utf-8")
    heads = re.findall(r"^## (.+)$|^\| (`[a-z-]+`) \|", text, flags=re.MULTILINE)
    for option in OPTIONS:
        place = heads.index(("", f"`{option.name}`"))
        assert next(head for head, _ in reversed(heads[:place]) if head).lower() == option.group
    assert [name for option in OPTIONS for name in option.variables if f"`{name}`" not in text] == []


def architecture() -> str:
    return (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")


@cache
def depths() -> dict[str, int]:
    """How far down in the layers of the imports each module is."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    (layers,) = [one["layers"] for one in project["tool"]["importlinter"]["contracts"] if one["type"] == "layers"]
    return {name: depth for depth, layer in enumerate(layers) for name in layer.split(" | ")}


def test_the_table_of_the_architecture_has_the_layers_of_the_imports() -> None:
    rows = re.findall(r"^\| (`.*?) \|", architecture(), flags=re.MULTILINE)
    found = [name for row in rows for name in re.findall(r"`(\w+)`", row)]
    assert sorted(found) == sorted(depths())
    assert [depths()[name] for name in found] == sorted(depths().values())


def test_the_picture_of_the_architecture_has_every_room_and_its_arrows_go_against_the_imports() -> None:
    arrows = re.findall(r"^ *(\w+) --> (\w+)", architecture(), flags=re.MULTILINE)
    rooms = {file.parent.name for file in (ROOT / "erd").glob("*/__init__.py")} - {"demo"}
    assert rooms | {"model"} <= {name for arrow in arrows for name in arrow}
    # What makes the model knows it, and the model knows nobody.
    upward = [(start, end) for start, end in arrows if end != "model"]
    assert [arrow for arrow in upward if depths()[arrow[1]] >= depths()[arrow[0]]] == []


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda file: file.name)
def test_a_link_in_a_document_leads_somewhere(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    links = re.findall(r"\]\(([^)#\s]*)(?:#([^)\s]+))?\)|(?:src|srcset)=\"([^\"]+)\"", text)
    for path, anchor, picture in links:
        if path.startswith(("https://", "http://")):
            continue
        target = (document.parent / (path or picture)).resolve() if path or picture else document
        assert target.exists(), path or picture
        if anchor:
            assert anchor in anchors_of(target), f"{path}#{anchor}"


def anchors_of(document: Path) -> set[str]:
    """Where GitHub lets links into a document lead to: its headings, in lower case without marks."""
    heads = re.findall(r"^#+ (.+)$", document.read_text(encoding="utf-8"), flags=re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


@pytest.mark.parametrize("line", sorted(commands_in_documents()))
def test_a_command_in_a_document_has_the_flags_that_it_is_given(line: str) -> None:
    _, name, *words = shlex.split(line, comments=True)
    with command.commands[name].make_context(name, words):
        pass


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
