"""The comparison with dbterd sees all in which two lists of relationships differ, and proves the causes it names."""

import msgspec
import pytest

from tests.corpus.causes import Case, cause_of
from tests.corpus.edges import Edge, Said, What, differences
from tests.corpus.manifests import Node, RawManifest, TestMetadata

TEST = "test.shop.relationships_a"
THEIRS = Edge("model.shop.orders", ("customer_id",), "model.shop.customers", ("id",), TEST, "n1")
OURS = msgspec.structs.replace(THEIRS, from_columns=("CUSTOMER_ID",), provenance=(Said("test", TEST),))
TURNED = msgspec.structs.replace(
    THEIRS, from_id=THEIRS.to_id, from_columns=THEIRS.to_columns, to_id=THEIRS.from_id, to_columns=THEIRS.from_columns
)
ELSEWHERE = msgspec.structs.replace(THEIRS, to_columns=("number",))
TO_ITSELF = msgspec.structs.replace(THEIRS, to_id=THEIRS.from_id)


def what_differs(dbterd: list[Edge], ours: list[Edge]) -> list[What]:
    return [one.what for one in differences(dbterd, ours)]


def test_the_same_but_for_case_is_no_difference() -> None:
    assert what_differs([THEIRS], [OURS]) == []


def test_a_key_of_several_columns_is_the_same_in_any_order_of_its_pairs() -> None:
    there = msgspec.structs.replace(THEIRS, from_columns=("a", "b"), to_columns=("x", "y"))
    back = msgspec.structs.replace(THEIRS, from_columns=("b", "a"), to_columns=("y", "x"))
    crossed = msgspec.structs.replace(THEIRS, from_columns=("a", "b"), to_columns=("y", "x"))
    assert what_differs([there], [back]) == []
    assert what_differs([there], [crossed]) == [What.ONLY_DBTERD, What.ONLY_OURS]


@pytest.mark.parametrize(
    ("dbterd", "ours", "what"),
    [
        ([THEIRS], [], [What.ONLY_DBTERD]),
        ([], [OURS], [What.ONLY_OURS]),
        ([ELSEWHERE], [OURS], [What.ONLY_DBTERD, What.ONLY_OURS]),
        ([TURNED], [OURS], [What.DIRECTION]),
        ([TO_ITSELF], [msgspec.structs.replace(TO_ITSELF, from_columns=("id",), to_columns=("customer_id",))],
         [What.DIRECTION]),
        ([msgspec.structs.replace(THEIRS, cardinality="01")], [OURS], [What.CARDINALITY]),
        ([THEIRS, msgspec.structs.replace(THEIRS, name="test.shop.other")], [OURS], [What.TWICE]),
    ],
)  # fmt: skip
def test_a_difference_is_seen(dbterd: list[Edge], ours: list[Edge], what: list[What]) -> None:
    assert what_differs(dbterd, ours) == what


@pytest.mark.parametrize("enabled", [False, True])
def test_a_cause_is_named_where_the_manifest_proves_it(enabled: bool) -> None:
    (difference,) = differences([THEIRS], [])
    test = msgspec.convert(
        {"resource_type": "test", "config": {"enabled": enabled}, "depends_on": {"nodes": [THEIRS.from_id]}}, Node
    )
    cause = cause_of(Case(difference, (THEIRS,), RawManifest(nodes={TEST: test}, sources={})))
    assert (cause is not None) is not enabled


def test_a_test_that_dbterd_should_have_drawn_is_not_explained() -> None:
    (difference,) = differences([], [OURS])
    test = Node("test", {"nodes": [OURS.from_id, OURS.to_id]}, TestMetadata("relationships"))
    assert cause_of(Case(difference, (), RawManifest(nodes={TEST: test}, sources={}))) is None
