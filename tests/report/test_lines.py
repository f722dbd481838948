"""Relationships as lines of text."""

import msgspec

from erd.report.lines import relationship_lines
from tests.builders import a_relationship, a_table, an_erd


def test_each_relationship_is_a_line_with_the_child_first_and_the_arrows_aligned() -> None:
    erd = an_erd(
        [a_table("orders"), a_table("order_items")],
        [
            a_relationship("order_items", "order_id", "orders", "id"),
            a_relationship("orders", ("shop", "previous"), "orders", ("shop", "number")),
        ],
    )
    assert relationship_lines(erd) == [
        "order_items (order_id)   →  orders (id)",
        "orders (shop, previous)  →  orders (shop, number)",
    ]


def test_tables_go_by_their_names_not_their_ids() -> None:
    named = [msgspec.structs.replace(a_table(name), name=name.upper()) for name in ("orders", "customers")]
    erd = an_erd(named, [a_relationship("orders", "customer_id", "customers", "id")])
    assert relationship_lines(erd) == ["ORDERS (customer_id)  →  CUSTOMERS (id)"]


def test_without_relationships_there_are_no_lines() -> None:
    assert relationship_lines(an_erd([a_table()])) == []
