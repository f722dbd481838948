"""What differs between two sides that both know all of their tables."""

import pytest

from erd.diff.changes import Diff, Side
from erd.diff.compare import compare
from erd.model import (
    CONSTRAINT,
    TEST,
    Cardinality,
    End,
    Outcome,
    Provenance,
    Relationship,
    State,
    Table,
)
from tests.builders import CUSTOMERS, MANY_TO_ONE, ORDERS, a_relationship, a_table
from tests.diff.mirroring import mirrored
from tests.diff.sides import a_side, declared, differences, named, observed

JOIN = a_relationship()
ENDS = f"{ORDERS}(customer_id) > {CUSTOMERS}(id)"


def orders(*columns: str) -> Table:
    return a_table(ORDERS, columns or ("id", "customer_id"))


def test_a_side_does_not_differ_from_itself() -> None:
    side = a_side(orders(), a_table(CUSTOMERS), JOIN)
    assert compare(side, side).diff == Diff()


def test_a_table_of_one_side_alone_is_added_or_removed_with_its_relationships() -> None:
    base, head = a_side(orders()), a_side(orders(), a_table(CUSTOMERS), JOIN)
    assert differences(base, head) == [f"+ {CUSTOMERS}", f"+ {ENDS}"]
    assert differences(head, base) == [f"- {CUSTOMERS}", f"- {ENDS}"]


def test_a_table_that_is_merely_not_drawn_is_no_difference_nor_are_its_relationships() -> None:
    base, head = a_side(orders(), a_table(CUSTOMERS), JOIN), a_side(orders(), also=[CUSTOMERS])
    assert differences(base, head) == []
    assert differences(head, base) == []


def test_columns_are_added_and_removed_in_the_order_of_their_table() -> None:
    base, head = a_side(orders("id", "a", "b")), a_side(orders("id", "d", "c", "e"))
    assert differences(base, head)[:5] == [
        *(f"+ {ORDERS}.{name}" for name in "dce"),
        *(f"- {ORDERS}.{name}" for name in "ab"),
    ]


@pytest.mark.parametrize("names", [("customer_id", "id"), ("ID", "CUSTOMER_ID"), ("Customer_Id", "Id")])
def test_neither_order_nor_case_of_columns_is_a_difference(names: tuple[str, ...]) -> None:
    assert differences(a_side(orders("id", "customer_id")), a_side(orders(*names))) == []


def test_columns_that_differ_in_case_alone_are_each_itself() -> None:
    base, head = a_side(orders("id", "Id")), a_side(orders("id", "ID", "Id"))
    assert differences(base, head) == [f"+ {ORDERS}.ID"]
    # Which of the two is left, nobody can say.
    assert differences(a_side(orders("Id", "ID")), a_side(orders("id")))[:3] == [
        f"+ {ORDERS}.id",
        f"- {ORDERS}.Id",
        f"- {ORDERS}.ID",
    ]


def test_where_a_table_lies_and_how_it_is_called_is_no_difference() -> None:
    base = Table(ORDERS, "orders", "model", "prod", "main", group="main", sql="select 1", columns=orders().columns)
    head = Table(ORDERS, "shop.orders", "model", "ci", "pr_17", group="pr_17", columns=orders().columns)
    assert differences(a_side(base), a_side(head)) == []


def test_types_not_null_and_descriptions_of_columns_are_compared() -> None:
    base = a_table(ORDERS, [observed("id"), observed("total", "numeric(10,2)", "In euros."), observed("at", "date")])
    total = observed("total", "numeric(12,2)", "In  euros.\n")
    head = a_table(ORDERS, [observed("id", "INT4", not_null=True), total, observed("at", "date", "When.")])
    assert differences(a_side(base), a_side(head)) == [
        f"~ {ORDERS}.id: not null",
        f"~ {ORDERS}.total: type",
        f"~ {ORDERS}.at: description",
    ]


def test_a_type_that_nobody_says_is_unknown() -> None:
    base, head = a_table(ORDERS, [observed("id", "")]), a_table(ORDERS, [observed("id", "integer")])
    assert differences(a_side(base), a_side(head)) == []


def test_a_column_that_the_warehouse_no_longer_has_is_removed_though_it_is_still_written_of() -> None:
    base = a_side(a_table(ORDERS, [observed("id"), observed("total"), observed("customer_id")]))
    head = a_side(a_table(ORDERS, [observed("id"), declared("total"), named("customer_id")]))
    assert differences(base, head) == [f"- {ORDERS}.total", f"- {ORDERS}.customer_id"]
    assert differences(head, base) == [f"+ {ORDERS}.total", f"+ {ORDERS}.customer_id"]


def test_a_column_that_only_a_relationship_names_comes_and_goes_with_it() -> None:
    head = a_side(a_table(ORDERS, [observed("id"), named("customer_id")]), a_table(CUSTOMERS), JOIN)
    assert differences(a_side(orders("id"), a_table(CUSTOMERS)), head) == [f"+ {ENDS}"]


def test_keys_are_sets_of_columns() -> None:
    base = a_table(ORDERS, ["a", "b", "c"], primary_key=["a", "b"], unique_keys=[["c", "a"], ["b"]])
    same = a_table(ORDERS, ["A", "B", "C"], primary_key=["B", "A"], unique_keys=[["B"], ["A", "C"]])
    other = a_table(ORDERS, ["a", "b", "c"], primary_key=["a"], unique_keys=[["c", "a"]])
    assert differences(a_side(base), a_side(same)) == []
    assert differences(a_side(base), a_side(other)) == [f"~ {ORDERS}: primary key", f"~ {ORDERS}: unique keys"]


def test_which_of_two_keys_is_the_primary_one_by_the_order_of_columns_is_no_difference() -> None:
    first, second = observed("id", not_null=True), observed("code", not_null=True)
    base = a_table(ORDERS, [first, second], primary_key=["id"], unique_keys=[["code"]])
    head = a_table(ORDERS, [second, first], primary_key=["code"], unique_keys=[["id"]])
    stays = a_table(ORDERS, [first, second], primary_key=["code"], unique_keys=[["id"]])
    assert differences(a_side(base), a_side(head)) == []
    assert differences(a_side(base), a_side(stays)) == [f"~ {ORDERS}: primary key", f"~ {ORDERS}: unique keys"]


def test_a_new_key_before_the_primary_one_in_another_order_of_columns_is_just_another_key() -> None:
    first, second = observed("id", not_null=True), observed("code", not_null=True)
    base = a_table(ORDERS, [first, second], primary_key=["id"])
    head = a_table(ORDERS, [second, first], primary_key=["code"], unique_keys=[["id"]])
    assert differences(a_side(base), a_side(head)) == [f"~ {ORDERS}: unique keys"]
    assert differences(a_side(head), a_side(base)) == [f"~ {ORDERS}: unique keys"]


def test_columns_that_nobody_could_see_since_the_code_changed_are_unknown_though_yaml_says_the_same() -> None:
    unseen = a_table(ORDERS, [declared("id")])
    old, new = a_side(unseen, code={ORDERS: "old"}), a_side(unseen, code={ORDERS: "new"})
    assert differences(old, new) == [f"unknown {ORDERS}: COLUMNS"]
    assert differences(old, old) == []
    contracted = [a_side(unseen, code={ORDERS: code}, contracted=[ORDERS]) for code in ("old", "new")]
    assert differences(*contracted) == []


def relation(**changes: object) -> Side:
    one = JOIN
    fields = {name: getattr(one, name) for name in one.__struct_fields__} | changes
    return a_side(orders(), a_table(CUSTOMERS), Relationship(**fields))


PASSED, FAILED, NOT_RUN = (State(outcome) for outcome in (Outcome.PASSED, Outcome.FAILED, Outcome.NOT_RUN))
BY_TEST, BY_CONSTRAINT = Provenance(TEST, "test.shop.one"), Provenance(CONSTRAINT, ORDERS)


@pytest.mark.parametrize(
    ("base", "head", "aspects"),
    [
        (relation(), relation(child=JOIN.parent, parent=JOIN.child), ["direction", "cardinality"]),
        (
            relation(),
            relation(child=JOIN.parent, parent=JOIN.child, cardinality=Cardinality(End.ONE, End.ZERO_OR_MANY)),
            ["direction"],
        ),
        (relation(), relation(cardinality=Cardinality(End.ONE, End.ONE)), ["cardinality"]),
        (relation(state=PASSED), relation(state=FAILED), ["state"]),
        (relation(state=FAILED), relation(state=NOT_RUN), []),
        (relation(state=None), relation(state=FAILED), []),
        (relation(state=State(Outcome.FAILED, 3)), relation(state=State(Outcome.FAILED, 4)), []),
        (relation(provenance=(BY_TEST,)), relation(provenance=(BY_CONSTRAINT, BY_TEST)), ["evidence"]),
        (relation(provenance=(BY_TEST,)), relation(provenance=(Provenance(TEST, "test.shop.two"),)), []),
        (relation(label="buys"), relation(label="is bought by"), ["label"]),
        (relation(cardinality=MANY_TO_ONE), relation(), []),
    ],
)
def test_what_a_relationship_says_is_compared(base: Side, head: Side, aspects: list[str]) -> None:
    assert [line.partition(": ")[2] for line in differences(base, head)] == aspects
    assert compare(head, base).diff == mirrored(compare(base, head).diff)


def test_a_relationship_on_several_columns_is_the_same_in_any_order_of_its_pairs() -> None:
    tables = a_table(ORDERS, ["a", "b"]), a_table(CUSTOMERS, ["x", "y"])
    base = a_side(*tables, a_relationship(ORDERS, ["a", "b"], CUSTOMERS, ["x", "y"]))
    same = a_side(*tables, a_relationship(ORDERS, ["B", "A"], CUSTOMERS, ["Y", "X"]))
    crossed = a_side(*tables, a_relationship(ORDERS, ["a", "b"], CUSTOMERS, ["y", "x"]))
    assert differences(base, same) == []
    assert [line[0] for line in differences(base, crossed)] == ["+", "-"]


def test_types_of_two_kinds_of_warehouse_are_not_compared_and_names_are() -> None:
    base = a_side(a_table(ORDERS, [observed("ID", "NUMBER"), observed("TOTAL", "NUMBER")]), warehouse="snowflake")
    head = a_side(a_table(ORDERS, [observed("id", "text")]), warehouse="duckdb")
    assert differences(base, head) == [f"- {ORDERS}.TOTAL", "unknown : TYPES"]
