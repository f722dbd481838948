"""A small shop with one of everything that an ERD can hold, rendered into the golden files."""

from itertools import cycle

import msgspec

from erd.model import Cardinality, Column, Dependency, End, Erd, Origin, Outcome, Provenance, State, Table
from tests.builders import a_relationship, a_table, an_erd

CUSTOMERS = "model.shop.customers.v2"
ORDERS = "model.shop.orders"
LINES = "model.shop.order_lines"
REFUNDS = "model.shop.refunds"
PAYMENTS = "source.shop.raw.payments"
COUNTRIES = "seed.shop.countries"
STORES = "model.crm.stores"
STATES = (None, State(Outcome.PASSED), State(Outcome.FAILED, 1_234), State(Outcome.FAILED), State(Outcome.NOT_RUN))
ONE_TO_ONE = Cardinality(End.ZERO_OR_ONE, End.ZERO_OR_ONE)


def a_shop() -> Erd:
    return an_erd(
        [*_models(), *_others()],
        [
            a_relationship(ORDERS, "customer_id", CUSTOMERS, "id", label="placed by"),
            a_relationship(ORDERS, "replaces_id", ORDERS, "id", cardinality=ONE_TO_ONE),
            a_relationship(ORDERS, "store_id", STORES, "id"),
            a_relationship(
                REFUNDS,
                ("order_id", "line number"),
                LINES,
                ("order_id", "line number"),
                provenance=[Provenance("test", "test.shop.refunds")],
            ),
            a_relationship(LINES, "order_id", ORDERS, "id", cardinality=Cardinality(End.ONE_OR_MANY, End.ONE)),
            a_relationship(
                CUSTOMERS, "country", COUNTRIES, "code", cardinality=Cardinality(End.ONE_OR_MANY, End.ONE_OR_MANY)
            ),
            a_relationship(PAYMENTS, "ORDER_ID", ORDERS, "id", cardinality=Cardinality(End.ONE, End.ONE_OR_MANY)),
        ],
    )  # fmt: skip


def a_tested_shop() -> Erd:
    """The sample, with a state of each kind, a relationship between tables only, and dependencies."""
    shop = a_shop()
    tested = [
        msgspec.structs.replace(one, state=state) for one, state in zip(shop.relationships, cycle(STATES), strict=False)
    ]
    return msgspec.structs.replace(
        an_erd(shop.tables, [*tested, a_relationship(REFUNDS, (), PAYMENTS, ())]),
        dependencies=(Dependency(CUSTOMERS, COUNTRIES), Dependency(LINES, PAYMENTS), Dependency(ORDERS, PAYMENTS)),
    )


def _models() -> list[Table]:
    customers = a_table(
        CUSTOMERS,
        [
            Column("id", "INTEGER", "The customer's number.", not_null=True),
            Column("Full Name", "VARCHAR", 'As written on the "card".'),
            Column("e-mail", "VARCHAR"),
            Column("country", "VARCHAR", not_null=True),
            Column("address", "STRUCT<street STRING, lines ARRAY<STRING>>"),
        ],
        schema="sales",
        description="Everybody who ever bought.\n\nOne row each; see `stg_customers`.",
        group="sales",
        primary_key=["id"],
        unique_keys=[["e-mail"], ["Full Name", "country"]],
    )
    orders = a_table(
        ORDERS,
        [
            Column("id", "INTEGER", not_null=True),
            Column("customer_id", "INTEGER", "C:\\shop\\customers"),
            Column("replaces_id", "INTEGER"),
            Column("total", "NUMBER(38,2)", "In €, with tax."),
            Column("placed_at", "timestamp with time zone"),
            Column("note", "", "Declared, but not built yet.", Origin.DECLARED),
            Column("store_id", origin=Origin.NAMED),
        ],
        schema="sales",
        group="sales",
        primary_key=["id"],
    )
    lines = a_table(LINES, ["order_id", "line number"], schema="sales", primary_key=["order_id", "line number"])
    refunds = a_table(REFUNDS, ["order_id", "line number", "reason"], schema="sales", group="sales")
    return [customers, orders, lines, msgspec.structs.replace(refunds, name="sales.refunds")]


def _others() -> list[Table]:
    stores = a_table(STORES, [Column("id", origin=Origin.NAMED)], description="A public model of the dbt project crm.")
    return [
        msgspec.structs.replace(stores, name="stores"),
        a_table(PAYMENTS, [Column("ORDER_ID", "NUMBER"), Column("order_id", "NUMBER")], schema="raw", group="raw"),
        a_table(COUNTRIES, [Column("code", "VARCHAR(2)", not_null=True)], schema="seeds", primary_key=["code"]),
        a_table("snapshot.shop.orders_history", [], schema="snapshots", group="raw"),
    ]
