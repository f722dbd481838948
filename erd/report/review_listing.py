"""The exact list of what has changed, as a diff: a signed line for each column, key and relationship."""

import textwrap
from collections.abc import Collection, Iterator, Sequence
from enum import Enum

import msgspec

from erd.diff.changes import TableChange
from erd.diff.risk import Name, Sentence
from erd.formats.labels import key_marks
from erd.model import Column, Table
from erd.report.review_index import Index, Item, Join, Mark
from erd.report.review_words import (
    column_change,
    count,
    ends,
    in_text,
    joined,
    listed,
    relationship_change,
    table_change,
)


class Columns(Enum):
    """Which columns are listed: all; those of keys and those that changed, the others being counted; or none."""

    ALL = "all"
    CHANGED = "changed"
    NONE = "none"


class Kind(Enum):
    """What an entry is about: a column, a relationship, or the table that it stands under."""

    COLUMN = "column"
    RELATIONSHIP = "relationship"
    TABLE = "table"


class Entry(msgspec.Struct, frozen=True):
    """A line of the list: its sign, what it is about, and what is said of that."""

    sign: str
    about: str
    said: str = ""
    kind: Kind = Kind.TABLE


SAME = " "
_WIDEST = 40
_WRAPPER = textwrap.TextWrapper(100, subsequent_indent="    ", break_on_hyphens=False, break_long_words=False)


def entries(item: Item, index: Index, columns: Columns) -> Iterator[Entry]:
    """All that is listed of a table, relationships last."""
    if item.change is None and item.mark is not None:
        yield from _whole(item.table, item.mark, index.foreign.get(item.id, ()), columns)
    if item.change is not None:
        yield from _changed(item.change, index.foreign.get(item.id, ()), columns)
    yield from (_join(one, index) for one in item.joins)


def block(items: Sequence[Item], index: Index, columns: Columns) -> list[str]:
    """The list as a block of Markdown that GitHub colours as a diff."""
    lines = [line for item in items for line in (*_of_table(item, index, columns), "")]
    run = longest = 0
    for character in "\n".join(lines):
        run = run + 1 if character == "`" else 0
        longest = max(longest, run)
    fence = "`" * max(3, longest + 1)
    return [f"{fence}diff", *lines[:-1], fence]


def _of_table(item: Item, index: Index, columns: Columns) -> Iterator[str]:
    found = [*entries(item, index, columns)]
    widths = [len(one.about) for one in found if one.kind is Kind.COLUMN]
    width = min(max(widths, default=0), _WIDEST)
    said = f" {item.mark.value}" if item.mark and item.mark is not Mark.CHANGED else ""
    yield f"@@ {in_text((Name(item.name),))} @@{said}"
    for one in found:
        if one.kind is Kind.TABLE:
            yield from _WRAPPER.wrap(_line(one, 0))
        else:
            yield _line(one, width if one.kind is Kind.COLUMN else 0)


def _line(entry: Entry, width: int) -> str:
    """An entry as a line of text."""
    return f"{entry.sign} {entry.about:<{width}}  {entry.said}".rstrip()


def _whole(table: Table, mark: Mark, foreign: Collection[str], columns: Columns) -> Iterator[Entry]:
    keys = key_marks(table, foreign)
    shown = [column for column in table.columns if columns is Columns.ALL or column.name in keys]
    yield from (_column(mark, column, keys.get(column.name, ())) for column in shown)
    if left := len(table.columns) - len(shown):
        yield Entry(mark.sign, count(left, "more column" if shown else "column"))


def _changed(change: TableChange, foreign: Collection[str], columns: Columns) -> Iterator[Entry]:
    before, after = key_marks(change.base, ()), key_marks(change.head, foreign)
    for said in table_change(change):
        yield Entry(Mark.CHANGED.sign, in_text(said))
    yield from (_column(Mark.REMOVED, one, before.get(one.name, ())) for one in change.removed)
    for changed in change.changed:
        yield Entry(
            Mark.CHANGED.sign, _text(changed.head.name), in_text(joined(column_change(changed), ", ")), Kind.COLUMN
        )
    yield from (_column(Mark.ADDED, one, after.get(one.name, ())) for one in change.added)
    for guess in change.renamed:
        yield Entry(SAME, in_text((Name(guess.base.name), " → ", Name(guess.head.name))), "perhaps renamed: a guess")
    told = {one.name for one in (*change.added, *change.removed)} | {one.head.name for one in change.changed}
    same = [column.name for column in change.head.columns if column.name not in told]
    if same:
        names: Sentence = listed(same, len(same)) if columns is Columns.ALL else ()
        number = count(len(same), "column")
        yield Entry(SAME, f"{number} unchanged{': ' if names else ''}{in_text(names)}")


def _join(one: Join, index: Index) -> Entry:
    about = in_text((Name(index.end(one.now.child)), " → ", Name(index.end(one.now.parent))))
    if one.change is not None:
        return Entry(one.mark.sign, about, in_text(joined(relationship_change(one.change), ", ")), Kind.RELATIONSHIP)
    return Entry(one.mark.sign, about, ends(one.now.cardinality), Kind.RELATIONSHIP)


def _column(mark: Mark, column: Column, keys: Sequence[str]) -> Entry:
    words = [column.type, *keys, "not null" if column.not_null else ""]
    return Entry(mark.sign, _text(column.name), " ".join(_text(word) for word in words if word), Kind.COLUMN)


def _text(content: str) -> str:
    return in_text((Name(content),))
