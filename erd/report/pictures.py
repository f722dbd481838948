"""The pictures of a page: each small enough for a reader, and for GitHub."""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from erd.formats import Options, shown_columns
from erd.formats.labels import key_marks
from erd.formats.mermaid import CONTEXT, Box, Line, dependency_line, picture, relationship_line, row
from erd.formats.mermaid_text import cut, short_type
from erd.model import Dependency, Erd, Relationship, Table
from erd.report.clusters import MOST_BOXES, MOST_LINES

MOST_CHARACTERS = 15_000
MOST_ROWS = 8
MERMAID = "```mermaid"
_MOST_REFERRING = 3
_TITLE, _LABEL, _NAME, _TYPE = 48, 40, 40, 24


class Picture(msgspec.Struct, frozen=True):
    """A picture: its tables (`unique_id`s), its source, how many lines it has, and how many have no room in it."""

    tables: Sequence[str]
    source: str
    lines: int
    left_out: int = 0


class Surroundings(msgspec.Struct, frozen=True):
    """What pictures are made of: the ERD, looked up by `unique_id`; `names` are what tables are called in them."""

    names: Mapping[str, str]
    tables: Mapping[str, Table]
    outgoing: Mapping[str, Sequence[Relationship]]
    incoming: Mapping[str, Sequence[Relationship]]
    made_from: Mapping[str, Sequence[Dependency]]
    foreign: Mapping[str, set[str]]
    joined: Mapping[str, set[str]]


def surroundings(erd: Erd, names: Mapping[str, str]) -> Surroundings:
    """The ERD, looked up by table."""
    outgoing: dict[str, list[Relationship]] = {}
    incoming: dict[str, list[Relationship]] = {}
    made_from: dict[str, list[Dependency]] = {}
    for one in erd.relationships:
        outgoing.setdefault(one.child.table, []).append(one)
        incoming.setdefault(one.parent.table, []).append(one)
    for dependency in erd.dependencies:
        made_from.setdefault(dependency.downstream, []).append(dependency)
    tables = {table.unique_id: table for table in erd.tables}
    return Surroundings(names, tables, outgoing, incoming, made_from, erd.foreign_keys(), erd.joined_columns())


def draw(cluster: Sequence[str], around: Surroundings, options: Options) -> Picture:
    """The picture of these tables and of all that they refer to; tables that are not among them are in grey."""
    referred = [one for table in cluster for one in around.outgoing.get(table, ())]
    shown = referred[:MOST_LINES]
    own = set(cluster)
    shown += _referring(own, cluster, shown, around)
    outside = dict.fromkeys(end for one in shown for end in (one.child.table, one.parent.table) if end not in own)
    lines = [_line(one) for one in shown]
    lines += _dependencies(cluster, own, around)[: MOST_LINES - len(lines)]
    grey = [_box(table, around, frame=CONTEXT) for table in outside]
    source = picture([*(_box(table, around, _rows(table, around, options)) for table in cluster), *grey], lines)
    if len(source) > MOST_CHARACTERS:
        source = picture([*(_box(table, around) for table in cluster), *grey], lines)
    return Picture(cluster, source, len(lines), len(referred) - len(referred[:MOST_LINES]))


def _referring(
    own: set[str], cluster: Sequence[str], shown: Sequence[Relationship], around: Surroundings
) -> list[Relationship]:
    """Some relationships from other pictures, for tables that would look as if they had none."""
    joined = {end for one in shown for end in (one.child.table, one.parent.table)}
    lonely = [table for table in cluster if table not in joined]
    found = [one for table in lonely for one in around.incoming.get(table, ())[:_MOST_REFERRING]]
    room = min(MOST_LINES - len(shown), MOST_BOXES - len(joined | own))
    return found[: max(room, 0)]


def _dependencies(cluster: Sequence[str], own: set[str], around: Surroundings) -> list[Line]:
    found = [one for table in cluster for one in around.made_from.get(table, ())]
    return [dependency_line(one) for one in found if one.upstream in own]


def _box(table: str, around: Surroundings, rows: Sequence[str] = (), frame: str = "tbl") -> Box:
    return Box(table, cut(around.names[table], _TITLE), rows, frame)


def _line(one: Relationship) -> Line:
    """The line of a relationship; without the parent's columns, which its box shows, as labels make a picture wide."""
    child = msgspec.structs.replace(one, parent=one.child)
    return msgspec.structs.replace(
        relationship_line(child), parent=one.parent.table, label=cut(relationship_line(child).label, _LABEL)
    )


def _rows(table_id: str, around: Surroundings, options: Options) -> list[str]:
    """The table's keys, and how many columns it has besides."""
    if options.columns == "none":
        return []
    table = around.tables[table_id]
    marks = key_marks(table, around.foreign.get(table_id, ()))
    keys = shown_columns(table, Options(columns="keys"), around.joined)
    rows = [
        row(short_type(column.type, _TYPE), cut(column.name, _NAME), ", ".join(marks.get(column.name, ())))
        for column in keys[:MOST_ROWS]
    ]
    return rows + _more(len(rows), len(table.columns) - len(rows))


def _more(shown: int, number: int) -> list[str]:
    if number <= 0:
        return []
    return [row("…", f"and_{number}_more" if shown else f"{number}_column{'' if number == 1 else 's'}")]


def fenced(source: str) -> Iterable[str]:
    """The lines of a picture in Markdown; no text in it can hold the fence's backticks."""
    return (MERMAID, source.rstrip("\n"), "```", "")
