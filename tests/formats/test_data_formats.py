"""The targets that are data: valid by their published schemas and whole, whatever the ERD holds."""

import json
from collections.abc import Callable, Iterator

import msgspec
import pytest
from hypothesis import given

from erd.formats import TARGETS, Options
from erd.model import Dependency, Erd, Outcome, Provenance, State
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import many_documents
from tests.formats.reading_back import erd_of, typed
from tests.formats.sample import a_shop
from tests.formats.strategies import erds
from tests.formats.test_any_text import hostile_erd
from tests.tools.documents import drawdb_complaints, json_complaints, schema, strictly_read, tbls_complaints

GROUPED = Options(grouped_by="schema")
JUDGES: dict[str, Callable[[str], list[str]]] = {
    "json": json_complaints,
    "drawdb": drawdb_complaints,
    "tbls": tbls_complaints,
}
every_target = pytest.mark.parametrize("target", JUDGES)


def rendered(target: str, erd: Erd, options: Options = GROUPED) -> str:
    return TARGETS[target].render(erd, options)


def table_level(erd: Erd) -> Erd:
    """The same with a relationship between its first two tables that names no columns."""
    if len(erd.tables) < 2:
        return erd
    first, second = erd.tables[:2]
    return an_erd(erd.tables, [*erd.relationships, a_relationship(first.unique_id, (), second.unique_id, ())])


def a_full_shop() -> Erd:
    """The sample with what only data formats hold."""
    shop = a_shop()
    replace = msgspec.structs.replace
    first, *others = shop.relationships
    one = replace(
        first,
        provenance=(Provenance("constraint", "model.shop.a", "fk"), Provenance("test", "test.shop.a")),
        state=State(Outcome.FAILED, 3),
    )
    return replace(
        shop,
        tables=(replace(shop.tables[0], sql="select 1", label="Stores"), *shop.tables[1:]),
        relationships=(one, *others),
        dependencies=(Dependency(shop.tables[1].unique_id, shop.tables[0].unique_id),),
        project="shop",
        warehouse="snowflake",
    )


@every_target
def test_the_shop_is_valid(target: str) -> None:
    assert JUDGES[target](rendered(target, a_full_shop())) == []


@every_target
def test_hostile_names_in_all_slots_are_valid(target: str) -> None:
    assert JUDGES[target](rendered(target, hostile_erd())) == []


@every_target
@many_documents
@given(erd=erds())
def test_any_erd_is_valid(target: str, erd: Erd) -> None:
    assert JUDGES[target](rendered(target, table_level(erd))) == []


@every_target
def test_an_empty_erd_is_valid(target: str) -> None:
    assert JUDGES[target](rendered(target, Erd())) == []


@every_target
def test_columns_are_never_left_out(target: str) -> None:
    assert rendered(target, a_shop(), Options(columns="none")) == rendered(target, a_shop(), Options())


@every_target
def test_halves_of_characters_do_not_break_the_document(target: str) -> None:
    halves = an_erd([a_table("\ud800", ["\udfff", "\ud83d"], description="\udc00")])
    assert "\\udfff" in rendered(target, halves)
    assert [one for one in texts_in(strictly_read(rendered(target, halves))) if "\udfff" in one] != []


@every_target
def test_a_document_is_in_lines_and_ends_its_last_one(target: str) -> None:
    text = rendered(target, a_shop())
    assert text.endswith("}\n")
    assert text.count("\n") > 100


def test_a_whole_erd_is_read_back_from_json() -> None:
    assert erd_of(rendered("json", a_full_shop())) == typed(a_full_shop())


def test_hostile_names_are_read_back_from_json() -> None:
    assert erd_of(rendered("json", hostile_erd())) == typed(hostile_erd())


@many_documents
@given(erd=erds())
def test_any_erd_is_read_back_from_json(erd: Erd) -> None:
    assert erd_of(rendered("json", table_level(erd))) == typed(table_level(erd))


@pytest.mark.parametrize("target", ["drawdb", "tbls"])
def test_hostile_texts_are_read_back(target: str) -> None:
    read = set(texts_in(json.loads(rendered(target, hostile_erd()))))
    for table in hostile_erd().tables:
        assert {table.name, table.columns[0].name, table.columns[0].type} <= read
        assert table.description in read or not table.description


def texts_in(content: object) -> Iterator[str]:
    """All texts that are values in a document."""
    match content:
        case str():
            yield content
        case list():
            for one in content:
                yield from texts_in(one)
        case dict():
            for one in content.values():
                yield from texts_in(one)


def places_in(content: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of each value in a document."""
    match content:
        case list():
            for place, one in enumerate(content):
                yield from places_in(one, (*path, place))
        case dict():
            for key, one in content.items():
                yield (*path, key)
                yield from places_in(one, (*path, key))


def broken(text: str, path: tuple[str | int, ...], value: object) -> str:
    """The document with another value at that path; without the key when the value is `...`."""
    content = json.loads(text)
    inside = content
    for step in path[:-1]:
        inside = inside[step]
    if value is ...:
        del inside[path[-1]]
    else:
        inside[path[-1]] = value
    return json.dumps(content)


@every_target
def test_a_value_of_another_kind_is_refused_wherever_it_stands(target: str) -> None:
    text = rendered(target, a_full_shop())
    kept = [path for path in places_in(json.loads(text)) if JUDGES[target](broken(text, path, 1.5)) == []]
    assert kept == []


# What a document can do without.
OPTIONAL = {
    "json": {"groups", "dependencies"},
    "drawdb": set[str](),
    "tbls": {"name", "driver", "comment", "constraints", "labels", "referenced_tables"},
}


@every_target
def test_a_missing_key_is_refused_wherever_it_stands(target: str) -> None:
    text = rendered(target, a_full_shop())
    kept = {path[-1] for path in places_in(json.loads(text)) if JUDGES[target](broken(text, path, ...)) == []}
    assert kept == OPTIONAL[target]


@pytest.mark.parametrize(
    ("target", "path", "value"),
    [
        ("json", ("edges", 0, "from_id"), "model.shop.nowhere"),
        ("json", ("edges", 0, "from_columns"), ["nothing"]),
        ("json", ("edges", 0, "to_columns"), []),
        ("json", ("edges", 0, "id"), "test.shop.refunds"),
        ("json", ("nodes", 0, "id"), "model.shop.orders"),
        ("json", ("nodes", 0, "primary_key"), ["id"]),
        ("json", ("groups", 0, "node_ids"), ["model.shop.nowhere"]),
        ("json", ("metadata", "generated_at"), "2026-01-01"),
        ("drawdb", ("tables", 1, "id"), 0),
        ("drawdb", ("tables", 0, "comment"), None),
        ("drawdb", ("tables", 0, "color"), "blue"),
        ("drawdb", ("tables", 0, "fields", 0, "id"), None),
        ("drawdb", ("relationships", 0, "startFieldId"), 99),
        ("drawdb", ("relationships", 0, "endTableId"), 99),
        ("drawdb", ("relationships", 0, "cardinality"), "Many to one"),
        ("tbls", ("relations", 0, "columns"), ["nothing"]),
        ("tbls", ("relations", 0, "columns"), []),
        ("tbls", ("relations", 0, "parent_table"), "nowhere"),
        ("tbls", ("relations", 0, "cardinality"), "zero_or_many"),
        ("tbls", ("tables", 0, "name"), "model.shop.orders"),
        ("tbls", ("$schema",), "https://example.com"),
    ],
)
def test_a_broken_document_is_refused(target: str, path: tuple[str | int, ...], value: object) -> None:
    text = rendered(target, a_full_shop())
    assert JUDGES[target](text) == []
    assert JUDGES[target](broken(text, path, value)) != []


@every_target
@pytest.mark.parametrize("text", ["", "{", '{"tables": [], "tables": []}', '{"x": NaN}', "[]", "{} {}"])
def test_what_is_no_document_is_refused(target: str, text: str) -> None:
    assert JUDGES[target](text) != []


def test_a_schema_says_where_it_is_published() -> None:
    for name in ("erd.json", "drawdb.json", "tbls.json"):
        assert schema(name)["$id"] == f"https://github.com/org/dbt-cloud-erd/raw/v1/docs/schemas/{name}"
    assert json.loads(rendered("json", Erd()))["$schema"] == schema("erd.json")["$id"]
