"""A key lost under a relationship, ends that do not join, and rows that multiply are risks."""

import msgspec
import pytest

from erd.model import CONSTRAINT, Cardinality, Column, End, Erd, Provenance, Relationship
from erd.project import Place, UseKind
from tests.builders import CUSTOMERS, MANY_TO_ONE, ORDERS, a_relationship, a_table, an_erd
from tests.diff.assessing import a_project, a_use, hit, risks, said

CARDS = "model.shop.cards"
REFERS = a_relationship()
ONE_TO_ONE = Cardinality(End.ONE, End.ONE)
TO_MANY = Cardinality(End.ZERO_OR_MANY, End.ONE_OR_MANY)


def shop(*relationships: Relationship, key: str = "id", child: str = "integer", parent: str = "integer") -> Erd:
    """Orders and customers, related so, with columns of these types."""
    customers = a_table(CUSTOMERS, [Column("id", parent), "email"], primary_key=[key] if key else [])
    orders = a_table(ORDERS, ["id", Column("customer_id", child)])
    return an_erd([customers, orders, a_table(CARDS, ["id", "customer_id"])], relationships)


def related(cardinality: Cardinality) -> Relationship:
    return msgspec.structs.replace(REFERS, cardinality=cardinality)


def test_a_key_that_is_lost_while_something_refers_to_it_is_breaking() -> None:
    use = a_use(UseKind.FOREIGN_KEY, "orders", "ID", part="orders_fk")
    unique = a_use(UseKind.TEST, "not_null_customers_id", "id", part="not_null")
    places = {CUSTOMERS: Place("models/customers.sql", "models/shop.yml")}
    project = a_project(uses={CUSTOMERS: [use, unique]}, places=places)
    (found,) = risks(shop(REFERS), shop(REFERS, key=""), head_project=project)
    assert said([found]) == ["breaking key-lost: customers.id is unique no more, and orders refers to it"]
    assert (found.table, found.columns, found.file) == (CUSTOMERS, ("id",), "models/shop.yml")
    assert found.uses == (use,)


def test_all_who_refer_to_a_lost_key_are_one_risk() -> None:
    both = REFERS, a_relationship(CARDS, "customer_id")
    assert said(risks(shop(*both), shop(*both, key=""))) == [
        "breaking key-lost: customers.id is unique no more, and cards and orders refer to it"
    ]


def test_a_lost_key_that_nothing_refers_to_is_no_risk() -> None:
    elsewhere = a_relationship(parent_columns="email")
    assert not risks(shop(), shop(key=""))
    assert not risks(shop(elsewhere), shop(elsewhere, key=""))
    assert not risks(shop(REFERS, key="email"), shop(REFERS, key=""))


def test_a_part_of_a_key_was_no_key() -> None:
    relationship = a_relationship(parent_columns="id")
    base = an_erd(
        [a_table(CUSTOMERS, ["id", "day"], primary_key=["id", "day"]), a_table(ORDERS, ["customer_id"])],
        [relationship],
    )
    head = an_erd([a_table(CUSTOMERS, ["id", "day"]), a_table(ORDERS, ["customer_id"])], [relationship])
    assert not risks(base, head)


def test_ends_that_no_longer_join_are_breaking() -> None:
    found = risks(shop(REFERS), shop(REFERS, child="varchar"))
    assert said(found)[0] == (
        "breaking type-mismatch: orders.customer_id is varchar and customers.id is integer: they no longer join"
    )
    assert (found[0].table, found[0].columns) == (ORDERS, ("customer_id",))


def test_a_new_relationship_whose_ends_do_not_join_is_worth_a_look() -> None:
    assert said(risks(shop(child="text"), shop(REFERS, child="text"))) == [
        "worth a look type-mismatch: orders.customer_id is text and customers.id is integer: they do not join"
    ]


@pytest.mark.parametrize(
    ("base", "head"),
    [
        (shop(REFERS, child="text"), shop(REFERS, child="varchar(10)")),
        (shop(REFERS, child="text"), shop(REFERS, child="text", key="email")),
        (shop(REFERS), shop(REFERS, child="bigint")),
        (shop(REFERS), shop(REFERS, child="variant")),
        (shop(REFERS, child="variant"), shop(REFERS, child="text")),
        (shop(), shop(REFERS, child="NUMBER(38,0)")),
        (shop(REFERS), shop(child="text")),
    ],
)
def test_ends_that_join_or_did_not_before_or_of_which_it_is_not_known_are_no_risk(base: Erd, head: Erd) -> None:
    assert not [risk for risk in said(risks(base, head)) if "type-mismatch" in risk]


def test_many_rows_of_the_parent_are_breaking() -> None:
    (found,) = risks(shop(related(MANY_TO_ONE)), shop(related(TO_MANY)))
    assert said([found]) == ["breaking rows-multiply: From now on one row of orders may join to many of customers"]
    assert found.table == CUSTOMERS


def test_many_rows_of_the_child_are_worth_a_look_and_the_cause_is_a_lost_key() -> None:
    (found,) = risks(shop(related(ONE_TO_ONE)), shop(related(MANY_TO_ONE)))
    assert said([found]) == [
        (
            "worth a look rows-multiply: orders.customer_id is unique no more: "
            "one row of customers may join to many of orders"
        )
    ]
    assert (found.table, found.columns) == (ORDERS, ("customer_id",))


def test_rows_that_no_longer_multiply_are_no_risk() -> None:
    assert not risks(shop(related(TO_MANY)), shop(related(ONE_TO_ONE)))


def test_a_relationship_that_is_the_other_way_round_is_looked_at_end_by_end() -> None:
    turned = a_relationship(CUSTOMERS, "id", ORDERS, "customer_id", cardinality=Cardinality(End.ONE, End.ZERO_OR_MANY))
    assert not risks(shop(related(MANY_TO_ONE)), shop(turned))


def test_those_who_say_the_relationship_stand_with_the_rows_that_multiply() -> None:
    one = a_relationship(provenance=[Provenance(CONSTRAINT, ORDERS, "orders_fk")])
    uses = [
        a_use(UseKind.FOREIGN_KEY, "orders", "id", part="orders_fk", node=ORDERS),
        a_use(UseKind.FOREIGN_KEY, "cards", "id", part="cards_fk", node=CARDS),
        a_use(UseKind.MODEL, "orders", node=ORDERS),
    ]
    (found,) = risks(shop(related(ONE_TO_ONE)), shop(one), head_project=a_project(uses={CUSTOMERS: uses}))
    assert hit(found) == ["foreign key orders orders_fk"]
