"""Asks GitHub's own parser and evaluator what stands in workflows and in `action.yml`, and what expressions are.

What a workflow may have and is not named here is refused by name: a test must not pass over it in silence.
"""

import json
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any, NamedTuple

import msgspec

from tests.tools.node import node, node_modules

SCRIPT = Path(__file__).with_name("workflow_reader.mjs")


class InvalidError(Exception):
    """GitHub would refuse the file, or the expression, for these reasons."""


class Expression(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What stands between `${{` and `}}`; text around it has become a part of it."""

    text: str = msgspec.field(name="${{")


Value = str | float | bool | None | Expression
Permissions = str | dict[str, str]


class Step(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A step: an action with what it is given, or commands for a shell."""

    id: str
    condition: Expression = msgspec.field(name="if")
    name: Value = None
    uses: str = ""
    given: dict[str, Value] = msgspec.field(name="with", default_factory=dict)
    run: Value = None
    env: dict[str, Value] = {}
    continue_on_error: bool = False
    timeout_minutes: float = 0


class Job(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A job; without permissions of its own it has the workflow's."""

    condition: Expression = msgspec.field(name="if")
    steps: list[Step]
    runs_on: str
    needs: list[str] = []
    name: Value = None
    permissions: Permissions | None = None
    env: dict[str, Value] = {}
    outputs: dict[str, Value] = {}
    timeout_minutes: float = 0
    concurrency: Any = None


class Workflow(msgspec.Struct, frozen=True, forbid_unknown_fields=True, rename="kebab", kw_only=True):
    """A workflow; `on` has the filters of each event."""

    on: dict[str, Any]
    jobs: dict[str, Job]
    name: str = ""
    run_name: Value = None
    permissions: Permissions | None = None
    env: dict[str, Value] = {}
    concurrency: Any = None


class Input(msgspec.Struct, frozen=True):
    """An input of an action."""

    default: Value = None


class Runs(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How an action is run."""

    using: str
    image: str
    env: dict[str, Value] = {}


class ActionFile(msgspec.Struct, frozen=True):
    """An `action.yml`."""

    inputs: dict[str, Input]
    runs: Runs


class Evaluated(NamedTuple):
    """An expression's value as text, and as a condition."""

    text: str
    holds: bool


class WorkflowReader:
    """A running Node that answers one question after the other. Each method raises `InvalidError`."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def workflow(self, text: str) -> Workflow:
        """A workflow file."""
        return msgspec.convert(self._ask({"workflow": text})["read"], Workflow)

    def action(self, text: str) -> ActionFile:
        """An `action.yml`."""
        return msgspec.convert(self._ask({"action": text})["read"], ActionFile)

    def evaluate(self, expression: Expression, contexts: Mapping[str, Any], *, failed: bool = False) -> Evaluated:
        """What an expression is among these contexts, in a job in which a step has failed or none."""
        answer = self._ask({"expression": expression.text, "contexts": contexts, "failed": failed})
        return Evaluated(answer["text"], answer["holds"])

    def text(self, value: Value, contexts: Mapping[str, Any]) -> str:
        """What a value becomes that is handed on as text."""
        match value:
            case Expression():
                return self.evaluate(value, contexts).text
            case None:
                return ""
            case bool():
                return str(value).lower()
            case float():
                return f"{value:g}"
        return value

    def texts(self, values: Mapping[str, Value], contexts: Mapping[str, Any]) -> dict[str, str]:
        """What such values become."""
        return {name: self.text(value, contexts) for name, value in values.items()}

    def _ask(self, question: Mapping[str, Any]) -> Any:
        self._questions.write(json.dumps(question) + "\n")
        self._questions.flush()
        answer = json.loads(self._answers.readline())
        if answer["errors"]:
            raise InvalidError("\n".join(answer["errors"]))
        return answer


@contextmanager
def running_workflow_reader() -> Iterator[WorkflowReader]:
    """Node with the reader's script, until the block ends. Raises `ToolMissing` where there is none."""
    node_modules()
    command = [node(), str(SCRIPT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield WorkflowReader(process.stdin, process.stdout)
        process.stdin.close()
