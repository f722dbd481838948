"""Writes `tests/contract.json`: all that users build on, and that so may not go or change within a major version.

python -m tests.tools.contract

It refuses to write what would break them. What is new is added.
"""

import inspect
import json
import sys
import tempfile
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

import erd
from erd import checks
from erd.action import INTERRUPTED, TERMINATED, UNEXPECTED
from erd.cli import command
from erd.configuration import read_configuration
from erd.errors import ErdError, UsageError
from erd.formats import TARGETS
from erd.github.commit_message import BRANCH_TRAILER, OWN_TRAILER
from erd.github.own_pull_request import OWN_BRANCHES
from erd.github.saying import Marker, Order
from erd.options import OPTIONS, Option
from erd.pipeline import DIFF_JSON, DIFF_MARKDOWN
from erd.publishing import GATE_TRIPPED
from erd.report.embedding import BEGIN, END
from erd.settings import Settings
from tests.tools.documents import SCHEMAS
from tests.tools.schema_facts import facts

RECORD = Path(__file__).parents[1] / "contract.json"
ACTION = Path(__file__).parents[2] / "action.yml"
Contract = dict[str, Any]

_WORDS = {checks.algorithm: checks.ALGORITHMS, checks.commit_message: checks.PLACEHOLDERS}

# One of each kind of value: which of them an option takes says what it is for.
SAMPLES = (
    "true",
    "7",
    "0",
    "0.5",
    "v3",
    "orders",
    "docs/erd",
    "https://ab123.us1.dbt.com/deploy/1/projects/2/runs/3",
    "https://ab123.us1.dbt.com/deploy/1/projects/2/jobs/3",
    "test_relationship:(name:fk|c_from:a|c_to:b|t_to:c)",
    "A. Body <a@example.com>",
)
# Where a project keeps options, each with one.
CONFIGURATIONS = {".dbterd.yml": "output: docs", "pyproject.toml": "[tool.dbterd]\noutput = 'docs'"}


def contract() -> Contract:
    """All of it as it is now: what stands in a list or under a key is there, and has that value."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return {
        "major": int(erd.__version__.partition(".")[0]),
        "inputs": {name: _input(given) for name, given in action["inputs"].items()},
        "outputs": sorted(action["outputs"]),
        "options": {option.name: _option(option) for option in OPTIONS},
        "configuration": list(_configurations()),
        "commands": dict(_commands()),
        "targets": {name: target.file_name for name, target in TARGETS.items()},
        "files of a review": sorted((DIFF_JSON, DIFF_MARKDOWN)),
        "exit codes": {
            "failed": ErdError.exit_code,
            "unexpected": UNEXPECTED,
            "wrong usage": UsageError.exit_code,
            "fail-on": GATE_TRIPPED,
            "interrupted": INTERRUPTED,
            "terminated": TERMINATED,
        },
        "marks": {
            "comment": str(Marker(comment_id="erd", commit="c", order=Order(1, 2), hash="h")),
            "commit": OWN_TRAILER,
            "commit of a pull request": BRANCH_TRAILER,
            "branch of a pull request": OWN_BRANCHES,
            "block begins": BEGIN,
            "block ends": END,
        },
        "schemas": {file.name: facts(json.loads(file.read_bytes())) for file in sorted(SCHEMAS.glob("*.json"))},
    }


def broken(recorded: Contract, now: Contract) -> list[str]:
    """What breaks those who use it, each in words; nothing does in a new major version."""
    return [] if now["major"] > recorded["major"] else list(_breaks(recorded, now))


def refresh(record: Path, now: Contract) -> list[str]:
    """Write the record, unless something breaks those who use it: then that is returned, and the record stays."""
    found = broken(json.loads(record.read_bytes()), now) if record.exists() else []
    if not found:
        record.write_text(json.dumps(now, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return found


def _breaks(recorded: Any, now: Any, at: str = "") -> Iterator[str]:
    """What is recorded and is not so any more; what is new is none."""
    match recorded, now:
        case dict(), dict():
            for key, value in recorded.items():
                if key in now:
                    yield from _breaks(value, now[key], f"{at} / {key}" if at else str(key))
                else:
                    yield f"{at}: {key} is gone"
        case list(), list():
            yield from (f"{at}: {one} is gone" for one in recorded if one not in now)
        case str(), str() if at.endswith(" / is"):
            # Who reads a document is ready for what it was; they need not be for anything else.
            yield from (f"{at}: {one} is new" for one in now.split(" or ") if one not in recorded.split(" or "))
        case _ if recorded != now:
            yield f"{at}: was {recorded!r} and is {now!r}"


def _input(given: dict[str, Any]) -> dict[str, Any]:
    return {"required": given.get("required", False), "default": given.get("default", "")}


def _option(option: Option) -> dict[str, Any]:
    values = _values(option)
    return {
        "variables": [option.variable, *option.variables],
        "flags": list(option.flags),
        "default": str(Settings._field_defaults[option.field]),
        **({"secret": True} if option.is_secret else {"takes": [one for one in SAMPLES if _takes(option, one)]}),
        **({"values": list(values)} if values else {}),
        **({"several": True} if option.repeatable else {}),
    }


def _values(option: Option) -> Collection[str]:
    """The words that mean something in it, if there are such."""
    if option.check in _WORDS:
        return _WORDS[option.check]
    known: Collection[str] = inspect.getclosurevars(option.check).nonlocals.get("known", ())
    return known


def _takes(option: Option, sample: str) -> bool:
    try:
        option.check(sample)
    except ValueError:
        return False
    return True


def _configurations() -> Iterator[str]:
    for name, content in CONFIGURATIONS.items():
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, name).write_text(content, encoding="utf-8")
            if read_configuration(Path(folder)) == ({"output": "docs"}, name):
                yield name


def _commands() -> Iterator[tuple[str, dict[str, Any]]]:
    """The flags of each command, and of the program itself."""
    parent = click.Context(command, **command.context_settings)
    yield "dbt-cloud-erd", {name: _flag(one) for one in command.get_params(parent) for name in one.opts}
    for name, one in sorted(command.commands.items()):
        parameters = one.get_params(click.Context(one, parent))
        yield name, {flag: _flag(parameter) for parameter in parameters for flag in parameter.opts}


def _flag(parameter: click.Parameter) -> str | dict[str, Any]:
    """Whether a value is to be given with it; all that is said about it, if it is not that of an option."""
    kind = "switch" if isinstance(parameter, click.Option) and parameter.is_flag else "value"
    choices = parameter.type.choices if isinstance(parameter.type, click.Choice) else ()
    more = {
        **({"values": list(choices), "default": parameter.default} if choices else {}),
        **({"variable": parameter.envvar} if parameter.envvar else {}),
    }
    return {"takes": kind} | more if more else kind


if __name__ == "__main__":
    if breaking := refresh(RECORD, contract()):
        sys.exit("This breaks those who use it, and so needs a new major version:\n" + "\n".join(breaking))
