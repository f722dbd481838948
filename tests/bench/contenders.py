"""Who runs in the bench: how each is started, and how its work is checked."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from erd.options import TARGETS
from tests.bench.generate import Made
from tests.bench.measure import RunFailed

ROOT = Path(__file__).resolve().parents[2]
FILES = ROOT / "bench-files"

DBTERD = "dbterd 1.32.0"
OURS = "dbt-cloud-erd"
REVIEW = f"{OURS} diff"
BARE = "bare decode"

_DBTERD_PACKAGES = ("dbterd==1.32.0", "PyYAML")
_FOREIGN_VARIABLES = ("DBTERD_", "DBT_", "GITHUB_", "INPUT_", "ACTIONS_")
_ENOUGH = 3
LARGE = 10_000


class Contender(msgspec.Struct, frozen=True):
    """A tool, as the command that draws the project of a folder; `output` is the diagram, if it writes one."""

    name: str
    command: tuple[str, ...]
    output: Path | None = None

    def check(self, made: Made) -> None:
        """The diagram has each model and each relationship of the project. Raises `RunFailed`."""
        if self.output is None:
            return
        tables, refs = _count(self.output)
        if (tables, refs) != (made.models, made.relationships):
            raise RunFailed(
                f"{self.name} drew {tables} tables and {refs} relationships,"
                f" not {made.models} and {made.relationships}."
            )

    def runs(self, wanted: int, models: int) -> int:
        """How often it is measured. The slow one less often: its time leaves no room for doubt."""
        if self.name.startswith(f"{OURS} -t"):
            return min(wanted, _ENOUGH)
        if self.name != DBTERD:
            return wanted
        return 1 if models >= LARGE else min(wanted, _ENOUGH)


def dbterd(project: Path) -> Contender:
    """The tool to beat, in an environment of its own, made when it is not there."""
    home = FILES / "dbterd-1.32.0"
    program = home / "bin" / "dbterd"
    output = _output_folder("dbterd")
    if not (home / "complete").exists():
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(home)], check=True)
        subprocess.run([str(home / "bin" / "pip"), "install", "-qq", *_DBTERD_PACKAGES], check=True)
        (home / "complete").touch()
    return Contender(
        name=DBTERD,
        command=(str(program), "run", "-ad", str(project), "-o", str(output), "-rt", "model"),
        output=output / "output.dbml",
    )


def ours(project: Path) -> Contender:
    """This project, whole: from both files to DBML on the disk."""
    output = _output_folder("ours")
    return Contender(
        name=OURS,
        command=(
            *(sys.executable, "-m", "erd", "run"),
            *("--artifacts-dir", str(project), "-t", "dbml", "-o", str(output)),
        ),
        output=output / "output.dbml",
    )


def targets(project: Path) -> list[Contender]:
    """This project once more for each of its other targets; their output is judged in the tests of formats."""
    return [
        Contender(
            name=target_name(target),
            command=(
                *(sys.executable, "-m", "erd", "run"),
                *("--artifacts-dir", str(project), "-t", target, "-o", str(_output_folder(target))),
            ),
        )
        for target in TARGETS
        if target != "dbml"
    ]


def target_name(target: str) -> str:
    """What this project is called with a target other than DBML."""
    return f"{OURS} -t {target}"


def review(base: Path, head: Path, form: str = "markdown") -> Contender:
    """This project, whole, on two: from the four files to the comment of a pull request."""
    return Contender(
        name=REVIEW,
        command=(
            *(sys.executable, "-m", "erd", "diff", "--base-artifacts-dir", str(base)),
            *("--artifacts-dir", str(head), "--format", form),
        ),
    )


def check_review(base: Path, head: Path, made: Made) -> None:
    """What this project says of the two is how they were made to differ, and nothing else. Raises `RunFailed`."""
    done = subprocess.run(
        review(base, head, "json").command, check=True, capture_output=True, env=environment(os.environ)
    )
    counts = msgspec.json.decode(done.stdout, type=_Review).counts
    found = {f"{what} {how}": counts[what][how] for what, how in map(str.split, made.differs)}
    if found != made.differs:
        raise RunFailed(f"{REVIEW} found {found}, not {made.differs}.")


class _Review(msgspec.Struct):
    """The counts of `erd-diff.json`."""

    counts: dict[str, Any]


def bare(project: Path) -> Contender:
    """The yardstick: both files decoded into this project's types, and nothing else."""
    return Contender(name=BARE, command=(sys.executable, "-m", "tests.bench.bare_decode", str(project)))


def environment(outer: Mapping[str, str]) -> dict[str, str]:
    """The same for all: no options from outside, and this project importable from any folder."""
    kept = {name: value for name, value in outer.items() if not name.startswith(_FOREIGN_VARIABLES)}
    return {**kept, "PYTHONPATH": os.fspath(ROOT)}


def _output_folder(name: str) -> Path:
    folder = FILES / "output" / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "output.dbml").unlink(missing_ok=True)
    return folder


def _count(dbml: Path) -> tuple[int, int]:
    """Tables and references; line by line, so that this process stays small."""
    tables = refs = 0
    with dbml.open(encoding="utf-8") as lines:
        for line in lines:
            tables += line.startswith("Table ")
            refs += line.startswith(("Ref:", "Ref "))
    return tables, refs
