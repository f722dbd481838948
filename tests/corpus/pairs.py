"""Finds the corpus, and draws a pair of it as a user would: by the command, as a process of its own."""

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
VARIABLE = "DBT_ARTIFACT_CORPUS"
NO_CORPUS = "none"
OURS = (sys.executable, "-m", "erd")
ALL_TYPES = ("model", "source", "seed", "snapshot")
SECONDS = 300

_FOREIGN_VARIABLES = ("DBTERD_", "DBT_", "GITHUB_", "INPUT_", "ACTIONS_")


def corpus_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """Where the corpus lies, whether it is there or not."""
    named = environment.get(VARIABLE)
    return Path(named).resolve() if named else ROOT.parent / "shared" / "corpus"


def pairs(folder: Path) -> list[Path]:
    """The folders of the corpus that hold both artifacts, sorted by name; none when there is no corpus."""
    return sorted(catalog.parent for catalog in folder.glob("*/catalog.json") if manifest_of(catalog.parent).is_file())


def draw_command(
    program: Sequence[str], pair: Path, types: Sequence[str], output: Path, *, target: str = "dbml", algorithm: str = ""
) -> list[str]:
    """The command that draws a pair into the folder `output`, in the words that this project shares with dbterd."""
    chosen = ("-a", algorithm) if algorithm else ()
    asked = (*chosen, *(word for kind in types for word in ("-rt", kind)))
    return [*program, "run", "-ad", str(pair), "-t", target, "-o", str(output), *asked]


def run(command: Sequence[str], folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    """Run a command in `folder`, with this project importable and no options from outside."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(_FOREIGN_VARIABLES)}
    return subprocess.run(
        command, cwd=folder, env={**kept, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip


def manifest_of(pair: Path) -> Path:
    """The manifest of a pair."""
    return pair / "manifest.json"
