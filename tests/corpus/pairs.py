"""Finds the corpus, and draws a pair of it as a user would: by the command, as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "DBT_ARTIFACT_CORPUS"
NO_CORPUS = "none"
ALL_TYPES = ("model", "source", "seed", "snapshot")
SECONDS = 300

_FOREIGN_VARIABLES = ("DBTERD_", "DBT_", "GITHUB_", "INPUT_", "ACTIONS_")


class Identified(msgspec.Struct, frozen=True):
    """A node of a manifest, as far as the corpus tests look into it without the project's own reader."""

    resource_type: str
    depends_on: dict[str, list[str]] | None = None


class Nodes(msgspec.Struct, frozen=True):
    """The nodes and sources of a manifest."""

    nodes: dict[str, Identified]
    sources: dict[str, Identified]

    @property
    def tables(self) -> list[str]:
        """The `unique_id`s of all models, seeds, snapshots and sources."""
        return [*self.sources, *(name for name, node in self.nodes.items() if node.resource_type in ALL_TYPES)]


def corpus_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the corpus lies, whether it is there or not."""
    named = environment.get(VARIABLE)
    return Path(named).resolve() if named else ROOT.parent / "shared" / "corpus"


def pairs(folder: Path) -> list[Path]:
    """The folders of the corpus that hold both artifacts, sorted by name; none when there is no corpus."""
    return sorted(catalog.parent for catalog in folder.glob("*/catalog.json") if _manifest(catalog.parent).is_file())


def read_nodes(pair: Path) -> Nodes:
    """The manifest of a pair, read without the project's own reader."""
    return msgspec.json.decode(_manifest(pair).read_bytes(), type=Nodes)


def our_command(pair: Path, types: Sequence[str], output: Path) -> list[str]:
    """The command that draws a pair into `output`/output.dbml."""
    command = [sys.executable, "-m", "erd", "run", "--artifacts-dir", str(pair), "-t", "dbml", "-o", str(output)]
    return [*command, *(word for kind in types for word in ("-rt", kind))]


def run(command: Sequence[str], folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in `folder`, with this project importable and no options from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    return subprocess.run(
        command, cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip


def _manifest(pair: Path) -> Path:
    return pair / "manifest.json"
