"""The docs page: an ERD as Markdown that people read on GitHub, from three tables to thousands.

GitHub shows a Markdown file up to 512 KB as a page, and a larger one as its source. A page that would be larger is
written with less of everything, and says so.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from erd.formats import Options
from erd.model import Erd, Outcome, Relationship, Table
from erd.report.anchors import anchors, short_names, table_anchors
from erd.report.clusters import MOST_TABLES, clusters
from erd.report.markdown import cell, code
from erd.report.pictures import Picture, Surroundings, draw, fenced, surroundings
from erd.report.summary import count
from erd.report.table_list import Detail, Links, column_lists, standing_of, table_rows

SHOWN_BY_GITHUB = 500_000
NO_GROUP = "(no group)"
_MOST_FAILURES = 20


class Level(msgspec.Struct, frozen=True):
    """How much a page tells: of each table, and how many pictures; `tables` is for how many of them it is tried."""

    detail: Detail
    pictures: int
    tables: int
    left_out: str = ""


LEVELS = (
    Level(Detail(columns=True, description=300, related=12, referring=12), pictures=40, tables=1_000),
    Level(Detail(description=200, related=8, referring=8), 40, 2_500, "the lists of columns"),
    Level(Detail(description=90, related=4, referring=2), 30, 3_000, "the lists of columns, the ends of descriptions"),
    Level(Detail(description=60, related=3), 30, 4_000, "columns, the ends of descriptions, what refers to a table"),
    Level(Detail(related=3), 20, 5_000, "columns, descriptions, what refers to a table"),
    Level(Detail(), 20, 0, "all of the tables but their names"),
)


class Group(msgspec.Struct, frozen=True):
    """A part of the page: its tables, of which some stand in pictures and the rest have no relationship."""

    name: str
    anchor: str
    tables: Sequence[Table]
    clusters: Sequence[Sequence[str]]
    relationships: int


class Book(msgspec.Struct, frozen=True):
    """All that a page of any level is made from."""

    erd: Erd
    options: Options
    groups: Sequence[Group]
    around: Surroundings
    links: Links


def render(erd: Erd, options: Options) -> str:
    """The page, as detailed as GitHub can show it."""
    book = book_of(erd, options)
    pictures = Pictures(book)
    page = b""
    for level in LEVELS:
        if level.tables and len(erd.tables) > level.tables:
            continue
        # Halves of characters have no place in a file.
        page = "\n".join(_lines(book, pictures, level)).encode(errors="replace")
        if len(page) <= SHOWN_BY_GITHUB:
            break
    return page.decode()


def book_of(erd: Erd, options: Options) -> Book:
    """What pages of any level are made from."""
    names = short_names(erd.tables)
    around = surroundings(erd, names)
    links = Links(names, table_anchors([table.unique_id for table in erd.tables]))
    return Book(erd, options, _groups(erd, around), around, links)


def _groups(erd: Erd, around: Surroundings) -> list[Group]:
    members: dict[str, list[Table]] = {}
    for table, name in zip(erd.tables, _group_names(erd.tables), strict=True):
        members.setdefault(name, []).append(table)
    ids = anchors("group", sorted(members))
    drawn = _all_in_one(erd, around)
    return [
        Group(
            name,
            ids[name],
            tables,
            [] if drawn else _clusters(tables, around),
            sum(len(around.outgoing.get(table.unique_id, ())) for table in tables),
        )
        for name, tables in sorted(members.items())
    ]


def _group_names(tables: Sequence[Table]) -> list[str]:
    """The group of each table: its own if tables are grouped, else its schema, with the database if there are some."""
    if any(table.group for table in tables):
        return [table.group or NO_GROUP for table in tables]
    several = len({table.database for table in tables}) > 1
    places = [(table.database if several else "", table.schema) for table in tables]
    return [".".join(part for part in place if part) or NO_GROUP for place in places]


def _clusters(tables: Sequence[Table], around: Surroundings) -> list[list[str]]:
    related = [table.unique_id for table in tables if _is_related(table.unique_id, around)]
    return clusters(related, _parents(related, around))


def _parents(tables: Iterable[str], around: Surroundings) -> dict[str, list[str]]:
    return {table: [one.parent.table for one in around.outgoing.get(table, ())] for table in tables}


def _is_related(table: str, around: Surroundings) -> bool:
    return table in around.outgoing or table in around.incoming


def _all_in_one(erd: Erd, around: Surroundings) -> list[str]:
    """All that is to be drawn, if one picture holds it; tables without relationships only if there are no others."""
    related = [table.unique_id for table in erd.tables if _is_related(table.unique_id, around)]
    wanted = related or [table.unique_id for table in erd.tables]
    found = clusters(wanted, _parents(wanted, around)) if len(wanted) <= MOST_TABLES else []
    return found[0] if len(found) == 1 else []


class Pictures:
    """Draws each picture once, whichever levels ask for it."""

    def __init__(self, book: Book) -> None:
        self._book = book
        self._drawn: dict[str, Picture] = {}
        self.whole = _all_in_one(book.erd, book.around)
        ranked = [(group.name, place, cluster) for group in book.groups for place, cluster in enumerate(group.clusters)]
        lines = {cluster[0]: sum(len(book.around.outgoing.get(one, ())) for one in cluster) for _, _, cluster in ranked}
        ranked.sort(key=lambda one: (-lines[one[2][0]], one[0], one[1]))
        self._rank = {cluster[0]: rank for rank, (_, _, cluster) in enumerate(ranked)}
        self.number = len(ranked)

    @property
    def densest(self) -> Sequence[str]:
        """The cluster whose picture has most lines; empty if nothing is related."""
        return next((one for group in self._book.groups for one in group.clusters if not self._rank[one[0]]), [])

    def of(self, cluster: Sequence[str]) -> Picture:
        """The picture of a cluster."""
        if cluster[0] not in self._drawn:
            self._drawn[cluster[0]] = draw(cluster, self._book.around, self._book.options)
        return self._drawn[cluster[0]]

    def among(self, clusters_: Sequence[Sequence[str]], most: int) -> list[Sequence[str]]:
        """Those of the clusters that are among the `most` with most lines of the whole page."""
        return [cluster for cluster in clusters_ if self._rank[cluster[0]] < most]


def _lines(book: Book, pictures: Pictures, level: Level) -> Iterator[str]:
    yield from _headline(book)
    yield from _legend(book, pictures)
    yield from _left_out(pictures, level)
    yield from _failures(book)
    if pictures.whole:
        yield from fenced(pictures.of(pictures.whole).source)
    if len(book.groups) > 1:
        yield from _index(book)
    for group in book.groups:
        yield from _group(group, book, pictures, level)


def _headline(book: Book) -> Iterator[str]:
    erd = book.erd
    yield f"# Data model of {code(erd.project)}" if erd.project else "# Data model"
    yield ""
    yield counts_of(erd)
    yield ""


def counts_of(erd: Erd) -> str:
    """How much there is, as a sentence."""
    kinds = Counter(table.resource_type for table in erd.tables)
    counted = ", ".join(count(number, kind) for kind, number in sorted(kinds.items()))
    tables = f"**{count(len(erd.tables), 'table')}**" + (f" ({counted})" if len(kinds) > 1 else "")
    return f"{tables}, **{count(len(erd.relationships), 'relationship')}**{_tested(erd)}."


def _legend(book: Book, pictures: Pictures) -> Iterator[str]:
    if not book.erd.tables:
        return
    if not book.erd.relationships:
        yield "No test, constraint or semantic model says that any two of these tables belong together."
    else:
        grey = "" if pictures.whole else " A table without rows stands in another picture with its own."
        yield (
            "In the pictures, a crow's foot is the end where many rows can stand, and a ring says that there may be"
            f" none.{grey}"
        )
    yield ""


def _tested(erd: Erd) -> str:
    ends = Counter(one.state.outcome for one in erd.relationships if one.state)
    failed, passed = ends[Outcome.FAILED], ends[Outcome.PASSED]
    said = [f"🔴 {failed:,} failing"] * bool(failed) + [f"✅ {passed:,} tested and sound"] * bool(passed)
    return f": {', '.join(said)}" if said else ""


def _left_out(pictures: Pictures, level: Level) -> Iterator[str]:
    said = [level.left_out] if level.left_out else []
    if pictures.number > level.pictures:
        missing = pictures.number - level.pictures
        said.append(f"{missing:,} of {pictures.number:,} pictures, those with the fewest lines")
    if said:
        yield f"> Left out, so that GitHub still shows the page: {'; '.join(said)}."
        yield ""


def _failures(book: Book) -> Iterator[str]:
    failed = [one for one in book.erd.relationships if one.state and one.state.outcome is Outcome.FAILED]
    if not failed:
        return
    yield "## Failing relationships"
    yield ""
    for one in sorted(failed, key=lambda one: -(one.state.orphans if one.state else 0))[:_MOST_FAILURES]:
        yield f"- {_sentence(one, book)}"
    if len(failed) > _MOST_FAILURES:
        yield f"- and {len(failed) - _MOST_FAILURES:,} more"
    yield ""


def _sentence(one: Relationship, book: Book) -> str:
    columns = ", ".join(map(cell, one.child.columns))
    child, parent = book.links.to(one.child.table), book.links.to(one.parent.table)
    return f"{standing_of(one)} in {child}{f' ({columns})' if columns else ''} without a row in {parent}"


def _index(book: Book) -> Iterator[str]:
    yield "| Group | Tables | Relationships |"
    yield "|---|--:|--:|"
    for group in book.groups:
        yield f"| [{cell(group.name)}](#{group.anchor}) | {len(group.tables):,} | {group.relationships:,} |"
    yield ""


def _group(group: Group, book: Book, pictures: Pictures, level: Level) -> Iterator[str]:
    drawn = pictures.among(group.clusters, level.pictures)
    if len(book.groups) > 1 or group.name != NO_GROUP:
        yield f'## <a id="{group.anchor}"></a>{code(group.name)}'
        yield ""
    if len(drawn) > 1:
        ids = anchors("picture", [cluster[0] for cluster in drawn])
        links = " · ".join(f"[{_title(one, book)}](#{ids[one[0]]})" for one in drawn)
        yield f"{len(drawn)} pictures: {links}"
        yield ""
    for cluster in drawn:
        if len(drawn) > 1:
            yield f'<a id="{ids[cluster[0]]}"></a>**{_title(cluster, book)}**'
            yield ""
        one = pictures.of(cluster)
        yield from fenced(one.source)
        if one.left_out:
            yield f"{one.left_out:,} more relationships of these tables have no room in the picture."
            yield ""
    yield from table_rows(group.tables, book.around, book.links, level.detail)
    if level.detail.columns and book.options.columns != "none":
        yield from column_lists(group.tables, book.around, book.links, book.options)


def _title(cluster: Sequence[str], book: Book) -> str:
    """The two tables with most relationships, and how many more."""

    def weight(table: str) -> int:
        return len(book.around.outgoing.get(table, ())) + len(book.around.incoming.get(table, ()))

    first = sorted(cluster, key=lambda table: (-weight(table), table))[:2]
    named = [code(book.links.names[table]) for table in first]
    more = len(cluster) - len(first)
    return f"{', '.join(named)} and {more} more" if more else " and ".join(named)
