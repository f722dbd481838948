"""The comparison with dbterd sees all in which two lists of relationships differ, and proves the causes it names."""

from pathlib import Path

import msgspec
import pytest

from tests.builders import ORDERS, a_manifest, a_model, a_relationships_test, write_artifacts
from tests.corpus.causes import Case, cause_of
from tests.corpus.drawings import drawn
from tests.corpus.edges import Edge, Said, What, differences
from tests.corpus.manifests import Node, RawManifest, TestMetadata
from tests.corpus.pairs import ALL_TYPES, OURS

TEST = "test.shop.relationships_a"
THEIRS = Edge("model.shop.orders", ("customer_id",), "model.shop.customers", ("id",), TEST, "n1")
MINE = msgspec.structs.replace(THEIRS, from_columns=("CUSTOMER_ID",), provenance=(Said("test", TEST),))
TURNED = msgspec.structs.replace(
    THEIRS, from_id=THEIRS.to_id, from_columns=THEIRS.to_columns, to_id=THEIRS.from_id, to_columns=THEIRS.from_columns
)
ELSEWHERE = msgspec.structs.replace(THEIRS, to_columns=("number",))
TO_ITSELF = msgspec.structs.replace(THEIRS, to_id=THEIRS.from_id)


def what_differs(dbterd: list[Edge], ours: list[Edge]) -> list[What]:
    return [one.what for one in differences(dbterd, ours)]


def test_the_same_but_for_case_is_no_difference() -> None:
    assert what_differs([THEIRS], [MINE]) == []


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
        ([], [MINE], [What.ONLY_OURS]),
        ([ELSEWHERE], [MINE], [What.ONLY_DBTERD, What.ONLY_OURS]),
        ([TURNED], [MINE], [What.DIRECTION]),
        ([TO_ITSELF], [msgspec.structs.replace(TO_ITSELF, from_columns=("id",), to_columns=("customer_id",))],
         [What.DIRECTION]),
        ([msgspec.structs.replace(THEIRS, cardinality="01")], [MINE], [What.CARDINALITY]),
        ([THEIRS, msgspec.structs.replace(THEIRS, name="test.shop.other")], [MINE], [What.TWICE]),
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
    (difference,) = differences([], [MINE])
    test = Node("test", {"nodes": [MINE.from_id, MINE.to_id]}, TestMetadata("relationships"))
    assert cause_of(Case(difference, (), RawManifest(nodes={TEST: test}, sources={}))) is None


def test_warnings_are_those_of_a_real_run(tmp_path: Path) -> None:
    unsaid = a_relationships_test().with_arguments({})
    write_artifacts(tmp_path, a_manifest(a_model("orders"), a_model("customers"), unsaid))
    done = drawn(OURS, tmp_path, ALL_TYPES, target="json", algorithm="all")
    assert done.exit_code == 0
    (warning,) = [line for line in done.warnings if unsaid.unique_id in line]
    assert warning.endswith("does not say which columns it compares, so only its tables are joined")
    assert [edge.from_id for edge in done.edges] == [ORDERS]
