"""The workflows that people copy: those in `examples/workflows`, and those that stand in the documents."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.container.engine import REPOSITORY

FOLDER = REPOSITORY / "examples" / "workflows"
FILES = sorted(FOLDER.glob("*.yml"))
DOCUMENTS = sorted([REPOSITORY / "README.md", *(REPOSITORY / "docs").glob("*.md")])
_FENCE = re.compile(r"^```ya?ml\n(.*?)^```$", re.MULTILINE | re.DOTALL)

each_file = pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)


class Fenced(NamedTuple):
    """A workflow in a document."""

    document: str
    text: str


def fenced_workflows() -> Iterator[Fenced]:
    """All of them; what has no jobs is no workflow of GitHub."""
    for document in DOCUMENTS:
        for text in _FENCE.findall(document.read_text(encoding="utf-8")):
            if re.search(r"^jobs:$", text, re.MULTILINE) and re.search(r"^on:", text, re.MULTILINE):
                yield Fenced(document.name, text)


def text_of(file: Path) -> str:
    """An example."""
    return file.read_text(encoding="utf-8")
