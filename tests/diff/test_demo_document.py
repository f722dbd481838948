"""The document over the demo's two runs says what examples/README.md lists under "What the pull request changes".

It says nothing else, though the catalog of the pull request's run has but eight tables.
"""

import json
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any

import pytest

from erd.artifacts.compiled import read_compiled_sql
from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.document import document
from erd.diff.review import Review
from erd.project import Source
from tests.diff.test_demo_risks import a_side
from tests.diff.test_document import aspects_of
from tests.tools.diff_references import no_changes
from tests.tools.documents import diff_complaints

CUSTOMERS, ORDERS, PAYMENTS = (f"model.jaffle_shop.{name}" for name in ("customers.v2", "orders", "payments"))
REFUNDS, EMPLOYEES = "model.jaffle_shop.refunds", "model.jaffle_shop.employees"
RUNS = "production", "pull-request"


def text_of(base: Side, head: Side, head_folder: Path) -> str:
    compared = compare(base, head)

    def read(nodes: Collection[str]) -> Mapping[str, str]:
        return read_compiled_sql(head_folder / "manifest.json", None, nodes)

    risks = assess(compared, base, head, read)
    names = [Source(name) for name in RUNS]
    review = Review(compared.diff, risks, compared.base_erd, compared.head_erd, names[0], names[1])
    return document(review).decode()


@pytest.fixture(scope="module")
def text(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the pull request does to production."""
    folders = [tmp_path_factory.mktemp(name) for name in RUNS]
    base, head = (a_side(folder, name) for folder, name in zip(folders, RUNS, strict=True))
    return text_of(base, head, folders[1])


@pytest.fixture
def content(text: str) -> Any:
    return json.loads(text)


def ends(one: Mapping[str, Any]) -> tuple[str, list[str], str, list[str]]:
    child, parent = one["child"], one["parent"]
    return child["unique_id"], child["columns"], parent["unique_id"], parent["columns"]


def test_it_is_valid(text: str) -> None:
    assert diff_complaints(text) == []
    assert no_changes(json.loads(text)) == []


def test_the_tables_added_are_a_source_and_two_models(content: Any) -> None:
    tables = content["tables"]
    assert [(one["unique_id"], one["resource_type"]) for one in tables["added"]] == [
        (REFUNDS, "model"),
        ("model.jaffle_shop.stg_refunds", "model"),
        ("source.jaffle_shop.pos.refunds", "source"),
    ]
    assert tables["removed"] == []


def test_the_tables_changed_are_these_three(content: Any) -> None:
    assert [one["unique_id"] for one in content["tables"]["changed"]] == [CUSTOMERS, ORDERS, PAYMENTS]


def test_customers_lose_their_email_and_its_key(content: Any) -> None:
    customers, _, _ = content["tables"]["changed"]
    assert aspects_of(customers) == {"unique keys": ([["email"]], [])}
    assert [column["name"] for column in customers["columns"]["removed"]] == ["email"]
    assert (customers["columns"]["added"], customers["columns"]["changed"]) == ([], [])


def test_orders_gain_who_served_them_and_when_they_were_ready(content: Any) -> None:
    _, orders, _ = content["tables"]["changed"]
    added = [(one["name"], one["type"], one["is_foreign_key"]) for one in orders["columns"]["added"]]
    assert added == [("served_by", "INTEGER", True), ("ready_at", "TIMESTAMP", False)]
    assert (orders["aspects"], orders["columns"]["removed"], orders["columns"]["changed"]) == ([], [], [])


def test_payments_are_taken_by_a_text_that_is_described_anew(content: Any) -> None:
    _, _, payments = content["tables"]["changed"]
    (taken_by,) = payments["columns"]["changed"]
    assert taken_by["name"] == "taken_by"
    assert aspects_of(taken_by) == {
        "type": ("INTEGER", "VARCHAR"),
        "description": (
            "Who stood at the till.",
            'The employee\'s number, or from May on that of a card terminal ("T-03").',
        ),
    }
    assert (payments["aspects"], payments["columns"]["added"], payments["columns"]["removed"]) == ([], [], [])


def test_three_relationships_come_and_each_says_by_what(content: Any) -> None:
    added = content["relationships"]["added"]
    assert [(*ends(one), sorted(said["kind"] for said in one["evidence"])) for one in added] == [
        (ORDERS, ["served_by"], EMPLOYEES, ["employee_id"], ["test"]),
        (
            *(REFUNDS, ["order_id", "line_number"], "model.jaffle_shop.order_items", ["order_id", "line_number"]),
            ["constraint"],
        ),
        (REFUNDS, ["refunded_by"], EMPLOYEES, ["employee_id"], ["constraint", "test"]),
    ]


def test_one_relationship_goes_and_none_is_another(content: Any) -> None:
    relationships = content["relationships"]
    assert [ends(one) for one in relationships["removed"]] == [(PAYMENTS, ["taken_by"], EMPLOYEES, ["employee_id"])]
    assert relationships["changed"] == []


def test_nothing_is_guessed_and_nothing_is_unknown(content: Any) -> None:
    assert (content["renamed"], content["unknown"]) == ([], [])
    assert (content["changed"], content["only_descriptions"]) == (True, False)


def test_the_removed_column_is_told_to_be_in_use_by_whom_the_readme_names(content: Any) -> None:
    risk = content["risks"][0]
    assert content["breaking"] is True
    assert (risk["severity"], risk["kind"], risk["unique_id"]) == ("breaking", "removed-but-used", CUSTOMERS)
    assert [(use["kind"], use["name"], use["part"]) for use in risk["uses"]] == [
        ("foreign key", "loyalty_cards", "loyalty_cards_holder_email_fk"),
        ("semantic model", "customers", "mailbox"),
        ("exposure", "newsletter", None),
    ]


def test_the_exposure_that_compares_the_retyped_column_is_named(content: Any) -> None:
    (risk,) = [one for one in content["risks"] if one["kind"] == "retyped-but-used"]
    assert (risk["unique_id"], risk["columns"]) == (PAYMENTS, ["taken_by"])
    assert "payroll_check" in [use["name"] for use in risk["uses"]]


@pytest.mark.parametrize("run", RUNS)
def test_a_run_against_itself_is_a_document_of_nothing(tmp_path: Path, run: str) -> None:
    side = a_side(tmp_path, run)
    text = text_of(side, side, tmp_path)
    assert diff_complaints(text) == []
    content = json.loads(text)
    assert (content["changed"], content["breaking"], content["risks"]) == (False, False, [])
