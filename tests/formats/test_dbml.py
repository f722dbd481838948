"""What DBML says of an ERD, thing by thing."""

import msgspec
import pytest

from erd.formats import TARGETS, Options
from erd.formats.dbml import render
from erd.model import Cardinality, Column, Dependency, End, Erd, Origin
from tests.builders import a_relationship, a_table, an_erd
from tests.tools.judge import Document, Judge

UNQUOTED = Options(omit_entity_name_quotes=True)
OMITTED = Options(columns="none")
GROUPED = Options(grouped_by="schema")
# Words that mean something in DBML, today or in an older version.
WORDS = (
    *("project", "table", "tablegroup", "tablepartial", "enum", "ref", "note", "notes", "indexes", "index", "records"),
    *("checks", "check", "dep", "diagramview", "as", "pk", "primary", "key", "null", "not", "unique", "increment"),
    *("default", "delete", "update", "cascade", "restrict", "set", "headercolor", "color", "name", "type", "schema"),
    *("true", "false", "btree", "hash", "alias", "database_type", "use", "reuse", "from", "import", "public", "and"),
)  # fmt: skip


def lines(erd: Erd, options: Options | None = None) -> list[str]:
    """The document's lines without those that are empty or comments."""
    return [line for line in render(erd, options or Options()).splitlines() if line and not line.startswith("//")]


def read(judge: Judge, erd: Erd, options: Options) -> Document:
    """What the parser reads, and no complaint."""
    document = judge.read(render(erd, options))
    assert document.errors == ()
    return document


def test_dbml_is_a_target_with_dbterds_file_name() -> None:
    assert TARGETS["dbml"].file_name == "output.dbml"
    assert TARGETS["dbml"].render(an_erd(), Options()) == render(an_erd(), Options())


def test_an_empty_erd_is_a_document_of_comments(judge: Judge) -> None:
    assert lines(an_erd()) == []
    assert read(judge, an_erd(), Options()) == Document(errors=())


def test_a_table_has_its_columns_in_order_with_their_types() -> None:
    table = a_table("a", [Column("x", "int"), Column("b c", "NUMBER(38,0)", not_null=True)])
    assert lines(an_erd([table])) == ['Table "a" {', '  "x" "int"', '  "b c" "NUMBER(38,0)" [not null]', "}"]


@pytest.mark.parametrize(
    ("database", "schema", "place"),
    [("dev", "sales", "dev.sales"), ("", "sales", "sales"), ("dev", "", "dev"), ("", "", ""), ("", "a\nb", "a b")],
)
def test_a_table_says_where_it_lies_in_a_comment_above_it(database: str, schema: str, place: str) -> None:
    table = msgspec.structs.replace(a_table("a", schema=schema), database=database)
    assert f"\n//--configured at schema: {place}\nTable" in render(an_erd([table]), Options())


def test_descriptions_are_notes_on_one_line() -> None:
    column = Column("x", "int", 'It\'s\r\na\t"number".', not_null=True)
    assert lines(an_erd([a_table("a", [column], description="One\\two\n")])) == [
        'Table "a" {',
        '  "x" "int" [not null, note: \'It\\\'s\\na\\t"number".\']',
        "  Note: 'One\\\\two'",
        "}",
    ]


@pytest.mark.parametrize("blank", ["", " ", "\n\t"])
def test_a_blank_description_is_no_note(blank: str) -> None:
    table = a_table("a", [Column("x", "int", blank)], description=blank)
    assert lines(an_erd([table])) == ['Table "a" {', '  "x" "int"', "}"]


def test_a_column_that_only_a_relationship_names_says_so() -> None:
    (_, line, _) = lines(an_erd([a_table("a", [Column("x", origin=Origin.NAMED)])]))
    assert line.startswith('  "x" "unknown" [note: \'Named by a relationship only')


def test_a_column_of_an_unknown_type_is_of_type_unknown() -> None:
    assert lines(an_erd([a_table("a", [Column("x")])]))[1] == '  "x" "unknown"'


def test_a_table_without_columns_has_a_line_that_says_so(judge: Judge) -> None:
    erd = an_erd([a_table("a", [])])
    assert lines(erd) == ['Table "a" {', '  "(no columns)" "unknown"', "}"]
    assert len(read(judge, erd, Options()).tables) == 1


def test_an_empty_name_is_shown_as_empty() -> None:
    assert lines(an_erd([a_table("", [""])])) == ['Table "(empty)" {', '  "(empty)" "integer"', "}"]


def test_keys_stand_in_indexes_the_primary_one_first() -> None:
    table = a_table("a", ["x", "y", "z"], primary_key=["y", "x"], unique_keys=[["x"], ["z", "y"]])
    assert lines(an_erd([table]))[4:] == [
        "  indexes {",
        '    ("y", "x") [pk]',
        '    ("x") [unique]',
        '    ("z", "y") [unique]',
        "  }",
        "}",
    ]


@pytest.mark.parametrize("child", End)
@pytest.mark.parametrize("parent", End)
def test_a_reference_says_which_ends_are_many(child: End, parent: End) -> None:
    symbols = {(True, False): ">", (False, True): "<", (True, True): "<>", (False, False): "-"}
    relationship = a_relationship("a", "x", "b", "y", cardinality=Cardinality(child, parent))
    erd = an_erd([a_table("a", ["x"]), a_table("b", ["y"])], [relationship])
    assert lines(erd)[-1] == f'Ref: "a"."x" {symbols[child.many, parent.many]} "b"."y"'


def test_the_four_ends_are_one_or_many_as_their_names_say() -> None:
    assert [end for end in End if end.many] == [End.ZERO_OR_MANY, End.ONE_OR_MANY]


def test_a_composite_reference_pairs_its_columns_in_order(judge: Judge) -> None:
    relationship = a_relationship("a", ["x", "y"], "b", ["u", "v"])
    erd = an_erd([a_table("a", ["x", "y"]), a_table("b", ["u", "v"])], [relationship])
    assert lines(erd)[-1] == 'Ref: "a".("x", "y") > "b".("u", "v")'
    ((child, parent),) = read(judge, erd, Options()).refs
    assert (child.columns, parent.columns) == (("x", "y"), ("u", "v"))


def test_a_table_can_refer_to_itself_and_to_another_twice(judge: Judge) -> None:
    erd = an_erd(
        [a_table("a", ["x", "y", "z"]), a_table("b", ["u"])],
        [
            a_relationship("a", "x", "a", "y"),
            a_relationship("a", "y", "b", "u"),
            a_relationship("a", "z", "b", "u"),
            a_relationship("b", "u", "a", "x"),
        ],
    )
    assert len(read(judge, erd, Options()).refs) == 4


@pytest.mark.parametrize("options", [Options(), UNQUOTED])
def test_names_that_differ_in_case_are_different_names(options: Options, judge: Judge) -> None:
    erd = an_erd([a_table("a", ["id", "ID"]), a_table("A", ["id"])], [a_relationship("a", "ID", "A", "id")])
    document = read(judge, erd, options)
    assert {table.name for table in document.tables} == {"a", "A"}
    assert document.refs[0][0].columns == ("ID",)


def test_omitted_columns_leave_those_that_relationships_join_on(judge: Judge) -> None:
    erd = an_erd(
        [
            a_table("a", ["id", "b_id", "total"], primary_key=["id"], unique_keys=[["b_id"], ["b_id", "total"]]),
            a_table("b", ["id", "x"], description="B."),
            a_table("c", ["id"]),
        ],
        [a_relationship("a", "b_id", "b", "id")],
    )
    tables = {table.name: table for table in read(judge, erd, OMITTED).tables}
    columns = {name: [column.name for column in table.columns] for name, table in tables.items()}
    assert columns == {"a": ["b_id"], "b": ["id"], "c": ["(no columns)"]}
    assert [key.columns for key in tables["a"].keys] == [("b_id",)]
    assert tables["b"].note == "B."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("orders", "orders"),
        ("sales.orders", "sales.orders"),
        ("_x1.Y_2", "_x1.Y_2"),
        ("model.shop.orders", '"model.shop.orders"'),
        ("two words", '"two words"'),
        ("1st", '"1st"'),
        ("é", '"é"'),
        ("a-b", '"a-b"'),
        ("a.", '"a."'),
        (".a", '".a"'),
        ("note", '"note"'),
        ("sales.Table", '"sales.Table"'),
        ("orders\n", '"orders\\n"'),
        ("", '"(empty)"'),
    ],
)
def test_quotes_are_omitted_where_a_name_is_plain(name: str, shown: str) -> None:
    assert lines(an_erd([a_table(name)]), UNQUOTED)[0] == f"Table {shown} {{"


@pytest.mark.parametrize("word", ["as", "checks", "dep", "diagramview", "records", "tablepartial", "Records"])
def test_words_that_only_some_versions_of_dbml_know_keep_their_quotes(word: str) -> None:
    assert lines(an_erd([a_table(f"sales.{word}")]), UNQUOTED)[0] == f'Table "sales.{word}" {{'


def test_quotes_are_omitted_in_references_and_groups_alike(judge: Judge) -> None:
    erd = an_erd(
        [a_table("sales.a", ["x"], group="g"), a_table("b", ["y"], group="g")],
        [a_relationship("sales.a", "x", "b", "y")],
    )
    options = Options(omit_entity_name_quotes=True, grouped_by="schema")
    assert lines(erd, options)[-5:] == ['Ref: sales.a."x" > b."y"', 'TableGroup "g" {', "  b", "  sales.a", "}"]
    assert len(read(judge, erd, options).groups[0].tables) == 2


@pytest.mark.parametrize("tables", [("a", "public.a"), ("public.a", "public.public.a", "a"), ("public.a",), ("a",)])
def test_the_default_schema_makes_no_two_tables_one(tables: tuple[str, ...], judge: Judge) -> None:
    erd = an_erd([a_table(name) for name in tables])
    assert len(read(judge, erd, UNQUOTED).tables) == len(tables)


@pytest.mark.parametrize("shape", ["{}", "{}.{}", "sales.{}", "{}.orders"])
def test_no_word_of_dbml_breaks_a_document_without_quotes(shape: str, judge: Judge) -> None:
    names = {shape.format(word, word) for word in (*WORDS, *map(str.upper, WORDS), *map(str.title, WORDS))}
    erd = an_erd(
        [a_table(name, ["x"], group="g") for name in names], [a_relationship(name, "x", "z", "y") for name in names]
    )
    whole = an_erd([*erd.tables, a_table("z", ["y"])], erd.relationships)
    document = read(judge, whole, Options(omit_entity_name_quotes=True, grouped_by="schema"))
    assert len(document.tables) == len(names) + 1
    assert len(document.refs) == len(document.groups[0].tables) == len(names)


def test_groups_are_sorted_and_hold_their_tables_in_order() -> None:
    erd = an_erd([a_table("c", group="g2"), a_table("b", group="g1"), a_table("a", group="g2"), a_table("d")])
    assert lines(erd, GROUPED)[-7:] == [
        *('TableGroup "g1" {', '  "b"', "}"),
        *('TableGroup "g2" {', '  "a"', '  "c"', "}"),
    ]  # fmt: skip


def test_without_a_word_of_what_tables_are_grouped_by_there_are_no_groups() -> None:
    assert "TableGroup" not in render(an_erd([a_table("a", group="g")]), Options())


def test_the_document_ends_its_last_line_and_holds_no_byte_order_mark() -> None:
    document = render(an_erd([a_table("a", description="\ufeffx")]), GROUPED)
    assert document.endswith("\n")
    assert "\ufeff" not in document
    assert "\r" not in document


CROSSED = [("x", "y"), ("y", "x")]


def test_references_that_join_the_same_columns_otherwise_are_one(judge: Judge) -> None:
    tables = [a_table("a", ["x", "y"]), a_table("b", ["x", "y"])]
    erd = an_erd(tables, [a_relationship("a", ("x", "y"), "b", columns) for columns in CROSSED])
    read = judge.read(render(erd, Options()))
    assert read.errors == ()
    assert [tuple(end.columns for end in ref) for ref in read.refs] == [(("x", "y"), ("x", "y"))]


def test_a_reference_of_columns_to_themselves_in_another_order_is_left_out(judge: Judge) -> None:
    erd = an_erd([a_table("a", ["x", "y"])], [a_relationship("a", ("x", "y"), "a", ("y", "x"))])
    assert judge.read(render(erd, Options())).errors == ()


def test_a_relationship_of_tables_alone_is_left_out(judge: Judge) -> None:
    erd = an_erd([a_table("a"), a_table("b")], [a_relationship("a", (), "b", ())])
    read = judge.read(render(erd, Options()))
    assert (read.errors, read.refs) == ((), ())


def test_dependencies_are_read(judge: Judge) -> None:
    erd = msgspec.structs.replace(an_erd([a_table("a"), a_table("b")]), dependencies=(Dependency("b", "a"),))
    written = render(erd, Options())
    assert judge.read(written).errors == ()
    assert written.endswith('Dep: "a" -> "b"\n')
