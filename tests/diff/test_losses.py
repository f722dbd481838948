"""What is gone or of another type is a risk as far as the head still uses it."""

from collections.abc import Collection, Mapping

import pytest

from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.model import Column, Erd
from erd.project import Place, Project, Use, UseKind
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd
from tests.diff.assessing import a_project, a_use, hit, risks, said

BEFORE = an_erd([a_table(CUSTOMERS, ["id", "email"]), a_table(ORDERS, ["id", "customer_id"])])
WITHOUT_EMAIL = an_erd([a_table(CUSTOMERS, ["id"]), a_table(ORDERS, ["id", "customer_id"])])
WITHOUT_CUSTOMERS = an_erd([a_table(ORDERS, ["id", "customer_id"])])
LETTER = "model.shop.letter"
FOREIGN_KEY = a_use(UseKind.FOREIGN_KEY, "cards", "EMAIL", part="cards_fk")
CONTRACT = a_use(UseKind.CONTRACT, "customers", "id", "email", node=CUSTOMERS)
TEST = a_use(UseKind.TEST, "unique_customers_email", "email", part="unique")
ENTITY = a_use(UseKind.SEMANTIC_MODEL, "customers", "email", part="mailbox")
EXPOSURE = a_use(UseKind.EXPOSURE, "newsletter")
DOWNSTREAM = a_use(UseKind.MODEL, "letter", node=LETTER)
UNIT_TEST = a_use(UseKind.UNIT_TEST, "adds_up")


def of_type(kind: str) -> Erd:
    """Customers whose e-mail is of this type."""
    return an_erd([a_table(CUSTOMERS, ["id", Column("email", kind)]), a_table(ORDERS, ["id", "customer_id"])])


def test_a_removed_column_that_nobody_uses_is_no_risk() -> None:
    other = [a_use(UseKind.TEST, "unique_customers_id", "id", part="unique"), UNIT_TEST, DOWNSTREAM]
    assert not risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: other}), code={})


@pytest.mark.parametrize("use", [FOREIGN_KEY, CONTRACT, TEST, ENTITY])
def test_a_removed_column_that_something_names_is_breaking(use: Use) -> None:
    found = risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: [use]}))
    assert said(found) == ["breaking removed-but-used: customers.email is removed, and still used"]
    assert found[0].table == CUSTOMERS
    assert found[0].columns == ("email",)
    assert found[0].uses == (use,)


def test_a_removed_column_of_a_table_with_an_exposure_is_worth_a_look() -> None:
    found = risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: [EXPOSURE]}))
    assert said(found) == ["worth a look removed-but-used: customers.email is removed, and still used"]


@pytest.mark.parametrize("code", ["select Email from {{ ref('customers') }}", "select lower(c.email)"])
def test_a_removed_column_that_code_seems_to_name_is_worth_a_look(code: str) -> None:
    found = risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: [DOWNSTREAM]}), code={LETTER: code})
    assert said(found) == ["worth a look removed-but-used: customers.email is removed, and still used"]
    assert hit(found[0]) == ["model letter names it in its code"]


@pytest.mark.parametrize("code", [None, {LETTER: "select 1 -- email"}, {LETTER: "select email_hash"}, {}])
def test_a_removed_column_that_no_code_names_is_no_risk(code: Mapping[str, str] | None) -> None:
    assert not risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: [DOWNSTREAM]}), code=code)


def test_all_users_stand_with_the_risk_the_strongest_first() -> None:
    users = [DOWNSTREAM, EXPOSURE, UNIT_TEST, ENTITY, TEST, CONTRACT, FOREIGN_KEY]
    project = a_project(uses={CUSTOMERS: users})
    (found,) = risks(BEFORE, WITHOUT_EMAIL, head_project=project, code={LETTER: "select email"})
    assert hit(found) == [
        "foreign key cards cards_fk",
        "contract customers",
        "test unique_customers_email unique",
        "semantic model customers mailbox",
        "exposure newsletter",
        "model letter names it in its code",
    ]


def test_a_removed_column_of_an_enforced_contract_breaks_it() -> None:
    found = risks(BEFORE, WITHOUT_EMAIL, a_project(CUSTOMERS), a_project(CUSTOMERS))
    assert said(found) == ["breaking contract-broken: customers.email is removed, though a contract promised it"]
    assert not risks(BEFORE, WITHOUT_EMAIL, a_project(CUSTOMERS), a_project())
    assert not risks(BEFORE, WITHOUT_EMAIL, a_project(), a_project(CUSTOMERS))


def test_a_broken_contract_and_users_are_one_risk() -> None:
    used = a_project(CUSTOMERS, uses={CUSTOMERS: [EXPOSURE]})
    assert said(risks(BEFORE, WITHOUT_EMAIL, a_project(CUSTOMERS), used)) == [
        "breaking removed-but-used: customers.email is removed, though a contract promised it and it is still used"
    ]


def test_what_a_removed_column_may_now_be_called_is_said() -> None:
    head = an_erd([a_table(CUSTOMERS, ["id", "mail"]), a_table(ORDERS, ["id", "customer_id"])])
    assert said(risks(BEFORE, head, head_project=a_project(uses={CUSTOMERS: [TEST]}))) == [
        "breaking removed-but-used: customers.email is removed, perhaps renamed to mail, and still used"
    ]


def test_a_removed_table_is_a_risk_if_something_still_names_it() -> None:
    left = Project(frozenset({ORDERS}), uses={CUSTOMERS: (a_use(UseKind.TEST, "belongs", "id", file="models/a.yml"),)})
    (found,) = risks(BEFORE, WITHOUT_CUSTOMERS, head_project=left)
    assert said([found]) == ["breaking removed-but-used: customers is removed, and still used"]
    assert (found.table, found.columns, found.file) == (CUSTOMERS, (), "models/a.yml")
    assert not risks(BEFORE, WITHOUT_CUSTOMERS, head_project=Project(frozenset({ORDERS})))


def test_a_removed_table_is_used_by_what_calls_it_by_its_name() -> None:
    left = Project(frozenset({ORDERS}), unresolved={"customers": (FOREIGN_KEY,), "people": (TEST,)})
    (found,) = risks(BEFORE, WITHOUT_CUSTOMERS, head_project=left)
    assert found.uses == (FOREIGN_KEY,)


@pytest.mark.parametrize("word", ["people", "people.v2", "people_v2"])
def test_a_removed_version_may_be_called_with_it_or_without(word: str) -> None:
    people = "model.shop.people.v2"
    left = Project(frozenset({ORDERS}), unresolved={word: (FOREIGN_KEY,)})
    base = an_erd([a_table(people, ["id"]), a_table(ORDERS, ["id", "customer_id"])])
    assert said(risks(base, WITHOUT_CUSTOMERS, head_project=left)) == [
        "breaking removed-but-used: people.v2 is removed, and still used"
    ]


def test_a_column_of_another_type_that_nobody_uses_is_no_risk() -> None:
    mere = [TEST, a_use(UseKind.TEST, "not_null_customers_email", "email", part="not_null")]
    assert not risks(of_type("int"), of_type("text"), head_project=a_project(uses={CUSTOMERS: mere}))


def test_a_column_of_another_type_than_a_contract_promised_is_breaking() -> None:
    found = risks(of_type("int"), of_type("text"), a_project(CUSTOMERS))
    assert said(found) == [
        "breaking retyped-but-used: customers.email changes from int to text, though a contract promised it"
    ]


@pytest.mark.parametrize(
    "use", [FOREIGN_KEY, ENTITY, EXPOSURE, a_use(UseKind.TEST, "accepted", "email", part="accepted_values")]
)
def test_a_column_of_another_type_that_is_used_is_worth_a_look(use: Use) -> None:
    project = a_project(uses={CUSTOMERS: [use]})
    found = risks(of_type("int"), of_type("text"), head_project=project)
    assert said(found) == ["worth a look retyped-but-used: customers.email changes from int to text, and is used"]
    assert found[0].uses == (use,)


def test_a_column_of_another_type_that_joins_is_worth_a_look() -> None:
    joined = [a_relationship(ORDERS, "customer_id", CUSTOMERS, "email")]
    tables = [of_type(kind).tables for kind in ("integer", "bigint")]
    assert said(risks(an_erd(tables[0], joined), an_erd(tables[1], joined))) == [
        "worth a look retyped-but-used: customers.email changes from integer to bigint, and is used"
    ]


def test_one_looks_where_the_column_was_made() -> None:
    places = {CUSTOMERS: Place("models/customers.sql", "models/shop.yml")}
    (found,) = risks(BEFORE, WITHOUT_EMAIL, head_project=a_project(uses={CUSTOMERS: [TEST]}, places=places))
    assert found.file == "models/customers.sql"


def test_code_is_read_once_and_only_of_what_is_made_from_a_concerned_table() -> None:
    asked = []

    def read(nodes: Collection[str]) -> Mapping[str, str]:
        asked.append(tuple(nodes))
        return {}

    other = a_use(UseKind.MODEL, "report", node="model.shop.report")
    head = Side(WITHOUT_EMAIL, a_project(uses={CUSTOMERS: [DOWNSTREAM], ORDERS: [other]}))
    assess(compare(Side(BEFORE, a_project()), head), Side(BEFORE, a_project()), head, read)
    assess(compare(head, head), head, head, read)
    spelled = [Side(of_type(kind), head.project) for kind in ("varchar", "VARCHAR")]
    assess(compare(spelled[0], spelled[1]), spelled[0], spelled[1], read)
    assert asked == [(LETTER,)]


def test_two_diagrams_without_projects_have_risks_all_the_same() -> None:
    sides = Side(BEFORE), Side(WITHOUT_EMAIL)
    assert assess(compare(*sides), *sides, None) == ()
