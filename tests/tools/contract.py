"""Writes `tests/contract.json`: all that users build on, and that so may not go or change within a major version.

python -m tests.tools.contract

It refuses to write what would break them. What is new is added.
"""

import inspect
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import click
import yaml

import erd
from erd.action import INTERRUPTED, TERMINATED, UNEXPECTED
from erd.cli import command
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

RECORD = Path(__file__).parents[1] / "contract.json"
ACTION = Path(__file__).parents[2] / "action.yml"
Contract = dict[str, Any]
_KINDS = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def contract() -> Contract:
    """All of it as it is now: what stands in a list or under a key is there, and has that value."""
    action = yaml.safe_load(ACTION.read_text(encoding="utf-8"))
    return {
        "major": int(erd.__version__.partition(".")[0]),
        "inputs": {name: _input(given) for name, given in action["inputs"].items()},
        "outputs": sorted(action["outputs"]),
        "options": {option.name: _option(option) for option in OPTIONS},
        "commands": {name: _flags(one) for name, one in sorted(command.commands.items())},
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
        "schemas": {file.name: dict(_facts(json.loads(file.read_bytes()))) for file in sorted(SCHEMAS.glob("*.json"))},
    }


def breaks(recorded: Any, now: Any, at: str = "") -> Iterator[str]:
    """What is recorded and is not so any more, each in words; what is new is none."""
    match recorded, now:
        case dict(), dict():
            for key, value in recorded.items():
                if key in now:
                    yield from breaks(value, now[key], f"{at} / {key}" if at else str(key))
                else:
                    yield f"{at}: {key} is gone"
        case list(), list():
            yield from (f"{at}: {one} is gone" for one in recorded if one not in now)
        case _ if recorded != now:
            yield f"{at}: was {recorded!r} and is {now!r}"


def broken(recorded: Contract, now: Contract) -> list[str]:
    """What breaks those who use it; nothing does in a new major version."""
    return list(breaks(recorded, now)) if now["major"] == recorded["major"] else []


def written(now: Contract) -> str:
    """The record."""
    return json.dumps(now, indent=2, ensure_ascii=False) + "\n"


def _input(given: dict[str, Any]) -> dict[str, Any]:
    return {"required": given.get("required", False), "default": given.get("default", "")}


def _option(option: Option) -> dict[str, Any]:
    known = inspect.getclosurevars(option.check).nonlocals.get("known", ())
    return {
        "variables": [option.variable, *option.variables],
        "flags": list(option.flags),
        "default": str(Settings._field_defaults[option.field]),
        **({"values": list(known)} if known else {}),
        **({"several": True} if option.repeatable else {}),
    }


def _flags(one: click.Command) -> list[str]:
    return sorted(name for parameter in one.params for name in (*parameter.opts, *parameter.secondary_opts))


def _facts(schema: dict[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """What a reader of the documents can rely on: of each place its type, and that it is always there."""
    yield from _below(schema, "")
    for name, definition in schema.get("$defs", {}).items():
        yield from _below(definition, name)


def _below(schema: dict[str, Any], at: str) -> Iterator[tuple[str, dict[str, Any]]]:
    required = schema.get("required", ())
    for name, one in schema.get("properties", {}).items():
        fact: dict[str, Any] = {"is": _kind(one)}
        yield f"{at}.{name}", fact | ({"always": True} if name in required else {})
        yield from _below(one, f"{at}.{name}")
    for word in ("items", "additionalProperties"):
        if isinstance(schema.get(word), dict):
            yield from _below(schema[word], f"{at}[]")


def _kind(schema: dict[str, Any]) -> str:
    """What can stand there, in one word for each; values out of a list may become more, and are not told."""
    if "$ref" in schema:
        return re.sub(r".*/", "", str(schema["$ref"]))
    kinds = [_kind(one) for word in ("anyOf", "oneOf") for one in schema.get(word, ())]
    kinds += [str(schema["type"])] if isinstance(schema.get("type"), str) else list(schema.get("type", ()))
    if not kinds:
        kinds = sorted({_KINDS[type(value)] for value in schema.get("enum", [schema.get("const")])})
    return " or ".join(dict.fromkeys(kinds))


if __name__ == "__main__":
    current = contract()
    if RECORD.exists() and (found := broken(json.loads(RECORD.read_bytes()), current)):
        sys.exit("This breaks those who use it, and so needs a new major version:\n" + "\n".join(found))
    RECORD.write_text(written(current), encoding="utf-8")
