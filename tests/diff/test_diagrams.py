"""A diagram out of a file on one side or on both: of what it never says, nothing is compared."""

from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.formats.dbml_reader import read_dbml
from erd.model import TEST, Cardinality, Column, End, Provenance, Table
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd
from tests.diff.sides import a_side, declared, differences, named, observed

DBTERD = """
//Tables (based on the selection criteria)
//--configured at schema: prod.main
Table "model.shop.orders" {
  "id" "bigint"
  "customer_id" "bigint" [note: 'Who bought.']
}
Table "model.shop.customers" {
  "id" "bigint"
}
//Refs (based on the DBT Relationship Tests)
Ref: "model.shop.orders"."customer_id" > "model.shop.customers"."id"
"""
WHO = Column("CUSTOMER_ID", "int8", "Who bought.", not_null=True)
JOIN = a_relationship(
    ORDERS, "CUSTOMER_ID", CUSTOMERS, "ID",
    cardinality=Cardinality(End.ONE_OR_MANY, End.ZERO_OR_ONE), label="buys", provenance=[Provenance(TEST, "one")],
)  # fmt: skip


def a_diagram(text: str = DBTERD) -> Side:
    return Side(read_dbml(text))


def tables() -> tuple[Table, Table]:
    columns = [observed("ID", "BIGINT", not_null=True), WHO]
    return a_table(ORDERS, columns, primary_key=["ID"]), a_table(CUSTOMERS, columns[:1], unique_keys=[["ID"]])


def test_what_a_diagram_of_dbterd_never_says_is_no_difference() -> None:
    orders, customers = tables()
    assert differences(a_diagram(), a_side(orders, customers, JOIN)) == []


def test_what_it_says_is_compared() -> None:
    orders, customers = tables()
    head = a_side(a_table(ORDERS, [orders.columns[0], observed("at", "date")]), customers)
    assert differences(a_diagram(), head) == [
        f"+ {ORDERS}.at",
        f"- {ORDERS}.customer_id",
        f"- {ORDERS}(customer_id) > {CUSTOMERS}(id)",
    ]


def test_a_column_that_the_diagram_has_and_only_a_relationship_still_names_is_gone() -> None:
    orders, customers = tables()
    head = a_side(a_table(ORDERS, [orders.columns[0], named("CUSTOMER_ID")]), customers, JOIN)
    assert differences(a_diagram(), head) == [f"- {ORDERS}.customer_id"]


def test_one_that_the_diagram_does_not_know_more_of_is_the_same() -> None:
    orders, customers = tables()
    untyped = a_diagram(DBTERD.replace("\"bigint\" [note: 'Who bought.']", '"unknown"'))
    head = a_side(a_table(ORDERS, [orders.columns[0], named("CUSTOMER_ID")]), customers, JOIN)
    assert differences(untyped, head) == []


def test_tables_are_found_by_what_they_are_called() -> None:
    diagram = a_diagram(DBTERD.replace("model.shop.", ""))
    tables_named = [Table(f"model.shop.{name}", name, "model", columns=(observed("id", "bigint"),)) for name in "ab"]
    orders = Table(ORDERS, "orders", "model", columns=(observed("id", "bigint"), WHO))
    head = a_side(orders, *tables_named)
    assert differences(diagram, head) == [
        "+ model.shop.a",
        "+ model.shop.b",
        "- customers",
        f"- {ORDERS}(customer_id) > customers(id)",
    ]
    (aligned, *_) = compare(diagram, head).base_erd.tables
    assert aligned.unique_id in {ORDERS, "customers"}


def test_a_name_that_is_another_tables_identity_is_not_mistaken_for_it() -> None:
    diagram = Side(an_erd([Table("b", "b", "", columns=(observed("id"),)), Table("a", "a", "", columns=())]))
    head = a_side(Table("b", "a", "model", columns=(observed("id"),)))
    assert differences(diagram, head) == ["- b (diagram)"]


def test_cardinality_is_one_or_many() -> None:
    orders, customers = tables()
    one = a_relationship(ORDERS, "CUSTOMER_ID", CUSTOMERS, "ID", cardinality=Cardinality(End.ONE, End.ONE))
    assert differences(a_diagram(), a_side(orders, customers, one)) == [
        f"~ {ORDERS}(CUSTOMER_ID) > {CUSTOMERS}(ID): cardinality"
    ]


def test_keys_and_not_null_are_compared_with_a_diagram_that_knows_some() -> None:
    keyed = DBTERD.replace('"id" "bigint"', '"id" "bigint" [pk, not null]', 1)
    orders, customers = tables()
    assert differences(a_diagram(keyed), a_side(orders, customers, JOIN)) == [
        f"~ {CUSTOMERS}.ID: not null",
        f"~ {ORDERS}.CUSTOMER_ID: not null",
    ]


def test_a_table_that_a_run_did_not_build_has_the_columns_of_the_diagram() -> None:
    _, customers = tables()
    assert differences(a_diagram(), a_side(a_table(ORDERS, [declared("ID")]), customers, JOIN)) == []


def test_a_relationship_between_tables_only_is_none_of_a_diagram() -> None:
    orders, customers = tables()
    vague = a_relationship(CUSTOMERS, (), ORDERS, ())
    assert differences(a_diagram(), a_side(orders, customers, JOIN, vague)) == []


def test_two_diagrams_are_compared_by_name() -> None:
    head = a_diagram(DBTERD.replace('"customer_id" "bigint"', '"customer_id" "text"').replace(" > ", " - "))
    assert differences(a_diagram(), head) == [
        f"~ {ORDERS}.customer_id: type",
        f"~ {ORDERS}(customer_id) > {CUSTOMERS}(id): cardinality",
    ]
