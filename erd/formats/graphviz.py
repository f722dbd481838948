"""Graphviz: a DOT file in which each table is an HTML-like label, and each relationship an edge between its rows.

In such a label a stray `<` or `&` is an error for the whole file; in a quoted string `&` begins an entity as well. A
port must not begin with the letter of a side (n, e, s, w, c, _): Graphviz would take it for that side, without a word.
"""

from collections.abc import Iterable, Mapping
from html import escape

from erd.formats import Options
from erd.formats.boxes import Box, boxes, by_group, indented, joined_columns, related
from erd.formats.labels import PRIMARY, lines, one_line, relationship_label, shown_name, state_label
from erd.model import Column, End, Erd, Outcome, Relationship

# Arrowheads first: Graphviz (2.43) draws some lines between neighbours in a graph of their own, for which it sorts the
# attributes by name, and reads the arrowhead from the place that it had in the file.
_FONT = 'fontname="Helvetica,Arial,sans-serif"'
_HEAD = f"""digraph erd {{
  graph [rankdir=LR nodesep=0.3 ranksep=1.0 {_FONT}]
  node [shape=plain {_FONT} fontsize=11 fontcolor="#1f2328"]
  edge [arrowhead=none arrowtail=none dir=both {_FONT} fontsize=9 color="#57606a" fontcolor="#57606a"]
"""
_CLUSTER = '  subgraph cluster_{} {{\n    label={} fontsize=12 fontcolor="#57606a" color="#afb8c1"\n'
_TABLE = '<table border="0" cellborder="1" cellspacing="0" cellpadding="4" color="#8c959f" bgcolor="#ffffff">\n'
_TITLE = '    <tr><td port="title" bgcolor="#24476b"><font color="#ffffff"><b>{}</b></font></td></tr>\n'
_ROW = (
    '    <tr><td port="p{}"><table border="0" cellborder="0" cellspacing="0" cellpadding="0"><tr>'
    '<td align="left">{}{}&#160;&#160;&#160;</td><td align="right">{}</td></tr></table></td></tr>\n'
)
_TYPE = '<font color="#57606a">{}</font>'
_MARKS = '<font color="#9a6700" point-size="8">&#160;&#160;{}</font>'
_ARROWS = {
    End.ZERO_OR_ONE: "teeodot",
    End.ONE: "teetee",
    End.ZERO_OR_MANY: "crowodot",
    End.ONE_OR_MANY: "crowtee",
}
_SIDE = ":e"
_COLOURS = {Outcome.PASSED: "#1a7f37", Outcome.FAILED: "#cf222e", Outcome.NOT_RUN: "#bf8700"}
_DEPENDENCIES = '    edge [dir=forward style=dashed arrowhead=vee color="#8c959f"]\n'


def render(erd: Erd, options: Options) -> str:
    """The ERD as one DOT file."""
    drawn = boxes(erd, options)
    types = _Types()
    blocks = [_HEAD]
    for number, (group, members) in enumerate(by_group(drawn, options)):
        if group:
            blocks.append(_CLUSTER.format(number, quoted(shown_name(group))))
        nodes = (_node(box, types) for box in members)
        blocks.extend(map(indented, nodes) if group else nodes)
        if group:
            blocks.append("  }\n")
    blocks.extend(_edge(one, drawn) for one in erd.relationships)
    blocks.extend(_dependencies(erd, drawn))
    blocks.append("}\n")
    return "".join(blocks)


def quoted(content: str) -> str:
    """A text as a quoted string of DOT, whatever it holds; a line break stays one."""
    entities = content.replace("&", "&amp;").replace("\\", "\\\\").replace('"', '\\"')
    return f'"{entities}"'.replace("\n", "\\n")


def _html(content: str) -> str:
    r"""A text in an HTML-like label. `\N` there is a node's name, and a `]` at the end is read behind the next tag."""
    return escape(content).replace("]", "&#93;").replace("\\", "\\\\")


class _Types(dict[str, str]):
    """Types as HTML; the same few stand in many columns. Graphviz allows no empty `font`."""

    def __missing__(self, content: str) -> str:
        line = one_line(content)
        written = self[content] = _TYPE.format(_html(line)) if line else ""
        return written


def _node(box: Box, types: _Types) -> str:
    parts = [f"  {box.id} [label=<{_TABLE}", _TITLE.format(_html(box.title))]
    parts += _rows(box, types)
    parts.append("  </table>>")
    description = lines(box.table.description)
    if description:
        parts.append(f" tooltip={quoted(description)}")
    parts.append("]\n")
    return "".join(parts)


def _rows(box: Box, types: _Types) -> list[str]:
    """A row for each column: one cell, for edges to meet at either side, with its name and marks, and its type."""
    return [
        _ROW.format(place, _name(column, box), _marks(column, box), types[column.type])
        for place, column in enumerate(box.columns, 1)
    ]


def _marks(column: Column, box: Box) -> str:
    """The marks of a column; that a primary key is never null goes without saying."""
    marks = box.marks.get(column.name, ())
    if column.not_null and PRIMARY not in marks:
        marks = (*marks, "NN")
    return _MARKS.format("&#160;".join(marks)) if marks else ""


def _name(column: Column, box: Box) -> str:
    name = _html(shown_name(column.name))
    return f"<b>{name}</b>" if PRIMARY in box.marks.get(column.name, ()) else name


def _edge(one: Relationship, drawn: Mapping[str, Box]) -> str:
    tail, head = _ends(one, drawn)
    label = "\n".join(filter(None, (one_line(relationship_label(one)), state_label(one.state))))
    colour = _COLOURS[one.state.outcome] if one.state else ""
    settings = [
        f"arrowtail={_ARROWS[one.cardinality.child]} arrowhead={_ARROWS[one.cardinality.parent]}",
        # The label of a line that stays on one side looks for room when all else is placed.
        f"{'xlabel' if tail.endswith(_SIDE) else 'label'}={quoted(label)}" if label else "",
        f'color="{colour}" fontcolor="{colour}"' if colour else "",
    ]
    return f"  {tail} -> {head} [{' '.join(filter(None, settings))}]\n"


def _ends(one: Relationship, drawn: Mapping[str, Box]) -> tuple[str, str]:
    """Where a relationship begins and ends: at its columns, else at the titles; from a table to itself on one side."""
    child, parent = drawn[one.child.table], drawn[one.parent.table]
    match joined_columns(one, drawn):
        case tail, head:
            side = _SIDE if child is parent else ""
            return f"{child.id}:p{child.places[tail]}{side}", f"{parent.id}:p{parent.places[head]}{side}"
    return (child.id, child.id) if child is parent else (f"{child.id}:title", f"{parent.id}:title")


def _dependencies(erd: Erd, drawn: Mapping[str, Box]) -> Iterable[str]:
    if erd.dependencies:
        yield f"  subgraph dependencies {{\n{_DEPENDENCIES}"
        placed = related(erd)
        for one in erd.dependencies:
            aside = " [constraint=false]" if placed.issuperset((one.upstream, one.downstream)) else ""
            yield f"    {drawn[one.upstream].id}:title -> {drawn[one.downstream].id}:title{aside}\n"
        yield "  }\n"
