"""Asks D2's own compiler what it reads in documents, many with one start of Node."""

import json
import subprocess
from collections.abc import Mapping
from pathlib import Path

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


def d2_complaints(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What D2 has against each of these documents; without an entry where it has nothing.

    Raises `ToolMissing` where there is no Node.
    """
    return {name: list(document.errors) for name, document in read(texts).items() if document.errors}


def read(texts: Mapping[str, str]) -> dict[str, Document]:
    """What D2 reads in each of these documents. Raises `ToolMissing` where there is no Node."""
    module = node_modules() / "@terrastruct" / "d2" / "dist" / "node-esm" / "index.js"
    try:
        done = subprocess.run(
            [node(), str(SCRIPT), str(module)],
            input="".join(json.dumps(text) + "\n" for text in texts.values()),
            capture_output=True, encoding="utf-8", timeout=SECONDS, check=True,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        return dict.fromkeys(texts, Document(errors=(f"all together took longer than {SECONDS} seconds",)))
    # Not by `splitlines`: JSON may hold line ends other than this one as they are.
    answers = [msgspec.json.decode(line, type=Document) for line in done.stdout.rstrip("\n").split("\n")]
    return dict(zip(texts, answers, strict=True))
