"""The tables of a review in rows: what has become of each, in short; and how many of them stand where."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from erd.diff.risk import Name, Sentence
from erd.report.review_index import Index, Item, Join, Mark
from erd.report.review_words import (
    DESCRIPTION,
    column_change,
    count,
    in_cell,
    in_markdown,
    joined,
    relationship_change,
    table_change,
)

NO_PLACE = "(none)"
MINUS = "\N{MINUS SIGN}"
_NAMED = 3
_BETWEEN = " · "


def row(item: Item, index: Index) -> str:
    """A table in a row."""
    said = in_cell(joined(_parts(item, index), _BETWEEN))
    return f"| {item.mark.emoji if item.mark else ''} | {in_cell((Name(item.name),))} | {said} |"


def name_lists(items: Sequence[Item]) -> Iterator[str]:
    """The names of these tables only."""
    for mark in (*Mark, None):
        names = [in_markdown((Name(item.name),)) for item in items if item.mark is mark]
        if names:
            said = f"{mark.emoji} {mark.value}" if mark else "Only relationships changed"
            yield f"{said}: {', '.join(names)}"
            yield ""


def by_place(items: Iterable[Item], index: Index) -> list[tuple[str, list[Item]]]:
    """The items by place, those with most of them first."""
    found: defaultdict[str, list[Item]] = defaultdict(list)
    for item in items:
        found[index.places.get(item.id, "")].append(item)
    return sorted(found.items(), key=lambda one: (-len(one[1]), one[0]))


def roll_up(places: Sequence[tuple[str, list[Item]]], most: int, index: Index) -> Iterator[str]:
    """How many tables and relationships came, went and changed in each place."""
    yield "| Schema | Tables | Relationships | Risks |"
    yield "|---|---|---|---|"
    at_risk = {risk.table: 0 for risk in index.review.risks}
    for risk in index.review.risks:
        at_risk[risk.table] += 1
    for place, items in places[:most]:
        tables = counts([item.mark for item in items if item.mark])
        joins = counts([one.mark for item in items for one in item.joins])
        risks = sum(at_risk.get(item.id, 0) for item in items)
        yield f"| {in_cell((Name(place or NO_PLACE),))} | {tables} | {joins} | {risks or ''} |"
    rest = [item for _, items in places[most:] for item in items]
    if rest:
        tables = counts([item.mark for item in rest if item.mark])
        yield f"| {len(places) - most:,} more | {tables} | {counts([j.mark for item in rest for j in item.joins])} | |"
    yield ""


def counts(marks: Sequence[Mark]) -> str:
    """How many came, went and changed, each with its sign; empty if nothing did."""
    signs = {Mark.ADDED: "+", Mark.REMOVED: MINUS, Mark.CHANGED: "~"}
    return " ".join(f"{sign}{number:,}" for mark, sign in signs.items() if (number := marks.count(mark)))


def _parts(item: Item, index: Index) -> Iterator[Sentence]:
    if item.change is None and item.mark is not None:
        yield (f"{item.mark.value}, {count(len(item.table.columns), 'column')}",)
    if item.change is not None:
        change = item.change
        renamed = {one.base.name for one in change.renamed} | {one.head.name for one in change.renamed}
        yield from _some(Mark.REMOVED, [(Name(one.name),) for one in change.removed if one.name not in renamed])
        for guess in change.renamed:
            yield ("🔴 ", Name(guess.base.name), " → 🟢 ", Name(guess.head.name), " (perhaps renamed)")
        loud = [(Name(one.head.name), " ", *joined(_loud(column_change(one)), ", ")) for one in item.loud_columns]
        yield from _some(Mark.CHANGED, loud)
        yield from _some(Mark.ADDED, [(Name(one.name),) for one in change.added if one.name not in renamed])
        yield from (("🟡 ", *said) for said in _loud(table_change(change)))
    for mark in Mark:
        yield from _some(mark, [_join(one, index) for one in item.joins if one.mark is mark], "relationship")


def _loud(said: Iterable[Sentence]) -> Iterator[Sentence]:
    return (one for one in said if one != DESCRIPTION)


def _some(mark: Mark, said: Sequence[Sentence], noun: str = "column") -> Iterator[Sentence]:
    """The things with a mark, each by name if they are few."""
    if len(said) > _NAMED:
        yield (f"{mark.emoji} {count(len(said), noun)}",)
    elif said:
        yield (f"{mark.emoji} ", *joined(said, ", "))


def _join(one: Join, index: Index) -> Sentence:
    child = ", ".join(one.now.child.columns)
    parent = Name(index.names.get(one.now.parent.table, one.now.parent.table))
    what: Sentence = (" (", *joined(relationship_change(one.change), ", "), ")") if one.change else ()
    columns: Sentence = (Name(child), " ") if child else ()
    return (*columns, "→ ", parent, *what)
