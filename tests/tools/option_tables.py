"""Writes the options into `docs/options.md` and `action.yml`, from their one table in `erd/options.py`.

python -m tests.tools.option_tables
"""

import re
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import yaml

from erd.options import OPTIONS, Option

ROOT = Path(__file__).parents[2]
PAGE, ACTION = ROOT / "docs" / "options.md", ROOT / "action.yml"
_TABLES = re.compile(r"(<!-- options -->\n).*(<!-- end of options -->\n)", re.DOTALL)
_OUTPUTS = re.compile(r"(<!-- outputs -->\n).*(<!-- end of outputs -->\n)", re.DOTALL)
_INPUTS = re.compile(r"(\ninputs:\n).*?(\noutputs:\n)", re.DOTALL)
# With a default of its own, an input that is not set would win over the environment and the file. The workflow's token
# is the one that only the runner can hand on.
OWN_DEFAULTS = {"github-token": "${{ github.token }}"}


def page(before: str) -> str:
    """The page with its tables as they should be; all around them stays."""
    with_options = _TABLES.sub(lambda found: found[1] + "".join(_tables()) + found[2], before)
    return _OUTPUTS.sub(lambda found: found[1] + "".join(_outputs()) + found[2], with_options)


def action(before: str) -> str:
    """The Action's contract with its inputs as they should be."""
    return _INPUTS.sub(lambda found: found[1] + "".join(_inputs()) + found[2], before)


def _tables() -> Iterator[str]:
    for group, options in groupby(OPTIONS, key=lambda option: option.group):
        yield f"\n## {group.capitalize()}\n\n| option | default | what it does | short flag |\n|---|---|---|---|\n"
        for option in options:
            flags = ", ".join(f"`{flag}`" for flag in option.flags)
            yield f"| `{option.name}` | {_cell(option.shown_default)} | {_cell(option.help)} | {flags} |\n"
    yield "\n"


def _cell(text: str) -> str:
    return re.sub(r"<!--.*?-->", r"`\g<0>`", text).replace("|", "\\|")


def _outputs() -> Iterator[str]:
    yield "\n| output | what it holds |\n|---|---|\n"
    for name, output in yaml.safe_load(ACTION.read_text(encoding="utf-8"))["outputs"].items():
        yield f"| `{name}` | {output['description']} |\n"
    yield "\n"


def _inputs() -> Iterator[str]:
    for option in OPTIONS:
        if option.is_input:
            yield f'  {option.name}:\n    description: "{described(option)}"\n    required: false\n'
            if option.instead:
                yield f'    deprecationMessage: "Give {option.instead} instead."\n'
            if own := OWN_DEFAULTS.get(option.name):
                yield f"    default: {own}\n"


def described(option: Option) -> str:
    """What an input's description says: its help, and its default."""
    return f"{option.help} Default: {option.shown_default}." if option.shown_default else option.help


if __name__ == "__main__":
    ACTION.write_text(action(ACTION.read_text(encoding="utf-8")), encoding="utf-8")
    PAGE.write_text(page(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
