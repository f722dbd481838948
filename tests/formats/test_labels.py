"""The words in pictures say what a reader needs, and no more."""

import pytest

from erd.formats.labels import key_marks, relationship_label, state_label
from erd.model import Outcome, State
from tests.builders import a_relationship, a_table


@pytest.mark.parametrize(
    ("child", "parent", "label"),
    [
        ("customer_id", "customer_id", "customer_id"),
        ("customer_id", "id", "customer_id → id"),
        (("a", "b"), ("a", "b"), "a, b"),
        (("a", "b"), ("x", "b"), "a, b → x, b"),
        ((), (), ""),
    ],
)
def test_a_relationship_is_called_after_its_columns(child: tuple[str], parent: tuple[str], label: str) -> None:
    assert relationship_label(a_relationship(child_columns=child, parent_columns=parent)) == label


def test_a_label_stands_before_columns() -> None:
    assert relationship_label(a_relationship(label="placed by")) == "placed by"


@pytest.mark.parametrize(
    ("state", "label"),
    [
        (None, ""),
        (State(Outcome.PASSED), ""),
        (State(Outcome.NOT_RUN), "not run"),
        (State(Outcome.FAILED), "failed"),
        (State(Outcome.FAILED, 1), "1 orphan"),
        (State(Outcome.FAILED, 12_345), "12,345 orphans"),
    ],
)
def test_what_is_not_well_is_said(state: State | None, label: str) -> None:
    assert state_label(state) == label


def test_a_column_has_all_marks_that_it_deserves() -> None:
    table = a_table(columns=["id", "a", "b", "c"], primary_key=["id"], unique_keys=[["a"], ["b", "c"]])
    assert key_marks(table, {"id", "b"}) == {"id": ("PK", "FK"), "a": ("UK",), "b": ("FK",)}


def test_marks_need_no_keys() -> None:
    assert key_marks(a_table(), ()) == {}
