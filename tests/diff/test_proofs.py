"""A relationship whose test fails, or for which less speaks than did, is a risk."""

import msgspec
import pytest

from erd.model import (
    CONSTRAINT,
    SEMANTIC,
    TEST,
    Cardinality,
    Column,
    End,
    Erd,
    Origin,
    Outcome,
    Provenance,
    Relationship,
    State,
)
from erd.project import Project, UseKind
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd
from tests.diff.assessing import a_project, a_use, hit, risks, said

TESTED = Provenance(TEST, "test.shop.belongs")
DECLARED = Provenance(CONSTRAINT, ORDERS, "orders_fk")
SAID = Provenance(SEMANTIC, "semantic_model.shop.orders", "customer")
PASSED, NOT_RUN = State(Outcome.PASSED), State(Outcome.NOT_RUN)


def shop(*relationships: Relationship, columns: tuple[str | Column, ...] = ("id", "customer_id")) -> Erd:
    return an_erd([a_table(CUSTOMERS, ["id"]), a_table(ORDERS, columns)], relationships)


def refers(*provenance: Provenance, state: State | None = None, parent: End = End.ONE) -> Relationship:
    one = a_relationship(provenance=provenance, cardinality=Cardinality(End.ZERO_OR_MANY, parent))
    return msgspec.structs.replace(one, state=state)


def failed(orphans: int) -> Relationship:
    return refers(TESTED, state=State(Outcome.FAILED, orphans))


@pytest.mark.parametrize(
    ("before", "severity"),
    [
        (shop(), "breaking"),
        (shop(refers(TESTED, state=PASSED)), "breaking"),
        (shop(refers(DECLARED)), "breaking"),
        (shop(refers(TESTED, state=NOT_RUN)), "worth a look"),
        (shop(refers(TESTED)), "worth a look"),
        (shop(refers()), "worth a look"),
    ],
)
def test_a_test_that_fails_is_as_bad_as_it_is_new(before: Erd, severity: str) -> None:
    assert said(risks(before, shop(failed(1200)))) == [
        f"{severity} test-fails: 1,200 rows of orders.customer_id have no match in customers.id"
    ]


def test_a_test_that_failed_before_is_no_risk() -> None:
    assert not risks(shop(failed(3)), shop(failed(5)))


@pytest.mark.parametrize(
    ("orphans", "sentence"),
    [
        (0, "The test that orders.customer_id refers to customers.id fails"),
        (1, "1 row of orders.customer_id has no match in customers.id"),
        (2, "2 rows of orders.customer_id have no match in customers.id"),
    ],
)
def test_the_rows_without_a_parent_are_counted(orphans: int, sentence: str) -> None:
    assert said(risks(shop(), shop(failed(orphans)))) == [f"breaking test-fails: {sentence}"]


def test_the_test_that_fails_stands_with_it_and_in_its_file_one_looks() -> None:
    test = a_use(UseKind.TEST, "belongs", "customer_id", part="relationships", file="models/a.yml", node=TESTED.node)
    other = a_use(UseKind.TEST, "unique_orders_customer_id", "customer_id", part="unique")
    (found,) = risks(shop(), shop(failed(1)), head_project=a_project(uses={ORDERS: [other, test]}))
    assert hit(found) == ["test belongs relationships"]
    assert found.file == "models/a.yml"


@pytest.mark.parametrize(
    ("provenance", "why"),
    [
        ([TESTED], "its test is gone"),
        ([DECLARED, TESTED], "its foreign key is gone and its test is gone"),
        ([SAID], "its entity is gone"),
    ],
)
def test_a_relationship_that_nothing_says_any_more_is_worth_a_look(provenance: list[Provenance], why: str) -> None:
    found = risks(shop(refers(*provenance)), shop())
    assert said(found) == [
        f"worth a look weaker-proof: Nothing says any more that orders.customer_id refers to customers.id: {why}"
    ]
    assert (found[0].table, found[0].columns) == (ORDERS, ("customer_id",))


def test_a_relationship_that_went_with_its_column_or_table_is_told_elsewhere() -> None:
    base = shop(refers(TESTED))
    assert not risks(base, shop(columns=("id",)))
    assert not risks(base, shop(columns=("id", Column("customer_id", origin=Origin.NAMED))))
    assert not risks(base, an_erd([a_table(CUSTOMERS, ["id"])]))


def test_a_column_that_may_be_gone_is_not_taken_to_be() -> None:
    """The head did not build orders since its code changed, and its YAML names none of the columns."""
    base, head = shop(refers(TESTED)), shop(columns=(Column("id", origin=Origin.DECLARED),))
    before, after = (Project(frozenset({ORDERS, CUSTOMERS}), checksums={ORDERS: code}) for code in ("before", "after"))
    (found,) = risks(base, head, before, after)
    assert said([found])[0].startswith("worth a look weaker-proof: Nothing says any more")


def test_a_relationship_between_tables_only_that_is_now_clear_is_no_risk() -> None:
    vague = a_relationship(child_columns=(), parent_columns=(), provenance=[TESTED])
    assert not risks(shop(vague), shop(refers(TESTED)))


def test_a_parent_that_was_required_and_is_not_is_worth_a_look() -> None:
    assert said(risks(shop(refers(TESTED)), shop(refers(TESTED, parent=End.ZERO_OR_ONE)))) == [
        "worth a look weaker-proof: orders.customer_id may be empty now: a row of orders can be without customers"
    ]
    assert not risks(shop(refers(TESTED, parent=End.ZERO_OR_ONE)), shop(refers(TESTED)))


def test_a_relationship_that_only_a_semantic_model_still_says_is_worth_a_look() -> None:
    assert said(risks(shop(refers(SAID, TESTED)), shop(refers(SAID)))) == [
        "worth a look weaker-proof: Only a semantic model still says that orders.customer_id refers to customers.id"
    ]
    assert not risks(shop(refers(DECLARED, TESTED)), shop(refers(DECLARED)))
    assert not risks(shop(refers(SAID)), shop(refers(SAID)))


def test_both_are_one_risk() -> None:
    assert said(risks(shop(refers(SAID, TESTED)), shop(refers(SAID, parent=End.ZERO_OR_ONE)))) == [
        (
            "worth a look weaker-proof: Only a semantic model still says that orders.customer_id refers to "
            "customers.id; orders.customer_id may be empty now: a row of orders can be without customers"
        )
    ]
