"""PlantUML: an entity for each table, with the field's crow's feet between them.

Its texts are wiki text: quotes, dashes, stars, slashes and percent signs mean something, and so does the beginning of a
line. `<U+XXXX>` is the one escape that all its texts take; `&#36;` and `&#92;` break the picture.
"""

import re
from collections.abc import Iterable, Mapping

from erd.formats import Options
from erd.formats.boxes import Box, boxes, by_group, indented, related
from erd.formats.labels import one_line, relationship_label, shown_name, state_label
from erd.model import Column, End, Erd, Outcome, Relationship

_HEAD = """@startuml
hide circle
hide empty members
left to right direction
skinparam shadowing false
skinparam roundCorner 4
skinparam defaultFontName Helvetica
skinparam defaultFontSize 12
skinparam ArrowColor #57606a
skinparam ArrowFontColor #57606a
skinparam ArrowFontSize 10
skinparam packageBorderColor #afb8c1
skinparam class {
  BackgroundColor #ffffff
  BorderColor #8c959f
  HeaderBackgroundColor #dbe7f3
  FontStyle bold
  StereotypeFontColor #9a6700
}
"""
# A single `_`, `.` or `,` is only itself; two in a row are an underline or a line across the box. Characters for
# private use are marks of PlantUML's own, and an en dash is made a hyphen.
_SPECIAL = re.compile(r"[^A-Za-z0-9 \u00a0-\u2012\u2014-\ud7ff\uf900-\U0010ffff_.,]|([_.,])(?=\1)|(?<=([_.,]))\2")
_CHILD = {End.ZERO_OR_ONE: "|o", End.ONE: "||", End.ZERO_OR_MANY: "}o", End.ONE_OR_MANY: "}|"}
_PARENT = {End.ZERO_OR_ONE: "o|", End.ONE: "||", End.ZERO_OR_MANY: "o{", End.ONE_OR_MANY: "|{"}
_COLOURS = {Outcome.PASSED: "#1a7f37", Outcome.FAILED: "#cf222e", Outcome.NOT_RUN: "#bf8700"}


def render(erd: Erd, options: Options) -> str:
    """The ERD as one PlantUML document."""
    drawn = boxes(erd, options)
    words = _Words()
    blocks = [_HEAD]
    for number, (group, members) in enumerate(by_group(drawn, options)):
        if group:
            blocks.append(f'package "{text(shown_name(group))}" as g{number} {{\n')
        entities = (_entity(box, words) for box in members)
        blocks.extend(map(indented, entities) if group else entities)
        if group:
            blocks.append("}\n")
    blocks.extend(_link(one, drawn) for one in erd.relationships)
    blocks.extend(_dependencies(erd, drawn))
    blocks.append("@enduml\n")
    return "".join(blocks)


def text(content: str) -> str:
    """A text on one line, whatever it holds."""
    return _SPECIAL.sub(lambda match: f"<U+{ord(match[0]):04X}>", content)


class _Words(dict[str, str]):
    """Names and types as PlantUML reads them; the same few stand in many columns."""

    def __missing__(self, content: str) -> str:
        written = self[content] = text(one_line(content))
        return written


def _entity(box: Box, words: _Words) -> str:
    """A table: the columns of its primary key, a line across, and the rest."""
    keys = [_field(column, box, words) for column in box.columns if column.name in box.table.primary_key]
    rest = [_field(column, box, words) for column in box.columns if column.name not in box.table.primary_key]
    line = ["  --\n"] if keys and rest else []
    title = text(box.title)
    # An escape at the end of a title, with its `>`, would be taken for a type parameter.
    title = f"{title} " if title.endswith(">") else title
    return "".join([f'entity "{title}" as {box.id} {{\n', *keys, *line, *rest, "}\n"])


def _field(column: Column, box: Box, words: _Words) -> str:
    """A column; a star before it says that it is never null."""
    star = "* " if column.not_null else ""
    kind = f" : {words[column.type]}" if words[column.type] else ""
    marks = "".join([f" <<{mark}>>" for mark in box.marks.get(column.name, ())])
    return f"  {star}{{field}} {words[column.name] or text(shown_name(column.name))}{kind}{marks}\n"


def _link(one: Relationship, drawn: Mapping[str, Box]) -> str:
    colour = f"[{_COLOURS[one.state.outcome]}]" if one.state else ""
    line = f"{_CHILD[one.cardinality.child]}-{colour}-{_PARENT[one.cardinality.parent]}"
    label = "\\n".join(filter(None, (text(one_line(relationship_label(one))), _state(one))))
    ends = f"{drawn[one.child.table].id} {line} {drawn[one.parent.table].id}"
    return f"{ends} : {label}\n" if label else f"{ends}\n"


def _state(one: Relationship) -> str:
    said = state_label(one.state)
    return f"<color:{_COLOURS[one.state.outcome]}>{text(said)}</color>" if one.state and said else ""


def _dependencies(erd: Erd, drawn: Mapping[str, Box]) -> Iterable[str]:
    placed = related(erd)
    for one in erd.dependencies:
        aside = ",norank" if placed.issuperset((one.upstream, one.downstream)) else ""
        yield f"{drawn[one.upstream].id} .[#8c959f{aside}].> {drawn[one.downstream].id}\n"
