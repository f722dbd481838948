"""`make bench`: this project, dbterd and a bare decode on the same generated projects, in turn.

    python -m tests.bench [--sizes 200,1000] [--runs 5] [--without-dbterd]

Prints one table of medians and the budgets. Ends with 1 when a budget is missed. The projects, and dbterd, are kept
in `bench-files/` for the next time.
"""

import argparse
import os
import statistics
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import msgspec

from tests.bench import contenders, figures
from tests.bench.contenders import FILES, LARGE, ROOT, Contender
from tests.bench.figures import Measured, Round, Selections, Start
from tests.bench.generate import Made, fingerprint
from tests.bench.measure import Usage, measure, median
from tests.bench.plan import FEWEST_MODELS

SIZES = "200,1000,3000,10000"
RUNS = 5
START_RUNS = 15
_CHUNK = 1 << 20


def main(arguments: Sequence[str]) -> int:
    """Measure, print, and return the exit code."""
    asked = _parser().parse_args(arguments)
    entrants = [contenders.ours, contenders.bare]
    if not asked.without_dbterd:
        entrants.insert(0, contenders.dbterd)
    FILES.mkdir(exist_ok=True)
    rounds = [_round(size, asked.runs, entrants) for size in asked.sizes]
    start = _start()
    selections = _selections(max(asked.sizes))
    found = figures.budgets(rounds, start, selections)
    sys.stdout.write(
        f"\n{figures.table(rounds)}\n\nMedians of whole processes, run in turn, files in the page cache.\n"
        f"{figures.start_line(start)}\n{figures.selection_lines(selections)}\n{figures.disturbances(rounds)}\n{figures.budget_table(found)}\n"
    )
    return 0 if all(budget.met for budget in found) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measures this project against dbterd.")
    parser.add_argument("--sizes", type=_sizes, default=SIZES, help=f"numbers of models, with commas ({SIZES})")
    parser.add_argument("--runs", type=_count, default=RUNS, help=f"runs of each tool and size ({RUNS}; dbterd: fewer)")
    parser.add_argument("--without-dbterd", action="store_true", help="leave dbterd out; its budgets are not measured")
    return parser


def _sizes(text: str) -> list[int]:
    sizes = [int(size) for size in text.split(",")]
    if min(sizes) < FEWEST_MODELS:
        raise argparse.ArgumentTypeError(f"a project has at least {FEWEST_MODELS} models")
    return sizes


def _count(text: str) -> int:
    if int(text) < 1:
        raise argparse.ArgumentTypeError("at least one run")
    return int(text)


def _round(models: int, runs: int, entrants: Sequence[Callable[[Path], Contender]]) -> Round:
    folder, made = _project(models, FILES / str(models), "tests.bench.generate")
    head, changed = _project(models, FILES / f"{models}-changed", "tests.bench.changed")
    tools = [*(entrant(folder) for entrant in entrants), contenders.review(folder, head)]
    if models >= LARGE:
        tools += contenders.targets(folder)
    usages: dict[str, list[Usage]] = {tool.name: [] for tool in tools}
    _read_once(folder)
    _read_once(head)
    contenders.check_review(folder, head, changed)
    for number in range(runs):
        for tool in tools:
            if number < tool.runs(runs, models):
                _say(f"{models:,} models, run {number + 1} of {tool.runs(runs, models)}: {tool.name}")
                usages[tool.name].append(_run(tool.command))
                tool.check(made)
    return Round(
        models=models,
        size=sum((folder / name).stat().st_size for name in ("manifest.json", "catalog.json")),
        tools={name: Measured(usage=median(found), runs=len(found)) for name, found in usages.items()},
    )


def _project(models: int, folder: Path, maker: str) -> tuple[Path, Made]:
    """The folder of a generated project, made when it is not there or was made by other code."""
    folder.mkdir(exist_ok=True)
    made = _made(folder)
    if made is None or made.maker != fingerprint():
        _say(f"{models:,} models: writing manifest and catalog to {folder.name}")
        command = [sys.executable, "-m", maker, str(models), str(folder)]
        subprocess.run(command, cwd=ROOT, check=True)
        made = _made(folder)
    if made is None:
        raise FileNotFoundError(folder / "project.json")
    return folder, made


def _made(folder: Path) -> Made | None:
    try:
        return msgspec.json.decode((folder / "project.json").read_bytes(), type=Made)
    except FileNotFoundError:
        return None


def _read_once(folder: Path) -> None:
    """Bring the files into the page cache, so that the first tool does not pay for the others."""
    for path in sorted(folder.iterdir()):
        with path.open("rb") as file:
            while file.read(_CHUNK):
                pass


def _start() -> Start:
    _say("start-up")
    usages = [
        (_run((sys.executable, "-m", "erd", "--help")), _run((sys.executable, "-c", "pass"))) for _ in range(START_RUNS)
    ]
    return Start(
        help=statistics.median(help_.seconds for help_, _ in usages),
        nothing=statistics.median(nothing.seconds for _, nothing in usages),
        runs=START_RUNS,
    )


def _selections(models: int) -> Selections:
    """How long the selections of `tests.bench.selection` take on the largest project, in a process of its own."""
    _say(f"{models:,} models: selections")
    command = [sys.executable, "-m", "tests.bench.selection", str(FILES / str(models))]
    done = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    return Selections(models, msgspec.json.decode(done.stdout, type=dict[str, float]))


def _run(command: Sequence[str]) -> Usage:
    return measure(command, FILES, contenders.environment(os.environ), FILES / "last-run.log")


def _say(what: str) -> None:
    sys.stderr.write(f"{what}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
