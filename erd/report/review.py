"""The review as Markdown: the comment of a pull request, and the whole of it for the job summary and a file.

What matters comes first: whether something breaks, what changes and how much, the picture, the tables one by one, and
what was compared. A comment has room for 65,536 characters; one that would be longer is written with less of
everything, from the end on, and says so.
"""

from collections.abc import Callable, Iterator, Sequence
from functools import cached_property

import msgspec

from erd.diff.changes import TableChange
from erd.diff.review import Review
from erd.diff.risk import Name
from erd.report.markdown import code, code_in_html
from erd.report.pictures import fenced
from erd.report.review_foot import foot, unknown_lines
from erd.report.review_index import Index, Item, Mark, index_of
from erd.report.review_links import Links, address, where
from erd.report.review_listing import Columns, block
from erd.report.review_picture import Drawing, Web, draw, web_of
from erd.report.review_risks import FEW, TOP, risk_lines, verdict
from erd.report.review_rows import NO_PLACE, by_place, counts, name_lists, roll_up, row
from erd.report.review_words import count, in_markdown, listed, name
from erd.report.table_list import folded

MOST_CHARACTERS = 60_000
"""The most that a comment has: GitHub's limit, less room for what makes it findable."""

_OPEN_ROWS = 20
_NAMED = 8
_MOST_FOLDED_RISKS = 40
_MOST_DESCRIBED = 200
# A line of a list, at the least.
_SHORTEST_LINE = 12


class Level(msgspec.Struct, frozen=True):
    """How much is told: which columns, whether tables have rows or names, how many pictures; and what is left out."""

    columns: Columns = Columns.NONE
    rows: bool = True
    names: bool = True
    pictures: int = 1
    roll_up: int = 30
    risks: bool = True
    left_out: str = ""


class Reader(msgspec.Struct, frozen=True):
    """For whom it is written: how much he gets at most, by which measure, and in what steps it becomes less."""

    limit: int
    size: Callable[[str], int]
    levels: Sequence[Level]
    open_risks: int
    places: int


def comment(review: Review, links: Links) -> str:
    """The comment: at most `MOST_CHARACTERS`, however much has changed."""
    reader = Reader(MOST_CHARACTERS, _characters, _levels(6), FEW, places=5)
    return _written(review, links, reader)


def full(review: Review, links: Links, limit: int) -> str:
    """The same in full, in at most `limit` bytes."""
    return _written(review, links, Reader(limit, _bytes, _levels(20), open_risks=1_000, places=40))


def unchanged(review: Review, links: Links) -> str:
    """What is said where there was something to say before: one quiet line."""
    base = address(code(name(review.base.name)), review.base.url)
    head = address(code(name(review.head.name)), review.head.url)
    tables = len({one.table for one in review.diff.unknown if one.table})
    unknown = f" {count(tables, 'table')} could not be compared in full." if tables else ""
    more = f" {address('Full ERD', links.erd_url)}" if links.erd_url else ""
    return _whole(f"Data model: no changes from {base} to {head}.{unknown}{more}\n")


def _levels(pictures: int) -> tuple[Level, ...]:
    lists = "the lists of columns and relationships"
    rows = f"{lists}, what changes in each table, all pictures but one"
    return (
        Level(Columns.ALL, pictures=pictures),
        Level(Columns.CHANGED, pictures=pictures, left_out="the columns that are no keys and did not change"),
        Level(pictures=pictures, left_out=lists),
        Level(left_out=f"{lists}, all pictures but one"),
        Level(rows=False, left_out=rows),
        Level(rows=False, names=False, left_out=f"{rows}, the names of the tables"),
        Level(rows=False, names=False, pictures=0, roll_up=0, risks=False, left_out="all but the counts"),
    )


def _written(review: Review, links: Links, reader: Reader) -> str:
    if review.diff.is_empty:
        return unchanged(review, links)
    book = _Book(review, links, reader)
    text = ""
    for level in reader.levels:
        if book.lines_at_least(level.columns) * _SHORTEST_LINE > reader.limit:
            continue
        text = _whole("\n".join(book.lines(level)) + "\n")
        if reader.size(text) <= reader.limit:
            break
    return text


class _Book:
    """All that is told of a review; whatever several levels tell is written once."""

    def __init__(self, review: Review, links: Links, reader: Reader) -> None:
        self._review, self._links, self._reader = review, links, reader
        self._index: Index = index_of(review)
        self._items = self._index.items
        self._is_large = len(self._items) > _OPEN_ROWS
        self._drawn: dict[str, Drawing | None] = {}

    def lines_at_least(self, columns: Columns) -> int:
        """How many lines a list of the changed columns has."""
        if columns is Columns.NONE:
            return 0
        whole = [item.weight if item.change or columns is Columns.ALL else 1 for item in self._items]
        return sum(whole) + len(self._items) + len(self._index.joins)

    def lines(self, level: Level) -> Iterator[str]:
        """The review at a level."""
        yield from self._headline()
        if level.risks:
            yield from self._risks()
        places = self._places if self._is_large else []
        if len(places) > 1 and level.roll_up:
            yield from roll_up(places, level.roll_up, self._index)
        if level.pictures:
            yield from self._picture("", self._items)
        yield from self._parts(places, level) if self._is_large else self._part(self._items, level)
        yield from self._renames()
        yield from self._quiet()
        yield from unknown_lines(self._index)
        if level.left_out:
            found = where(self._links)
            yield f"> Left out, as there is no room: {level.left_out}.{f' All of it is {found}.' if found else ''}"
            yield ""
        yield from foot(self._index, self._links)

    def _headline(self) -> Iterator[str]:
        if self._review.diff.is_quiet:
            changes = self._index.quiet
            columns = sum(len(one.changed) for one in changes)
            said = f"Data model: only descriptions change, in {count(len(changes), 'table')}"
            yield f"{said} ({count(columns, 'column')})." if columns else f"{said}."
            yield ""
            return
        yield f"### Data model: {verdict(self._review)}"
        yield ""
        tables = counts([item.mark for item in self._items if item.mark])
        joins = counts([one.mark for one in self._index.joins])
        yield f"Tables **{tables or '0'}** · relationships **{joins or '0'}**"
        yield ""

    def _risks(self) -> Iterator[str]:
        risks = self._review.risks
        if len(risks) <= self._reader.open_risks:
            yield from risk_lines(risks)
            return
        yield from risk_lines(risks[:TOP])
        rest = risks[TOP:]
        shown = rest[:_MOST_FOLDED_RISKS]
        yield from folded(count(len(rest), "more risk"), risk_lines(shown))
        if len(rest) > len(shown):
            found = where(self._links)
            yield f"{len(shown) + TOP:,} of {len(risks):,} risks are told here{f'; all are {found}' if found else ''}."
            yield ""

    @cached_property
    def _places(self) -> list[tuple[str, list[Item]]]:
        return by_place(self._items, self._index)

    @cached_property
    def _web(self) -> Web:
        return web_of(self._index)

    @cached_property
    def _rows(self) -> dict[str, str]:
        return {item.id: row(item, self._index) for item in self._items}

    def _drawing(self, place: str, items: Sequence[Item]) -> Drawing | None:
        if place not in self._drawn:
            self._drawn[place] = draw(items, self._index, self._web, self._links.mermaid)
        return self._drawn[place]

    def _picture(self, place: str, items: Sequence[Item]) -> Iterator[str]:
        drawing = self._drawing(place, items)
        if drawing is None:
            return
        yield from fenced(drawing.source)
        yield f"<sub>{' · '.join(_legend(drawing))}</sub>"
        yield ""
        if drawing.alone and not self._is_large:
            names = in_markdown(listed([item.name for item in drawing.alone], _NAMED))
            yield f"Not drawn, as they join nothing: {names}"
            yield ""

    def _part(self, items: Sequence[Item], level: Level) -> Iterator[str]:
        """Rows of these tables, and the list of their columns folded."""
        if level.rows and items:
            yield from ("| | Table | What changes |", "|:-:|---|---|")
            yield from (self._rows[item.id] for item in items)
            yield ""
        elif level.names:
            yield from name_lists(items)
        if level.columns is not Columns.NONE and items:
            yield from folded("Columns and relationships", [*block(items, self._index, level.columns), ""])

    def _parts(self, places: Sequence[tuple[str, list[Item]]], level: Level) -> Iterator[str]:
        """The same by place, folded."""
        if not level.names:
            return
        if len(places) == 1:
            yield from folded(f"All {len(self._items):,} tables", self._part(self._items, level))
            return
        for number, (place, items) in enumerate(places[: self._reader.places]):
            shown = code_in_html(name(place or NO_PLACE))
            lines = [*self._part(items, level)]
            if number + 1 < level.pictures:
                lines = [*self._picture(f"place {place}", items), *lines]
            yield from folded(f"{shown}: {count(len(items), 'table')}", lines)
        rest = [item for _, items in places[self._reader.places :] for item in items]
        if rest:
            more = f"{count(len(places) - self._reader.places, 'more schema')}: {count(len(rest), 'table')}"
            yield from folded(more, self._part(rest, level))

    def _renames(self) -> Iterator[str]:
        guesses = self._review.diff.renamed
        names = self._index.names
        for one in guesses[:_NAMED]:
            said = (Name(names[one.base.unique_id]), " → ", Name(names[one.head.unique_id]), f" ({one.why})")
            yield f"- Perhaps renamed, which is a guess: {in_markdown(said)}"
        if len(guesses) > _NAMED:
            yield f"- and {len(guesses) - _NAMED:,} more"
        if guesses:
            yield ""

    def _quiet(self) -> Iterator[str]:
        changes = self._index.quiet
        if not changes:
            return
        if self._review.diff.is_quiet:
            lines = [f"- {self._described(one)}" for one in changes[:_MOST_DESCRIBED]]
            left = len(changes) - len(lines)
            more = [f"- and {left:,} more"] if left else []
            yield from folded("Whose descriptions", [*lines, *more, ""])
            return
        names = [self._index.names[one.head.unique_id] for one in changes]
        yield f"Only descriptions change in {in_markdown(listed(names, _NAMED))}."
        yield ""

    def _described(self, change: TableChange) -> str:
        table = in_markdown((Name(self._index.names[change.head.unique_id]),))
        columns = in_markdown(listed([one.head.name for one in change.changed], _NAMED))
        said = [part for part in ("the table" if change.aspects else "", columns) if part]
        return f"{table}: {', '.join(said)}"


def _legend(drawing: Drawing) -> Iterator[str]:
    if drawing.drawn < drawing.asked - len(drawing.alone):
        chosen = "chosen by risk, then by number of changed relationships"
        yield f"{drawing.drawn:,} of {drawing.asked:,} changed tables, {chosen}"
    for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED):
        if mark in drawing.marks:
            yield f"{mark.emoji} {mark.value}{', dashed' if mark is Mark.REMOVED and drawing.has_dashes else ''}"
    if drawing.has_grey:
        yield "thin frame: not changed"
    if drawing.lines_left_out:
        yield f"{count(drawing.lines_left_out, 'relationship')} left out"


def _whole(text: str) -> str:
    """The text without halves of characters, which nobody can send."""
    return text.encode(errors="replace").decode()


def _characters(text: str) -> int:
    """How many characters it has for whoever counts them in UTF-16, where some are two."""
    return len(text.encode("utf-16-le")) // 2


def _bytes(text: str) -> int:
    return len(text.encode())
