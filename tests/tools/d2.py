"""Asks D2's own compiler what it reads in documents, many with one start of Node."""

import json
import subprocess
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeAlias

import msgspec

from tests.tools.node import node, node_modules

SCRIPT = Path(__file__).with_name("d2.mjs")
SECONDS = 300


class ReadColumn(msgspec.Struct, frozen=True):
    """A column as the compiler reads it."""

    name: str
    type: str
    constraints: tuple[str, ...] = ()


class ReadTable(msgspec.Struct, frozen=True):
    """A table as the compiler reads it; its id has the container's before it."""

    id: str
    label: str
    tooltip: str
    columns: tuple[ReadColumn, ...]


class ReadContainer(msgspec.Struct, frozen=True):
    """A shape that is no table."""

    id: str
    label: str


class ReadConnection(msgspec.Struct, frozen=True):
    """A connection: the ids of its ends, their columns, empty for none, and their arrowheads."""

    ends: tuple[str, str]
    columns: tuple[str, str]
    arrows: tuple[str, str]
    label: str
    classes: tuple[str, ...]
    dashed: bool


class Document(msgspec.Struct, frozen=True):
    """All that the compiler reads in a document, or its complaints and nothing else."""

    errors: tuple[str, ...]
    tables: tuple[ReadTable, ...] = ()
    containers: tuple[ReadContainer, ...] = ()
    connections: tuple[ReadConnection, ...] = ()


Reader: TypeAlias = Callable[[str], Document]


def d2_complaints(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What D2 has against each of these documents; without an entry where it has nothing.

    Raises `ToolMissing` where there is no Node.
    """
    asked = "".join(json.dumps(text) + "\n" for text in texts.values())
    try:
        done = subprocess.run(
            _command(), input=asked, capture_output=True, encoding="utf-8", timeout=SECONDS, check=True
        )
    except subprocess.TimeoutExpired:
        return {name: [f"all together took longer than {SECONDS} seconds"] for name in texts}
    # Not by `splitlines`: JSON may hold line ends other than this one as they are.
    answers = [msgspec.json.decode(line, type=Document) for line in done.stdout.rstrip("\n").split("\n")]
    return {name: list(answer.errors) for name, answer in zip(texts, answers, strict=True) if answer.errors}


@contextmanager
def running_d2() -> Iterator[Reader]:
    """What D2 reads in one document after the other, until the block ends. Raises `ToolMissing` where it is not."""
    with subprocess.Popen(_command(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        questions, answers = process.stdin, process.stdout
        assert questions is not None
        assert answers is not None

        def read(text: str) -> Document:
            questions.write(json.dumps(text) + "\n")
            questions.flush()
            return msgspec.json.decode(answers.readline(), type=Document)

        yield read
        questions.close()


def _command() -> list[str]:
    module = node_modules() / "@terrastruct" / "d2" / "dist" / "node-esm" / "index.js"
    return [node(), str(SCRIPT), str(module)]
