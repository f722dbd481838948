"""Whatever a name, type or description holds, `@dbml/core` reads back that and nothing else."""

from itertools import pairwise

import pytest
from hypothesis import given

from erd.formats import Options
from erd.formats.dbml import render
from erd.model import Column, Erd, Table
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import many_documents
from tests.formats.expectation import differences, expected, without_schemas
from tests.formats.hostile import NAMES
from tests.formats.strategies import erds, texts
from tests.tools.judge import Judge

GROUPED = Options(grouped_by="schema")
UNQUOTED = Options(grouped_by="schema", omit_entity_name_quotes=True)


def hostile_erd() -> Erd:
    """A table for each hostile name, which has that name in all slots, and refers to the next one's."""
    tables = [hostile_table(name) for name in NAMES]
    return an_erd(
        tables,
        [
            a_relationship(one.unique_id, [one.name, "k"], other.unique_id, [other.name, "k"])
            for one, other in pairwise(tables)
        ],
    )


def hostile_table(name: str) -> Table:
    # At the start of a note, the parser takes a byte order mark for indentation.
    note = name.replace("\ufeff", "")
    return Table(
        unique_id=name,
        name=name,
        resource_type="model",
        database=name,
        schema=name,
        description=note,
        group=name,
        columns=(Column(name, name, note), Column("k", name, not_null=True), Column("l", "int", note)),
        primary_key=(name, "k"),
        unique_keys=((name,), ("l", name)),
    )


def test_there_are_enough_hostile_names() -> None:
    assert len(NAMES) > 1_000


def test_hostile_names_in_all_slots_at_once_are_read_back(judge: Judge) -> None:
    erd = hostile_erd()
    assert differences(judge.read(render(erd, GROUPED)), expected(erd)) == []


def test_hostile_names_with_quotes_omitted_are_read_back(judge: Judge) -> None:
    erd = hostile_erd()
    read = without_schemas(judge.read(render(erd, UNQUOTED)))
    assert differences(read, without_schemas(expected(erd))) == []


def test_halves_of_characters_do_not_break_the_document(judge: Judge) -> None:
    halves = an_erd([a_table("\ud800", ["\udfff", "\ud83d"], description="\udc00")])
    (table,) = judge.read(render(halves, Options())).tables
    assert (table.name, [column.name for column in table.columns]) == ("\ud800", ["\udfff", "\ud83d"])


@many_documents
@given(erd=erds())
def test_any_erd_is_read_back(judge: Judge, erd: Erd) -> None:
    assert differences(judge.read(render(erd, GROUPED)), expected(erd)) == []


@many_documents
@given(erd=erds())
def test_any_erd_with_quotes_omitted_is_read_back(judge: Judge, erd: Erd) -> None:
    read = without_schemas(judge.read(render(erd, UNQUOTED)))
    assert differences(read, without_schemas(expected(erd))) == []


@many_documents
@given(erd=erds())
def test_any_erd_of_joined_columns_only_is_read_back(judge: Judge, erd: Erd) -> None:
    read = judge.read(render(erd, Options(columns="none")))
    assert read.errors == ()
    assert read.refs == expected(erd).refs
    assert {table.name for table in read.tables} == {table.name for table in expected(erd).tables}


@many_documents
@given(grouped_by=texts)
def test_what_tables_are_grouped_by_stays_in_its_comment(judge: Judge, grouped_by: str) -> None:
    erd = an_erd([a_table("a", group="g")])
    assert judge.read(render(erd, Options(grouped_by=grouped_by or "schema"))) == expected(erd)


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_document_that_is_broken_is_told(judge: Judge, end: str) -> None:
    assert judge.read(f'Table "a" {{{end}').errors != ()
