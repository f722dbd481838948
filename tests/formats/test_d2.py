"""Whatever names hold, D2 compiles the document, and reads the tables and relationships of the ERD in it."""

import re
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from typing import TypeAlias

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.formats import Options
from erd.formats.d2 import render
from erd.model import Column, End, Erd, Outcome, Relationship, Table
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import so_many
from tests.formats import pictures
from tests.formats.pictures import any_pictures, hostile_pictures, seen, seen_name
from tests.formats.sample import a_tested_shop
from tests.tools.d2 import Document, ReadColumn, Reader, d2_complaints, running_d2
from tests.tools.node import ToolMissing

Thing: TypeAlias = tuple[object, ...]

GROUPED = Options(grouped_by="schema")
CHOICES = [GROUPED, Options(), Options(columns="none")]
CONSTRAINTS = {"PK": "primary_key", "FK": "foreign_key", "UK": "unique"}
CLASSES = {Outcome.PASSED: "passed", Outcome.FAILED: "failed", Outcome.NOT_RUN: "not_run"}
ARROWS = {
    End.ZERO_OR_ONE: "cf-one",
    End.ONE: "cf-one-required",
    End.ZERO_OR_MANY: "cf-many",
    End.ONE_OR_MANY: "cf-many-required",
}


@pytest.fixture(scope="module")
def read() -> Iterator[Reader]:
    """D2, running; without Node its tests are skipped, except in CI."""
    try:
        with running_d2() as reader:
            yield reader
    except ToolMissing as missing:
        pytest.skip(f"no judge for D2: {missing}")


def differences(document: Document, wanted: list[Thing]) -> list[object]:
    """The compiler's complaints, or else the first thing that is not what should be read, beside that."""
    pairs = zip_longest(things(document), wanted)
    found: list[object] = [(does, should) for does, should in pairs if does != should]
    return [*document.errors] or found[:1]


def things(document: Document) -> list[Thing]:
    """All that is read: tables and containers in the order of their ids, connections in their own."""
    return [
        *sorted(
            (
                one.id,
                seen(one.label),
                seen(without_escapes(one.tooltip)),
                [column_read(column) for column in one.columns],
            )
            for one in document.tables
        ),
        *sorted((one.id, seen(one.label)) for one in document.containers),
        *(
            (one.ends, tuple(map(unnumbered, one.columns)), one.arrows, seen(one.label), one.classes, one.dashed)
            for one in document.connections
        ),
    ]


def column_read(column: ReadColumn) -> Thing:
    return unnumbered(column.name), seen(column.type), *column.constraints


def expected(erd: Erd, options: Options) -> list[Thing]:
    """All that should be read, with all columns or none."""
    groups = sorted({table.group for table in erd.tables if table.group}) if options.grouped_by else []
    ids = {group: f"g{number}" for number, group in enumerate(groups, 1)}
    paths = {
        table.unique_id: f"{ids[table.group]}.t{number}" if table.group in ids else f"t{number}"
        for number, table in enumerate(erd.tables, 1)
    }
    return [
        *sorted(
            (paths[one.unique_id], pictures.seen_title(one), seen(one.description), columns(erd, one, options))
            for one in erd.tables
        ),
        *sorted((ids[group], seen_name(group)) for group in groups),
        *(connection(one, paths, options) for one in erd.relationships),
        *(
            ((paths[one.upstream], paths[one.downstream]), ("", ""), ("none", "triangle"), "", ("dependency",), True)
            for one in erd.dependencies
        ),
    ]


def columns(erd: Erd, table: Table, options: Options) -> list[Thing]:
    return [column(erd, table, one) for one in table.columns if options.columns == "all"]


def column(erd: Erd, table: Table, one: Column) -> Thing:
    marks = pictures.keys(erd, table, one.name)
    never_null = ["NN"] if one.not_null and "PK" not in marks else []
    return unnumbered(key(one.name)), seen(one.type), *(CONSTRAINTS[mark] for mark in marks), *never_null


def connection(one: Relationship, paths: Mapping[str, str], options: Options) -> Thing:
    ends = paths[one.child.table], paths[one.parent.table]
    # D2 leads the line from a table to itself from box to box, whichever columns it is given.
    to_columns = options.columns == "all" and len(one.child.columns) == 1 and ends[0] != ends[1]
    joined = tuple(unnumbered(key(end.columns[0])) if to_columns else "" for end in (one.child, one.parent))
    arrows = ARROWS[one.cardinality.child], ARROWS[one.cardinality.parent]
    kind = CLASSES[one.state.outcome] if one.state else "relationship"
    return ends, joined, arrows, " ".join(pictures.seen_labels(one)), (kind,), False


def without_escapes(markdown: str) -> str:
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown)


def key(name: str) -> str:
    """A column's name as it is seen: D2 takes 518 bytes of it at most."""
    content = seen_name(name).encode()
    return seen_name(name) if len(content) <= 500 else f"{content[:500].decode(errors='ignore')}…"


def unnumbered(name: str) -> str:
    """A name as it is seen, without the number that makes it another than its twin's."""
    return re.sub(r" \(\d+\)$", "", seen(name))


@pytest.mark.parametrize("options", CHOICES)
def test_the_shop_is_read(read: Reader, options: Options) -> None:
    assert differences(read(render(a_tested_shop(), options)), expected(a_tested_shop(), options)) == []


def test_hostile_names_in_all_slots_are_read(read: Reader) -> None:
    for erd in hostile_pictures():
        assert differences(read(render(erd, GROUPED)), expected(erd, GROUPED)) == []


@settings(deadline=None, max_examples=so_many(20), suppress_health_check=[HealthCheck.too_slow])
@given(erd=any_pictures(), options=st.sampled_from(CHOICES))
def test_any_erd_is_read(read: Reader, erd: Erd, options: Options) -> None:
    assert differences(read(render(erd, options)), expected(erd, options)) == []


@pytest.mark.parametrize("name", ["x" * 600, "漢" * 200])
def test_a_name_that_is_too_long_for_d2_is_cut(read: Reader, name: str) -> None:
    erd = an_erd([a_table("a", [name, f"{name}2"])])
    document = read(render(erd, Options()))
    assert document.errors == ()
    assert len({one.name for one in document.tables[0].columns}) == 2


def test_columns_that_differ_in_case_only_are_columns_each(read: Reader) -> None:
    names = ["ID", "id", "Id", "id (2)", "ß", "ẞ", "İ", "i", "k", "\u212a", "\n", ""]
    erd = an_erd([a_table("a", names), a_table("b")], [a_relationship("a", "id", "b", "id")])
    document = read(render(erd, Options()))
    assert [one.name for one in document.tables[0].columns] == [
        *(
            "ID",
            "id (2)",
            "Id (3)",
            "id (2) (2)",
            "ß",
            "ẞ (2)",
            "İ",
            "i (2)",
            "k",
            "\u212a (2)",
            "(empty)",
            "(empty) (2)",
        ),
    ]
    assert [one.columns for one in document.connections] == [("id (2)", "id")]


def test_a_type_that_is_the_name_of_its_column_is_kept(read: Reader) -> None:
    erd = an_erd([a_table("a", [Column("date", "date"), Column("DATE", "DATE (2)"), Column("null", "null")])])
    (table,) = read(render(erd, Options())).tables
    assert [one.type.rstrip() for one in table.columns] == ["date", "DATE (2)", "null"]


def test_words_that_mean_something_to_d2_are_names_of_columns(read: Reader) -> None:
    words = [
        "label",
        "shape",
        "class",
        "style",
        "near",
        "vars",
        "layers",
        "*",
        "**",
        "&x",
        "!x",
        "...@x",
        "_",
        "a -> b",
    ]
    tables = [a_table(name, [Column(word, "null") for word in words]) for name in ("shape", "vars")]
    erd = an_erd(tables, [a_relationship("shape", "*", "vars", "_")])
    assert differences(read(render(erd, Options())), expected(erd, Options())) == []


def test_a_relationship_of_columns_that_are_not_drawn_adds_none(read: Reader) -> None:
    document = read(render(a_tested_shop(), Options(columns="none")))
    assert [one.columns for one in document.tables] == [()] * len(a_tested_shop().tables)


def test_a_document_that_is_broken_is_told() -> None:
    texts = {
        "good": render(a_tested_shop(), Options()),
        "syntax": "a: {",
        "variable": 'a: "${b}"',
        "tooltip": "a: {tooltip: <b>}",
    }
    assert sorted(d2_complaints(texts)) == ["syntax", "tooltip", "variable"]
