"""Mermaid's `erDiagram`, in a form that versions 11.5 to 12.3 read and draw alike.

A table's name stands in its title only, since few names can be a Mermaid id. Every table has a class, as version 12
colours those without one at random; a class sets the frame and nothing else, which is legible in light and dark.
`direction LR` and dagre keep a picture narrow, and its layout quick. Neither classes nor `direction` are in the plain
style, which older versions read too.
"""

import logging
from collections.abc import Collection, Iterable, Sequence

import msgspec

from erd.formats import Options, shown_columns
from erd.formats.labels import key_marks, relationship_label, state_label
from erd.formats.mermaid_text import Style, plain_word, short_type, text, word
from erd.model import Cardinality, Column, Dependency, End, Erd, Outcome, Relationship, State, Table

log = logging.getLogger(__name__)

MAX_TEXT_SIZE = 50_000
"""The most characters that Mermaid draws, unless whoever shows the picture raised it (GitHub did not)."""

TABLE, CONTEXT, ADDED, REMOVED, CHANGED = "tbl", "ctx", "add", "del", "chg"
FRAMES = {
    TABLE: "stroke:#57606a,stroke-width:1px",
    CONTEXT: "stroke:#8c959f,stroke-width:1px",
    ADDED: "stroke:#2da44e,stroke-width:3px",
    REMOVED: "stroke:#e5534b,stroke-width:3px",
    CHANGED: "stroke:#d4a72c,stroke-width:3px",
}
"""The frames that a table can have, by the name of their class."""

SOLID, DASHED = "--", ".."
MADE_FROM = "made from"
UNKNOWN_TYPE = "unknown"

_PLAIN_HEAD = """\
---
config:
  layout: dagre
  er:
    nodeSpacing: 40
    rankSpacing: 60
---
erDiagram
"""
_HEAD = f"{_PLAIN_HEAD}  direction LR\n"
_NAME_LENGTH = 60
_DESCRIPTION_LENGTH = 60
_NUMBER_LENGTH = 6
_LEFT = {End.ZERO_OR_ONE: "|o", End.ONE: "||", End.ZERO_OR_MANY: "}o", End.ONE_OR_MANY: "}|"}
_RIGHT = {End.ZERO_OR_ONE: "o|", End.ONE: "||", End.ZERO_OR_MANY: "o{", End.ONE_OR_MANY: "|{"}
_STANDING = {Outcome.PASSED: "✅", Outcome.FAILED: "🔴", Outcome.NOT_RUN: "⚪"}
_ANY = Cardinality(End.ZERO_OR_MANY, End.ZERO_OR_MANY)


class Box(msgspec.Struct, frozen=True):
    """A table in a picture: its `unique_id`, its title, its rows as `row` and `rows` write them, and its frame."""

    table: str
    title: str
    rows: Sequence[str] = ()
    frame: str = TABLE

    @property
    def size(self) -> int:
        """How many bytes it takes in a picture, at most."""
        return len(_box(self, "t" * _NUMBER_LENGTH).encode())


class Line(msgspec.Struct, frozen=True):
    """A line in a picture, between two tables by `unique_id`: SOLID for what is there, DASHED for all else."""

    child: str
    parent: str
    label: str
    ends: Cardinality = _ANY
    stroke: str = SOLID

    @property
    def size(self) -> int:
        """How many bytes it takes in a picture, at most."""
        anywhere = "t" * _NUMBER_LENGTH
        return len(_line(self, anywhere, anywhere).encode())


def render(erd: Erd, options: Options) -> str:
    """The ERD as one Mermaid document."""
    joined, foreign = erd.joined_columns(), erd.foreign_keys()
    rows = Rows()
    boxes = [
        Box(
            table.unique_id,
            title(table),
            rows(table, shown_columns(table, options, joined), foreign.get(table.unique_id, ())),
        )
        for table in erd.tables
    ]
    lines = [relationship_line(one) for one in erd.relationships]
    document = picture(boxes, lines + [dependency_line(one) for one in erd.dependencies])
    if len(document) > MAX_TEXT_SIZE:
        log.warning(
            "The Mermaid diagram has %s characters, and most viewers draw no more than %s."
            " Select fewer tables, or fewer of their columns; the target markdown draws several pictures instead.",
            f"{len(document):,}",
            f"{MAX_TEXT_SIZE:,}",
        )
    return document


def picture(boxes: Sequence[Box], lines: Iterable[Line], style: Style = Style.FULL) -> str:
    """A diagram of these tables, in this order, and of these lines among them; the rows are of the same style."""
    ids = {box.table: f"t{number}" for number, box in enumerate(boxes, 1)}
    drawn = [_line(line, ids[line.child], ids[line.parent]) for line in lines]
    if style is Style.PLAIN:
        return "".join([_PLAIN_HEAD, *[_plain_box(box, ids[box.table]) for box in boxes], *drawn])
    used = {box.frame for box in boxes}
    return "".join(
        [
            _HEAD,
            *[_box(box, ids[box.table]) for box in boxes],
            *drawn,
            *[f"  classDef {frame} {style}\n" for frame, style in FRAMES.items() if frame in used],
        ]
    )


def size(boxes: Iterable[Box], lines: Iterable[Line]) -> int:
    """How many bytes their picture takes, at most; it is no sum of parts for boxes with other frames."""
    return EMPTY_SIZE + sum(box.size for box in boxes) + sum(line.size for line in lines)


EMPTY_SIZE = len(_HEAD) + sum(len(f"  classDef {frame} {style}\n") for frame, style in FRAMES.items())
"""How many bytes a picture takes besides its boxes and lines, at most."""


def title(table: Table) -> str:
    """What a table is called in a picture."""
    return table.label if table.label.strip() else table.name


def relationship_line(relationship: Relationship) -> Line:
    """The line of a relationship, with its columns and how it fared in its tests."""
    parts = (relationship_label(relationship), standing(relationship.state))
    said = " ".join(part for part in parts if part)
    return Line(relationship.child.table, relationship.parent.table, said, relationship.cardinality)


def standing(state: State | None) -> str:
    """How a relationship fared in its tests, with a mark that is seen before it is read; empty when unknown."""
    return f"{_STANDING[state.outcome]} {state_label(state)}".rstrip() if state else ""


def dependency_line(dependency: Dependency) -> Line:
    """The line of a dependency: dashed, and in words, as an end of a line always looks like a relationship's."""
    return Line(dependency.downstream, dependency.upstream, MADE_FROM, stroke=DASHED)


def row(kind: str, name: str, keys: str = "", comment: str = "", style: Style = Style.FULL) -> str:
    """A row of a table: type, name, keys (`PK, FK`) and a comment."""
    marks, said = f" {keys}" if keys else "", f' "{text(comment)}"' if comment else ""
    if style is Style.PLAIN:
        written = plain_word(short_type(kind)) if kind.strip() else UNKNOWN_TYPE
        return _row(written, plain_word(name, _NAME_LENGTH), marks, said)
    return _row(_type(kind), _name(name), marks, said)


class Rows:
    """Writes the rows of many tables, which share their names, types and descriptions."""

    def __init__(self) -> None:
        self._types, self._names = _Types(), _Names()
        self._nullable, self._required = _Comments(""), _Comments("not null")

    def __call__(self, table: Table, columns: Iterable[Column], foreign: Collection[str]) -> list[str]:
        """The rows of these columns of a table; `foreign` are the names of those that hold a foreign key."""
        types, names = self._types, self._names
        keys = {name: f" {', '.join(marks)}" for name, marks in key_marks(table, foreign).items()}
        nullable, required = self._nullable, self._required
        return [
            f"    {types[column.type]} {names[column.name]}{keys.get(column.name, '')}"
            f"{(required if column.not_null else nullable)[column.description]}\n"
            for column in columns
        ]


def _row(kind: str, name: str, keys: str, comment: str) -> str:
    return f"    {kind} {name}{keys}{comment}\n"


def _type(kind: str) -> str:
    return word(short_type(kind)) if kind.strip() else UNKNOWN_TYPE


def _name(name: str) -> str:
    return word(name, _NAME_LENGTH)


class _Types(dict[str, str]):
    def __missing__(self, kind: str) -> str:
        written = self[kind] = _type(kind)
        return written


class _Names(dict[str, str]):
    def __missing__(self, name: str) -> str:
        written = self[name] = _name(name)
        return written


class _Comments(dict[str, str]):
    """What stands behind a column, by its description."""

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = first

    def __missing__(self, description: str) -> str:
        parts = [part for part in (self._first, description.strip()) if part]
        written = self[description] = f' "{text(", ".join(parts), _DESCRIPTION_LENGTH)}"' if parts else ""
        return written


def _box(box: Box, box_id: str) -> str:
    return f'  {box_id}["{text(box.title)}"]:::{box.frame}{_body(box)}\n'


def _plain_box(box: Box, box_id: str) -> str:
    return f'  {box_id}["{text(box.title)}"]{_body(box)}\n'


def _body(box: Box) -> str:
    return f" {{\n{''.join(box.rows)}  }}" if box.rows else ""


def _line(line: Line, child: str, parent: str) -> str:
    ends = f"{_LEFT[line.ends.child]}{line.stroke}{_RIGHT[line.ends.parent]}"
    return f'  {child} {ends} {parent} : "{text(line.label)}"\n'
