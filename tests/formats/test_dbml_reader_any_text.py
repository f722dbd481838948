"""What is drawn as DBML is read back, whatever it holds; and any text is an ERD or a clear error, in linear time."""

import time

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.errors import ArtifactError
from erd.formats import Options
from erd.formats.dbml import render
from erd.formats.dbml_reader import read_dbml
from erd.model import Dependency, Erd
from tests.examples import many_documents, so_many
from tests.formats.expectation import differences, expected, without_schemas
from tests.formats.said_by_dbml import said_by_dbml
from tests.formats.sample import a_shop, a_tested_shop
from tests.formats.strategies import erds
from tests.formats.test_any_text import hostile_erd
from tests.tools.judge import Document, Judge

GROUPED = Options(grouped_by="schema")
UNQUOTED = Options(grouped_by="schema", omit_entity_name_quotes=True)

# What begins and ends things in DBML, and what does not.
PIECES = (
    *("Table", "Ref", "Dep", "TableGroup", "Project", "Enum", "Note", "indexes", "as", "pk", "note", "ref", "not null"),
    *('"a"', "b", "a.b", '"a"."b"', "(", ")", "{", "}", "[", "]", ":", ",", ".", "<", ">", "-", "<>", "->", "?", "~"),
    *('"', "'", "'''", "`", "\\", "//", "/*", "*/", "\n", "\r\n", " ", "\t", "\ufeff", "\0", "1", "é", "😀", "[]"),
    *("Table a {\n", 'b "int"\n', "}\n", "Ref: a.b > a.c\n", "//--configured at schema: x.y\n", '\\"', "\\u00e9"),
)
SIZE = 300_000
LONG = {
    "empty lines": "\n" * SIZE + "Table a {}",
    "quotes": 'Table a {\n"' + '\\"' * (SIZE // 2) + '" "int"\n}',
    "quotes that nobody ends": 'Table a {\n b c\n"' + '\\"' * (SIZE // 2),
    "apostrophes": "Table a {\n b c [note: '" + "\\'" * (SIZE // 2) + "']\n}",
    "three apostrophes": "Table a {\n b c [note: '''" + "''\\'" * (SIZE // 4) + "''']\n}",
    "columns with quotes in them": "Table a {\n" + '"a"b" "int" [note: "x"]\n' * (SIZE // 24) + "}",
    "a name full of quotes": 'Table a {\n"' + 'a" "' * (SIZE // 4) + '"\n}',
    "comments that nobody ends": "Table a {\n" + '"a" "b"/*\n' * (SIZE // 10),
    "blocks": "Table a {}\na " + "{" * SIZE,
    "parentheses": "Table a {\n b c" + "(" * SIZE,
    "arrays": "Table a {\n b c" + "[]" * (SIZE // 2) + "\n}",
    "dots": "Table a" + ".a" * (SIZE // 2) + " {}",
    "words": "Table a {\n" + "b " * (SIZE // 2) + "\n}",
    "tables of one name": "Table a {}\n" * (SIZE // 11),
    "unknown blocks": "a {}\n" * (SIZE // 5) + "Table a {}",
    "references": "Table a {\n b c\n d e\n}\n" + "Ref: a.b > a.d\n" * (SIZE // 15),
    "indexes": "Table a {\n b c\n indexes {\n" + "(b) [unique]\n" * (SIZE // 13) + "}\n}",
    "partial tables": "Table a {\n" + "~b '''\n" * (SIZE // 8) + "}",
    "places": "//--configured at schema: a.b\n" * (SIZE // 30) + "Table a {}",
}


def read_or_refused(text: str) -> Erd | ArtifactError:
    """What comes of a text; anything else that is raised fails the test."""
    try:
        return read_dbml(text)
    except ArtifactError as error:
        return error


def compared(document: Document) -> Document:
    """The document with schemas as parts of names, and with all of which the order or the repetition says nothing."""
    plain = without_schemas(document)
    replace = msgspec.structs.replace
    tables = []
    for table in plain.tables:
        primary = {key.columns for key in table.keys if key.primary}
        keys = [key for key in dict.fromkeys(table.keys) if key.primary or key.columns not in primary]
        tables.append(replace(table, keys=tuple(keys)))
    groups = [replace(group, tables=tuple(sorted(group.tables))) for group in plain.groups]
    return replace(plain, tables=tuple(sorted(tables, key=repr)), groups=tuple(groups))


@many_documents
@given(erd=erds())
def test_any_erd_is_read_back(erd: Erd) -> None:
    assert read_dbml(render(erd, GROUPED)) == said_by_dbml(erd)


@many_documents
@given(erd=erds())
def test_any_erd_without_groups_is_read_back(erd: Erd) -> None:
    assert read_dbml(render(erd, Options())) == said_by_dbml(erd, grouped=False)


@many_documents
@given(erd=erds())
def test_any_erd_with_quotes_omitted_is_read_back(erd: Erd) -> None:
    assert read_dbml(render(erd, UNQUOTED)) == said_by_dbml(erd)


@many_documents
@given(erd=erds(), options=st.sampled_from([GROUPED, UNQUOTED, Options(columns="keys"), Options(columns="none")]))
def test_the_judge_reads_the_same(judge: Judge, erd: Erd, options: Options) -> None:
    text = render(erd, options)
    assert differences(compared(judge.read(text)), compared(expected(read_dbml(text)))) == []


@pytest.mark.parametrize("options", [GROUPED, UNQUOTED])
def test_hostile_names_in_all_slots_at_once_are_read_back(options: Options) -> None:
    erd = hostile_erd()
    assert read_dbml(render(erd, options)) == said_by_dbml(erd)


@many_documents
@given(erd=erds(), chosen=st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=5, unique=True))
def test_dependencies_are_read_back(erd: Erd, chosen: list[tuple[int, int]]) -> None:
    ids = [table.unique_id for table in erd.tables]
    made = sorted(Dependency(ids[one], ids[other]) for one, other in chosen if max(one, other) < len(ids))
    lineage = msgspec.structs.replace(erd, dependencies=tuple(made))
    assert read_dbml(render(lineage, GROUPED)) == said_by_dbml(lineage)


@pytest.mark.parametrize("erd", [a_shop(), a_tested_shop()])
def test_the_sample_is_read_back(erd: Erd) -> None:
    assert read_dbml(render(erd, GROUPED)) == said_by_dbml(erd)


def test_windows_line_ends_and_a_byte_order_mark_change_nothing() -> None:
    text = render(a_tested_shop(), GROUPED)
    assert read_dbml("\ufeff" + text.replace("\n", "\r\n")) == read_dbml(text)


def test_halves_of_characters_are_read_as_characters_that_can_be_written() -> None:
    (table,) = read_dbml('Table "\\ud83d\\ude00" {\n  "\\ud83d" "a\\udc00"\n}').tables
    assert (table.name, table.columns[0].name, table.columns[0].type) == ("😀", "\ufffd", "a\ufffd")


@settings(max_examples=so_many(200))
@given(text=st.text())
def test_any_text_is_an_erd_or_an_error(text: str) -> None:
    read_or_refused(text)


@settings(max_examples=so_many(700), deadline=None)
@given(pieces=st.lists(st.sampled_from(PIECES), max_size=30), between=st.sampled_from(["", " ", "\n"]))
def test_any_mix_of_pieces_of_dbml_is_an_erd_or_an_error(pieces: list[str], between: str) -> None:
    found = read_or_refused("Table a {\n" + between.join(pieces))
    if isinstance(found, Erd):
        assert read_dbml(render(found, GROUPED)).tables


@many_documents
@given(erd=erds(), start=st.integers(0, 2_000), length=st.integers(1, 50))
def test_a_document_with_a_hole_in_it_is_an_erd_or_an_error(erd: Erd, start: int, length: int) -> None:
    text = render(erd, GROUPED)
    read_or_refused(text[:start] + text[start + length :])


def test_a_document_that_is_cut_inside_a_table_is_refused_wherever_that_is() -> None:
    text = render(a_tested_shop(), GROUPED)
    inside = [end for end in range(len(text)) if text.rfind("\nTable ", 0, end) > text.rfind("\n}\n", 0, end + 1)]
    assert len(inside) > 1_000
    assert [end for end in inside if not isinstance(read_or_refused(text[:end]), ArtifactError)] == []


@pytest.mark.parametrize("shape", LONG)
def test_no_shape_of_a_text_takes_more_than_linear_time(shape: str) -> None:
    start = time.process_time()
    read_or_refused(LONG[shape])
    # Half a second at most where it is linear; minutes where each piece looks at all the others.
    assert time.process_time() - start < 10
