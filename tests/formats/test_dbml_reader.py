"""What is read in DBML, thing by thing: that of this tool, that of dbterd, and that of people."""

import pytest

from erd.formats.dbml_reader import read_dbml
from erd.model import Cardinality, Column, Dependency, End, Endpoint, Erd, Origin, Relationship, Table
from tests.formats.dbml_documents import BY_HAND, DBTERD, DBTERD_BARE
from tests.formats.expectation import expected
from tests.tools.judge import Judge

MANY, ONE, OPTIONAL = End.ZERO_OR_MANY, End.ONE, End.ZERO_OR_ONE


def read_table(*lines: str) -> Table:
    """The table `a` with these lines in it."""
    (table,) = read_dbml("\n".join(['Table "a" {', *lines, "}"])).tables
    return table


def joined(erd: Erd) -> list[tuple[str, tuple[str, ...], str, tuple[str, ...]]]:
    """The ends of all relationships, the child's first."""
    return [
        (*(one.child.table, one.child.columns), *(one.parent.table, one.parent.columns)) for one in erd.relationships
    ]


def test_a_document_of_dbterd_is_read() -> None:
    orders, customers = "model.shop.orders", "model.shop.customers"
    note = 'The order\'s "number" — 😀'
    assert read_dbml(DBTERD) == Erd(
        tables=(
            Table(
                customers, customers, "", "dev", "sales",
                columns=(Column("id", "NUMBER(38,0)"), Column("name", origin=Origin.NAMED)),
            ),
            Table(
                orders, orders, "", "dev", "sales", description="One row\neach.",
                columns=(Column("id", "NUMBER(38,0)", note), Column("customer_id"), Column("line no", "text")),
                primary_key=("id", "line no"),
            ),
        ),
        relationships=(
            Relationship(Endpoint(orders, ("customer_id",)), Endpoint(customers, ("id",)), Cardinality(MANY, ONE)),
            Relationship(
                Endpoint(orders, ("id", "line no")), Endpoint(customers, ("id", "name")), Cardinality(ONE, ONE)
            ),
        ),
    )  # fmt: skip


def test_bare_names_groups_and_dependencies_of_dbterd_are_read() -> None:
    erd = read_dbml(DBTERD_BARE)
    raw, sales = "my-db.raw.orders", "my-db.sales.orders"
    assert [(table.name, table.database, table.schema, table.group) for table in erd.tables] == [
        (raw, "my-db", "raw", "raw"),
        (sales, "my-db", "sales", "sales"),
    ]
    assert joined(erd) == [(sales, ("id",), raw, ("id",))]
    assert erd.relationships[0].cardinality == Cardinality(MANY, MANY)
    assert erd.dependencies == (Dependency(downstream=sales, upstream=raw),)


def test_all_forms_of_dbml_are_read() -> None:
    erd = read_dbml(BY_HAND)
    tables = {table.name: table for table in erd.tables}
    orders = tables["sales.orders"]
    assert erd.project == "shop"
    assert (orders.description, orders.group, orders.primary_key) == ("of the table", "g", ("id",))
    assert orders.unique_keys == (("note",), ("customer_id", "note"), ("amount",))
    assert orders.columns == (
        Column("id", "int"),
        Column("note", "varchar(255)", "two\n  lines", not_null=True),
        Column("customer_id", "integer"),
        Column("prices", "decimal(10, 2)"),
        Column("amount", "decimal(10, 2)"),
        Column("tags", "text[]", "an array"),
    )
    assert tables["customers"].description == "A customer."
    assert {(one.child.table, one.child.columns[0], one.label): one.cardinality for one in erd.relationships} == {
        ("sales.orders", "customer_id", ""): Cardinality(MANY, ONE),
        ("sales.orders", "amount", "named_one"): Cardinality(MANY, MANY),
        ("sales.orders", "prices", ""): Cardinality(ONE, MANY),
        ("customers", "parent_id", "named_two"): Cardinality(OPTIONAL, ONE),
        ("customers", "country", ""): Cardinality(MANY, OPTIONAL),
    }


@pytest.mark.parametrize("text", [BY_HAND, DBTERD_BARE.replace("my-db.", "")])
def test_the_judge_reads_the_same_tables_and_references_in_what_was_not_drawn_here(judge: Judge, text: str) -> None:
    read, mine = judge.read(text), expected(read_dbml(text))
    assert read.errors == ()

    def named(schema: str, name: str) -> str:
        return name.removeprefix("public.") if schema == "public" else f"{schema}.{name}"

    assert {
        named(table.schema, table.name): [(column.name, column.type.replace(" ", "")) for column in table.columns]
        for table in read.tables
    } == {
        named(table.schema, table.name): [(column.name, column.type.replace(" ", "")) for column in table.columns]
        for table in mine.tables
    }
    assert {frozenset((named(end.schema, end.table), end.columns) for end in ref) for ref in read.refs} == {
        frozenset((named(end.schema, end.table), end.columns) for end in ref) for ref in mine.refs
    }


@pytest.mark.parametrize(
    ("operator", "cardinality"),
    [
        (">", Cardinality(MANY, ONE)),
        ("<", Cardinality(ONE, MANY)),
        ("-", Cardinality(ONE, ONE)),
        ("<>", Cardinality(MANY, MANY)),
        (">?", Cardinality(MANY, OPTIONAL)),
        ("?>", Cardinality(MANY, ONE)),
        ("?<", Cardinality(OPTIONAL, MANY)),
        ("?-?", Cardinality(OPTIONAL, OPTIONAL)),
        ("?<>?", Cardinality(MANY, MANY)),
    ],
)
def test_the_child_is_on_the_left_and_the_operator_says_what_is_many(operator: str, cardinality: Cardinality) -> None:
    tables = "Table a {\n x int\n}\nTable b {\n y int\n}\n"
    (outer,) = read_dbml(f"{tables}Ref: a.x {operator} b.y").relationships
    (inline,) = read_dbml(tables.replace("x int", f"x int [ref: {operator} b.y]")).relationships
    assert outer == inline == Relationship(Endpoint("a", ("x",)), Endpoint("b", ("y",)), cardinality)


def test_tables_of_one_name_are_numbered_and_references_mean_the_first() -> None:
    raw = '{\n  "id" "int"\n}\n'
    erd = read_dbml(
        f'Table "source.shop.raw" {raw}Table "source.shop.raw (2)" {raw}Table "source.shop.raw" {raw}Table "b" {raw}'
        'Ref: "b"."id" > "source.shop.raw"."id"'
    )
    assert [table.name for table in erd.tables] == [
        "b", "source.shop.raw", "source.shop.raw (2)", "source.shop.raw (3)",
    ]  # fmt: skip
    assert joined(erd) == [("b", ("id",), "source.shop.raw", ("id",))]


@pytest.mark.parametrize(
    "references",
    [
        'Ref: "a"."x" > "b"."x"\nRef: "b"."x" > "a"."x"',
        'Ref: "a"."x" > "b"."x"\nRef: "a"."x" - "b"."x"',
        'Ref: "a"."x" > "b"."x"\nRef: "a"."x" > "a"."x"',
        'Ref: "a"."x" > "b"."x"\nRef: "a"."x" > "c"."x"',
        'Ref: "a"."x" > "b"."x"\nRef: "a".("x", "y") > "b".("x")',
    ],
)
def test_a_reference_that_dbml_refuses_is_left_out(judge: Judge, references: str) -> None:
    text = f'Table "a" {{\n  "x" "int"\n  "y" "int"\n}}\nTable "b" {{\n  "x" "int"\n}}\n{references}'
    assert judge.read(text).errors != ()
    (one,) = read_dbml(text).relationships
    assert one == Relationship(Endpoint("a", ("x",)), Endpoint("b", ("x",)), Cardinality(MANY, ONE))


def test_of_two_columns_of_a_name_the_first_is_read_and_names_keep_their_case() -> None:
    assert read_table('"x" "int"', '"X" "int"', '"x" "text"').columns == (Column("x", "int"), Column("X", "int"))


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ('"x" ""char""', Column("x", '"char"')),
        ('"x"y" "int"', Column('x"y', "int")),
        ('""x"" "int" [note: "a \\"b\\""]', Column('"x"', "int", 'a "b"')),
        ('"C:\\" "int"', Column("C:\\", "int")),
    ],
)
def test_a_column_with_quotes_that_dbterd_did_not_escape_is_read(line: str, column: Column) -> None:
    assert read_table(line, '"z" "int"').columns == (column, Column("z", "int"))


@pytest.mark.parametrize(
    ("lines", "primary_key", "unique_keys"),
    [
        (["x int [pk]", "y int"], ("x",), ()),
        (["x int [primary key]", "y int [pk]"], ("x", "y"), ()),
        (["x int", "y int", "indexes {", "(y, x) [pk]", "}"], ("y", "x"), ()),
        (["x int [pk]", "y int", "indexes {", "(y, x) [pk]", "}"], ("y", "x"), ()),
        (["x int [unique, pk]", "y int [unique]"], ("x",), (("y",),)),
        (["x int", "y int", "indexes {", "x [unique]", "(x) [unique]", "y", "(z) [unique]", "}"], (), (("x",),)),
    ],
)
def test_keys_stand_in_columns_or_in_indexes(
    lines: list[str], primary_key: tuple[str, ...], unique_keys: tuple[tuple[str, ...], ...]
) -> None:
    table = read_table(*lines)
    assert (table.primary_key, table.unique_keys) == (primary_key, unique_keys)


def test_what_this_tool_writes_where_it_knows_nothing_is_read_as_nothing() -> None:
    named = "Named by a relationship only; neither the catalog nor YAML has this column."
    assert read_table('"(no columns)" "unknown"').columns == ()
    assert read_table(f'"x" "unknown" [note: \'{named}\']').columns == (Column("x", origin=Origin.NAMED),)


def test_what_newer_versions_of_dbml_know_is_passed_over() -> None:
    erd = read_dbml(
        "Table a {\n x int [check: `x > 0`]\n ~partial\n checks {\n `x > 1` [name: 'c']\n }\n}\n"
        "TablePartial partial {\n y int\n}\nrecords a(x) {\n 1\n '}'\n}\nDiagramView v {\n Tables { a }\n}\n"
        "SomethingNew a [x: y] {\n { }\n}\nTable b {\n y int\n}"
    )
    assert {table.name: [column.name for column in table.columns] for table in erd.tables} == {"a": ["x"], "b": ["y"]}


def test_a_document_of_comments_is_an_empty_erd() -> None:
    assert read_dbml("//Tables (based on the selection criteria)\n//Refs\n") == Erd()
