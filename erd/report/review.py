"""The review as Markdown: the comment of a pull request, and the whole of it for the job summary and a file.

What matters comes first: whether something breaks, what changes and how much, the picture, the tables one by one, and
what was compared. A comment has room for 65,536 characters; one that would be longer is written with less of
everything, from the end on, and says so.
"""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import cached_property

import msgspec

from erd.diff.review import Review
from erd.report.markdown import code, code_in_html
from erd.report.pictures import MERMAID, fenced
from erd.report.review_asides import quiet_lines, rename_lines, unknown_lines
from erd.report.review_foot import foot
from erd.report.review_index import Index, Item, Mark, index_of
from erd.report.review_links import Links, address, where, where_all_data_is
from erd.report.review_listing import Columns, block
from erd.report.review_picture import Drawing, Web, draw, shares, web_of
from erd.report.review_risks import FEW, TOP, risk_lines, verdict
from erd.report.review_rows import NO_PLACE, by_place, counts, name_lists, roll_up, row
from erd.report.review_words import count, in_markdown, listed, name
from erd.report.table_list import folded

MOST_CHARACTERS = 60_000
"""The most that a comment has: GitHub's limit, less room for what makes it findable."""

_OPEN_ROWS = 20
_NAMED = 8
_MOST_FOLDED_RISKS = 40
# A line of a list, at the least.
_SHORTEST_LINE = 12


class Level(msgspec.Struct, frozen=True):
    """How much is told: which columns, how many pictures; how many tables have rows, and whether the others have names.

    `places` is how many schemas are counted one by one.
    """

    columns: Columns = Columns.NONE
    pictures: int = 1
    rows: int = 100_000
    names: bool = True
    places: int = 30
    risks: bool = True


class Reader(msgspec.Struct, frozen=True):
    """For whom it is written: how much there is room for, by which measure, and in what steps it becomes less.

    `elsewhere` is where all of it is, as the end of a sentence. `places` is how many schemas have a part of their own,
    and `most_risks` how many risks are told before only the first ones are. `draws_all` is whether a schema has as many
    pictures as it takes, and not one of its most important tables.
    """

    limit: int
    size: Callable[[str], int]
    levels: Sequence[Level]
    elsewhere: str
    places: int = 5
    most_risks: int = FEW
    draws_all: bool = False


def comment(review: Review, links: Links) -> str:
    """The comment: at most `MOST_CHARACTERS`, however much has changed."""
    return _written(review, links, Reader(MOST_CHARACTERS, _characters, _levels(6), where(links)))


def full(review: Review, links: Links, limit: int) -> str:
    """The same in full, in at most `limit` bytes."""
    reader = Reader(limit, _bytes, _levels(20), where_all_data_is(links), places=40, most_risks=1_000, draws_all=True)
    return _written(review, links, reader)


def unchanged(review: Review, links: Links) -> str:
    """What is said where there was something to say before: one quiet line."""
    base = address(code(name(review.base.name)), review.base.url)
    head = address(code(name(review.head.name)), review.head.url)
    tables = len({one.table for one in review.diff.unknown if one.table})
    unknown = f" {count(tables, 'table')} could not be compared in full." if tables else ""
    more = f" {address('Full ERD', links.erd_url)}" if links.erd_url else ""
    return _whole(f"Data model: no changes from {base} to {head}.{unknown}{more}\n")


def _levels(pictures: int) -> tuple[Level, ...]:
    return (
        *(Level(columns, pictures) for columns in Columns),
        Level(),
        *(Level(rows=most) for most in (350, 200, 100, 0)),
        Level(rows=0, names=False),
        Level(rows=0, names=False, pictures=0, places=0, risks=False),
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
        if len(places) > 1 and level.places:
            yield from roll_up(places, level.places, self._index)
        if level.pictures:
            yield from self._picture("", self._items)
        yield from self._parts(places, level) if self._is_large else self._part(self._items, level)
        yield from rename_lines(self._index)
        yield from quiet_lines(self._index)
        yield from unknown_lines(self._index)
        yield from self._left_out(level)
        yield from foot(self._index, self._links)

    def _left_out(self, level: Level) -> Iterator[str]:
        """What the level leaves out, and where it is."""
        said = []
        if not level.risks:
            said = ["all but the counts"]
        elif level is not self._reader.levels[0]:
            said = ["the columns that are no keys and did not change"] if level.columns is Columns.CHANGED else []
            said += ["the lists of columns and relationships"] if level.columns is Columns.NONE else []
            if level.pictures < self._reader.levels[0].pictures and len(self._places) > 1:
                said += ["all pictures but one"]
            if (left := len(self._items) - level.rows) > 0:
                said += [f"what changes in {left:,} of {len(self._items):,} tables"]
            said += [] if level.names else ["the names of the tables"]
        if said:
            found = self._reader.elsewhere
            yield f"> Left out, as there is no room: {', '.join(said)}.{f' All of it is {found}.' if found else ''}"
            yield ""

    def _with_rows(self, level: Level) -> Collection[str]:
        """The tables that have rows: the most important ones."""
        return self._rows if level.rows >= len(self._ranked) else {*self._ranked[: level.rows]}

    @cached_property
    def _ranked(self) -> list[str]:
        return [item.id for item in sorted(self._items, key=self._index.rank)]

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
        if len(risks) <= self._reader.most_risks:
            yield from risk_lines(risks)
            return
        yield from risk_lines(risks[:TOP])
        rest = risks[TOP:]
        shown = rest[:_MOST_FOLDED_RISKS]
        yield from folded(count(len(rest), "more risk"), risk_lines(shown))
        if len(rest) > len(shown):
            found = self._reader.elsewhere
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

    def _pictures(self, place: str, items: Sequence[Item], most: int) -> list[str]:
        """The lines of so many pictures of a place, each ended by an empty one."""
        parts = shares(items, self._web) if self._reader.draws_all else [items]
        return [line for number, part in enumerate(parts[:most]) for line in self._picture(f"{place} {number}", part)]

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
        with_rows = self._with_rows(level)
        told = [item for item in items if item.id in with_rows]
        if told:
            yield from ("| | Table | What changes |", "|:-:|---|---|")
            yield from (self._rows[item.id] for item in told)
            yield ""
        if level.names and len(told) < len(items):
            yield from name_lists([item for item in items if item.id not in with_rows])
        if level.columns is not Columns.NONE and items:
            yield from folded("Columns and relationships", [*block(items, self._index, level.columns), ""])

    def _parts(self, places: Sequence[tuple[str, list[Item]]], level: Level) -> Iterator[str]:
        """The same by place, folded."""
        if not level.names:
            return
        left = level.pictures - 1
        for place, items in places[: self._reader.places]:
            shown = f"{code_in_html(name(place or NO_PLACE))}: " if len(places) > 1 else ""
            drawn = self._pictures(f"place {place}", items, left) if len(places) > 1 or self._reader.draws_all else []
            left -= sum(1 for line in drawn if line == MERMAID)
            yield from folded(f"{shown}{count(len(items), 'table')}", [*drawn, *self._part(items, level)])
        rest = [item for _, items in places[self._reader.places :] for item in items]
        if rest:
            more = f"{count(len(places) - self._reader.places, 'more schema')}: {count(len(rest), 'table')}"
            yield from folded(more, self._part(rest, level))


def _legend(drawing: Drawing) -> Iterator[str]:
    if drawing.drawn < drawing.asked - len(drawing.alone):
        chosen = "chosen by risk, then by number of changed relationships"
        yield f"{drawing.drawn:,} of {drawing.asked:,} changed tables, {chosen}"
    for mark in (Mark.ADDED, Mark.REMOVED, Mark.CHANGED):
        if mark in drawing.marks:
            yield f"{mark.emoji} {mark.value}{', dashed' if mark is Mark.REMOVED and drawing.has_dashes else ''}"
    if drawing.has_grey:
        yield "unmarked: not changed"
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
