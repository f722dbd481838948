"""The picture of a review: the tables that changed, marked, with those that they join in grey."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence

import msgspec

from erd.formats.labels import key_marks, relationship_label, state_label
from erd.formats.mermaid import ADDED, CHANGED, CONTEXT, DASHED, REMOVED, SOLID, Box, Line, picture, row
from erd.formats.mermaid_text import Style, cut, short_type
from erd.model import Column, Relationship
from erd.report.clusters import MOST_LINES, MOST_TABLES, clusters
from erd.report.pictures import MOST_CHARACTERS, MOST_ROWS
from erd.report.review_index import Index, Item, Join, Mark

_ROWS_OF_OVERVIEW = 3
_TITLE, _LABEL, _NAME, _TYPE = 48, 40, 40, 24
_FRAMES = {Mark.ADDED: ADDED, Mark.REMOVED: REMOVED, Mark.CHANGED: CHANGED, None: CONTEXT}


class Drawing(msgspec.Struct, frozen=True):
    """A picture: its source, how many changed tables it has of how many, those that join nothing, and what it shows."""

    source: str
    drawn: int
    asked: int
    alone: Sequence[Item]
    marks: frozenset[Mark]
    has_grey: bool
    has_dashes: bool
    lines_left_out: int = 0


Web = Mapping[str, Sequence[Join | Relationship]]
"""The lines that could be drawn: by table, those that end there, the changed ones first."""


def web_of(index: Index) -> Web:
    """All relationships that end at a table of the review."""
    found: defaultdict[str, list[Join | Relationship]] = defaultdict(list)
    for one in index.joins:
        for table in {*one.tables}:
            found[table].append(one)
    for table, same in index.same.items():
        found[table] += same
    return found


def shares(items: Sequence[Item], web: Web) -> list[list[Item]]:
    """The items that join something in shares of a picture each; those that join each other stand together."""
    by_id = {item.id: item for item in items if _ends(item.id, web)}
    parents = {table: [_other(one, table) for one in web[table] if _child(one) == table] for table in by_id}
    return [[by_id[table] for table in cluster] for cluster in clusters([*by_id], parents)]


def draw(items: Sequence[Item], index: Index, web: Web, style: Style) -> Drawing | None:
    """The picture of these tables; of the most important ones, if they are more than a reader takes in."""
    joining = [item for item in items if _ends(item.id, web)]
    candidates = joining or items
    if not candidates:
        return None
    apart = {item.id for item in candidates}
    is_overview = len(candidates) > MOST_TABLES
    if is_overview:
        chosen, grey = _overview(candidates, index, web)
    else:
        chosen, grey = [*candidates], _neighbours(candidates, index, web)
    drawn = {item.id for item in chosen} | {*grey}
    lines = _lines([item.id for item in chosen], drawn, web)
    rows = _ROWS_OF_OVERVIEW if is_overview else MOST_ROWS
    return Drawing(
        source=_source(chosen, grey, lines[:MOST_LINES], index, rows, style),
        drawn=sum(1 for item in chosen if item.mark),
        asked=sum(1 for item in items if item.mark),
        alone=[item for item in items if item.id not in apart],
        marks=frozenset(_marks_in(chosen, lines[:MOST_LINES])),
        has_grey=bool(grey) or any(item.mark is None for item in chosen),
        has_dashes=any(isinstance(one, Join) and one.mark is Mark.REMOVED for one in lines),
        lines_left_out=max(len(lines) - MOST_LINES, 0),
    )


def _overview(candidates: Sequence[Item], index: Index, web: Web) -> tuple[list[Item], list[str]]:
    """The items to draw, in their order, and the tables in grey: by rank, each with one that it joins."""
    ranked = sorted(candidates, key=index.rank)
    place = {item.id: number for number, item in enumerate(ranked)}
    drawn: set[str] = set()
    for item in ranked:
        found = {item.id} - drawn
        if found and (ends := _ends(item.id, web)) and not ends & drawn:
            # What changed between them first, then what changed most, then what has a name that sorts first.
            changed = {_other(one, item.id) for one in web[item.id] if isinstance(one, Join)}
            found.add(min(ends, key=lambda end: (end not in changed, place.get(end, len(place)), end)))
        if len(drawn) + len(found) <= MOST_TABLES:
            drawn |= found
    return [item for item in candidates if item.id in drawn], sorted(drawn - {*place})


def _neighbours(chosen: Sequence[Item], index: Index, web: Web) -> list[str]:
    """Tables in grey, as many as there is room for: those at the ends of what changed first."""
    inside = {item.id for item in chosen}
    weight: Counter[str] = Counter()
    for item in chosen:
        for one in web.get(item.id, ()):
            other = _other(one, item.id)
            if other not in inside:
                weight[other] += MOST_LINES if isinstance(one, Join) else 1
    ranked = sorted(weight, key=lambda table: (-weight[table], index.names.get(table, table)))
    return sorted(ranked[: MOST_TABLES - len(chosen)])


def _lines(chosen: Sequence[str], drawn: Collection[str], web: Web) -> list[Join | Relationship]:
    """The lines among what is drawn that end at what changed, the changed ones first."""
    found: dict[int, Join | Relationship] = {}
    for table in chosen:
        for one in web.get(table, ()):
            if _other(one, table) in drawn:
                found.setdefault(id(one), one)
    return sorted(found.values(), key=lambda one: not isinstance(one, Join))


def _source(
    chosen: Sequence[Item],
    grey: Sequence[str],
    lines: Sequence[Join | Relationship],
    index: Index,
    most_rows: int,
    style: Style,
) -> str:
    drawn = [_line(one) for one in lines]
    greys = [Box(table, cut(index.names.get(table, table), _TITLE), frame=CONTEXT) for table in grey]
    boxes = [_box(item, _rows(item, index.foreign.get(item.id, ()), most_rows, style)) for item in chosen]
    source = picture([*boxes, *greys], drawn, style)
    if len(source) > MOST_CHARACTERS:
        source = picture([*[_box(item, ()) for item in chosen], *greys], drawn, style)
    if len(source) > MOST_CHARACTERS:
        bare = [msgspec.structs.replace(line, label="") for line in drawn]
        source = picture([*[_box(item, ()) for item in chosen], *greys], bare, style)
    return source


def _box(item: Item, rows: Sequence[str]) -> Box:
    title = f"{item.mark.emoji} {item.name}" if item.mark else item.name
    return Box(item.id, cut(title, _TITLE), rows, _FRAMES[item.mark])


def _line(one: Join | Relationship) -> Line:
    if isinstance(one, Relationship):
        return _drawn(one, SOLID, "")
    orphans = state_label(one.now.state) if one.change else ""
    line = _drawn(one.now, DASHED if one.mark is Mark.REMOVED else SOLID, f"{one.mark.emoji} ")
    return msgspec.structs.replace(line, label=f"{line.label} {orphans}".rstrip())


def _drawn(one: Relationship, stroke: str, mark: str) -> Line:
    # Without the parent's columns, which its box shows: labels make a picture wide.
    label = relationship_label(msgspec.structs.replace(one, parent=one.child))
    return Line(one.child.table, one.parent.table, f"{mark}{cut(label, _LABEL)}", one.cardinality, stroke)


def _rows(item: Item, foreign: Collection[str], most: int, style: Style) -> list[str]:
    """The table's keys and what changed of its columns, and how many columns it has besides."""
    keys = key_marks(item.table, foreign)
    said = _said(item)
    gone = {one.name: one for one in item.change.removed} if item.change else {}
    # A relationship may still name what is gone.
    columns = [column for column in item.table.columns if column.name not in gone] + [*gone.values()]
    wanted = [column for column in columns if column.name in keys or column.name in said]
    # Keys that did not change give way first.
    kept = sorted(wanted, key=lambda column: (column.name not in said, column.name not in item.table.primary_key))
    first = {column.name for column in kept[:most]}
    shown = [column for column in wanted if column.name in first][:most]
    rows = [_row(column, keys.get(column.name, ()), said.get(column.name, ""), style) for column in shown]
    return rows + _more(len(columns) - len(shown), len(shown), style)


def _row(column: Column, keys: Sequence[str], said: str, style: Style) -> str:
    kind = short_type(column.type, _TYPE)
    return row(kind, cut(column.name, _NAME), ", ".join(keys), said, style)


def _more(number: int, shown: int, style: Style) -> list[str]:
    if number <= 0:
        return []
    name = f"and_{number}_more" if shown else f"{number}_column{'' if number == 1 else 's'}"
    return [row("more" if style is Style.PLAIN else "…", name, style=style)]


def _said(item: Item) -> dict[str, str]:
    """What is said beside the columns that changed."""
    if item.change is None:
        return {}
    said = {one.name: f"{Mark.ADDED.emoji} added" for one in item.change.added}
    for one in item.loud_columns:
        if one.base.type != one.head.type:
            what = f"was {short_type(one.base.type, _TYPE) or 'unknown'}"
        else:
            what = "not null" if one.head.not_null else "may be null"
        said[one.head.name] = f"{Mark.CHANGED.emoji} {what}"
    return said | {one.name: f"{Mark.REMOVED.emoji} removed" for one in item.change.removed}


def _marks_in(items: Iterable[Item], lines: Iterable[Join | Relationship]) -> set[Mark]:
    found = {item.mark for item in items if item.mark} | {one.mark for one in lines if isinstance(one, Join)}
    for item in items:
        if item.change:
            found |= {Mark.ADDED} if item.change.added else set()
            found |= {Mark.REMOVED} if item.change.removed else set()
            found |= {Mark.CHANGED} if item.loud_columns else set()
    return found


def _ends(table: str, web: Web) -> set[str]:
    return {_other(one, table) for one in web.get(table, ())}


def _child(one: Join | Relationship) -> str:
    return (one.now if isinstance(one, Join) else one).child.table


def _other(one: Join | Relationship, table: str) -> str:
    relationship = one.now if isinstance(one, Join) else one
    return relationship.parent.table if relationship.child.table == table else relationship.child.table
