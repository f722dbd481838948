"""What the bench says: one table of what was measured, and the budgets, met or missed."""

from collections.abc import Callable, Mapping, Sequence

import msgspec

from erd.options import TARGETS
from tests.bench.contenders import BARE, DBTERD, LARGE, OURS, REVIEW, target_name
from tests.bench.measure import Usage

MEGABYTE = 1_000_000
QUIET = 1.1


class Measured(msgspec.Struct, frozen=True):
    """The median of so many runs of one tool."""

    usage: Usage
    runs: int


class Round(msgspec.Struct, frozen=True):
    """One size of project: its two files' bytes, and what each tool that ran on them took."""

    models: int
    size: int
    tools: Mapping[str, Measured]


class Start(msgspec.Struct, frozen=True):
    """The median time in seconds of `--help`, and of Python doing nothing."""

    help: float
    nothing: float
    runs: int


class Selections(msgspec.Struct, frozen=True):
    """The median CPU time in seconds of each selection of so many models, without reading the files."""

    models: int
    seconds: Mapping[str, float]


class Budget(msgspec.Struct, frozen=True):
    """A promise; `measured` is None when this run has not measured it."""

    promise: str
    measured: float | None
    met: bool


def budgets(rounds: Sequence[Round], start: Start, selections: Selections | None = None) -> list[Budget]:
    """Every promise that the project makes, with what was measured."""
    at = {found.models: found for found in rounds}
    return [
        _at_least(50, "3,000 models: dbterd's time ÷ ours", _speed(at.get(3000))),
        _at_least(150, "10,000 models: dbterd's time ÷ ours", _speed(at.get(10_000))),
        _at_least(3, "3,000 models: dbterd's peak memory ÷ ours", _memory(at.get(3000))),
        _at_most(2, "3,000 models: our CPU ÷ the bare decode's", _overhead(at.get(3000))),
        _at_most(2, "10,000 models: our CPU ÷ the bare decode's", _overhead(at.get(10_000))),
        _at_most(11, "our time at 10,000 models ÷ at 1,000", _growth(at.get(1000), at.get(10_000))),
        _at_most(5, "--help ÷ python -c pass", start.help / start.nothing),
        *[
            _at_most(3, f"10,000 models: CPU of {target} ÷ DBML's", _of_target(at.get(10_000), target))
            for target in TARGETS
            if target != "dbml"
        ],
        *[
            _at_most(3, f"{models:,} models twice, and the comment: CPU ÷ drawing one", _of_review(at.get(models)))
            for models in (200, 10_000)
        ],
        _at_most(0.2, "10,000 models: CPU of the slowest selection, in seconds", _slowest(selections)),
    ]


def table(rounds: Sequence[Round]) -> str:
    """The figures as a Markdown table, a row for each tool and size."""
    head = (
        "| models | MB | tool | runs | seconds | CPU s | peak MB"
        " | dbterd ÷ ours: time | dbterd ÷ ours: memory | ours ÷ bare: CPU |\n"
        "|---:|---:|---|---:|---:|---:|---:|---:|---:|---:|"
    )
    return "\n".join([head, *(row for found in rounds for row in _rows(found))])


def start_line(start: Start) -> str:
    """The start-up in a sentence."""
    return (
        f"Start, median of {start.runs}: --help {start.help * 1000:.0f} ms,"
        f" python -c pass {start.nothing * 1000:.0f} ms."
    )


def selection_lines(selections: Selections) -> str:
    """The selections, a line each."""
    lines = [f"  {seconds * 1000:6.1f} ms  {rule}" for rule, seconds in selections.seconds.items()]
    return "\n".join([f"Selections of {selections.models:,} models, medians of CPU time:", *lines])


def budget_table(found: Sequence[Budget]) -> str:
    """The promises as a Markdown table."""
    return "\n".join(["| budget | measured | |", "|---|---:|---|", *(_budget_row(budget) for budget in found)])


def disturbances(rounds: Sequence[Round]) -> str:
    """Where the machine had other work: one process at work all the time takes as long on the wall as on the CPU.

    Time ratios in which such a figure stands say less than they seem to; empty when there is none.
    """
    waited = [
        f"{name} at {found.models:,} models ({measured.usage.seconds:.2f} s for {measured.usage.cpu:.2f} s of CPU)"
        for found in rounds
        for name, measured in found.tools.items()
        if measured.usage.seconds > measured.usage.cpu * QUIET
    ]
    return f"The machine was busy, so times are doubtful: {', '.join(waited)}.\n" if waited else ""


def _rows(found: Round) -> list[str]:
    return [
        f"| {found.models:,} | {found.size / MEGABYTE:.1f} | {name} | {measured.runs} | {measured.usage.seconds:.2f}"
        f" | {measured.usage.cpu:.2f} | {measured.usage.peak / MEGABYTE:.0f} | {_ratios(name, found)} |"
        for name, measured in found.tools.items()
    ]


def _ratios(name: str, found: Round) -> str:
    if name != OURS:
        return " | | "
    speed, memory, overhead = _speed(found), _memory(found), _overhead(found)
    return " | ".join([_times(speed), _times(memory), _times(overhead)])


def _speed(found: Round | None) -> float | None:
    return _ratio(found, DBTERD, OURS, lambda usage: usage.seconds)


def _memory(found: Round | None) -> float | None:
    return _ratio(found, DBTERD, OURS, lambda usage: usage.peak)


def _overhead(found: Round | None) -> float | None:
    return _ratio(found, OURS, BARE, lambda usage: usage.cpu)


def _growth(small: Round | None, large: Round | None) -> float | None:
    if small is None or large is None:
        return None
    return large.tools[OURS].usage.seconds / small.tools[OURS].usage.seconds


def _of_target(found: Round | None, target: str) -> float | None:
    return _ratio(found, target_name(target), OURS, lambda usage: usage.cpu)


def _of_review(found: Round | None) -> float | None:
    return _ratio(found, REVIEW, OURS, lambda usage: usage.cpu)


def _slowest(selections: Selections | None) -> float | None:
    if selections is None or selections.models < LARGE:
        return None
    return max(selections.seconds.values())


def _ratio(found: Round | None, over: str, under: str, figure: Callable[[Usage], float]) -> float | None:
    if found is None or over not in found.tools or under not in found.tools:
        return None
    return figure(found.tools[over].usage) / figure(found.tools[under].usage)


def _times(ratio: float | None) -> str:
    return "" if ratio is None else f"{ratio:.2f}" if ratio < 10 else f"{ratio:.0f}"


def _at_least(bound: float, promise: str, measured: float | None) -> Budget:
    return Budget(f"{promise}: at least {bound}", measured, met=measured is None or measured >= bound)


def _at_most(bound: float, promise: str, measured: float | None) -> Budget:
    return Budget(f"{promise}: at most {bound}", measured, met=measured is None or measured <= bound)


def _budget_row(budget: Budget) -> str:
    if budget.measured is None:
        return f"| {budget.promise} | | not measured |"
    return f"| {budget.promise} | {budget.measured:.2f} | {'met' if budget.met else '**MISSED**'} |"
