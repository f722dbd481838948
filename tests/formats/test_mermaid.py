"""What Mermaid says of an ERD, thing by thing."""

import logging

import msgspec
import pytest

from erd.formats import TARGETS, Options
from erd.formats.mermaid import (
    ADDED,
    CONTEXT,
    DASHED,
    Box,
    Line,
    picture,
    relationship_line,
    render,
    row,
    size,
)
from erd.formats.mermaid_text import text, word
from erd.model import Cardinality, Column, Dependency, End, Erd, Outcome, Relationship, State
from tests.builders import a_relationship, a_table, an_erd
from tests.formats.mermaid_expectation import ENDS
from tests.tools.mermaid_judge import Diagram, MermaidJudge


def read(mermaid: MermaidJudge, erd: Erd, options: Options | None = None) -> Diagram:
    """What mermaid reads, and no complaint."""
    diagram = mermaid.read(render(erd, options or Options()))
    assert diagram.errors == ()
    return diagram


def lines(erd: Erd, options: Options | None = None) -> list[str]:
    """The document's lines below `direction LR`, without the classes."""
    body = render(erd, options or Options()).split("direction LR\n", 1)[1].splitlines()
    return [line.strip() for line in body if "classDef" not in line]


def labelled(relationship: Relationship) -> str:
    return relationship_line(relationship).label


def test_mermaid_is_a_target_with_dbterds_file_name() -> None:
    assert TARGETS["mermaid"].file_name == "output.md"
    assert TARGETS["mermaid"].render(an_erd(), Options()) == render(an_erd(), Options())


def test_an_empty_erd_is_a_diagram_without_tables(mermaid: MermaidJudge) -> None:
    assert read(mermaid, an_erd()).entities == ()


def test_a_table_has_its_columns_in_order_with_types_keys_and_what_is_said_of_them() -> None:
    table = a_table(
        "a",
        [
            Column("x", "int", not_null=True),
            Column("b c", "NUMBER(38,0)", "A number."),
            Column("d", "", "", not_null=True),
        ],
        primary_key=["x", "b c"],
        unique_keys=[["d"], ["x", "d"]],
    )
    erd = an_erd([table], [a_relationship("a", "x", "a", "d")])
    assert lines(erd)[:5] == [
        't1["a"]:::tbl {',
        'int x PK, FK "not null"',
        'NUMBER(38\N{FULLWIDTH COMMA}0) b␣c PK "A number."',
        'unknown d UK "not null"',
        "}",
    ]


def test_a_table_shows_its_label_in_place_of_its_name() -> None:
    labelled_table = msgspec.structs.replace(a_table("a", []), label="All orders")
    assert lines(an_erd([labelled_table])) == ['t1["All orders"]:::tbl']


def test_columns_can_be_those_of_keys_and_relationships_only(mermaid: MermaidJudge) -> None:
    erd = an_erd(
        [a_table("a", ["id", "b", "x"], primary_key=["id"]), a_table("b")], [a_relationship("a", "b", "b", "id")]
    )
    assert [row.name for row in read(mermaid, erd, Options(columns="keys")).entities[0].rows] == ["id", "b"]
    assert [box.rows for box in read(mermaid, erd, Options(columns="none")).entities] == [(), ()]


@pytest.mark.parametrize("child", End)
@pytest.mark.parametrize("parent", End)
def test_both_ends_of_a_line_say_how_many(mermaid: MermaidJudge, child: End, parent: End) -> None:
    relationship = a_relationship("a", "x", "b", "y", cardinality=Cardinality(child, parent))
    (line,) = read(mermaid, an_erd([a_table("a", ["x"]), a_table("b", ["y"])], [relationship])).lines
    assert (line.left, line.left_end, line.right, line.right_end) == ("t1", ENDS[child], "t2", ENDS[parent])


@pytest.mark.parametrize(
    ("child", "parent", "own", "shown"),
    [
        ("id", "id", "", "id"),
        ("b_id", "id", "", "b_id → id"),
        (("x", "y"), ("x", "y"), "", "x, y"),
        (("x", "y"), ("u", "v"), "", "x, y → u, v"),
        ((), (), "", ""),
        ("b_id", "id", "placed by", "placed by"),
    ],
)
def test_a_line_is_labelled_with_the_label_or_the_columns(
    child: str | tuple[str, ...], parent: str | tuple[str, ...], own: str, shown: str
) -> None:
    assert labelled(a_relationship("a", child, "b", parent, label=own)) == shown


@pytest.mark.parametrize(
    ("state", "shown"),
    [
        (None, "id"),
        (State(Outcome.NOT_RUN), "id ⚪ not run"),
        (State(Outcome.PASSED), "id ✅"),
        (State(Outcome.FAILED), "id 🔴 failed"),
        (State(Outcome.FAILED, 1), "id 🔴 1 orphan"),
        (State(Outcome.FAILED, 1234), "id 🔴 1,234 orphans"),
    ],
)
def test_a_line_says_how_its_tests_ended(mermaid: MermaidJudge, state: State | None, shown: str) -> None:
    relationship = msgspec.structs.replace(a_relationship("a", "id", "b", "id"), state=state)
    (line,) = read(mermaid, an_erd([a_table("a"), a_table("b")], [relationship])).lines
    assert line.label == shown


def test_a_relationship_without_columns_joins_the_tables(mermaid: MermaidJudge) -> None:
    (line,) = read(mermaid, an_erd([a_table("a"), a_table("b")], [a_relationship("a", (), "b", ())])).lines
    assert (line.left, line.right, line.label) == ("t1", "t2", "-")


def test_what_a_table_is_made_from_is_a_dashed_line_that_says_so(mermaid: MermaidJudge) -> None:
    erd = Erd(an_erd([a_table("a"), a_table("b")]).tables, (), (Dependency("b", "a"),))
    (line,) = read(mermaid, erd).lines
    assert (line.left, line.right, line.label, line.solid) == ("t2", "t1", "made from", False)


def test_long_types_and_descriptions_are_cut() -> None:
    column = Column("x", f"STRUCT<{', '.join(f'f{n} INT64' for n in range(9))}>", "word " * 50)
    (_, written, _) = lines(an_erd([a_table("a", [column])]))
    assert written.startswith('STRUCT\N{FULLWIDTH LESS-THAN SIGN}…\N{FULLWIDTH GREATER-THAN SIGN} x "word word')
    assert written.endswith('word word…"')
    assert len(written) < 100


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("order_id", "order_id"),
        ("pk", "\u200bpk"),
        ("Fk", "\u200bFk"),
        ("uk-x", "\u200buk-x"),
        ("pkey", "pkey"),
        ("1st", "\u200b1st"),
        ("_x", "\u200b_x"),
        ("__x__", "\N{FULLWIDTH LOW LINE}\N{FULLWIDTH LOW LINE}x\N{FULLWIDTH LOW LINE}\N{FULLWIDTH LOW LINE}"),
        ("a_b__c", "a_b__c"),
        ("*", "\N{FULLWIDTH ASTERISK}"),
        ("[x](y)", "\u200b[x]\N{FULLWIDTH LEFT PARENTHESIS}y)"),
        ("a.b", "a\N{FULLWIDTH FULL STOP}b"),
        ("漢字", "漢字"),
        ("", "\u200b-"),
        ("\ufeff \u200b", "\u200b-"),
    ],
)
def test_a_word_is_shown_as_it_is_or_by_a_look_alike(name: str, written: str) -> None:
    assert word(name) == written


@pytest.mark.parametrize(
    ("content", "written"),
    [
        ("model.shop.orders_v2", "model.shop.orders_v2"),
        ("two  words\n", "two words"),
        ("_a_", "#95;a#95;"),
        ("a_b", "a_b"),
        ("1. x", "1#46; x"),
        ("www.x.y", "www#46;x.y"),
        ("%%{x}", "#37;#37;#123;x#125;"),
        ("in direction LR", "in direction#32;LR"),
        ("Direction  td, direction\nrl", "Direction td, direction#32;rl"),
        ("ﬂ°¶ß", "ﬂ\u200b°¶\u200bß"),
        ("", "#45;"),
        ("\x00\u200b", "#45;"),
        ("🔴 5 orphans", "🔴 5 orphans"),
    ],
)
def test_a_text_is_written_with_codes_for_what_has_a_meaning(content: str, written: str) -> None:
    assert text(content) == written


def test_a_picture_has_frames_rows_and_strokes_of_its_makers_choice(mermaid: MermaidJudge) -> None:
    boxes = [Box("a", "🟢 a", [row("int", "x", "PK", "🟢 added")], ADDED), Box("b", "b", frame=CONTEXT)]
    drawn = mermaid.read(picture(boxes, [Line("a", "b", "🔴 x", stroke=DASHED)]))
    assert drawn.errors == ()
    assert [box.classes for box in drawn.entities] == [("add",), ("ctx",)]
    assert drawn.classes == ("ctx", "add")
    assert drawn.entities[0].rows[0].comment == "🟢 added"
    assert (drawn.lines[0].label, drawn.lines[0].solid) == ("🔴 x", False)


def test_how_large_a_picture_gets_is_known_before() -> None:
    boxes = [Box(f"é{number}", "é_" * 30, [row("int", "x")]) for number in range(30)]
    drawn = [Line(box.table, boxes[0].table, "→") for box in boxes]
    assert len(picture(boxes, drawn).encode()) <= size(boxes, drawn) <= 1.3 * len(picture(boxes, drawn).encode())


def test_a_diagram_that_no_viewer_draws_is_a_warning(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        render(an_erd([a_table(f"t{number}") for number in range(100)]), Options())
        assert caplog.messages == []
        render(an_erd([a_table(f"t{number}") for number in range(2_000)]), Options())
    assert "most viewers draw no more than 50,000" in caplog.text
