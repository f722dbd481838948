"""What a review says besides: guesses, what is too little to count, and what could not be compared."""

import re
from collections import defaultdict
from collections.abc import Iterator

from erd.diff.changes import TableChange, Unknown
from erd.diff.risk import Name
from erd.report.review_index import Index
from erd.report.review_words import count, in_markdown, listed
from erd.report.table_list import folded

_IT, _ITS = re.compile(r"\bit\b"), re.compile(r"\bits\b")
_NAMED = 20
_NAMED_IN_LINE = 8
_FEW = 3
_MOST_DESCRIBED = 200
_MOST_GUESSES = 30


def rename_lines(index: Index) -> Iterator[str]:
    """Which tables were perhaps renamed."""
    names, guesses = index.names, index.review.diff.renamed
    said = [
        in_markdown((Name(names[one.base.unique_id]), " → ", Name(names[one.head.unique_id]), f", {one.why}"))
        for one in guesses[:_MOST_GUESSES]
    ]
    if len(said) == 1:
        yield from (f"Perhaps renamed, which is a guess: {said[0]}", "")
    elif said:
        title = f"{count(len(guesses), 'table')} perhaps renamed, which is a guess"
        yield from folded(title, [*_items(said, len(guesses)), ""])


def quiet_lines(index: Index) -> Iterator[str]:
    """The tables of which nothing but descriptions changed: in a line, or listed if there is nothing else."""
    changes = index.quiet
    if not changes:
        return
    if index.review.diff.is_quiet:
        said = [_described(one, index) for one in changes[:_MOST_DESCRIBED]]
        yield from folded("Whose descriptions", [*_items(said, len(changes)), ""])
        return
    names = [index.names[one.head.unique_id] for one in changes]
    yield f"Only descriptions change in {in_markdown(listed(names, _NAMED_IN_LINE))}."
    yield ""


def unknown_lines(index: Index) -> Iterator[str]:
    """What could not be compared, and why."""
    found: defaultdict[Unknown, list[str]] = defaultdict(list)
    for one in index.review.diff.unknown:
        found[one.why].append(index.names.get(one.table, one.table) if one.table else "")
    if not found:
        return
    lines = [_unknown(why, tables) for why, tables in found.items()]
    number = sum(len(tables) for tables in found.values())
    if number <= _FEW and len(lines) == 1:
        yield f"Not compared in full: {lines[0]}."
        yield ""
        return
    tables = len({table for names in found.values() for table in names if table})
    said = f"{count(tables, 'table')} could not be compared in full" if tables else "Not compared in full"
    yield from folded(said, [*(f"- {line}" for line in lines), ""])


def _unknown(why: Unknown, tables: list[str]) -> str:
    named = [table for table in tables if table]
    if not named:
        return f"types of columns, as {why.value}"
    return f"{in_markdown(listed(named, _NAMED))}, as {_in_number(why, len(named))}"


def _in_number(why: Unknown, number: int) -> str:
    return why.value if number == 1 else _ITS.sub("their", _IT.sub("them", why.value))


def _described(change: TableChange, index: Index) -> str:
    table = in_markdown((Name(index.names[change.head.unique_id]),))
    columns = in_markdown(listed([one.head.name for one in change.changed], _NAMED_IN_LINE))
    return f"{table}: {', '.join(part for part in ('the table' if change.aspects else '', columns) if part)}"


def _items(said: list[str], number: int) -> Iterator[str]:
    """The lines of a list, the last of which says how many more there are."""
    yield from (f"- {one}" for one in said)
    if number > len(said):
        yield f"- and {number - len(said):,} more"
