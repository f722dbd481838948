"""What mermaid should read in a rendered ERD: the ERD itself, less what Mermaid cannot say."""

import re
import unicodedata

from erd.formats.labels import relationship_label, state_label
from erd.model import Column, End, Erd, Outcome, Relationship, Table
from tests.tools.mermaid_judge import Diagram, MermaidJudge, ReadBox, ReadLine, ReadRow

ENDS = {
    End.ZERO_OR_ONE: "ZERO_OR_ONE",
    End.ONE: "ONLY_ONE",
    End.ZERO_OR_MANY: "ZERO_OR_MORE",
    End.ONE_OR_MANY: "ONE_OR_MORE",
}
MARKS_OF_DIRECTION = "\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
MAX_TEXT_SIZE = 50_000
# What a word cannot hold, and what stands in for it. A name may hold the stand-in itself, so both are read as one.
FOLDED = {ord("␣"): " "} | {code + 0xFEE0: chr(code) for code in range(ord("!"), ord("~") + 1)}
FOLDED |= dict.fromkeys(range(0x80, 0xC0), "_")


def expected(erd: Erd) -> Diagram:
    """The diagram that all columns of this ERD give, words folded."""
    ids = {table.unique_id: f"t{number}" for number, table in enumerate(erd.tables, 1)}
    foreign = erd.foreign_keys()
    lines = [
        ReadLine(
            ids[one.child.table],
            ids[one.parent.table],
            read_text(_label(one), 80),
            ENDS[one.cardinality.child],
            ENDS[one.cardinality.parent],
            solid=True,
        )
        for one in erd.relationships
    ]
    made = [
        ReadLine(ids[one.downstream], ids[one.upstream], "made from", "ZERO_OR_MORE", "ZERO_OR_MORE", solid=False)
        for one in erd.dependencies
    ]
    return Diagram(
        errors=(),
        entities=tuple(_box(table, ids[table.unique_id], foreign.get(table.unique_id, set())) for table in erd.tables),
        lines=(*lines, *made),
        classes=("tbl",) if erd.tables else (),
        direction="LR",
    )


def folded(diagram: Diagram) -> Diagram:
    """The same with the words as `expected` has them."""
    boxes = [
        ReadBox(
            box.id,
            box.title,
            box.classes,
            tuple(ReadRow(folded_word(row.type), folded_word(row.name), row.keys, row.comment) for row in box.rows),
        )
        for box in diagram.entities
    ]
    return Diagram(diagram.errors, tuple(boxes), diagram.lines, diagram.classes, diagram.direction)


def mermaid_complaints(document: str, judge: MermaidJudge, *, whole: bool = False) -> list[str]:
    """What is wrong with a document: mermaid's complaints, or what no viewer would draw well.

    `whole` is for a document that may be larger than a viewer draws.
    """
    read = judge.read(document)
    found = [*read.errors]
    found += [f"{box.title}: no class" for box in read.entities if not box.classes]
    found += [
        f"the class {name} is not defined" for box in read.entities for name in set(box.classes) - {*read.classes}
    ]
    declared = {box.id for box in read.entities if box.title}
    found += [f"{end} has no title" for line in read.lines for end in (line.left, line.right) if end not in declared]
    if len(document) > MAX_TEXT_SIZE and not whole:
        found.append(f"{len(document)} characters")
    return found


def read_text(content: str, length: int) -> str:
    """What is shown of a text; what Mermaid would take for a code of its own is kept apart by an invisible mark."""
    return _seen(content, length).replace("ﬂ°", "ﬂ\u200b°").replace("¶ß", "¶\u200bß")


def _seen(content: str, length: int) -> str:
    """What is shown: one line, nothing that cannot be seen, cut, and something in any case."""
    kept = "".join(
        character
        for character in content
        if character.isspace() or (unicodedata.category(character) != "Cc" and character not in MARKS_OF_DIRECTION)
    ).replace("\ufeff", "")
    line = re.sub(r"\s+", " ", kept).strip()
    if all(unicodedata.category(character) == "Cf" for character in line):
        return "-"
    return line if len(line) <= length else f"{line[: length - 1].rstrip()}…"


def folded_word(word: str) -> str:
    """A word without the invisible mark that may stand before it, and with one reading of what looks alike."""
    return word.translate(FOLDED).removeprefix("\u200b")


def _label(one: Relationship) -> str:
    marks = {Outcome.PASSED: "✅", Outcome.FAILED: "🔴", Outcome.NOT_RUN: "⚪"}
    mark = f"{marks[one.state.outcome]} {state_label(one.state)}" if one.state else ""
    return f"{relationship_label(one)} {mark}"


def _box(table: Table, box_id: str, foreign: set[str]) -> ReadBox:
    title = table.label if table.label.strip() else table.name
    rows = tuple(_row(column, table, foreign) for column in table.columns)
    return ReadBox(box_id, read_text(title, 80), ("tbl",), rows)


def _row(column: Column, table: Table, foreign: set[str]) -> ReadRow:
    keys = ["PK"] * (column.name in table.primary_key) + ["FK"] * (column.name in foreign)
    keys += ["UK"] * ((column.name,) in table.unique_keys)
    said = [part for part in ("not null" if column.not_null else "", column.description.strip()) if part]
    return ReadRow(
        _word(_short(column.type) if column.type.strip() else "unknown", 40),
        _word(column.name, 60),
        tuple(dict.fromkeys(keys)),
        read_text(", ".join(said), 60) if said else "",
    )


def _short(kind: str) -> str:
    """A long type is shown without its inner parts."""
    if len(kind) > 40 and (outer := re.match(r"\s*([\w ]+)([<(\[])", kind)):
        return outer[1] + outer[2] + "…" + {"<": ">", "(": ")", "[": "]"}[outer[2]]
    return kind


def _word(content: str, length: int) -> str:
    return folded_word(_seen(content, length))
