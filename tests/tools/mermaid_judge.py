"""Asks mermaid itself what it reads in an `erDiagram`, many documents with one start of Node."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from tests.tools.node import node, node_modules

SCRIPT = Path(__file__).with_name("mermaid_judge.mjs")
VERSIONS = ("mermaid-11", "mermaid-12")
"""The packages that judge: the newest of the version that GitHub has, and of the version after it."""

OLDER = Path(__file__).with_name("older_mermaid")
OLDEST_FULL, OLDEST_PLAIN = "mermaid-11.5", "mermaid-10"
"""The oldest versions that each style is for; they have a folder of their own, which nobody brings up to date."""


class ReadRow(msgspec.Struct, frozen=True):
    """A row of a table, as mermaid reads it."""

    type: str
    name: str
    keys: tuple[str, ...] = ()
    comment: str = ""


class ReadBox(msgspec.Struct, frozen=True):
    """A table, as mermaid reads it."""

    id: str
    title: str
    classes: tuple[str, ...]
    rows: tuple[ReadRow, ...] = ()


class ReadLine(msgspec.Struct, frozen=True):
    """A line between two tables, by their ids; the ends in mermaid's words, such as `ZERO_OR_MORE`."""

    left: str
    right: str
    label: str
    left_end: str
    right_end: str
    solid: bool


class Diagram(msgspec.Struct, frozen=True):
    """All that mermaid reads in a document, or its complaints and nothing else."""

    errors: tuple[str, ...]
    entities: tuple[ReadBox, ...] = ()
    lines: tuple[ReadLine, ...] = ()
    classes: tuple[str, ...] = ()
    direction: str = ""


class MermaidJudge:
    """A running Node that reads one document after the other."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def read(self, document: str) -> Diagram:
        """What mermaid reads in this text."""
        self._questions.write(json.dumps(document) + "\n")
        self._questions.flush()
        return msgspec.convert(json.loads(self._answers.readline()), Diagram)


@contextmanager
def running_mermaid_judge(version: str) -> Iterator[MermaidJudge]:
    """Node with the judge's script, until the block ends; `version` is one of those above. Raises `ToolMissing`."""
    packages = node_modules(OLDER) if version in {OLDEST_FULL, OLDEST_PLAIN} else node_modules()
    command = [node(), str(SCRIPT), str(node_modules() / "jsdom"), str(packages / version)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield MermaidJudge(process.stdin, process.stdout)
