"""`erd-diff.json`: valid by its published schema, whole, and the same bytes each time, whatever the review holds."""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import msgspec
import pytest
from hypothesis import given

from erd import __version__
from erd.diff.changes import Aspect, Diff, Side, Tables
from erd.diff.document import document
from erd.diff.review import Review
from erd.model import Erd
from erd.project import Project
from tests.builders import ORDERS, a_table, an_erd
from tests.diff.reviews import BASE, HEAD, a_full_review, a_review, a_risk, hostile_review, reviews
from tests.diff.sides import said
from tests.diff.strategies import sides
from tests.examples import many_documents
from tests.formats.hostile import NAMES
from tests.formats.test_data_formats import broken, places_in, texts_in
from tests.tools.diff_references import no_changes
from tests.tools.diff_schema import PUBLISHED, written
from tests.tools.documents import diff_complaints, strictly_read

NOTHING = Review(Diff(), (), Erd(), Erd(), BASE, HEAD)


def text_of(review: Review) -> str:
    return document(review).decode()


def read(review: Review) -> Any:
    return json.loads(document(review))


def sides_of(change: Mapping[str, Any]) -> tuple[Any, Any]:
    return change["base"], change["head"]


def aspects_of(one: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    return {aspect["aspect"]: sides_of(aspect) for aspect in one["aspects"]}


def said_by(content: Mapping[str, Any]) -> list[str]:
    """All that a document holds, in the lines of `tests.diff.sides.said`."""
    tables, relationships = content["tables"], content["relationships"]
    lines = [f"+ {table['unique_id']}" for table in tables["added"]]
    lines += [f"- {table['unique_id']}" for table in tables["removed"]]
    for table in tables["changed"]:
        name, columns = table["unique_id"], table["columns"]
        lines += [f"~ {name}: {aspect}" for aspect in aspects_of(table)]
        lines += [f"+ {name}.{column['name']}" for column in columns["added"]]
        lines += [f"- {name}.{column['name']}" for column in columns["removed"]]
        lines += [f"~ {name}.{one['name']}: {aspect}" for one in columns["changed"] for aspect in aspects_of(one)]
    lines += [f"+ {_ends(one)}" for one in relationships["added"]]
    lines += [f"- {_ends(one)}" for one in relationships["removed"]]
    lines += [f"~ {_ends(one)}: {aspect}" for one in relationships["changed"] for aspect in aspects_of(one)]
    lines += list(_renames(content["renamed"]))
    return lines


def _renames(renamed: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for one in renamed:
        if one["kind"] == "table":
            yield f"? {one['base']['unique_id']} is now {one['head']['unique_id']}: {one['why']}"
        else:
            yield f"? {one['unique_id']}: {one['base']} is now {one['head']}"


def _ends(one: Mapping[str, Any]) -> str:
    child, parent = (f"{end['unique_id']}({', '.join(end['columns'])})" for end in (one["child"], one["parent"]))
    return f"{child} > {parent}"


def test_the_published_schema_is_that_of_the_types() -> None:
    assert PUBLISHED.read_text("utf-8") == written(), "run python -m tests.tools.diff_schema"


def test_the_keys_are_in_the_order_that_is_promised() -> None:
    assert list(read(a_full_review())) == [
        *("$schema", "version", "tables", "relationships", "renamed", "unknown", "risks", "breaking", "base", "head"),
        *("base_is_older", "changed", "only_descriptions", "counts", "generator", "generator_version"),
    ]
    assert list(read(NOTHING)["tables"]) == list(read(NOTHING)["relationships"]) == ["added", "removed", "changed"]


def test_a_document_says_where_its_schema_is() -> None:
    assert read(NOTHING)["$schema"] == json.loads(PUBLISHED.read_text("utf-8"))["$id"]
    elsewhere = json.loads(document(NOTHING, "https://example.com/schemas/"))
    assert elsewhere["$schema"] == "https://example.com/schemas/erd-diff.json"


def test_nothing_changed_is_a_valid_document_of_empty_lists() -> None:
    content = read(NOTHING)
    assert diff_complaints(text_of(NOTHING)) == []
    assert (content["changed"], content["only_descriptions"], content["breaking"]) == (False, False, False)
    assert said_by(content) == content["risks"] == content["unknown"] == []


def test_a_review_of_everything_is_valid() -> None:
    assert diff_complaints(text_of(a_full_review())) == []
    assert no_changes(read(a_full_review())) == []


def test_a_new_table_is_told_in_full() -> None:
    (table,) = read(a_full_review())["tables"]["added"]
    assert table == {
        "unique_id": "model.shop.new",
        "name": "model.shop.new",
        "resource_type": "model",
        "database": "db",
        "schema": "main",
        "label": "New",
        "description": None,
        "columns": [
            {
                "name": "x",
                "type": "integer",
                "description": None,
                "origin": "observed",
                "not_null": False,
                "is_primary_key": False,
                "is_foreign_key": True,
            }
        ],
        "primary_key": [],
        "unique_keys": [],
    }


def test_a_changed_table_says_each_aspect_with_both_values() -> None:
    customers, stores = read(a_full_review())["tables"]["changed"]
    assert aspects_of(customers) == {
        "primary key": ([], ["id"]),
        "unique keys": ([["email"]], []),
        "label": (None, "Clients"),
    }
    assert aspects_of(stores) == {"description": ("Stores.", "Shops.")}
    assert (customers["name"], stores["columns"]) == ("main.customers", {"added": [], "removed": [], "changed": []})


def test_a_changed_table_says_what_became_of_its_columns() -> None:
    columns = read(a_full_review())["tables"]["changed"][0]["columns"]
    assert [(one["name"], one["type"], one["origin"]) for one in columns["added"]] == [("mail", None, "declared")]
    assert [(one["name"], one["type"], one["not_null"]) for one in columns["removed"]] == [("email", "text", True)]
    assert [(one["name"], aspects_of(one)) for one in columns["changed"]] == [
        ("ID", {"type": ("integer", "bigint"), "not null": (False, True), "description": (None, "The key.")})
    ]


def test_relationships_carry_their_ends_evidence_state_and_label() -> None:
    relationships = read(a_full_review())["relationships"]
    (added,), (removed,) = relationships["added"], relationships["removed"]
    assert (added["evidence"], added["state"], added["label"]) == ([], None, None)
    assert removed == {
        "child": {"unique_id": ORDERS, "name": ORDERS, "columns": ["store_id"]},
        "parent": {"unique_id": "model.shop.stores", "name": "model.shop.stores", "columns": ["id"]},
        "cardinality": {"child": "zero or many", "parent": "exactly one"},
        "evidence": [{"kind": "constraint", "unique_id": "model.shop.customers", "name": "fk"}],
        "state": {"outcome": "passed", "orphans": 0},
        "label": "at",
    }


def test_a_changed_relationship_says_each_aspect_with_both_values() -> None:
    (changed,) = read(a_full_review())["relationships"]["changed"]
    here = {"unique_id": ORDERS, "name": ORDERS, "columns": ["customer_id"]}
    before = {"unique_id": "model.shop.customers", "name": "model.shop.customers", "columns": ["id"]}
    there = {**before, "name": "main.customers"}
    assert (changed["child"], changed["parent"]) == (there, here)
    assert aspects_of(changed) == {
        "direction": ({"child": here, "parent": before}, {"child": there, "parent": here}),
        "cardinality": (
            {"child": "zero or many", "parent": "exactly one"},
            {"child": "exactly one", "parent": "one or many"},
        ),
        "state": (None, {"outcome": "failed", "orphans": 7}),
        "evidence": (
            [{"kind": "test", "unique_id": "test.shop.a", "name": None}],
            [{"kind": "constraint", "unique_id": "model.shop.customers", "name": "fk"}],
        ),
        "label": (None, "of"),
    }


def test_every_aspect_there_is_can_be_told() -> None:
    content = read(a_full_review())
    places = [*content["tables"]["changed"], *content["relationships"]["changed"]]
    places += [column for table in content["tables"]["changed"] for column in table["columns"]["changed"]]
    assert {aspect for one in places for aspect in aspects_of(one)} == {aspect.value for aspect in Aspect}


def test_renames_are_marked_as_guesses_and_say_why() -> None:
    assert read(a_full_review())["renamed"] == [
        {
            "kind": "table",
            "base": {"unique_id": "model.shop.old", "name": "model.shop.old"},
            "head": {"unique_id": "model.shop.new", "name": "model.shop.new"},
            "guess": True,
            "why": "the code is the same",
        },
        {
            "kind": "column",
            "unique_id": "model.shop.customers",
            "name": "main.customers",
            "base": "email",
            "head": "mail",
            "guess": True,
            "why": "the same type in the same place",
        },
    ]


def test_what_could_not_be_compared_says_what_and_why() -> None:
    assert read(a_full_review())["unknown"] == [
        {
            "unique_id": None,
            "name": None,
            "what": "types",
            "why": "the two are of different kinds of warehouse",
        },
        {
            "unique_id": ORDERS,
            "name": ORDERS,
            "what": "columns",
            "why": "the head's run has not built it since its code changed",
        },
    ]


def test_a_risk_names_all_whom_it_hits() -> None:
    content = read(a_full_review())
    first, second = content["risks"]
    assert content["breaking"] is True
    assert first == {
        "severity": "breaking",
        "kind": "removed-but-used",
        "unique_id": "model.shop.customers",
        "name": "main.customers",
        "columns": ["email"],
        "message": "customers.email is removed",
        "uses": [
            {
                "kind": "foreign key",
                "unique_id": "model.shop.cards",
                "name": "cards",
                "part": "cards_fk",
                "columns": ["email"],
                "owner": "Ada <ada@example.com>",
                "file": "m/_cards.yml",
            }
        ],
        "file": "models/customers.sql",
    }
    assert (second["severity"], second["message"], second["uses"], second["file"]) == (
        "worth a look",
        "Only this",
        [],
        None,
    )


def test_a_risk_of_a_removed_table_names_it_as_the_base_does() -> None:
    review = msgspec.structs.replace(a_full_review(), risks=(a_risk(table="model.shop.old"), a_risk(table="gone")))
    assert [risk["name"] for risk in read(review)["risks"]] == ["model.shop.old", "gone"]


def test_both_sides_say_where_they_come_from() -> None:
    content = read(a_full_review())
    assert content["base"] == {
        "name": "dbt Cloud run 17",
        "run_id": "17",
        "url": "https://cloud.getdbt.com/17",
        "commit": "abc",
        "finished_at": "2026-01-02T03:04:05Z",
        "dbt_version": "1.11.0",
    }
    assert content["head"]["name"] == "the folder target"
    assert {value for key, value in content["head"].items() if key != "name"} == {None}
    assert (content["base_is_older"], read(NOTHING)["base_is_older"]) == (True, False)


def test_descriptions_alone_are_told_from_more() -> None:
    before, after = a_table(ORDERS, description="One."), a_table(ORDERS, description="Two.")
    project = Project(tables=frozenset({ORDERS}))
    content = read(a_review(Side(an_erd([before]), project), Side(an_erd([after]), project)))
    assert (content["changed"], content["only_descriptions"]) == (True, True)
    assert read(a_full_review())["only_descriptions"] is False


def test_what_wrote_it_is_told() -> None:
    content = read(NOTHING)
    assert (content["generator"], content["generator_version"]) == ("dbt-cloud-erd", __version__)


def test_the_order_in_which_tables_are_drawn_is_not_that_of_the_document() -> None:
    first, second = a_table("model.shop.z", schema="a"), a_table("model.shop.a", schema="z")
    review = msgspec.structs.replace(NOTHING, diff=Diff(Tables(added=(first, second))))
    assert [table["unique_id"] for table in read(review)["tables"]["added"]] == ["model.shop.a", "model.shop.z"]


def test_a_document_is_in_lines_and_ends_its_last_one() -> None:
    text = text_of(a_full_review())
    assert text.endswith("}\n")
    assert '\n  "version": 1,\n' in text


def test_hostile_names_in_all_slots_are_valid_and_told_as_they_are() -> None:
    text = text_of(hostile_review(NAMES))
    assert diff_complaints(text) == []
    content = json.loads(text)
    assert {table["name"] for table in content["tables"]["removed"]} == set(NAMES)
    assert {risk["message"] for risk in content["risks"]} == {f"{name} is removed" for name in NAMES}
    assert {risk["uses"][0]["owner"] or "" for risk in content["risks"]} == set(NAMES)


def test_halves_of_characters_do_not_break_the_document() -> None:
    text = text_of(hostile_review(["\ud800", "\udfff", "a"]))
    assert "\\udfff" in text
    assert [one for one in texts_in(strictly_read(text)) if "\udfff" in one] != []


@many_documents
@given(review=reviews())
def test_any_review_is_valid_whole_and_the_same_bytes_each_time(review: Review) -> None:
    text = text_of(review)
    assert diff_complaints(text) == []
    known = [line for line in said(review.diff) if not line.startswith("unknown ")]
    assert sorted(said_by(json.loads(text))) == sorted(known)
    assert document(review) == text.encode()


@many_documents
@given(base=sides(), head=sides())
def test_the_review_of_any_two_sides_is_valid(base: Side, head: Side) -> None:
    assert diff_complaints(text_of(a_review(base, head))) == []


def test_a_value_of_another_kind_is_refused_wherever_it_stands() -> None:
    text = text_of(a_full_review())
    kept = [path for path in places_in(json.loads(text)) if diff_complaints(broken(text, path, 1.5)) == []]
    assert kept == []


def test_a_missing_key_is_refused_wherever_it_stands() -> None:
    text = text_of(a_full_review())
    assert [path for path in places_in(json.loads(text)) if diff_complaints(broken(text, path, ...)) == []] == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("version",), 2),
        (("breaking",), False),
        (("changed",), False),
        (("only_descriptions",), True),
        (("counts", "tables", "added"), 2),
        (("counts", "columns", "removed"), 0),
        (("counts", "risks", "breaking"), 0),
        (("counts", "unknown"), -1),
        (("tables", "added", 0, "unique_id"), ORDERS),
        (("tables", "removed", 0, "unique_id"), "model.shop.customers"),
        (("tables", "changed", 1, "aspects"), []),
        (("tables", "changed", 1, "aspects", 0, "aspect"), "type"),
        (("tables", "changed", 0, "columns", "removed", 0, "name"), "phone"),
        (("tables", "changed", 0, "columns", "added", 0, "origin"), "guessed"),
        (("relationships", "changed", 0, "aspects"), []),
        (("relationships", "removed", 0, "cardinality", "child"), "many"),
        (("relationships", "removed", 0, "state", "orphans"), -1),
        (("renamed", 0, "guess"), False),
        (("renamed", 1, "kind"), "table"),
        (("risks", 0, "severity"), "worth a look"),
        (("risks", 0, "uses", 0, "kind"), "person"),
    ],
)
def test_a_broken_document_is_refused(path: tuple[str | int, ...], value: object) -> None:
    text = text_of(a_full_review())
    assert diff_complaints(text) == []
    assert diff_complaints(broken(text, path, value)) != []
