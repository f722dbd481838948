"""Asks `@dbml/core` itself what it reads in DBML, many documents with one start of Node."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

import msgspec

from tests.tools.node import node, node_modules

SCRIPT = Path(__file__).with_name("judge.cjs")


class ReadColumn(msgspec.Struct, frozen=True):
    """A column as the parser reads it."""

    name: str
    type: str
    note: str = ""
    not_null: bool = False


class ReadKey(msgspec.Struct, frozen=True):
    """A line of `indexes`."""

    columns: tuple[str, ...]
    primary: bool
    unique: bool


class ReadTable(msgspec.Struct, frozen=True):
    """A table as the parser reads it; the schema is `public` where DBML names none."""

    schema: str
    name: str
    note: str
    columns: tuple[ReadColumn, ...]
    keys: tuple[ReadKey, ...]


class ReadEnd(msgspec.Struct, frozen=True):
    """One end of a reference; `relation` is `1` or `*`."""

    schema: str
    table: str
    columns: tuple[str, ...]
    relation: str


class ReadGroup(msgspec.Struct, frozen=True):
    """A group: its name, and the schema and name of each of its tables."""

    name: str
    tables: tuple[tuple[str, str], ...]


class Document(msgspec.Struct, frozen=True):
    """All that the parser reads in a document, or its complaints and nothing else."""

    errors: tuple[str, ...]
    tables: tuple[ReadTable, ...] = ()
    refs: tuple[tuple[ReadEnd, ReadEnd], ...] = ()
    groups: tuple[ReadGroup, ...] = ()


class Judge:
    """A running Node that reads one document after the other."""

    def __init__(self, questions: IO[str], answers: IO[str]) -> None:
        self._questions = questions
        self._answers = answers

    def read(self, dbml: str) -> Document:
        """What `@dbml/core` reads in this text."""
        # `json` and not `msgspec`: it writes and reads halves of characters, which JavaScript's strings may hold.
        self._questions.write(json.dumps(dbml) + "\n")
        self._questions.flush()
        return msgspec.convert(json.loads(self._answers.readline()), Document)


@contextmanager
def running_judge() -> Iterator[Judge]:
    """Node with the judge's script, until the block ends. Raises `ToolMissing` where there is none."""
    command = [node(), str(SCRIPT), str(node_modules() / "@dbml" / "core")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        yield Judge(process.stdin, process.stdout)
