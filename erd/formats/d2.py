r"""D2: each table a `sql_table`, each relationship a connection with crow's feet.

D2 takes names for the same that differ in case only, and drops a type that equals its column's name, both without a
word; a column's name of more than 518 bytes is an error. A connection to a column that is not there adds it. A `$` in
quotes begins a variable. A tooltip is Markdown, in which a stray tag is an error for the whole document.
"""

import re
from collections.abc import Iterable, Mapping

from erd.formats import Options
from erd.formats.boxes import Box, boxes, by_group, indented, joined_columns
from erd.formats.labels import FOREIGN, PRIMARY, UNIQUE, lines, one_line, relationship_label, shown_name, state_label
from erd.model import Column, End, Erd, Outcome, Relationship

# ELK, which comes with D2, draws a line to the row of its column; the other engine to any row.
_HEAD = """vars: {
  d2-config: {
    layout-engine: elk
  }
}
direction: right
classes: {
  group: {style: {fill: "#f6f8fa"; stroke: "#afb8c1"}}
  relationship: {style: {stroke: "#57606a"; font-color: "#57606a"; italic: false}}
  passed: {style: {stroke: "#1a7f37"; font-color: "#1a7f37"; italic: false}}
  failed: {style: {stroke: "#cf222e"; font-color: "#cf222e"; italic: false}}
  not_run: {style: {stroke: "#bf8700"; font-color: "#bf8700"; italic: false}}
  dependency: {style: {stroke: "#8c959f"; stroke-dash: 4; stroke-width: 1}}
}
"""
LONGEST_NAME = 500
_CONSTRAINTS = {PRIMARY: "primary_key", FOREIGN: "foreign_key", UNIQUE: "unique"}
_ENDS = {
    End.ZERO_OR_ONE: "cf-one",
    End.ONE: "cf-one-required",
    End.ZERO_OR_MANY: "cf-many",
    End.ONE_OR_MANY: "cf-many-required",
}
_CLASSES = {Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.NOT_RUN: "not_run"}
# What Markdown takes for more than itself: anywhere, and at the beginning of a line.
_MARKDOWN = re.compile(r"[\\`*_\[\]<>&#|~!]|^[-+=]|(?<=^\d)[.)]|(?<=^\d\d)[.)]", re.MULTILINE)
_ESCAPES = str.maketrans({"\\": "\\\\", '"': '\\"', "$": "\\$", "\n": "\\n"})


def render(erd: Erd, options: Options) -> str:
    """The ERD as one D2 document."""
    drawn = boxes(erd, options)
    names = {unique_id: _names(box.columns) for unique_id, box in drawn.items()}
    paths: dict[str, str] = {}
    blocks = [_HEAD]
    for number, (group, members) in enumerate(by_group(drawn, options)):
        if group:
            blocks.append(f"g{number}: {quoted(shown_name(group))} {{\n  class: group\n")
        for box in members:
            paths[box.table.unique_id] = f"g{number}.{box.id}" if group else box.id
            table = _table(box, names[box.table.unique_id])
            blocks.append(indented(table) if group else table)
        if group:
            blocks.append("}\n")
    blocks.extend(_connection(one, drawn, names, paths) for one in erd.relationships)
    blocks.extend(_dependencies(erd, paths))
    return "".join(blocks)


def quoted(content: str) -> str:
    """A text in quotes, whatever it holds; a line break stays one."""
    return f'"{content.translate(_ESCAPES)}"'


def _names(columns: Iterable[Column]) -> dict[str, str]:
    """The columns' names as they are drawn, by name: one that differs from an earlier one in case only is numbered."""
    drawn, taken = {}, set()
    for column in columns:
        name = shown = _cut(shown_name(column.name))
        number = 1
        while _folded(shown) in taken:
            number += 1
            shown = f"{name} ({number})"
        taken.add(_folded(shown))
        drawn[column.name] = shown
    return drawn


def _cut(name: str) -> str:
    """The name, or as much of it as D2 takes, with room for a number behind it."""
    content = name.encode()
    return name if len(content) <= LONGEST_NAME else f"{content[:LONGEST_NAME].decode(errors='ignore')}…"


def _folded(name: str) -> str:
    """What D2 compares names by; it takes the dotted capital I for a common one."""
    return name.replace("İ", "i").casefold()


def _table(box: Box, names: Mapping[str, str]) -> str:
    parts = [f"{box.id}: {quoted(box.title)} {{\n  shape: sql_table\n"]
    description = _MARKDOWN.sub(r"\\\g<0>", lines(box.table.description))
    if description:
        parts.append(f"  tooltip: {quoted(description)}\n")
    parts += [_column(column, box, names[column.name]) for column in box.columns]
    parts.append("}\n")
    return "".join(parts)


def _column(column: Column, box: Box, name: str) -> str:
    kind = one_line(column.type)
    # A type that is the column's name is kept with a blank behind it.
    kind = quoted(f"{kind} " if kind == name else kind)
    constraints = [_CONSTRAINTS[mark] for mark in box.marks.get(column.name, ())]
    if column.not_null and column.name not in box.table.primary_key:
        constraints.append("NN")
    said = f" {{constraint: [{'; '.join(constraints)}]}}" if constraints else ""
    return f"  {quoted(name)}: {kind}{said}\n"


def _connection(
    one: Relationship, drawn: Mapping[str, Box], names: Mapping[str, Mapping[str, str]], paths: Mapping[str, str]
) -> str:
    columns = joined_columns(one, drawn)
    child, parent = (
        f"{paths[end.table]}.{quoted(names[end.table][columns[side]])}" if columns else paths[end.table]
        for side, end in enumerate((one.child, one.parent))
    )
    label = "\n".join(filter(None, (one_line(relationship_label(one)), state_label(one.state))))
    kind = _CLASSES[one.state.outcome] if one.state else "relationship"
    ends = (
        f"source-arrowhead.shape: {_ENDS[one.cardinality.child]}; "
        f"target-arrowhead.shape: {_ENDS[one.cardinality.parent]}"
    )
    return f"{child} <-> {parent}: {quoted(label)} {{class: {kind}; {ends}}}\n"


def _dependencies(erd: Erd, paths: Mapping[str, str]) -> Iterable[str]:
    for one in erd.dependencies:
        yield f"{paths[one.upstream]} -> {paths[one.downstream]}: {{class: dependency}}\n"
