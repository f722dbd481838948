"""The tables of a page in rows: what each is, its keys, what it relates to, and its columns."""

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from erd.formats import Options, shown_columns
from erd.formats.labels import key_marks, state_label
from erd.formats.mermaid import standing
from erd.model import Column, Outcome, Relationship, Table
from erd.report.markdown import cell, plain
from erd.report.pictures import Surroundings
from erd.report.summary import count

_NEW_LINE = "<br>"
_DESCRIPTION_OF_COLUMN = 200
_FOLDED_FROM = 8


class Detail(msgspec.Struct, frozen=True):
    """How much is said of a table: its columns, so many characters of its description, and so many other tables.

    `related` is how many that it refers to, `referring` how many that refer to it.
    """

    columns: bool = False
    description: int = 0
    related: int = 0
    referring: int = 0


class Links(msgspec.Struct, frozen=True):
    """The short names of tables and the places where they stand, by `unique_id`."""

    names: Mapping[str, str]
    anchors: Mapping[str, str]

    def to(self, table: str) -> str:
        """A link to a table, for a table's cell or a line."""
        return f"[{cell(self.names[table])}](#{self.anchors[table]})"

    def place(self, table: str) -> str:
        """The name of a table where it stands, which links lead to."""
        return f'<a id="{self.anchors[table]}"></a>{cell(self.names[table])}'


def table_rows(tables: Sequence[Table], around: Surroundings, links: Links, detail: Detail) -> Iterator[str]:
    """The tables in rows; those without a relationship folded away if they are many and not all."""
    if detail == Detail():
        yield ", ".join(links.place(table.unique_id) for table in tables)
        yield ""
        return
    alone = [table for table in tables if not _is_related(table.unique_id, around)]
    if len(alone) < _FOLDED_FROM or len(alone) == len(tables):
        yield from _rows(tables, around, links, detail)
        return
    apart = {table.unique_id for table in alone}
    yield from _rows([table for table in tables if table.unique_id not in apart], around, links, detail)
    yield from folded(f"{count(len(alone), 'table')} without a relationship", _rows(alone, around, links, detail))


def column_lists(tables: Sequence[Table], around: Surroundings, links: Links, options: Options) -> Iterator[str]:
    """The columns of the tables, folded away."""
    lines: list[str] = []
    for table in tables:
        shown = shown_columns(table, options, around.joined)
        if shown:
            lines += [f"**{links.to(table.unique_id)}**", "", *_columns(table, shown, around)]
    if lines:
        yield from folded("Columns", lines)


def folded(summary: str, lines: Iterable[str]) -> Iterator[str]:
    """Lines that a reader unfolds; `summary` is a text of ours."""
    yield f"<details><summary>{summary}</summary>"
    yield ""
    yield from lines
    yield "</details>"
    yield ""


def standing_of(one: Relationship) -> str:
    """What is wrong with a relationship, in words."""
    return f"🔴 {state_label(one.state)}"


def _rows(tables: Sequence[Table], around: Surroundings, links: Links, detail: Detail) -> Iterator[str]:
    """A Markdown table of these tables, without columns that would be empty; a line if there is but their names."""
    cells = [
        (
            _named(table, links),
            _keys(table),
            _NEW_LINE.join(_relations(table.unique_id, around, links, detail)),
            plain(table.description, detail.description) if detail.description else "",
        )
        for table in tables
    ]
    heads = ("Table", "Keys", "Relationships", "Description")
    used = [place for place in range(len(heads)) if place == 0 or any(row[place] for row in cells)]
    if len(used) == 1:
        yield " · ".join(row[0].replace(_NEW_LINE, " ") for row in cells)
    else:
        yield _line(heads[place] for place in used)
        yield _line("---" for _ in used)
        yield from (_line(row[place] for place in used) for row in cells)
    yield ""


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _named(table: Table, links: Links) -> str:
    said = [f"<sub>{plain(part, _DESCRIPTION_OF_COLUMN)}</sub>" for part in _kind(table)]
    return _NEW_LINE.join([links.place(table.unique_id), *said])


def _kind(table: Table) -> list[str]:
    """What a reader should know of a table besides its name: its label, and its kind where it is not the usual one."""
    kind = "" if table.resource_type == "model" else table.resource_type
    return [part for part in (table.label, kind) if part.strip()]


def _keys(table: Table) -> str:
    keys = [f"**PK** {_listed(table.primary_key)}"] if table.primary_key else []
    keys += [f"**UK** {_listed(key)}" for key in table.unique_keys]
    return _NEW_LINE.join(keys)


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(map(cell, columns))


def _relations(table: str, around: Surroundings, links: Links, detail: Detail) -> Iterator[str]:
    """What the table refers to, what refers to it, and what it is made from."""
    outgoing, made_from = around.outgoing.get(table, ()), around.made_from.get(table, ())
    for one in outgoing[: detail.related]:
        yield f"{_listed(one.child.columns)} →&nbsp;{links.to(one.parent.table)}{_mark(one)}".lstrip()
    yield from _more(len(outgoing) - detail.related)
    if detail.referring:
        incoming = [one for one in around.incoming.get(table, ()) if one.child.table != table]
        for one in incoming[: detail.referring]:
            yield f"←&nbsp;{links.to(one.child.table)} {_listed(one.child.columns)}{_mark(one)}"
        yield from _more(len(incoming) - detail.referring)
    if made_from:
        yield f"made from {', '.join(links.to(one.upstream) for one in made_from[: detail.related])}"
        yield from _more(len(made_from) - detail.related)


def _more(number: int) -> Iterator[str]:
    if number > 0:
        yield f"and {number:,} more"


def _mark(one: Relationship) -> str:
    mark = "" if one.state and one.state.outcome is Outcome.NOT_RUN else standing(one.state)
    return f" {mark}" if mark else ""


def _columns(table: Table, shown: Sequence[Column], around: Surroundings) -> Iterator[str]:
    marks = key_marks(table, around.foreign.get(table.unique_id, ()))
    described = any(column.description.strip() for column in shown)
    yield _line(["Column", "Type", "Key", *["Description"] * described])
    yield _line(["---"] * (3 + described))
    for column in shown:
        said = [", ".join(marks.get(column.name, ())), "not null" if column.not_null else ""]
        words = [cell(column.name), cell(column.type) if column.type else "", ", ".join(part for part in said if part)]
        yield _line([*words, *[plain(column.description, _DESCRIPTION_OF_COLUMN)] * described])
    yield ""


def _is_related(table: str, around: Surroundings) -> bool:
    return table in around.outgoing or table in around.incoming
